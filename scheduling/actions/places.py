"""Changes to a location that its booked visits have a say in."""

import datetime

from django.core.exceptions import ValidationError

from clinic.actions.locations import edit_location
from clinic.models import Location, User
from scheduling.claiming.turns import as_one
from scheduling.models import Booking


@as_one
def edit_place(*, by: User, location: Location, now: datetime.datetime, **facts) -> Location:
    """Change the facts of a location; its time zone only while no visit is booked by it.

    The whole row is locked before visits are counted, which waits for everybody who is writing some there
    (`claiming.turns.held_clock`). Whoever comes later waits for this, reads the new clock and is refused what
    was chosen by the old one. Raises ValidationError naming the fact that cannot be kept, and why.
    """
    found = Location.objects.select_for_update(of=("self",)).get(pk=location.pk)
    if facts.get("time_zone", found.time_zone) != found.time_zone:
        refuse_booked(found, now)
    return edit_location(by=by, location=found, **facts)


def refuse_booked(location: Location, now: datetime.datetime) -> None:
    """Refuse another clock while times are taken by this one: every visit would show a wrong time."""
    taken = Booking.objects.filter(location=location).live().without_expired(now)
    if count := taken.count():
        text = (
            f"Visits or held times still stand by this clock ({count}) and would show a wrong time. "
            "Complete, cancel or move them first."
        )
        raise ValidationError({"time_zone": ValidationError(text, code="taken")})
