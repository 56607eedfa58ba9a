"""What a location still needs before a visit can be booked there, each with the page that gives it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from clinic.models import Location, Provider, User
from scheduling.availability.place import Place
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM
from scheduling.claiming.free_times import place_of
from treatments.models import TreatmentType

AHEAD = datetime.timedelta(days=365)
ENERGY = "energy"


@dataclass(frozen=True, slots=True)
class Need:
    """One step that is left: what and why, and the link that leads there."""

    text: str
    label: str
    url: str


def needs(location: Location, today: datetime.date) -> tuple[Need, ...]:
    """The steps that are left at a location, in the order in which they are best taken."""
    place = place_of(location, today, today + AHEAD)
    return (*of_rooms(place), *of_devices(place), *of_staff(location, place), *of_phone(location))


def of_rooms(place: Place) -> Iterator[Need]:
    """A room, and what each room serves."""
    if not place.holders[ROOM]:
        yield Need("No room yet: every visit takes place in one.", "Add a room", "#things-title")
    for one in place.holders[ROOM]:
        if not one.serves:
            url = reverse("scheduling:manage_room", args=[one.id])
            yield Need(f"{one.name} serves no treatment yet.", f"Say what {one.name} serves", url)


def of_devices(place: Place) -> Iterator[Need]:
    """A device for each treatment that takes one and has a room here, and what each device gives."""
    for one in place.holders[DEVICE]:
        if not one.serves:
            url = reverse("scheduling:manage_device", args=[one.id])
            yield Need(f"{one.name} gives no treatment yet.", f"Say what {one.name} gives", url)
    in_rooms = frozenset[str]().union(*(one.serves for one in place.holders[ROOM]))
    by_devices = frozenset[str]().union(*(one.serves for one in place.holders[DEVICE]))
    for one in TreatmentType.objects.filter(kind=ENERGY, key__in=in_rooms - by_devices):
        yield Need(f"No device gives {one.name} here.", f"Add a device for {one.name}", "#things-title")


def of_staff(location: Location, place: Place) -> Iterator[Need]:
    """Somebody who books, somebody who treats, and when they work and what they may give."""
    if not location.staff_roles.filter(role=User.Role.COORDINATOR, user__is_active=True).exists():
        text = "No coordinator works here yet. Give one of yours this location under People, or invite one."
        yield Need(text, "Invite a coordinator", invite(location, User.Role.COORDINATOR))
    treating = list(Provider.objects.who_treat_at([location]).filter(user__is_active=True))
    if not treating:
        text = "No provider works here yet. Give one of yours this location under People, or invite one."
        yield Need(text, "Invite a provider", invite(location, User.Role.PROVIDER))
    working = {one.id: one for one in place.holders[PROVIDER]}
    for one in treating:
        url = reverse("scheduling:manage_provider", args=[one.pk])
        if one.pk not in working:
            yield Need(f"{one} has no shift here.", f"Give {one} shifts", url)
        elif not working[one.pk].serves:
            yield Need(f"{one} may give no treatment yet.", f"Say what {one} may give", url)


def of_phone(location: Location) -> Iterator[Need]:
    """The number that patients call."""
    if not location.phone:
        yield Need("Patients read no telephone number.", "Add the number", "#facts-title")


def invite(location: Location, role: str) -> str:
    """Where somebody is invited to work at a location in a role."""
    return f"{reverse('clinic:manage_invite')}?{urlencode({'role': role, 'location': location.slug})}"
