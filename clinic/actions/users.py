"""Changes to accounts."""

from collections.abc import Iterable

from django.db import transaction

from clinic.models import AuditEntry, Location, Provider, User


@transaction.atomic
def add_user(
    *,
    by: User | None,
    email: str,
    name: str,
    role: str,
    locations: Iterable[Location] = (),
    password: str | None = None,
) -> User:
    """Add an account and record it; a provider also gets the name patients read.

    Without a password it signs in by e-mail code, or sets one by the reset link. Raises ValidationError
    naming the field when a value cannot be kept.
    """
    user = User(email=email.lower(), name=name, role=role)
    user.set_password(password)
    user.full_clean()
    user.save()
    user.locations.set(locations)
    if role == User.Role.PROVIDER:
        Provider.objects.create(user=user, printed_name=name)
    AuditEntry.objects.record(by=by, action="user.added", on=user, role=role)
    return user
