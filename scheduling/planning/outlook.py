"""What a series, a visit count and the cliques still cost from a label on: the search's lower bound."""

import numpy as np

from .bounds import Proof, Rest
from .tables import LARGEST, NEVER, Tables

State = tuple[tuple[int, int], ...]


class Next:
    """What one series can do after a given session on a given day, by candidate day.

    `treat[d]`: its next session on day d and all that follows, the shares of d itself not paid.
    `wait[d]`, `alone[d]`: the cheapest with the next session on day d or later, with all shares, and
    with no charges at all.
    """

    __slots__ = ("alone", "earliest", "latest", "treat", "wait")

    def __init__(self, days: np.ndarray, treat: np.ndarray, wait: np.ndarray, alone: np.ndarray, size: int):
        self.treat = np.full(size + 2, NEVER, dtype=np.int64)
        self.treat[days] = np.minimum(treat, NEVER)
        self.wait = _from_each_day_on(days, wait, size)
        self.alone = _from_each_day_on(days, alone, size)
        usable = days[treat < LARGEST]
        self.earliest = int(usable[0]) if len(usable) else size
        self.latest = int(usable[-1]) if len(usable) else -1


def _from_each_day_on(days: np.ndarray, cost: np.ndarray, size: int) -> np.ndarray:
    full = np.full(size + 2, NEVER, dtype=np.int64)
    full[days] = np.minimum(cost, NEVER)
    return np.minimum.accumulate(full[::-1])[::-1]


class Outlook:
    """The parts of the bound, made when first asked for."""

    def __init__(self, tables: Tables, proof: Proof):
        self.tables, self.proof = tables, proof
        self.sessions = [course.sessions for course in tables.courses]
        self.rests = proof.rests(tables)
        nothing = np.zeros(tables.count, dtype=np.int64)
        self.free = [Rest(course, nothing) for course in tables.courses]
        self.clique_charge = proof.charges - proof.shares
        self.running = proof.cliques.running()
        self.excess = np.concatenate((np.cumsum(proof.excess[::-1])[::-1], [0, 0]))
        self.sets = [np.flatnonzero(row).tolist() for row in proof.sets]
        self._next: list[dict[tuple[int, int], Next]] = [{} for _ in tables.courses]
        self._fewest: dict[tuple[int, ...], int] = {}
        self._keeps_off = [
            [(other, row[index]) for other, row in enumerate(tables.keeps) if row[index] > 1]
            for index in range(len(tables.courses))
        ]

    def next(self, index: int, session: int, day: int) -> Next:
        """The ways on for series `index` with `session` sessions done, the last on `day`."""
        found = self._next[index].get((session, day))
        if found is None:
            found = self._make_next(index, session, day)
            self._next[index][(session, day)] = found
        return found

    def _make_next(self, index: int, session: int, day: int) -> Next:
        course, rest, free, size = (
            self.tables.courses[index],
            self.rests[index],
            self.free[index],
            self.tables.count,
        )
        here = rest.values[session] + self.clique_charge[index]
        if session == 0:
            days = np.arange(size)
            return Next(days, course.opening + here, rest.opening, free.opening, size)
        step = course.steps[session - 1]
        row = day - step.first
        usable = step.cost[row] < NEVER
        days = step.target[row][usable]
        wait, alone = rest.sums[session - 1][row][usable], free.sums[session - 1][row][usable]
        return Next(days, step.cost[row][usable] + here[days], wait, alone, size)

    def not_before(self, index: int, state: State, day: int) -> int:
        """The first candidate day after `day` that what the others just had leaves open to a series."""
        first = day + 1
        for other, gap in self._keeps_off[index]:
            session, last = state[other]
            if session:
                ordinals = self.tables.ordinals
                first = max(first, int(np.searchsorted(ordinals, ordinals[last] + gap)))
        return min(first, self.tables.count)

    def rest_and_back(self, state: State, day: int) -> tuple[int, int]:
        """A lower bound of all that follows, and the part of it that is paid back (negative)."""
        back = self._back(state, day)
        left = tuple(all_ - session for all_, (session, _) in zip(self.sessions, state, strict=True))
        shared, alone = back, self.tables.visit_cost * self._fewest_visits(left)
        for index, (session, last) in enumerate(state):
            if left[index]:
                ways = self.next(index, session, last)
                first = self.not_before(index, state, day)
                shared += int(ways.wait[first])
                alone += int(ways.alone[first])
        return max(shared, alone), back

    def _fewest_visits(self, left: tuple[int, ...]) -> int:
        """The fewest visits that can hold so many sessions of each series, dates aside."""
        if left not in self._fewest:
            least, best = max(left, default=0), sum(left)
            tried = {left}
            for members in self.sets:
                after = tuple(count - (count > 0 and index in members) for index, count in enumerate(left))
                if best > least and after not in tried:
                    tried.add(after)
                    best = min(best, 1 + self._fewest_visits(after))
            self._fewest[left] = best
        return self._fewest[left]

    def _back(self, state: State, day: int) -> int:
        """What days and cliques that lie ahead, in part or whole, still give back."""
        today = -1 if day < 0 else int(self.tables.ordinals[day])
        most = self.proof.cliques.most
        total = -int(self.excess[day + 1])
        for (first, second, a, offset, b), sums in self.running:
            begin = max(0, today - max(a, offset + b) + 2 + most)
            total -= sums[-1] - sums[begin]
            for index, length, shift in ((first, a, 0), (second, b, offset)):
                session, last = state[index]
                if session:
                    end = int(self.tables.ordinals[last]) + most - shift
                    low = max(begin, end - length + 1)
                    if low <= end:
                        total += sums[end + 1] - sums[low]
        return total
