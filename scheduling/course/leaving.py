"""What a patient leaves behind at a location: visits to be given back, and what has to be settled first."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from clinic.models import Patient
from scheduling.models import Booking, Plan, Waiting
from scheduling.planning.reasons import spoken

HERE, OPEN, HELD = "here", "open", "held"
Status = Booking.Status


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Something that has to be settled before a patient can move, and how.

    `kind` is here (the patient has arrived), open (nobody said yet whether they came) or held (a time is
    offered to them); `booking` is the id of the visit or of the held time.
    """

    kind: str
    text: str
    booking: int


class Leaving:
    """The live bookings and waitlist entries of a patient at `now`, aware, in a fixed number of queries.

    The patient comes with their location.
    """

    def __init__(self, patient: Patient, now: datetime.datetime):
        self.patient, self.now = patient, now

    @cached_property
    def bookings(self) -> list[Booking]:
        """Every live booking of the patient, in order of time."""
        live = Booking.objects.live().without_expired(self.now).filter(patient=self.patient)
        return list(live.with_details().order_by("unit", "pk"))

    @cached_property
    def plans(self) -> list[Plan]:
        """The patient's plans, the oldest first."""
        return list(Plan.objects.filter(patient=self.patient).order_by("number"))

    @cached_property
    def waiting(self) -> list[Waiting]:
        """The plans for which the patient waits for a sooner date."""
        return list(Waiting.objects.active().filter(plan__patient=self.patient).with_details())

    @property
    def coming(self) -> list[Booking]:
        """The booked visits that have not begun: what is given back."""
        return [one for one in self.bookings if one.status == Status.BOOKED and one.at > self.now]

    @cached_property
    def unsettled(self) -> tuple[Unsettled, ...]:
        """What stands in the way of moving, in order of time."""
        return tuple(self._unsettled())

    def _unsettled(self) -> Iterator[Unsettled]:
        for one in self.bookings:
            when = f"{spoken(one.date)}, {one.starts}"
            if one.status == Status.HELD and one.held_until:
                until = one.held_until.astimezone(one.location.zone)
                text = f"{when} is held until {until:%H:%M}. Book that time or give it back first."
                yield Unsettled(HELD, text, one.pk)
            elif one.status == Status.ARRIVED:
                text = f"{self.patient.first_name} is here for the visit on {when}. Complete it first."
                yield Unsettled(HERE, text, one.pk)
            elif one.at <= self.now:
                text = f"Nobody said yet what became of the visit on {when}. Record that first."
                yield Unsettled(OPEN, text, one.pk)
