"""What a patient knows of their visits: what they were told last, where a message did not go out yet."""

from collections.abc import Iterable
from typing import NamedTuple

from clinic.models import Patient
from scheduling.messages.differences import GONE, When, as_kept, when_booked
from scheduling.models import Booking, Change

VISITS = "visits"


class Base(NamedTuple):
    """The first change (id) that a message tells of; `undone` is 1 when it tells of its undoing alone."""

    change: int
    undone: int = 0

    def once(self, last: str) -> str:
        """Name a message that tells of everything from here to the last change."""
        return f"{VISITS}:{self.change}:{self.undone}:{last}"

    @classmethod
    def of(cls, once: str) -> "Base":
        """Read it from a message's name."""
        _, change, undone, _ = once.split(":")
        return cls(int(change), int(undone))


def known(patient: Patient, base: Base) -> dict[int, When | None]:
    """When each visit was that changed since a base, as the patient knows it."""
    found: dict[int, When | None] = {}
    for change in Change.objects.filter(plan__patient=patient, pk__gte=base.change).order_by("pk"):
        told = base.undone and change.pk == base.change
        for pk, when in as_kept(change.after if told else change.before).items():
            found.setdefault(pk, when)
    return found


def standing(bookings: Iterable[int]) -> dict[int, When | None]:
    """When each of some bookings (ids) is now; None for one that is cancelled."""
    rows = Booking.objects.filter(pk__in=bookings)
    return {one.pk: None if one.status in GONE else when_booked(one) for one in rows}
