"""What the planner answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .problem import FourDates


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan costs, term by term, in cost units."""

    visits: int = 0
    drift: int = 0
    discouraged: int = 0
    moves: int = 0
    missed_targets: int = 0

    @property
    def total(self) -> int:
        return self.visits + self.drift + self.discouraged + self.moves + self.missed_targets

    def __sub__(self, other: "Terms") -> "Terms":
        return Terms(
            self.visits - other.visits,
            self.drift - other.drift,
            self.discouraged - other.discouraged,
            self.moves - other.moves,
            self.missed_targets - other.missed_targets,
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Session `number` (from 1) of `series` on its date, with its window counted from the session before."""

    series: str
    number: int
    date: date
    window: FourDates


@dataclass(frozen=True, slots=True)
class Visit:
    """One date with the sessions given on it, in treatment order; minutes include the overhead."""

    date: date
    minutes: int
    sessions: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One of a set of constraints that cannot hold together.

    `kind` is window, closed, forbidden, separation, length, pinned, weekdays or horizon; the other fields
    name which one, where the kind needs it.
    """

    kind: str
    series: str | None = None
    number: int | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan and how far it is proven.

    `status` is optimal, infeasible (with a minimal `conflict`), feasible (with a proven lower `bound`) or
    unknown. `dates` holds one tuple of dates for each series, in the problem's order.
    """

    status: str
    dates: tuple[tuple[date, ...], ...] = ()
    terms: Terms | None = None
    visits: tuple[Visit, ...] = ()
    bound: int | None = None
    conflict: tuple[Conflict, ...] = ()

    @property
    def cost(self) -> int | None:
        return self.terms.total if self.terms else None

    def day_sum(self, start: date) -> int:
        """Sum over all sessions of the days from `start` to their date."""
        return sum((day - start).days for series in self.dates for day in series)

    def placed(self) -> Iterable[Placed]:
        for visit in self.visits:
            yield from visit.sessions
