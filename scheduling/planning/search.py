"""Best-first search over visits in date order.

A label says how far each series has come and on which day its last session was. From a label the next
visit may be on any later day with any set of series that may meet. Labels are taken in the order of
cost so far plus `Rest` of every series, so the first complete one is best; equal ones are kept until
the lexicographically least is known.
"""

import heapq
from collections.abc import Callable
from itertools import count

import numpy as np

from .bounds import Rest
from .tables import LARGEST, NEVER, Tables

State = tuple[tuple[int, int], ...]


class Label:
    """A state reached at cost `paid`, with every equally good way to it."""

    __slots__ = ("closed", "day", "met", "paid", "parents", "rest", "state")

    def __init__(self, state: State, day: int, met: int, paid: int, rest: int):
        self.state, self.day, self.met, self.paid, self.rest = state, day, met, paid, rest
        self.parents: list[Label] = []
        self.closed = False


class Options:
    """What one series can do next from a given session and day, over all candidate days."""

    __slots__ = ("earliest", "latest", "treat", "wait")

    def __init__(self, low: int, treat: np.ndarray, shared: np.ndarray, size: int):
        self.treat = np.full(size + 2, NEVER, dtype=np.int64)
        self.treat[low : low + len(treat)] = treat
        self.wait = np.full(size + 2, NEVER, dtype=np.int64)
        self.wait[low : low + len(treat)] = shared
        self.wait = np.minimum.accumulate(self.wait[::-1])[::-1]
        usable = np.flatnonzero(treat < LARGEST)
        self.earliest = low + int(usable[0]) if len(usable) else size
        self.latest = low + int(usable[-1]) if len(usable) else -1


class Search:
    def __init__(self, tables: Tables, shares: np.ndarray, most: int, stop: Callable[[], bool] | None = None):
        self.tables, self.shares, self.stop = tables, shares, stop
        self.most = most
        self.size = len(tables.courses)
        self.rests = [Rest(course, share) for course, share in zip(tables.courses, shares, strict=True)]
        self.options: list[dict[tuple[int, int], Options]] = [{} for _ in range(self.size)]
        self.labels: dict[tuple[State, int], Label] = {}
        self.heap: list = []
        self.tick = count()
        self.expanded = 0
        self.goals: list[Label] = []
        self.sessions = [len(series.sessions) for series in tables.problem.series]
        self.keeps_off: list[list[tuple[int, int]]] = [[] for _ in range(self.size)]
        for first, pairs in tables.after.items():
            for second, gap in pairs:
                self.keeps_off[second].append((first, gap))
        self.fits = self._fits()
        self.twins = self._twins()
        self.many = self._many_targets()

    def _fits(self):
        problem = self.tables.problem
        limit = problem.max_visit_minutes
        minutes = [series.minutes for series in problem.series]
        room = None if limit is None else limit - problem.visit_overhead_minutes
        return minutes, room

    def _twins(self) -> list[int | None]:
        """For each series the nearest earlier one with the same rules, or None."""
        problem = self.tables.problem

        def rules(index):
            series = problem.series[index]
            named = tuple(i for i, target in enumerate(problem.targets) if series.key in target.series)
            if named:
                return (index,)
            return (series.treatment, series.minutes, series.weight, series.sessions, series.forbidden, series.discouraged)

        twins: list[int | None] = []
        for index in range(self.size):
            same = [other for other in range(index) if rules(other) == rules(index)]
            twins.append(same[-1] if same else None)
        return twins

    def _many_targets(self):
        many = []
        keys = [series.key for series in self.tables.problem.series]
        for target in self.tables.problem.targets:
            members = [keys.index(key) for key in dict.fromkeys(target.series)]
            if len(members) > 1:
                many.append((self.tables.inside(target.span), target.span.cost * self.tables.scale, members))
        return many

    def _options(self, index: int, session: int, day: int) -> Options:
        found = self.options[index].get((session, day))
        if found is None:
            found = self._make_options(index, session, day)
            self.options[index][(session, day)] = found
        return found

    def _make_options(self, index, session, day):
        course, rest, size = self.tables.courses[index], self.rests[index], self.tables.count
        if session == 0:
            treat = np.minimum(course.opening + rest.values[0], NEVER)
            return Options(0, treat, np.minimum(rest.opening, NEVER), size)
        step = course.steps[session - 1]
        row = day - step.first
        target = step.target[row]
        costs = step.cost[row]
        ok = costs < NEVER
        low = int(target[0])
        treat = np.minimum(costs[ok] + rest.values[session][target[ok]], NEVER)
        width = int(target[ok][-1]) - low + 1 if ok.any() else 0
        full = np.full(width, NEVER, dtype=np.int64)
        shared = np.full(width, NEVER, dtype=np.int64)
        full[target[ok] - low] = treat
        shared[target[ok] - low] = np.minimum(rest.sums[session - 1][row][ok], NEVER)
        return Options(low, full, shared, size)

    def begin(self):
        state = ((0, -1),) * self.size
        self._reach(state, -1, 0, self.tables.base, None)

    def _not_before(self, index: int, state: State, day: int) -> int:
        """First candidate day on which a series may be treated, after what the others just had."""
        tables = self.tables
        first = day + 1
        for other, gap in self.keeps_off[index]:
            session, last = state[other]
            if session:
                first = max(first, int(np.searchsorted(tables.ordinals, tables.ordinals[last] + gap)))
        return first

    def _reach(self, state, day, met, paid, parent):
        key = (state, met)
        label = self.labels.get(key)
        if label is None:
            rest = 0
            for index, (session, last) in enumerate(state):
                if session < self.sessions[index]:
                    options = self._options(index, session, last)
                    rest += int(options.wait[min(self._not_before(index, state, day), self.tables.count)])
            label = Label(state, day, met, paid, rest)
            if paid + rest > self.most:
                label.paid = NEVER
                self.labels[key] = label
                return
            self.labels[key] = label
        elif paid > label.paid or paid + label.rest > self.most:
            return
        elif paid == label.paid:
            label.parents.append(parent)
            return
        label.paid = paid
        label.parents = [parent] if parent else []
        label.closed = False
        left = sum(self.sessions) - sum(session for session, _ in state)
        heapq.heappush(self.heap, (paid + label.rest, left, next(self.tick), paid, label))

    def run(self, most_labels: int | None = None) -> str:
        """Search on; answers done, stopped (by `stop`) or paused (after `most_labels`)."""
        while self.heap:
            if self.heap[0][0] > self.most:
                break
            if self.expanded % 64 == 0 and self.stop and self.stop():
                return "stopped"
            if most_labels is not None and self.expanded >= most_labels:
                return "paused"
            bound, left, _, paid, label = heapq.heappop(self.heap)
            if label.closed or paid != label.paid:
                continue
            label.closed = True
            if left == 0:
                self.most = min(self.most, paid)
                self.goals.append(label)
                continue
            self.expanded += 1
            self._expand(label)
        return "done"

    @property
    def bound(self) -> int:
        return min(self.heap[0][0], self.most) if self.heap else self.most

    def _expand(self, label: Label):
        tables = self.tables
        active = [i for i in range(self.size) if label.state[i][0] < self.sessions[i]]
        options = [self._options(i, *label.state[i]) for i in active]
        first_days = [self._not_before(i, label.state, label.day) for i in active]
        begin = min(max(f, o.earliest) for f, o in zip(first_days, options, strict=True))
        end = min(o.latest for o in options)
        if end < begin:
            return
        width = end - begin + 1
        wait = np.empty((len(active), width), dtype=np.int64)
        treat = np.empty((len(active), width), dtype=np.int64)
        for row, (first, option) in enumerate(zip(first_days, options, strict=True)):
            wait[row] = option.wait[begin + 1 : end + 2]
            treat[row] = option.treat[begin : end + 1]
            if first > begin:
                cut = min(first - begin, width)
                treat[row, :cut] = NEVER
                wait[row, : min(cut, width)] = option.wait[min(first, tables.count)]
        gain = treat - wait
        total = np.minimum(wait, treat).sum(axis=0) + np.maximum(gain.min(axis=0), 0)
        total += label.paid + tables.visit_cost
        for column in np.flatnonzero(total <= self.most).tolist():
            self._treat(label, active, begin + column, wait[:, column].tolist(), treat[:, column].tolist())

    def _treat(self, label, active, day, wait, treat):
        """Reach every label one visit on `day` leads to, at a bound that may still be best."""
        minutes, room = self.fits
        together = self.tables.together
        state = label.state
        slack = self.most - label.paid - self.tables.visit_cost
        size = len(active)
        ahead = [0] * (size + 1)
        for row in range(size - 1, -1, -1):
            ahead[row] = ahead[row + 1] + min(wait[row], treat[row])
        chosen: list[int] = []

        def choose(row: int, sum_: int, left):
            if sum_ + ahead[row] > slack:
                return
            if row == size:
                if chosen:
                    self._visit(label, day, chosen, active, treat)
                return
            index = active[row]
            if treat[row] < LARGEST and (left is None or minutes[index] <= left):
                twin = self.twins[index]
                blocked = twin is not None and state[twin] == state[index] and all(active[r] != twin for r in chosen)
                if not blocked and all(together[active[r]][index] for r in chosen):
                    chosen.append(row)
                    choose(row + 1, sum_ + treat[row], None if left is None else left - minutes[index])
                    chosen.pop()
            if wait[row] < LARGEST:
                choose(row + 1, sum_ + wait[row], left)

        choose(0, 0, room)

    def _visit(self, label, day, chosen, active, treat):
        state = list(label.state)
        paid, met = label.paid + self.tables.visit_cost, label.met
        for row in chosen:
            index = active[row]
            session, last = state[index]
            paid += treat[row] - int(self.rests[index].values[session][day])
            state[index] = (session + 1, day)
        for bit, (inside, worth, members) in enumerate(self.many):
            if inside[day]:
                fresh = sum(1 for row in chosen if active[row] in members
                            and not (label.state[active[row]][0] and inside[label.state[active[row]][1]]))
                paid += worth * (fresh - (0 if met >> bit & 1 else 1 if fresh else 0))
                if fresh:
                    met |= 1 << bit
        self._reach(tuple(state), day, met, paid, label)

    def best_courses(self):
        """Every series' days, the lexicographically least of all best plans."""
        best = [goal for goal in self.goals if goal.paid == self.most]
        if not best:
            return None
        order, seen, stack = [], set(), list(best)
        while stack:
            label = stack.pop()
            if id(label) in seen:
                continue
            seen.add(id(label))
            order.append(label)
            stack.extend(label.parents)
        history = {}
        for label in sorted(order, key=lambda item: item.day):
            if not label.parents:
                history[id(label)] = tuple(() for _ in label.state)
                continue
            history[id(label)] = min(
                tuple(
                    course + (label.day,) if label.state[i][0] > parent.state[i][0] else course
                    for i, course in enumerate(history[id(parent)])
                )
                for parent in label.parents
            )
        return min(history[id(goal)] for goal in best)
