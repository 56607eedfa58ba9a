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


@transaction.atomic
def edit_location(*, by: User, location: Location, **facts) -> Location:
    """Change a location's name, address, time zone or grid.

    Visits keep the time they were booked at by the old clock: the form refuses another time zone while any
    are live, as this package knows none. Raises ValidationError naming the fact when it cannot be kept.
    """
    location = Location.objects.select_for_update(of=("self",)).get(pk=location.pk)
    changed = sorted(name for name, value in facts.items() if getattr(location, name) != value)
    for name in changed:
        setattr(location, name, facts[name])
    if changed:
        location.full_clean()
        location.save()
        AuditEntry.objects.record(by=by, action="location.edited", on=location, fields=changed)
    return location
