"""How a plan stands as its page shows it: every visit with its time, and what is to be done next."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from clinic.models import Absence, Closure
from scheduling.booking_page.ledger import Entry, ledger
from scheduling.booking_page.words import (
    STATES,
    Line,
    State,
    booking_state,
    held_by,
    hours_of,
    line_of,
    outside_words,
    wishes_words,
    with_windows,
)
from scheduling.course.deeds import deed
from scheduling.course.standing import DONE, NEEDS_A_DATE, Standing, Standings
from scheduling.models import Booking, Change, Given, PlanVersion, Wishes
from scheduling.models.change import UNDO
from scheduling.planning.reasons import spoken


@dataclass(frozen=True, slots=True)
class Row:
    """A visit of a plan as it stands: its state, its day, and what is to be known about it.

    `hours` and `held` are empty without a booking; `href` leads to the visit, or to where one is booked.
    `proposed` is the day the plan had for a booked visit, where that is another one.
    """

    state: State
    date: datetime.date
    sessions: tuple[Line, ...]
    hours: str = ""
    held: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    href: str = ""
    booking: int | None = None
    proposed: str = ""

    @property
    def day(self) -> str:
        """The date with its weekday."""
        return spoken(self.date)

    @property
    def needs_a_date(self) -> bool:
        """Whether nothing is booked for it yet."""
        return self.state in (STATES["needs a date"], STATES["overdue"])


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last change that can still be undone, in words."""

    pk: int
    words: str
    until: str


class PlanStand:
    """The bookings of a plan's current version at `now` (aware), fetched when a page asks for them."""

    def __init__(self, version: PlanVersion, now: datetime.datetime):
        self.version, self.plan, self.now = version, version.plan, now
        self.location = version.plan.patient.location
        self.today = now.astimezone(self.location.zone).date()

    @cached_property
    def key(self) -> uuid.UUID:
        """The idempotency key of what is done from this page."""
        return uuid.uuid4()

    @cached_property
    def bookings(self) -> list[Booking]:
        """Every booking the plan ever had, in order of time."""
        found = Booking.objects.visits().filter(plan=self.plan).with_details()
        return list(found.order_by("unit", "pk"))

    @cached_property
    def given(self) -> list[Given]:
        """Every treatment recorded for the patient, the withdrawn ones with them."""
        found = Given.objects.filter(patient=self.plan.patient_id)
        return list(found.select_related("plan", "recorded_by").order_by("date", "pk"))

    @cached_property
    def standings(self) -> Standings:
        """Where each session stands."""
        live = [one for one in self.bookings if one.is_live]
        given = [one for one in self.given if one.withdrawn_at is None]
        return Standings(self.version, self.today, live, given)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every visit in order of its day: done, booked, or in need of a date."""
        return tuple(sorted(self._rows(), key=lambda row: (row.date, row.hours)))

    def _rows(self) -> Iterator[Row]:
        yield from self._done_rows()
        by_booking: dict[int, list[Standing]] = defaultdict(list)
        undated: dict[datetime.date, list[Standing]] = defaultdict(list)
        for one in self.standings.sessions:
            if one.booking is not None:
                by_booking[one.booking.pk].append(one)
            elif one.state == NEEDS_A_DATE:
                undated[one.date].append(one)
        stray = {one.pk for one in self.standings.stray}
        for booking in self.standings.bookings:
            if booking.pk not in stray:
                yield self._booked_row(booking, by_booking[booking.pk])
        for day, sessions in undated.items():
            yield self._undated_row(day, sessions)

    def _done_rows(self) -> Iterator[Row]:
        """The days on which sessions of this version were given."""
        visits = {one.pk: one for one in self.bookings}
        by_visit: dict[tuple[datetime.date, int | None], list[Standing]] = defaultdict(list)
        for one in self.standings.sessions:
            if one.state == DONE:
                by_visit[one.date, self._given_at.get((one.key, one.ordinal))].append(one)
        for (day, pk), sessions in by_visit.items():
            lines = tuple(line_of(one) for one in sessions)
            booking = visits.get(pk or 0)
            if booking is None:
                yield Row(STATES["done"], day, lines)
            else:
                href = reverse("scheduling:visit", args=[booking.pk])
                yield Row(STATES["done"], day, lines, hours_of(booking), held_by(booking), href=href)

    @cached_property
    def _given_at(self) -> dict[tuple[str, int | None], int | None]:
        return {(one.key, one.ordinal): one.booking_id for one in self.standings.given if one.counts}

    def _booked_row(self, booking: Booking, sessions: list[Standing]) -> Row:
        lines = tuple(line_of(one) for one in sessions) or booster_lines(booking)
        outside = [words for one in sessions if (words := outside_words(one))]
        planned = {one.planned for one in sessions} - {booking.date}
        return Row(
            booking_state(booking, self.today),
            booking.date,
            lines,
            hours_of(booking),
            held_by(booking),
            notes=notes_of(booking),
            warnings=(*self._upset(booking), *outside),
            href=reverse("scheduling:visit", args=[booking.pk]),
            booking=booking.pk,
            proposed=" and ".join(spoken(day) for day in sorted(planned)),
        )

    def _undated_row(self, day: datetime.date, sessions: list[Standing]) -> Row:
        late = any(one.days_to_overdue(self.today) < 0 for one in sessions)
        lines, notes = with_windows(sessions)
        state = STATES["overdue" if late else "needs a date"]
        return Row(state, day, lines, notes=notes, href=time_url(self.plan.pk, sessions))

    def _upset(self, booking: Booking) -> Iterator[str]:
        """Who is away or that the place is shut on a booked day that is still to come."""
        if booking.date < self.today:
            return
        for absence in self._absences:
            if absence.provider_id == booking.provider_id and absence.first <= booking.date <= absence.last:
                yield f"{booking.provider.printed_name} is away then ({absence.reason})"
        for closure in self._closures:
            if closure.first <= booking.date <= closure.last:
                yield f"Closed then ({closure.reason})"

    @cached_property
    def _absences(self) -> list[Absence]:
        providers = {one.provider_id for one in self.standings.bookings}
        return list(Absence.objects.filter(provider__in=providers, last__gte=self.today))

    @cached_property
    def _closures(self) -> list[Closure]:
        return list(Closure.objects.filter(location=self.location, last__gte=self.today))

    @property
    def upset(self) -> int:
        """How many booked visits no longer hold."""
        return sum(bool(row.warnings) for row in self.rows)

    @cached_property
    def stray(self) -> tuple[Row, ...]:
        """The bookings that belong to no session of this version any more."""
        return tuple(
            Row(
                booking_state(one, self.today),
                one.date,
                booster_lines(one),
                hours_of(one),
                held_by(one),
                href=reverse("scheduling:visit", args=[one.pk]),
            )
            for one in self.standings.stray
        )

    @property
    def has_begun(self) -> bool:
        """Whether the page shows how the plan stands, not only what is planned."""
        return bool(self.standings.bookings or self.standings.done or self.ledger)

    @cached_property
    def to_book(self) -> int:
        """How many visits are in need of a date."""
        return sum(row.needs_a_date for row in self.rows)

    @cached_property
    def counts(self) -> tuple[tuple[int, State], ...]:
        """How many visits are in each state, in the order in which they come; boosters for themselves."""
        found: dict[State, int] = defaultdict(int)
        boosters = {one.pk for one in self.bookings if one.kind == Booking.Kind.BOOSTER}
        for row in self.rows:
            extra = replace(row.state, word=f"extra {row.state.word}")
            found[extra if row.booking in boosters else row.state] += 1
        return tuple((number, state) for state, number in found.items())

    @cached_property
    def wishes(self) -> tuple[tuple[str, str], ...]:
        """When the patient likes to come and to whom, in words."""
        found = Wishes.objects.filter(patient=self.plan.patient_id).select_related("provider").first()
        return wishes_words(found or Wishes(), self.version)

    @cached_property
    def ledger(self) -> tuple[Entry, ...]:
        """What was given, missed and cancelled, and whether it counts."""
        return ledger(self.plan, self.bookings, self.given)

    @cached_property
    def last_change(self) -> LastChange | None:
        """The plan's last change, while it can be undone."""
        found = Change.objects.filter(plan=self.plan).select_related("by").first()
        if found is None or not found.undoable(self.now):
            return None
        at = found.at.astimezone(self.location.zone)
        return LastChange(found.pk, f"{deed(found)} at {at:%H:%M}.", f"{at + UNDO:%H:%M}")

    @property
    def new_visit_url(self) -> str:
        """Where a single visit or a booster is booked."""
        return reverse("scheduling:visit_new", args=[self.plan.pk])


def booster_lines(booking: Booking) -> tuple[Line, ...]:
    """The sessions of a booking in its own words, as it was booked."""
    return tuple(
        Line(str(one.name), one.mark, f"session {one.ordinal}" if one.ordinal else "booster before an event")
        for one in booking.sessions.all()
    )


def notes_of(booking: Booking) -> tuple[str, ...]:
    """For which event it is, why a visit is with this provider or at this time, and why against a rule."""
    override = booking.override_reason
    against = f"Against a rule because: {override}" if override else ""
    words = (booked_for(booking), in_a_sentence(booking.reason), against)
    return tuple(note for note in words if note)


def booked_for(booking: Booking) -> str:
    """For which event a booster was booked, in a sentence; the visit comes with its event."""
    event = getattr(booking, "event", None)
    if event is None:
        return ""
    late = ": this visit lies no longer before it" if booking.date >= event.date else ""
    back = ", which the patient took back" if event.withdrawn_at else ""
    return f"Booked for {event.name} on {spoken(event.date)}{back}{late}."


def in_a_sentence(text: str) -> str:
    """A reason as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def time_url(plan: int, sessions: Iterable[Standing], **query: object) -> str:
    """Where a time is chosen for some sessions of a plan."""
    asked = [("session", f"{one.key}:{one.number}") for one in sessions]
    address = reverse("scheduling:visit_new", args=[plan])
    return f"{address}?{urlencode([*asked, *query.items()])}"
