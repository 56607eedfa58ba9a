"""What becomes different for a patient between two states of their visits, and which message says so."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clinic.models.clock import clock
from scheduling.availability.days import EPOCH, LENGTH
from scheduling.models import Booking
from scheduling.patient_page.words import length_words, stay, stay_of
from scheduling.planning.reasons import spoken

GONE = (Booking.Status.CANCELLED, Booking.Status.HELD)
OFF, INSTEAD = "is cancelled", "instead of"  # what a message says of times that hold no longer


class When(NamedTuple):
    """When a visit is: its local date and minute, the moment as a unit, and the patient's minutes there."""

    date: datetime.date
    minute: int
    unit: int
    stay: int

    def __str__(self):
        return f"{spoken(self.date)} at {clock(self.minute)}"

    @property
    def at(self) -> datetime.datetime:
        """The moment it begins, in UTC."""
        return EPOCH + self.unit * LENGTH

    def facts(self) -> dict[str, str]:
        """What a message about this one visit says."""
        return {
            "visit_date": spoken(self.date),
            "visit_time": clock(self.minute),
            "visit_length": length_words(self.stay),
        }


Visits = Mapping[int, When | None]


def as_kept(found: Mapping[str, Mapping[str, Any] | None]) -> dict[int, When | None]:
    """Read the bookings of a change, as it keeps them before or after, by their ids."""
    return {int(pk): when_kept(one) for pk, one in found.items()}


def when_kept(one: Mapping[str, Any] | None) -> When | None:
    """When a visit was that a change kept; None for one that was none then."""
    if one is None or one["status"] in GONE:
        return None
    return When(datetime.date.fromisoformat(one["date"]), one["minute"], one["unit"], stay(one["steps"]))


def when_booked(booking: Booking) -> When:
    """When a booking is, whatever became of it."""
    return When(booking.date, booking.minute, booking.unit, stay_of(booking))


@dataclass(frozen=True, slots=True)
class Difference:
    """One visit (id) that is at another time than before, is new, or is not any more."""

    booking: int
    before: When | None
    after: When | None

    def __str__(self):
        if self.after is None:
            return f"{self.before} {OFF}"
        return f"{self.after} {INSTEAD} {self.before}" if self.before else str(self.after)

    @property
    def shown(self) -> When:
        """The time it is about."""
        if found := self.after or self.before:
            return found
        raise ValueError("Nothing is different about a visit that was none and is none.")


def lists(text: str, when: When) -> bool:
    """Whether a text that lists differences says that a visit is at a time, not that one was."""
    return bool(re.search(rf"(?<!{INSTEAD} ){re.escape(str(when))}(?! {OFF})", text))


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told: by which message, with which facts, about which visit (id), and until when."""

    key: str
    facts: Mapping[str, str] = field(default_factory=dict)
    booking: int | None = None
    useful_until: datetime.datetime | None = None


def differences(before: Visits, after: Visits, now: datetime.datetime) -> list[Difference]:
    """List what became different of visits that are or were still to come, in order of time."""
    pairs = [Difference(pk, before.get(pk), after.get(pk)) for pk in {**before, **after}]
    found = [
        one
        for one in pairs
        if (one.before and one.before.unit) != (one.after and one.after.unit)
        and any(when and when.at > now for when in (one.before, one.after))
    ]
    return sorted(found, key=lambda one: one.shown.unit)


def telling(found: Sequence[Difference]) -> Telling:
    """Choose the one message that says all of some differences, of which there is at least one."""
    if len(found) == 1:
        return telling_one(found[0])
    until = max(one.shown.at for one in found)
    lines, count = "\n".join(str(one) for one in found), str(len(found))
    if all(one.before is None for one in found):
        return Telling("series_booked", {"visits": lines, "visit_count": count}, None, until)
    return Telling("visits_changed", {"changes": lines, "visit_count": count}, None, until)


def telling_one(one: Difference) -> Telling:
    """Choose the message about a single visit; it is of use until that begins."""
    key, facts = "visit_booked", one.shown.facts()
    if one.after is None:
        key = "visit_cancelled"
    elif one.before:
        key = "visit_moved"
        facts |= {"old_date": spoken(one.before.date), "old_time": clock(one.before.minute)}
    return Telling(key, facts, one.booking, one.shown.at)
