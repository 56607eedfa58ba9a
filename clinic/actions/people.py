"""Changes a manager makes to the people of a location: their roles, and whether they may sign in."""

import datetime
from collections.abc import Collection, Iterable

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q

from clinic.actions.hours import spoken
from clinic.models import AuditEntry, Location, Provider, Shift, StaffRole, User
from clinic.models.staff_role import STAFF
from clinic.people import Held, accounts_of, elsewhere, in_words


class NotAllowed(ValidationError):
    """Raised for a change that would leave somebody or a location worse off; it says what would work."""


@transaction.atomic
def change_work(
    *,
    by: User,
    person: User,
    roles: Iterable[Held],
    now: datetime.datetime,
    seen: Collection[str] | None = None,
) -> User:
    """Give somebody of the staff exactly these roles at the manager's locations; those elsewhere stay.

    `seen` are the roles there that the manager was shown, `in_words`; without it they are not compared.
    Raises NotAllowed for oneself, a patient's account, other roles than `seen`, no role left anywhere, a
    provider who still has shifts where they would treat no more, and for the last active manager of a
    location.
    """
    person, wanted = locked(by, person), set(roles)
    if person.role == User.Role.PATIENT:
        raise NotAllowed("A patient's account stays a patient's. Invite the person to work here instead.")
    mine = set(by.locations)
    if {place for place, _ in wanted} - mine:
        raise PermissionDenied("Only locations of your own.")
    held = {(one.location, one.role) for one in person.staff_roles.select_related("location")}
    kept = {(place, role) for place, role in held if place not in mine}
    refuse_unseen(person, held - kept, seen)
    if not wanted | kept:
        raise NotAllowed("Choose where they work and as what, or end their account below.")
    refuse_loss(person, held - kept - wanted, now)
    exchange(person, held - kept - wanted, wanted - held)
    settled = settle_role(person, wanted | kept)
    facts = {"roles": in_words(wanted | kept), "before": in_words(held)}
    AuditEntry.objects.record(by=by, action="user.changed", on=person, **facts, **settled)
    return person


def refuse_unseen(person: User, held: Collection[Held], seen: Collection[str] | None) -> None:
    """Raise NotAllowed when somebody holds other roles by now than a manager was shown."""
    if seen is not None and in_words(held) != sorted(seen):
        instead = ", ".join(sorted(f"{role} at {place}" for place, role in held))
        raise NotAllowed(
            f"Another manager changed {person.name}'s work meanwhile: {instead}. Nothing was saved. "
            "Open this page again before you choose."
        )


def refuse_loss(person: User, lost: Collection[Held], now: datetime.datetime) -> None:
    """Raise NotAllowed where somebody has shifts, or is the last manager, and would be neither any more."""
    treats = {place for place, role in lost if role == User.Role.PROVIDER}
    for place in sorted(treats, key=lambda one: one.name):
        to_come = Q(last=None) | Q(last__gte=now.astimezone(place.zone).date())
        shifts = Shift.objects.filter(to_come, provider__user=person, location=place)
        if found := shifts.order_by(F("last").desc(nulls_first=True)).first():
            until = f", until {spoken(found.last)}" if found.last else ""
            first = "Let those end before today first." if found.last else "End those first."
            raise NotAllowed(f"{person.name} still has shifts at {place}{until}. {first}")
    refuse_without_manager(person, [place for place, role in lost if role == User.Role.MANAGER])


def exchange(person: User, lost: Iterable[Held], gained: Iterable[Held]) -> None:
    """Take roles from somebody of the staff, and give them others."""
    for place, role in lost:
        person.staff_roles.filter(location=place, role=role).delete()
    rows = [StaffRole(user=person, location=place, role=role) for place, role in gained]
    StaffRole.objects.bulk_create(rows)


def settle_role(person: User, held: Collection[Held]) -> dict[str, str]:
    """Let somebody work in a role they hold, and give who treats the name that patients read.

    Gives what the audit keeps of another role that they work in by it.
    """
    roles = {role for _, role in held}
    if User.Role.PROVIDER in roles:
        Provider.objects.get_or_create(user=person, defaults={"printed_name": person.name})
    if person.role in roles:
        return {}
    person.role = min(roles, key=STAFF.index)
    person.save(update_fields=["role"])
    return {"works_as": person.role}


@transaction.atomic
def deactivate(*, by: User, person: User) -> User:
    """End somebody's way in: every session ends at once; what they did stays under their name.

    Raises NotAllowed for oneself, somebody who also works elsewhere, and the last manager of a location.
    """
    person = locked(by, person)
    if kept := elsewhere(by, person):
        raise NotAllowed(also_elsewhere(person, kept, "Their account can be ended"))
    refuse_without_manager(person, Location.objects.managed_by(person))
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
    places = list(person.staff_roles.values_list("location", flat=True))
    list(Location.objects.select_for_update().filter(pk__in=places).order_by("pk"))
    found = accounts_of(by).filter(pk=person.pk)
    if not found.exists():
        raise PermissionDenied("This person belongs to no location of yours.")
    if person.pk == by.pk:
        raise NotAllowed("This is your own account. Ask another manager to change it.")
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def refuse_without_manager(person: User, places: Iterable[Location]) -> None:
    """Raise when one of these places would have no other active manager."""
    for place in sorted(places, key=lambda one: one.name):
        managers = place.staff_roles.filter(role=User.Role.MANAGER, user__is_active=True)
        if not managers.exclude(user=person).exists():
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
