"""The free times of one visit, day by day: what is offered, and why a day is not."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduling.arranging.blocking import Blocker, blockers
from scheduling.arranging.days import outwards
from scheduling.arranging.seats import Seat, Seats
from scheduling.availability.days import EPOCH, LENGTH
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, Wanted, wanted_at
from scheduling.guard.rules import Against, against
from scheduling.models import Booking
from scheduling.planning.reasons import spoken

SHOWN, NEAREST = 5, 3
NEAR = datetime.timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is offered: the unit on the line it stands for, and what the clock shows."""

    at: int
    starts: str


@dataclass(frozen=True, slots=True)
class DayTimes:
    """A day with its times by provider, or what stands against it.

    `against` are rules the visit itself would break on this day, `later` what it would break for other
    visits; `blockers` say why the day has no time at all.
    """

    date: datetime.date
    groups: tuple[tuple[str, tuple[Slot, ...]], ...] = ()
    against: tuple[Against, ...] = ()
    later: tuple[Against, ...] = ()
    blockers: tuple[Blocker, ...] = ()

    @property
    def day(self) -> str:
        """The date with its weekday."""
        return spoken(self.date)

    @property
    def count(self) -> int:
        """How many times it has."""
        return sum(len(slots) for _, slots in self.groups)

    @property
    def span(self) -> str:
        """Its first and last time: 09:00 to 16:15."""
        times = sorted((slot.at, slot.starts) for _, slots in self.groups for slot in slots)
        return f"{times[0][1]} to {times[-1][1]}" if len(times) > 1 else times[0][1] if times else ""

    @property
    def offered(self) -> bool:
        """Whether its times can be booked as they are."""
        return bool(self.groups) and not (self.against or self.later)


class TimePicker:
    """Times for some sessions of a plan, or for the visit `booking` that moves.

    `sessions` are keys with numbers within the version, 0 for a booster; `provider` (an id) is preferred,
    the visit's own or the patient's wished one unless told.
    """

    def __init__(
        self,
        situation: Situation,
        sessions: Sequence[SessionId],
        booking: Booking | None = None,
        provider: int | None = None,
    ):
        self.situation, self.booking = situation, booking
        order = list(situation.standings.series)
        self.sessions = tuple(sorted(sessions, key=lambda one: order.index(one[0])))
        self.keys = [key for key, _ in self.sessions]
        self._provider = provider or (booking.provider_id if booking else None)

    @cached_property
    def seats(self) -> Seats:
        """The free times; the visit that moves does not stand in its own way."""
        seats = self.situation.seats([self.booking] if self.booking else [])
        if self._provider:
            seats.likes = replace(seats.likes, provider=self._provider)
        return seats

    @property
    def first(self) -> datetime.date:
        """The first day that can be asked for."""
        return self.situation.today

    @property
    def last(self) -> datetime.date:
        """The last day that can be asked for."""
        return self.situation.last

    def within(self, day: datetime.date) -> datetime.date:
        """The day itself, or the nearest that can be asked for."""
        return min(max(day, self.first), self.last)

    @property
    def providers(self) -> tuple[tuple[int, str], ...]:
        """Who could give the visit: id and name."""
        able = self.situation.place.able(PROVIDER, self.seats.treatments(self.keys))
        return tuple((one.id, one.name) for one in able)

    @property
    def preferred(self) -> int | None:
        """Whose times come first."""
        return self.seats.likes.provider

    @property
    def minutes(self) -> int:
        """How long the visit takes."""
        return self.seats.finder(self.keys).length * 5

    def days(self, start: datetime.date, count: int = SHOWN) -> tuple[DayTimes, ...]:
        """The open days from one on, with those that a closure shuts."""
        found: list[DayTimes] = []
        for day in days_from(start, self.last):
            if self._works(day):
                found.append(self.day(day))
            if len(found) == count:
                break
        return tuple(found)

    def _works(self, day: datetime.date) -> bool:
        return any(one.weekday == day.isoweekday() for one in self.situation.place.weekly)

    def day(self, when: datetime.date) -> DayTimes:
        """The times of one day, or what stands against it."""
        fits = list(self.seats.finder(self.keys).all_fits(self.seats.asked(self.keys, when)))
        if not fits:
            return DayTimes(when, blockers=blockers(self.seats, self.keys, when))
        shown, names = self.seats.day(when), self.seats.names
        groups: dict[int, list[Slot]] = {}
        for fit in fits:
            slot = Slot(shown.first + fit.start, f"{shown.shows(fit.start):%H:%M}")
            groups.setdefault(fit.resources[PROVIDER], []).append(slot)
        problems = self.problems(Seat(shown, fits[0], self.seats.steps(self.keys)))
        ordered = sorted(groups.items(), key=lambda one: self._rank(one[0]))
        return DayTimes(
            when,
            tuple((names[PROVIDER, key].name, tuple(slots)) for key, slots in ordered),
            against=tuple(one for one in problems if one.date == when),
            later=tuple(one for one in problems if one.date != when),
        )

    def _rank(self, provider: int) -> tuple[bool, str]:
        return provider != self.preferred, self.seats.names[PROVIDER, provider].name

    def problems(self, seat: Seat) -> tuple[Against, ...]:
        """What stands against the visit at a seat."""
        return against(self.situation, (self.at_seat(seat),))

    def at_seat(self, seat: Seat) -> Wanted:
        """The visit at a seat, booked anew or moved."""
        return wanted_at(seat, self.sessions, self.booking.pk if self.booking else None)

    def wanted(self, at: int) -> Wanted | None:
        """The visit at a unit on the line, with what it holds now where that is free; None without a time."""
        local = self.local_day(at)
        if not self.first <= local <= self.last:
            return None
        start = at - self.seats.day(local).first
        tries: Iterable[dict[str, int]] = ({},)
        if self._provider:
            own = {PROVIDER: self._provider}
            tries = (*self._as_now(own), own, {})
        found = (self.seats.at(self.keys, local, start, held) for held in tries)
        seat = next((one for one in found if one), None)
        return self.at_seat(seat) if seat else None

    def local_day(self, at: int) -> datetime.date:
        """The local day of a unit on the line."""
        return (EPOCH + at * LENGTH).astimezone(self.situation.location.zone).date()

    def _as_now(self, own: dict[str, int]) -> Iterator[dict[str, int]]:
        """The provider with the room and device that the visit has now."""
        if self.booking:
            kept = {ROOM: self.booking.room_id, DEVICE: self.booking.device_id}
            yield own | {kind: key for kind, key in kept.items() if key}

    def nearest(self, around: datetime.date) -> tuple[DayTimes, ...]:
        """The three days nearest to one that work; around where the visit is now, if none is near."""
        found = self._working(around)
        if not found and self.booking:
            found = self._working(self.booking.date)
        return tuple(sorted(found, key=lambda one: one.date))

    def _working(self, around: datetime.date) -> list[DayTimes]:
        """The nearest days that break no rule, filled up with those that only later visits stand against."""
        free: list[DayTimes] = []
        later: list[DayTimes] = []
        for day in outwards(around, self.first, self.last):
            if day == around or not self.seats.times(self.keys, day):
                continue
            times = self.day(day)
            if times.offered:
                free.append(times)
            elif self.booking and not times.against:
                later.append(times)
            enough = abs(day - around) > NEAR and len(free) + len(later) >= NEAREST
            if len(free) == NEAREST or (free and enough):
                break
        return [*free, *later][:NEAREST]


def days_from(start: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Every day from one to another."""
    for ahead in range((last - start).days + 1):
        yield start + datetime.timedelta(days=ahead)
