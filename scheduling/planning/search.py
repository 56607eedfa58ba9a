"""Best-first search over visits in date order.

A label says how far each series has come and on which day its last session was. From a label the next
visit may be on any later day with any set of series that may meet. Labels are taken in the order of
cost so far plus a lower bound of the rest, so the first complete one is best; every equally good way
to a label is kept, for the lexicographically least of all best plans.
"""

import heapq
from collections.abc import Callable
from itertools import count

import numpy as np

from .bounds import Proof
from .outlook import Next, Outlook, State
from .tables import LARGEST, NEVER, Tables

Courses = list[list[int]]


class Label:
    """A state reached at cost `paid`, and the labels it was reached from at that cost."""

    __slots__ = ("back", "closed", "day", "met", "paid", "parents", "rest", "state")

    def __init__(self, state: State, day: int, met: int, rest: int, back: int):
        self.state, self.day, self.met, self.rest, self.back = state, day, met, rest, back
        self.paid = NEVER
        self.parents: list[Label] = []
        self.closed = False


class Search:
    """One search for the plans of least scaled cost, at most `most`."""

    def __init__(self, tables: Tables, proof: Proof, most: int, stop: Callable[[], bool] | None = None):
        self.tables, self.most, self.stop = tables, most, stop
        self.size = len(tables.courses)
        self.outlook = Outlook(tables, proof)
        self.total = sum(self.outlook.sessions)
        self.minutes = [series.minutes for series in tables.problem.series]
        self.twins = _twins(tables)
        self.labels: dict[tuple[State, int], Label] = {}
        self.heap: list[tuple[int, int, int, int, Label]] = []
        self.tick = count()
        self.expanded = 0
        self.goals: list[Label] = []
        self._reach(((0, -1),) * self.size, -1, 0, tables.base, None)

    def run(self, most_labels: int | None = None, first: bool = False) -> bool:
        """Search to the end, or to the first best plan; False when stopped or out of labels before."""
        while self.heap and self.heap[0][0] <= self.most:
            if self.stop and self.expanded % 64 == 0 and self.stop():
                return False
            if most_labels is not None and len(self.labels) >= most_labels:
                return False
            _, left, _, paid, label = heapq.heappop(self.heap)
            if label.closed or paid != label.paid:
                continue
            label.closed = True
            if left == 0:
                self.most = paid
                self.goals.append(label)
                if first:
                    return True
                continue
            self.expanded += 1
            self._expand(label)
        return True

    @property
    def bound(self) -> int:
        """No plan costs less, in scaled units, unless it costs more than `most`."""
        return min(self.heap[0][0], self.most) if self.heap else self.most

    def least(self) -> Courses | None:
        """Every series' days in the lexicographically least of the best plans found."""
        goals = [goal for goal in self.goals if goal.paid == self.most]
        order: dict[int, Label] = {}
        stack = list(goals)
        while stack:
            label = stack.pop()
            if id(label) not in order:
                order[id(label)] = label
                stack.extend(label.parents)
        history: dict[int, list[list[int]]] = {}
        for label in sorted(order.values(), key=lambda label: label.day):
            ways = [_step(history[id(parent)], parent.state, label) for parent in label.parents]
            history[id(label)] = min(ways, default=[[] for _ in label.state])
        return min((history[id(goal)] for goal in goals), default=None)

    def _reach(self, state: State, day: int, met: int, paid: int, parent: Label | None) -> None:
        label = self.labels.get((state, met))
        if label is None:
            rest, back = self.outlook.rest_and_back(state, day)
            label = self.labels[(state, met)] = Label(state, day, met, rest, back)
        if paid > label.paid or paid + label.rest > self.most:
            return
        if paid == label.paid:
            label.parents.extend([parent] if parent else [])
            return
        label.paid, label.parents, label.closed = paid, [parent] if parent else [], False
        left = self.total - sum(session for session, _ in state)
        heapq.heappush(self.heap, (paid + label.rest, left, next(self.tick), paid, label))

    def _expand(self, label: Label) -> None:
        """Reach every label one visit away that may still be best."""
        active = [i for i, (session, _) in enumerate(label.state) if session < self.outlook.sessions[i]]
        ways = [self.outlook.next(i, *label.state[i]) for i in active]
        firsts = [self.outlook.not_before(i, label.state, label.day) for i in active]
        begin = min(max(first, way.earliest) for first, way in zip(firsts, ways, strict=True))
        end = min(way.latest for way in ways)
        if end < begin:
            return
        wait, treat = _ahead(ways, firsts, begin, end)
        excess = self.outlook.excess
        passed = excess[label.day + 1] - excess[begin + 1 : end + 2]
        paid = label.paid + self.tables.visit_cost + label.back + passed
        least = np.minimum(wait, treat).sum(axis=0) + np.maximum((treat - wait).min(axis=0), 0)
        for column in np.flatnonzero(paid + least <= self.most).tolist():
            spare = self.most - int(paid[column])
            for chosen in self._sets(
                label, active, wait[:, column].tolist(), treat[:, column].tolist(), spare
            ):
                self._visit(label, begin + column, [(active[row], int(treat[row, column])) for row in chosen])

    def _sets(
        self, label: Label, active: list[int], wait: list[int], treat: list[int], spare: int
    ) -> list[list[int]]:
        """The sets of series (rows of `active`) a visit may hold at a bound of at most `spare`."""
        problem = self.tables.problem
        limit = problem.max_visit_minutes
        room = None if limit is None else limit - problem.visit_overhead_minutes
        ahead = [0] * (len(active) + 1)
        for row in range(len(active) - 1, -1, -1):
            ahead[row] = ahead[row + 1] + min(wait[row], treat[row])
        found: list[list[int]] = []
        chosen: list[int] = []

        def choose(row: int, cost: int, room: int | None) -> None:
            if cost + ahead[row] > spare:
                return
            if row == len(active):
                if chosen:
                    found.append(chosen.copy())
                return
            index = active[row]
            fits = room is None or self.minutes[index] <= room
            if treat[row] < LARGEST and fits and self._may_join(label, [active[r] for r in chosen], index):
                chosen.append(row)
                choose(row + 1, cost + treat[row], None if room is None else room - self.minutes[index])
                chosen.pop()
            if wait[row] < LARGEST:
                choose(row + 1, cost + wait[row], room)

        choose(0, 0, room)
        return found

    def _may_join(self, label: Label, members: list[int], index: int) -> bool:
        """Whether a series may share the visit, and need not leave the lead to its twin.

        Of two series with the same rules that stand alike, swapping all that follows changes no cost, so
        the lexicographically least plan never lets the second go first.
        """
        twin = self.twins[index]
        if twin is not None and label.state[twin] == label.state[index] and twin not in members:
            return False
        return all(self.tables.together[member][index] for member in members)

    def _visit(self, label: Label, day: int, chosen: list[tuple[int, int]]) -> None:
        state = list(label.state)
        paid, met = label.paid + self.tables.visit_cost, label.met
        for index, treat in chosen:
            session, _ = state[index]
            after = self.outlook.rests[index].values[session][day] + self.outlook.clique_charge[index, day]
            paid += treat - int(after)
            state[index] = (session + 1, day)
        for bit, (inside, worth, members) in enumerate(self.tables.shared_targets):
            if inside[day]:
                fresh = [i for i, _ in chosen if i in members and not _already(inside, *label.state[i])]
                if fresh:
                    # Each of them took the reward; together they deserve it once.
                    paid += worth * (len(fresh) - (0 if met >> bit & 1 else 1))
                    met |= 1 << bit
        self._reach(tuple(state), day, met, paid, label)


def _already(inside: np.ndarray, session: int, last: int) -> bool:
    return session > 0 and bool(inside[last])


def _ahead(ways: list[Next], firsts: list[int], begin: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """For every series and every day begin..end: the cost to come if it waits, and if treated."""
    wait = np.empty((len(ways), end - begin + 1), dtype=np.int64)
    treat = np.empty_like(wait)
    for row, (first, way) in enumerate(zip(firsts, ways, strict=True)):
        wait[row] = way.wait[begin + 1 : end + 2]
        treat[row] = way.treat[begin : end + 1]
        if first > begin:
            treat[row, : first - begin] = NEVER
            wait[row, : first - begin] = way.wait[first]
    return wait, treat


def _step(courses: Courses, before: State, label: Label) -> Courses:
    """Courses with the visit that led from `before` to `label` put to their ends."""
    return [
        [*course, label.day] if label.state[index][0] > before[index][0] else course
        for index, course in enumerate(courses)
    ]


def _twins(tables: Tables) -> list[int | None]:
    """For each series the nearest earlier one with the same rules, or None."""
    problem = tables.problem
    named = {key for target in problem.targets for key in target.series}
    rules = [
        (
            s.key if s.key in named else None,
            s.treatment,
            s.minutes,
            s.weight,
            s.sessions,
            s.forbidden,
            s.discouraged,
        )
        for s in problem.series
    ]
    return [max((o for o in range(i) if rules[o] == rules[i]), default=None) for i in range(len(rules))]
