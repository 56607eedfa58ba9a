"""Lower bounds: every series by itself, with the price of a visit shared out among the series.

A visit on day d costs the same whichever sessions it holds. Give each series s a share[s, d] of that
price such that no set of series that may meet in one visit pays more than it in total. Then the sum of
each series' own cheapest course at its shares is a lower bound of the whole plan (a Lagrangian dual),
and so is the cost so far plus what each series still has to go. Subgradient ascent finds good shares.
"""

from itertools import combinations

import numpy as np

from .tables import LARGEST, NEVER, Course, Tables

MOST_SETS = 256


class Rest:
    """What one series still has to pay at given shares: by session and day of that session."""

    def __init__(self, course: Course, share: np.ndarray):
        self.values: list[np.ndarray] = []
        self.sums: list[np.ndarray] = []
        after = np.zeros(len(share), dtype=share.dtype)
        for step in reversed(course.steps):
            self.values.append(after)
            sums = step.cost + (after + share)[step.target]
            self.sums.append(sums)
            after = np.full(len(share), NEVER, dtype=share.dtype)
            after[step.first : step.first + len(sums)] = np.minimum(sums.min(axis=1), NEVER)
        self.values.append(after)
        self.values.reverse()
        self.sums.reverse()
        self.opening = course.opening + share + after

    @property
    def least(self):
        return self.opening.min() if len(self.opening) else NEVER

    def cheapest(self, course: Course) -> list[int]:
        """Days (as indices) of the cheapest course."""
        day = int(self.opening.argmin())
        path = [day]
        for step, sums in zip(course.steps, self.sums, strict=True):
            row = day - step.first
            day = int(step.target[row, sums[row].argmin()])
            path.append(day)
        return path


def meeting_sets(tables: Tables) -> np.ndarray:
    """Every largest set of series that may meet in one visit, as rows of 0 and 1."""
    problem, size = tables.problem, len(tables.courses)
    limit = problem.max_visit_minutes
    minutes = [series.minutes for series in problem.series]

    def may_meet(members: tuple[int, ...]) -> bool:
        if limit is not None and problem.visit_overhead_minutes + sum(minutes[m] for m in members) > limit:
            return False
        return all(tables.together[one][other] for one, other in combinations(members, 2))

    if size > 10:
        return np.ones((1, size))
    found: list[frozenset[int]] = []
    for length in range(size, 0, -1):
        for members in combinations(range(size), length):
            group = frozenset(members)
            if may_meet(members) and not any(group <= larger for larger in found):
                found.append(group)
    rows = [[1.0 if member in group else 0.0 for member in range(size)] for group in found[:MOST_SETS]]
    return np.array(rows) if 0 < len(found) <= MOST_SETS else np.ones((1, size))


class Shares:
    """The ascent: keeps the best shares found and the bound they prove."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.sets = meeting_sets(tables)
        self.price = float(tables.visit_cost)
        size = len(tables.courses)
        self.best = np.zeros((size, tables.count))
        self.bound = -np.inf
        self.point = self._even()
        self.direction = np.zeros_like(self.point)
        self.boldness = 1.0
        self.stalled = 0

    def _even(self) -> np.ndarray:
        """To begin with, the series with the most sessions pays half, all share the rest."""
        size = len(self.tables.courses)
        most = max(range(size), key=lambda index: len(self.tables.courses[index].steps))
        point = np.full((size, self.tables.count), self.price / (2 * size))
        point[most] += self.price / 2
        return self.within_price(point)

    def within_price(self, point: np.ndarray) -> np.ndarray:
        """Scale each day's shares down until no meeting set pays more than a visit."""
        total = (self.sets @ point).max(axis=0)
        return point * np.minimum(1.0, self.price / np.maximum(total, 1e-9))

    def ascend(self, rounds: int, target: int) -> list[list[list[int]]]:
        """Take `rounds` steps towards `target`, the cost of a known plan; return the courses seen."""
        seen = []
        for _ in range(rounds):
            courses, slope = self._measure()
            seen.append(courses)
            if self.bound + 1 > target - 1e-6 or not slope.any():
                break
            self.direction = slope + 0.5 * self.direction
            gap = max(target - self.value, self.price * 0.01)
            self.point = self.point + self.boldness * gap / (self.direction**2).sum() * self.direction
            np.maximum(self.point, 0.0, out=self.point)
        return seen

    def _measure(self) -> tuple[list[list[int]], np.ndarray]:
        tables = self.tables
        slope = np.zeros_like(self.point)
        paths = []
        value = float(tables.base)
        for index, course in enumerate(tables.courses):
            rest = Rest(course, self.point[index])
            value += float(rest.least)
            path = rest.cheapest(course)
            slope[index, path] += 1.0
            paths.append(path)
        totals = self.sets @ self.point
        dearest = totals.argmax(axis=0)
        excess = totals[dearest, np.arange(tables.count)] - self.price
        over = np.flatnonzero(excess > 1e-6)
        value -= float(excess[over].sum())
        slope[:, over] -= self.sets[dearest[over]].T
        self.value = value
        if value > self.bound:
            self.bound, self.best, self.stalled = value, self.point.copy(), 0
        else:
            self.stalled += 1
            if self.stalled >= 4:
                self.boldness, self.stalled = self.boldness * 0.7, 0
        return paths, slope

    def exact(self) -> np.ndarray:
        """The best shares in whole scaled units, so that the bound they prove is exact."""
        return np.floor(self.within_price(self.best)).astype(np.int64)


def possible(tables: Tables) -> bool:
    """Whether each series by itself has any course at all."""
    nothing = np.zeros(tables.count, dtype=np.int64)
    return all(Rest(course, nothing).least < LARGEST for course in tables.courses)
