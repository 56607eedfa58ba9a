"""The Today board of a location: who comes, what is unresolved or disturbed, what needs a date."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from clinic.models import Absence, Closure, Location
from scheduling.boards.due import DueSession, due_sessions, round_of
from scheduling.booking_page.words import Line, State, booking_state
from scheduling.models import Booking, PlanSeries, PlanVersion, Session
from scheduling.planning.reasons import spoken

Rounds = dict[tuple[int, str], PlanSeries]
Status = Booking.Status
SHOWN = 6
LATE = datetime.timedelta(minutes=5)
EXPECTED = State("quiet", "clock", "Expected")
CHECK_IN, COMPLETE, RESOLVE = "check in", "complete", "resolve"


@dataclass(frozen=True, slots=True)
class Row:
    """A booked visit on the board: its state, its sessions in words, why it is here, and what is next."""

    booking: Booking
    state: State
    lines: tuple[Line, ...]
    because: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Disturbed:
    """A plan with visits that cannot take place as booked."""

    rows: tuple[Row, ...]

    @property
    def booking(self) -> Booking:
        """Its first visit, which knows the patient and the plan."""
        return self.rows[0].booking


@dataclass(frozen=True, slots=True)
class PlanDue:
    """A plan with sessions in need of a date, the most urgent one first."""

    sessions: tuple[DueSession, ...]

    @property
    def first(self) -> DueSession:
        """The most urgent one."""
        return self.sessions[0]

    @property
    def more(self) -> int:
        """How many sessions there are beside it."""
        return len(self.sessions) - 1


class Board:
    """Everything the Today board of a location shows at `now`, aware, in a fixed number of queries."""

    def __init__(self, location: Location, now: datetime.datetime):
        self.location, self.now = location, now
        self.today = now.astimezone(location.zone).date()

    @property
    def day(self) -> str:
        """The local date with its weekday."""
        return spoken(self.today)

    @property
    def clock(self) -> str:
        """When it was drawn, as the location's clock shows it."""
        return f"{self.now.astimezone(self.location.zone):%H:%M}"

    @cached_property
    def absences(self) -> list[Absence]:
        """Who of the location's providers is away today or later."""
        here = Absence.objects.filter(provider__user__locations=self.location, last__gte=self.today)
        return list(here.select_related("provider"))

    @cached_property
    def closures(self) -> list[Closure]:
        """When the location is shut today or later."""
        return list(self.location.closures.filter(last__gte=self.today))

    @cached_property
    def bookings(self) -> list[Booking]:
        """The visits of today, those of the past nobody resolved, and those that cannot take place."""
        here = Booking.objects.filter(location=self.location)
        wanted = here.visits().filter(date=self.today).exclude(status=Status.CANCELLED).values("pk")
        ahead = here.filter(date__gte=self.today)
        pks = [*wanted, *here.unresolved(self.today).values("pk")]
        if self.absences or self.closures:
            pks += ahead.disturbed(self.absences, self.closures).values("pk")
        return list(Booking.objects.filter(pk__in={one["pk"] for one in pks}).with_details())

    @cached_property
    def rounds(self) -> Rounds:
        """The series of the plans as they stand, to say which round a session is."""
        return rounds_of(self.bookings)

    @cached_property
    def arrivals(self) -> list[Row]:
        """Today's visits by time."""
        found = [one for one in self.bookings if one.date == self.today]
        return [self.arrival(one) for one in found]

    def arrival(self, booking: Booking) -> Row:
        """One of today's visits, with what is next for it."""
        state, step = booking_state(booking, self.today), ""
        if booking.status == Status.BOOKED:
            late, step = self.now - booking.at, CHECK_IN
            state = EXPECTED if late < LATE else State("warn", "clock-alert", late_words(late))
        elif booking.status == Status.ARRIVED:
            step = COMPLETE
        return Row(booking, state, lines_of(booking, self.rounds), disturbance(self, booking), step)

    @property
    def expected(self) -> int:
        """How many of today's patients have not come yet."""
        return sum(one.booking.status == Status.BOOKED for one in self.arrivals)

    @property
    def here(self) -> int:
        """How many of today's patients are here."""
        return sum(one.booking.status == Status.ARRIVED for one in self.arrivals)

    @cached_property
    def unresolved(self) -> list[Row]:
        """Visits of past days of which nobody said whether the patient came."""
        past = (one for one in self.bookings if one.date < self.today)
        return [
            Row(one, booking_state(one, self.today), lines_of(one, self.rounds), step=RESOLVE) for one in past
        ]

    @cached_property
    def disturbed(self) -> list[Disturbed]:
        """The plans with visits whose provider is away or whose location is shut, the soonest first."""
        rows = [
            Row(one, booking_state(one, self.today), lines_of(one, self.rounds), why)
            for one in self.bookings
            if one.date >= self.today and one.status == Status.BOOKED and (why := disturbance(self, one))
        ]
        return by_plan(rows)

    @cached_property
    def due(self) -> list[DueSession]:
        """Every session of the location that needs a date, the most overdue first."""
        return due_sessions(Session.objects.all(), {self.location.pk: self.today})

    @cached_property
    def plans(self) -> list[PlanDue]:
        """The plans of these sessions, each where its most urgent session stands."""
        found: dict[int, list[DueSession]] = {}
        for one in self.due:
            found.setdefault(one.plan, []).append(one)
        return [PlanDue(tuple(sessions)) for sessions in found.values()]

    @property
    def overdue(self) -> list[PlanDue]:
        """The plans with a session whose recommended days have passed."""
        return [one for one in self.plans if one.first.is_overdue]

    @property
    def soon(self) -> list[PlanDue]:
        """The plans whose first session without a date is due within two weeks."""
        return [one for one in self.plans if one.first.is_soon]

    @property
    def later(self) -> list[PlanDue]:
        """The other plans with sessions in need of a date."""
        return [one for one in self.plans if not (one.first.is_overdue or one.first.is_soon)]


def rounds_of(bookings: Iterable[Booking]) -> Rounds:
    """The series of these visits' plans as they stand, by plan and key."""
    current = PlanVersion.objects.current().filter(plan__in={one.plan_id for one in bookings})
    series = PlanSeries.objects.filter(version__in=current).select_related("version")
    return {(one.version.plan_id, one.key): one for one in series.defer("version__content")}


def lines_of(booking: Booking, rounds: Rounds) -> tuple[Line, ...]:
    """The sessions of a visit in words, with their rounds."""
    found = []
    for one in booking.sessions.all():
        place, series = "booster before an event", rounds.get((booking.plan_id, one.key))
        if one.ordinal and series:
            number = one.ordinal - series.done
            place = round_of(one.ordinal, series.done + series.initial, number > series.initial)
        elif one.ordinal:
            place = f"session {one.ordinal}"
        found.append(Line(str(one.name), one.mark, place))
    return tuple(found)


def late_words(late: datetime.timedelta) -> str:
    """How late somebody is: 12 min late."""
    minutes = late // datetime.timedelta(minutes=1)
    return f"{minutes} min late" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min late"


def disturbance(board: Board, booking: Booking) -> str:
    """Why a visit cannot take place as it is booked, in words; nothing when it can."""
    return disturbed_by(booking, board.absences, board.closures)


def disturbed_by(booking: Booking, absences: Sequence[Absence], closures: Sequence[Closure]) -> str:
    """Which absence or closure stands against a booked visit, in words; nothing when none does."""
    if booking.status != Status.BOOKED:
        return ""
    for one in absences:
        if one.provider_id == booking.provider_id and one.first <= booking.date <= one.last:
            return f"{one.provider} is away ({one.reason})"
    for one in closures:
        if one.location_id == booking.location_id and one.first <= booking.date <= one.last:
            return f"Closed ({one.reason})"
    return ""


def by_plan(rows: Iterable[Row]) -> list[Disturbed]:
    """Visits by their plans, the plan with the soonest first."""
    ordered = sorted(rows, key=lambda one: (one.booking.plan_id, one.booking.unit))
    plans = [tuple(group) for _, group in groupby(ordered, key=lambda one: one.booking.plan_id)]
    return [Disturbed(group) for group in sorted(plans, key=lambda group: group[0].booking.unit)]
