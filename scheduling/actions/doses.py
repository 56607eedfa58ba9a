"""What was given to the unit: recorded as a visit is completed, entered anew, and withdrawn."""

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from clinic.models import AuditEntry, User
from scheduling.actions import observations
from scheduling.actions.observations import Grade
from scheduling.chairside.dosing import Entry, Problem, explained, problems, too_much
from scheduling.chairside.shelf import amounts, ids, kinds, limit_of, shelf, standing_units
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.models import Booking, Dose, Observation
from scheduling.models.dose import lot_key
from treatments.protocols import Product

LONGEST = Dose._meta.get_field("over_label_because").max_length or 0


class NotGiven(ValidationError):
    """Raised when a dose cannot have been given so; `problems` say which field of which area, and why."""

    def __init__(self, found: Sequence[Problem]):
        super().__init__([one.text for one in found], code="not_given")
        self.problems = tuple(found)


@dataclass(frozen=True, slots=True)
class Entered:
    """What is entered of a visit to the unit: its doses, and the grades of how it looks."""

    doses: Sequence[Entry] = ()
    grades: Sequence[Grade] = ()


NOTHING = Entered()


def record(
    by: User, booking: Booking, entries: Sequence[Entry], treated: Collection[str], now: datetime.datetime
) -> list[Dose]:
    """Save the doses of a visit, inside a transaction that holds its plan; NotGiven for what may not be.

    `treated` are the keys of the areas that were treated.
    """
    if not entries:
        return []
    products, rows = shelf(), ids()
    refuse(by, booking, entries, treated, products)
    kept = explained(entries, products, standing_units(booking))
    doses = Dose.objects.bulk_create(row_of(by, booking, one, rows[one.product], now) for one in kept)
    over = {one.key: one.because for one in kept if one.because}
    facts = {"doses": [facts_of(one) for one in kept], "over_label": over}
    AuditEntry.objects.record(by=by, action="visit.dosed", on=booking, **facts)
    return doses


def refuse(
    by: User,
    booking: Booking,
    entries: Sequence[Entry],
    treated: Collection[str],
    products: Mapping[str, Product],
) -> None:
    """Raise NotGiven for everything that stands against these doses, the 400 U of three months with it.

    `products` are those in use.
    """
    if by.role != User.Role.PROVIDER:
        raise NotGiven([Problem("", "", "role", "Only a provider records doses. Ask whoever gave them.")])
    found = [
        Problem(one.key, "product", "visit", f"{one.key} was not treated at this visit.")
        for one in entries
        if one.key not in treated
    ]
    found += [problem for one in entries for problem in unreadable(one)]
    found += problems(entries, products, kinds(), booking.date, standing_units(booking))
    given = amounts(booking.patient, booking.date)
    if over := too_much(given, entries, booking.date, limit_of(products)):
        found.append(over)
    if found:
        raise NotGiven(found)


def unreadable(entry: Entry) -> Iterator[Problem]:
    """What cannot be kept as it was typed."""
    if not lot_key(entry.lot):
        yield Problem(entry.key, "lot", "lot", "Enter the lot number from the vial or syringe.")
    if len(entry.because) > LONGEST:
        yield Problem(entry.key, "because", "label", f"Say why in {LONGEST} characters at most.")


def row_of(by: User, booking: Booking, entry: Entry, product: int, now: datetime.datetime) -> Dose:
    """Make the row of a dose, not saved yet."""
    points = [[x, y, float(amount)] for x, y, amount in entry.points]
    return Dose(
        booking=booking,
        key=entry.key,
        product_id=product,
        lot=entry.lot,
        lot_key=lot_key(entry.lot),
        expires=entry.expires,
        dilution=entry.dilution,
        units=entry.units,
        millilitres=entry.millilitres,
        points=points,
        over_label_because=entry.because,
        given_by=by,
        recorded_at=now,
    )


def facts_of(entry: Entry) -> dict[str, str]:
    """What the audit keeps of a dose."""
    kept = {"key": entry.key, "product": entry.product, "lot": entry.lot, "amount": str(entry.amount)}
    return kept | {"expires": entry.expires.isoformat()}


@as_one
def enter(*, by: User, booking: Booking, entries: Sequence[Entry], now: datetime.datetime) -> list[Dose]:
    """Record doses of a completed visit that are missing, or that were withdrawn as wrong.

    Raises NotGiven unless the visit is completed, for an area not treated at it, and for what may not be.
    """
    locked_plan(booking.plan_id)
    found = Booking.objects.select_for_update(of=("self",)).with_details().get(pk=booking.pk)
    if found.status != Booking.Status.COMPLETED:
        raise NotGiven([Problem("", "", "visit", "The visit is not completed yet. Complete it first.")])
    treated = set(found.given.standing().values_list("key", flat=True))
    return record(by, found, entries, treated, now)


@as_one
def withdraw(*, by: User, dose: Dose, now: datetime.datetime) -> Dose:
    """Take back a dose that was recorded wrongly; it stays on record, marked, and counts no more."""
    locked_plan(dose.booking.plan_id)
    found = Dose.objects.standing().select_for_update(of=("self",)).filter(pk=dose.pk).first()
    if found is None:
        text = "This dose was withdrawn already. Enter the right one on the visit."
        raise NotGiven([Problem(dose.key, "", "visit", text)])
    Dose.objects.filter(pk=found.pk).update(withdrawn_at=now)
    facts = {"dose": found.pk, "key": found.key, "lot": found.lot}
    AuditEntry.objects.record(by=by, action="dose.withdrawn", on=found.booking, **facts)
    found.withdrawn_at = now
    return found


def stands(booking: Booking | None, key: str) -> bool:
    """Whether doses or grades of an area of a visit stand on record."""
    return any(m.objects.standing().filter(booking=booking, key=key).exists() for m in (Dose, Observation))


def withdraw_of(by: User, booking: Booking | None, key: str, now: datetime.datetime) -> None:
    """Take back all doses and grades of an area whose treatment is withdrawn, in its transaction."""
    for dose in Dose.objects.standing().filter(booking=booking, key=key):
        withdraw(by=by, dose=dose, now=now)
    for observation in Observation.objects.standing().filter(booking=booking, key=key):
        observations.withdraw(by=by, observation=observation, now=now)
