"""What a patient's plan and visit pages show."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from scheduling.booking_page.words import State
from scheduling.intake.events import GREEN
from scheduling.models import Booking
from scheduling.patient_page import check_ins, expecting, strip
from scheduling.patient_page.care import Sheet, sheets
from scheduling.patient_page.course import Course
from scheduling.patient_page.effects import band_of, worst
from scheduling.patient_page.moving import why_not
from scheduling.patient_page.words import ahead_words, greeting, length_words, stay_of, steps_of
from scheduling.planning.reasons import spoken
from treatments.current import current_treatments

Status = Booking.Status
STATES = {
    Status.BOOKED: State("good", "calendar-check", "Booked"),
    Status.ARRIVED: State("wait", "user-check", "You are here"),
    Status.COMPLETED: State("quiet", "check", "Done"),
    Status.MISSED: State("quiet", "calendar-x", "Did not take place"),
    Status.CANCELLED: State("quiet", "calendar-off", "Cancelled"),
}
CONFIRMED = State("good", "circle-check", "Confirmed")
WAITS = State("warn", "hourglass", "The practice will tell you")
ON_TRACK, NEEDS_A_DATE = "Your plan is on track", "Your plan needs a date"
CLOSE = "A visit comes close to a day that matters"
NO_PLAN = ("Nothing planned yet", "Your practice will show your plan here once your doctor has signed it.")
REVISED = (
    "Your plan is being revised",
    "The practice changed your plan. You will see it here as soon as your doctor has signed it.",
)
UNBOOKED = ("Your next visit needs a date", "The practice will book it with you. Call them, or ask here.")
OVER = ("Your plan is complete", "Every visit took place. Ask the practice what comes next.")


@dataclass(frozen=True)
class VisitCard:
    """One visit in a few words."""

    course: Course
    booking: Booking

    @property
    def now(self) -> datetime.datetime:
        """The moment it is shown."""
        return self.course.now

    @property
    def location(self):
        """Where it is."""
        return self.booking.location

    @property
    def day(self) -> str:
        """Its date with the weekday."""
        return spoken(self.booking.date)

    @property
    def ahead(self) -> str:
        """How far it lies ahead."""
        return ahead_words(self.booking.date, self.course.today)

    @property
    def provider(self) -> str:
        """With whom, as patients read it."""
        return self.booking.provider.printed_name

    @property
    def room(self) -> str:
        """The room's name."""
        return self.booking.room.name

    @cached_property
    def steps(self):
        """What happens, in order."""
        return tuple(steps_of(self.booking))

    @property
    def minutes(self) -> int:
        """How long the patient is there, in minutes."""
        return stay_of(self.booking)

    @property
    def length(self) -> str:
        """How long, in words."""
        return length_words(self.minutes)

    @property
    def names(self):
        """What is treated."""
        return tuple(one.name for one in self.booking.sessions.all() if one.is_live or not self.is_ahead)

    @property
    def occasion(self) -> str:
        """The day that matters for which it was booked; nothing for a visit of the plan's own."""
        event = getattr(self.booking, "event", None)
        return f"{event.name}, {spoken(event.date)}" if event else ""

    @property
    def is_ahead(self) -> bool:
        """Whether it is booked and still to come."""
        return self.booking.status == Status.BOOKED and self.booking.at > self.now

    @property
    def waits(self) -> bool:
        """Whether its plan is being revised, so that the practice decides about it."""
        return self.booking.is_live and self.course.is_revised(self.booking)

    @property
    def state(self) -> State:
        """Its state as icon and word."""
        if self.waits or (self.booking.status == Status.BOOKED and not self.is_ahead):
            return WAITS
        return (
            CONFIRMED if self.booking.confirmed_at and self.is_ahead else STATES[Status(self.booking.status)]
        )

    @property
    def can_confirm(self) -> bool:
        """Whether it can be confirmed."""
        return self.is_ahead and not self.booking.confirmed_at

    @property
    def can_move(self) -> bool:
        """Whether another time can be chosen here."""
        versions = {one.plan_id: one for one in self.course.versions}
        return self.is_ahead and not why_not(self.course, self.booking, versions.get(self.booking.plan_id))


class PlanPage:
    """The plan and the visits of a patient."""

    def __init__(self, course: Course):
        self.course, self.patient, self.today = course, course.patient, course.today

    @property
    def greeting(self) -> str:
        """A word of welcome for the hour."""
        return greeting(self.course.now.astimezone(self.course.location.zone))

    @cached_property
    def next(self) -> VisitCard | None:
        """The next visit."""
        return VisitCard(self.course, self.course.next) if self.course.next else None

    @cached_property
    def title(self) -> str:
        """Where the plan stands, in one line."""
        if self.next and not self.course.revised:
            return NEEDS_A_DATE if self.overdue else CLOSE if self.warns else ON_TRACK
        return self.empty[0]

    @cached_property
    def warns(self) -> bool:
        """Whether a booked visit comes close to a day that matters."""
        return not all(clear for _, _, clear in self.events)

    @cached_property
    def overdue(self) -> bool:
        """Whether a session should have had its date already."""
        return any(one.window.end < self.today for each in self.course.standings for one in each.needs_a_date)

    @cached_property
    def empty(self) -> tuple[str, str]:
        """What to say where no visit is booked: what is the matter, and what comes next."""
        if self.course.revised:
            return REVISED
        if not self.course.versions:
            return NO_PLAN
        return UNBOOKED if self.later else OVER

    @cached_property
    def lanes(self) -> tuple[strip.Lane, ...]:
        """The plan as a strip."""
        return strip.lanes(self.course)

    @cached_property
    def later(self) -> tuple[strip.Later, ...]:
        """What is to come without a booked day."""
        return strip.later(self.course)

    @cached_property
    def coming(self) -> tuple[VisitCard, ...]:
        """The booked visits to come."""
        return tuple(VisitCard(self.course, one) for one in self.course.coming)

    @cached_property
    def past(self) -> tuple[VisitCard, ...]:
        """The visits that are over, the newest first."""
        coming = {one.pk for one in self.course.coming}
        found = [one for one in reversed(self.course.bookings) if one.pk not in coming]
        return tuple(VisitCard(self.course, one) for one in found if one.status != Status.HELD)

    @cached_property
    def check_ins(self) -> tuple[check_ins.Due, ...]:
        """Questions about past visits that wait for an answer."""
        return check_ins.due(self.course)

    @cached_property
    def smile_now(self) -> str:
        """Until when the smile may be less full after a past visit; nothing when that is over."""
        smile = expecting.smile_now(self.course)
        return smile.words(self.today) if smile else ""

    @cached_property
    def smile_next(self) -> str:
        """Until when it may be after the next one."""
        smile = expecting.smile_next(self.course)
        return smile.words(self.today) if smile else ""

    @cached_property
    def events(self) -> tuple[tuple[str, str, bool], ...]:
        """The days that matter, and whether every booked visit keeps clear of them."""
        return tuple((one.name, spoken(one.date), self._clear(one.date)) for one in self.course.events)

    def _clear(self, day: datetime.date) -> bool:
        records = self.course.records
        bands = (
            band_of(records[each.key], one.date, day)
            for one in self.course.coming
            for each in one.sessions.all()
            if each.is_live and each.key in records
        )
        return worst(bands) == GREEN

    @property
    def no_guarantee(self) -> str:
        """What stands under everything that speaks of results (R31)."""
        return expecting.NO_GUARANTEE


class VisitPage(PlanPage):
    """One visit with what to expect, and care before and after."""

    def __init__(self, course: Course, booking: Booking):
        super().__init__(course)
        self.booking, self.card = booking, VisitCard(course, booking)

    @cached_property
    def expected(self) -> tuple[expecting.AreaCard, ...]:
        """What to expect, area by area."""
        return expecting.cards(self.course, self.booking)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Care before and after, by kind of treatment."""
        treatments = current_treatments()
        keys = {one.key.split(".", 1)[0] for one in self.booking.sessions.all()}
        return sheets(one.kind for key, one in treatments.items() if key in keys)

    @property
    def one_step(self) -> str:
        """That one visit does not change everything (R19)."""
        return expecting.ONE_STEP
