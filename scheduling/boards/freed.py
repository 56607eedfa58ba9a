"""Times that were given up ahead of time and are still free: what can be offered to who waits."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clinic.models import Location, Provider
from scheduling.actions.bookings import SERIES
from scheduling.availability.bits import UNIT, Bits, each, union
from scheduling.availability.days import EPOCH, LENGTH, day_of, unit_of
from scheduling.availability.place import Calendar, Holder
from scheduling.availability.steps import PROVIDER
from scheduling.claiming.free_times import calendar_of, without_expired
from scheduling.models import Booking, Change

AHEAD = datetime.timedelta(days=60)
REMEMBERED = datetime.timedelta(days=60)
SHORTEST = 3
CANCELLED, MOVED = "a cancelled visit", "a moved visit"


@dataclass(frozen=True, slots=True)
class Freed:
    """A stretch of a provider's day that is free: local date and minutes after midnight, and why it is."""

    location: Location
    provider: int
    name: str
    date: datetime.date
    minute: int
    unit: int
    units: int
    because: str = ""

    @property
    def minutes(self) -> int:
        """Its length in minutes."""
        return self.units * UNIT

    @property
    def starts(self) -> str:
        """What the clock shows when it begins."""
        return f"{self.minute // 60:02}:{self.minute % 60:02}"

    @property
    def ends(self) -> str:
        """What the clock shows when it ends."""
        return f"{(EPOCH + (self.unit + self.units) * LENGTH).astimezone(self.location.zone):%H:%M}"


@dataclass(frozen=True, slots=True)
class Released:
    """A stretch of a provider's units that a visit no longer holds, and what released it."""

    provider: int
    unit: int
    units: int
    because: str


def freed_times(location: Location, now: datetime.datetime) -> list[Freed]:
    """The times of the next two months that were released and are free, the earliest first.

    In a fixed number of queries; what was booked again, or whose provider is away, is left out.
    """
    last = now + AHEAD
    released = [*cancelled(location, unit_of(now), unit_of(last)), *moved(location, now, unit_of(last))]
    if not released:
        return []
    first, end = now.astimezone(location.zone).date(), last.astimezone(location.zone).date()
    calendar = without_expired(calendar_of(location, first, end), now)
    holders = {one.id: one for one in calendar.place.holders[PROVIDER]}
    times = [
        time
        for (provider, date), of_day in by_day(location, released).items()
        if provider in holders
        for time in still_free(location, calendar, holders[provider], date, of_day)
    ]
    return sorted(times, key=lambda one: (one.unit, one.name))


def by_day(
    location: Location, released: Iterable[Released]
) -> dict[tuple[int, datetime.date], list[Released]]:
    """What was released by the provider and the local day on which it begins."""
    found: dict[tuple[int, datetime.date], list[Released]] = defaultdict(list)
    for one in released:
        begins = (EPOCH + one.unit * LENGTH).astimezone(location.zone)
        found[one.provider, begins.date()].append(one)
    return found


def cancelled(location: Location, now: int, last: int) -> Iterator[Released]:
    """What cancelled visits of the units ahead released."""
    rows = Booking.objects.filter(
        location=location, status=Booking.Status.CANCELLED, unit__gt=now, unit__lt=last
    )
    for provider, unit, units in rows.values_list("provider", "unit", "units"):
        yield Released(provider, unit, units, CANCELLED)


def moved(location: Location, now: datetime.datetime, last: int) -> Iterator[Released]:
    """What visits released that were moved elsewhere within the days that are remembered."""
    since = now - REMEMBERED
    changes = Change.objects.filter(plan__patient__location=location, at__gte=since, undone_at=None)
    for before, after in changes.exclude(action=SERIES).values_list("before", "after"):
        for pk, old in before.items():
            new = after.get(pk)
            gone = old and new and any(old[name] != new[name] for name in ("unit", "provider_id"))
            if gone and unit_of(now) < old["unit"] < last:
                yield Released(old["provider_id"], old["unit"], old["units"], MOVED)


def still_free(
    location: Location, calendar: Calendar, holder: Holder, date: datetime.date, released: Sequence[Released]
) -> Iterator[Freed]:
    """The stretches of a quarter of an hour and longer of a day in which the provider is free again."""
    day, because = day_of(location.zone, date), released[0].because
    bits = union((one.unit - day.first, one.units) for one in released)
    for start, count in runs(calendar.free(day, PROVIDER, holder) & bits):
        if count >= SHORTEST:
            shown = day.shows(start)
            minute = shown.hour * 60 + shown.minute
            yield Freed(location, holder.id, holder.name, date, minute, day.first + start, count, because)


def runs(bits: Bits) -> Iterator[tuple[int, int]]:
    """Bits that follow each other, as (first, count)."""
    first = count = 0
    for place in each(bits):
        if count and place == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = place, 1
    if count:
        yield first, count


def time_of(
    location: Location, provider: Provider, date: datetime.date, minute: int, minutes: int
) -> Freed | None:
    """The stretch of a provider's day that an address names; None for one that the clocks do not show."""
    day = day_of(location.zone, date)
    try:
        start = day.bit_of(minute, 0)
    except ValueError:
        return None
    units = minutes // UNIT
    if not 0 < units <= day.units - start:
        return None
    return Freed(location, provider.pk, provider.printed_name, date, minute, day.first + start, units)
