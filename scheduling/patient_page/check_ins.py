"""Which question about a past visit is due now: after 2, 6 and 10 weeks, each until the next one."""

import datetime
from dataclasses import dataclass

from scheduling.models import Booking, CheckIn
from scheduling.naming import SeriesName
from scheduling.patient_page.course import Course
from scheduling.planning.reasons import spoken

WEEKS = (2, 6, 10)
# A question is answered until the next one is due, the last one for as long.
OPEN = {2: 4, 6: 4, 10: 4}
USUAL = (
    "A smile that is less full is known after MesoBotox of the face: usually for 4 to 6 weeks, for a few "
    "people for about 2 months. It passes."
)
CALL = (
    "Please tell the practice, so that your provider can have a look. Call them today if you have trouble "
    "speaking, swallowing or breathing, or if only one side of your face is weak."
)


@dataclass(frozen=True, slots=True)
class Due:
    """A check-in that waits: about which visit, after how many weeks."""

    booking: Booking
    weeks: int

    @property
    def names(self) -> tuple[SeriesName, ...]:
        """What was given."""
        return tuple(one.name for one in self.booking.sessions.all() if one.is_live)

    @property
    def day(self) -> str:
        """When the visit was."""
        return spoken(self.booking.date)


def due(course: Course) -> tuple[Due, ...]:
    """The check-ins that wait for an answer, the newest visit first."""
    answered = {(one.booking_id, one.weeks) for one in course.check_ins}
    found = (Due(one, weeks) for one in course.past if (weeks := weeks_due(one.date, course.today)))
    return tuple(one for one in found if (one.booking.pk, one.weeks) not in answered)


def weeks_due(visit: datetime.date, today: datetime.date) -> int:
    """Which question about a visit is open today: 2, 6 or 10; 0 for none."""
    passed = (today - visit).days
    return next((weeks for weeks in WEEKS if weeks * 7 <= passed < (weeks + OPEN[weeks]) * 7), 0)


def advice(check_in: CheckIn) -> tuple[str, ...]:
    """What to say after an answer: what is usual, and for a clearly less full smile how to call."""
    if check_in.smile == CheckIn.Smile.FULL:
        return ("Thank you. Your provider sees your answers before your next visit.",)
    if check_in.smile == CheckIn.Smile.LESS:
        return (USUAL, "If it gets in your way, ask the doctor.")
    return (USUAL, CALL)
