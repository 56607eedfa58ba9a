"""Changes a manager makes to the people of a location: role, places, and whether they may sign in."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, Location, Provider, Shift, User
from clinic.people import accounts_of, elsewhere

STAFF = (User.Role.COORDINATOR, User.Role.PROVIDER, User.Role.MANAGER)


class NotAllowed(ValidationError):
    """Raised for a change that would leave somebody or a location worse off; it says what would work."""


@transaction.atomic
def change_work(*, by: User, person: User, role: str, locations: Iterable[Location]) -> User:
    """Give somebody of the staff another role or other locations; those that are not the manager's stay.

    Raises NotAllowed for oneself, a patient's account, nowhere to work, another role of somebody who also
    works elsewhere, and for the last active manager of a location.
    """
    person, wanted = locked(by, person), set(locations)
    if wanted - set(by.locations.all()):
        raise PermissionDenied("Only locations of your own.")
    kept = set(elsewhere(by, person))
    refuse_role(person, role, kept)
    if not wanted | kept:
        raise NotAllowed("Choose where they work, or end their account below.")
    refuse_unmanaged(person, role, wanted | kept)
    facts = {"role": role, "before": person.role, "locations": sorted(one.slug for one in wanted | kept)}
    person.role = role
    person.save(update_fields=["role"])
    person.locations.set(wanted | kept)
    if role == User.Role.PROVIDER:
        Provider.objects.get_or_create(user=person, defaults={"printed_name": person.name})
    AuditEntry.objects.record(by=by, action="user.changed", on=person, **facts)
    return person


def refuse_role(person: User, role: str, kept: set[Location]) -> None:
    """Raise for a role somebody cannot have: a patient's, one of two, or another while shifts go on."""
    if person.role == User.Role.PATIENT or role not in STAFF:
        raise NotAllowed("A patient's account stays a patient's. Invite the person to work here instead.")
    if role == person.role:
        return
    if kept:
        raise NotAllowed(also_elsewhere(person, kept, "Their role can be changed"))
    if Shift.objects.filter(provider__user=person, last=None).exists():
        raise NotAllowed(f"{person.name} still has shifts. End those first.")


def refuse_unmanaged(person: User, role: str, locations: set[Location]) -> None:
    """Raise when a manager's new role and locations would leave a location without one."""
    if person.role == User.Role.MANAGER:
        managed = locations if role == User.Role.MANAGER else set()
        refuse_without_manager(person, set(person.locations.all()) - managed)


@transaction.atomic
def deactivate(*, by: User, person: User) -> User:
    """End somebody's way in: every session ends at once; what they did stays under their name.

    Raises NotAllowed for oneself, somebody who also works elsewhere, and the last manager of a location.
    """
    person = locked(by, person)
    if kept := elsewhere(by, person):
        raise NotAllowed(also_elsewhere(person, kept, "Their account can be ended"))
    if person.role == User.Role.MANAGER:
        refuse_without_manager(person, set(person.locations.all()))
    if person.is_active:
        person.is_active = False
        person.save(update_fields=["is_active"])
        AuditEntry.objects.record(by=by, action="user.deactivated", on=person)
    end_sessions(person)
    return person


@transaction.atomic
def reactivate(*, by: User, person: User) -> User:
    """Let somebody sign in again, with the password and second factor they had."""
    person = locked(by, person)
    if kept := elsewhere(by, person):
        raise NotAllowed(also_elsewhere(person, kept, "Their account can be opened again"))
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        AuditEntry.objects.record(by=by, action="user.reactivated", on=person)
    return person


@transaction.atomic
def print_as(*, by: User, provider: Provider, printed_name: str, title: str) -> Provider:
    """Change the name and title patients read; what is signed already keeps the name it was signed with.

    Raises NotAllowed for a provider who also works where the manager has no say.
    """
    provider = Provider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
    if kept := elsewhere(by, provider.user):
        raise NotAllowed(
            also_elsewhere(provider.user, kept, "Their printed name and treatments can be changed")
        )
    provider.printed_name, provider.title = printed_name, title
    provider.full_clean()
    provider.save()
    AuditEntry.objects.record(by=by, action="provider.edited", on=provider)
    return provider


def locked(by: User, person: User) -> User:
    """Lock an account and its locations; NotAllowed for one's own, PermissionDenied for others'.

    The locations are locked first and in order, so two managers cannot end each other's account at once.
    """
    if by.role != User.Role.MANAGER:
        raise PermissionDenied("Managers look after accounts.")
    places = Location.objects.filter(staff=person).values_list("pk", flat=True)
    list(Location.objects.select_for_update().filter(pk__in=list(places)).order_by("pk"))
    found = accounts_of(by).filter(pk=person.pk)
    if not found.exists():
        raise PermissionDenied("This person belongs to no location of yours.")
    if person.pk == by.pk:
        raise NotAllowed("This is your own account. Ask another manager to change it.")
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def refuse_without_manager(person: User, places: Iterable[Location]) -> None:
    """Raise when one of these places would have no other active manager."""
    for place in sorted(places, key=lambda one: one.name):
        others = User.objects.filter(role=User.Role.MANAGER, is_active=True, locations=place)
        if not others.exclude(pk=person.pk).exists():
            raise NotAllowed(
                f"{person.name} is the last active manager of {place}. Make somebody else one first."
            )


def also_elsewhere(person: User, places: Iterable[Location], what: str) -> str:
    """Say that a person works where the manager has no say, and who has."""
    names = ", ".join(sorted(str(one) for one in places))
    return (
        f"{person.name} also works at {names}. {what} by a manager of all their locations; "
        "you can take your own locations from them."
    )


def end_sessions(person: User) -> None:
    """Sign somebody out everywhere."""
    for session in UserSession.objects.filter(user=person):
        session.end()
