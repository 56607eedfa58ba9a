"""Why each session is on its date, as data that pages, the API and tests share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .durations import Duration
from .problem import FourDates, Interval, Problem, Series, Span
from .solution import Placed, Solution, Visit


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for or against a day.

    `kind` is that of the constraint or cost behind it: window, closed, weekdays, horizon, forbidden,
    discouraged, separation, length, pinned, drift, shared, order, target, moved, kept or together (no
    single constraint, but all of them). `index` is its place in the problem's or the series' list, from
    which whoever made the problem knows its rule.
    """

    kind: str
    text: str
    series: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class SessionReasons:
    """A session of a plan, its date and window, and everything that put it there."""

    series: str
    number: int
    date: date
    window: FourDates
    because: tuple[Reason, ...]


def explain(problem: Problem, solution: Solution) -> tuple[SessionReasons, ...]:
    """Say for every session of a solution why it is on its date, visit by visit."""
    series = {one.key: one for one in problem.series}
    dates = {one.key: days for one, days in zip(problem.series, solution.dates, strict=True)}
    found = []
    for visit in solution.visits:
        for placed in visit.sessions:
            one = series[placed.series]
            because = (
                *_window(one, placed, dates[one.key]),
                *_shared(problem, visit, placed),
                *_closed(problem, placed),
                *_events(problem, one, placed),
                *_separations(problem, one, placed, dates),
                *_booking(one, placed),
            )
            found.append(SessionReasons(one.key, placed.number, visit.date, placed.window, because))
    return tuple(found)


def spoken(day: date) -> str:
    """A date with its weekday, as people say it: Tue 13 Apr 2027."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def spoken_duration(duration: Duration) -> str:
    """A duration in words: 3 months and 14 days."""
    parts = (
        (duration.years, "year"),
        (duration.months, "month"),
        (duration.weeks, "week"),
        (duration.days, "day"),
    )
    words = [f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count]
    return " and ".join(words) or "0 days"


def days_in_words(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _window(series: Series, placed: Placed, dates: tuple[date, ...]) -> Iterator[Reason]:
    window = series.sessions[placed.number - 1].window
    if isinstance(window, Interval):
        before = f"session {placed.number - 1} on {spoken(dates[placed.number - 2])}"
        apart = spoken_duration(window.start)
        if window.end != window.start:
            apart = f"{apart} to {spoken_duration(window.end)}"
        text = f"Recommended {apart} after {before}: {spoken_range(placed.window.start, placed.window.end)}."
    else:
        text = f"The series begins {spoken_range(placed.window.start, placed.window.end)}."
    yield Reason("window", text, series.key)
    early, late = (placed.window.start - placed.date).days, (placed.date - placed.window.end).days
    if early > 0:
        yield Reason(
            "drift", f"{days_in_words(early)} before the recommended days, where all series fit.", series.key
        )
    if late > 0:
        yield Reason(
            "drift", f"{days_in_words(late)} after the recommended days, where all series fit.", series.key
        )


def spoken_range(first: date, last: date) -> str:
    """Days with both ends: on Tue 13 Apr 2027, from Tue 13 Apr 2027 to Wed 14 Apr 2027."""
    return f"on {spoken(first)}" if first == last else f"from {spoken(first)} to {spoken(last)}"


def _shared(problem: Problem, visit: Visit, placed: Placed) -> Iterator[Reason]:
    others = [other for other in visit.sessions if other.series != placed.series]
    if not others:
        return
    names = ", ".join(other.series for other in others)
    yield Reason("shared", f"Same visit as {names}: one trip instead of {len(others) + 1}.")
    later = visit.sessions[visit.sessions.index(placed) + 1 :]
    treatment = {series.key: series.treatment for series in problem.series}
    for index, rule in enumerate(problem.separations):
        firsts = [o.series for o in later if treatment[o.series] in rule.before]
        if rule.same_visit and treatment[placed.series] in rule.after and firsts:
            yield Reason(
                "order", f"Given before {', '.join(firsts)} in this visit: {rule.reason}.", None, index
            )


def _closed(problem: Problem, placed: Placed) -> Iterator[Reason]:
    for index, span in enumerate(problem.closed):
        if span.first < placed.date and placed.window.start <= span.last:
            yield Reason(
                "closed",
                f"Not {spoken_range(span.first, span.last)}: {span.reason or 'closed'}.",
                None,
                index,
            )


def _events(problem: Problem, series: Series, placed: Placed) -> Iterator[Reason]:
    for kind, spans in (("forbidden", series.forbidden), ("discouraged", series.discouraged)):
        for index, span in enumerate(spans):
            if _touches(span, placed.window):
                yield Reason(kind, f"{_relation(placed.date, span)}: {span.reason}.", series.key, index)
    for index, target in enumerate(problem.targets):
        if series.key in target.series and placed.date in target.span:
            yield Reason("target", f"In the best days for it: {target.span.reason}.", series.key, index)


def _touches(span: Span, window: FourDates) -> bool:
    return span.first <= window.latest and span.last >= window.earliest


def _relation(day: date, span: Span) -> str:
    where = spoken_range(span.first, span.last)
    if day < span.first:
        return f"{days_in_words((span.first - day).days)} before the days to avoid, {where}"
    if day > span.last:
        return f"{days_in_words((day - span.last).days)} after the days to avoid, {where}"
    return f"Within the days better avoided, {where}, as nothing better fits"


def _separations(
    problem: Problem, series: Series, placed: Placed, dates: dict[str, tuple[date, ...]]
) -> Iterator[Reason]:
    for index, rule in enumerate(problem.separations):
        if series.treatment not in rule.after:
            continue
        earlier = [
            (day, other.key)
            for other in problem.series
            if other is not series and other.treatment in rule.before
            for day in dates[other.key]
            if day < placed.date
        ]
        if earlier and (placed.date - max(earlier)[0]).days < 2 * rule.days:
            day, key = max(earlier)
            gap = days_in_words((placed.date - day).days)
            text = f"{gap} after {key} on {spoken(day)}, at least {rule.days} apart: {rule.reason}."
            yield Reason("separation", text, series.key, index)


def _booking(series: Series, placed: Placed) -> Iterator[Reason]:
    session = series.sessions[placed.number - 1]
    if session.booked == placed.date:
        word = "Held on" if session.pinned else "Stays on"
        yield Reason("kept", f"{word} the day it is booked, {spoken(placed.date)}.", series.key)
    elif session.booked is not None:
        yield Reason("moved", f"Moved from {spoken(session.booked)}.", series.key)
