"""Every start time at which a visit fits, and who and what it would hold.

A resource fits a start when each stretch of steps that holds it is free. Whether the patient, some
provider, some room and some device fit are independent of each other, so the start times of a day are
one `&` of four bit sets, each an `|` over the candidates of its kind: no combination is ever tried.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .bits import Bits, each, grid, starts
from .steps import DEVICE, PATIENT, PROVIDER, ROOM, Step, held, length

KINDS = (PATIENT, PROVIDER, ROOM, DEVICE)


@dataclass(frozen=True, slots=True)
class DayAsked:
    """One day: how many units it has, when the place is open, and each candidate's free bits, by kind.

    `free` holds the candidates of each kind by their id in the order of preference; `grid` is the step, in
    units, between the times that are offered, counted from the first open one of the day.
    """

    units: int
    open: Bits
    free: Mapping[str, Mapping[int, Bits]]
    grid: int = 1


@dataclass(frozen=True, slots=True)
class Fit:
    """A start time as a bit of its day, and the id of each kind of resource the visit would hold."""

    start: int
    resources: Mapping[str, int]


class Finder:
    """Finds the times of one visit; made once for all the days that are asked for."""

    def __init__(self, steps: Sequence[Step]):
        self.length = length(steps)
        self.held = {kind: held(steps, kind) for kind in KINDS}
        self.needed = tuple(kind for kind in KINDS if self.held[kind])

    def fits(self, kind: str, free: Bits) -> Bits:
        """The start times at which a resource of that kind is free whenever it is held."""
        found = -1
        for first, count in self.held[kind]:
            found &= starts(free, count) >> first
        return found

    def times(self, day: DayAsked) -> Bits:
        """Every start time of a day: inside the open hours, on the grid, with one of each kind free."""
        free = {kind: day.free[kind].values() for kind in self.needed}
        return self.among(self.offered(day.open, day.grid), free)

    def offered(self, opened: Bits, step: int) -> Bits:
        """The start times of a day inside its open hours, every `step` units from the first of them on."""
        found = starts(opened, self.length)
        if step == 1 or not found:
            return found
        first = (opened & -opened).bit_length() - 1
        return found & grid(step, opened.bit_length() - first) << first

    def among(self, found: Bits, free: Mapping[str, Iterable[Bits]]) -> Bits:
        """Those of some start times at which one of each kind is free; `free` has all of them by kind."""
        for kind, candidates in free.items():
            some = 0
            for one in candidates:
                some |= self.fits(kind, one)
                if found & some == found:
                    break
            found &= some
            if not found:
                return 0
        return found

    def fit(self, day: DayAsked, start: int) -> Fit | None:
        """The first candidate of each kind that fits a start time; None when some kind has none."""
        if not self.times(day) >> start & 1:
            return None
        return Fit(start, {kind: self._first(day, kind, start) for kind in self.needed})

    def all_fits(self, day: DayAsked, among: Bits = -1) -> Iterator[Fit]:
        """Every start time of a day that is among some with its resources, the earliest first."""
        by_kind = {
            kind: [(key, self.fits(kind, free)) for key, free in day.free[kind].items()]
            for kind in self.needed
        }
        for start in each(self.times(day) & among):
            chosen = {
                kind: next(key for key, fits in candidates if fits >> start & 1)
                for kind, candidates in by_kind.items()
            }
            yield Fit(start, chosen)

    def _first(self, day: DayAsked, kind: str, start: int) -> int:
        return next(key for key, free in day.free[kind].items() if self.fits(kind, free) >> start & 1)
