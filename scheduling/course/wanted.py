"""A visit that somebody wants booked: its sessions, its time, and whom and what it would hold."""

import datetime
from dataclasses import dataclass

from scheduling.arranging.arrange import Placement
from scheduling.arranging.seats import Seat
from scheduling.availability.bits import UNIT
from scheduling.availability.days import EPOCH, LENGTH, clock
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM, Step

SessionId = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit to be booked, or `booking` moved to it.

    `sessions` are keys with numbers within the version of the plan, in treatment order; number 0 is a
    booster. `minute` is local wall time, `unit` the same moment on the line of five-minute units.
    """

    sessions: tuple[SessionId, ...]
    date: datetime.date
    minute: int
    unit: int
    provider: int
    room: int
    device: int | None
    steps: tuple[Step, ...]
    reason: str = ""
    booking: int | None = None

    @property
    def units(self) -> int:
        """Its length in five-minute units."""
        return sum(step.units for step in self.steps)

    @property
    def keys(self) -> tuple[str, ...]:
        """The series of its sessions."""
        return tuple(key for key, _ in self.sessions)

    @property
    def starts(self) -> str:
        """What the clock shows when it begins."""
        return clock(self.minute)

    @property
    def ends(self) -> str:
        """What the clock shows when it ends, on a day without a clock change."""
        return clock((self.minute + self.units * UNIT) % (24 * 60))


def wanted_at(seat: Seat, sessions: tuple[SessionId, ...], booking: int | None = None) -> Wanted:
    """A visit of these sessions at a seat."""
    local = (EPOCH + seat.unit * LENGTH).astimezone(seat.day.zone)
    held = seat.fit.resources
    return Wanted(
        sessions=sessions,
        date=seat.day.date,
        minute=local.hour * 60 + local.minute,
        unit=seat.unit,
        provider=held[PROVIDER],
        room=held[ROOM],
        device=held.get(DEVICE),
        steps=seat.steps,
        reason=seat.reason,
        booking=booking,
    )


def wanted_of(placement: Placement, booking: int | None = None) -> Wanted:
    """A visit as it was arranged."""
    return wanted_at(placement.seat, placement.sessions, booking)
