"""The recall of a lot: whom it was given to, where, when and how much, with how to reach them."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinic.models import AccessEntry, AuditEntry, User
from scheduling.chairside.dosing import number
from scheduling.models import Booking, Dose
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken
from scheduling.spreadsheet import as_csv as written

HEADINGS = (
    "Patient",
    "Born",
    "Phone",
    "E-mail",
    "Visit",
    "Location",
    "Treatment",
    "Amount",
    "Lot",
    "Expiry",
    "Product",
    "Provider",
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """One dose of a lot, with the person it was given to."""

    dose: Dose
    name: SeriesName

    @property
    def booking(self) -> Booking:
        """The visit."""
        return self.dose.booking

    @property
    def day(self) -> str:
        """The date with its weekday."""
        return spoken(self.booking.date)

    @property
    def expires(self) -> str:
        """The expiry of the lot as it was typed in."""
        return spoken(self.dose.expires)

    @property
    def amount(self) -> str:
        """Units or millilitres."""
        one = self.dose
        return f"{number(one.units)} U" if one.units else f"{number(one.millilitres)} mL"

    @property
    def row(self) -> tuple[str, ...]:
        """The row of the export."""
        patient, booking = self.booking.patient, self.booking
        return (
            patient.full_name,
            patient.birth_date.isoformat(),
            patient.phone,
            patient.email,
            booking.date.isoformat(),
            booking.location.name,
            str(self.name),
            self.amount,
            self.dose.lot,
            self.dose.expires.isoformat(),
            self.dose.product.key,
            booking.provider.printed_name,
        )


def found_for(user: User, text: str):
    """The standing doses of a lot that the person may see, the newest visit first."""
    rows = Dose.objects.visible_to(user).standing().of_lot(text)
    rows = rows.select_related("booking__patient", "booking__location", "booking__provider", "product")
    return rows.prefetch_related("booking__sessions").order_by("-booking__unit", "booking__patient", "pk")


def recalled(doses: Iterable[Dose]) -> Iterator[Recalled]:
    """The doses with the words for their areas; they must come from `found_for`."""
    for one in doses:
        names = {session.key: session.name for session in one.booking.sessions.all()}
        yield Recalled(one, names.get(one.key) or SeriesName(one.key, *words(one.key), ""))


def words(key: str) -> tuple[str, str]:
    """Words for an area whose session is not on the visit any more."""
    treatment, _, area = key.partition(".")
    return treatment.replace("_", " ").capitalize(), area.replace("_", " ")


def as_csv(rows: Iterable[Recalled]) -> str:
    """The export, with nothing in it that a spreadsheet would run."""
    return written(HEADINGS, (one.row for one in rows))


def remember(user: User, text: str, doses: Iterable[Dose], now: datetime.datetime, what: str) -> None:
    """Write who searched for a lot, and whose records they saw."""
    patients = {one.booking.patient_id for one in doses}
    facts = {"lot": text, "patients": len(patients)}
    AuditEntry.objects.record(by=user, action=f"lot.{what}", on=user, **facts)
    AccessEntry.objects.bulk_create(
        AccessEntry(actor=user, patient_id=pk, page="lot recall", at=now) for pk in sorted(patients)
    )
