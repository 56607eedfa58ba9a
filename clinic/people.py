"""The accounts a manager looks after: staff of their locations, and patients who come there."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from clinic.models import Location, StaffRole, User

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def accounts_of(manager: User) -> QuerySet[User]:
    """Keep the accounts of people who work at the manager's locations or come there as patients."""
    mine = manager.locations.all()
    works = StaffRole.objects.filter(user=OuterRef("pk"), location__in=mine)
    patients = Q(patient__location__in=mine, role=User.Role.PATIENT)
    return User.objects.filter(patients | (Exists(works) & ~Q(role=User.Role.PATIENT)))


def with_details(accounts: QuerySet[User]) -> QuerySet[User]:
    """Bring along what a list of people shows, in a fixed number of queries."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    found = accounts.annotate(has_second_factor=Exists(factors))
    roles = Prefetch("staff_roles", StaffRole.objects.select_related("location"))
    return found.select_related("patient__location", "provider").prefetch_related(roles)


def elsewhere(manager: User, person: User) -> list[Location]:
    """List the locations a person works at, in whatever role, and the manager does not manage."""
    works = Location.objects.filter(pk__in=person.staff_roles.values("location"))
    return list(works.exclude(pk__in=manager.locations.values("pk")))
