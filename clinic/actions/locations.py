"""Changes to locations."""

from django.db import transaction

from clinic.models import AuditEntry, Location, User


@transaction.atomic
def open_location(*, by: User | None, **facts) -> Location:
    """Add a location and record it; facts are name, slug, time zone, open weekdays and address.

    Raises ValidationError naming the fact when it cannot be kept.
    """
    location = Location(**facts)
    location.full_clean()
    location.save()
    AuditEntry.objects.record(by=by, action="location.opened", on=location)
    return location
