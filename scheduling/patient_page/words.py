"""How dates, steps and places are said to patients."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scheduling.availability.bits import UNIT
from scheduling.models import Booking
from scheduling.planning.problem import FourDates
from scheduling.planning.reasons import spoken

STEPS = {
    "check-in": "Arrive and check in",
    "numbing": "Numbing cream",
    "dental block": "Numbing at the mouth (dental block)",
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """What happens at a visit: when on the clock, what, and for how long."""

    starts: str
    name: str
    minutes: int


def steps_of(booking: Booking) -> Iterator[StepLine]:
    """The steps of a visit that concern the patient, in their order."""
    return step_lines(booking.steps, booking.minute)


def step_lines(steps: Iterable[Sequence], minute: int) -> Iterator[StepLine]:
    """The steps that concern the patient, as a booking keeps its steps, from a minute of the day on."""
    for name, minutes, holds in steps:
        if "patient" in holds.split():
            yield StepLine(clock_of(minute), STEPS.get(name, name[:1].upper() + name[1:]), minutes)
        minute += -(-minutes // UNIT) * UNIT


def clock_of(minute: int) -> str:
    """Minutes after midnight as a clock shows them."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def stay_of(booking: Booking) -> int:
    """How many minutes the patient is there."""
    return stay(booking.steps)


def stay(steps: Iterable[Sequence]) -> int:
    """How many minutes of steps the patient is there, as a booking keeps its steps."""
    return sum(one.minutes for one in step_lines(steps, 0))


def length_words(minutes: int) -> str:
    """A length as people say it: 1 h 25 min."""
    hours, rest = divmod(minutes, 60)
    return " ".join(word for word in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if word)


def ahead_words(day: datetime.date, today: datetime.date) -> str:
    """How far a day lies ahead: today, tomorrow, in 5 days, in 10 weeks."""
    days = (day - today).days
    if days <= 0:
        return "today"
    if days == 1:
        return "tomorrow"
    return f"in {days} days" if days < 21 else f"in {round(days / 7)} weeks"


def window_words(window: FourDates) -> str:
    """The recommended days, both ends said: a window, never a promised day."""
    return f"between {spoken(window.start)} and {spoken(window.end)}"


def greeting(now: datetime.datetime) -> str:
    """What one says at this hour, on the location's clock."""
    if now.hour < 12:
        return "Good morning"
    return "Good afternoon" if now.hour < 18 else "Good evening"
