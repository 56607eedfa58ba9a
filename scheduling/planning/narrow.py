"""Days that no plan worth finding can use, taken out of a problem's tables; and a problem cut in two."""

import numpy as np

from .bounds import Proof, Rest
from .tables import LARGEST, NEVER, Course, Tables

Masks = list[list[np.ndarray]]


def narrowed(tables: Tables, proof: Proof, most: int) -> Tables | None:
    """Leave out every day that no plan of scaled cost at most `most` uses; None when no plan is left."""
    for _ in range(3):
        rests = proof.rests(tables)
        bound = tables.base - proof.back + sum(int(rest.least) for rest in rests)
        if bound > most or any(rest.least >= LARGEST for rest in rests):
            return None
        usable: Masks = []
        for course, rest, charge in zip(tables.courses, rests, proof.charges, strict=True):
            limit = min(most - bound + int(rest.least), LARGEST)
            usable.append([days <= limit for days in marginals(course, rest, charge)])
        banned = [[~days for days in sessions] for sessions in usable]
        again = _keep_apart(tables, usable, banned)
        for index, masks in enumerate(banned):
            tables = tables.without(index, masks)
        if not again:
            break
    return tables


def marginals(course: Course, rest: Rest, charge: np.ndarray) -> list[np.ndarray]:
    """For every session and day: the least cost of a course that has that session on that day."""
    ahead = np.minimum(course.opening + charge, NEVER)
    found = [ahead + rest.values[0]]
    for step, after in zip(course.steps, rest.values[1:], strict=True):
        reached = np.full(len(charge), NEVER, dtype=np.int64)
        rows = ahead[step.first : step.first + len(step.cost)]
        np.minimum.at(reached, step.target, rows[:, None] + step.cost)
        ahead = np.minimum(reached + charge, NEVER)
        found.append(ahead + after)
    return found


def halves(tables: Tables) -> tuple[Tables, Tables] | None:
    """Cut the days of the session that decides most in two; None when every session has one day left.

    Wide ranges count, those of series that keep far from others more, early sessions more.
    """
    nothing = np.zeros(tables.count, dtype=np.int64)
    best, cut = 0.0, None
    for index, course in enumerate(tables.courses):
        keeps = sum(max(row[index], tables.keeps[index][other]) for other, row in enumerate(tables.keeps))
        for number, costs in enumerate(marginals(course, Rest(course, nothing), nothing)):
            left = np.flatnonzero(costs < LARGEST)
            width = int(tables.ordinals[left[-1]] - tables.ordinals[left[0]])
            score = width * (1 + keeps / 10) / (1 + 0.3 * number)
            if score > best:
                best, cut = score, (index, number, int(left[(len(left) - 1) // 2]))
    if cut is None:
        return None
    index, number, day = cut
    return tables.between(index, number, 0, day), tables.between(index, number, day + 1, tables.count - 1)


def _keep_apart(tables: Tables, usable: Masks, banned: Masks) -> bool:
    """Ban from each series the days that clash with every day left to some session of another."""
    changed = False
    for index, sessions in enumerate(usable):
        for days in sessions:
            found = np.flatnonzero(days)
            low, high = (tables.ordinals[found[0]], tables.ordinals[found[-1]]) if len(found) else (0, 0)
            for other in range(len(usable) if len(found) else 0):
                clash = _clash(tables, index, other, int(low), int(high))
                if clash is not None and clash.any():
                    for mask, left in zip(banned[other], usable[other], strict=True):
                        changed = changed or bool((clash & left & ~mask).any())
                        mask |= clash
    return changed


def _clash(tables: Tables, index: int, other: int, low: int, high: int) -> np.ndarray | None:
    """The days `other` cannot be on, given a session of `index` somewhere in low..high (calendar days)."""
    before, after = tables.keeps[other][index], tables.keeps[index][other]
    apart = low == high and not tables.may_meet([index, other])
    if index == other or not (before > 1 or after > 1 or apart):
        return None
    days = tables.ordinals
    clash = (days > high - before) & (days < low)
    clash |= (days > high) & (days < low + after)
    return clash | (days == low) if apart else clash
