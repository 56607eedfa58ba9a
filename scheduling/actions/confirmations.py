"""What a patient does with their own booked visit: confirm it, or move it among safe times."""

import datetime
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Location, User
from scheduling.actions.bookings import Order, made_with
from scheduling.actions.moves import move
from scheduling.actions.series import apply
from scheduling.availability.days import unit_of
from scheduling.course.moving import Destination
from scheduling.course.signed_orders import read
from scheduling.course.situation import Situation
from scheduling.models import Booking, Change, PlanVersion

NEAR = "Your visit is less than {} away. Please call the practice: they can still move it."
SHORT = "This time is less than {} away. Choose a later one, or call the practice."


class TooNear(ValidationError):
    """Raised when a visit, or the time chosen for it, is nearer than the notice its location asks for."""

    def __init__(self, text: str):
        super().__init__(text, code="too_near")


@transaction.atomic
def confirm(*, by: User, booking: Booking, now: datetime.datetime) -> Booking:
    """Record that a patient means to come; confirmed already, it stays so.

    Raises PermissionDenied for anybody but the patient, ValidationError unless the visit is still to come.
    """
    # Without its provider and room, as a move changes them: PostgreSQL would leave the moved visit out.
    rows = Booking.objects.select_for_update(of=("self",)).select_related("patient", "location")
    found = rows.get(pk=booking.pk)
    refuse_others(by, found)
    if found.status != Booking.Status.BOOKED or found.at <= now:
        raise ValidationError("Only a booked visit that is still to come can be confirmed.", code="over")
    if found.confirmed_at is None:
        Booking.objects.filter(pk=found.pk).update(confirmed_at=now)
        AuditEntry.objects.record(by=by, action="visit.confirmed", on=found)
        found.confirmed_at = now
    return found


def move_own(
    *, by: User, booking: Booking, to: Destination, now: datetime.datetime, key: uuid.UUID | None = None
) -> Change:
    """Move a patient's own visit, with notice and against no rule; the same `key` moves it once.

    `booking` comes `with_details`. Raises PermissionDenied for anybody but the patient, TooNear, and what
    `move` raises.
    """
    refuse_others(by, booking)
    if too_near(booking, now):
        raise TooNear(near_words(booking.location))
    if starts_at(booking, to) < now + booking.location.notice:
        raise TooNear(SHORT.format(booking.location.notice_words))
    return move(by=by, booking=booking, to=to, now=now, key=key)


def move_along(
    *,
    by: User,
    booking: Booking,
    version: PlanVersion,
    shown: str,
    key: uuid.UUID,
    now: datetime.datetime,
) -> Change:
    """Move a patient's own visit with the later visits that move along, exactly as they were shown.

    `booking` and `version` come `with_details`. Raises PermissionDenied for anybody but the patient and for
    an order that does anything but move their visits, TooNear, and what `series.apply` raises.
    """
    refuse_others(by, booking)
    if made_with(key, version.plan_id) is None:
        refuse_more_than_moves(booking, read(shown, Situation(version, now), key), now)
    return apply(by=by, version=version, shown=shown, key=key, now=now)


def refuse_more_than_moves(booking: Booking, order: Order, now: datetime.datetime) -> None:
    """Raise unless an order moves visits only, this one among them, the notice kept on both ends."""
    moved = {one.booking for one in order.wanted}
    if order.dropped or None in moved or booking.pk not in moved:
        raise PermissionDenied("Patients move their visits; anything else the practice does.")
    soonest = unit_of(now + booking.location.notice)
    if too_near(booking, now) or any(one.unit < soonest for one in order.wanted):
        raise TooNear(near_words(booking.location))


def refuse_others(by: User, booking: Booking) -> None:
    """Raise PermissionDenied for anybody but the patient of a visit."""
    if booking.patient.user_id != by.pk:
        raise PermissionDenied("This visit is another patient's.")


def too_near(booking: Booking, now: datetime.datetime) -> bool:
    """Whether a visit is nearer than the notice its location asks for."""
    return booking.at < now + booking.location.notice


def near_words(location: Location) -> str:
    """Say to a patient that their visit at a location is too near to be moved by themselves."""
    return NEAR.format(location.notice_words)


def starts_at(booking: Booking, to: Destination) -> datetime.datetime:
    """The moment a destination means at the visit's location."""
    wall = datetime.time(to.minute // 60, to.minute % 60, fold=to.fold or 0)
    return datetime.datetime.combine(to.date, wall, booking.location.zone)
