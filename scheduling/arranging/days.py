"""The days of a problem: those that can be used, those that are full, those around another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from scheduling.planning.problem import Problem, Span

SessionId = tuple[str, int]
REACH = timedelta(days=75)
NO_TIME = "no free time"


def candidates(problem: Problem) -> list[date]:
    """The days of the problem that are open weekdays and not closed."""
    count = (problem.end - problem.start).days + 1
    days = (problem.start + timedelta(days=ahead) for ahead in range(count))
    return [
        day
        for day in days
        if day.isoweekday() in problem.weekdays and not any(day in span for span in problem.closed)
    ]


def runs(chosen: Sequence[date], among: Sequence[date], reason: str, cost: int = 0) -> Iterator[Span]:
    """The chosen days as spans: days that follow each other among all candidates are one."""
    place = {day: index for index, day in enumerate(among)}
    first = last = None
    for day in chosen:
        if last is not None and place[day] == place[last] + 1:
            last = day
            continue
        if first is not None and last is not None:
            yield Span(first, last, reason, cost)
        first = last = day
    if first is not None and last is not None:
        yield Span(first, last, reason, cost)


def without_days(problem: Problem, full: Sequence[tuple[str, date]]) -> Problem:
    """The problem with single days closed to single series."""
    return replace(
        problem,
        series=tuple(
            replace(
                one,
                forbidden=(*one.forbidden, *(Span(day, day, NO_TIME) for key, day in full if key == one.key)),
            )
            for one in problem.series
        ),
    )


def so_far(problem: Problem, dates: Mapping[SessionId, date]) -> tuple[Problem, list[list[date]]]:
    """The problem cut to the sessions that have dates, and those dates series by series."""
    series, days = [], []
    for one in problem.series:
        numbers = range(1, len(one.sessions) + 1)
        placed = [dates[one.key, number] for number in numbers if (one.key, number) in dates]
        if placed:
            series.append(replace(one, sessions=one.sessions[: len(placed)]))
            days.append(placed)
    return replace(problem, series=tuple(series)), days


def outwards(around: date, first: date, last: date) -> Iterator[date]:
    """The days around one, itself first, then ever farther to both sides, inside `first` to `last`."""
    for far in range(REACH.days + 1):
        for day in dict.fromkeys((around + timedelta(days=far), around - timedelta(days=far))):
            if first <= day <= last:
                yield day
