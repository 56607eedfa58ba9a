"""The planner among the free times: what it plans is mended where a visit has no time, the cheapest is kept.

The planner knows which days have a time for each series by itself. Whether a visit of several has one is
only seen once it is planned. Then that visit, or one session of it, goes to the cheapest other day, and the
planner is asked again without the day, until there is nothing to mend or its time is over.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.planning.check import broken, lay_out, terms
from scheduling.planning.problem import Problem
from scheduling.planning.solution import Solution, Visit
from scheduling.planning.solver import solve

from .days import SessionId, without_days

ROUNDS = 12
TRIES = 24
REACH = timedelta(days=42)
Dates = Mapping[SessionId, date]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Mending:
    """A problem with its prices and free days, its `rules` alone, and which visits can be had together.

    `has_time` is asked with the sessions of a whole visit, counted within the problem; `pinned` holds the
    series of the visits that stay, by their days: nothing joins them.
    """

    rules: Problem
    prices: Problem
    has_time: Callable[[Sequence[SessionId], date], bool]
    pinned: Mapping[date, frozenset[str]]

    def best(self, stop: Stop | None = None) -> tuple[tuple[Visit, ...], bool]:
        """The cheapest visits found that can all be had, and whether they are proven so; none if none are."""
        found: dict[int, Dates] = {}
        problem, bound = self.prices, None
        for _ in range(ROUNDS):
            solution = solve(problem, stop)
            if solution.terms is None:
                break
            if problem is self.prices and solution.status == "optimal":
                bound = solution.terms.total
            planned = dates_of(solution)
            if mended := self.mended(planned):
                found.setdefault(self.cost(mended), mended)
            full = [one for day in self.without_time(planned) for one in self.too_many(planned, day)]
            if not full or bound in found or (found and stop and stop()):
                break
            problem = without_days(problem, full)
        if not found:
            return (), False
        cheapest = min(found)
        return lay_out(self.rules, in_order(self.rules, found[cheapest])), cheapest == bound

    def too_many(self, dates: Dates, day: date) -> Iterator[tuple[str, date]]:
        """The series that cannot all be on a day: those of its visit, without what is pinned there."""
        for key, _ in self.visit(dates, day):
            if key not in self.pinned.get(day, frozenset()):
                yield key, day

    def mended(self, dates: Dates) -> Dates | None:
        """The dates with every visit on a day on which it can be had; None when that is not found."""
        for _ in range(TRIES):
            day = next(self.without_time(dates), None)
            if day is None:
                return dates
            way = min(self.ways(dates, day), key=lambda one: one[0], default=None)
            if way is None:
                return None
            dates = way[1]
        return None

    def without_time(self, dates: Dates) -> Iterator[date]:
        """The days on which the visits of these dates cannot be had, in order."""
        return (day for day in sorted({*dates.values()}) if not self.can_be(dates, day))

    def can_be(self, dates: Dates, day: date) -> bool:
        """Whether everything these dates put on a day can be had together."""
        visit = self.visit(dates, day)
        if day in self.pinned:
            return self.pinned[day] >= {key for key, _ in visit}
        return self.has_time(visit, day)

    def visit(self, dates: Dates, day: date) -> list[SessionId]:
        """The sessions of a day in the order of their series."""
        found = {key: number for (key, number), when in dates.items() if when == day}
        return [(one.key, found[one.key]) for one in self.rules.series if one.key in found]

    def ways(self, dates: Dates, day: date) -> Iterator[tuple[tuple[bool, int, int], Dates]]:
        """The dates with a visit or one session of it on another day, and how good that is.

        First whether more may have to be mended then, as where all later visits go along with it; next what
        it costs, then how far it is.
        """
        visit = self.visit(dates, day)
        for part in [visit, *([one] for one in visit if len(visit) > 1)]:
            for other in self.around(day):
                tried = {**dates, **dict.fromkeys(part, other)}
                if self.fits(tried, other):
                    stuck = len(part) < len(visit) and not self.can_be(tried, day)
                    yield (stuck, self.cost(tried), abs((other - day).days)), tried
        for other in self.around(day):
            tried = {one: when + (other - day) if when >= day else when for one, when in dates.items()}
            if self.fits(tried, other):
                yield (True, self.cost(tried), abs((other - day).days)), tried

    def around(self, day: date) -> Iterator[date]:
        """The days before and after one to which a visit may be put, the nearest first."""
        for far in range(1, REACH.days + 1):
            for other in (day + timedelta(days=far), day - timedelta(days=far)):
                if self.rules.start <= other <= self.rules.end and other not in self.pinned:
                    yield other

    def fits(self, tried: Dates, day: date) -> bool:
        """Whether the visit of a day can be had, and no rule is broken."""
        return self.can_be(tried, day) and not broken(self.rules, in_order(self.rules, tried))

    def cost(self, dates: Dates) -> int:
        """What dates cost."""
        return terms(self.prices, in_order(self.prices, dates)).total


def dates_of(solution: Solution) -> Dates:
    """The dates of a solution by session."""
    return {(one.series, one.number): visit.date for visit in solution.visits for one in visit.sessions}


def in_order(problem: Problem, dates: Dates) -> list[list[date]]:
    """Dates as the planner keeps them: one list for each series."""
    return [[dates[one.key, number] for number in range(1, len(one.sessions) + 1)] for one in problem.series]
