"""The demo's day under way: some patients are treated, some are here, and one is late."""

import datetime
from collections.abc import Sequence

from scheduling.actions import visits
from scheduling.demo.cast import Cast
from scheduling.demo.past import ends
from scheduling.models import Booking

HOUR = datetime.timedelta(hours=1)
# A demo is looked at at any hour: so many visits of the day have begun even before their time.
BEGUN = 4


def seed_today(cast: Cast) -> None:
    """Record at every location what has happened today, unless something was recorded there already."""
    for location in cast.locations:
        today = Booking.objects.expected().filter(location=location, date=cast.today(location))
        if not today.exclude(status=Booking.Status.BOOKED).exists():
            happen(cast, list(today.with_details().order_by("unit")))


def happen(cast: Cast, bookings: Sequence[Booking]) -> None:
    """Treat whose time is over and the first of all, check in the others who had to come, but for one."""
    begun = bookings[: max(BEGUN, sum(one.at <= cast.now for one in bookings))]
    late = min(begun[1:-1], key=lambda one: abs(cast.now - HOUR - one.at), default=None)
    for booking in begun:
        if booking is late:
            continue
        visits.arrive(by=cast.coordinator(booking.location), booking=booking, now=cast.now)
        if booking is begun[0] or ends(booking) <= cast.now:
            keys = [one.key for one in booking.sessions.all()]
            visits.complete(by=booking.provider.user, booking=booking, treated=keys, now=cast.now)
