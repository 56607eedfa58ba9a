"""What pages call the states of sessions and visits, and how they say when, with whom and where."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from clinic.models.clock import DAY, clock
from scheduling.composing.words import WEEKDAYS
from scheduling.course.standing import Standing
from scheduling.models import Booking, PlanVersion, Wishes
from scheduling.planning.problem import FourDates
from scheduling.planning.reasons import spoken


@dataclass(frozen=True, slots=True)
class State:
    """A state as the status component draws it: its look, its icon and its word."""

    kind: str
    icon: str
    word: str


STATES = {
    "done": State("quiet", "check", "Done"),
    "completed": State("quiet", "check", "Done"),
    "booked": State("good", "calendar-check", "Booked"),
    "arrived": State("wait", "user-check", "Here"),
    "held": State("warn", "hourglass", "Held"),
    "affected": State("stop", "triangle-alert", "Needs another time"),
    "unresolved": State("warn", "circle-question-mark", "What happened?"),
    "needs a date": State("warn", "calendar-x", "Needs a date"),
    "overdue": State("stop", "clock-alert", "Overdue"),
    "missed": State("stop", "user-x", "Did not come"),
    "cancelled": State("quiet", "calendar-off", "Cancelled"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A session within a visit: its name, its mark, its place in the course, and what is to be known."""

    name: str
    mark: str
    place: str
    more: str = ""


def line_of(one: Standing, more: str = "") -> Line:
    """A session of a plan in words."""
    return Line(str(one.name), one.name.mark, one.round, more)


def booking_state(booking: Booking, today: datetime.date) -> State:
    """The state of a booked visit; one whose day has passed and was not settled asks what happened."""
    open_still = (Booking.Status.BOOKED, Booking.Status.ARRIVED)
    if booking.status in open_still and booking.date < today:
        return STATES["unresolved"]
    return STATES[booking.status]


def hours_of(booking: Booking) -> str:
    """From when to when a visit is on the clock: 09:15 to 10:25."""
    return f"{booking.starts} to {booking.ends}"


def held_by(booking: Booking) -> tuple[str, ...]:
    """With whom and where a visit is: its provider, room and device, which must be fetched."""
    names = (booking.provider.printed_name, booking.room.name, booking.device and booking.device.name)
    return tuple(name for name in names if name)


def window_words(window: FourDates) -> str:
    """A window with both its ends, its hard limits, and from when on it is overdue."""
    due = f"from {spoken(window.start)} to {spoken(window.end)}, overdue after that"
    early = "" if window.earliest == window.start else f"not before {spoken(window.earliest)}, "
    return f"{due}; {early}{spoken(window.latest)} at the latest"


def with_windows(sessions: Sequence[Standing]) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Sessions with the window of each; a window that all of them share is said once, beside them."""
    words = [window_words(one.window) for one in sessions]
    if len(set(words)) == 1:
        return tuple(line_of(one) for one in sessions), (f"Due {words[0]}.",)
    lines = (line_of(one, f"due {more}") for one, more in zip(sessions, words, strict=True))
    return tuple(lines), ()


def outside_words(one: Standing) -> str:
    """Why a booked session no longer fits its window, counted from what was really given; else nothing."""
    if one.booking is None:
        return ""
    if one.date < one.window.earliest:
        return f"{one.name}: now too soon, {spoken(one.window.earliest)} at the earliest"
    if one.date > one.window.latest:
        return f"{one.name}: now too late, {spoken(one.window.latest)} at the latest"
    return ""


def wishes_words(wishes: Wishes, version: PlanVersion) -> tuple[tuple[str, str], ...]:
    """A patient's wishes in words; without a wished provider it is whoever approved the plan."""
    open_days = version.plan.patient.location.weekdays
    days = [WEEKDAYS[day] for day in open_days if day in wishes.weekdays]
    starts = f"from {clock(wishes.starts)}" if wishes.starts else ""
    ends = f"until {clock(wishes.ends)}" if wishes.ends < DAY else ""
    approver = getattr(version.approved_by, "provider", None)
    return (
        ("Days", "Any day" if len(days) in (0, len(open_days)) else ", ".join(days)),
        ("Hours", " ".join(filter(None, (starts, ends))).capitalize() or "Any time"),
        ("Provider", str(wishes.provider or approver or "Anybody")),
        ("Reminders", wishes.get_reminders_display()),
    )


def reasons(refusal: Exception) -> tuple[str, ...]:
    """Every reason that a refusal gives."""
    return tuple(refusal.messages) if isinstance(refusal, ValidationError) else (str(refusal),)


def moved_words(booking: Booking) -> str:
    """Where a visit is that was just moved or booked, with whom, and why not with its own provider."""
    where = f"{spoken(booking.date)}, {hours_of(booking)}, {', '.join(held_by(booking))}."
    who = booking.provider.printed_name
    return f"{where} With {who} because {booking.reason}." if booking.reason else where
