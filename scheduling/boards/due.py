"""Which sessions of approved plans need a date, and how soon: read for many plans at once, none restored."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from scheduling.models import Given, PlanVersion
from scheduling.models.contents import SessionQuerySet
from scheduling.naming import SeriesName
from scheduling.planning.durations import Duration
from scheduling.planning.problem import FourDates, Interval
from scheduling.planning.reasons import days_in_words

SOON = 14
WINDOW = ("minimum", "from", "to", "latest")
COLUMNS = {
    "version": "series__version",
    "plan": "series__version__plan",
    "plan_number": "series__version__plan__number",
    "patient": "series__version__plan__patient",
    "first_name": "series__version__plan__patient__first_name",
    "last_name": "series__version__plan__patient__last_name",
    "birth_date": "series__version__plan__patient__birth_date",
    "location": "series__version__plan__patient__location",
    "key": "series__key",
    "treatment": "series__treatment",
    "area": "series__area",
    "mark": "series__mark",
    "initial": "series__initial",
    "done": "series__done",
}
DATES = ("earliest", "start", "end", "latest", "before", "planned_before", "treated", "unresolved")


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
        return self.days < 0

    @property
    def is_soon(self) -> bool:
        """Whether its recommended days end within two weeks."""
        return 0 <= self.days <= SOON

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


def due_visits(sessions: Iterable[DueSession]) -> list[DueVisit]:
    """Sessions by the visits they were planned for, in the order of the sessions."""
    found: dict[tuple, list[DueSession]] = {}
    for one in sessions:
        found.setdefault((one.plan, one.planned, one.window), []).append(one)
    return [DueVisit(tuple(group)) for group in found.values()]


def round_of(ordinal: int, total: int, maintenance: bool) -> str:
    """The place of a session in its course, in words: round 2 of 3, or session 4, maintenance."""
    return f"session {ordinal}, maintenance" if maintenance else f"round {ordinal} of {total}"


def due_sessions(
    sessions: SessionQuerySet, todays: Mapping[int, datetime.date], within: int | None = None
) -> list[DueSession]:
    """The sessions of a set that need a date, the most overdue first, in a few queries for each local date.

    `todays` holds the local date of each location by id; with `within` only those whose recommended days
    end in so many days or have ended.
    """
    found: list[DueSession] = []
    for today in set(todays.values()):
        places = [location for location, day in todays.items() if day == today]
        here = sessions.filter(series__version__plan__patient__location__in=places)
        found += due_on(here, today, within)
    return sorted(found, key=lambda one: (one.days, one.patient_name, one.plan, one.name.key, one.number))


def due_on(sessions: SessionQuerySet, today: datetime.date, within: int | None) -> list[DueSession]:
    """The sessions that need a date where it is `today`."""
    found = sessions.needing_a_date(today) if within is None else sessions.due(today, within)
    rows = list(found.values("number", "ordinal", "visit__date", *DATES, *COLUMNS.values()))
    real = Real([row for row in rows if is_moved(row, today)], today)
    due = [due_session(row, real.window(row), today) for row in rows]
    return [one for one in due if within is None or one.days <= within]


def counted_from(row: Mapping, today: datetime.date) -> datetime.date:
    """The day from which the window of a later session is counted, as `Standings` does."""
    before = row["before"] or max(row["planned_before"], today)
    return max(day for day in (before, row["treated"], row["unresolved"]) if day)


def is_moved(row: Mapping, today: datetime.date) -> bool:
    """Whether a window may not be as it was planned."""
    if row["number"] == 1:
        return row["treated"] is not None
    return counted_from(row, today) != row["planned_before"]


class Real:
    """The windows of these rows of sessions, counted from what was really done.

    Of each version only the windows and what it knew of are read: restoring all of it would take
    milliseconds for each.
    """

    def __init__(self, rows: Sequence[Mapping], today: datetime.date):
        self.today = today
        versions = {row["series__version"] for row in rows}
        parts = ("pk", "content__problem__series", "content__intake__history")
        self.intervals: dict[tuple[int, str, int], Interval] = {}
        self.known: set[tuple[int, str, str]] = set()
        for version, series, history in PlanVersion.objects.filter(pk__in=versions).values_list(*parts):
            self.intervals |= intervals_of(version, series)
            self.known |= {
                (version, f"{one['treatment']}.{one['area']}", one["date"]) for one in history or ()
            }
        first = {row["series__version__plan__patient"] for row in rows if row["number"] == 1}
        given = Given.objects.standing().filter(patient__in=first).order_by("date")
        self.treated = list(given.values_list("patient", "key", "date"))

    def window(self, row: Mapping) -> FourDates:
        """The window of a session, as `Standings` counts it."""
        planned = FourDates(*(row[name] for name in DATES[:4]))
        version, key, number = row["series__version"], row["series__key"], row["number"]
        if not is_moved(row, self.today):
            return planned
        if number > 1:
            return self.intervals[version, key, number].counted_from(counted_from(row, self.today))
        last = self.last_treated(row)
        following = self.intervals.get((version, key, 2))
        counted = following.counted_from(last) if following and last else planned
        return counted if counted.earliest > planned.earliest else planned

    def last_treated(self, row: Mapping) -> datetime.date | None:
        """The last day on which an area was treated that its version did not know of."""
        whose = (row["series__version__plan__patient"], row["series__key"])
        version = row["series__version"]
        days = (date for patient, key, date in self.treated if (patient, key) == whose)
        return max(
            (day for day in days if (version, whose[1], day.isoformat()) not in self.known), default=None
        )


def due_session(row: Mapping, window: FourDates, today: datetime.date) -> DueSession:
    """One row of the database as a session in need of a date."""
    of = {name: row[column] for name, column in COLUMNS.items()}
    return DueSession(
        plan=of["plan"],
        plan_number=of["plan_number"],
        patient=of["patient"],
        patient_name=f"{of['first_name']} {of['last_name']}",
        birth_date=of["birth_date"],
        location=of["location"],
        name=SeriesName(of["key"], of["treatment"], of["area"], of["mark"]),
        number=row["number"],
        ordinal=row["ordinal"],
        total=of["done"] + of["initial"],
        initial=of["initial"],
        planned=row["visit__date"],
        window=window,
        today=today,
    )


def intervals_of(version: int, series: Iterable[Mapping]) -> dict[tuple[int, str, int], Interval]:
    """The windows of a version's later sessions as durations, by version, key and number."""
    return {
        (version, one["key"], number): interval(*(session[name] for name in WINDOW))
        for one in series
        for number, session in enumerate(one["sessions"], start=1)
        if number > 1
    }


@cache
def interval(*durations: str) -> Interval:
    """A window in durations; few different ones exist."""
    return Interval(*map(Duration.parse, durations))
