"""The chain of sessions of one series inside the horizon, each window counted from the session before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduling.planning.problem import FourDates, Session, Span

from .windows import Course


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days a plan may use: first windows open at `start`, the chain of sessions ends with `last`."""

    start: date
    last: date
    end: date
    weekdays: tuple[int, ...]
    first_days: int
    first_latest_days: int

    def opening(self, day: date) -> FourDates:
        """The window of a session that may begin on `day`."""
        return FourDates(
            day, day, day + timedelta(days=self.first_days), day + timedelta(days=self.first_latest_days)
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """The sessions of a series; `initial` of them belong to the first series.

    `overdue` is the day the first one was due at last, `postponed` the days that pushed it back,
    `stretched` the number of the first session after a stretched interval, `due` when the first would
    come if it lies past the horizon, so that there are none.
    """

    sessions: tuple[Session, ...] = ()
    initial: int = 0
    overdue: date | None = None
    postponed: Span | None = None
    stretched: int | None = None
    due: date | None = None


def chain(course: Course, last: date | None, forbidden: Sequence[Span], horizon: Horizon) -> Chain:
    """The sessions from the first due one, as long as their recommended first days lie inside the horizon.

    `last` is the date of the treatment before; `forbidden` the days the series is kept off.
    """
    opening, overdue, stretched = _first(course, last, horizon)
    if opening is None:
        return Chain()
    if opening.start > horizon.last:
        return Chain(due=opening.start)
    opening, postponed = _postponed(opening, forbidden, horizon)
    sessions, first_stretched = [Session(opening)], 1 if stretched else None
    steps = int(stretched)
    soonest, nominal = opening.earliest, opening.start
    course = _anchored(course, last, overdue, soonest)
    while True:
        interval = course.interval(course.done + len(sessions) + 1, soonest, steps)
        if interval is None or interval.start.after(nominal) > horizon.last:
            break
        if course.stretches(soonest):
            steps += 1
            first_stretched = first_stretched or len(sessions) + 1
        sessions.append(Session(interval))
        soonest, nominal = interval.minimum.after(soonest), interval.start.after(nominal)
    initial = min(len(sessions), max(0, course.initial - course.done))
    return Chain(tuple(sessions), initial, overdue, postponed, first_stretched)


def _anchored(course: Course, last: date | None, overdue: date | None, first: date) -> Course:
    """Count the year of regular Botox from the first session of this plan unless a run leads up to it."""
    return course if last is not None and overdue is None else replace(course, run_start=first)


def _first(course: Course, last: date | None, horizon: Horizon) -> tuple[FourDates | None, date | None, bool]:
    if last is None:
        return horizon.opening(horizon.start), None, False
    interval = course.interval(course.done + 1, last)
    if interval is None:
        return None, None, False
    window = interval.counted_from(last)
    if window.end < horizon.start:
        return horizon.opening(horizon.start), window.end, False
    days = (window.earliest, window.start, window.end, window.latest)
    return FourDates(*(max(day, horizon.start) for day in days)), None, course.stretches(last)


def _postponed(
    window: FourDates, forbidden: Sequence[Span], horizon: Horizon
) -> tuple[FourDates, Span | None]:
    """Move a first window that lies wholly in forbidden days to the first day after them."""

    def blocking(day: date) -> Span | None:
        return next((span for span in forbidden if day in span), None)

    def usable(day: date) -> bool:
        return day.isoweekday() in horizon.weekdays and blocking(day) is None

    day, because = window.earliest, None
    while day <= horizon.end:
        because = because or blocking(day)
        if usable(day):
            return (window, None) if day <= window.latest else (horizon.opening(day), because)
        day += timedelta(days=1)
    return window, None
