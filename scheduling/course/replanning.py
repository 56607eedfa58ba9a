"""What a new arrangement changes about the booked visits: shown before it is applied, then applied as one."""

import copy
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from scheduling.actions.bookings import Order
from scheduling.arranging.arrange import Arrangement, Placement, Unplaced
from scheduling.claiming.booked_rows import moved_to
from scheduling.course.situation import Situation
from scheduling.course.standing import Standings
from scheduling.course.wanted import SessionId, Wanted, wanted_of
from scheduling.models import Booking


@dataclass(frozen=True, slots=True)
class Moved:
    """A booked visit and where it would be."""

    booking: Booking
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change: visits that stay, move, are new or given up; sessions that would need a date."""

    kept: tuple[Booking, ...]
    moved: tuple[Moved, ...]
    new: tuple[Wanted, ...]
    dropped: tuple[Booking, ...]
    unplaced: tuple[Unplaced, ...]
    proven: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.moved or self.new or self.dropped)

    def order(self, action: str, reason: str = "", key: uuid.UUID | None = None) -> Order:
        """The order that applies it."""
        return Order(
            wanted=(*(one.wanted for one in self.moved), *self.new),
            dropped=tuple(one.pk for one in self.dropped),
            action=action,
            reason=reason,
            key=key or uuid.uuid4(),
        )


def difference(situation: Situation, arranged: Arrangement, pinned: Iterable[int] = ()) -> Difference:
    """Compare an arrangement with what is booked; `pinned` are ids of the bookings it left alone.

    Visits that hold no session of the plan any more are given up, boosters stay.
    """
    by_sessions = {
        ids: booking for booking in situation.standings.bookings if (ids := sessions_of(situation, booking))
    }
    stray = [one for one in situation.standings.stray if not is_fixed(situation, one, pinned)]
    kept, moved, new = [], [], []
    for one in arranged.placed:
        booking = by_sessions.pop(frozenset(one.sessions), None)
        if booking is None:
            new.append(wanted_of(one))
        elif stays(booking, one):
            kept.append(booking)
        else:
            moved.append(Moved(booking, wanted_of(one, booking.pk)))
    left = {one: is_fixed(situation, one, pinned) for one in by_sessions.values()}
    kept += [one for one, fixed in left.items() if fixed]
    dropped = (*(one for one, fixed in left.items() if not fixed), *stray)
    return Difference(tuple(kept), tuple(moved), tuple(new), dropped, arranged.unplaced, arranged.proven)


def sessions_of(situation: Situation, booking: Booking) -> frozenset[SessionId]:
    """The sessions of the version that a booking holds."""
    booked = situation.standings.booked
    return frozenset(session for session, one in booked.items() if one.pk == booking.pk)


def is_fixed(situation: Situation, booking: Booking, pinned: Iterable[int]) -> bool:
    """Whether a booking was not to be moved: pinned, arrived, or in the past."""
    past = booking.date < situation.today
    return past or booking.pk in set(pinned) or booking.status != Booking.Status.BOOKED


def stays(booking: Booking, placed: Placement) -> bool:
    """Whether a visit keeps its time and all it holds."""
    one = wanted_of(placed)
    now = (booking.unit, booking.units, booking.provider_id, booking.room_id, booking.device_id)
    return now == (one.unit, one.units, one.provider, one.room, one.device)


def with_moved(situation: Situation, wanted: Wanted) -> Situation:
    """The same situation as if a visit were booked at another time already; nothing is written."""
    standings = situation.standings
    bookings = [
        moved_to(copy.copy(one), wanted) if one.pk == wanted.booking else one for one in standings.bookings
    ]
    found = Situation(situation.version, situation.now)
    found.place = situation.place
    found.standings = Standings(situation.version, situation.today, bookings, standings.had)
    return found
