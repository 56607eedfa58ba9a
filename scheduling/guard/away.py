"""Who is away, or that the place is shut, on the day of a visit that is booked."""

from collections.abc import Iterator

from scheduling.arranging.blocking import why_not
from scheduling.availability.place import Place
from scheduling.availability.steps import PROVIDER
from scheduling.models import Booking
from scheduling.planning.reasons import spoken


def away(place: Place, booking: Booking) -> Iterator[str]:
    """What absences and closures say against a visit, in words that name its day and time."""
    when = f"{spoken(booking.date)}, {booking.starts}"
    shut = place.shut_on(booking.date)
    if shut is not None:
        yield f"{when}: closed ({shut.reason})."
    for holder in place.holders[PROVIDER]:
        if holder.id == booking.provider_id and holder.away_on(booking.date):
            yield f"{when}: {why_not(holder, booking.date)}."
