"""What a change of bookings did, in words."""

import datetime
from typing import Any

from clinic.models.clock import clock
from scheduling.models import Change
from scheduling.planning.reasons import spoken

BOOKED, MOVED, SERIES, REPLANNED = "visit.booked", "visit.moved", "series.booked", "plan.replanned"
CANCELLED = "visit.cancelled"
DEEDS = {
    SERIES: "booked",
    BOOKED: "booked",
    "bookings.imported": "booked",
    "offer.taken": "booked",
    CANCELLED: "cancelled",
    MOVED: "moved",
    REPLANNED: "re-planned",
}


def visits(count: int) -> str:
    """A number of visits in words: 1 visit, 3 visits."""
    return f"{count} visit{'s' * (count != 1)}"


def deed(change: Change) -> str:
    """Who did what in a change: Nora booked 9 visits."""
    return f"{change.by.name} {DEEDS.get(change.action, 'changed')} {visits(len(change.after))}"


def done_before(change: Change) -> str:
    """What a change did that somebody asks for anew with its key: already: Nora moved 1 visit, now on …."""
    first = first_of(change)
    return f"already: {deed(change)}{f', now on {first}' if first else ''}"


def booked_words(change: Change) -> str:
    """Say what a change did: how many visits have their time now, and when the first of them is."""
    written = len([one for one in change.after.values() if one])
    if not written:
        return f"{visits(len(change.after))} given up." if change.after else "Nothing was changed."
    if written == 1:
        return f"The visit is on {first_of(change)}."
    return f"{written} visits have their time, the first on {first_of(change)}."


def first_of(change: Change) -> str:
    """When the first visit is that a change wrote: Tue 6 Apr 2027 at 11:05; nothing when it wrote none."""
    written: list[dict[str, Any]] = [one for one in change.after.values() if one]
    if not written:
        return ""
    first = min(written, key=lambda one: (one["date"], one["minute"]))
    return f"{spoken(datetime.date.fromisoformat(first['date']))} at {clock(first['minute'])}"
