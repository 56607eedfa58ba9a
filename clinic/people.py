"""The accounts a manager looks after: staff of their locations, and patients who come there."""

import datetime
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from clinic.models import Location, StaffRole, User

Held = tuple[Location, str]
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def accounts_of(manager: User) -> QuerySet[User]:
    """Keep the accounts of people who work at the manager's locations or come there as patients."""
    mine = manager.locations.all()
    works = StaffRole.objects.filter(user=OuterRef("pk"), location__in=mine)
    patients = Q(patient__location__in=mine, role=User.Role.PATIENT)
    return User.objects.filter(patients | (Exists(works) & ~Q(role=User.Role.PATIENT)))


def zone_of(manager: User) -> datetime.tzinfo:
    """The clock of the manager's first location; UTC for somebody without one."""
    place = manager.locations.first()
    return place.zone if place else timezone.get_current_timezone()


def with_details(accounts: QuerySet[User]) -> QuerySet[User]:
    """Bring along what a list of people shows, in a fixed number of queries."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    found = accounts.annotate(has_second_factor=Exists(factors))
    roles = Prefetch("staff_roles", StaffRole.objects.select_related("location"))
    return found.select_related("patient__location", "provider").prefetch_related(roles)


def in_words(held: Iterable[Held]) -> list[str]:
    """Write roles as the audit keeps them, in order: park-street: manager."""
    return sorted(f"{place.slug}: {role}" for place, role in held)


def elsewhere(manager: User, person: User) -> list[Location]:
    """List the locations a person works at, in whatever role, and the manager does not manage."""
    works = Location.objects.filter(pk__in=person.staff_roles.values("location"))
    return list(works.exclude(pk__in=manager.locations.values("pk")))
