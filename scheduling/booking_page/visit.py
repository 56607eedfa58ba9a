"""What the page of one visit shows: its steps on the clock, its sessions, and what can be done now."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from clinic.models import AuditEntry
from scheduling.availability.bits import units
from scheduling.availability.days import EPOCH, LENGTH
from scheduling.boards.affected import because_of
from scheduling.booking_page.adding import AddForm
from scheduling.booking_page.page import PlanStand, booster_lines, notes_of
from scheduling.booking_page.words import STATES, Line, State, booking_state, held_by, hours_of
from scheduling.course.standing import SessionId
from scheduling.guard.bookable import why_it_stays
from scheduling.models import Booking, Given, PlanVersion
from scheduling.naming import SeriesName
from scheduling.planning.reasons import spoken

Status = Booking.Status
DEEDS = {
    "visit.arrived": "checked in",
    "visit.completed": "completed",
    "visit.missed": "did not come",
    "visit.cancelled": "cancelled",
    "visit.reinstated": "booked again: the cancellation was undone",
    "visit.not_treated": "came, nothing was treated",
    "visit.reopened": "open again: what was recorded was withdrawn",
    "visit.added_to": "a treatment added that was left out",
    "visit.dosed": "doses recorded",
    "visit.observed": "graded how it looks",
    "dose.withdrawn": "a dose withdrawn that was recorded wrongly",
    "observation.withdrawn": "a grade withdrawn that was recorded wrongly",
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a visit on the clock, with whom and what it holds."""

    starts: str
    ends: str
    name: str
    minutes: int
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done with a visit, by whom and when on the location's clock."""

    words: str
    by: str
    at: str
    reason: str = ""


class VisitPage:
    """A booked visit at `now` (aware), beside the current version of its plan."""

    def __init__(self, booking: Booking, version: PlanVersion, now: datetime.datetime):
        self.booking, self.version, self.now = booking, version, now
        self.plan, self.patient, self.location = version.plan, booking.patient, booking.location
        self.today = now.astimezone(self.location.zone).date()
        self.stand = PlanStand(version, now)

    @property
    def state(self) -> State:
        """Its state as icon and word."""
        return STATES["affected"] if self.because else booking_state(self.booking, self.today)

    @cached_property
    def because(self) -> str:
        """Why it cannot take place as booked: its hours, provider, room or device changed since."""
        return because_of(self.booking, self.today)

    @property
    def day(self) -> str:
        """Its date with the weekday."""
        return spoken(self.booking.date)

    @property
    def hours(self) -> str:
        """From when to when."""
        return hours_of(self.booking)

    @property
    def held(self) -> tuple[str, ...]:
        """With whom and where."""
        return held_by(self.booking)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why this provider or time, and why against a rule."""
        return notes_of(self.booking)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What no longer holds about it."""
        row = next((one for one in self.stand.rows if one.booking == self.booking.pk), None)
        found = row.warnings if row and self.booking.is_live else ()
        return (f"It cannot take place as booked. {self.because}", *found) if self.because else found

    @cached_property
    def steps(self) -> tuple[StepLine, ...]:
        """Its steps in order, on the clock of its location."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[StepLine]:
        names = {"provider": self.booking.provider, "room": self.booking.room, "device": self.booking.device}
        unit = self.booking.unit
        for name, minutes, holds in self.booking.steps:
            after = unit + units(minutes)
            held = tuple(str(names[kind]) for kind in names if kind in holds.split() and names[kind])
            yield StepLine(self._clock(unit), self._clock(after), name, minutes, held)
            unit = after

    def _clock(self, unit: int) -> str:
        return f"{(EPOCH + unit * LENGTH).astimezone(self.location.zone):%H:%M}"

    @cached_property
    def sessions(self) -> tuple[Line, ...]:
        """Its sessions with their place in the course, and what became of them."""
        rounds = {(one.key, one.ordinal): one.round for one in self.stand.standings.sessions}
        given = {one.key: one for one in self.given}
        return tuple(
            Line(
                line.name,
                line.mark,
                rounds.get((one.key, one.ordinal or 0), line.place),
                given[one.key].because if one.key in given else "",
            )
            for one, line in zip(self.booking.sessions.all(), booster_lines(self.booking), strict=True)
        )

    @cached_property
    def given(self) -> tuple[Given, ...]:
        """What was given at it and stands on record."""
        own = (one for one in self.stand.given if one.booking_id == self.booking.pk)
        return tuple(one for one in own if one.withdrawn_at is None)

    @property
    def recorded(self) -> tuple[tuple[str, str, Given], ...]:
        """What was given at it: its name, its mark, and the record, which can be withdrawn."""
        return tuple(
            (str(SeriesName(one.key, one.treatment, one.area, one.mark)), one.mark, one) for one in self.given
        )

    @property
    def adding(self) -> AddForm:
        """The form for what was given at it and left out by mistake; it has no choices where nothing was."""
        return AddForm(booking=self.booking, given=self.given)

    @cached_property
    def numbered(self) -> tuple[SessionId, ...]:
        """Its sessions by key and number within the version, 0 for a booster; nothing when it is stray."""
        found = self.stand.standings.sessions_of(self.booking)
        live = [one for one in self.booking.sessions.all() if one.is_live]
        return tuple(sorted(found)) if len(found) == len(live) else ()

    @property
    def is_stray(self) -> bool:
        """Whether it belongs to no session of the plan any more."""
        return self.booking.is_live and not self.numbered

    @property
    def is_completed(self) -> bool:
        """Whether what was given is recorded."""
        return self.booking.status == Status.COMPLETED

    @property
    def can_arrive(self) -> bool:
        """Whether the patient can be checked in now."""
        return self.booking.status == Status.BOOKED and self.booking.date == self.today

    @property
    def can_complete(self) -> bool:
        """Whether what was given can be recorded."""
        return self.booking.status in (Status.BOOKED, Status.ARRIVED) and self.booking.date <= self.today

    @property
    def can_miss(self) -> bool:
        """Whether the patient can have failed to come."""
        return self.booking.status in (Status.BOOKED, Status.ARRIVED) and self.booking.at <= self.now

    @property
    def can_cancel(self) -> bool:
        """Whether it can be given up."""
        return self.booking.status == Status.BOOKED

    @cached_property
    def why_it_stays(self) -> str:
        """Why no other time can be chosen for it, and what would work; nothing when it can be moved."""
        found = why_it_stays(self.stand.standings, self.booking)
        if found or self.version.is_approved:
            return found
        return "The plan was changed since. A provider has to approve it before its visits move."

    @property
    def can_move(self) -> bool:
        """Whether another time can be chosen for it."""
        return not self.why_it_stays

    @cached_property
    def history(self) -> tuple[Deed, ...]:
        """What was done with it, the newest first."""
        entries = AuditEntry.objects.about(self.booking).select_related("actor").order_by("-pk")
        found = [
            Deed(
                DEEDS.get(one.action, one.action),
                str(one.actor or ""),
                self._at(one.at),
                reason_in(one.detail),
            )
            for one in entries
        ]
        booked = Deed("booked", self.booking.booked_by.name, self._at(self.booking.booked_at))
        return (*found, booked)

    def _at(self, moment: datetime.datetime) -> str:
        local = moment.astimezone(self.location.zone)
        return f"{spoken(local.date())}, {local:%H:%M}"


def reason_in(detail: dict) -> str:
    """The reason an audit entry holds, if any."""
    return detail.get("reason") or detail.get("left_out") or ""
