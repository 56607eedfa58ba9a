"""Prices on separations: ranges of days of two series of which at most one holds a session."""

from collections.abc import Iterator

import numpy as np

from .tables import Tables

Clique = tuple[int, int, int, int, int]


class Cliques:
    """The cliques of a problem and their prices.

    Sessions x of one series and y of another conflict while least ≤ y - x ≤ most (calendar days). For
    each day u, any day of [u, u+a) conflicts with any day of [u+offset, u+offset+b), and neither range
    exceeds the shortest interval of its own series: together they hold at most one session. Every
    clique has a price: its sessions pay it, and the plan gets it back once. `price[c, u + most]` is the
    price of the one of kind c that begins on day u.
    """

    def __init__(self, tables: Tables):
        self.tables = tables
        self.kinds = [_cut(tables, *pair) for pair in _conflicts(tables)]
        self.most = max((abs(offset) + a + b for _, _, a, offset, b in self.kinds), default=0)
        last = int(tables.ordinals[-1]) if tables.count else 0
        self.price = np.zeros((len(self.kinds), 2 * self.most + last + 2))

    def charge(self, charges: np.ndarray) -> float:
        """Add every clique's price to the days of its series; return what the plan gets back."""
        days = self.tables.ordinals + self.most
        sums = np.zeros((len(self.kinds), self.price.shape[1] + 1), dtype=self.price.dtype)
        np.cumsum(self.price, axis=1, out=sums[:, 1:])
        for row, (first, second, a, offset, b) in enumerate(self.kinds):
            if sums[row, -1]:
                charges[first] += sums[row, days + 1] - sums[row, days - a + 1]
                charges[second] += sums[row, days - offset + 1] - sums[row, days - offset - b + 1]
        return self.price.sum()

    def overfull(self, courses: list[list[int]]) -> np.ndarray:
        """Each clique's sessions less one; 0 where the clique is neither overfull nor priced."""
        counts = np.full_like(self.price, -1.0)
        days = self.tables.ordinals + self.most
        for row, (first, second, a, offset, b) in enumerate(self.kinds):
            for day in days[courses[first]]:
                counts[row, day - a + 1 : day + 1] += 1.0
            for day in days[courses[second]]:
                counts[row, day - offset - b + 1 : day - offset + 1] += 1.0
        return np.where((counts > 0) | (self.price > 0), counts, 0.0)

    def rounded(self, price: np.ndarray) -> "Cliques":
        """The same cliques at these prices, in whole scaled units."""
        other = Cliques.__new__(Cliques)
        other.tables, other.kinds, other.most = self.tables, self.kinds, self.most
        other.price = np.floor(price).astype(np.int64)
        return other

    def running(self) -> list[tuple[Clique, list[int]]]:
        """Every kind that has a price, with the running sums of its prices."""
        return [
            (kind, np.concatenate(([0], np.cumsum(self.price[row]))).tolist())
            for row, kind in enumerate(self.kinds)
            if self.price[row].any()
        ]


def _conflicts(tables: Tables) -> Iterator[tuple[int, int, int, int]]:
    """Every two series with the least and most days y - x that their sessions may not be apart."""
    size = len(tables.courses)
    for one in range(size):
        for two in range(one + 1, size):
            ahead, back = tables.keeps[one][two] - 1, tables.keeps[two][one] - 1
            if not tables.together[one][two]:
                if ahead > 0 or back > 0:
                    yield one, two, -max(0, back), max(0, ahead)
                continue
            if ahead > 0:
                yield one, two, 1, ahead
            if back > 0:
                yield two, one, 1, back


def _cut(tables: Tables, one: int, two: int, least: int, most: int) -> Clique:
    """Cut a conflict into two ranges, as long as their series' own intervals let them be."""
    length = most - least + 2
    b = max(1, min(length // 2, _shortest_gap(tables, two)))
    a = max(1, min(length - b, _shortest_gap(tables, one)))
    b = max(1, min(length - a, _shortest_gap(tables, two)))
    return one, two, a, a - 1 + least, b


def _shortest_gap(tables: Tables, index: int) -> int:
    """The fewest days between two sessions of a series, at most as many as the horizon has."""
    gaps = [
        int(
            (
                tables.ordinals[step.target[:, 0]]
                - tables.ordinals[step.first : step.first + len(step.target)]
            ).min()
        )
        for step in tables.courses[index].steps
        if len(step.target)
    ]
    return max(1, min([*gaps, 1 + int(tables.ordinals[-1]) if tables.count else 1]))
