"""The problem as arrays: candidate days, windows as index ranges, and what each step of a series costs.

Costs are *scaled*: cost units times `scale`, plus the days from the plan's start, so that the least
scaled cost is the least cost and, among those, the least day sum. `scale` exceeds any day sum.
"""

from copy import copy
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import cast

import numpy as np

from .durations import Duration
from .problem import FourDates, Interval, Problem, Series, Span

NEVER = 1 << 55
LARGEST = 1 << 52


class TooLarge(ValueError):
    """The numbers of a problem exceed what can be added up exactly."""


@dataclass(slots=True)
class Reach:
    """A window counted from every candidate day: first and last index, and the recommended days."""

    low: np.ndarray
    high: np.ndarray
    start: np.ndarray
    end: np.ndarray


@dataclass(slots=True)
class Step:
    """The scaled cost of going from each day of one session to each day of the next.

    Rows are the days from index `first` on; column j of a row is the day `target[row, j]`.
    """

    first: int
    target: np.ndarray
    cost: np.ndarray


@dataclass(slots=True)
class Course:
    """One series: what its first session costs on each day, then a `Step` for each later one."""

    opening: np.ndarray
    steps: list[Step] = field(default_factory=list)

    @property
    def sessions(self) -> int:
        return 1 + len(self.steps)


class Tables:
    """Everything about a problem that does not depend on how it is searched."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.days = candidate_days(problem)
        self.count = len(self.days)
        self.ordinals = self._ordinal(self.days)
        self.scale = _scale(problem)
        self.visit_cost = problem.visit_cost * self.scale
        self.base = sum(target.span.cost for target in problem.targets) * self.scale
        self.keeps, self.together = _pairs(problem)
        self.shared_targets = self._shared_targets()
        self._reaches: dict[Interval, Reach] = {}
        self.placed: dict[object, list[int] | None] = {}  # what `draft.place` found before
        self._meetings: dict[frozenset[int], bool] = {}
        self.courses = [self._course(series) for series in problem.series]

    def without(self, index: int, banned: list[np.ndarray]) -> "Tables":
        """The same tables with the `banned` days (one mask for each session) taken from one series."""
        course = self.courses[index]
        opening = np.where(banned[0], NEVER, course.opening)
        steps = [
            Step(step.first, step.target, np.where(mask[step.target], NEVER, step.cost))
            if mask.any()
            else step
            for step, mask in zip(course.steps, banned[1:], strict=True)
        ]
        narrowed = copy(self)
        narrowed.placed = {}
        narrowed.courses = [*self.courses[:index], Course(opening, steps), *self.courses[index + 1 :]]
        return narrowed

    def between(self, index: int, number: int, low: int, high: int) -> "Tables":
        """The same tables with session `number` (from 0) of a series held between two candidate days."""
        masks = [np.zeros(self.count, dtype=bool) for _ in range(self.courses[index].sessions)]
        masks[number][:low] = True
        masks[number][high + 1 :] = True
        return self.without(index, masks)

    def index_of(self, day: date) -> int | None:
        """The candidate day's index, or None when `day` is not one."""
        index = int(np.searchsorted(self.days, np.datetime64(day, "D")))
        return index if index < self.count and self.days[index] == np.datetime64(day, "D") else None

    def dates(self, courses: list[list[int]]) -> tuple[tuple[date, ...], ...]:
        """Candidate-day indices as dates, series by series."""
        return tuple(tuple(self.days[index].item() for index in course) for course in courses)

    def inside(self, span: Span) -> np.ndarray:
        """Which candidate days lie in `span`."""
        return (self.days >= np.datetime64(span.first, "D")) & (self.days <= np.datetime64(span.last, "D"))

    def may_meet(self, members: list[int]) -> bool:
        """Whether sessions of these series may share a visit."""
        group = frozenset(members)
        found = self._meetings.get(group)
        if found is None:
            minutes = sum(self.problem.series[member].minutes for member in group)
            found = self.fits(minutes) and all(self.together[a][b] for a, b in combinations(group, 2))
            self._meetings[group] = found
        return found

    def fits(self, minutes: int) -> bool:
        """Whether so many minutes of treatment fit in a visit."""
        limit = self.problem.max_visit_minutes
        return limit is None or self.problem.visit_overhead_minutes + minutes <= limit

    def _ordinal(self, days: np.ndarray) -> np.ndarray:
        return (days - np.datetime64(self.problem.start, "D")).astype(np.int64)

    def _shared_targets(self) -> list[tuple[np.ndarray, int, list[int]]]:
        """Targets that several series can meet: their days, scaled worth and series."""
        keys = [series.key for series in self.problem.series]
        named = [
            (target, sorted({keys.index(key) for key in target.series})) for target in self.problem.targets
        ]
        return [
            (self.inside(target.span), target.span.cost * self.scale, members)
            for target, members in named
            if len(members) > 1
        ]

    def _rewards(self, series: Series) -> list[tuple[np.ndarray, int]]:
        """Targets the series can meet: the days of each and its scaled worth."""
        return [
            (self.inside(target.span), target.span.cost * self.scale)
            for target in self.problem.targets
            if series.key in target.series
        ]

    def _reach(self, interval: Interval) -> Reach:
        if interval not in self._reaches:
            earliest = np.maximum(after_all(interval.minimum, self.days), self.days + 1)
            self._reaches[interval] = Reach(
                np.searchsorted(self.days, earliest, "left"),
                np.searchsorted(self.days, after_all(interval.latest, self.days), "right") - 1,
                self._ordinal(after_all(interval.start, self.days)),
                self._ordinal(after_all(interval.end, self.days)),
            )
        return self._reaches[interval]

    def _on_the_day(self, series: Series, number: int) -> np.ndarray:
        """What session `number` costs on each day, its window aside; NEVER where it may not be."""
        session = series.sessions[number]
        if not self.fits(series.minutes):
            return np.full(self.count, NEVER)
        cost = self.ordinals.copy()
        for span in series.discouraged:
            cost[self.inside(span)] += span.cost * self.scale
        if session.booked is not None:
            moved = self.days != np.datetime64(session.booked, "D")
            cost[moved] = NEVER if session.pinned else cost[moved] + self.problem.move_cost * self.scale
        for span in series.forbidden:
            cost[self.inside(span)] = NEVER
        return cost

    def _course(self, series: Series) -> Course:
        rewards = self._rewards(series)
        course = Course(self._opening(series, rewards))
        reachable = np.flatnonzero(course.opening < LARGEST)
        for number in range(1, len(series.sessions)):
            step = self._step(series, number, reachable, rewards)
            course.steps.append(step)
            reachable = np.unique(step.target[step.cost < LARGEST])
        return course

    def _opening(self, series: Series, rewards: list[tuple[np.ndarray, int]]) -> np.ndarray:
        window = cast(FourDates, series.sessions[0].window)
        cost = self._on_the_day(series, 0)
        start, end = self._ordinal(np.array([window.start, window.end], dtype="datetime64[D]"))
        cost += series.weight * self.scale * _outside(start, end, self.ordinals)
        for inside, worth in rewards:
            cost[inside] -= worth
        earliest, latest = np.array([window.earliest, window.latest], dtype="datetime64[D]")
        cost[(self.days < earliest) | (self.days > latest) | (cost > LARGEST)] = NEVER
        return cost

    def _step(
        self, series: Series, number: int, reachable: np.ndarray, rewards: list[tuple[np.ndarray, int]]
    ) -> Step:
        interval = cast(Interval, series.sessions[number].window)
        if not len(reachable):
            return Step(0, np.zeros((0, 1), dtype=np.int64), np.zeros((0, 1), dtype=np.int64))
        rows = np.arange(reachable[0], reachable[-1] + 1)
        reach = self._reach(interval)
        low, high = reach.low[rows][:, None], reach.high[rows][:, None]
        columns = low + np.arange(max(1, int((high - low).max()) + 1))
        target = np.minimum(columns, self.count - 1)
        late = _outside(reach.start[rows][:, None], reach.end[rows][:, None], self.ordinals[target])
        if series.weight * self.scale * int(late[columns <= high].max(initial=0)) * 64 > LARGEST:
            raise TooLarge(
                f"the drift of {series.key} is too large to be added up exactly; use smaller numbers"
            )
        cost = self._on_the_day(series, number)[target] + series.weight * self.scale * late
        for inside, worth in rewards:
            cost -= worth * (inside[target] & ~inside[rows][:, None])
        cost[(columns > high) | (cost > LARGEST)] = NEVER
        return Step(int(rows[0]), target, cost)


def after_all(duration: Duration, days: np.ndarray) -> np.ndarray:
    """Add `duration` to every one of `days` (datetime64[D]), as `Duration.after` does to one."""
    months = days.astype("datetime64[M]")
    day_of_month = (days - months).astype(np.int64)
    target = months + (12 * duration.years + duration.months)
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    clipped = target.astype("datetime64[D]") + np.minimum(day_of_month, length - 1)
    return clipped + (7 * duration.weeks + duration.days)


def candidate_days(problem: Problem) -> np.ndarray:
    """Every day of the horizon, as datetime64[D], that is on one of the weekdays and not closed."""
    first, last = np.array([problem.start, problem.end], dtype="datetime64[D]")
    days = np.arange(first, last + 1)
    weekday = (days.astype(np.int64) + 3) % 7 + 1
    usable = np.isin(weekday, problem.weekdays)
    for span in problem.closed:
        usable &= (days < np.datetime64(span.first, "D")) | (days > np.datetime64(span.last, "D"))
    return days[usable]


def _outside(start: np.ndarray, end: np.ndarray, day: np.ndarray) -> np.ndarray:
    return np.maximum(0, np.maximum(start - day, day - end))


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


def _pairs(problem: Problem) -> tuple[list[list[int]], list[list[bool]]]:
    """How many days each series keeps off after each other one; and which two may share a visit."""
    size = len(problem.series)
    keeps = [[0] * size for _ in range(size)]
    together = [[True] * size for _ in range(size)]
    for rule in problem.separations:
        for first, one in enumerate(problem.series):
            for second, other in enumerate(problem.series):
                if first != second and one.treatment in rule.before and other.treatment in rule.after:
                    keeps[first][second] = max(keeps[first][second], rule.days)
                    if not rule.same_visit:
                        together[first][second] = together[second][first] = False
    return keeps, together
