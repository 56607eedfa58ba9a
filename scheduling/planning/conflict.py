"""Why no plan fits: a smallest set of constraints that cannot hold together (a deletion filter)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import numpy as np
from dateutil.relativedelta import relativedelta

from .bounds import Ascent, Rest
from .draft import first_plan
from .durations import Duration
from .narrow import halves, narrowed
from .problem import FourDates, Interval, Problem, Series, Session
from .search import Search
from .solution import Conflict
from .tables import LARGEST, Tables, candidate_days

ANY_LATER = Interval(Duration(), Duration(), Duration(years=20), Duration(years=20))


def minimal_conflict(problem: Problem, stop: Callable[[], bool] | None = None) -> tuple[Conflict, ...]:
    """A set of constraints that cannot hold together and can once any one of them is dropped.

    The problem must be infeasible. Empty only when `stop` answered True before the set was minimal.
    """
    everything = list(constraints(problem))
    kept = [c for c in everything if c.series in _culprits(problem) or c.series is None]
    if holds(problem, kept, stop):
        kept = everything
    for constraint in list(kept):
        if stop and stop():
            return ()
        fewer = [other for other in kept if other != constraint]
        if not holds(problem, fewer, stop):
            kept = fewer
    return tuple(kept)


def holds(problem: Problem, kept: Collection[Conflict], stop: Callable[[], bool] | None = None) -> bool:
    """Whether any dates satisfy the `kept` constraints, the order of every series among them.

    Series of which nothing is kept find a place after all others, if the days are enough.
    """
    everyone = relaxed(problem, kept)
    named = {one.series for one in kept}
    bound = replace(everyone, series=tuple(one for one in everyone.series if one.key in named))
    free = [one for one in everyone.series if one.key not in named]
    if not feasible(bound, stop):
        return False
    last = _last_before(everyone, free)
    return (
        not free
        or (last is not None and feasible(replace(bound, end=last), stop))
        or feasible(everyone, stop)
    )


def _last_before(problem: Problem, free: Sequence[Series]) -> date | None:
    """The day by which all others have to be done so that the `free` series follow, one after the other.

    None when the days do not hold the free ones that way.
    """
    limit, overhead = problem.max_visit_minutes, problem.visit_overhead_minutes
    if limit is not None and any(overhead + series.minutes > limit for series in free):
        return None
    days = [day.item() for day in candidate_days(problem)]
    apart = max((1, *(rule.days for rule in problem.separations)))
    last = problem.end
    for series in free:
        days = [day for day in days if day <= last]
        if len(days) < len(series.sessions) or (days[-len(series.sessions)] - problem.start).days < apart:
            return None
        last = days[-len(series.sessions)] - timedelta(days=apart)
    return last


def constraints(problem: Problem) -> Iterable[Conflict]:
    """Everything that can be part of a conflict; what is tried first is dropped first."""
    for series in problem.series:
        for number, session in enumerate(series.sessions, start=1):
            yield Conflict("window", series.key, number)
            if session.pinned:
                yield Conflict("pinned", series.key, number)
        for index in range(len(series.forbidden)):
            yield Conflict("forbidden", series.key, index=index)
    for index in range(len(problem.separations)):
        yield Conflict("separation", index=index)
    for index in range(len(problem.closed)):
        yield Conflict("closed", index=index)
    if problem.max_visit_minutes is not None:
        yield Conflict("length")
    yield Conflict("weekdays")
    yield Conflict("horizon")


def relaxed(problem: Problem, kept: Iterable[Conflict]) -> Problem:
    """The problem with only the `kept` constraints and no costs.

    A dropped window leaves the order of the sessions, a dropped horizon moves the end 5 years on.
    """
    kept = set(kept)
    horizon = Conflict("horizon") in kept
    end = problem.end if horizon else problem.end + relativedelta(years=5)
    return Problem(
        start=problem.start,
        end=end,
        weekdays=problem.weekdays if Conflict("weekdays") in kept else (1, 2, 3, 4, 5, 6, 7),
        visit_cost=0,
        series=tuple(_relaxed_series(s, kept, problem.start, end) for s in problem.series),
        closed=tuple(span for i, span in enumerate(problem.closed) if Conflict("closed", index=i) in kept),
        separations=tuple(
            rule for i, rule in enumerate(problem.separations) if Conflict("separation", index=i) in kept
        ),
        max_visit_minutes=problem.max_visit_minutes if Conflict("length") in kept else None,
        visit_overhead_minutes=problem.visit_overhead_minutes,
    )


def _relaxed_series(series: Series, kept: set[Conflict], start: date, end: date) -> Series:
    sessions = []
    for number, session in enumerate(series.sessions, start=1):
        window = session.window
        if Conflict("window", series.key, number) not in kept:
            window = FourDates(start, start, end, end) if number == 1 else ANY_LATER
        pinned = session.pinned and Conflict("pinned", series.key, number) in kept
        sessions.append(Session(window, session.booked if pinned else None, pinned))
    spans = tuple(
        s for i, s in enumerate(series.forbidden) if Conflict("forbidden", series.key, index=i) in kept
    )
    return replace(series, sessions=tuple(sessions), weight=0, forbidden=spans, discouraged=())


def feasible(problem: Problem, stop: Callable[[], bool] | None = None) -> bool:
    """Whether any dates satisfy every hard constraint; costs are not looked at."""
    tables = Tables(problem)
    if not tables.courses:
        return True
    if not tables.count or first_plan(tables) is not None:
        return bool(tables.count)
    open_ = [tables]
    while open_:
        tables = open_.pop()
        nothing = np.zeros(tables.count, dtype=np.int64)
        if any(Rest(course, nothing).least >= LARGEST for course in tables.courses):
            continue
        proof = Ascent(tables).proof(tables)
        left = narrowed(tables, proof, LARGEST - 1)
        if left is None:
            continue
        search = Search(left, proof, LARGEST - 1, stop)
        done = search.run(2_000, first=True)
        if search.goals:
            return True
        if not done:
            if stop and stop():
                return True
            open_.extend(halves(left) or ())
    return False


def _culprits(problem: Problem) -> set[str]:
    """The keys of few series that cannot be planned together, whatever the others do."""
    everything = list(constraints(problem))
    for size in (1, 2, 3):
        for members in combinations(problem.series, size):
            if not feasible(relaxed(replace(problem, series=members), everything)):
                return {series.key for series in members}
    return {series.key for series in problem.series}
