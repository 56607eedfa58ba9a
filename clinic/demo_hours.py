"""When the demo practice is open, who works when, and the rooms and devices it has."""

import datetime

from clinic.actions.equipment import add_device, add_room
from clinic.actions.hours import add_shift, set_hours
from clinic.demo import MANAGER
from clinic.models import Device, Location, Provider, Room, Shift, User

# Location, weekdays (1 Monday), from and to on the clock.
HOURS = """
park-street 1,2,4 09:00 17:00
park-street 3 11:00 17:30
park-street 5 08:30 13:30
lakeside 2,5 09:00 16:00
lakeside 3 12:00 18:00
lakeside 4 10:00 16:30
lakeside 6 09:00 13:00
"""
# Who, where, weekday, from and to: part-time, and Dr. Ellis in two cities and two time zones.
SHIFTS = """
ellis park-street 1 09:30 13:30
ellis park-street 2 09:30 12:30
haddad park-street 3 12:00 15:00
haddad park-street 4 11:30 14:30
brandt park-street 4 09:30 12:30
brandt park-street 5 09:00 12:00
ellis lakeside 4 10:30 14:30
ellis lakeside 5 09:30 12:30
okoye lakeside 2 10:00 13:00
okoye lakeside 3 13:00 16:30
okoye lakeside 6 09:30 12:30
"""
ROOMS = {
    "park-street": ("Room 1", "Room 2", "Room 3", "Small room"),
    "lakeside": ("Lake room", "Garden room", "Small room"),
}
DEVICES = {"park-street": ("RF 1", "RF 2"), "lakeside": ("RF",)}
OPENED = datetime.timedelta(days=500)


def seed_hours(today: datetime.date) -> None:
    """Give the demo locations hours, people and equipment, each only where it has none yet.

    `seed_clinic` comes before; shifts have begun a good year before `today`, so that there is a past.
    """
    by = User.objects.get(email=MANAGER.email)
    for slug in ROOMS:
        location = Location.objects.get(slug=slug)
        if not location.hours.exists():
            set_hours(by=by, location=location, hours=hours_of(slug))
        if not Room.objects.filter(location=location).exists():
            for position, name in enumerate(ROOMS[slug], start=1):
                add_room(by=by, location=location, name=name, position=position)
        if not Device.objects.filter(location=location).exists():
            for position, name in enumerate(DEVICES[slug], start=1):
                add_device(by=by, location=location, name=name, position=position)
    if not Shift.objects.filter(location__slug__in=ROOMS).exists():
        seed_shifts(by, today - OPENED)


def hours_of(slug: str) -> list[tuple[int, int, int]]:
    """Read the opening hours of a location as (weekday, opens, closes)."""
    rows = (line.split() for line in HOURS.split("\n") if line.startswith(slug))
    return [
        (int(day), minutes(opens), minutes(closes))
        for _, days, opens, closes in rows
        for day in days.split(",")
    ]


def seed_shifts(by: User, first: datetime.date) -> None:
    """Let every provider work from a day on."""
    for name, slug, weekday, starts, ends in (line.split() for line in SHIFTS.strip().split("\n")):
        add_shift(
            by=by,
            provider=Provider.objects.get(user__email=f"{name}@example.com"),
            location=Location.objects.get(slug=slug),
            weekday=int(weekday),
            starts=minutes(starts),
            ends=minutes(ends),
            first=first,
        )


def minutes(text: str) -> int:
    """Read a time on the clock, such as 09:30, as minutes after midnight."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
