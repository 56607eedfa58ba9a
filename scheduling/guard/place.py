"""Why a time is not free: hours, absences, credentials, rooms, devices, the clock, who is booked already."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date

from scheduling.arranging.blocking import why_not
from scheduling.arranging.seats import Seats
from scheduling.availability.bits import UNIT, Bits, span
from scheduling.availability.days import clock, unit_of, wall_time
from scheduling.availability.place import Calendar, Holder
from scheduling.availability.steps import DEVICE, PATIENT
from scheduling.course.giving import gives_of
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted
from scheduling.guard.against import PLACE, Against
from scheduling.planning.reasons import spoken


def by_place(situation: Situation, wanted: Sequence[Wanted], busy: Seats | None = None) -> Iterator[Against]:
    """What the place says: hours, absences, credentials, rooms, devices, and that the time lies ahead.

    With the free times `busy` also who and what is booked already. Without them that is left to the
    claims, which decide it in the database.
    """
    opened = unbooked(situation)
    for one in wanted:
        wrong = by_clock(situation, one)
        for text in [wrong] if wrong else by_hours(opened, one, busy):
            yield Against(PLACE, f"{spoken(one.date)}, {one.starts}: {text}.", one.date)


def unbooked(situation: Situation) -> Seats:
    """The times of a place as if nobody were booked."""
    version = situation.version
    empty = Calendar(situation.place, 0, sys.maxsize, {})
    return Seats(empty, situation.location.zone, version.plan.patient_id, gives_of(version.series.all()))


def by_clock(situation: Situation, one: Wanted) -> str:
    """What the clock says against a visit: another time, one that has passed, one after the plan."""
    if wall_time(one.unit, situation.location.zone) != (one.date, one.minute):
        return f"the clock at {situation.location} shows another time"
    if one.unit <= unit_of(situation.now):
        return "this time has passed"
    if one.date > situation.last:
        return f"after the plan, which ends on {spoken(situation.last)}"
    return ""


def by_hours(opened: Seats, one: Wanted, busy: Seats | None) -> Iterator[str]:
    """What the hours and capabilities of a place, and those who are booked, say against one visit."""
    keys = sorted(set(one.keys))
    asked, finder = opened.asked(keys, one.date), opened.finder(keys)
    whole = span(one.unit - opened.day(one.date).first, finder.length)
    shut = opened.calendar.place.shut_on(one.date)
    if shut is not None:
        yield f"closed ({shut.reason})"
    elif asked.open & whole != whole:
        yield f"not open then; {hours_in_words(asked.open, opened, one.date)}"
    else:
        for kind in finder.needed:
            if text := why_not_held(opened, one, kind, busy):
                yield text
    if one.device and DEVICE not in finder.needed:
        yield "this visit needs no device"
    if one.steps != opened.steps(keys):
        yield "the steps are not those of the protocols"


def why_not_held(opened: Seats, one: Wanted, kind: str, busy: Seats | None = None) -> str:
    """Why a visit cannot hold its patient, provider, room or device at its time; nothing when it can.

    `opened` are the times of the place as if nobody were booked, `busy` the free ones.
    """
    if kind != PATIENT and (text := off_duty(opened, one, kind)):
        return text
    if busy is None or not is_taken(busy, one, kind):
        return ""
    if kind == PATIENT:
        return "the patient has another visit then"
    return f"{opened.names[kind, held(one, kind)].name} is booked already"


def off_duty(opened: Seats, one: Wanted, kind: str) -> str:
    """Why somebody or something could not be had even if nobody were booked."""
    holder = held(one, kind)
    known = opened.names.get((kind, holder))
    free = opened.asked(one.keys, one.date).free[kind].get(holder)
    if known is None:
        return f"this {kind} cannot be booked here" if holder else f"no {kind} is named"
    if free is None:
        return f"{known.name} {'does not give' if kind == 'provider' else 'does not serve'} this treatment"
    if not opened.finder(one.keys).fits(kind, free) >> one.unit - opened.day(one.date).first & 1:
        return off(known, one.date)
    return ""


def is_taken(busy: Seats, one: Wanted, kind: str) -> bool:
    """Whether somebody or something is held by another visit while this one would need them."""
    day = busy.day(one.date)
    holder = busy.patient if kind == PATIENT else held(one, kind)
    bits = busy.calendar.taken(day, kind, holder) >> one.unit - day.first
    return any(bits & span(first, count) for first, count in busy.finder(one.keys).held[kind])


def held(one: Wanted, kind: str) -> int:
    """The id of the provider, room or device that a visit would hold; 0 for none, and for the patient."""
    return int(getattr(one, kind, None) or 0)


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
