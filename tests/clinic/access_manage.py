"""Who may use the managers' pages: managers, and only for people and places of their own locations."""

import datetime

from django.utils import timezone

from clinic.models import Closure, Device, Erasure, Invitation, Location, Provider, Room, Shift, User
from tests.access import MANAGER, PROVIDER, Row, World
from tests.staff import let_work

ONLY = (MANAGER,)
DAY = datetime.date(2030, 1, 2)


def nobody(world: World) -> User:
    """Somebody who works at Lakeside alone."""
    user = User.objects.create_user("lena@example.com", "correct horse", name="Lena", role="coordinator")
    let_work(user, world.other_location)
    return user


def invitation(location: Location, name: str) -> dict:
    """An open invitation to work at a location, by somebody who works nowhere."""
    now = timezone.now()
    host = User.objects.create_user(f"{name}-host@example.com", "correct horse", name="Host", role="manager")
    found = Invitation.objects.create(
        email=f"{name}@example.com",
        name=name,
        role="coordinator",
        invited_by=host,
        token_hash=name.ljust(64, "0"),
        invited_at=now,
        expires_at=now + datetime.timedelta(days=1),
    )
    found.locations.add(location)
    return {"pk": found.pk}


def treats(location: Location) -> Provider:
    """Somebody who treats at a location, and nowhere else."""
    user = User.objects.create_user(
        f"{location.slug}@example.com", "correct horse", name="Kim", role=PROVIDER
    )
    let_work(user, location)
    return Provider.objects.create(user=user, printed_name="Dr. Kim Park")


def shift(location: Location) -> dict:
    """A shift of somebody who treats at a location."""
    times = {"weekday": 1, "starts": 540, "ends": 1020, "first": DAY}
    return {"pk": Shift.objects.create(provider=treats(location), location=location, **times).pk}


def of(kind):
    """Say how a room or device is made at the person's location, and elsewhere."""

    def named(location: Location) -> dict:
        return {"pk": kind.objects.create(location=location, name="One").pk}

    return {
        "own": lambda world: named(world.location),
        "foreign": lambda world: named(world.other_location),
    }


def closure(location: Location) -> dict:
    """Days on which a location is shut."""
    return {"pk": Closure.objects.create(location=location, first=DAY, last=DAY, reason="Holiday").pk}


def wish(patient) -> dict:
    """A patient's wish for erasure."""
    return {"pk": Erasure.objects.create(patient=patient).pk}


ACCOUNT = {
    "own": lambda world: {"pk": world.people["coordinator"].pk},
    "foreign": lambda world: {"pk": nobody(world).pk},
}
INVITED = {
    "own": lambda world: invitation(world.location, "ida"),
    "foreign": lambda world: invitation(world.other_location, "ivo"),
}
TREATS = {
    "own": lambda world: {"pk": treats(world.location).pk},
    "foreign": lambda world: {"pk": treats(world.other_location).pk},
}
WISH = {
    "own": lambda world: wish(world.patient),
    "foreign": lambda world: wish(world.stranger),
}
MESSAGE = {"own": lambda world: {"key": "reminder"}}

ROWS = {
    "clinic:manage": Row(get=ONLY, leads=("/manage/people/",)),
    "clinic:manage_people": Row(get=ONLY),
    "clinic:manage_invite": Row(get=ONLY, post=ONLY),
    "clinic:manage_person": Row(get=ONLY, post=ONLY, **ACCOUNT),
    "clinic:manage_deactivate": Row(get=None, post=ONLY, **ACCOUNT),
    "clinic:manage_reactivate": Row(get=None, post=ONLY, **ACCOUNT),
    "clinic:manage_invitation_resend": Row(get=None, post=ONLY, **INVITED),
    "clinic:manage_invitation_revoke": Row(get=None, post=ONLY, **INVITED),
    "scheduling:manage_places": Row(get=ONLY),
    "scheduling:manage_place_open": Row(get=ONLY, post=ONLY),
    "scheduling:manage_place": Row(
        get=ONLY,
        post=ONLY,
        own=lambda world: {"pk": world.location.pk},
        foreign=lambda world: {"pk": world.other_location.pk},
    ),
    "scheduling:manage_closure_remove": Row(
        get=None,
        post=ONLY,
        own=lambda world: closure(world.location),
        foreign=lambda world: closure(world.other_location),
    ),
    "scheduling:manage_room": Row(get=ONLY, post=ONLY, **of(Room)),
    "scheduling:manage_device": Row(get=ONLY, post=ONLY, **of(Device)),
    "scheduling:manage_provider": Row(get=ONLY, post=ONLY, **TREATS),
    "scheduling:manage_shift_add": Row(get=None, post=ONLY, **TREATS),
    "scheduling:manage_shift_end": Row(
        get=None,
        post=ONLY,
        own=lambda world: shift(world.location),
        foreign=lambda world: shift(world.other_location),
    ),
    "scheduling:manage_messages": Row(get=ONLY),
    "scheduling:manage_message": Row(get=ONLY, post=ONLY, **MESSAGE),
    "scheduling:manage_message_restore": Row(get=None, post=ONLY, **MESSAGE),
    "scheduling:manage_audit": Row(get=ONLY),
    "scheduling:manage_audit_export": Row(get=ONLY),
    "scheduling:manage_access": Row(get=ONLY),
    "scheduling:manage_access_export": Row(get=ONLY),
    "scheduling:manage_erasures": Row(get=ONLY),
    "scheduling:manage_erasure": Row(get=ONLY, **WISH),
    "scheduling:manage_erasure_refuse": Row(get=None, post=ONLY, **WISH),
    "scheduling:manage_erasure_carry_out": Row(get=None, post=ONLY, **WISH),
}
