"""The vocabulary of the access table: every route has a row that says who may use it."""

from collections.abc import Callable
from dataclasses import dataclass

from clinic.models import Location, Patient, User

COORDINATOR, PROVIDER, MANAGER, PATIENT = User.Role.values[0], User.Role.values[1], "manager", "patient"
STAFF = (COORDINATOR, PROVIDER, MANAGER)
EVERYONE = (*STAFF, PATIENT)


@dataclass(frozen=True)
class World:
    """One person in each role at Park Street, and what they may and may not see.

    The patient role is Maya, whose record is `patient`; Bob, `stranger`, comes to Lakeside, where none
    of them belong.
    """

    location: Location
    other_location: Location
    people: dict[str, User]
    patient: Patient
    stranger: Patient


@dataclass(frozen=True)
class Row:
    """Who may GET and POST a route: roles, or None where the method does not exist (405 for all).

    `own` and `foreign` make the address's arguments for an object the people may see and one they may
    not; `data` makes what an allowed POST sends. `json` routes answer a stranger 401. `public` routes need
    no sign-in. `library` routes are django-allauth's: it decides, and we ask only that it never breaks.
    """

    get: tuple[str, ...] | None = EVERYONE
    post: tuple[str, ...] | None = None
    own: Callable[[World], dict] = lambda world: {}
    foreign: Callable[[World], dict] | None = None
    data: Callable[[World], dict] = lambda world: {}
    json: bool = False
    public: bool = False
    library: bool = False
