"""Move one booked visit: what it would hold at another time, and what stands against it."""

import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from clinic.models import User
from scheduling.actions.bookings import KeyUsed, NotApproved, Order, Refused, book, made_with
from scheduling.arranging.seats import Seats
from scheduling.availability.bits import span
from scheduling.availability.days import unit_of
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, Wanted, wanted_at
from scheduling.guard.rules import PLACE, Against, against
from scheduling.models import Booking, Change, PlanVersion
from scheduling.planning.reasons import spoken

MOVED = "visit.moved"


class NotMoved(Refused):
    """Raised when a visit cannot be moved; `against` holds why, `moving` what was asked for, if it was."""

    def __init__(self, problems: Sequence[Against], moving: "Moving | None" = None):
        super().__init__(problems)
        self.moving = moving


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a visit is wanted: a local day and wall time, and by id with whom and where.

    Without a provider the visit stays with its own; without a room it keeps its own where that is free.
    `fold` says which of two equal wall times is meant when clocks go back: 0 the first, 1 the second.
    """

    date: datetime.date
    minute: int
    provider: int | None = None
    room: int | None = None
    fold: int | None = None


def move(
    *,
    by: User,
    booking: Booking,
    to: Destination,
    now: datetime.datetime,
    override: str = "",
    key: uuid.UUID | None = None,
) -> Change:
    """Move a booked visit through the one action that books, or nothing; the same `key` moves it once.

    `booking` comes `with_details`. Raises NotMoved with every reason, NoSuchTime for a wall time that the
    clocks skip or show twice, PermissionDenied when anybody but a provider overrides a rule.
    """
    if key and (done := moved_with(key, booking, to)):
        return done
    versions = PlanVersion.objects.visible_to(by).approved().with_details()
    version = versions.filter(plan=booking.plan_id).first()
    if version is None:
        raise NotMoved([Against(PLACE, NotApproved().messages[0], to.date)])
    moving = Moving(Situation(version, now), booking, to)
    if moving.wanted is None:
        raise NotMoved(moving.against, moving)
    order = Order((moving.wanted,), action=MOVED, override=override, key=key or uuid.uuid4())
    return carried_out(by, moving, order)


def moved_with(key: uuid.UUID, booking: Booking, to: Destination) -> Change | None:
    """The change that moved a visit there with this key; NotMoved when the key did anything else."""
    try:
        done = made_with(key, booking.plan_id)
    except KeyUsed as used:
        raise NotMoved(used.against) from used
    if done is None:
        return None
    after = done.after.get(str(booking.pk)) or {}
    asked = {"date": to.date.isoformat(), "minute": to.minute, "provider_id": to.provider}
    if any(after.get(name) != value for name, value in asked.items() if value is not None):
        raise NotMoved(KeyUsed().against)
    return done


def carried_out(by: User, moving: "Moving", order: Order) -> Change:
    """Carry out the order of a move; NotMoved for what stands against it after all."""
    situation = moving.situation
    try:
        return book(by=by, version=situation.version, order=order, now=situation.now)
    except Refused as refused:
        raise NotMoved(refused.against, moving) from refused
    except TakenMeanwhile as taken:
        raise NotMoved([Against(PLACE, str(taken), moving.to.date)], moving) from taken


class Moving:
    """A booked visit, with its sessions, and where it is wanted."""

    def __init__(self, situation: Situation, booking: Booking, to: Destination):
        self.situation, self.booking, self.to = situation, booking, to

    @cached_property
    def sessions(self) -> tuple[SessionId, ...]:
        """The sessions of the visit by key and number within the approved version, 0 for a booster."""
        series = self.situation.standings.series
        return tuple(
            (one.key, one.number_after(series[one.key].done))
            for one in self.booking.sessions.all()
            if one.is_live and one.key in series
        )

    @property
    def keys(self) -> list[str]:
        """The series of its sessions."""
        return [key for key, _ in self.sessions]

    @cached_property
    def seats(self) -> Seats:
        """The free times, the visit's own among them."""
        return self.situation.seats([self.booking])

    @cached_property
    def stays(self) -> str:
        """Why the visit is not moved at all, wherever to; nothing when it can be."""
        if self.booking.status != Booking.Status.BOOKED:
            return f"This visit is {self.booking.get_status_display().lower()} and stays where it is."
        if self.booking.date < self.situation.today:
            return "The day of this visit has passed. Record first what became of it."
        if len(self.sessions) < len(self.booking.sessions.all()):
            return "The plan was changed since this visit was booked. Book it anew from the plan."
        return ""

    @cached_property
    def beyond(self) -> str:
        """Why the day asked for is none to move to."""
        if self.to.date < self.situation.today:
            return f"{spoken(self.to.date)} has passed."
        if self.to.date > self.situation.last:
            last = spoken(self.situation.last)
            return f"{spoken(self.to.date)} lies after the plan, which ends on {last}."
        return ""

    @cached_property
    def start(self) -> int:
        """The bit of its day at which it would begin."""
        return self.seats.day(self.to.date).bit_of(self.to.minute, self.to.fold)

    @cached_property
    def wanted(self) -> Wanted | None:
        """The visit at its destination; None when that time cannot be had."""
        if self.stays or self.beyond:
            return None
        seats = (self.seats.at(self.keys, self.to.date, self.start, held) for held in self.preferences())
        seat = next((seat for seat in seats if seat), None)
        return wanted_at(seat, self.sessions, self.booking.pk) if seat else None

    def preferences(self) -> Iterator[Mapping[str, int]]:
        """Whom and what to hold, the best first: as now where nothing else is asked for."""
        provider = {PROVIDER: self.to.provider or self.booking.provider_id}
        room = {ROOM: self.to.room or self.booking.room_id}
        device = {DEVICE: self.booking.device_id} if self.booking.device_id else {}
        yield {**provider, **room, **device}
        yield {**provider, **room}
        if not self.to.room:
            yield {**provider, **device}
            yield provider

    @property
    def against(self) -> tuple[Against, ...]:
        """Everything that stands against the destination: rules, the place, and what is booked already."""
        if text := self.stays or self.beyond:
            return (Against(PLACE, text, self.to.date),)
        if self.wanted:
            return against(self.situation, [self.wanted])
        return (*against(self.situation, [self.asked]), *self.taken())

    @property
    def asked(self) -> Wanted:
        """The visit exactly as it was asked for, whether it can be had or not."""
        return Wanted(
            sessions=self.sessions,
            date=self.to.date,
            minute=self.to.minute,
            unit=self.seats.day(self.to.date).first + self.start,
            provider=self.to.provider or self.booking.provider_id,
            room=self.to.room or self.booking.room_id,
            device=self.booking.device_id,
            steps=self.seats.steps(self.keys),
            booking=self.booking.pk,
        )

    def taken(self) -> Iterator[Against]:
        """Who and what is booked already at the time asked for."""
        if self.asked.unit <= unit_of(self.situation.now):
            return
        when = f"{spoken(self.to.date)}, {self.asked.starts}"
        for kind in self.seats.finder(self.keys).needed:
            holder = self.booking.patient_id if kind == PATIENT else getattr(self.asked, kind)
            if self.is_taken(kind, holder or 0):
                known = self.seats.names.get((kind, holder))
                name = known.name if known else str(self.booking.patient)
                yield Against(PLACE, f"{when}: {name} is booked already.", self.to.date)

    def is_taken(self, kind: str, holder: int) -> bool:
        """Whether somebody or something is held by another visit while this one would need them."""
        busy = self.seats.calendar.taken(self.seats.day(self.to.date), kind, holder) >> self.start
        return any(busy & span(first, count) for first, count in self.seats.finder(self.keys).held[kind])
