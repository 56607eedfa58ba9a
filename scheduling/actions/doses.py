"""What was given to the unit: recorded as a visit is completed, entered anew, and withdrawn."""

import datetime
from collections.abc import Collection, Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError

from clinic.models import AuditEntry, User
from scheduling.actions import observations
from scheduling.chairside.dosing import Entry, Problem, problems, too_much
from scheduling.chairside.shelf import amounts, ids, kinds, limit_of, shelf, standing_units, told_elsewhere
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.models import Booking, Dose, Observation
from scheduling.models.dose import lot_key

NONE = Decimal(0)


class NotGiven(ValidationError):
    """Raised when a dose cannot have been given so; `problems` say which field of which area, and why."""

    def __init__(self, found: Sequence[Problem]):
        super().__init__([one.text for one in found], code="not_given")
        self.problems = tuple(found)


def record(
    by: User,
    booking: Booking,
    entries: Sequence[Entry],
    treated: Collection[str],
    now: datetime.datetime,
    elsewhere: Decimal = NONE,
) -> list[Dose]:
    """Save the doses of a visit, inside a transaction that holds its plan; NotGiven for what may not be.

    `treated` are the keys of the areas that were treated, `elsewhere` the units of toxin another practice
    gave in the three months before.
    """
    if not entries:
        return []
    refuse(by, booking, entries, treated, elsewhere)
    products = ids()
    rows = Dose.objects.bulk_create(row_of(by, booking, one, products[one.product], now) for one in entries)
    over = {one.key: one.because for one in entries if one.because}
    facts = {"doses": [facts_of(one) for one in entries], "over_label": over, "elsewhere": str(elsewhere)}
    AuditEntry.objects.record(by=by, action="visit.dosed", on=booking, **facts)
    return rows


def refuse(
    by: User,
    booking: Booking,
    entries: Sequence[Entry],
    treated: Collection[str],
    elsewhere: Decimal,
) -> None:
    """Raise NotGiven for everything that stands against these doses, the 400 U of three months with it."""
    if by.role != User.Role.PROVIDER:
        raise NotGiven([Problem("", "", "role", "Only a provider records doses. Ask whoever gave them.")])
    products = shelf()
    found = [
        Problem(one.key, "product", "visit", f"{one.key} was not treated at this visit.")
        for one in entries
        if one.key not in treated
    ]
    found += [
        Problem(one.key, "lot", "lot", "Enter the lot number from the vial or syringe.")
        for one in entries
        if not lot_key(one.lot)
    ]
    found += problems(entries, products, kinds(), booking.date, standing_units(booking))
    given = amounts(booking.patient, booking.date)
    if over := too_much(given, entries, booking.date, limit_of(products), elsewhere):
        found.append(over)
    if found:
        raise NotGiven(found)


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
        given_by=by,
        recorded_at=now,
    )


def facts_of(entry: Entry) -> dict[str, str]:
    """What the audit keeps of a dose."""
    kept = {"key": entry.key, "product": entry.product, "lot": entry.lot, "amount": str(entry.amount)}
    return kept | {"expires": entry.expires.isoformat()}


@as_one
def enter(
    *,
    by: User,
    booking: Booking,
    entries: Sequence[Entry],
    now: datetime.datetime,
    elsewhere: Decimal | None = None,
) -> list[Dose]:
    """Record doses of a completed visit that are missing, or that were withdrawn as wrong.

    `elsewhere` are the units of toxin another practice gave; unless told, what was told of the visit before.
    Raises NotGiven unless the visit is completed, for an area not treated at it, and for what may not be.
    """
    locked_plan(booking.plan_id)
    found = Booking.objects.select_for_update(of=("self",)).with_details().get(pk=booking.pk)
    if found.status != Booking.Status.COMPLETED:
        raise NotGiven([Problem("", "", "visit", "The visit is not completed yet. Complete it first.")])
    treated = set(found.given.standing().values_list("key", flat=True))
    told = told_elsewhere(found) if elsewhere is None else elsewhere
    return record(by, found, entries, treated, now, told)


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
