"""Whether the sessions of an order can be booked at all: the plan has them, and none is given or booked."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from scheduling.course.standing import UNRESOLVED, Standings
from scheduling.course.wanted import SessionId, Wanted
from scheduling.guard.against import PLACE, Against
from scheduling.models import Booking
from scheduling.planning.reasons import spoken

Status = Booking.Status
HERE = "Complete it: what is not treated needs a date again and can be booked for another day."
OVER = {
    Status.COMPLETED: "This visit is done. What is still to come is moved from the plan.",
    Status.MISSED: "The patient did not come. The sessions need a date: book them from the plan.",
    Status.CANCELLED: "This visit is cancelled. Its sessions can be booked from the plan.",
    Status.HELD: "This time is held for an offer. Accept or decline the offer on the waitlist.",
}
STRAY = "The plan no longer holds this visit's sessions. Cancel it and book what the plan holds now."


def why_it_stays(standings: Standings, booking: Booking) -> str:
    """Why a visit is not moved at all, wherever to, and what would work; nothing when it can be."""
    if booking.status in OVER:
        return OVER[Status(booking.status)]
    if found := next(settled(standings, booking), None):
        return found.text
    held, live = standings.sessions_of(booking), [one for one in booking.sessions.all() if one.is_live]
    return "" if held and len(held) == len(live) else STRAY


def by_sessions(
    standings: Standings, wanted: Sequence[Wanted], dropped: AbstractSet[int]
) -> Iterator[Against]:
    """What an order cannot do with sessions and bookings of a plan, whatever the rules say."""
    by_id = {one.pk: one for one in standings.bookings}
    for pk in sorted({one.booking for one in wanted if one.booking} | dropped):
        if pk in by_id:
            yield from settled(standings, by_id[pk])
    leaving = dropped | {one.booking for one in wanted if one.booking}
    seen: set[SessionId] = set()
    for one in wanted:
        yield from by_visit(standings, one, by_id)
        for session in one.sessions:
            if session[1] and session in seen:
                yield Against(PLACE, f"{named(standings, session)} is asked for twice.", one.date)
            seen.add(session)
            yield from by_session(standings, one, session, leaving)


def settled(standings: Standings, booking: Booking) -> Iterator[Against]:
    """Why a booking is not to be moved or given up any more."""
    if booking.status == Booking.Status.ARRIVED:
        yield Against(
            PLACE, f"The patient is here for the visit on {spoken(booking.date)}. {HERE}", booking.date
        )
    elif booking.date < standings.today:
        yield Against(PLACE, unresolved(booking), booking.date)


def unresolved(booking: Booking) -> str:
    """What has to be recorded before anything else."""
    return f"Record first what became of the visit on {spoken(booking.date)}, {booking.starts}."


def by_visit(standings: Standings, one: Wanted, by_id: Mapping[int, Booking]) -> Iterator[Against]:
    """What is wrong with the sessions of a visit together."""
    keys = list(one.keys)
    if not keys:
        yield Against(PLACE, "A visit has at least one session.", one.date)
    if len(set(keys)) < len(keys):
        yield Against(PLACE, f"{spoken(one.date)}: one area stands in the visit twice.", one.date)
    booking = by_id.get(one.booking or 0)
    if booking is not None and standings.sessions_of(booking) != frozenset(one.sessions):
        text = f"The visit on {spoken(booking.date)} holds other sessions. Look at the plan again."
        yield Against(PLACE, text, one.date)


def by_session(
    standings: Standings, one: Wanted, session: SessionId, leaving: AbstractSet[int]
) -> Iterator[Against]:
    """Why a session cannot be booked: it does not exist, was given, or is booked by a visit that stays."""
    key, number = session
    if (number and session not in standings.numbers) or key not in standings.series:
        yield Against(PLACE, f"The plan has no session {number} of {key}. Look at it again.", one.date)
        return
    if number == 0:
        return
    booking = standings.booked.get(session)
    if session in standings.done:
        day = spoken(standings.done[session])
        yield Against(PLACE, f"{named(standings, session)} was given on {day}.", one.date)
    elif booking is not None and standings.state(key, number) == UNRESOLVED:
        yield Against(PLACE, unresolved(booking), booking.date)
    elif booking is not None and booking.pk not in leaving:
        when = f"{spoken(booking.date)}, {booking.starts}"
        yield Against(PLACE, f"{named(standings, session)} is booked for {when} already.", one.date)
    for (other, later), before in standings.booked.items():
        if other == key and later > number and standings.state(other, later) == UNRESOLVED:
            yield Against(PLACE, unresolved(before), before.date)


def named(standings: Standings, session: SessionId) -> str:
    """A session in words, counted in the whole course."""
    series = standings.series[session[0]]
    return f"{series.name}, session {session[1] + series.done}"
