"""What a place says against a visit: hours, absences, credentials, rooms, devices, and the clock."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date

from scheduling.arranging.blocking import why_not
from scheduling.arranging.seats import Seats
from scheduling.availability.bits import UNIT, Bits, span
from scheduling.availability.days import EPOCH, LENGTH, clock, unit_of
from scheduling.availability.engine import DayAsked
from scheduling.availability.place import Calendar, Holder
from scheduling.availability.steps import PATIENT
from scheduling.course.giving import gives_of
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted
from scheduling.guard.against import PLACE, Against
from scheduling.planning.reasons import spoken


def by_place(situation: Situation, wanted: Sequence[Wanted]) -> Iterator[Against]:
    """What the place says: hours, absences, credentials, rooms, devices, and that the time lies ahead."""
    version = situation.version
    empty = Calendar(situation.place, 0, sys.maxsize, {})
    seats = Seats(empty, situation.location.zone, version.plan.patient_id, gives_of(version.series.all()))
    now = unit_of(situation.now)
    for one in wanted:
        when = f"{spoken(one.date)}, {one.starts}"
        local = (EPOCH + one.unit * LENGTH).astimezone(situation.location.zone)
        if (local.date(), local.hour * 60 + local.minute) != (one.date, one.minute):
            yield Against(PLACE, f"{when}: the clock at {situation.location} shows another time.", one.date)
        elif one.unit <= now:
            yield Against(PLACE, f"{when}: this time has passed.", one.date)
        elif one.date > situation.last:
            text = f"{when}: after the plan, which ends on {spoken(situation.last)}."
            yield Against(PLACE, text, one.date)
        else:
            yield from by_hours(seats, one)


def by_hours(seats: Seats, one: Wanted) -> Iterator[Against]:
    """What the hours and capabilities of a place say against one visit."""
    keys = sorted(set(one.keys))
    asked, finder, day = seats.asked(keys, one.date), seats.finder(keys), seats.day(one.date)
    when = f"{spoken(one.date)}, {one.starts}"
    start, place = one.unit - day.first, seats.calendar.place
    whole = span(start, finder.length)
    shut = place.shut_on(one.date)
    if shut is not None:
        yield Against(PLACE, f"{when}: closed ({shut.reason}).", one.date)
    elif asked.open & whole != whole:
        text = f"not open then; {hours_in_words(asked.open, seats, one.date)}"
        yield Against(PLACE, f"{when}: {text}.", one.date)
    else:
        for kind in finder.needed:
            if kind != PATIENT and (text := against_holder(seats, asked, one, kind, start)):
                yield Against(PLACE, f"{when}: {text}.", one.date)
    if one.device and "device" not in finder.needed:
        yield Against(PLACE, f"{when}: this visit needs no device.", one.date)
    if one.steps != seats.steps(keys):
        yield Against(PLACE, f"{when}: the steps are not those of the protocols.", one.date)


def against_holder(seats: Seats, asked: DayAsked, one: Wanted, kind: str, start: int) -> str:
    """Why a visit cannot hold its provider, room or device; nothing when it can."""
    holder = int(getattr(one, kind) or 0)
    known, free = seats.names.get((kind, holder)), asked.free[kind].get(holder)
    if known is None:
        return f"this {kind} cannot be booked here" if holder else f"no {kind} is named"
    if free is None:
        return f"{known.name} {'does not give' if kind == 'provider' else 'does not serve'} this treatment"
    if not seats.finder(one.keys).fits(kind, free) >> start & 1:
        return off(known, one.date)
    return ""


def off(holder: Holder, when: date) -> str:
    """Why somebody or something is not there at a time of a day: away, or their hours."""
    hours = [
        f"{clock(one.opens)} to {clock(one.closes)}"
        for one in holder.weekly or ()
        if one.weekday == when.isoweekday() and one.first <= when <= one.last
    ]
    if holder.away_on(when) or not hours:
        return why_not(holder, when)
    return f"{holder.name} works from {' and '.join(hours)}"


def hours_in_words(opened: Bits, seats: Seats, when: date) -> str:
    """When a place is open on a day: open from 09:00 to 17:00."""
    if not opened:
        return f"it is not open on {when:%A}s"
    day, found = seats.day(when), []
    while opened:
        first = (opened & -opened).bit_length() - 1
        rest = opened >> first
        count = (~rest & (rest + 1)).bit_length() - 1
        ends = day.shows(first + count - 1)
        last = ends.hour * 60 + ends.minute + UNIT
        begins = day.shows(first)
        found.append(f"{begins:%H:%M} to {clock(last)}")
        opened &= ~span(first, count)
    return f"it is open from {' and '.join(found)}"
