"""The accounts a manager looks after: staff of their locations, and patients who come there."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from clinic.models import Location, User

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def accounts_of(manager: User) -> QuerySet[User]:
    """Keep the accounts of people who work at the manager's locations or come there as patients."""
    mine = manager.locations.all()
    works = User.locations.through.objects.filter(user=OuterRef("pk"), location__in=mine)
    patients = Q(patient__location__in=mine, role=User.Role.PATIENT)
    return User.objects.filter(patients | (Exists(works) & ~Q(role=User.Role.PATIENT)))


def with_details(accounts: QuerySet[User]) -> QuerySet[User]:
    """Bring along what a list of people shows, in a fixed number of queries."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    found = accounts.annotate(has_second_factor=Exists(factors))
    return found.select_related("patient__location", "provider").prefetch_related("locations")


def elsewhere(manager: User, person: User) -> list[Location]:
    """List the locations a person works at and the manager does not."""
    return list(person.locations.exclude(pk__in=manager.locations.values("pk")))
