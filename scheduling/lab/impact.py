"""What a change of a protocol does to one plan: windows, booked visits outside them, dates that move."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduling.intake.recommendation import Recommendation
from scheduling.lab.anew import Session
from scheduling.naming import Names, SeriesName
from scheduling.plan_page.summary import Summary, summary
from scheduling.planning.check import windows
from scheduling.planning.problem import FourDates, Problem
from scheduling.planning.reasons import days_in_words

UNAFFECTED, CHANGES, UNKNOWN, IMPOSSIBLE = "unaffected", "changes", "unknown", "impossible"
UNPROVEN = "unproven"  # the best found is told about, though nobody has shown that it is the best
Dates = Mapping[Session, datetime.date]


@dataclass(frozen=True, slots=True)
class Booked:
    """The booked visit of a session: its id and its day."""

    booking: int
    date: datetime.date


@dataclass(frozen=True, slots=True)
class Effect:
    """One session to come, by its place in the course, as it stands and as it would be.

    `was` and `now` are its dates, `window` and `new_window` its windows, None where it does not exist.
    `booking` is the id of the visit it is booked at. `outside` counts the days by which the booked date
    misses the new window: negative when too soon, None when the session is no longer in the plan.
    """

    name: SeriesName
    ordinal: int
    was: datetime.date | None
    now: datetime.date | None
    window: FourDates | None
    new_window: FourDates | None
    booking: int | None = None
    outside: int | None = 0

    @property
    def is_outside(self) -> bool:
        """Whether it is booked for a day that its new window does not allow."""
        return self.booking is not None and self.outside != 0

    @property
    def missed(self) -> str:
        """By how much its booked day misses the new window, in words."""
        return missed_words(self.outside)

    @property
    def moves(self) -> bool:
        """Whether it is planned for another day."""
        return self.was != self.now

    @property
    def is_changed(self) -> bool:
        """Whether anything about it would be different."""
        return self.is_outside or self.moves or self.window != self.new_window


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change would do to one plan; `why` says in words why there is nothing to show."""

    state: str
    effects: tuple[Effect, ...] = ()
    why: str = ""
    found: Recommendation | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the plan can be migrated along with others: what it would become is proven best."""
        return self.state == CHANGES

    @property
    def summary(self) -> Summary | None:
        """What it would become in figures, with how much better a plan could still be."""
        return summary(self.found) if self.found else None

    @property
    def changed(self) -> tuple[Effect, ...]:
        """The sessions about which anything would be different."""
        return tuple(one for one in self.effects if one.is_changed)

    @property
    def windows(self) -> int:
        """How many sessions would have another window."""
        return sum(one.window != one.new_window for one in self.effects)

    @property
    def moves(self) -> int:
        """How many sessions would be planned for another day."""
        return sum(one.moves for one in self.effects)

    @property
    def outside(self) -> tuple[int, ...]:
        """The booked visits (ids) that would fall outside a window of theirs."""
        return tuple(dict.fromkeys(one.booking for one in self.effects if one.is_outside and one.booking))


@dataclass(frozen=True, slots=True)
class Course:
    """Sessions to come with their planned dates and their windows, by key and place in the course."""

    dates: Dates
    windows: Mapping[Session, FourDates]


def course(problem: Problem, done: Mapping[str, int], planned: Dates, real: Dates) -> Course:
    """The sessions of a problem, each window counted from the day before it.

    The problem begins after `done` sessions of each series; `planned` holds a day for every session of it,
    `real` the days that were given or are booked, which windows are counted from first.
    """
    dates = {**planned, **real}
    found: dict[Session, FourDates] = {}
    for one in problem.series:
        ordinals = [done[one.key] + number for number in range(1, len(one.sessions) + 1)]
        counted = windows(one, [dates[one.key, ordinal] for ordinal in ordinals])
        found |= {(one.key, ordinal): each for ordinal, each in zip(ordinals, counted, strict=True)}
    return Course({session: planned[session] for session in found}, found)


def effects(
    before: Course, after: Course, booked: Mapping[Session, Booked], names: Names
) -> Iterator[Effect]:
    """Every session of two courses in order of date, as it is and as it would be."""
    sessions = {*before.windows, *after.windows}
    for session in sorted(sessions, key=lambda one: (before.dates.get(one) or after.dates[one], one)):
        visit, window = booked.get(session), after.windows.get(session)
        was = visit.date if visit else before.dates.get(session)
        yield Effect(
            name=names[session[0]],
            ordinal=session[1],
            was=was,
            now=after.dates.get(session),
            window=before.windows.get(session),
            new_window=window,
            booking=visit.booking if visit else None,
            outside=days_outside(window, visit.date) if visit else 0,
        )


def days_outside(window: FourDates | None, day: datetime.date) -> int | None:
    """By how many days a date misses a window, negative when too soon; None without a window."""
    if window is None:
        return None
    return min(0, (day - window.earliest).days) or max(0, (day - window.latest).days)


def missed_words(outside: int | None) -> str:
    """By how many days a booked day misses a window, in words; None stands for a session without one."""
    if outside is None:
        return "no longer in the plan"
    return f"{days_in_words(abs(outside))} too {'soon' if outside < 0 else 'late'}"
