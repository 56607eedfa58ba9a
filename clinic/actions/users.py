"""Changes to accounts."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clinic.models import AuditEntry, Location, Provider, StaffRole, User


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
    StaffRole.objects.bulk_create(StaffRole(user=user, location=one, role=role) for one in locations)
    if role == User.Role.PROVIDER:
        Provider.objects.create(user=user, printed_name=name)
    AuditEntry.objects.record(by=by, action="user.added", on=user, role=role)
    return user


@transaction.atomic
def work_as(*, by: User, role: str) -> User:
    """Let somebody work in another role they hold, from now on and wherever they are signed in.

    Raises PermissionDenied for a role they hold nowhere.
    """
    person = User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if not person.staff_roles.filter(role=role).exists():
        raise PermissionDenied("You hold this role nowhere.")
    if person.role != role:
        AuditEntry.objects.record(by=by, action="user.works_as", on=person, before=person.role, role=role)
        person.role = role
        person.save(update_fields=["role"])
    return person
