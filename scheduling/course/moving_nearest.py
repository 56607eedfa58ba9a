"""The nearest times to which a visit can be moved instead."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from urllib.parse import urlencode

from scheduling.arranging.days import outwards
from scheduling.arranging.seats import Seat
from scheduling.availability.bits import UNIT, each
from scheduling.availability.steps import PROVIDER, ROOM
from scheduling.course.moving import Moving
from scheduling.course.wanted import Wanted, wanted_at
from scheduling.guard.rules import by_rules
from scheduling.planning.reasons import spoken

NEAREST = 3
Held = Mapping[str, int]
Lawful = Callable[[datetime.date], bool]


def nearest(moving: Moving) -> tuple[Wanted, ...]:
    """The three nearest times that are free and break no rule; none for a visit that is not moved at all.

    With the provider asked for where that can be: the nearest of the day asked for, then one of each other
    day, the nearest days first, then more of those days.
    """
    if moving.stays:
        return ()
    lawful = cache(lambda day: is_lawful(moving, day))
    provider = moving.to.provider or moving.booking.provider_id
    found: dict[int, Wanted] = {}
    for held in ({PROVIDER: provider}, {}):
        for seat in near(moving, held, lawful):
            found.setdefault(seat.unit, wanted_at(seat, moving.sessions, moving.booking.pk))
            if len(found) == NEAREST:
                return tuple(found.values())
    return tuple(found.values())


def near(moving: Moving, held: Held, lawful: Lawful) -> Iterator[Seat]:
    """Free and legal times with these holders, in the order in which they are offered."""
    first, last = moving.situation.today, moving.situation.last
    more: list[Seat] = []
    for day in outwards(min(max(moving.to.date, first), last), first, last):
        seats = seats_of(moving, day, held)
        if seats and lawful(day):
            shown = NEAREST if day == moving.to.date else 1
            yield from seats[:shown]
            more += seats[shown:]
    yield from more


def seats_of(moving: Moving, day: datetime.date, held: Held) -> list[Seat]:
    """The first times of a day, the nearest to the one asked for first."""
    place = moving.to.minute // UNIT
    starts = sorted(each(moving.seats.times(moving.keys, day)), key=lambda start: abs(start - place))
    found: list[Seat] = []
    for start in starts:
        seat = seat_at(moving, day, start, held)
        if seat and seat.unit != moving.booking.unit:
            found.append(seat)
        if len(found) == NEAREST:
            break
    return found


def seat_at(moving: Moving, day: datetime.date, start: int, held: Held) -> Seat | None:
    """The seat with these holders, in the room asked for or the visit's own where that is free."""
    room = {ROOM: moving.to.room or moving.booking.room_id}
    seats, keys = moving.seats, moving.keys
    return seats.at(keys, day, start, {**held, **room}) or seats.at(keys, day, start, held)


def is_lawful(moving: Moving, day: datetime.date) -> bool:
    """Whether no rule of the plan stands against the visit on a day that has a time for it."""
    start = next(each(moving.seats.times(moving.keys, day)))
    seat = moving.seats.at(moving.keys, day, start)
    if seat is None:
        return False
    wanted = wanted_at(seat, moving.sessions, moving.booking.pk)
    return not any(by_rules(moving.situation, [wanted], frozenset()))


def query(one: Wanted) -> str:
    """A time as the query that fills the move form with it."""
    fields = {"date": one.date.isoformat(), "time": one.starts, "provider": one.provider, "room": one.room}
    return f"?{urlencode(fields)}"


def in_words(moving: Moving, one: Wanted) -> str:
    """A time with whom and where: Tue 13 Apr 2027, 10:30, Dr. June Ellis, Room 1."""
    names = moving.seats.names
    who, where = names[PROVIDER, one.provider].name, names[ROOM, one.room].name
    return f"{spoken(one.date)}, {one.starts}, {who}, {where}"
