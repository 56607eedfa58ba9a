"""The whole plan at real times: dates by the planner, among the days on which the calendar has a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from scheduling.planning.check import broken
from scheduling.planning.problem import Problem, Series
from scheduling.planning.remaining import Remaining
from scheduling.planning.solution import Visit

from .blocking import Blocker, blockers
from .days import NO_TIME, SessionId, candidates, outwards, runs, so_far
from .mending import Mending, Stop
from .seats import Seat, Seats

WISH_COST = 8
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Placement:
    """A visit at a real time: its sessions, counted from 1 within the plan, in treatment order."""

    date: date
    sessions: tuple[SessionId, ...]
    seat: Seat


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Sessions that got no time, the day they were wanted on, what stands against it, the nearest days."""

    wanted: date
    sessions: tuple[SessionId, ...]
    blockers: tuple[Blocker, ...]
    nearest: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Every visit that is left: placed, or not with what stands in the way."""

    placed: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Current:
    """Where a visit is booked now: its day, its first unit on the line, and what it holds by kind.

    A `pinned` visit is not moved and gets no other sessions.
    """

    date: date
    unit: int
    held: Mapping[str, int]
    pinned: bool = False


Booked = Mapping[frozenset[SessionId], Current]


@dataclass
class Arranger:
    """One arranging: what is left of the plan, the free times, and what is booked now.

    `wanted` holds the day of each session, for when no plan fits the calendar; `found` then the sessions
    placed so far by day.
    """

    left: Remaining
    seats: Seats
    wanted: Mapping[SessionId, date]
    booked: Booked
    stop: Stop | None = None
    found: dict[date, tuple[SessionId, ...]] = field(default_factory=dict)

    def arrange(self) -> Arrangement:
        """Plan among the days that have a time; day by day where that has no answer."""
        if not self.left.problem.series:
            return Arrangement(())
        mending = Mending(self.left.problem, self.priced(), self.has_time, self.pinned)
        visits, proven = mending.best(self.stop)
        if not visits:
            return self.one_by_one()
        placed = tuple(self.placement(visit) for visit in visits if not self.is_pinned(visit))
        return Arrangement(placed, proven=proven)

    @cached_property
    def pinned(self) -> dict[date, frozenset[str]]:
        """The series of the pinned visits by their days."""
        return {
            current.date: frozenset(key for key, _ in ids)
            for ids, current in self.booked.items()
            if current.pinned
        }

    def is_pinned(self, visit: Visit) -> bool:
        """Whether a visit stays as it is booked."""
        return visit.date in self.pinned

    def priced(self) -> Problem:
        """The problem with the days closed to a series that have no time, and a price on unwished ones."""
        problem, days = self.left.problem, candidates(self.left.problem)
        self.seats.look_ahead([{one.key} for one in problem.series], days)
        return replace(problem, series=tuple(self.priced_series(one, days) for one in problem.series))

    def priced_series(self, series: Series, days: Sequence[date]) -> Series:
        """One series with its forbidden and discouraged days among these by the calendar."""
        pinned = {one.booked for one in series.sessions if one.pinned}
        full: list[date] = []
        unwished: list[date] = []
        for day in days:
            if day in pinned:
                continue
            if not self.seats.times({series.key}, day):
                if not self.may_stay(series.key, day):
                    full.append(day)
            elif not self.seats.wished({series.key}, day):
                unwished.append(day)
        return replace(
            series,
            forbidden=(*series.forbidden, *runs(full, days, NO_TIME)),
            discouraged=(*series.discouraged, *runs(unwished, days, "not as wished", WISH_COST)),
        )

    def placement(self, visit: Visit) -> Placement:
        """A visit of a solution at the time it is booked for, else at its day's best time."""
        ids = self.ids((one.series, one.number) for one in visit.sessions)
        seat = self.as_booked(ids, visit.date) or self.seats.best(keys_of(visit), visit.date)
        if seat is None:
            raise LookupError(f"no time on {visit.date}")
        return Placement(visit.date, ids, seat)

    def as_booked(self, ids: tuple[SessionId, ...], day: date) -> Seat | None:
        """The seat a visit has now, when it is booked for that day and can still be had."""
        current = self.booked.get(frozenset(ids))
        if current is None or current.date != day:
            return None
        return self.seats.at(keys(ids), day, current.unit - self.seats.day(day).first, current.held)

    def has_time(self, sessions: Sequence[SessionId], day: date) -> bool:
        """Whether sessions, counted within what is left, have an offered time on a day or stay as booked."""
        booked = self.as_booked(self.ids(iter(sessions)), day)
        return bool(booked or self.seats.times(keys(sessions), day))

    def may_stay(self, key: str, day: date) -> bool:
        """Whether a series is booked on a day at a time that can still be had, off the grid as it may be."""
        return any(
            current.date == day and key in keys(ids) and self.as_booked(tuple(ids), day)
            for ids, current in self.booked.items()
        )

    def ids(self, sessions: Iterator[SessionId]) -> tuple[SessionId, ...]:
        """Sessions counted within the plan instead of within what is left of it."""
        return tuple((key, number + self.left.done[key]) for key, number in sessions)

    def one_by_one(self) -> Arrangement:
        """Each wanted visit in turn on the nearest day that is legal and has a time, the others left out."""
        unplaced: list[Unplaced] = []
        dates: dict[SessionId, date] = {}
        self.found.clear()
        for day, group in self.wanted_visits():
            if day in self.pinned and self.pinned[day] == frozenset(keys(group)):
                dates |= dict.fromkeys(group, day)
                continue
            for sessions in self.tries(day, group, dates):
                found = next(self.legal_days(day, sessions, dates), None)
                if found:
                    self.found[found] = self.together(sessions, found)
                else:
                    unplaced.append(self.unplaced(day, sessions, dates))
                dates |= dict.fromkeys(sessions, found or day)
        placed = (self.placed_on(day) for day in sorted(self.found))
        return Arrangement(tuple(one for one in placed if one), tuple(unplaced))

    def together(self, sessions: Sequence[SessionId], day: date) -> tuple[SessionId, ...]:
        """Some sessions and those placed on a day before: one visit, in treatment order."""
        order = {one.key: place for place, one in enumerate(self.left.problem.series)}
        return tuple(sorted({*self.found.get(day, ()), *sessions}, key=lambda one: order[one[0]]))

    def placed_on(self, day: date) -> Placement | None:
        """The visit of a day with its seat."""
        sessions = self.found[day]
        seat = self.seat_for(sessions, day)
        return Placement(day, self.ids(iter(sessions)), seat) if seat else None

    def seat_for(self, sessions: Sequence[SessionId], day: date) -> Seat | None:
        """The seat of some sessions, counted within what is left, on a day."""
        booked = self.as_booked(self.ids(iter(sessions)), day)
        return booked or self.seats.best(keys(sessions), day)

    def wanted_visits(self) -> list[tuple[date, tuple[SessionId, ...]]]:
        """The sessions left by the day they are wanted on, none before the one before it in its series.

        They are counted within what is left.
        """
        by_day: dict[date, list[SessionId]] = {}
        for series in self.left.problem.series:
            day = self.left.problem.start
            for number in range(1, len(series.sessions) + 1):
                day = max(day, self.wanted[series.key, number + self.left.done[series.key]])
                by_day.setdefault(day, []).append((series.key, number))
        return [(day, tuple(by_day[day])) for day in sorted(by_day)]

    def tries(
        self, day: date, group: tuple[SessionId, ...], dates: Mapping[SessionId, date]
    ) -> list[tuple[SessionId, ...]]:
        """The whole visit when some day has it, else its sessions one by one."""
        if len(group) == 1 or next(self.legal_days(day, group, dates), None):
            return [group]
        return [(one,) for one in group]

    def legal_days(
        self, around: date, sessions: Sequence[SessionId], dates: Mapping[SessionId, date]
    ) -> Iterator[date]:
        """The days on which these sessions break no rule and have a time, the nearest first."""
        for day in outwards(around, self.left.problem.start, self.left.problem.end):
            if day in self.pinned:
                continue
            visit = self.together(sessions, day)
            if self.has_time(visit, day) and not self.breaks(day, sessions, dates):
                yield day

    def breaks(self, day: date, sessions: Sequence[SessionId], dates: Mapping[SessionId, date]) -> list:
        """The rules that these sessions on a day break beside the sessions placed so far.

        A separation is broken by the later of two sessions, though these may be the earlier ones.
        """
        tried = {**dates, **dict.fromkeys(sessions, day)}
        prefix, days = so_far(self.left.problem, tried)
        mine = set(sessions)
        return [
            one
            for one in broken(prefix, days)
            if (one.series, one.number) in mine or (one.kind == "separation" and one.other == day)
        ]

    def unplaced(self, day: date, sessions: Sequence[SessionId], dates: Mapping[SessionId, date]) -> Unplaced:
        """Why sessions have no time, and the nearest days that have one, in their window or after it."""
        found = blockers(self.seats, keys(sessions), day) or tuple(
            Blocker("rule", why) for why in sorted({one.kind for one in self.breaks(day, sessions, dates)})
        )
        nearest = []
        for other in outwards(day, self.left.problem.start, self.left.problem.end):
            against = self.breaks(other, sessions, dates)
            late = all(one.kind == "window" and one.other and other > one.other for one in against)
            if late and other not in self.pinned and self.seats.times(keys(sessions), other):
                nearest.append(other)
            if len(nearest) == NEAREST:
                break
        return Unplaced(day, self.ids(iter(sessions)), found, tuple(sorted(nearest)))


def arrange(
    left: Remaining,
    seats: Seats,
    wanted: Mapping[SessionId, date],
    booked: Booked | None = None,
    stop: Stop | None = None,
) -> Arrangement:
    """A real time for every session that is left; pinned visits stay and are not named again.

    `wanted` holds the planned or booked day of each, by key and number within the plan: it decides only
    where no plan fits the calendar. `booked` are the visits booked now, whose own times count as free in
    `seats`. `stop` is handed to the planner.
    """
    return Arranger(left, seats, wanted, booked or {}, stop).arrange()


def keys_of(visit: Visit) -> list[str]:
    """The series of a visit in treatment order."""
    return [one.series for one in visit.sessions]


def keys(sessions: Collection[SessionId]) -> list[str]:
    """The series of some sessions."""
    return [key for key, _ in sessions]
