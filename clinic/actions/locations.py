"""Changes to locations."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from clinic.actions.hours import open_weekly
from clinic.models import AuditEntry, Location, StaffRole, User


@transaction.atomic
def open_location(*, by: User | None, **facts) -> Location:
    """Add a location and record it; facts are the fields of a location.

    Raises ValidationError naming the fact when it cannot be kept.
    """
    location = Location(**facts)
    refuse_taken(location)
    location.full_clean()
    save_named(location)
    AuditEntry.objects.record(by=by, action="location.opened", on=location)
    return location


def refuse_taken(location: Location) -> None:
    """Raise for a name or a short name that another location has, and say which."""
    others = Location.objects.exclude(pk=location.pk)
    if other := others.filter(name__iexact=location.name).first():
        text = f"There is a location called {other} already. Give this one another name."
        raise ValidationError({"name": ValidationError(text, code="taken")})
    if other := others.filter(slug=location.slug).first():
        text = f"The short name {location.slug} is {other}'s already. Choose another."
        raise ValidationError({"slug": ValidationError(text, code="taken")})


def save_named(location: Location) -> None:
    """Save a location; ValidationError when another one took its name at this very moment."""
    try:
        with transaction.atomic():
            location.save()
    except IntegrityError:
        text = "Another location was given this name or short name a moment ago. Choose another one."
        raise ValidationError({"name": ValidationError(text, code="taken")}) from None


@transaction.atomic
def open_place(*, by: User, hours: Iterable[tuple[int, int, int]], **facts) -> Location:
    """Open a location with its opening hours, (ISO weekday, opens, closes), where its manager works too.

    All of it or nothing: without the manager nobody could look after it. Raises PermissionDenied for anybody
    but a manager, ValidationError as `open_location` and `open_weekly` do.
    """
    if by.role != User.Role.MANAGER:
        raise PermissionDenied("Managers open locations.")
    location = open_weekly(by=by, location=open_location(by=by, **facts), hours=hours)
    StaffRole.objects.create(user=by, location=location, role=by.role)
    AuditEntry.objects.record(by=by, action="user.changed", on=by, added=f"{location.slug}: {by.role}")
    return location


@transaction.atomic
def edit_location(*, by: User | None, location: Location, **facts) -> Location:
    """Change a location's name, address, phone, time zone, grid, notice or reminders.

    Visits keep the time they were booked at by the old clock, and this package knows none: while any are
    live, `scheduling.actions.places.edit_place` refuses another time zone. Raises ValidationError naming the
    fact when it cannot be kept.
    """
    location = Location.objects.select_for_update(of=("self",)).get(pk=location.pk)
    changed = sorted(name for name, value in facts.items() if getattr(location, name) != value)
    for name in changed:
        setattr(location, name, facts[name])
    if changed:
        refuse_taken(location)
        location.full_clean()
        save_named(location)
        AuditEntry.objects.record(by=by, action="location.edited", on=location, fields=changed)
    return location
