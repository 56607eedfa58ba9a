"""A place with its hours, the people and things in it, and what holds them: days asked of it one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .bits import Bits, span
from .days import Day
from .engine import DayAsked
from .steps import DEVICE, PATIENT, PROVIDER, ROOM

Holders = Mapping[tuple[str, int], Bits]


@dataclass(frozen=True, slots=True)
class Weekly:
    """A stretch of one ISO weekday, in minutes after midnight, from the day `first` to the day `last`."""

    weekday: int
    opens: int
    closes: int
    first: date = date.min
    last: date = date.max


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which a place is shut or a person does not work, both ends included."""

    first: date
    last: date
    reason: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Holder:
    """A provider, room or device: what it can be booked for, and when beyond the hours of its place.

    `weekly` None means whenever the place is open.
    """

    id: int
    name: str
    serves: frozenset[str]
    weekly: tuple[Weekly, ...] | None = None
    away: tuple[Away, ...] = ()

    def away_on(self, day: date) -> Away | None:
        """Why it cannot be had on a day, if it cannot."""
        return next((one for one in self.away if day in one), None)


@dataclass(frozen=True, slots=True)
class Place:
    """A location: its weekly hours, its shut days, who works there and what stands there.

    `grid` is the step between offered times in five-minute units.
    """

    weekly: tuple[Weekly, ...]
    closed: tuple[Away, ...] = ()
    grid: int = 1
    holders: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)

    def shut_on(self, day: date) -> Away | None:
        """Why the place is shut on a day, if a closure says so."""
        return next((one for one in self.closed if day in one), None)

    def open(self, day: Day) -> Bits:
        """When the place is open on a day; nothing on a closed one."""
        return 0 if self.shut_on(day.date) else within(day, self.weekly)

    def able(self, kind: str, treatments: Iterable[str]) -> tuple[Holder, ...]:
        """Those of a kind that serve all of these treatments."""
        wanted = frozenset(treatments)
        return tuple(one for one in self.holders.get(kind, ()) if wanted <= one.serves)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom a visit is for and what it takes: the treatments given, those a device gives, the patient's id.

    `providers` holds the provider ids to try first, in that order.
    """

    patient: int
    treatments: frozenset[str]
    by_device: frozenset[str] = frozenset()
    providers: tuple[int, ...] = ()


class Calendar:
    """A place and what holds its people and things, in the units `base` to before `end` on the line.

    `busy` has one integer for each (kind, id): bit n is held in the unit `base` + n.
    """

    def __init__(self, place: Place, base: int, end: int, busy: Holders):
        self.place, self.base, self.end, self.busy = place, base, end, busy
        self._lines: dict[tuple[str, int], bytes] = {}
        self._open: dict[date, Bits] = {}
        self._free: dict[tuple[str, int, date], Bits] = {}
        self._candidates: dict[Visitor, dict[str, Sequence[Holder]]] = {}

    def without(self, bits: Holders) -> "Calendar":
        """The same calendar with some bits given back: a visit that moves does not stand in its own way."""
        freed = {key: self.busy.get(key, 0) & ~held for key, held in bits.items()}
        return Calendar(self.place, self.base, self.end, {**self.busy, **freed})

    def with_held(self, bits: Holders) -> "Calendar":
        """The same calendar with more bits held."""
        more = {key: self.busy.get(key, 0) | held for key, held in bits.items()}
        return Calendar(self.place, self.base, self.end, {**self.busy, **more})

    def taken(self, day: Day, kind: str, key: int) -> Bits:
        """The bits of a day on which somebody or something is held."""
        line = self._lines.get((kind, key))
        if line is None:
            line = self._lines[kind, key] = as_bytes(self.busy.get((kind, key), 0))
        return cut(line, day.first - self.base, day.units)

    def opened(self, day: Day) -> Bits:
        """When the place is open on a day."""
        if day.date not in self._open:
            self._open[day.date] = self.place.open(day)
        return self._open[day.date]

    def free(self, day: Day, kind: str, holder: Holder) -> Bits:
        """When somebody or something can be had on a day."""
        key = (kind, holder.id, day.date)
        found = self._free.get(key)
        if found is None:
            found = hours(holder, day, self.opened(day))
            if found:
                found &= ~self.taken(day, kind, holder.id)
            self._free[key] = found
        return found

    def asked(self, day: Day, visitor: Visitor) -> DayAsked:
        """Everything that decides when the visitor could come on a day.

        ValueError for a day that was not read: what holds it is not known.
        """
        self.require(day)
        free = {
            kind: {one.id: self.free(day, kind, one) for one in holders}
            for kind, holders in self.candidates(visitor).items()
        }
        free[PATIENT] = {visitor.patient: day.whole() & ~self.taken(day, PATIENT, visitor.patient)}
        return DayAsked(day.units, self.opened(day), free, self.place.grid)

    def require(self, day: Day) -> None:
        """Refuse a day that was not read, with ValueError."""
        if day.first < self.base or day.first + day.units > self.end:
            raise ValueError(f"{day.date} lies outside the days this calendar was read for")

    def candidates(self, visitor: Visitor) -> Mapping[str, Sequence[Holder]]:
        """Whom and what the visitor could be treated by, in and with, in the order of preference."""
        if visitor not in self._candidates:
            rank = {key: place for place, key in enumerate(visitor.providers)}
            able = self.place.able(PROVIDER, visitor.treatments)
            self._candidates[visitor] = {
                PROVIDER: sorted(able, key=lambda one: rank.get(one.id, len(rank))),
                ROOM: self.place.able(ROOM, visitor.treatments),
                DEVICE: self.place.able(DEVICE, visitor.by_device) if visitor.by_device else (),
            }
        return self._candidates[visitor]


def as_bytes(bits: Bits) -> bytes:
    """Bits as bytes, the lowest first, of which a day is cut out without touching the others."""
    return bits.to_bytes(bits.bit_length() + 7 >> 3, "little")


def cut(line: bytes, first: int, count: int) -> Bits:
    """`count` bits of a line from bit `first` on."""
    piece = int.from_bytes(line[first >> 3 : first + count + 7 >> 3], "little")
    return piece >> (first & 7) & span(0, count)


def hours(holder: Holder, day: Day, opened: Bits) -> Bits:
    """When somebody or something could be had on a day if nothing were booked."""
    if not opened or (holder.away and holder.away_on(day.date)):
        return 0
    return opened if holder.weekly is None else opened & within(day, holder.weekly)


def within(day: Day, weekly: Iterable[Weekly]) -> Bits:
    """The bits of the weekly stretches that fall on a day."""
    found = 0
    weekday, when = day.date.isoweekday(), day.date
    for one in weekly:
        if one.weekday == weekday and one.first <= when <= one.last:
            found |= day.between(one.opens, one.closes)
    return found
