"""Whether some of a problem's constraints can hold together, by backtracking over sessions.

What a dropped constraint means is read from the planning contract, kind by kind; dates always rise
within a series and never lie before the start.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from scheduling.planning.durations import Duration
from scheduling.planning.problem import Problem
from scheduling.planning.solution import Conflict

Place = tuple[int, int]


def every_constraint(problem: Problem) -> set[Conflict]:
    """All that may be part of a conflict, as the contract names it."""
    found = {Conflict("weekdays"), Conflict("horizon")}
    if problem.max_visit_minutes is not None:
        found.add(Conflict("length"))
    found |= {Conflict("closed", index=index) for index in range(len(problem.closed))}
    found |= {Conflict("separation", index=index) for index in range(len(problem.separations))}
    for series in problem.series:
        found |= {Conflict("forbidden", series.key, index=index) for index in range(len(series.forbidden))}
        for number, session in enumerate(series.sessions, start=1):
            found.add(Conflict("window", series.key, number))
            if session.pinned:
                found.add(Conflict("pinned", series.key, number))
    return found


def satisfiable(problem: Problem, kept: Iterable[Conflict]) -> bool:
    """Whether any dates keep to all of `kept`."""
    search = Backtracking(problem, set(kept))
    return search.extend({}, search.domains())


def is_minimal_conflict(problem: Problem, conflict: Iterable[Conflict]) -> bool:
    """Whether these cannot hold together, and can without any one of them."""
    named = set(conflict)
    if not named or not named <= every_constraint(problem) or satisfiable(problem, named):
        return False
    return all(satisfiable(problem, named - {one}) for one in named)


class Backtracking:
    """A place is (position of the series, number from 0); its domain a set of days as bits of one number.

    Bit n stands for n days after the start.
    """

    def __init__(self, problem: Problem, kept: set[Conflict]):
        self.problem, self.kept = problem, kept
        end = problem.end if Conflict("horizon") in kept else problem.end + relativedelta(years=5)
        self.length = (end - problem.start).days + 1
        self.everything = (1 << self.length) - 1
        limit = problem.max_visit_minutes if Conflict("length") in kept else None
        self.room = None if limit is None else limit - problem.visit_overhead_minutes
        self.spans = {place: list(self._windows(*place)) for place in self._places() if place[1]}

    def domains(self) -> dict[Place, int]:
        open_ = self._open_days()
        return {place: open_ & self._own_days(*place) for place in self._places()}

    def extend(self, chosen: dict[Place, int], domains: dict[Place, int]) -> bool:
        """Whether the sessions not yet chosen can be placed, the one with the fewest days first."""
        domains = self._pruned(domains)
        if not all(domains.values()):
            return False
        if len(chosen) == len(domains):
            return True
        place = min(domains.keys() - chosen, key=lambda one: (domains[one].bit_count(), one))
        for day in bits(domains[place]):
            now = {**chosen, place: day}
            left = {other: days & self._beside(place, day, other, now) for other, days in domains.items()}
            if self.extend(now, {**left, place: 1 << day}):
                return True
        return False

    def _places(self) -> Iterator[Place]:
        for position, series in enumerate(self.problem.series):
            for number in range(len(series.sessions)):
                yield position, number

    def _open_days(self) -> int:
        problem, open_ = self.problem, self.everything
        for index, span in enumerate(problem.closed):
            if Conflict("closed", index=index) in self.kept:
                open_ &= ~self._between(span.first, span.last)
        if Conflict("weekdays") in self.kept:
            days = [problem.start + timedelta(days=n) for n in range(self.length)]
            open_ &= sum(1 << n for n, day in enumerate(days) if day.isoweekday() in problem.weekdays)
        return open_

    def _own_days(self, position: int, number: int) -> int:
        """The days that window (of a first session), pin, forbidden ranges and minutes leave to a session."""
        series = self.problem.series[position]
        session, days = series.sessions[number], self.everything
        for index, span in enumerate(series.forbidden):
            if Conflict("forbidden", series.key, index=index) in self.kept:
                days &= ~self._between(span.first, span.last)
        if session.pinned and Conflict("pinned", series.key, number + 1) in self.kept:
            days &= self._between(session.booked, session.booked)
        if number == 0 and Conflict("window", series.key, 1) in self.kept:
            days &= self._between(session.window.earliest, session.window.latest)
        return days if self.room is None or series.minutes <= self.room else 0

    def _windows(self, position: int, number: int) -> Iterator[int]:
        """The days left to a session by each day of the session before it."""
        series = self.problem.series[position]
        window = series.sessions[number].window
        kept = Conflict("window", series.key, number + 1) in self.kept
        for offset in range(self.length):
            later = self.everything >> (offset + 1) << (offset + 1)
            if kept:
                day = self.problem.start + timedelta(days=offset)
                later &= self._between(_plus(day, window.minimum), _plus(day, window.latest))
            yield later

    def _between(self, first: date, last: date) -> int:
        low = max(0, (first - self.problem.start).days)
        high = min(self.length, (last - self.problem.start).days + 1)
        return (1 << high) - (1 << low) if low < high else 0

    def _pruned(self, domains: dict[Place, int]) -> dict[Place, int]:
        """Within each series: only days that some day of the session before, and after, agrees with."""
        left = dict(domains)
        for place, spans in self.spans.items():
            before = (place[0], place[1] - 1)
            possible = 0
            for day in bits(left[before]):
                possible |= spans[day]
            left[place] &= possible
        for place, spans in reversed(self.spans.items()):
            before = (place[0], place[1] - 1)
            left[before] = sum(1 << day for day in bits(left[before]) if spans[day] & left[place])
        return left

    def _beside(self, place: Place, day: int, other: Place, chosen: dict[Place, int]) -> int:
        """The days left to a session of another series by `place` on `day`."""
        if place[0] == other[0]:
            return self.everything
        here, there = self.problem.series[place[0]], self.problem.series[other[0]]
        banned = 0
        for index, rule in enumerate(self.problem.separations):
            if Conflict("separation", index=index) in self.kept:
                if here.treatment in rule.before and there.treatment in rule.after:
                    banned |= _bits_from(day + 1, day + rule.days) | (0 if rule.same_visit else 1 << day)
                if there.treatment in rule.before and here.treatment in rule.after:
                    banned |= _bits_from(day - rule.days + 1, day) | (0 if rule.same_visit else 1 << day)
        if self.room is not None and other not in chosen:
            given = sum(self.problem.series[p].minutes for (p, _), on in chosen.items() if on == day)
            banned |= 1 << day if given + there.minutes > self.room else 0
        return self.everything & ~banned


def bits(days: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while days:
        lowest = days & -days
        yield lowest.bit_length() - 1
        days ^= lowest


def _bits_from(first: int, end: int) -> int:
    """Bits `first` up to but not `end`, those below 0 left out."""
    return (1 << end) - (1 << max(0, first)) if end > max(0, first) else 0


def _plus(day: date, duration: Duration) -> date:
    day += relativedelta(years=duration.years, months=duration.months)
    return day + timedelta(days=7 * duration.weeks + duration.days)
