"""Every coming visit of a location that cannot take place as booked, plan by plan."""

import datetime
from collections.abc import Sequence
from functools import cached_property

from clinic.models import Location
from scheduling.boards.affected import Affected, affected
from scheduling.boards.rows import Disturbed, Row, by_plan, lines_of, rounds_of
from scheduling.booking_page.words import booking_state
from scheduling.models import Booking


class AffectedPlans:
    """The plans with affected visits at `now`, aware, the soonest first; a slice of it tells everything."""

    def __init__(self, location: Location, now: datetime.datetime):
        self.today = now.astimezone(location.zone).date()
        self.visits = affected(location, self.today)

    @cached_property
    def because(self) -> dict[int, str]:
        """Why a visit cannot take place as booked, by its id."""
        return {one.booking: one.because for one in self.visits}

    @cached_property
    def plans(self) -> list[int]:
        """Their plans (ids), the one with the soonest first."""
        return list(dict.fromkeys(one.plan for one in self.visits))

    def __len__(self) -> int:
        return len(self.plans)

    def __getitem__(self, asked: slice) -> list[Disturbed]:
        return disturbed([one for one in self.visits if one.plan in self.plans[asked]], self.today)


def disturbed(found: Sequence[Affected], today: datetime.date) -> list[Disturbed]:
    """Affected visits with their details by plan, the soonest first."""
    because = {one.booking: one.because for one in found}
    bookings = list(Booking.objects.filter(pk__in=because).with_details())
    rounds = rounds_of(bookings)
    return by_plan(
        Row(one, booking_state(one, today), lines_of(one, rounds), because[one.pk]) for one in bookings
    )
