"""What every other day would cost, or why it cannot be.

The price of a day is the cost of the best plan with the session on that day less the cost of the plan at
hand. The bounds of the whole problem hold for each such plan too, so they are made once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from .bounds import Ascent, Proof, Rest
from .check import terms
from .conflict import feasible, minimal_conflict
from .draft import Courses, cost_of, first_plan, improve, place
from .narrow import marginals, narrowed
from .problem import Problem, Series
from .reasons import Reason, spoken
from .search import Search
from .solution import Conflict, Solution, Terms
from .solver import CHUNK, Run
from .tables import LARGEST, Tables

CLIMB, CLIMB_A_DAY, LABELS = 100, 25, 1_200
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """One day for one session.

    `state` is best (the plan's own day), free, costly, blocked, or unsettled: stopped before a plan was
    found or excluded. `price` is in cost units, `change` the same by term, `dates` the best plan with the
    session on that day (by series, in the problem's order); all three are None when blocked or unsettled.
    A price that is not `proven` may be lower still.
    """

    day: date
    state: str
    price: int | None = None
    change: Terms | None = None
    dates: tuple[tuple[date, ...], ...] | None = None
    because: tuple[Reason, ...] = ()
    proven: bool = True


def price_days(
    problem: Problem,
    solution: Solution,
    series: str,
    number: int,
    first: date,
    last: date,
    stop: Stop | None = None,
) -> tuple[DayVerdict, ...]:
    """Judge every day from `first` to `last` for session `number` (from 1) of the series with that key.

    Once `stop` answers True every day keeps the best price so far, proven or not. Raises KeyError for a
    series or session the problem does not have, ValueError when `solution` has no plan or the days are
    more than 62.
    """
    if solution.terms is None:
        raise ValueError("there is no plan whose other days could be priced")
    if not 0 <= (last - first).days < 62:
        raise ValueError("ask for 1 to 62 days at a time")
    keys = [one.key for one in problem.series]
    if series not in keys or not 1 <= number <= len(problem.series[keys.index(series)].sessions):
        raise KeyError(f"the problem has no session {number} of {series}")
    pricer = Pricer(problem, solution, keys.index(series), number - 1, stop)
    return pricer.judge_all([first + timedelta(days=days) for days in range((last - first).days + 1)])


def why_blocked(
    problem: Problem, series: str, number: int, day: date, stop: Stop | None = None
) -> tuple[Reason, ...]:
    """Name a smallest set of constraints that no plan with the session on `day` can satisfy.

    `day` must satisfy every constraint of the single day; empty when a plan fits after all, or when `stop`
    answered True before the set was found.
    """
    held = replace(
        problem, series=tuple(_held(one, number, day) if one.key == series else one for one in problem.series)
    )
    if feasible(held, stop):
        return ()
    asked = Conflict("pinned", series, number)
    return tuple(_as_reason(problem, one) for one in minimal_conflict(held, stop) if one != asked)


class Pricer:
    """Judges the days of one session of a plan."""

    def __init__(
        self, problem: Problem, solution: Solution, index: int, number: int, stop: Stop | None = None
    ):
        self.problem, self.index, self.number, self.stop = problem, index, number, stop
        self.series = problem.series[index]
        self.now = solution.dates[index][number]
        self.terms = terms(problem, solution.dates)
        self.tables = Tables(problem)
        self.courses: Courses = [[self._known(day) for day in days] for days in solution.dates]
        self.ascent = Ascent(self.tables)
        for _ in range(0, CLIMB, CHUNK):
            if not self._over():
                self.ascent.climb(CHUNK, cost_of(self.tables, self.courses))
        self.proof = self.ascent.proof(self.tables)
        nothing = np.zeros(self.tables.count, dtype=np.int64)
        course = self.tables.courses[index]
        possible = marginals(course, Rest(course, nothing), nothing)[number]
        self.possible = np.flatnonzero(possible < LARGEST)

    def judge_all(self, days: Sequence[date]) -> tuple[DayVerdict, ...]:
        """A first verdict of every day; then, the nearest to the plan's own day first, the settled ones."""
        verdicts = {day: self._first_verdict(day) for day in days}
        for day in sorted(days, key=lambda day: (abs(day - self.now), day)):
            if not verdicts[day].proven and not self._over():
                verdicts[day] = self._settled(day, verdicts[day])
        return tuple(verdicts[day] for day in days)

    def _over(self) -> bool:
        return self.stop is not None and self.stop()

    def _first_verdict(self, day: date) -> DayVerdict:
        """Best, blocked by the day itself, or what the plan at hand costs once bent to the day."""
        if day == self.now:
            return DayVerdict(day, "best", 0, Terms(), self.tables.dates(self.courses))
        against = tuple(self._against(day))
        index = self.tables.index_of(day)
        if against or index is None:
            return DayVerdict(day, "blocked", because=against)
        tables = self.tables.between(self.index, self.number, index, index)
        known = None if self._over() else self._nearby(tables)
        if known is None:
            text = (
                f"Whether a plan fits with this session on {spoken(day)} was not settled in the time allowed."
            )
            because = (Reason("together", text, self.series.key),)
            return DayVerdict(day, "unsettled", because=because, proven=False)
        return self._priced(day, known, self._is_least(tables, self.proof, cost_of(tables, known)))

    def _settled(self, day: date, verdict: DayVerdict) -> DayVerdict:
        """Look for a better plan with the session on that day, or for the proof that there is none."""
        index = self._known(day)
        tables = self.tables.between(self.index, self.number, index, index)
        known = [[self._known(each) for each in days] for days in verdict.dates] if verdict.dates else None
        most = cost_of(tables, known) if known else LARGEST - 1
        narrower = narrowed(tables, self.proof, most)
        courses, proven = (known, True) if narrower is None else self._search(narrower, known, most)
        if courses is not None:
            return self._priced(day, courses, proven)
        if not proven:
            return verdict
        text = f"No plan fits with this session on {spoken(day)}: the others leave no room."
        return DayVerdict(day, "blocked", because=(Reason("together", text, self.series.key),))

    def _priced(self, day: date, courses: Courses, proven: bool) -> DayVerdict:
        dates = self.tables.dates(courses)
        change = terms(self.problem, dates) - self.terms
        price = max(0, change.total)
        return DayVerdict(day, "costly" if price else "free", price, change, dates, proven=proven)

    def _known(self, day: date) -> int:
        index = self.tables.index_of(day)
        if index is None:
            raise ValueError(f"the plan's {spoken(day)} is not a day of its problem")
        return index

    def _against(self, day: date) -> Iterator[Reason]:
        """Every constraint of the single day that speaks against it."""
        problem, key = self.problem, self.series.key
        if day < problem.start:
            yield Reason("horizon", f"Before the plan begins, {spoken(problem.start)}.")
        if day > problem.end:
            yield Reason("horizon", f"After the plan ends, {spoken(problem.end)}.")
        if day.isoweekday() not in problem.weekdays:
            yield Reason("weekdays", f"No visits on a {day:%A}.")
        for position, span in enumerate(problem.closed):
            if day in span:
                yield Reason("closed", f"{span.reason or 'closed'}.", None, position)
        for position, span in enumerate(self.series.forbidden):
            if day in span:
                yield Reason("forbidden", f"{span.reason or 'not in these days'}.", key, position)
        session = self.series.sessions[self.number]
        if session.pinned:
            yield Reason("pinned", f"The session is held on {spoken(self.now)}.", key)
        yield from self._out_of_reach(day)

    def _out_of_reach(self, day: date) -> Iterator[Reason]:
        first = self.tables.days[self.possible[0]].item()
        last = self.tables.days[self.possible[-1]].item()
        what = f"session {self.number + 1}" if self.number else "the first session"
        if day < first:
            yield Reason(
                "window", f"Too soon: {what} can be on {spoken(first)} at the earliest.", self.series.key
            )
        if day > last:
            yield Reason(
                "window", f"Too late: {what} can be on {spoken(last)} at the latest.", self.series.key
            )

    def _search(self, tables: Tables, known: Courses | None, most: int) -> tuple[Courses | None, bool]:
        """The best plan of these tables, or None, and whether that is proven."""
        ascent = Ascent(tables, self.ascent)
        ascent.climb(CLIMB_A_DAY, most if known else ascent.bound * 1.2 + tables.visit_cost)
        proof = ascent.proof(tables)
        found = first_plan(tables, proof.charges)
        if found and found[0] < most:
            most, known = found
        if known and self._is_least(tables, proof, most):
            return known, True
        search = Search(tables, proof, most, self.stop)
        done = search.run(LABELS, first=True)
        plan = search.least() or known
        return (plan, done) if plan or done else self._at_length(tables)

    def _is_least(self, tables: Tables, proof: Proof, cost: int) -> bool:
        """Whether a plan of that scaled cost is proven to be the cheapest of the tables."""
        return proof.bound(tables) // tables.scale >= cost // tables.scale

    def _at_length(self, tables: Tables) -> tuple[Courses | None, bool]:
        """Solve to the end or until stopped: whether any plan fits is never guessed."""
        run = Run(tables, self.stop)
        run.finish()
        return run.plan, run.plan is not None or not run.stopped

    def _nearby(self, tables: Tables) -> Courses | None:
        """The plan at hand with this session moved and the others following."""
        others = {other: path for other, path in enumerate(self.courses) if other != self.index}
        path = place(tables, self.index, others)
        drafts = [first_plan(tables, self.proof.charges)] if path is None else []
        if path is None:
            return drafts[0][1] if drafts[0] else None
        return improve(tables, [*self.courses[: self.index], path, *self.courses[self.index + 1 :]])


def _held(series: Series, number: int, day: date) -> Series:
    """The series with session `number` pinned to `day`."""
    sessions = list(series.sessions)
    sessions[number - 1] = replace(sessions[number - 1], booked=day, pinned=True)
    return replace(series, sessions=tuple(sessions))


def _as_reason(problem: Problem, conflict: Conflict) -> Reason:
    """A constraint in words."""
    series = next((one for one in problem.series if one.key == conflict.series), None)
    match conflict:
        case Conflict("window", key, number):
            text = f"The window of {key}, session {number}."
        case Conflict("pinned", key, number):
            text = f"{key}, session {number}, is held on its day."
        case Conflict("forbidden", _, _, int(index)) if series:
            text = f"{series.forbidden[index].reason}."
        case Conflict("closed", index=int(index)):
            text = f"{problem.closed[index].reason or 'closed'}."
        case Conflict("separation", index=int(index)):
            rule = problem.separations[index]
            pair = f"{' or '.join(rule.before)} and {' or '.join(rule.after)}"
            text = f"{rule.days} days between {pair}: {rule.reason}."
        case Conflict("length"):
            text = f"A visit takes at most {problem.max_visit_minutes} minutes."
        case Conflict("weekdays"):
            text = "Visits only on some weekdays."
        case _:
            text = f"The plan ends on {spoken(problem.end)}."
    return Reason(conflict.kind, text, conflict.series, conflict.index)
