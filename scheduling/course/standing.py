"""How a plan stands: each session done, booked or in need of a date, its window from what was given."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scheduling.models import Booking, Given, PlanSeries, PlanVersion
from scheduling.naming import SeriesName
from scheduling.planning.problem import FourDates, Interval, Problem
from scheduling.planning.remaining import Given as Treatment
from scheduling.planning.remaining import Held, next_window

SessionId = tuple[str, int]
DONE, NEEDS_A_DATE, UNRESOLVED = "done", "needs a date", "unresolved"


@dataclass(frozen=True, slots=True)
class Standing:
    """One session: `number` within the version, `ordinal` within the whole course, and where it stands.

    `initial` of the version's sessions belong to the first series.

    `state` is done, booked, arrived, held, unresolved (its booked day has passed) or needs a date; `date`
    is the day it was given, is booked for, or was planned for. `window` is counted from the real date of
    the session before it.
    """

    key: str
    name: SeriesName
    number: int
    ordinal: int
    initial: int
    state: str
    date: datetime.date
    planned: datetime.date
    window: FourDates
    booking: Booking | None = None

    @property
    def round(self) -> str:
        """Its place in the course, in words: round 2 of 3, or maintenance."""
        if self.number <= self.initial:
            return f"round {self.ordinal} of {self.ordinal - self.number + self.initial}"
        return f"session {self.ordinal}, maintenance"

    def days_to_overdue(self, today: datetime.date) -> int:
        """Days left until the recommended range has passed; negative once it has."""
        return (self.window.end - today).days


class Standings:
    """A version of a plan with what became of it: fetched once, asked many times.

    `version` comes `with_details`; `bookings` are the plan's live ones with sessions, `given` all standing
    treatments of the patient: all of them are in `had`, those that the version did not know of in `given`.
    """

    def __init__(
        self,
        version: PlanVersion,
        today: datetime.date,
        bookings: Sequence[Booking],
        given: Sequence[Given],
    ):
        self.version, self.today, self.bookings = version, today, list(bookings)
        self.series: dict[str, PlanSeries] = {one.key: one for one in version.series.all()}
        self.had = list(given)
        self.given = since(version, self.had)

    @classmethod
    def of(cls, version: PlanVersion, today: datetime.date) -> "Standings":
        """Fetch what became of a version's plan, in two queries."""
        bookings = Booking.objects.live().visits().filter(plan=version.plan_id).with_details()
        given = Given.objects.standing().filter(patient=version.plan.patient_id)
        return cls(version, today, bookings.order_by("unit"), given)

    @cached_property
    def problem(self) -> Problem:
        """The problem that was approved."""
        return self.version.recommendation.problem

    @cached_property
    def numbers(self) -> frozenset[SessionId]:
        """Every session of the version, by key and number within it."""
        return frozenset(
            (one.key, number) for one in self.problem.series for number in range(1, len(one.sessions) + 1)
        )

    def sessions_of(self, booking: Booking) -> frozenset[SessionId]:
        """The sessions of the version that a booking holds; number 0 is a booster."""
        found = (
            (one.key, one.number_after(self.series[one.key].done))
            for one in booking.sessions.all()
            if one.is_live and one.key in self.series
        )
        return frozenset(one for one in found if one in self.numbers or one[1] == 0)

    @cached_property
    def booked(self) -> dict[SessionId, Booking]:
        """The live booking of each session, by key and number within the version."""
        return {
            session: booking
            for booking in self.bookings
            for session in sorted(self.sessions_of(booking))
            if session[1]
        }

    @cached_property
    def stray(self) -> list[Booking]:
        """The booked visits that hold no session of this version: the plan was changed since."""
        return [
            one for one in self.bookings if one.status != Booking.Status.HELD and not self.sessions_of(one)
        ]

    @cached_property
    def treated(self) -> tuple[Treatment, ...]:
        """What was given since, and the booked visits whose day has passed, as if the patient had come."""
        given = [
            Treatment(
                one.key,
                one.key.split(".", 1)[0],
                one.date,
                one.counts and one.plan_id == self.version.plan_id,
            )
            for one in self.given
        ]
        unresolved = [
            Treatment(key, key.split(".", 1)[0], booking.date, bool(number))
            for booking in self.bookings
            for key, number in self.sessions_of(booking)
            if booking.date < self.today
        ]
        return tuple(sorted([*given, *unresolved], key=lambda one: (one.date, one.key)))

    def held(self, pinned: Sequence[int] = ()) -> dict[SessionId, Held]:
        """The booked dates from today on; `pinned` are ids of bookings that must stay."""
        return {
            session: Held(booking.date, booking.pk in pinned or booking.status != Booking.Status.BOOKED)
            for session, booking in self.booked.items()
            if booking.date >= self.today
        }

    @cached_property
    def planned(self) -> dict[SessionId, datetime.date]:
        """The day of each session as it was approved."""
        solution = self.version.recommendation.solution
        return {(one.series, one.number): one.date for one in (solution.placed() if solution else ())}

    @cached_property
    def done(self) -> dict[SessionId, datetime.date]:
        """The day each session that counts was given on."""
        return {
            (one.key, (one.ordinal or 0) - self.series[one.key].done): one.date
            for one in self.given
            if one.counts and one.plan_id == self.version.plan_id and one.key in self.series
        }

    @cached_property
    def dates(self) -> dict[SessionId, datetime.date]:
        """The day of each session: given, booked, or as approved."""
        booked = {session: booking.date for session, booking in self.booked.items()}
        return {**self.planned, **booked, **self.done}

    @cached_property
    def sessions(self) -> tuple[Standing, ...]:
        """Every session of the version in order of date."""
        found = [
            self._standing(one.key, number, session.window)
            for one in self.problem.series
            for number, session in enumerate(one.sessions, start=1)
        ]
        return tuple(sorted(found, key=lambda one: (one.date, self.series[one.key].position)))

    def _standing(self, key: str, number: int, window: FourDates | Interval) -> Standing:
        series, booking = self.series[key], self.booked.get((key, number))
        return Standing(
            key=key,
            name=series.name,
            number=number,
            ordinal=number + series.done,
            initial=series.initial,
            state=self.state(key, number),
            date=self.dates[key, number],
            planned=self.planned[key, number],
            window=self._window(key, number, window),
            booking=booking,
        )

    def state(self, key: str, number: int) -> str:
        """Where a session stands: done, unresolved, needs a date, or as its booking does."""
        booking = self.booked.get((key, number))
        if (key, number) in self.done:
            return DONE
        if booking is None:
            return NEEDS_A_DATE
        return UNRESOLVED if booking.date < self.today else booking.status

    def _window(self, key: str, number: int, window: FourDates | Interval) -> FourDates:
        """The window from the real date before it; treatments that do not count move it as well."""
        needed = self.state(key, number) == NEEDS_A_DATE
        last = datetime.date.max if needed else self.dates[key, number]
        treated = [one for one in self.treated if one.key == key and one.date < last]
        if isinstance(window, FourDates):
            series = next(one for one in self.problem.series if one.key == key)
            return next_window(series, 0, treated, datetime.date.min)[0]
        before = self.dates[key, number - 1]
        if self.state(key, number - 1) == NEEDS_A_DATE:
            before = max(before, self.today)
        return window.counted_from(max([before, *(one.date for one in treated)]))

    @cached_property
    def needs_a_date(self) -> tuple[Standing, ...]:
        """The sessions that are neither done nor booked."""
        return tuple(one for one in self.sessions if one.state == NEEDS_A_DATE)

    @property
    def wanted(self) -> Mapping[SessionId, datetime.date]:
        """The day each session is wanted on, should no plan fit the calendar."""
        return self.dates


def since(version: PlanVersion, given: Iterable[Given]) -> list[Given]:
    """Keep the treatments that a version did not know of when it was made; it comes `with_details`."""
    done = {one.key: one.done for one in version.series.all()}
    known = {(f"{one.treatment}.{one.area}", one.date) for one in version.recommendation.intake.history}

    def is_new(one: Given) -> bool:
        if one.counts and one.plan_id == version.plan_id and one.key in done:
            return (one.ordinal or 0) > done[one.key]
        return (one.key, one.date) not in known

    return [one for one in given if is_new(one)]
