"""Where a plan stands and when its visits could be had: what every booking is arranged and checked with."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from scheduling.arranging.arrange import Arrangement, Current, Stop, arrange
from scheduling.arranging.seats import Likes, Seats
from scheduling.availability.bits import Bits, span, units
from scheduling.availability.days import unit_of
from scheduling.availability.place import Calendar, Place
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
from scheduling.free_times import calendar_of, place_of
from scheduling.giving import gives_of
from scheduling.models import Booking, PlanVersion, Wishes
from scheduling.planning.problem import Span
from scheduling.planning.remaining import Ahead, Remaining, remaining
from scheduling.standing import SessionId, Standings

HELD = (PROVIDER, ROOM, DEVICE)


@dataclass
class Situation:
    """A plan as it stands at `now` (aware), on the local day `today` of its location."""

    version: PlanVersion
    now: datetime.datetime

    @cached_property
    def location(self):
        """Where the patient is treated."""
        return self.version.plan.patient.location

    @cached_property
    def today(self) -> datetime.date:
        """The local date."""
        return self.now.astimezone(self.location.zone).date()

    @cached_property
    def standings(self) -> Standings:
        """What became of every session."""
        return Standings.of(self.version, self.today)

    @cached_property
    def place(self) -> Place:
        """The location with its hours and people from today to the plan's end."""
        return place_of(self.location, self.today, self.last)

    @cached_property
    def last(self) -> datetime.date:
        """The last day that could be booked."""
        standings = self.standings
        left = remaining(standings.problem, standings.treated, standings.held(), Ahead(self.today))
        return max([left.problem.end, *standings.dates.values()])

    def left(self, pinned: Collection[int] = (), start: datetime.date | None = None) -> Remaining:
        """What is left of the plan, around its booked dates; `pinned` are ids of bookings that stay."""
        closed = tuple(Span(one.first, one.last, f"closed: {one.reason}") for one in self.place.closed)
        away = self.version.recommendation.intake.away
        weekdays = [
            day
            for day in self.standings.problem.weekdays
            if day in {one.weekday for one in self.place.weekly}
        ]
        ahead = Ahead(
            start or self.today,
            (*closed, *(Span(one.first, one.last, "away") for one in away)),
            tuple(weekdays),
        )
        held = self.standings.held(tuple(pinned))
        return remaining(self.standings.problem, self.standings.treated, held, ahead)

    @cached_property
    def likes(self) -> Likes:
        """When the patient likes to come and to whom: as wished, else to whoever approved the plan."""
        wishes = Wishes.objects.filter(patient=self.version.plan.patient_id).first() or Wishes()
        provider = wishes.provider_id or self._approver()
        return Likes(tuple(wishes.weekdays), wishes.starts, wishes.ends, provider)

    def _approver(self) -> int | None:
        approved_by = self.version.approved_by
        return getattr(getattr(approved_by, "provider", None), "pk", None)

    def seats(self, moving: Iterable[Booking] = ()) -> Seats:
        """The free times from now on; the bookings that move do not stand in their own way."""
        patient = self.version.plan.patient_id
        calendar = calendar_of(self.location, self.today, self.last, [patient], self.place)
        calendar = calendar.without(held_bits(moving, calendar))
        past = span(0, unit_of(self.now) + 1 - calendar.base)
        calendar = calendar.with_held({(PATIENT, patient): past})
        gives = gives_of(self.version.series.all())
        return Seats(calendar, self.location.zone, patient, gives, self.likes)

    def current(self, pinned: Collection[int] = ()) -> dict[frozenset[SessionId], Current]:
        """The visits booked from today on, by their sessions."""
        held, sessions = self.standings.held(tuple(pinned)), defaultdict(set)
        for session in held:
            sessions[self.standings.booked[session].pk].add(session)
        by_id = {one.pk: one for one in self.standings.bookings}
        return {
            frozenset(ids): Current(
                by_id[pk].date,
                by_id[pk].unit,
                {kind: key for kind in HELD if (key := getattr(by_id[pk], f"{kind}_id"))},
                any(held[one].pinned for one in ids),
            )
            for pk, ids in sessions.items()
        }

    def arrange(self, pinned: Collection[int] = (), stop: Stop | None = None) -> Arrangement:
        """A real time for every session that is left, around the pinned bookings (ids)."""
        left, seats = self.left(pinned), self.seats(self.standings.bookings)
        return arrange(left, seats, self.standings.wanted, self.current(pinned), stop)


def held_bits(bookings: Iterable[Booking], calendar: Calendar) -> dict[tuple[str, int], Bits]:
    """What bookings hold, as bits of a calendar's lines."""
    found: dict[tuple[str, int], Bits] = {}
    for booking in bookings:
        place = booking.unit - calendar.base
        for _, minutes, holds in booking.steps:
            count = units(minutes)
            for kind in holds.split():
                key = (kind, getattr(booking, f"{kind}_id"))
                found[key] = found.get(key, 0) | span(place, count)
            place += count
    return found
