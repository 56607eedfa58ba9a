"""The Today board of a location: who comes, what is unresolved or affected, what needs a date."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clinic.models import Location
from scheduling.boards.affected_plans import AffectedPlans
from scheduling.boards.asked import AskedList
from scheduling.boards.due import DUE_SOON, LATER, OVERDUE, DueList, DuePlan, Ranked
from scheduling.boards.rows import Disturbed, Rounds, Row, lines_of, rounds_of
from scheduling.booking_page.words import State, booking_state
from scheduling.models import Booking, Session
from scheduling.planning.reasons import spoken

Status = Booking.Status
SHOWN = 6
LATE = datetime.timedelta(minutes=5)
EXPECTED = State("quiet", "clock", "Expected")
CHECK_IN, COMPLETE, RESOLVE = "check in", "complete", "resolve"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the due list: the plans the board shows, and how many there are in all."""

    plans: Sequence[DuePlan]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether some are on the due list only."""
        return self.total > len(self.plans)


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
    def affected(self) -> AffectedPlans:
        """The plans with visits of today and later that cannot take place as booked, the soonest first."""
        return AffectedPlans(self.location, self.now)

    @cached_property
    def disturbed(self) -> list[Disturbed]:
        """Those of them that the board shows."""
        return self.affected[:SHOWN]

    @cached_property
    def bookings(self) -> list[Booking]:
        """The visits of today, and those of past days that nobody resolved."""
        here = Booking.objects.filter(location=self.location, patient__location=self.location)
        today = here.visits().filter(date=self.today).exclude(status=Status.CANCELLED)
        wanted = {*today.values_list("pk", flat=True)}
        wanted |= {*here.unresolved(self.today).values_list("pk", flat=True)}
        return list(Booking.objects.filter(pk__in=wanted).with_details())

    @cached_property
    def rounds(self) -> Rounds:
        """The series of the plans as they stand, to say which round a session is."""
        return rounds_of(self.bookings)

    def row(self, booking: Booking, state: State | None = None, step: str = "") -> Row:
        """A visit on the board."""
        state, because = (
            state or booking_state(booking, self.today),
            self.affected.because.get(booking.pk, ""),
        )
        return Row(booking, state, lines_of(booking, self.rounds), because, step)

    @cached_property
    def arrivals(self) -> list[Row]:
        """Today's visits by time."""
        return [self.arrival(one) for one in self.bookings if one.date == self.today]

    def arrival(self, booking: Booking) -> Row:
        """One of today's visits, with what is next for it."""
        if booking.status == Status.BOOKED:
            late = self.now - booking.at
            state = EXPECTED if late < LATE else State("warn", "clock-alert", late_words(late))
            return self.row(booking, state, CHECK_IN)
        return self.row(booking, step=COMPLETE if booking.status == Status.ARRIVED else "")

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
        return [self.row(one, step=RESOLVE) for one in self.bookings if one.date < self.today]

    @cached_property
    def asked(self) -> AskedList:
        """What the location's patients asked and wished that is open."""
        return AskedList(self.location, self.today, SHOWN)

    @cached_property
    def due(self) -> DueList:
        """Every plan of the location with a session that needs a date, the most overdue first."""
        return DueList(Session.objects.all(), {self.location.pk: self.today})

    @cached_property
    def parts(self) -> dict[str, Part]:
        """The plans of the due list by how urgent they are, the first of each told in words."""
        plans: dict[str, list[Ranked]] = {part: [] for part in (OVERDUE, DUE_SOON, LATER)}
        for one in self.due.plans:
            plans[one.part].append(one)
        shown = [one for found in plans.values() for one in found[:SHOWN]]
        told = iter(self.due.told(shown, most=1))
        return {part: Part([next(told) for _ in found[:SHOWN]], len(found)) for part, found in plans.items()}

    @property
    def overdue(self) -> Part:
        """The plans with a session whose recommended days have passed."""
        return self.parts[OVERDUE]

    @property
    def soon(self) -> Part:
        """The plans whose first session without a date is due within two weeks."""
        return self.parts[DUE_SOON]

    @property
    def later(self) -> Part:
        """The other plans with sessions in need of a date."""
        return self.parts[LATER]


def late_words(late: datetime.timedelta) -> str:
    """How late somebody is: 12 min late."""
    minutes = late // datetime.timedelta(minutes=1)
    return f"{minutes} min late" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min late"
