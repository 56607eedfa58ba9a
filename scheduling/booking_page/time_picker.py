"""The free times of one visit, day by day: what is offered, and why a day is not."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from scheduling.arranging.blocking import Blocker, blockers, why_not
from scheduling.availability.bits import UNIT
from scheduling.availability.steps import PROVIDER
from scheduling.course.moving import Moving
from scheduling.course.nearest import nearest_days
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted
from scheduling.guard.rules import Against
from scheduling.planning.reasons import spoken

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is offered: the unit on the line it stands for, what the clock shows, and with whom."""

    at: int
    starts: str
    provider: int

    @property
    def value(self) -> str:
        """What its button sends: the time, with this provider and no other."""
        return f"{self.at}-{self.provider}"


class Group(NamedTuple):
    """The times of one provider on a day, and why it is not the one the visit would keep."""

    provider: str
    slots: tuple[Slot, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayTimes:
    """A day with its times by provider, or what stands against it.

    `against` are rules the visit itself would break on this day, `later` what it would break for other
    visits; `blockers` say why the day has no time at all.
    """

    date: datetime.date
    groups: tuple[Group, ...] = ()
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
        return sum(len(group.slots) for group in self.groups)

    @property
    def span(self) -> str:
        """Its first and last time: 09:00 to 16:15."""
        times = sorted((slot.at, slot.starts) for group in self.groups for slot in group.slots)
        return f"{times[0][1]} to {times[-1][1]}" if len(times) > 1 else times[0][1] if times else ""

    @property
    def offered(self) -> bool:
        """Whether its times can be booked as they are."""
        return bool(self.groups) and not (self.against or self.later)


class TimePicker:
    """The times of a visit, with whomever it names or else keeps before all others."""

    def __init__(self, moving: Moving):
        self.moving = moving

    @property
    def situation(self) -> Situation:
        """Where the plan stands."""
        return self.moving.situation

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
        seats = self.moving.seats
        able = self.situation.place.able(PROVIDER, seats.treatments(self.moving.keys))
        return tuple((one.id, one.name) for one in able)

    @property
    def minutes(self) -> int:
        """How long the visit takes."""
        return self.moving.finder.length * UNIT

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
        offered = list(self.moving.offered(when))
        if not offered:
            return DayTimes(when, blockers=self._blockers(when))
        problems = self.moving.against_day(when)
        return DayTimes(
            when,
            tuple(self._groups(offered)),
            against=tuple(one for one in problems if one.date == when),
            later=tuple(one for one in problems if one.date != when),
        )

    def _blockers(self, when: datetime.date) -> tuple[Blocker, ...]:
        """Why a day has no time, the provider asked for by name among the reasons."""
        seats, keys = self.moving.seats, self.moving.keys
        if (found := blockers(seats, keys, when)) or PROVIDER not in self.moving.named:
            return found
        named = seats.names.get((PROVIDER, self.moving.named[PROVIDER]))
        text = why_not(named, when) if named else "this provider cannot be booked here"
        return (Blocker(PROVIDER, text),)

    def _groups(self, offered: list[Wanted]) -> Iterator[Group]:
        """The times by provider: the one that is kept first, the others by name and with the reason."""
        by_provider: dict[int, list[Wanted]] = {}
        for one in offered:
            by_provider.setdefault(one.provider, []).append(one)
        names, kept = self.moving.seats.names, self.moving.kept.get(PROVIDER)
        for key in sorted(by_provider, key=lambda key: (key != kept, names[PROVIDER, key].name)):
            found = by_provider[key]
            slots = tuple(Slot(one.unit, one.starts, key) for one in found)
            reasons = dict.fromkeys(one.reason for one in found if one.reason)
            yield Group(names[PROVIDER, key].name, slots, "; ".join(reasons))

    def nearest(self, around: datetime.date) -> tuple[DayTimes, ...]:
        """The three days nearest to one that work; around where the visit is now, if none is near."""
        found, booking = nearest_days(self.moving, around), self.moving.booking
        if not found and booking:
            found = nearest_days(self.moving, booking.date)
        return tuple(self.day(one) for one in found)


def days_from(start: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Every day from one to another."""
    for ahead in range((last - start).days + 1):
        yield start + datetime.timedelta(days=ahead)
