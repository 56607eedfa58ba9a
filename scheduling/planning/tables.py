"""The problem as arrays: candidate days, windows as index ranges, and what each step of a series costs.

Costs are *scaled*: cost units times `scale`, plus the days from the plan's start, so that the least
scaled cost is the least cost and, among those, the least day sum. `scale` exceeds any day sum.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from .durations import Duration
from .problem import FourDates, Interval, Problem, Series

NEVER = 1 << 55
LARGEST = 1 << 52


class TooLarge(ValueError):
    """The numbers of a problem exceed what can be added up exactly."""


def after_all(duration: Duration, days: np.ndarray) -> np.ndarray:
    """Add `duration` to every one of `days` (datetime64[D]), as `Duration.after` does to one."""
    months = days.astype("datetime64[M]")
    day_of_month = (days - months).astype(np.int64)
    target = months + (12 * duration.years + duration.months)
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    clipped = target.astype("datetime64[D]") + np.minimum(day_of_month, length - 1)
    return clipped + (7 * duration.weeks + duration.days)


@dataclass(slots=True)
class Reach:
    """For every day a session may be on: the candidate days of the next one, first and last, and drift."""

    low: np.ndarray
    high: np.ndarray
    start: np.ndarray
    end: np.ndarray


@dataclass(slots=True)
class Step:
    """The scaled cost of going from each day of one session to each day of the next.

    Rows are the days from `first` on; column j is day `low[row] + j`, at `target[row, j]`.
    """

    first: int
    target: np.ndarray
    cost: np.ndarray


@dataclass(slots=True)
class Course:
    """One series as arrays: what its first session costs on each day, then one `Step` for each later one."""

    opening: np.ndarray
    steps: list[Step] = field(default_factory=list)


class Tables:
    """Everything about a problem that does not depend on how it is searched."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.days = _candidate_days(problem)
        self.ordinals = (self.days - np.datetime64(problem.start, "D")).astype(np.int64)
        self.count = len(self.days)
        self.scale = _scale(problem)
        self.visit_cost = problem.visit_cost * self.scale
        self.base = sum(target.span.cost for target in problem.targets) * self.scale
        self.after, self.together = _pairs(problem)
        self._reaches: dict[Interval, Reach] = {}
        self.courses = [self._course(series) for series in problem.series]

    def index_of(self, day) -> int | None:
        """The candidate day's index, or None when `day` is not one."""
        index = int(np.searchsorted(self.days, np.datetime64(day, "D")))
        return index if index < self.count and self.days[index] == np.datetime64(day, "D") else None

    def allowed(self, series: Series, number: int) -> np.ndarray:
        """Which candidate days session `number` (from 0) may be on, its window aside."""
        session = series.sessions[number]
        allowed = np.ones(self.count, dtype=bool)
        for span in series.forbidden:
            allowed &= ~self.inside(span)
        if session.pinned:
            allowed &= self.days == np.datetime64(session.booked, "D")
        return allowed

    def inside(self, span) -> np.ndarray:
        return (self.days >= np.datetime64(span.first, "D")) & (self.days <= np.datetime64(span.last, "D"))

    def reach(self, interval: Interval) -> Reach:
        """The window `interval` counted from every candidate day."""
        if interval not in self._reaches:
            earliest = np.maximum(after_all(interval.minimum, self.days), self.days + 1)
            self._reaches[interval] = Reach(
                np.searchsorted(self.days, earliest, "left"),
                np.searchsorted(self.days, after_all(interval.latest, self.days), "right") - 1,
                self._ordinal(after_all(interval.start, self.days)),
                self._ordinal(after_all(interval.end, self.days)),
            )
        return self._reaches[interval]

    def _ordinal(self, days: np.ndarray) -> np.ndarray:
        return (days - np.datetime64(self.problem.start, "D")).astype(np.int64)

    def _on_the_day(self, series: Series, number: int) -> np.ndarray:
        session = series.sessions[number]
        cost = self.ordinals.copy()
        for span in series.discouraged:
            cost[self.inside(span)] += span.cost * self.scale
        if session.booked is not None:
            cost[self.days != np.datetime64(session.booked, "D")] += self.problem.move_cost * self.scale
        cost[~self.allowed(series, number)] = NEVER
        return cost

    def _course(self, series: Series) -> Course:
        window = series.sessions[0].window
        assert isinstance(window, FourDates)
        weight = series.weight * self.scale
        opening = self._on_the_day(series, 0)
        start, end = self._ordinal(np.array([window.start, window.end], dtype="datetime64[D]"))
        opening += weight * _outside(start, end, self.ordinals)
        earliest, latest = np.array([window.earliest, window.latest], dtype="datetime64[D]")
        opening[(self.days < earliest) | (self.days > latest)] = NEVER
        rewards = self._rewards(series)
        for inside, worth in rewards:
            opening[inside] -= worth
        opening[opening > LARGEST] = NEVER
        course = Course(opening)
        reachable = np.flatnonzero(opening < LARGEST)
        for number in range(1, len(series.sessions)):
            step = self._step(series, number, reachable, rewards)
            course.steps.append(step)
            reachable = np.unique(step.target[step.cost < LARGEST])
        return course

    def _rewards(self, series: Series) -> list[tuple[np.ndarray, int]]:
        """Targets the series can meet: the days of each and its scaled worth."""
        return [
            (self.inside(target.span), target.span.cost * self.scale)
            for target in self.problem.targets
            if series.key in target.series
        ]

    def _step(self, series: Series, number: int, rows: np.ndarray, rewards) -> Step:
        interval = series.sessions[number].window
        assert isinstance(interval, Interval)
        if not len(rows):
            return Step(0, np.zeros((0, 1), dtype=np.int64), np.zeros((0, 1), dtype=np.int64))
        rows = np.arange(rows[0], rows[-1] + 1)
        reach = self.reach(interval)
        low, high = reach.low[rows][:, None], reach.high[rows][:, None]
        width = max(1, int((high - low).max()) + 1)
        columns = low + np.arange(width)
        target = np.minimum(columns, self.count - 1)
        late = _outside(reach.start[rows][:, None], reach.end[rows][:, None], self.ordinals[target])
        cost = self._on_the_day(series, number)[target] + series.weight * self.scale * late
        for inside, worth in rewards:
            cost -= worth * (inside[target] & ~inside[rows][:, None])
        cost[(columns > high) | (cost > LARGEST)] = NEVER
        return Step(int(rows[0]), target, cost)


def _outside(start, end, day):
    return np.maximum(0, np.maximum(start - day, day - end))


def _candidate_days(problem: Problem) -> np.ndarray:
    days = np.arange(problem.start, problem.end + timedelta(days=1), dtype="datetime64[D]")
    weekday = (days.astype(np.int64) + 3) % 7 + 1
    open_ = np.isin(weekday, problem.weekdays)
    for span in problem.closed:
        open_ &= (days < np.datetime64(span.first, "D")) | (days > np.datetime64(span.last, "D"))
    return days[open_]


def _scale(problem: Problem) -> int:
    sessions = sum(len(series.sessions) for series in problem.series)
    length = (problem.end - problem.start).days + 1
    scale = sessions * length + 1
    weight = max((series.weight for series in problem.series), default=0)
    day = sum(span.cost for series in problem.series for span in series.discouraged)
    most = sessions * (weight * 2 * length + day + problem.move_cost + problem.visit_cost)
    most += sum(target.span.cost * (1 + len(target.series)) for target in problem.targets)
    if (most + 1) * scale >= LARGEST:
        raise TooLarge("the costs, weights and dates are too large to be added up exactly; use smaller ones")
    return scale


def _pairs(problem: Problem) -> tuple[dict[int, list[tuple[int, int]]], list[list[bool]]]:
    """For every series, (later series, days) it keeps off; and which two series may share a visit."""
    size = len(problem.series)
    after: dict[int, list[tuple[int, int]]] = {index: [] for index in range(size)}
    together = [[True] * size for _ in range(size)]
    for first, one in enumerate(problem.series):
        for second, other in enumerate(problem.series):
            rules = [
                rule
                for rule in problem.separations
                if first != second and one.treatment in rule.before and other.treatment in rule.after
            ]
            gap = max((rule.days for rule in rules), default=0)
            if gap > 1:
                after[first].append((second, gap))
            if not all(rule.same_visit for rule in rules):
                together[first][second] = together[second][first] = False
    return after, together
