"""Booked visits as rows of a list: their state, their sessions in words, why they are there; and by plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from scheduling.boards.due import round_of
from scheduling.booking_page.words import Line, State
from scheduling.models import Booking, PlanSeries, PlanVersion

Rounds = dict[tuple[int, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """A booked visit: its state, its sessions in words, why it is here, and what is next."""

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


def by_plan(rows: Iterable[Row]) -> list[Disturbed]:
    """Visits by their plans, the plan with the soonest first."""
    ordered = sorted(rows, key=lambda one: (one.booking.plan_id, one.booking.unit))
    plans = [tuple(group) for _, group in groupby(ordered, key=lambda one: one.booking.plan_id)]
    return [Disturbed(group) for group in sorted(plans, key=lambda group: group[0].booking.unit)]


def rounds_of(bookings: Iterable[Booking]) -> Rounds:
    """The sessions given before and first planned of these visits' series, as their plans stand."""
    current = PlanVersion.objects.current().filter(plan__in={one.plan_id for one in bookings})
    series = PlanSeries.objects.filter(version__in=current).order_by()
    rows = series.values_list("version__plan", "key", "done", "initial")
    return {(plan, key): (done, initial) for plan, key, done, initial in rows}


def lines_of(booking: Booking, rounds: Rounds) -> tuple[Line, ...]:
    """The sessions of a visit in words, with their rounds."""
    return tuple(
        Line(str(one.name), one.mark, ordinal_words(one.ordinal, rounds.get((booking.plan_id, one.key))))
        for one in booking.sessions.all()
    )


def ordinal_words(ordinal: int | None, counts: tuple[int, int] | None) -> str:
    """The place of a booked session in its course, in words; a series that left the plan has no rounds."""
    if not ordinal:
        return "booster before an event"
    if counts is None:
        return f"session {ordinal}"
    done, initial = counts
    return round_of(ordinal, done + initial, ordinal - done > initial)
