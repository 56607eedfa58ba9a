"""A slow, plain reading of the planning problem, to judge the planner by: every list of dates is tried."""

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from scheduling.planning.problem import Problem, Series

Dates = tuple[tuple[date, ...], ...]
Priced = list[tuple[tuple[date, ...], int]]


def best_dates(problem: Problem) -> tuple[int, Dates] | None:
    """The least cost and the one best list of dates, or None when nothing fits."""
    own = [_priced(problem, series) for series in problem.series]
    best = None
    for dates, cost in _together(problem, own, ()):
        cost += visits_cost(problem, dates) + missed_cost(problem, dates)
        day_sum = sum((day - problem.start).days for course in dates for day in course)
        if best is None or (cost, day_sum, dates) < best:
            best = (cost, day_sum, dates)
    return None if best is None else (best[0], best[2])


def _together(problem: Problem, own: list[Priced], dates: Dates) -> Iterator[tuple[Dates, int]]:
    """Every choice of one course for each series that holds together, with the sum of their own costs."""
    if len(dates) == len(own):
        yield dates, 0
        return
    for course, cost in own[len(dates)]:
        if holds_together(problem, (*dates, course)):
            for whole, rest in _together(problem, own, (*dates, course)):
                yield whole, cost + rest


def least_costs(problem: Problem) -> dict[tuple[str, int, date], int]:
    """The least cost of any plan with a session (series, number from 1) on a day; no plan, no entry."""
    own = [_priced(problem, series) for series in problem.series]
    least: dict[tuple[str, int, date], int] = {}
    for dates, cost in _together(problem, own, ()):
        cost += visits_cost(problem, dates) + missed_cost(problem, dates)
        for series, course in zip(problem.series, dates, strict=True):
            for number, day in enumerate(course, start=1):
                place = (series.key, number, day)
                least[place] = min(cost, least.get(place, cost))
    return least


def is_plan(problem: Problem, dates: Dates) -> bool:
    """Whether the dates keep to every hard constraint."""
    return all(
        dates[index] in set(courses(problem, series)) for index, series in enumerate(problem.series)
    ) and holds_together(problem, dates)


def usable_days(problem: Problem) -> list[date]:
    """Rule 1: in the horizon, on a weekday of the practice, not closed."""
    length = (problem.end - problem.start).days
    days = [problem.start + timedelta(days=offset) for offset in range(length + 1)]
    open_ = [day for day in days if not any(span.first <= day <= span.last for span in problem.closed)]
    return [day for day in open_ if day.isoweekday() in problem.weekdays]


def courses(problem: Problem, series: Series) -> list[tuple[date, ...]]:
    """Every list of dates of one series by itself: rules 1, 2, 3 and 6."""
    found: list[tuple[date, ...]] = [()]
    for number in range(1, len(series.sessions) + 1):
        found = [
            (*course, day)
            for course in found
            for day in usable_days(problem)
            if _may_be(series, number, course, day)
        ]
    return found


def _may_be(series: Series, number: int, course: tuple[date, ...], day: date) -> bool:
    session = series.sessions[number - 1]
    earliest, _, _, latest = window(series, number, course)
    if not earliest <= day <= latest or (course and day <= course[-1]):
        return False
    if session.pinned and day != session.booked:
        return False
    return not any(span.first <= day <= span.last for span in series.forbidden)


def window(series: Series, number: int, course: tuple[date, ...]) -> tuple[date, date, date, date]:
    """Earliest, from, to and latest of a session (from 1), counted from the date of the session before."""
    given = series.sessions[number - 1].window
    if number == 1:
        return (given.earliest, given.start, given.end, given.latest)
    previous = course[number - 2]
    return tuple(
        previous + relativedelta(years=d.years, months=d.months) + timedelta(days=7 * d.weeks + d.days)
        for d in (given.minimum, given.start, given.end, given.latest)
    )


def holds_together(problem: Problem, dates: Dates) -> bool:
    """Rules 4 and 5, separations and the length of every visit, for the first series or for all."""
    for rule in problem.separations:
        for one, firsts in zip(problem.series, dates, strict=False):
            for other, seconds in zip(problem.series, dates, strict=False):
                if one is not other and one.treatment in rule.before and other.treatment in rule.after:
                    gaps = [(y - x).days for x in firsts for y in seconds]
                    if any(0 < gap < rule.days or (gap == 0 and not rule.same_visit) for gap in gaps):
                        return False
    if problem.max_visit_minutes is None:
        return True
    return all(minutes <= problem.max_visit_minutes for _, minutes in visits(problem, dates))


def visits(problem: Problem, dates: Dates) -> Iterator[tuple[date, int]]:
    """Every date used, in order, and its minutes."""
    for day in sorted({day for course in dates for day in course}):
        given = sum(problem.series[index].minutes * course.count(day) for index, course in enumerate(dates))
        yield day, problem.visit_overhead_minutes + given


def terms_of(problem: Problem, dates: Dates) -> tuple[int, int, int, int, int]:
    """Visits, drift, discouraged, moves and missed targets."""
    pairs = list(zip(problem.series, dates, strict=True))
    return (
        visits_cost(problem, dates),
        sum(drift_cost(series, course) for series, course in pairs),
        sum(discouraged_cost(series, course) for series, course in pairs),
        sum(moves_cost(problem, series, course) for series, course in pairs),
        missed_cost(problem, dates),
    )


def _priced(problem: Problem, series: Series) -> Priced:
    """Every course of a series with what it costs by itself."""
    return [
        (c, drift_cost(series, c) + discouraged_cost(series, c) + moves_cost(problem, series, c))
        for c in courses(problem, series)
    ]


def visits_cost(problem: Problem, dates: Dates) -> int:
    return problem.visit_cost * len({day for course in dates for day in course})


def drift_cost(series: Series, course: tuple[date, ...]) -> int:
    days = 0
    for number, day in enumerate(course, start=1):
        _, start, end, _ = window(series, number, course)
        if day < start:
            days += (start - day).days
        elif day > end:
            days += (day - end).days
    return series.weight * days


def discouraged_cost(series: Series, course: tuple[date, ...]) -> int:
    return sum(span.cost for day in course for span in series.discouraged if span.first <= day <= span.last)


def moves_cost(problem: Problem, series: Series, course: tuple[date, ...]) -> int:
    booked = [session.booked for session in series.sessions]
    return problem.move_cost * sum(
        was is not None and was != day for was, day in zip(booked, course, strict=True)
    )


def missed_cost(problem: Problem, dates: Dates) -> int:
    cost = 0
    for target in problem.targets:
        named = [c for series, c in zip(problem.series, dates, strict=True) if series.key in target.series]
        if not any(target.span.first <= day <= target.span.last for course in named for day in course):
            cost += target.span.cost
    return cost
