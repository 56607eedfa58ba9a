"""A location's calendar from the database: hours, people, rooms, devices and what holds them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from clinic.models import Location
from scheduling.availability.bits import UNIT, Bits
from scheduling.availability.days import PLAIN, Day, day_of
from scheduling.availability.place import Away, Calendar, Holder, Place, Weekly
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
from scheduling.claiming.calendar_rows import Rows, read, read_busy, read_expired
from scheduling.claiming.claim_rows import KINDS

BYTES = PLAIN // 8


def place_of(location: Location, first: datetime.date, last: datetime.date) -> Place:
    """Read a location as it is from one day to another, in a fixed number of queries."""
    rows = read(location.pk, first, last)
    return Place(
        weekly=tuple(Weekly(*row) for row in rows["hours"] if row[0] in location.weekdays),
        closed=tuple(Away(*row) for row in rows["closures"]),
        grid=location.grid // UNIT,
        holders={
            PROVIDER: providers(rows["shifts"], rows["absences"], rows["credentials"]),
            ROOM: equipment(rows["rooms"]),
            DEVICE: equipment(rows["devices"]),
        },
    )


def providers(shifts: Rows, absences: Rows, credentials: Rows) -> tuple[Holder, ...]:
    """Bring together who works at a location: their hours there, their absences and credentials."""
    names: dict[int, str] = {}
    weekly: dict[int, list[Weekly]] = defaultdict(list)
    for provider, name, weekday, starts, ends, since, until in shifts:
        names[provider] = name
        weekly[provider].append(Weekly(weekday, starts, ends, since, until or datetime.date.max))
    away: dict[int, list[Away]] = defaultdict(list)
    for provider, start, end, why in absences:
        away[provider].append(Away(start, end, why))
    serves = served(credentials)
    return tuple(
        Holder(pk, name, frozenset(serves[pk]), tuple(weekly[pk]), tuple(away[pk]))
        for pk, name in names.items()
    )


def equipment(rows: Rows) -> tuple[Holder, ...]:
    """Bring together the rooms or devices of a location with what they serve."""
    serves = served((pk, treatment) for pk, _, treatment in rows if treatment)
    names = {pk: name for pk, name, _ in rows}
    return tuple(Holder(pk, name, frozenset(serves[pk])) for pk, name in names.items())


def served(rows: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    """Bring together the treatments of each owner."""
    found: dict[int, set[str]] = defaultdict(set)
    for owner, treatment in rows:
        found[owner].add(treatment)
    return found


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


def without_expired(calendar: Calendar, now: datetime.datetime) -> Calendar:
    """The same calendar with the times free whose hold has ended at `now`, aware: in one query.

    Whoever books next gives them back, in the transaction that books.
    """
    found: dict[tuple[str, int], Bits] = defaultdict(int)
    for unit, *holders in read_expired(now, calendar.base, calendar.end - 1):
        for kind, holder in zip(KINDS, holders, strict=True):
            if holder is not None:
                found[kind, holder] |= 1 << unit - calendar.base
    return calendar.without(found) if found else calendar


def busy_lines(holders: Mapping[str, list[int]], low: int, high: int) -> dict[tuple[str, int], int]:
    """Read what holds each (kind, id) on the UTC days `low` to `high`, as one integer from the first on."""
    found: dict[tuple[str, int], bytearray] = {}
    for kind, holder, day, bits in read_busy(holders, low, high):
        line = found.get((kind, holder))
        if line is None:
            line = found[kind, holder] = bytearray((high - low + 1) * BYTES)
        place = (day - low) * BYTES
        line[place : place + BYTES] = bits
    return {key: int.from_bytes(line, "little") for key, line in found.items()}
