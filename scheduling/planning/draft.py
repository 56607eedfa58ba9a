"""A good plan, fast: one series after the other at its cheapest beside those already placed.

It proves nothing; the search leaves out what cannot be better than it.
"""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from .bounds import Rest
from .tables import LARGEST, NEVER, Tables

Courses = list[list[int]]
# The pairs of more series than a patient ever has would take minutes, and nothing could stop it.
MOST_POLISHED = 16


def first_plan(tables: Tables, charges: np.ndarray | None = None) -> tuple[int, Courses] | None:
    """The best of a few drafts, with its scaled cost; None when no draft found a place for all.

    `charges`, prices by series and day from an `Ascent`, say where those not yet placed want to be.
    """
    best, seen = None, list[Courses]()
    for order in _orders([course.sessions for course in tables.courses]):
        courses = _insert(tables, {}, order, charges)
        if courses is None or courses in seen:
            continue
        seen.append(courses)
        courses = improve(tables, courses)
        cost = cost_of(tables, courses)
        if best is None or cost < best[0]:
            best = (cost, courses)
    return best


def polished(tables: Tables, courses: Courses) -> Courses:
    """Take two series out at a time and place them anew, in either order, while that makes it cheaper.

    A plan of more than MOST_POLISHED series stays as it is.
    """
    best, again = cost_of(tables, courses), len(courses) <= MOST_POLISHED
    while again:
        again = False
        for pair in permutations(range(len(courses)), 2):
            placed = {index: path for index, path in enumerate(courses) if index not in pair}
            changed = _insert(tables, placed, list(pair), None)
            if changed is not None:
                changed = improve(tables, changed)
                cost = cost_of(tables, changed)
                if cost < best:
                    courses, best, again = changed, cost, True
    return courses


def cost_of(tables: Tables, courses: Courses) -> int:
    """The scaled cost of a plan whose hard constraints hold."""
    total = tables.base
    for course, path in zip(tables.courses, courses, strict=True):
        total += int(course.opening[path[0]])
        for step, day, following in zip(course.steps, path, path[1:], strict=False):
            row = day - step.first
            total += int(step.cost[row, following - int(step.target[row, 0])])
    for inside, worth, members in tables.shared_targets:
        hits = sum(int(_hits(inside, courses[member])) for member in members)
        total += worth * max(0, hits - 1)
    return total + tables.visit_cost * len({day for path in courses for day in path})


def _hits(inside: np.ndarray, path: list[int]) -> int:
    """How often a course enters a range: each time it took the reward."""
    within = inside[path]
    return int(within[0]) + int((within[1:] & ~within[:-1]).sum())


def place(
    tables: Tables, index: int, others: dict[int, list[int]], charge: np.ndarray | None = None
) -> list[int] | None:
    """The cheapest course of one series while the others stay; None when there is none."""
    if charge is not None:
        return _placed(tables, index, others, charge.copy())
    known = (index, *((other, *others[other]) for other in sorted(others)))
    if known not in tables.placed:
        prices = np.full(tables.count, tables.visit_cost, dtype=np.int64)
        tables.placed[known] = _placed(tables, index, others, prices)
    return tables.placed[known]


def _placed(tables: Tables, index: int, others: dict[int, list[int]], prices: np.ndarray) -> list[int] | None:
    visits: dict[int, list[int]] = {}
    for other, path in others.items():
        for day in path:
            visits.setdefault(day, []).append(other)
    for day, members in visits.items():
        prices[day] = 0 if tables.may_meet([*members, index]) else NEVER
    for other, path in others.items():
        days = tables.ordinals[path]
        for gap, starts in ((tables.keeps[other][index], days + 1), (tables.keeps[index][other], None)):
            if gap > 1:
                low = starts if starts is not None else days - gap + 1
                for begin, end in np.searchsorted(tables.ordinals, np.stack((low, low + gap - 1), axis=1)):
                    prices[begin:end] = NEVER
    rest = Rest(tables.courses[index], prices)
    return rest.cheapest(tables.courses[index]) if rest.least < LARGEST else None


def improve(tables: Tables, courses: Courses, fixed: int | None = None) -> Courses:
    """Place each series anew beside the others, all but `fixed`, until none gets cheaper."""
    best = cost_of(tables, courses)
    quiet, index = 0, 0
    while quiet < len(courses):
        others = {other: path for other, path in enumerate(courses) if other != index}
        path = place(tables, index, others) if index != fixed else None
        changed = [*courses[:index], path, *courses[index + 1 :]] if path else courses
        cost = cost_of(tables, changed)
        quiet = 0 if cost < best else quiet + 1
        courses, best = (changed, cost) if cost < best else (courses, best)
        index = (index + 1) % len(courses)
    return courses


def _insert(
    tables: Tables, placed: dict[int, list[int]], order: list[int], charges: np.ndarray | None
) -> Courses | None:
    for index in order:
        path = place(tables, index, placed, None if charges is None else charges[index])
        if path is None:
            return None
        placed[index] = path
    return [placed[index] for index in range(len(placed))]


def _orders(sessions: list[int]) -> Iterator[list[int]]:
    """Each series first once; the others by how many sessions they have, most first and fewest first."""
    size = len(sessions)
    for first in range(size):
        yield sorted(range(size), key=lambda index: (index != first, -sessions[index], index))
        if size > 2:
            yield sorted(range(size), key=lambda index: (index != first, sessions[index], index))
