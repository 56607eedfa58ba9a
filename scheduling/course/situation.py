"""Where a plan stands and when its visits could be had: what every booking is arranged and checked with."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from scheduling.arranging.arrange import Arrangement, Current, Stop, arrange
from scheduling.arranging.seats import Likes, Seats
from scheduling.availability.bits import Bits, span, units
from scheduling.availability.days import unit_of
from scheduling.availability.place import Calendar, Place
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
from scheduling.claiming.free_times import calendar_of, place_of, without_expired
from scheduling.course.giving import gives_of
from scheduling.course.standing import SessionId, Standings
from scheduling.guard.beside import Beside, Kept, Spacing, beside
from scheduling.intake.intake import Event
from scheduling.intake.recommendation import Because
from scheduling.models import Booking, PatientEvent, PlanVersion, Wishes
from scheduling.planning.problem import Span
from scheduling.planning.remaining import Ahead, Remaining, remaining

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

    def left(
        self,
        pinned: Collection[int] = (),
        start: datetime.date | None = None,
        beside: Beside | None = None,
    ) -> Remaining:
        """What is left of the plan, around its booked dates; `pinned` are ids of bookings that stay.

        Also around what the patient has beside the plan, as it is unless told otherwise.
        """
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
        found = remaining(self.standings.problem, self.standings.treated, held, ahead)
        return self.kept_off(found, beside or self.beside)

    def kept_off(self, left: Remaining, beside: Beside) -> Remaining:
        """What is left of the plan with the days closed that treatments beside it keep its series off."""
        if beside.is_empty:
            return left
        planned = {one.reason for one in left.problem.separations}
        booked = [(key, booking.date) for (key, _), booking in self.standings.booked.items()]
        series = []
        for one in left.problem.series:
            own, days = self.standings.series[one.key], [day for key, day in booked if key == one.key]
            kept = self.named(one.key, beside.kept_off(own, self.spacing, planned, days))
            self.because |= {(one.key, span): because for span, because in kept}
            series.append(replace(one, forbidden=(*one.forbidden, *(span for span, _ in kept))))
        return replace(left, problem=replace(left.problem, series=tuple(series)))

    def named(self, key: str, kept: Iterable[Kept]) -> tuple[Kept, ...]:
        """Spans with their rules; the minimum of a series is its window's rule in the plan."""
        own = self.version.recommendation.rule_for("window", key)
        return tuple((span, because if because.rule or own is None else own) for span, because in kept)

    @cached_property
    def beside(self) -> Beside:
        """The patient's other plans, boosters, and what was given elsewhere."""
        return beside(self.version, self.standings)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The days that matter to the patient: those of the plan, and those they told since."""
        own = (Event(one.name, one.date) for one in self.told)
        return tuple(dict.fromkeys((*self.version.recommendation.intake.events, *own)))

    @cached_property
    def told(self) -> tuple[PatientEvent, ...]:
        """The coming days the patient told, each with the extra visit that is booked for it."""
        rows = PatientEvent.objects.coming(self.today)
        return tuple(rows.filter(patient=self.version.plan.patient_id))

    @cached_property
    def spacing(self) -> Spacing:
        """The practice's rules between treatments, read only where something lies beside the plan."""
        return Spacing.current()

    @cached_property
    def because(self) -> dict[tuple[str, Span], Because]:
        """The rule behind each span of days that something beside the plan closes, by series key."""
        return {}

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
        """The free times from now on: bookings that move and holds that have ended stand in nobody's way."""
        patient = self.version.plan.patient_id
        read = calendar_of(self.location, self.today, self.last, [patient], self.place)
        calendar = without_expired(read, self.now)
        calendar = calendar.without(held_bits(moving, calendar))
        past = span(0, unit_of(self.now) + 1 - calendar.base)
        calendar = calendar.with_held({(PATIENT, patient): past})
        gives = gives_of(self.version.series.all())
        return Seats(calendar, self.location.zone, patient, gives, self.likes)

    @property
    def movable(self) -> list[Booking]:
        """The booked visits that an arrangement may put elsewhere or give up; boosters stay."""
        standings = self.standings
        held = {booking.pk for booking in standings.booked.values()} | {one.pk for one in standings.stray}
        return [one for one in standings.bookings if one.pk in held and one.date >= self.today]

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
        left, seats = self.left(pinned), self.seats(self.movable)
        return arrange(left, seats, self.standings.wanted, self.current(pinned), stop)


def held_bits(bookings: Iterable[Booking], calendar: Calendar) -> dict[tuple[str, int], Bits]:
    """What bookings hold, as bits of a calendar's lines."""
    found: dict[tuple[str, int], Bits] = {}
    for booking in bookings:
        place = booking.unit - calendar.base
        if place < 0:  # begun before the calendar was read: nothing of it stands in the way of what is ahead
            continue
        for _, minutes, holds in booking.steps:
            count = units(minutes)
            for kind in holds.split():
                key = (kind, getattr(booking, f"{kind}_id"))
                found[key] = found.get(key, 0) | span(place, count)
            place += count
    return found
