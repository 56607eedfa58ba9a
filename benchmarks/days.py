"""The days of a problem as the CP-SAT models need them: read anew, so that the models judge the planner.

Days are counted from the problem's start; a session's *domain* holds the days it may be on, counting
only what its own series asks for.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.planning.problem import FourDates, Interval, Problem, Series

Four = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model found: status as the planner names it, cost, day sum and the dates of every series."""

    status: str
    cost: int | None = None
    day_sum: int | None = None
    dates: tuple[tuple[date, ...], ...] = ()


def usable_days(problem: Problem) -> list[int]:
    """The days of the horizon that are on a weekday of the practice and not closed."""
    last = (problem.end - problem.start).days
    days = [(offset, problem.start + timedelta(days=offset)) for offset in range(last + 1)]
    return [
        offset
        for offset, day in days
        if day.isoweekday() in problem.weekdays and not any(s.first <= day <= s.last for s in problem.closed)
    ]


class Windows:
    """Windows in days from the start, counted once for every interval and day."""

    def __init__(self, problem: Problem):
        self.start = problem.start
        self._known: dict[tuple[Interval, int], Four] = {}

    def fixed(self, window: FourDates) -> Four:
        days = (window.earliest, window.start, window.end, window.latest)
        return tuple((day - self.start).days for day in days)  # type: ignore[return-value]

    def after(self, interval: Interval, previous: int) -> Four:
        """Earliest (never the day before's own), from, to and latest."""
        key = (interval, previous)
        if key not in self._known:
            earliest, *rest = self.fixed(interval.counted_from(self.start + timedelta(days=previous)))
            self._known[key] = (max(earliest, previous + 1), *rest)  # type: ignore[assignment]
        return self._known[key]


def allowed(problem: Problem, series: Series, days: list[int], windows: Windows) -> list[list[int]]:
    """The days each session may be on by itself: the first in its window, every other on any such day."""
    found = [
        [day for day in days if _may_be(problem, series, number, day)]
        for number in range(len(series.sessions))
    ]
    low, _, _, high = windows.fixed(series.sessions[0].window)  # type: ignore[arg-type]
    found[0] = [day for day in found[0] if low <= day <= high]
    return found


def reachable(problem: Problem, series: Series, days: list[int], windows: Windows) -> list[list[int]]:
    """The days of each session that some plan of the whole series uses."""
    found = allowed(problem, series, days, windows)
    for number in range(1, len(found)):
        spans = _spans(series, number, found[number - 1], windows)
        found[number] = [day for day in found[number] if any(low <= day <= high for low, high in spans)]
    for number in range(len(found) - 1, 0, -1):
        spans = _spans(series, number, found[number - 1], windows)
        found[number - 1] = [
            day
            for day, (low, high) in zip(found[number - 1], spans, strict=True)
            if any(low <= other <= high for other in found[number])
        ]
    return found


def _spans(series: Series, number: int, days: list[int], windows: Windows) -> list[tuple[int, int]]:
    interval: Interval = series.sessions[number].window  # type: ignore[assignment]
    return [(span[0], span[3]) for span in (windows.after(interval, day) for day in days)]


def _may_be(problem: Problem, series: Series, number: int, offset: int) -> bool:
    day = problem.start + timedelta(days=offset)
    session = series.sessions[number]
    if session.pinned and session.booked != day:
        return False
    return not any(span.first <= day <= span.last for span in series.forbidden)


def day_cost(problem: Problem, series: Series, number: int, offset: int) -> int:
    """What a session pays for its day alone: discouraged ranges and a move, in cost units."""
    day = problem.start + timedelta(days=offset)
    booked = series.sessions[number].booked
    moved = problem.move_cost if booked is not None and booked != day else 0
    return moved + sum(span.cost for span in series.discouraged if span.first <= day <= span.last)


def opening_drift(series: Series, offset: int, windows: Windows) -> int:
    """What the first session pays for lying outside its recommended days, in cost units."""
    _, start, end, _ = windows.fixed(series.sessions[0].window)  # type: ignore[arg-type]
    return series.weight * max(0, start - offset, offset - end)


def separated(problem: Problem) -> list[tuple[int, int, int, bool]]:
    """Positions of two series, the days the second keeps off after the first, and whether they may meet."""
    return [
        (first, second, rule.days, rule.same_visit)
        for rule in problem.separations
        for first, one in enumerate(problem.series)
        for second, other in enumerate(problem.series)
        if first != second and one.treatment in rule.before and other.treatment in rule.after
    ]
