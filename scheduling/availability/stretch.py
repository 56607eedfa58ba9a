"""Many days asked at once: each provider, room and device is one long integer over all of them.

What asking day by day does for every holder on every day, this does once for every holder, so that a day
more costs a few bits more.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from .bits import Bits
from .days import Day
from .engine import Finder
from .place import Calendar, Holder, Visitor, as_bytes, cut, hours
from .steps import PATIENT

Times = Mapping[date, Bits]


class Stretch:
    """Days of a calendar in their order; ValueError for one that was not read."""

    def __init__(self, calendar: Calendar, days: Sequence[Day]):
        for day in days:
            calendar.require(day)
        self.calendar, self.days = calendar, days
        self.base = days[0].first if days else calendar.base
        self._opened = self._line([calendar.opened(day) for day in days])
        self._free: dict[tuple[str, int], Bits] = {}

    def times(self, finder: Finder, visitor: Visitor) -> Times:
        """Every start time of each day, as `Finder.times` finds them."""
        return self._by_day(self._times(finder, visitor, finder.needed))

    def times_with(self, finder: Finder, visitor: Visitor, kind: str) -> dict[int, Times]:
        """The start times of each day with each candidate of a kind that the visit holds."""
        kinds = [one for one in finder.needed if one != kind]
        found = self._times(finder, visitor, kinds)
        return {
            key: self._by_day(found & finder.fits(kind, free))
            for key, free in self._candidates(kind, visitor).items()
        }

    def _times(self, finder: Finder, visitor: Visitor, kinds: Sequence[str]) -> Bits:
        """The start times of all days in one; as offered day by day, a visit ends on the day it begins."""
        step = self.calendar.place.grid
        offered = self._line([finder.offered(self.calendar.opened(day), step) for day in self.days])
        return finder.among(offered, {kind: self._candidates(kind, visitor).values() for kind in kinds})

    def _candidates(self, kind: str, visitor: Visitor) -> dict[int, Bits]:
        if kind == PATIENT:
            return {visitor.patient: ~self._busy(PATIENT, visitor.patient)}
        return {one.id: self._free_of(kind, one) for one in self.calendar.candidates(visitor)[kind]}

    def _free_of(self, kind: str, holder: Holder) -> Bits:
        found = self._free.get((kind, holder.id))
        if found is None:
            found = self._free[kind, holder.id] = self._hours(holder) & ~self._busy(kind, holder.id)
        return found

    def _hours(self, holder: Holder) -> Bits:
        if holder.weekly is None and not holder.away:
            return self._opened
        return self._line([hours(holder, day, self.calendar.opened(day)) for day in self.days])

    def _busy(self, kind: str, key: int) -> Bits:
        return self.calendar.busy.get((kind, key), 0) >> self.base - self.calendar.base

    def _line(self, by_day: Sequence[Bits]) -> Bits:
        """The bits of all days in one, joined two by two: one by one would copy the long one every time."""
        parts = [(day.first - self.base, bits) for day, bits in zip(self.days, by_day, strict=True) if bits]
        while len(parts) > 1:
            pairs = zip(parts[::2], parts[1::2], strict=False)
            joined = [(first, bits | more << after - first) for (first, bits), (after, more) in pairs]
            parts = joined + parts[len(parts) & ~1 :]
        return parts[0][1] << parts[0][0] if parts else 0

    def _by_day(self, found: Bits) -> Times:
        line = as_bytes(found)
        return {day.date: cut(line, day.first - self.base, day.units) for day in self.days}
