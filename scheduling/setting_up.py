"""Set a location up for booking from a TOML file: its facts, hours, rooms, devices, and who works when."""

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from clinic.actions import equipment, hours
from clinic.actions.locations import edit_location
from clinic.models import Location, Provider
from clinic.models.location import GRIDS
from clinic.text import is_blank
from treatments import capabilities
from treatments.models import TreatmentType

WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
FACTS = {"grid": int, "phone": str, "notice_hours": int, "reminder_days": int}
PARTS = {"hours", "rooms", "devices", "providers", *FACTS}
ROWS = {
    "rooms": {"name", "treatments"},
    "devices": {"name", "treatments"},
    "providers": {"email", "shifts", "treatments"},
}


class BadSetup(ValueError):
    """Raised for a file that cannot be used; the text names the place in it and what would work."""

    def __init__(self, where: str, what: str):
        super().__init__(f"{where}: {what}")


def read(content: bytes) -> dict[str, Any]:
    """Read the file's table of locations by their short names."""
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadSetup("file", f"not a TOML file in UTF-8 ({error})") from None
    for slug, table in found.items():
        if not isinstance(table, dict):
            raise BadSetup(slug, "expected a table named after a location, such as [park-street]")
        if unknown := sorted(set(table) - PARTS):
            raise BadSetup(slug, f"unknown: {', '.join(unknown)}; known: {', '.join(sorted(PARTS))}")
    return found


@transaction.atomic
def set_up(found: Mapping[str, Any], today: datetime.date) -> list[Location]:
    """Carry out a file that was read: all of it, or nothing and BadSetup.

    Hours and capabilities take the place of what was there; rooms and devices of the same name are kept,
    shifts begin `today` and are added only for providers who have none at the location.
    """
    done = []
    for slug, table in found.items():
        location = Location.objects.filter(slug=slug).first()
        if location is None:
            known = (
                ", ".join(Location.objects.values_list("slug", flat=True)) or "none yet (use add_location)"
            )
            raise BadSetup(slug, f"no location has this short name; known: {known}")
        try:
            set_up_location(location, table, today)
        except ValidationError as error:
            raise BadSetup(slug, "; ".join(error.messages)) from error
        done.append(location)
    return done


def set_up_location(location: Location, table: Mapping[str, Any], today: datetime.date) -> None:
    """Give one location its hours, things and people."""
    slug = location.slug
    edit_location(by=None, location=location, **facts(table, slug))
    if "hours" in table:
        hours.set_hours(by=None, location=location, hours=weekly(table["hours"], f"{slug}.hours"))
    add_things(location, table, "rooms", equipment.add_room, capabilities.set_room_uses)
    add_things(location, table, "devices", equipment.add_device, capabilities.set_device_uses)
    for where, row in rows(table, slug, "providers"):
        set_up_provider(location, row, where, today)


def facts(table: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """What the table says of the location itself; what cannot be kept is refused by the location."""
    found = {name: table[name] for name in FACTS if name in table}
    if "grid" in found and (type(found["grid"]) is not int or found["grid"] not in GRIDS):
        raise BadSetup(f"{slug}.grid", f"one of {', '.join(map(str, GRIDS))} minutes")
    for name, value in found.items():
        if type(value) is not FACTS[name]:
            raise BadSetup(f"{slug}.{name}", "a text" if FACTS[name] is str else "a whole number")
    return found


def add_things(location: Location, table: Mapping[str, Any], part: str, add, set_uses) -> None:
    """Add the rooms or devices that are not there, and say of each what it serves."""
    for position, (where, row) in enumerate(rows(table, location.slug, part), start=1):
        name = text(row, where, "name")
        thing = getattr(location, part).filter(name=name).first()
        thing = thing or add(by=None, location=location, name=name, position=position)
        set_uses(by=None, **{part.removesuffix("s"): thing}, treatments=treatments(row, where))


def set_up_provider(location: Location, row: Mapping[str, Any], where: str, today: datetime.date) -> None:
    """Give one provider shifts and credentials."""
    email = text(row, where, "email")
    provider = Provider.objects.who_treat_at([location]).filter(user__email__iexact=email).first()
    if provider is None:
        raise BadSetup(where, f"{email} is no provider of {location.name}; use add_user {email} … provider")
    capabilities.set_credentials(by=None, provider=provider, treatments=treatments(row, where))
    if provider.shifts.filter(location=location).exists():
        return
    for weekday, starts, ends in weekly(row.get("shifts"), f"{where}.shifts"):
        facts = {"weekday": weekday, "starts": starts, "ends": ends, "first": today}
        hours.add_shift(by=None, provider=provider, location=location, **facts)


def weekly(table: Any, where: str) -> list[tuple[int, int, int]]:
    """Read { mon = "09:00-12:30, 13:00-18:00" } as (weekday, from, to) in minutes after midnight."""
    if not isinstance(table, dict) or set(table) - set(WEEKDAYS):
        raise BadSetup(where, f'expected weekdays ({", ".join(WEEKDAYS)}) with hours such as "09:00-17:00"')
    return [
        (WEEKDAYS[day], *stretch(part, f"{where}.{day}"))
        for day, value in table.items()
        for part in str(value).split(",")
    ]


def stretch(part: str, where: str) -> tuple[int, int]:
    """Read 09:00-17:00 as minutes after midnight; 24:00 is the end of the day."""
    try:
        first, last = (minutes(one) for one in part.strip().split("-"))
    except ValueError:
        raise BadSetup(where, f"{part.strip()!r} is not a stretch such as 09:00-17:00") from None
    return first, last


def minutes(clock: str) -> int:
    """Read 09:05 as 545; ValueError for what is no time."""
    read = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])", clock.strip())
    found = int(read[1]) * 60 + int(read[2]) if read else 24 * 60 + 1
    if found > 24 * 60:
        raise ValueError(clock)
    return found


def rows(table: Mapping[str, Any], slug: str, part: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables of a list, each with its place in the file."""
    found = table.get(part, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise BadSetup(f"{slug}.{part}", f"expected a list of tables: [[{slug}.{part}]]")
    for number, row in enumerate(found, start=1):
        if unknown := sorted(set(row) - ROWS[part]):
            known = ", ".join(sorted(ROWS[part]))
            raise BadSetup(f"{slug}.{part}[{number}]", f"unknown: {', '.join(unknown)}; known: {known}")
        yield f"{slug}.{part}[{number}]", row


def text(row: Mapping[str, Any], where: str, name: str) -> str:
    """One text of a table, which must be there."""
    value = row.get(name)
    if not isinstance(value, str) or is_blank(value) or not value.isprintable():
        raise BadSetup(f"{where}.{name}", "expected a text without control characters")
    return value.strip()


def treatments(row: Mapping[str, Any], where: str) -> list[str]:
    """The keys of the treatments a table names; all of the catalogue without the entry."""
    known = list(TreatmentType.objects.values_list("key", flat=True))
    found = row.get("treatments", known)
    if not isinstance(found, list) or (unknown := [one for one in found if one not in known]):
        wrong = ", ".join(map(str, unknown)) if isinstance(found, list) else "not a list"
        raise BadSetup(f"{where}.treatments", f"{wrong}; known: {', '.join(known) or 'none (load_library)'}")
    return found
