"""What the two CP-SAT models share: both levels of the optimum with one worker, within a time limit."""

from abc import ABC, abstractmethod
from collections import defaultdict
from datetime import timedelta
from time import monotonic

from ortools.sat.python import cp_model

from benchmarks.days import Answer, Windows, day_cost, opening_drift, separated, usable_days
from scheduling.planning.problem import Problem

NAMES = {cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "feasible", cp_model.INFEASIBLE: "infeasible"}


class Model(ABC):
    """A CP-SAT model of a problem: everything but how a session's day and the gaps are written down."""

    # How much CP-SAT leans on the linear relaxation; 1 is its default.
    linearization = 1

    def __init__(self, problem: Problem):
        self.problem = problem
        self.model = cp_model.CpModel()
        self.windows = Windows(problem)
        self.days = usable_days(problem)
        self.domains = self._domains()
        self.cost: list[cp_model.LinearExprT] = []
        self.possible = all(domain for session in self.domains for domain in session)
        if self.possible:
            self._sessions()
            self._days()
            self._visits()
            self._targets()
            for one, other, days, same_visit in separated(problem):
                self._separate(one, other, days, same_visit)

    @abstractmethod
    def _domains(self) -> list[list[list[int]]]:
        """The days each session of each series may be on."""

    @abstractmethod
    def _sessions(self) -> None:
        """Add every session's day, the gaps between the sessions of a series, and their drift."""

    @abstractmethod
    def on(self, series: int, number: int, day: int) -> cp_model.LinearExprT:
        """1 when the session (from 0) is on a day of its domain, else 0."""

    @abstractmethod
    def day(self, series: int, number: int) -> cp_model.LinearExprT:
        """The session's day."""

    @abstractmethod
    def _separate(self, one: int, other: int, days: int, same_visit: bool) -> None:
        """Keep `other` off the `days` after `one`."""

    def _days(self) -> None:
        for index, series in enumerate(self.problem.series):
            for number, domain in enumerate(self.domains[index]):
                for day in domain:
                    cost = day_cost(self.problem, series, number, day)
                    cost += opening_drift(series, day, self.windows) if number == 0 else 0
                    if cost:
                        self.cost.append(cost * self.on(index, number, day))

    def _visits(self) -> None:
        problem, visits = self.problem, defaultdict(dict)
        for index, sessions in enumerate(self.domains):
            for number, domain in enumerate(sessions):
                for day in domain:
                    visits[day].setdefault(index, []).append(self.on(index, number, day))
        for members in visits.values():
            visit = self.model.new_bool_var("")
            self.cost.append(problem.visit_cost * visit)
            for sessions in members.values():
                self.model.add(sum(sessions) <= visit)
            if problem.max_visit_minutes is not None:
                room = problem.max_visit_minutes - problem.visit_overhead_minutes
                minutes = [problem.series[index].minutes * sum(terms) for index, terms in members.items()]
                self.model.add(sum(minutes) <= room)

    def _targets(self) -> None:
        problem = self.problem
        keys = [series.key for series in problem.series]
        for target in problem.targets:
            low, high = (target.span.first - problem.start).days, (target.span.last - problem.start).days
            inside = [
                self.on(index, number, day)
                for index in sorted({keys.index(key) for key in target.series})
                for number, domain in enumerate(self.domains[index])
                for day in domain
                if low <= day <= high
            ]
            missed = self.model.new_bool_var("")
            self.model.add(missed + sum(inside) >= 1)
            self.cost.append(target.span.cost * missed)

    def solve(self, limit: float) -> Answer:
        """Least cost, then least day sum; `limit` in seconds counts from now."""
        if not self.possible:
            return Answer("infeasible")
        end = monotonic() + limit
        cost, days = sum(self.cost), self._day_sum()
        self.model.minimize(cost)
        solver = self._run(end)
        if solver.status != cp_model.OPTIMAL:
            return self._answer(solver, NAMES.get(solver.status, "unknown"))
        best = round(solver.solver.objective_value)
        self.model.add(cost == best)
        self._hint(solver.solver)
        self.model.minimize(days)
        second = self._run(end)
        return self._answer(second if second.found else solver, NAMES.get(second.status, "feasible"), best)

    def _day_sum(self) -> cp_model.LinearExprT:
        return sum(self.day(s, n) for s, sessions in enumerate(self.domains) for n in range(len(sessions)))

    def _run(self, end: float) -> "Run":
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = self.linearization
        solver.parameters.max_time_in_seconds = max(0.01, end - monotonic())
        return Run(solver, solver.solve(self.model))

    def _hint(self, solver: cp_model.CpSolver) -> None:
        self.model.clear_hints()
        for index in range(len(self.model.proto.variables)):
            variable = self.model.get_int_var_from_proto_index(index)
            self.model.add_hint(variable, solver.value(variable))

    def _answer(self, run: "Run", status: str, best: int | None = None) -> Answer:
        if not run.found:
            return Answer(status)
        solver = run.solver
        offsets = [
            [solver.value(self.day(s, n)) for n in range(len(sessions))]
            for s, sessions in enumerate(self.domains)
        ]
        dates = tuple(tuple(self.problem.start + timedelta(days=day) for day in days) for days in offsets)
        cost = round(solver.objective_value) if best is None else best
        return Answer(status, cost, sum(map(sum, offsets)), dates)


class Run:
    """A solver that has run, and how it ended."""

    def __init__(self, solver: cp_model.CpSolver, status: int):
        self.solver, self.status = solver, status
        self.found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
