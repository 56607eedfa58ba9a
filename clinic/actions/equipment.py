"""Changes to rooms and devices."""

from django.db import transaction

from clinic.models import AuditEntry, Device, Location, Room, User


@transaction.atomic
def add_room(*, by: User | None, location: Location, name: str, position: int = 1) -> Room:
    """Add a room; ValidationError when the location has one of this name."""
    return added(Room(location=location, name=name, position=position), by)


@transaction.atomic
def add_device(*, by: User | None, location: Location, name: str, position: int = 1) -> Device:
    """Add a device; ValidationError when the location has one of this name."""
    return added(Device(location=location, name=name, position=position), by)


@transaction.atomic
def edit(*, by: User, thing: Room | Device, name: str, position: int, is_active: bool) -> Room | Device:
    """Rename or move a room or device, or say whether it can be booked; visits that hold it stay.

    Raises ValidationError when the location has another one of this name.
    """
    thing = type(thing).objects.select_for_update(of=("self",)).get(pk=thing.pk)
    thing.name, thing.position, thing.is_active = name, position, is_active
    thing.full_clean()
    thing.save()
    action = f"{thing._meta.model_name}.edited"
    AuditEntry.objects.record(by=by, action=action, on=thing, is_active=is_active)
    return thing


def added(thing, by: User | None):
    """Save a room or device and record it."""
    thing.full_clean()
    thing.save()
    AuditEntry.objects.record(by=by, action=f"{thing._meta.model_name}.added", on=thing)
    return thing
