"""A location's calendar from the database: hours, people, rooms, devices and what holds them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from django.db.models import Q

from clinic.models import Absence, Device, Location, OpeningHours, Provider, Room, Shift
from scheduling.availability.bits import UNIT
from scheduling.availability.days import PLAIN, Day, day_of
from scheduling.availability.place import Away, Calendar, Holder, Place, Weekly
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
from scheduling.models import BusyDay
from treatments.models import Credential, DeviceUse, RoomUse

Serves = dict[int, frozenset[str]]


def place_of(location: Location, first: datetime.date, last: datetime.date) -> Place:
    """Read a location as it is from one day to another, in a fixed number of queries."""
    return Place(
        weekly=weekly_hours(location),
        closed=tuple(
            Away(*row)
            for row in location.closures.filter(first__lte=last, last__gte=first).values_list(
                "first", "last", "reason"
            )
        ),
        grid=location.grid // UNIT,
        holders={
            PROVIDER: providers_at(location, first, last),
            ROOM: equipment(Room, RoomUse, location),
            DEVICE: equipment(Device, DeviceUse, location),
        },
    )


def weekly_hours(location: Location) -> tuple[Weekly, ...]:
    """Read the opening hours of a location's open weekdays."""
    rows = OpeningHours.objects.filter(location=location).values_list("weekday", "opens", "closes")
    return tuple(Weekly(*row) for row in rows if row[0] in location.weekdays)


def providers_at(location: Location, first: datetime.date, last: datetime.date) -> tuple[Holder, ...]:
    """Read the providers who have shifts at a location, with their hours, absences and credentials."""
    shifts = Shift.objects.filter(location=location, first__lte=last).exclude(last__lt=first)
    weekly: dict[int, list[Weekly]] = defaultdict(list)
    for provider, weekday, starts, ends, since, until in shifts.order_by("pk").values_list(
        "provider", "weekday", "starts", "ends", "first", "last"
    ):
        weekly[provider].append(Weekly(weekday, starts, ends, since, until or datetime.date.max))
    away: dict[int, list[Away]] = defaultdict(list)
    absences = Absence.objects.filter(provider__in=weekly, first__lte=last, last__gte=first)
    for provider, start, end, why in absences.values_list("provider", "first", "last", "reason"):
        away[provider].append(Away(start, end, why))
    serves = served(Credential.objects.filter(provider__in=weekly).values_list("provider", "treatment__key"))
    names = Provider.objects.filter(pk__in=weekly).values_list("pk", "printed_name")
    return tuple(
        Holder(pk, name, serves.get(pk, frozenset()), tuple(weekly[pk]), tuple(away[pk]))
        for pk, name in names.order_by("printed_name", "pk")
    )


def equipment(kind, use, location: Location) -> tuple[Holder, ...]:
    """Read the rooms or devices of a location that can be booked, with what they serve."""
    field = kind._meta.model_name
    uses = use.objects.filter(**{f"{field}__location": location, f"{field}__is_active": True})
    serves = served(uses.values_list(field, "treatment__key"))
    rows = kind.objects.in_use().filter(location=location).values_list("pk", "name")
    return tuple(Holder(pk, name, serves.get(pk, frozenset())) for pk, name in rows)


def served(rows: Iterable[tuple[int, str]]) -> Serves:
    """Bring together the treatments of each owner."""
    found: dict[int, set[str]] = defaultdict(set)
    for owner, treatment in rows:
        found[owner].add(treatment)
    return {owner: frozenset(keys) for owner, keys in found.items()}


def days_between(zone: ZoneInfo, first: datetime.date, last: datetime.date) -> list[Day]:
    """Give every local day from one to another that exists."""
    count = (last - first).days + 1
    days = (day_of(zone, first + datetime.timedelta(days=ahead)) for ahead in range(count))
    return [day for day in days if day.units]


def calendar_of(
    location: Location,
    first: datetime.date,
    last: datetime.date,
    patients: Iterable[int] = (),
    place: Place | None = None,
) -> Calendar:
    """Read a location's calendar for the local days `first` to `last`, and what holds these patients.

    The cost grows with the days and holders asked for, not with the bookings stored.
    """
    place = place or place_of(location, first, last)
    holders = {kind: [one.id for one in place.holders[kind]] for kind in (PROVIDER, ROOM, DEVICE)}
    holders[PATIENT] = list(patients)
    low = day_of(location.zone, first).first // PLAIN
    high = day_of(location.zone, last + datetime.timedelta(days=1)).first // PLAIN
    return Calendar(place, low * PLAIN, (high + 1) * PLAIN, busy_lines(holders, low, high))


def busy_lines(holders: Mapping[str, list[int]], low: int, high: int) -> dict[tuple[str, int], int]:
    """Read what holds each (kind, id) on the UTC days `low` to `high`, as one integer from the first on."""
    wanted = Q(pk__in=())
    for kind, keys in holders.items():
        if keys:
            wanted |= Q(kind=kind, holder__in=keys)
    rows = BusyDay.objects.filter(wanted, day__gte=low, day__lte=high)
    lines: dict[tuple[str, int], int] = defaultdict(int)
    for kind, holder, day, bits in rows.order_by().values_list("kind", "holder", "day", "bits"):
        lines[kind, holder] |= int.from_bytes(bits, "little") << (day - low) * PLAIN
    return lines
