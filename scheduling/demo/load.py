"""How much of the providers' time is booked, day by day."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clinic.models import Location
from scheduling.availability.bits import UNIT
from scheduling.availability.place import Calendar, Visitor
from scheduling.availability.steps import PROVIDER
from scheduling.claiming.free_times import calendar_of, days_between

NOBODY = Visitor(0, frozenset())


@dataclass(frozen=True, slots=True)
class Load:
    """The minutes providers work, and how many of them no visit holds."""

    minutes: int = 0
    free: int = 0

    @property
    def share(self) -> float:
        """How much is booked, from 0 to 1; all of it where nobody works."""
        return 1 - self.free / self.minutes if self.minutes else 1.0


def loads(location: Location, first: datetime.date, last: datetime.date) -> dict[datetime.date, Load]:
    """Read the load of every day on which somebody works, absences and closures left out."""
    calendar = calendar_of(location, first, last)
    empty = Calendar(calendar.place, calendar.base, calendar.end, {})
    found = {}
    for day in days_between(location.zone, first, last):
        whole, free = (
            UNIT * sum(bits.bit_count() for bits in one.asked(day, NOBODY).free[PROVIDER].values())
            for one in (empty, calendar)
        )
        if whole:
            found[day.date] = Load(whole, free)
    return found


def total(days: Iterable[Load]) -> Load:
    """Add days up."""
    days = list(days)
    return Load(sum(one.minutes for one in days), sum(one.free for one in days))


def emptiest(days: Mapping[datetime.date, Load]) -> datetime.date:
    """The day with the lowest share, the first of them."""
    return min(days, key=lambda day: (days[day].share, day))
