"""What any list of dates costs, which hard constraints it breaks, and the visits it makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .problem import FourDates, Interval, Problem, Series, Target
from .solution import Placed, Terms, Visit

Dates = Sequence[Sequence[date]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A hard constraint that dates break.

    `kind` and the naming fields are those of a `Conflict`; `day` is the session's date, `other` the date
    it should have kept to: an end of its window, the session it stands too close to, the pinned date.
    """

    kind: str
    series: str
    number: int
    day: date
    index: int | None = None
    other: date | None = None


def windows(series: Series, days: Sequence[date]) -> list[FourDates]:
    """The window of each session, counted from the actual date of the session before."""
    found = []
    for number, session in enumerate(series.sessions):
        window = session.window
        found.append(window.counted_from(days[number - 1]) if isinstance(window, Interval) else window)
    return found


def terms(problem: Problem, dates: Dates) -> Terms:
    """What these dates (one list for each series) cost, term by term, in cost units."""
    drift = discouraged = moves = 0
    for series, days in zip(problem.series, dates, strict=True):
        for session, day, window in zip(series.sessions, days, windows(series, days), strict=True):
            drift += series.weight * max(0, (window.start - day).days, (day - window.end).days)
            discouraged += sum(span.cost for span in series.discouraged if day in span)
            moves += problem.move_cost * (session.booked is not None and session.booked != day)
    missed = sum(target.span.cost for target in missed_targets(problem, dates))
    visits = problem.visit_cost * len({day for days in dates for day in days})
    return Terms(visits, drift, discouraged, moves, missed)


def missed_targets(problem: Problem, dates: Dates) -> tuple[Target, ...]:
    """The targets whose range holds no session of the series they name."""
    by_key = {series.key: days for series, days in zip(problem.series, dates, strict=True)}
    return tuple(
        target
        for target in problem.targets
        if not any(day in target.span for key in target.series for day in by_key[key])
    )


def broken(problem: Problem, dates: Dates) -> tuple[Broken, ...]:
    """Every hard constraint these dates break, session by session, then visit by visit."""
    found: list[Broken] = []
    for series, days in zip(problem.series, dates, strict=True):
        for number, day in enumerate(days, start=1):
            found.extend(_broken_by_the_day(problem, series, number, day))
        found.extend(_broken_windows(series, days))
    found.extend(_broken_separations(problem, dates))
    found.extend(_broken_lengths(problem, dates))
    return tuple(found)


def lay_out(problem: Problem, dates: Dates) -> tuple[Visit, ...]:
    """The visits in order of date, their sessions in treatment order, minutes with the overhead."""
    placed: dict[date, list[tuple[Series, Placed]]] = {}
    for series, days in zip(problem.series, dates, strict=True):
        for number, (day, window) in enumerate(zip(days, windows(series, days), strict=True), start=1):
            placed.setdefault(day, []).append((series, Placed(series.key, number, day, window)))
    first = treated_first(problem)
    visits = []
    for day in sorted(placed):
        minutes = problem.visit_overhead_minutes + sum(series.minutes for series, _ in placed[day])
        visits.append(Visit(day, minutes, tuple(_in_treatment_order(placed[day], first))))
    return tuple(visits)


def treated_first(problem: Problem) -> dict[str, set[str]]:
    """For each treatment those that come before it in a visit: what same-visit separations name in `after`.

    A treatment before one that comes before counts too.
    """
    rules = [rule for rule in problem.separations if rule.same_visit]
    treatments = {series.treatment for series in problem.series}
    first = {one: {t for rule in rules if one in rule.before for t in rule.after} for one in treatments}
    for middle in treatments:
        for one in treatments:
            if middle in first[one]:
                first[one] |= first[middle]
    return first


def _in_treatment_order(members: list[tuple[Series, Placed]], first: dict[str, set[str]]) -> Iterator[Placed]:
    """Each time the first series that waits for no other; where rules go in a circle, the first of all."""
    left = list(members)
    while left:
        waiting = {series.treatment for series, _ in left}
        free = (
            position
            for position, (series, _) in enumerate(left)
            if not (first[series.treatment] & waiting - {series.treatment})
        )
        yield left.pop(next(free, 0))[1]


def _broken_by_the_day(problem: Problem, series: Series, number: int, day: date) -> Iterator[Broken]:
    session = series.sessions[number - 1]
    if not problem.start <= day <= problem.end:
        yield Broken("horizon", series.key, number, day)
    if day.isoweekday() not in problem.weekdays:
        yield Broken("weekdays", series.key, number, day)
    for index, span in enumerate(problem.closed):
        if day in span:
            yield Broken("closed", series.key, number, day, index)
    for index, span in enumerate(series.forbidden):
        if day in span:
            yield Broken("forbidden", series.key, number, day, index)
    if session.pinned and day != session.booked:
        yield Broken("pinned", series.key, number, day, other=session.booked)


def _broken_windows(series: Series, days: Sequence[date]) -> Iterator[Broken]:
    for number, (day, window) in enumerate(zip(days, windows(series, days), strict=True), start=1):
        previous = days[number - 2] if number > 1 else None
        if day < window.earliest or (previous is not None and day <= previous):
            yield Broken("window", series.key, number, day, other=window.earliest)
        elif day > window.latest:
            yield Broken("window", series.key, number, day, other=window.latest)


def _broken_separations(problem: Problem, dates: Dates) -> Iterator[Broken]:
    for index, rule in enumerate(problem.separations):
        for one, firsts in zip(problem.series, dates, strict=True):
            for other, seconds in zip(problem.series, dates, strict=True):
                if one is other or one.treatment not in rule.before or other.treatment not in rule.after:
                    continue
                for number, day in enumerate(seconds, start=1):
                    for first in firsts:
                        gap = (day - first).days
                        if 0 < gap < rule.days or (gap == 0 and not rule.same_visit):
                            yield Broken("separation", other.key, number, day, index, first)


def _broken_lengths(problem: Problem, dates: Dates) -> Iterator[Broken]:
    if problem.max_visit_minutes is not None:
        for visit in lay_out(problem, dates):
            if visit.minutes > problem.max_visit_minutes:
                for session in visit.sessions:
                    yield Broken("length", session.series, session.number, visit.date)
