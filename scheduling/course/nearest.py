"""Where a visit could be instead: the nearest days and times that are free and break no rule."""

import datetime
from collections.abc import Iterator
from urllib.parse import urlencode

from scheduling.arranging.days import outwards
from scheduling.availability.bits import UNIT, each
from scheduling.availability.steps import PROVIDER, ROOM
from scheduling.course.moving import Destination, Moving, Named
from scheduling.course.wanted import Wanted
from scheduling.planning.reasons import spoken

NEAREST = 3
NEAR = datetime.timedelta(days=21)


def nearest_days(moving: Moving, around: datetime.date) -> tuple[datetime.date, ...]:
    """The three days nearest to one, itself left out, on which the visit breaks no rule.

    For a booked visit they are filled up with days on which only later visits stand against it.
    """
    free: list[datetime.date] = []
    later: list[datetime.date] = []
    for day in days_around(moving, around):
        if day == around:
            continue
        problems = moving.against_day(day)
        if not problems:
            free.append(day)
        elif moving.booking and all(one.date != day for one in problems):
            later.append(day)
        enough = abs(day - around) > NEAR and len(free) + len(later) >= NEAREST
        if len(free) == NEAREST or (free and enough):
            break
    return tuple(sorted([*free, *later][:NEAREST]))


def nearest_times(moving: Moving, to: Destination) -> tuple[Wanted, ...]:
    """The three nearest times that are free and break no rule; none for a visit that is not moved at all.

    With the provider asked for or kept where that can be: the nearest of the day asked for, then one of
    each other day, the nearest days first, then more of those days.
    """
    if moving.stays:
        return ()
    found: dict[int, Wanted] = {}
    for named in wishes(moving):
        for one in times_around(moving.naming(named), to):
            found.setdefault(one.unit, one)
            if len(found) == NEAREST:
                return tuple(found.values())
    return tuple(found.values())


def wishes(moving: Moving) -> Iterator[Named]:
    """Whom and what to look for in turn: as asked for or as now, then less of it, then anything."""
    provider = moving.named.get(PROVIDER) or moving.kept.get(PROVIDER)
    if provider and ROOM in moving.named:
        yield {PROVIDER: provider, ROOM: moving.named[ROOM]}
    if provider:
        yield {PROVIDER: provider}
    yield {}


def days_around(moving: Moving, around: datetime.date) -> Iterator[datetime.date]:
    """The days that have a time for the visit, the nearest to one first."""
    first, last = moving.situation.today, moving.situation.last
    for day in outwards(min(max(around, first), last), first, last):
        if moving.times(day):
            yield day


def times_around(moving: Moving, to: Destination) -> Iterator[Wanted]:
    """Free and legal times in the order in which they are offered."""
    more: list[Wanted] = []
    for day in days_around(moving, to.date):
        if not moving.against_day(day):
            times = times_of(moving, day, to.minute)
            shown = NEAREST if day == to.date else 1
            yield from times[:shown]
            more += times[shown:]
    yield from more


def times_of(moving: Moving, day: datetime.date, minute: int) -> list[Wanted]:
    """The first times of a day, the nearest to the one asked for first."""
    starts = sorted(each(moving.times(day)), key=lambda start: abs(start - minute // UNIT))
    now = moving.booking.unit if moving.booking else None
    found: list[Wanted] = []
    for start in starts:
        one = moving.starting(day, start)
        if one and one.unit != now:
            found.append(one)
        if len(found) == NEAREST:
            break
    return found


def query(one: Wanted) -> str:
    """A time as the query that fills the move form with it."""
    fields = {"date": one.date.isoformat(), "time": one.starts, "provider": one.provider, "room": one.room}
    return f"?{urlencode(fields)}"


def in_words(moving: Moving, one: Wanted) -> str:
    """A time with whom and where: Tue 13 Apr 2027, 10:30, Dr. June Ellis, Room 1."""
    names = moving.seats.names
    who, where = names[PROVIDER, one.provider].name, names[ROOM, one.room].name
    return f"{spoken(one.date)}, {one.starts}, {who}, {where}"
