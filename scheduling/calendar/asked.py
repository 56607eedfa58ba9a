"""Which calendar is asked for, and the ways from one to another."""

import datetime
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from clinic.models import Location, User
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM

KINDS = {PROVIDER: "Providers", ROOM: "Rooms", DEVICE: "Devices"}


@dataclass(frozen=True, slots=True)
class Link:
    """A way from one calendar to another; `current` is the one shown."""

    words: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a day, a location among those the person works at, a kind of holder.

    `who` is the id of the holder whose week it is; None shows a day.
    """

    user: User
    day: datetime.date
    locations: tuple[Location, ...]
    location: Location
    by: str = PROVIDER
    who: int | None = None

    def href(self, route: str, **changes) -> str:
        """The address of another calendar that differs in this."""
        other = replace(self, **changes)
        query = {"by": other.by} if other.by != PROVIDER else {}
        if len(other.locations) > 1:
            query["location"] = other.location.slug
        if route == "calendar_week" and other.who:
            query["who"] = str(other.who)
        address = reverse(f"scheduling:{route}", args=[other.day])
        return f"{address}?{urlencode(query)}" if query else address
