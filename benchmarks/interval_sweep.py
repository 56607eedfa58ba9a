"""A plain interval sweep over the workload of `benchmarks/availability.py`: sort what is taken, walk gaps.

It is what an engineer would write first: each provider's bookings are a list of (start, end) as aware
datetimes, real days with their clock changes, and every free start is an aware datetime again. The lists
hold the bookings of the dates asked and are in memory already: no database is asked, in the sweep's favour.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]
Bookings = Sequence[Interval]
ByDate = Mapping[date, list[Interval]]

MINUTE = timedelta(minutes=1)
MONDAY_TO_FRIDAY = range(5)


@dataclass(frozen=True, slots=True)
class Workload:
    """What is asked: dates, hours, length and step in minutes, and the bookings of each resource."""

    dates: Sequence[date]
    opens: int
    closes: int
    length: int
    step: int
    zone: ZoneInfo
    providers: Sequence[Bookings]
    rooms: Sequence[Bookings] = ()
    devices: Sequence[Bookings] = ()


def read_workload(raw: Mapping, zone: ZoneInfo) -> Workload:
    """Read the workload of `benchmarks/appointment_peer.py`, with "rooms" and "devices" where it has some."""
    providers, rooms, devices = (
        [[interval(day, start, length, zone) for day, start, length in one] for one in raw.get(kind, ())]
        for kind in ("providers", "rooms", "devices")
    )
    dates = [date.fromisoformat(one) for one in raw["dates"]]
    opens, closes, length, step = (raw[name] for name in ("opens", "closes", "length", "step"))
    return Workload(dates, opens, closes, length, step, zone, providers, rooms, devices)


def interval(day: str, start: int, length: int, zone: ZoneInfo) -> Interval:
    """A booking as a database gives it, in UTC; `start` and `length` in minutes."""
    begin = at(date.fromisoformat(day), start, zone)
    return begin, begin + length * MINUTE


def at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the clock of a zone shows so many minutes after midnight."""
    # Within a zone a sum moves the clock; what passes is counted in UTC only.
    return (datetime(day.year, day.month, day.day, tzinfo=zone) + minutes * MINUTE).astimezone(UTC)


def free_starts(busy: list[tuple[int, int]], opens: int, closes: int, length: int, step: int) -> list[int]:
    """Every start on the grid of `step` from `opens` whose `length` is free and ends by `closes`.

    All in minutes. `busy` holds (start, end), the end not included, in any order; they may overlap and reach
    beyond the hours.
    """
    found: list[int] = []
    free_from = opens
    for start, end in [*sorted(busy), (closes, closes)]:
        first = opens - (opens - free_from) // step * step
        found.extend(range(first, min(start, closes) - length + 1, step))
        free_from = max(free_from, end)
    return found


def all_starts(workload: Workload) -> list[dict[date, list[datetime]]]:
    """The free starts of every provider, by date."""
    return [
        {day: times(day, minutes_on(day, taken, workload), workload) for day in workload.dates}
        for taken in by_dates(workload.providers, workload.zone)
    ]


def combined_starts(workload: Workload) -> dict[date, list[datetime]]:
    """The starts, by date, with a provider, a room and a device each free for the whole length.

    Whether one is free does not depend on the others, so no combination is tried: the starts of a kind are
    the union over its resources, and those of the visit are in all three.
    """
    kinds = [
        list(by_dates(kind, workload.zone)) for kind in (workload.providers, workload.rooms, workload.devices)
    ]
    found = {}
    for day in workload.dates:
        free = [{m for taken in kind for m in minutes_on(day, taken, workload)} for kind in kinds]
        found[day] = times(day, sorted(set.intersection(*free)), workload)
    return found


def by_dates(kind: Sequence[Bookings], zone: ZoneInfo) -> Iterator[ByDate]:
    """The bookings of each resource by local date, one past midnight under both."""
    for bookings in kind:
        found = defaultdict(list)
        for start, end in bookings:
            day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
            while day <= last:
                found[day].append((start, end))
                day += timedelta(days=1)
        yield found


def minutes_on(day: date, taken: ByDate, workload: Workload) -> list[int]:
    """The free starts of a resource on a date, in minutes after the opening."""
    if day.weekday() not in MONDAY_TO_FRIDAY:
        return []
    opens = at(day, workload.opens, workload.zone)
    closes = at(day, workload.closes, workload.zone)
    busy = [((start - opens) // MINUTE, (end - opens) // MINUTE) for start, end in taken.get(day, ())]
    return free_starts(busy, 0, (closes - opens) // MINUTE, workload.length, workload.step)


def times(day: date, minutes: list[int], workload: Workload) -> list[datetime]:
    """Minutes after the opening as local times."""
    opens = at(day, workload.opens, workload.zone)
    return [(opens + one * MINUTE).astimezone(workload.zone) for one in minutes]
