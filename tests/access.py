"""The vocabulary of the access table: every route has a row that says who may use it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from clinic.models import Location, Patient, User

COORDINATOR, PROVIDER, MANAGER, PATIENT = User.Role.values[0], User.Role.values[1], "manager", "patient"
STAFF = (COORDINATOR, PROVIDER, MANAGER)
EVERYONE = (*STAFF, PATIENT)


@dataclass(frozen=True)
class World:
    """One person in each role at Park Street, and what they may and may not see.

    The patient role is Maya, whose record is `patient`. Ines, `neighbour`, is a patient of Park Street
    with an account too: hers is Maya's no more than Bob's, `stranger`, who comes to Lakeside, where none
    of the people belong.
    """

    location: Location
    other_location: Location
    people: dict[str, User]
    patient: Patient
    neighbour: Patient
    stranger: Patient


Arguments = Callable[[World], dict]


@dataclass(frozen=True)
class Row:
    """Who may GET and POST a route: roles, or None where the method does not exist (405 for all).

    `own` and `foreign` make the address's arguments for an object the people may see and one they may
    not, made for `world.patient` and `world.stranger`; `data` makes what an allowed POST sends.
    For the patient role `own` is Maya's, unless `mine` makes another; `other` is the same made for
    `world.neighbour`, and left out it is what `foreign` makes when she is the stranger.
    A GET that is allowed answers 200, asked with `query`; or it leads to an address that begins with one of
    `leads`. `json` routes answer a stranger 401. `public` routes need no sign-in. `library` routes are
    django-allauth's and the demo's: what they answer stands in clinic/library_routes.py.
    """

    get: tuple[str, ...] | None = EVERYONE
    post: tuple[str, ...] | None = None
    own: Arguments = lambda world: {}
    foreign: Arguments | None = None
    data: Arguments = lambda world: {}
    json: bool = False
    public: bool = False
    library: bool = False
    leads: tuple[str, ...] = ()
    query: Arguments = lambda world: {}
    mine: Arguments | None = None
    other: Arguments | None = None

    def objects(self, world: World) -> dict[str, dict]:
        """Make the address's arguments by whose object it names: own, mine, other, foreign, or none."""
        if self.foreign is None:
            return {"none": self.own(world)}
        made = {"own": self.own(world), "foreign": self.foreign(world)}
        made["mine"] = self.mine(world) if self.mine else made["own"]
        if PATIENT in (self.get or ()) + (self.post or ()):
            other = self.other or (lambda world: self.foreign(replace(world, stranger=world.neighbour)))
            made["other"] = other(world)
        return made
