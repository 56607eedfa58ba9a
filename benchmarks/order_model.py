"""The order-encoded CP-SAT model: one literal per session and day, true once the session is past."""

from bisect import bisect_right
from collections import Counter
from itertools import pairwise

from ortools.sat.python import cp_model

from benchmarks.cpsat import Model
from benchmarks.days import reachable
from scheduling.planning.problem import Interval

Literal = cp_model.IntVar | int


class OrderModel(Model):
    """`past(k, d)` is 1 iff session k is on or before day d: gaps become orderings of such literals."""

    linearization = 2

    def _domains(self) -> list[list[list[int]]]:
        return [reachable(self.problem, series, self.days, self.windows) for series in self.problem.series]

    def _sessions(self) -> None:
        self.past_by = [[self._literals(domain) for domain in sessions] for sessions in self.domains]
        for index, series in enumerate(self.problem.series):
            for number in range(1, len(series.sessions)):
                self._gap(index, number)
                if series.weight:
                    self._drift(index, number)

    def _literals(self, domain: list[int]) -> list[Literal]:
        """One literal for each day of the domain; the last one is always true."""
        literals: list[Literal] = [self.model.new_bool_var("") for _ in domain[1:]]
        for one, next_one in pairwise(literals):
            self.model.add_implication(one, next_one)
        return [*literals, 1]

    def past(self, series: int, number: int, day: int) -> Literal:
        """Whether the session is on or before the day."""
        position = bisect_right(self.domains[series][number], day)
        return self.past_by[series][number][position - 1] if position else 0

    def on(self, series: int, number: int, day: int) -> cp_model.LinearExprT:
        return self.past(series, number, day) - self.past(series, number, day - 1)

    def day(self, series: int, number: int) -> cp_model.LinearExprT:
        domain, literals = self.domains[series][number], self.past_by[series][number]
        steps = zip(domain, domain[1:], literals, strict=False)
        return domain[-1] - sum((later - day) * literal for day, later, literal in steps)

    def _gap(self, index: int, number: int) -> None:
        before, domain = self.domains[index][number - 1], self.domains[index][number]
        spans = self._windows(index, number)
        earliest = [span[0] for span in spans]
        for day in domain:
            position = bisect_right(earliest, day)
            ready = self.past(index, number - 1, before[position - 1]) if position else 0
            self._imply(self.past(index, number, day), ready)
        for previous, span in zip(before, spans, strict=True):
            self._imply(self.past(index, number - 1, previous), self.past(index, number, span[3]))

    def _imply(self, one: Literal, other: Literal) -> None:
        if not surely(one, 0) and not surely(other, 1):
            self.model.add_linear_constraint(one - other, -1, 0)

    def _windows(self, index: int, number: int) -> list[tuple[int, int, int, int]]:
        interval: Interval = self.problem.series[index].sessions[number].window  # type: ignore[assignment]
        return [self.windows.after(interval, day) for day in self.domains[index][number - 1]]

    def _drift(self, index: int, number: int) -> None:
        """One unit for each day on which the session is over and may not yet be recommended, or reversed."""
        domain, spans = self.domains[index][number], self._windows(index, number)
        starts, ends = [span[1] for span in spans], [span[2] for span in spans]
        last = max(domain[-1], starts[-1])
        pairs: Counter[tuple[int, int, bool]] = Counter()
        for day in range(min(domain[0], ends[0]), last):
            held = bisect_right(domain, day)
            pairs[(held, bisect_right(starts, day), True)] += 1
            pairs[(held, bisect_right(ends, day), False)] += 1
        weight = self.problem.series[index].weight
        for (held, position, early), days in pairs.items():
            here: Literal = self.past_by[index][number][held - 1] if held else 0
            there: Literal = self.past_by[index][number - 1][position - 1] if position else 0
            over, under = (here, there) if early else (there, here)
            self._pay(weight * days, over, under)

    def _pay(self, cost: int, over: Literal, under: Literal) -> None:
        """Pay `cost` when `over` is true and `under` is not."""
        if surely(over, 0) or surely(under, 1):
            return
        if surely(over, 1) and surely(under, 0):
            self.cost.append(cost)
            return
        paid = self.model.new_bool_var("")
        self.model.add(paid >= over - under)
        self.cost.append(cost * paid)

    def _separate(self, one: int, other: int, days: int, same_visit: bool) -> None:
        begin, end = 1 if same_visit else 0, max(days, 1)
        for number in range(len(self.domains[other])):
            for day in sorted({day for domain in self.domains[one] for day in domain}):
                near = self.past(other, number, day + end - 1) - self.past(other, number, day + begin - 1)
                here = [self.on(one, n, day) for n, domain in enumerate(self.domains[one]) if day in domain]
                self.model.add(sum(here) + near <= 1)


def surely(literal: Literal, value: int) -> bool:
    """Whether the literal is no variable but this constant."""
    return isinstance(literal, int) and literal == value
