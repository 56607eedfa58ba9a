"""Lower bounds: every series by itself, with the price of a visit shared out among the series.

A visit costs the same whichever sessions it holds. Give each series on each day a share of that price.
Then the sum of each series' own cheapest course at its shares, less what any set of series that may
meet would pay too much, is a lower bound of the whole plan (a Lagrangian dual). Separations enter as
`Cliques`. Subgradient ascent (Held and Karp; heavy ball, step length after Polyak) finds good prices.
"""

from collections.abc import Iterator

import numpy as np

from .cliques import Cliques
from .tables import NEVER, Course, Tables

MOST_SERIES, MOST_SETS = 10, 256
MOMENTUM, SHRINK, PATIENCE, CLIQUE_WEIGHT = 0.7, 0.9, 4, 0.1


class Rest:
    """What one series still has to pay at given charges, by session and day of that session."""

    def __init__(self, course: Course, charge: np.ndarray):
        self.values: list[np.ndarray] = []
        self.sums: list[np.ndarray] = []
        after = np.zeros(len(charge), dtype=charge.dtype)
        for step in reversed(course.steps):
            self.values.append(after)
            sums = step.cost + (after + charge)[step.target]
            self.sums.append(sums)
            after = np.full(len(charge), NEVER, dtype=charge.dtype)
            after[step.first : step.first + len(sums)] = np.minimum(sums.min(axis=1), NEVER)
        self.values.append(after)
        self.values.reverse()
        self.sums.reverse()
        self.opening = course.opening + charge + after

    @property
    def least(self) -> float:
        """The cost of the cheapest course, at least `LARGEST` when there is none."""
        return self.opening.min() if len(self.opening) else NEVER

    def cheapest(self, course: Course) -> list[int]:
        """The days of the cheapest course, as indices; there must be one."""
        day = int(self.opening.argmin())
        path = [day]
        for step, sums in zip(course.steps, self.sums, strict=True):
            row = day - step.first
            day = int(step.target[row, sums[row].argmin()])
            path.append(day)
        return path


def meeting_sets(tables: Tables) -> np.ndarray:
    """Every largest set of series that may meet in one visit, as rows of 0 and 1.

    Where that would be too many, the one set of all: a weaker bound, still a bound.
    """
    size = len(tables.courses)
    if size > MOST_SERIES:
        return np.ones((1, size))
    meets = [
        group for group in range(1, 1 << size) if tables.may_meet([m for m in range(size) if group >> m & 1])
    ]
    possible = set(meets)
    largest = [g for g in meets if not any(g | 1 << m in possible for m in range(size) if not g >> m & 1)]
    if not 0 < len(largest) <= MOST_SETS:
        return np.ones((1, size))
    return np.array([[float(group >> member & 1) for member in range(size)] for group in largest])


class Proof:
    """Prices in whole scaled units: what they prove holds exactly."""

    def __init__(self, shares: np.ndarray, cliques: Cliques, sets: np.ndarray):
        self.shares, self.cliques, self.sets = shares, cliques, sets
        self.excess = np.maximum(0, (sets.astype(np.int64) @ shares).max(axis=0) - cliques.tables.visit_cost)
        self.charges = shares.copy()
        self.back = int(cliques.charge(self.charges)) + int(self.excess.sum())

    def rests(self, tables: Tables) -> list[Rest]:
        return [Rest(course, charge) for course, charge in zip(tables.courses, self.charges, strict=True)]

    def bound(self, tables: Tables) -> int:
        """No plan of these tables costs less, in scaled units."""
        return tables.base - self.back + sum(int(rest.least) for rest in self.rests(tables))


class Ascent:
    """Looks for prices that prove much; `bound` is the best so far, `value` that of the last step."""

    def __init__(self, tables: Tables, like: "Ascent | None" = None):
        self.tables = tables
        self.price = float(tables.visit_cost)
        self.bound = self.value = -np.inf
        self.stalled, self.boldness = 0, 3.0
        self.cliques = Cliques(tables)
        if like is None:
            self.sets = meeting_sets(tables)
            starts = list(self._starts())
        else:
            self.sets, self.boldness = like.sets, 1.5
            starts, self.cliques.price = [like.best], like.best_price
        self.best: np.ndarray = starts[0]
        self.best_price: np.ndarray = self.cliques.price
        for self.shares in starts:
            self._measure()
        self.shares = self.best
        self.motion = np.zeros_like(self.best)
        self.clique_motion = np.zeros_like(self.best_price)

    def climb(self, rounds: int, goal: float) -> None:
        """Take up to `rounds` steps towards `goal`, the scaled cost of a known plan."""
        for _ in range(rounds):
            courses, slope = self._measure()
            clique_slope = self.cliques.overfull(courses)
            if self.bound + 1 > goal or not (slope.any() or clique_slope.any()):
                break
            self.motion = slope + MOMENTUM * self.motion
            self.clique_motion = clique_slope + MOMENTUM * self.clique_motion
            steepness = (self.motion**2).sum() + CLIQUE_WEIGHT * (self.clique_motion**2).sum()
            # A fall far below the best bound must not lengthen the next step: the prices would run away.
            distance = min(goal - self.value, 3 * (goal - self.bound) + self.price)
            length = self.boldness * max(distance, self.price * 0.01, 1.0) / max(steepness, 1e-9)
            self.shares = np.maximum(self.shares + length * self.motion, 0.0)
            self.cliques.price = np.maximum(
                self.cliques.price + CLIQUE_WEIGHT * length * self.clique_motion, 0.0
            )

    def proof(self, tables: Tables) -> Proof:
        """The best prices in whole units; `tables` may be narrower than those climbed on."""
        cliques = self.cliques.rounded(self.best_price)
        paid = (self.sets @ self.best).max(axis=0)
        fair = self.best * np.minimum(1.0, self.price / np.maximum(paid, 1e-9))
        ways = [Proof(np.floor(shares).astype(np.int64), cliques, self.sets) for shares in (self.best, fair)]
        return max(ways, key=lambda way: way.bound(tables))

    def _starts(self) -> Iterator[np.ndarray]:
        """Shares alike on every day: one series pays the whole price, then each next what is left."""
        size = len(self.tables.courses)
        sessions = [course.sessions for course in self.tables.courses]
        for first in range(size):
            order = sorted(range(size), key=lambda index: (index != first, -sessions[index], index))
            shares = np.zeros(size)
            for index in order:
                holds = self.sets[:, index] > 0
                shares[index] = self.price - (self.sets[holds] @ shares).max() if holds.any() else 0.0
            yield np.repeat(shares[:, None], self.tables.count, axis=1)

    def _measure(self) -> tuple[list[list[int]], np.ndarray]:
        """The bound at the present prices; each series' cheapest course and the slope of the shares."""
        charges = self.shares.copy()
        value = float(self.tables.base) - float(self.cliques.charge(charges))
        slope = np.zeros_like(self.shares)
        courses = []
        for index, course in enumerate(self.tables.courses):
            rest = Rest(course, charges[index])
            value += float(rest.least)
            path = rest.cheapest(course)
            slope[index, path] += 1.0
            courses.append(path)
        paid = self.sets @ self.shares
        dearest = paid.argmax(axis=0)
        excess = paid[dearest, np.arange(self.tables.count)] - self.price
        over = np.flatnonzero(excess > 1e-6)
        slope[:, over] -= self.sets[dearest[over]].T
        self._keep(value - float(excess[over].sum()))
        return courses, slope

    def _keep(self, value: float) -> None:
        self.value = value
        if value > self.bound:
            self.bound, self.stalled = value, 0
            self.best, self.best_price = self.shares, self.cliques.price
            return
        self.stalled += 1
        if self.stalled >= PATIENCE:
            self.boldness, self.stalled = self.boldness * SHRINK, 0
