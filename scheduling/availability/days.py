"""Local days on a line of five-minute units that counts from 1970 in UTC, right across every clock change.

A unit of the line is a real stretch of five minutes. Bit n of a day is its n-th unit after local midnight,
so a day has 288 bits, or 276, 282, 294, 300 or none where clocks change.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from .bits import UNIT, Bits, each, span, units

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LENGTH = timedelta(minutes=UNIT)
DAY_MINUTES = 24 * 60
PLAIN = DAY_MINUTES // UNIT  # the units of a day on which no clock changes


class NoSuchTime(ValueError):
    """Raised for a wall time that the clocks skip, or show twice when it is not said which."""


@dataclass(frozen=True, slots=True)
class Day:
    """A local date: the unit on the line at which it begins, and how many units it has."""

    date: date
    zone: ZoneInfo
    first: int
    units: int

    def bit_of(self, minutes: int, fold: int | None = None) -> int:
        """The bit of a wall time, in minutes after midnight on the clock (0 to 1440, a multiple of 5).

        NoSuchTime for a time that does not exist on this day, and for one that comes twice unless `fold`
        says which: 0 the first, 1 the second.
        """
        if minutes % UNIT or not 0 <= minutes <= DAY_MINUTES:
            raise ValueError(f"{minutes} is not a multiple of {UNIT} from 0 to {DAY_MINUTES}")
        if minutes == DAY_MINUTES:
            return self.units
        both = [self._bit(minutes, side) for side in (0, 1)]
        if fold is not None and self._shown(both[fold]) == minutes:
            return both[fold]
        real = sorted({bit for bit in both if self._shown(bit) == minutes})
        if not real:
            raise NoSuchTime(f"{clock(minutes)} does not exist on {self.date}: the clocks go forward")
        if len(real) > 1:
            raise NoSuchTime(f"{clock(minutes)} comes twice on {self.date}: say the first or the second")
        return real[0]

    def between(self, opens: int, closes: int) -> Bits:
        """The bits of all times the clock shows from `opens` to before `closes`, in minutes after midnight.

        Times that do not exist are left out, times that come twice are in twice.
        """
        if self.units == PLAIN:
            return _plain(opens, closes)
        found = 0
        for bit, minutes, count in _changed(self):
            first = max(units(opens - minutes), 0)
            found |= span(bit + first, min(units(closes - minutes), count) - first)
        return found

    def clocks(self, bits: Bits) -> list[int]:
        """What the clock shows at each bit, in minutes after midnight, in the order of the bits."""
        if self.units == PLAIN:
            return [bit * UNIT for bit in each(bits)]
        return [
            minutes + (bit - first) * UNIT
            for first, minutes, count in _changed(self)
            for bit in each(bits & span(first, count))
        ]

    def whole(self) -> Bits:
        """All bits of the day."""
        return span(0, self.units)

    def shows(self, bit: int) -> datetime:
        """The local time at which a bit begins, aware."""
        return (EPOCH + (self.first + bit) * LENGTH).astimezone(self.zone)

    def _bit(self, minutes: int, fold: int) -> int:
        wall = datetime(self.date.year, self.date.month, self.date.day, tzinfo=self.zone, fold=fold)
        wall = wall.replace(hour=minutes // 60, minute=minutes % 60, fold=fold)
        return unit_of(wall) - self.first

    def _shown(self, bit: int) -> int:
        """What the clock shows at a bit, in minutes after the midnight this day began or would have begun."""
        if not 0 <= bit < self.units:
            return -1
        local = self.shows(bit)
        return local.hour * 60 + local.minute


@lru_cache(maxsize=4096)
def day_of(zone: ZoneInfo, when: date) -> Day:
    """A local date on the line; its units are none where the calendar skips it."""
    first = _midnight(zone, when)
    return Day(when, zone, first, _midnight(zone, when + timedelta(days=1)) - first)


def unit_of(moment: datetime) -> int:
    """The unit on the line in which an aware moment lies."""
    return (moment - EPOCH) // LENGTH


def wall_time(unit: int, zone: ZoneInfo) -> tuple[date, int]:
    """The local date of a unit on the line, and what the clock shows then, in minutes after midnight."""
    local = (EPOCH + unit * LENGTH).astimezone(zone)
    return local.date(), local.hour * 60 + local.minute


def clock(minutes: int) -> str:
    """Minutes after midnight as a clock shows them: 09:05."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


@cache
def _plain(opens: int, closes: int) -> Bits:
    first, last = units(max(opens, 0)), units(min(closes, DAY_MINUTES))
    return span(first, last - first)


@lru_cache(maxsize=64)
def _changed(day: Day) -> tuple[tuple[int, int, int], ...]:
    """The stretches of a day in which the clock runs through: first bit, minutes it shows then, units."""
    shown = [day._shown(bit) for bit in range(day.units)]
    begins = [bit for bit in range(day.units) if not bit or shown[bit] != shown[bit - 1] + UNIT]
    ends = [*begins[1:], day.units]
    return tuple((bit, shown[bit], end - bit) for bit, end in zip(begins, ends, strict=False))


def _midnight(zone: ZoneInfo, when: date) -> int:
    """The unit at which a date begins: where midnight is skipped, the moment the clocks move."""
    return unit_of(datetime(when.year, when.month, when.day, tzinfo=zone))
