"""The sessions that need a date and what moves their windows: a few flat lists, put together here.

A query that asks for each session what was given and booked before it is read row for row by a database
that has not counted its tables yet; lists cannot be, so the time grows with the rows and no faster.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scheduling.models import BookedSession, Booking, Given, PlanVersion, Session
from scheduling.models.contents import SessionQuerySet

Day = datetime.date
Counted = tuple[int, str, int]  # plan, key, ordinal
SESSION = {
    "session": "pk",
    "series": "series",
    "version": "series__version",
    "plan": "series__version__plan",
    "patient": "series__version__plan__patient",
    "location": "series__version__plan__patient__location",
    "key": "series__key",
    "done": "series__done",
    "number": "number",
    "planned": "visit__date",
    "earliest": "earliest",
    "start": "start",
    "end": "end",
    "latest": "latest",
}


@dataclass(frozen=True, slots=True)
class Undated:
    """A session that is neither given nor booked, its window as planned, and what may move it.

    `number` counts within the version, `number` + `done` the whole course. `before` is the real day of the
    session before it where that was given or is booked, `planned_before` the one it was planned for;
    `treated` the last day on which the area was treated, `unresolved` the last day before `today` on which
    it was to be, both since the version.
    """

    session: int
    series: int
    version: int
    plan: int
    patient: int
    location: int
    key: str
    done: int
    number: int
    planned: Day
    earliest: Day
    start: Day
    end: Day
    latest: Day
    today: Day
    before: Day | None
    planned_before: Day | None
    treated: Day | None
    unresolved: Day | None

    @property
    def ordinal(self) -> int:
        """Its place in the whole course."""
        return self.number + self.done

    @property
    def counted_from(self) -> Day | None:
        """The day from which the window of a later session is counted, as `Standings` does; None for a first.

        A session before it that has no date yet is not given before `today`.
        """
        if self.planned_before is None:
            return None
        before = self.before or max(self.planned_before, self.today)
        return max(day for day in (before, self.treated, self.unresolved) if day)

    @property
    def is_moved(self) -> bool:
        """Whether its window may not be as it was planned."""
        if self.planned_before is None:
            return bool(self.treated or self.unresolved)
        return self.counted_from != self.planned_before


class Course:
    """What was given and is booked of some plans, by session and by area, in two queries."""

    def __init__(self, plans: Collection[int], patients: Collection[int]):
        self.dates: dict[Counted, Day] = {}
        self.given: dict[tuple[int, str], list[tuple[Day, int | None, int]]] = defaultdict(list)
        self.booked: dict[tuple[int, str], list[tuple[Day, int]]] = defaultdict(list)
        live = BookedSession.objects.filter(
            plan__in=plans, is_live=True, booking__status__in=Booking.LIVE
        ).order_by()
        for plan, key, ordinal, day in live.values_list("plan", "key", "ordinal", "booking__date"):
            self.booked[plan, key].append((day, ordinal or 0))
            if ordinal:
                self.dates[plan, key, ordinal] = day
        given = Given.objects.standing().filter(patient__in=patients).order_by()
        columns = ("patient", "plan", "key", "ordinal", "date")
        for patient, plan, key, ordinal, day in given.values_list(*columns):
            self.given[patient, key].append((day, plan, ordinal or 0))
            if plan and ordinal:
                self.dates[plan, key, ordinal] = day

    def treated(self, patient: int, plan: int, key: str, done: int) -> Day | None:
        """The last day on which an area was treated, without the `done` sessions that a version knew of."""
        days = (
            day
            for day, of, ordinal in self.given.get((patient, key), ())
            if not (of == plan and 0 < ordinal <= done)
        )
        return max(days, default=None)

    def unresolved(self, plan: int, key: str, done: int, today: Day) -> Day | None:
        """The last day before today on which an area was booked and nobody said whether the patient came."""
        days = (
            day
            for day, ordinal in self.booked.get((plan, key), ())
            if day < today and not 0 < ordinal <= done
        )
        return max(days, default=None)


def undated_sessions(sessions: SessionQuerySet, todays: Mapping[int, Day]) -> list[Undated]:
    """The sessions of a set that need a date, in four queries; `todays` holds the local dates by location."""
    needed = set(sessions.undated(list(todays)))
    of_plans = Session.objects.filter(
        series__version__status=PlanVersion.Status.APPROVED,
        series__version__plan__in={plan for plan, _, _ in needed},
    )
    rows = [
        dict(zip(SESSION, row, strict=True)) for row in of_plans.order_by().values_list(*SESSION.values())
    ]
    course = Course({row["plan"] for row in rows}, {row["patient"] for row in rows})
    planned = {(row["series"], row["number"]): row["planned"] for row in rows}
    return [
        undated(row, course, planned, todays[row["location"]])
        for row in rows
        if (row["plan"], row["key"], row["number"] + row["done"]) in needed
    ]


def undated(row: dict, course: Course, planned: Mapping[tuple[int, int], Day], today: Day) -> Undated:
    """One session with what was really done before it."""
    plan, key, done = row["plan"], row["key"], row["done"]
    return Undated(
        **row,
        today=today,
        before=course.dates.get((plan, key, row["number"] + done - 1)),
        planned_before=planned.get((row["series"], row["number"] - 1)),
        treated=course.treated(row["patient"], plan, key, done),
        unresolved=course.unresolved(plan, key, done, today),
    )
