"""One visit at a time that somebody chose: a booked one moved there, or a new one booked."""

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction

from clinic.models import User
from scheduling.actions.bookings import Order, book, made_with
from scheduling.actions.events import NotAsked, tie
from scheduling.actions.refusals import KeyUsed, NotApproved, Refused
from scheduling.availability.days import day_of
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.deeds import BOOKED, MOVED, done_before
from scheduling.course.moving import Destination, Moving
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId
from scheduling.guard.against import PLACE, Against
from scheduling.models import Booking, Change, PatientEvent, PlanVersion
from scheduling.planning.reasons import spoken

UNCHOSEN = "Choose what to book: it has a date already, or was not chosen."


class NotMoved(Refused):
    """Raised when a visit cannot be had at `to`; `against` holds why, `moving` the visit, if it is known."""

    def __init__(self, problems: Collection[Against], to: Destination, moving: Moving | None = None):
        super().__init__(tuple(problems))
        self.to, self.moving = to, moving


def move(
    *,
    by: User,
    booking: Booking,
    to: Destination,
    now: datetime.datetime,
    override: str = "",
    key: uuid.UUID | None = None,
) -> Change:
    """Move a booked visit, or nothing; the same `key` moves it once.

    `booking` comes `with_details`. Raises NotMoved with every reason, NoSuchTime for a wall time that the
    clocks skip or show twice, PermissionDenied when anybody but a provider overrides a rule.
    """
    key = key or uuid.uuid4()
    if done := done_with(key, booking.plan_id, MOVED):
        return as_asked(done, booking, to)
    versions = PlanVersion.objects.visible_to(by).approved().with_details()
    version = versions.filter(plan=booking.plan_id).first()
    if version is None:
        raise NotMoved(NotApproved().against, to)
    moving = Moving.of(Situation(version, now), booking, to.named)
    return placed(by, moving, to, key, override)


def book_visit(
    *,
    by: User,
    version: PlanVersion,
    sessions: Collection[SessionId],
    to: Destination,
    now: datetime.datetime,
    override: str = "",
    key: uuid.UUID | None = None,
    event: PatientEvent | None = None,
) -> Change:
    """Book some sessions of a plan as one visit; the same `key` books it once.

    `version` comes `with_details`; a session numbered 0 is a booster, for the `event` it was wished for, if
    one is given. Raises as `move`.
    """
    key = key or uuid.uuid4()
    if done := done_with(key, version.plan_id, BOOKED):
        return done
    if not sessions:
        raise NotMoved([Against(PLACE, UNCHOSEN, to.date)], to)
    moving = Moving(Situation(version, now), sessions, named=to.named)
    if event is None:
        return placed(by, moving, to, key, override)
    return placed_for(event, by, moving, to, key, override)


def placed_for(
    event: PatientEvent, by: User, moving: Moving, to: Destination, key: uuid.UUID, override: str
) -> Change:
    """Book the booster that is wished for an event and tie it to that, or nothing."""
    if to.date >= event.date:
        text = f"It is wished before {event.name} on {spoken(event.date)}: choose a day before it."
        raise NotMoved([Against(PLACE, text, to.date)], to, moving)
    try:
        with transaction.atomic():
            change = placed(by, moving, to, key, override)
            tie(by=by, event=event, change=change)
    except NotAsked as settled:
        raise NotMoved([Against(PLACE, settled.messages[0], to.date)], to, moving) from settled
    return change


def placed(by: User, moving: Moving, to: Destination, key: uuid.UUID, override: str) -> Change:
    """Book a visit at its destination; NotMoved for all that stands against it."""
    wanted, situation = moving.at(to), moving.situation
    if wanted is None:
        raise NotMoved(moving.against(to), to, moving)
    action = MOVED if moving.booking else BOOKED
    order = Order((wanted,), action=action, override=override, key=key)
    try:
        return book(by=by, version=situation.version, order=order, now=situation.now)
    except Refused as refused:
        raise NotMoved(refused.against, to, moving) from refused
    except TakenMeanwhile as taken:
        raise NotMoved([Against(PLACE, str(taken), to.date)], to, moving) from taken


def done_with(key: uuid.UUID, plan: int, action: str) -> Change | None:
    """The change a key made of a plan already; KeyUsed says what it did when that was something else."""
    done = made_with(key, plan)
    if done and done.action != action:
        raise KeyUsed(done_before(done))
    return done


def as_asked(done: Change, booking: Booking, to: Destination) -> Change:
    """The change when it moved this visit there; KeyUsed says what it did when it did not."""
    after = done.after.get(str(booking.pk)) or {}
    day = day_of(booking.location.zone, to.date)
    asked = {
        "unit": day.first + day.bit_of(to.minute, to.fold),
        "provider_id": to.provider,
        "room_id": to.room,
    }
    if any(after.get(name) != value for name, value in asked.items() if value is not None):
        raise KeyUsed(done_before(done))
    return done
