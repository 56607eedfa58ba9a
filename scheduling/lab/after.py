"""The booked visits of a plan that its version no longer allows: to re-plan once it is signed."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduling.course.standing import Standings
from scheduling.lab.impact import days_outside, missed_words
from scheduling.models import Booking, PlanVersion
from scheduling.planning.problem import FourDates

Missed = tuple[str, str, FourDates | None]


@dataclass(frozen=True, slots=True)
class ToReplan:
    """A booked visit with each session that misses its window: its name, by how much, and the window."""

    booking: Booking
    wrong: tuple[Missed, ...]


def to_replan(version: PlanVersion, now: datetime.datetime) -> list[ToReplan]:
    """The visits booked from today on that stand outside the windows of a version, by date, in two queries.

    `version` comes `with_details`. Nothing is moved: the visits stay as booked until somebody re-plans.
    """
    today = now.astimezone(version.plan.location.zone).date()
    standings = Standings.of(version, today)
    windows = {(one.key, one.number): one.window for one in standings.sessions if one.booking}
    found = []
    for booking in standings.bookings:
        comes = booking.date >= today and booking.status != Booking.Status.HELD
        wrong = tuple(missed(booking, standings, windows)) if comes else ()
        if wrong:
            found.append(ToReplan(booking, wrong))
    return found


def missed(
    booking: Booking, standings: Standings, windows: Mapping[tuple[str, int], FourDates]
) -> Iterator[Missed]:
    """The sessions of a booked visit that miss their windows, or have no place in the version any more."""
    for one in booking.sessions.all():
        if not one.is_live or not one.ordinal:
            continue
        series = standings.series.get(one.key)
        window = windows.get((one.key, one.number_after(series.done))) if series else None
        days = days_outside(window, booking.date)
        if days != 0:
            yield str(one.name), missed_words(days), window
