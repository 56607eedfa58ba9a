"""Toxin that another practice gave: recorded as the patient tells it, and withdrawn when that was wrong."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError

from clinic.models import AuditEntry, Patient, User
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.models import Booking, ToxinElsewhere
from scheduling.planning.reasons import spoken
from treatments.models import Product

# What a patient is asked about (X5); the label counts three months of it (X3).
ASKED = relativedelta(months=4)


class NotTold(ValidationError):
    """Raised when toxin given elsewhere cannot be recorded so, or cannot be withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a patient tells: units, the product's key where they know it, and the day where they know that."""

    units: Decimal
    product: str = ""
    date: datetime.date | None = None


@as_one
def tell(*, by: User, booking: Booking, told: Told, now: datetime.datetime) -> ToxinElsewhere:
    """Keep toxin another practice gave, as told at a visit: it counts with ours for three months (X3).

    Where nobody knows the day it counts from the visit's, or from today where that is still to come.
    Raises NotTold from anybody but a provider, and for what `refuse` names.
    """
    if by.role != User.Role.PROVIDER:
        raise NotTold("Only a provider records toxin given elsewhere.")
    locked_plan(booking.plan_id)
    day = told.date or latest(booking, now)
    refuse(booking, told, day, now)
    product = Product.objects.filter(key=told.product).first() if told.product else None
    found = ToxinElsewhere.objects.create(
        patient=booking.patient,
        booking=booking,
        product=product,
        units=told.units,
        date=day,
        told_to=by,
        told_at=now,
    )
    record(by, found, "toxin.told")
    return found


def latest(booking: Booking, now: datetime.datetime) -> datetime.date:
    """The last day on which what is told at a visit can have been given."""
    return min(booking.date, now.astimezone(booking.location.zone).date())


def refuse(booking: Booking, told: Told, day: datetime.date, now: datetime.datetime) -> None:
    """Raise NotTold for no units, an unknown product, a day to come, and one too long ago to be asked for.

    The message stands under the field it is about.
    """
    today = now.astimezone(booking.location.zone).date()
    first = latest(booking, now) - ASKED
    if told.units <= 0:
        raise NotTold({"units": "Enter the units, above 0."})
    if told.product and not Product.objects.filter(key=told.product).exists():
        raise NotTold({"product": "Choose a product of the catalogue, or leave it as not known."})
    if day > today:
        raise NotTold({"date": f"{spoken(day)} is still to come. Enter when it was given."})
    if day < first:
        text = f"Only what was given from {spoken(first)} on is asked for (X5): nothing before it counts."
        raise NotTold({"date": f"{text} Correct the day, or record nothing."})


@as_one
def withdraw(*, by: User, told: ToxinElsewhere, now: datetime.datetime) -> ToxinElsewhere:
    """Take back what was recorded wrongly; it stays on record, marked, and counts no more."""
    if by.role != User.Role.PROVIDER:
        raise NotTold("Only a provider withdraws toxin given elsewhere.")
    if told.booking:
        locked_plan(told.booking.plan_id)
    else:
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=told.patient_id)
    rows = ToxinElsewhere.objects.standing().select_for_update(of=("self",))
    found = rows.select_related("patient__location", "product").filter(pk=told.pk).first()
    if found is None:
        raise NotTold("This was withdrawn already: it counts no more.")
    ToxinElsewhere.objects.filter(pk=found.pk).update(withdrawn_at=now)
    found.withdrawn_at = now
    record(by, found, "toxin.withdrawn")
    return found


def record(by: User, found: ToxinElsewhere, action: str) -> None:
    """Write what was recorded or withdrawn into the audit."""
    product = found.product.key if found.product else ""
    facts = {"units": str(found.units), "date": found.date, "product": product, "visit": found.booking_id}
    AuditEntry.objects.record(by=by, action=action, on=found, **facts)
