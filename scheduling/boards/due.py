"""Plans with sessions that need a date, the most overdue first: ranked cheaply, told in full where shown."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse

from clinic.models import Patient
from scheduling.boards.undated import Undated, undated_sessions
from scheduling.boards.windows import Windows
from scheduling.models import PlanSeries
from scheduling.models.contents import SessionQuerySet
from scheduling.naming import SeriesName
from scheduling.planning.problem import FourDates
from scheduling.planning.reasons import days_in_words

SOON = 14
OVERDUE, DUE_SOON, LATER = "overdue", "soon", "later"


@dataclass(frozen=True, slots=True)
class DueSession:
    """A session in need of a date: whose, which round, and its window counted from what was really done.

    `today` is the local date of its location; `planned` the day it was approved for.
    """

    plan: int
    plan_number: int
    patient: int
    patient_name: str
    birth_date: datetime.date
    location: int
    name: SeriesName
    number: int
    ordinal: int
    total: int
    initial: int
    planned: datetime.date
    window: FourDates
    today: datetime.date

    @property
    def days(self) -> int:
        """Days left until its recommended days have passed; negative once they have."""
        return (self.window.end - self.today).days

    @property
    def is_overdue(self) -> bool:
        """Whether its recommended days have passed."""
        return part_of(self.days) == OVERDUE

    @property
    def is_soon(self) -> bool:
        """Whether its recommended days end within two weeks."""
        return part_of(self.days) == DUE_SOON

    @property
    def round(self) -> str:
        """Its place in the course, in words."""
        return round_of(self.ordinal, self.total, maintenance=self.number > self.initial)

    @property
    def words(self) -> str:
        """How soon it is due, in words."""
        if self.days < 0:
            return f"Overdue by {days_in_words(-self.days)}"
        return "Due by today" if self.days == 0 else f"{days_in_words(self.days)} left"


@dataclass(frozen=True, slots=True)
class DueVisit:
    """Sessions in need of a date that were planned for one visit and have one window."""

    sessions: tuple[DueSession, ...]

    @property
    def first(self) -> DueSession:
        """One of them, for what they have in common."""
        return self.sessions[0]

    @property
    def book_url(self) -> str:
        """Where a time is chosen for all of them."""
        asked = urlencode([("session", f"{one.name.key}:{one.number}") for one in self.sessions])
        return f"{reverse('scheduling:visit_new', args=[self.first.plan])}?{asked}"


@dataclass(frozen=True, slots=True)
class DuePlan:
    """A plan with its visits in need of a date, the most urgent first; `more` sessions beside that one."""

    visits: tuple[DueVisit, ...]
    more: int

    @property
    def first(self) -> DueSession:
        """The most urgent session."""
        return self.visits[0].first

    @property
    def later(self) -> tuple[DueVisit, ...]:
        """The visits after the most urgent one."""
        return self.visits[1:]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A plan by its place in the list: its sessions in need of a date, the most urgent first.

    `days` are those left until the recommended days of that one have passed; negative once they have.
    """

    days: int
    sessions: tuple[Undated, ...]

    @property
    def part(self) -> str:
        """Where it stands on the board: overdue, soon or later."""
        return part_of(self.days)


class DueList:
    """The plans with sessions that need a date, the most overdue first, in a fixed number of queries.

    `todays` holds the local date of each location by id; with `within` only the sessions whose recommended
    days end in so many days or have ended. A slice of it tells everything about its plans.
    """

    def __init__(
        self, sessions: SessionQuerySet, todays: Mapping[int, datetime.date], within: int | None = None
    ):
        found = undated_sessions(sessions, todays)
        self.windows = Windows(found)
        people = Patient.objects.filter(pk__in={one.patient for one in found}).order_by()
        columns = ("pk", "first_name", "last_name", "birth_date")
        self.people = {
            pk: (f"{first} {last}", born) for pk, first, last, born in people.values_list(*columns)
        }
        ranked = ((self.days(one), one) for one in found)
        due = [(days, one) for days, one in ranked if within is None or days <= within]
        self.sessions = len(due)
        self.plans = sorted(by_plan(due), key=lambda plan: (plan.days, *self.tie(plan.sessions[0])))

    def __len__(self) -> int:
        return len(self.plans)

    def __getitem__(self, asked: slice) -> list[DuePlan]:
        return self.told(self.plans[asked])

    def days(self, one: Undated) -> int:
        """Days left until the recommended days of a session have passed."""
        return (self.windows.end(one) - one.today).days

    def tie(self, one: Undated) -> tuple[str, int]:
        """What decides between plans that are as urgent as each other: the patient's name."""
        return self.people[one.patient][0], one.plan

    def told(self, plans: Sequence[Ranked], most: int | None = None) -> list[DuePlan]:
        """Everything about some plans and the first `most` of their sessions, in one query."""
        shown = [(plan, plan.sessions[:most]) for plan in plans]
        wanted = {one.series for _, sessions in shown for one in sessions}
        series = PlanSeries.objects.select_related("version__plan").defer("version__content").in_bulk(wanted)
        return [
            DuePlan(
                due_visits(self.told_session(one, series[one.series]) for one in sessions),
                len(plan.sessions) - 1,
            )
            for plan, sessions in shown
        ]

    def told_session(self, one: Undated, series: PlanSeries) -> DueSession:
        """One session with its words and its whole window."""
        name, born = self.people[one.patient]
        return DueSession(
            plan=one.plan,
            plan_number=series.version.plan.number,
            patient=one.patient,
            patient_name=name,
            birth_date=born,
            location=one.location,
            name=series.name,
            number=one.number,
            ordinal=one.ordinal,
            total=one.done + series.initial,
            initial=series.initial,
            planned=one.planned,
            window=self.windows.window(one),
            today=one.today,
        )


def by_plan(due: Iterable[tuple[int, Undated]]) -> list[Ranked]:
    """Sessions with their days by plan, each the most urgent first."""
    ordered = sorted(due, key=lambda found: (found[1].plan, found[0], found[1].key, found[1].number))
    plans = (list(group) for _, group in groupby(ordered, key=lambda found: found[1].plan))
    return [Ranked(group[0][0], tuple(one for _, one in group)) for group in plans]


def part_of(days: int) -> str:
    """Where a session with so many days left stands on the board: overdue, soon or later."""
    if days < 0:
        return OVERDUE
    return DUE_SOON if days <= SOON else LATER


def due_visits(sessions: Iterable[DueSession]) -> tuple[DueVisit, ...]:
    """Sessions by the visits they were planned for, in the order of the sessions."""
    found: dict[tuple, list[DueSession]] = {}
    for one in sessions:
        found.setdefault((one.plan, one.planned, one.window), []).append(one)
    return tuple(DueVisit(tuple(group)) for group in found.values())


def round_of(ordinal: int, total: int, maintenance: bool) -> str:
    """The place of a session in its course, in words: round 2 of 3, or session 4, maintenance."""
    return f"session {ordinal}, maintenance" if maintenance else f"round {ordinal} of {total}"
