"""What is left of a plan: the same rules, counted from what was really given, around what is booked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .durations import Duration
from .problem import FourDates, Interval, Problem, Series, Session, Span, Target

OVERDUE_TO, OVERDUE_LATEST = Duration(days=14), Duration(days=42)


@dataclass(frozen=True, slots=True)
class Given:
    """A treatment that was given: the key of its series, its treatment, its date, and whether it counts."""

    key: str
    treatment: str
    date: date
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """The booked date of a session, counted from 1 within the plan; `pinned` keeps it there."""

    date: date
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Remaining:
    """The problem that is left. Session n of a series in it is session `done[key]` + n of the plan.

    `overdue` are the series whose next window lies wholly behind.
    """

    problem: Problem
    done: Mapping[str, int]
    overdue: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ahead:
    """From when on to plan, and what closes days: the place's closures and the patient's days away.

    `weekdays` are the ISO weekdays that can be used, those of the plan unless given.
    """

    start: date
    closed: tuple[Span, ...] = ()
    weekdays: tuple[int, ...] | None = None


def remaining(
    problem: Problem,
    treated: Sequence[Given],
    held: Mapping[tuple[str, int], Held],
    ahead: Ahead,
) -> Remaining:
    """The plan's problem from `ahead.start` on.

    Counting treatments take sessions off the front of their series; the next window is counted from the
    last treatment of the series, counting or not (a session given too early is no round, but the skin
    was treated). `held` gives the booked dates by key and number within the plan.
    """
    done = {
        one.key: min(len(one.sessions), sum(past.counts for past in treated if past.key == one.key))
        for one in problem.series
    }
    late: set[str] = set()
    left = [
        _left(one, done[one.key], problem, treated, held, ahead, late)
        for one in problem.series
        if len(one.sessions) > done[one.key]
    ]
    keys = {one.key for one in left}
    shrunk = replace(
        problem,
        start=ahead.start,
        end=max([problem.end, *(_last_day(one) for one in left)]),
        weekdays=ahead.weekdays or problem.weekdays,
        closed=ahead.closed,
        series=tuple(left),
        targets=tuple(_targets(problem.targets, treated, keys, ahead.start)),
    )
    return Remaining(shrunk, done, frozenset(late))


def _left(
    series: Series,
    done: int,
    problem: Problem,
    treated: Sequence[Given],
    held: Mapping[tuple[str, int], Held],
    ahead: Ahead,
    late: set[str],
) -> Series:
    sessions = list(series.sessions[done:])
    window, overdue = next_window(series, done, treated, ahead.start)
    if overdue:
        late.add(series.key)
    sessions[0] = replace(sessions[0], window=window)
    booked = [held.get((series.key, done + number)) for number in range(1, len(sessions) + 1)]
    return replace(
        series,
        sessions=tuple(
            Session(one.window, hold.date if hold else None, bool(hold and hold.pinned))
            for one, hold in zip(sessions, booked, strict=True)
        ),
        forbidden=(*series.forbidden, *_kept_off(series, problem, treated)),
    )


def next_window(series: Series, done: int, treated: Sequence[Given], start: date) -> tuple[FourDates, bool]:
    """The window of the first session left, and whether all of it lay before `start` and moved there."""
    window = series.sessions[done].window
    dates = [one.date for one in treated if one.key == series.key]
    if isinstance(window, Interval):
        window = window.counted_from(max(dates)) if dates else _from(start)
    elif dates:
        window = _after_a_first(series, max(dates), window)
    if window.latest < start:
        return _from(start), True
    return window, False


def _from(start: date) -> FourDates:
    return FourDates(start, start, OVERDUE_TO.after(start), OVERDUE_LATEST.after(start))


def _after_a_first(series: Series, last: date, window: FourDates) -> FourDates:
    """The first session again after treatments that do not count: not before the minimum from the last."""
    interval = next((one.window for one in series.sessions if isinstance(one.window, Interval)), None)
    if interval is None:
        return window
    counted = interval.counted_from(last)
    return counted if counted.earliest > window.earliest else window


def _kept_off(series: Series, problem: Problem, treated: Sequence[Given]) -> Iterator[Span]:
    """The days that treatments already given keep a series off, by the plan's separations."""
    for rule in problem.separations:
        if series.treatment not in rule.after:
            continue
        for one in treated:
            if one.treatment in rule.before and one.key != series.key:
                first = one.date + timedelta(days=int(rule.same_visit))
                yield Span(first, one.date + timedelta(days=rule.days - 1), rule.reason)


def _last_day(series: Series) -> date:
    """The day on which a series would end if every session came at the end of its recommended days."""
    day = date.min
    for session in series.sessions:
        window = session.window
        day = window.end if isinstance(window, FourDates) else window.end.after(day)
        day = max(day, session.booked or day)
    return day


def _targets(
    targets: Sequence[Target], treated: Sequence[Given], keys: set[str], start: date
) -> Iterator[Target]:
    """The targets that can still be met and have not been."""
    for target in targets:
        met = any(one.key in target.series and one.date in target.span for one in treated)
        series = tuple(key for key in target.series if key in keys)
        if series and not met and target.span.last >= start:
            yield replace(target, series=series)
