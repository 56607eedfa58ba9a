"""Changes to accounts."""

from collections.abc import Iterable

from django.db import transaction

from clinic.models import AuditEntry, Location, Provider, User


@transaction.atomic
def add_user(
    *, by: User | None, email: str, name: str, role: str, locations: Iterable[Location] = ()
) -> User:
    """Add an account without a password and record it; a provider also gets the name patients read.

    Raises ValidationError naming the field when a value cannot be kept.
    """
    user = User(email=email.lower(), name=name, role=role)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    user.locations.set(locations)
    if role == User.Role.PROVIDER:
        Provider.objects.create(user=user, printed_name=name)
    AuditEntry.objects.record(by=by, action="user.added", on=user, role=role)
    return user
