"""Solve a planning problem: the best plan with its proof, or a minimal conflict.

First a draft, then the search under ever better prices. What the search cannot finish is cut in two,
again and again, the half with the lowest bound first.
"""

import heapq
from collections.abc import Callable
from itertools import count

import numpy as np

from .bounds import Ascent, Rest
from .check import lay_out, terms
from .conflict import minimal_conflict
from .draft import Courses, cost_of, first_plan, polished
from .narrow import halves, narrowed
from .problem import Problem
from .search import Search
from .solution import Solution
from .tables import LARGEST, Tables

# (steps of ascent before, labels at most): each stage costs a few times the one before.
STAGES = ((0, 300), (30, 1_000), (120, 5_000), (200, 60_000))
BRANCH = (40, 300)
CHUNK = 20


def solve(problem: Problem, stop: Callable[[], bool] | None = None) -> Solution:
    """Find the plan of least cost; among those of least day sum; among those the lexicographically least.

    `stop` is asked now and then; once it answers True the best plan so far is returned with a proven
    bound (status feasible), or unknown. Raises TooLarge when costs cannot be added up exactly.
    """
    run = Run(Tables(problem), stop)
    run.finish()
    if run.stopped and run.plan is None:
        return Solution("unknown")
    if run.plan is None:
        return _infeasible(problem, stop)
    dates = run.tables.dates(run.plan)
    status, bound = ("feasible", run.bound // run.tables.scale) if run.stopped else ("optimal", None)
    return Solution(status, dates, terms(problem, dates), lay_out(problem, dates), bound)


def _infeasible(problem: Problem, stop: Callable[[], bool] | None) -> Solution:
    conflict = minimal_conflict(problem, stop)
    return Solution("infeasible", conflict=conflict) if conflict else Solution("unknown")


class Run:
    """One solving of some tables: `most` and `plan` are the best so far, `bound` what is proven."""

    def __init__(self, tables: Tables, stop: Callable[[], bool] | None = None):
        self.tables, self.stop = tables, stop
        self.most, self.proven = LARGEST - 1, False
        self.plan: Courses | None = None
        self.bound = 0
        self.stopped = False

    def finish(self) -> None:
        """Find the best plan and prove it, or prove that there is none, or be stopped."""
        tables = self.tables
        if not tables.courses:
            self.plan = []
            return
        if not possible(tables):
            return
        self._offer(tables)
        ascent = Ascent(tables)
        left: Tables | None = tables
        for steps, labels in STAGES:
            self._climb(tables, ascent, steps)
            if self.stopped:
                self.bound = max(self.bound, min(ascent.proof(tables).bound(tables), self.most))
                return
            left = self._attempt(tables, ascent, labels)
            if left is None or self.stopped:
                return
        self._branch(left or tables, ascent)

    def _branch(self, tables: Tables, ascent: Ascent) -> None:
        """Cut in two what is open, the half with the lowest bound first."""
        tick = count()
        heap = [(ascent.bound, next(tick), tables, ascent)]
        while heap and not self._over():
            bound, _, tables, ascent = heapq.heappop(heap)
            self.bound = max(self.bound, min(int(bound), self.most))
            if self.stopped or bound >= self.most + 1:
                return
            for half in halves(tables) or ():
                narrower = narrowed(half, ascent.proof(half), self.most)
                if narrower is not None and possible(narrower):
                    self._offer(narrower)
                    better = Ascent(narrower, ascent)
                    self._climb(narrower, better, BRANCH[0])
                    rest = self._attempt(narrower, better, BRANCH[1])
                    if rest is not None:
                        heapq.heappush(heap, (max(bound, better.bound), next(tick), rest, better))

    def _attempt(self, tables: Tables, ascent: Ascent, labels: int) -> Tables | None:
        """Search; None when all of these tables is settled, else what is left of them."""
        proof = ascent.proof(tables)
        narrower = narrowed(tables, proof, self.most)
        if narrower is None:
            return None
        search = Search(narrower, proof, self.most, self.stop)
        done = search.run(labels)
        if search.goals:
            self._keep(search.most, search.least(), proven=done)
        if done:
            return None
        self.bound = max(self.bound, search.bound) if tables is self.tables else self.bound
        self._over()
        return narrower

    def _keep(self, cost: int, plan: Courses | None, proven: bool) -> None:
        """Keep the better plan; of equally good ones the lexicographically least that is proven so."""
        if plan is None or cost > self.most:
            return
        if cost < self.most or not self.proven or (proven and self.plan is not None and plan < self.plan):
            self.plan, self.proven = plan, proven
        self.most = cost

    def _climb(self, tables: Tables, ascent: Ascent, steps: int) -> None:
        """Climb a little at a time: prices on the way guide drafts, and a better plan the next steps."""
        for taken in range(0, steps, CHUNK):
            if self._over():
                return
            ascent.climb(min(CHUNK, steps - taken), self._goal(ascent))
            self._offer(tables, ascent.proof(tables).charges)

    def _over(self) -> bool:
        """Whether somebody said stop; asked between the pieces of work that take long."""
        self.stopped = self.stopped or bool(self.stop and self.stop())
        return self.stopped

    def _offer(self, tables: Tables, charges: np.ndarray | None = None) -> None:
        """Draft plans, and keep the best when it beats the one known."""
        found = first_plan(tables, charges)
        if found and found[0] < self.most:
            plan = polished(tables, found[1])
            self.most, self.plan, self.proven = cost_of(tables, plan), plan, False

    def _goal(self, ascent: Ascent) -> float:
        """What the ascent aims at: the known plan, or a guess while there is none."""
        return self.most if self.plan is not None else ascent.bound * 1.2 + self.tables.visit_cost


def possible(tables: Tables) -> bool:
    """Whether each series by itself has any course at all."""
    if not tables.count:
        return not tables.courses
    return all(Rest(course, tables.ordinals * 0).least < LARGEST for course in tables.courses)
