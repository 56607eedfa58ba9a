"""What stands in the way of a visit, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from scheduling.availability.bits import starts
from scheduling.availability.place import Holder
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM

if TYPE_CHECKING:
    from .seats import Keys, Seats

NOBODY = {
    PROVIDER: "no provider gives this here",
    ROOM: "no room serves this",
    DEVICE: "no device gives this",
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way of a visit on a day, and the rule behind it where one is.

    `kind` is place, patient, provider, room, device, together or rule.
    """

    kind: str
    text: str
    rule: str = ""


def blockers(seats: "Seats", keys: "Keys", when: date) -> tuple[Blocker, ...]:
    """Everything that stands in the way of a visit of these series on a day; nothing when it has a time."""
    if seats.times(keys, when):
        return ()
    place, day = seats.calendar.place, seats.day(when)
    shut = place.shut_on(when)
    if shut is not None:
        return (Blocker("place", because("closed", shut.reason)),)
    opened = place.open(day)
    if not opened:
        return (Blocker("place", f"not open on {when:%A}s"),)
    if not starts(opened, seats.finder(keys).length):
        return (Blocker("place", "not open long enough for this visit"),)
    return tuple(_kind_by_kind(seats, keys, when)) or (
        Blocker("together", "no time at which patient, provider, room and device are free together"),
    )


def why_not_provider(seats: "Seats", keys: "Keys", when: date) -> str:
    """Why the wished provider cannot give these series on a day."""
    holder = seats.names.get((PROVIDER, seats.likes.provider or 0))
    if holder is None:
        return "the preferred provider does not work here"
    if not seats.treatments(keys) <= holder.serves:
        return f"{holder.name} does not give this"
    return why_not(holder, when)


def why_not(holder: Holder, when: date) -> str:
    """Why somebody or something cannot be had on a day on which they have no free time."""
    away = holder.away_on(when)
    if away is not None:
        return because(f"{holder.name} is away", away.reason)
    if holder.weekly is not None and not any(
        one.weekday == when.isoweekday() and one.first <= when <= one.last for one in holder.weekly
    ):
        return f"{holder.name} does not work on this {when:%A}"
    return f"{holder.name} has no free time long enough"


def because(text: str, reason: str) -> str:
    """A sentence with its reason, if there is one."""
    return f"{text} ({reason})" if reason else text


def _kind_by_kind(seats: "Seats", keys: "Keys", when: date) -> Iterator[Blocker]:
    """The kinds of which nobody could be had even if all others were free."""
    asked, finder = seats.asked(keys, when), seats.finder(keys)
    possible = starts(asked.open, finder.length)
    for kind in finder.needed:
        fits = 0
        for free in asked.free[kind].values():
            fits |= finder.fits(kind, free)
        if fits & possible:
            continue
        if kind == PATIENT:
            yield Blocker(kind, "the patient has other visits on this day")
        else:
            holders = [seats.names[kind, key] for key in asked.free[kind]]
            yield Blocker(kind, ", ".join(why_not(one, when) for one in holders) or NOBODY[kind])
