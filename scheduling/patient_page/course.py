"""A patient's signed plans and visits as they stand: fetched once, read by every page of theirs."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from clinic.models import Patient, User
from scheduling.course.standing import Standings
from scheduling.intake.intake import Event
from scheduling.models import Booking, CheckIn, Given, PatientEvent, PlanVersion, Signature
from treatments.models import ProtocolVersion
from treatments.protocols import Protocol

Status = Booking.Status


class Course:
    """What a patient may see at `now` (aware); `patient` comes with the location."""

    def __init__(self, user: User, patient: Patient, now: datetime.datetime):
        self.user, self.patient, self.now = user, patient, now
        self.location = patient.location
        self.today = now.astimezone(self.location.zone).date()

    @cached_property
    def versions(self) -> list[PlanVersion]:
        """The versions of their plans under which a signature stands."""
        found = PlanVersion.objects.visible_to(self.user).of(self.patient).with_details()
        return list(found.order_by("plan__number"))

    @cached_property
    def bookings(self) -> list[Booking]:
        """Every visit of theirs, in order of time; of plans that are being revised as well."""
        return list(Booking.objects.visible_to(self.user).with_details().order_by("unit", "pk"))

    @cached_property
    def given(self) -> list[Given]:
        """Everything they were given."""
        return list(Given.objects.standing().filter(patient=self.patient))

    @cached_property
    def standings(self) -> list[Standings]:
        """Where each signed plan stands."""
        by_plan = defaultdict(list)
        for one in self.bookings:
            if one.is_live:
                by_plan[one.plan_id].append(one)
        return [Standings(one, self.today, by_plan.get(one.plan_id, []), self.given) for one in self.versions]

    @cached_property
    def records(self) -> Mapping[str, Protocol]:
        """The protocols their series were planned by, with the numbers of that day."""
        pks = {series.protocol_version_id for one in self.versions for series in one.series.all()}
        found = ProtocolVersion.objects.filter(pk__in=pks).with_details()
        return {record.key: record for record in (one.as_record() for one in found)}

    @cached_property
    def coming(self) -> list[Booking]:
        """The booked visits that are not over, the nearest first."""
        open_still = (Status.BOOKED, Status.ARRIVED)
        return [one for one in self.bookings if one.status in open_still and one.date >= self.today]

    @cached_property
    def past(self) -> list[Booking]:
        """The visits that took place, the newest first."""
        return [one for one in reversed(self.bookings) if one.status == Status.COMPLETED]

    @property
    def next(self) -> Booking | None:
        """The next booked visit."""
        return self.coming[0] if self.coming else None

    @cached_property
    def plans(self) -> frozenset[int]:
        """The ids of the plans they can see."""
        return frozenset(one.plan_id for one in self.versions)

    def is_revised(self, booking: Booking) -> bool:
        """Whether the plan of a visit is being revised by the practice, so that the visit waits for it."""
        return booking.plan_id not in self.plans

    @cached_property
    def revised(self) -> bool:
        """Whether a plan they could see was changed and waits for a provider's signature."""
        if any(self.is_revised(one) for one in self.coming):
            return True
        signed = Signature.objects.filter(version__plan__patient=self.patient, voided_at__isnull=False)
        return signed.exclude(version__plan__in=self.plans).exists()

    @cached_property
    def told(self) -> list[PatientEvent]:
        """The days they told the practice about that are still to come."""
        found = PatientEvent.objects.visible_to(self.user).coming(self.today)
        return list(found.filter(patient=self.patient).select_related("booster"))

    @cached_property
    def events(self) -> list[Event]:
        """The days that matter to them, told by themselves or when the plan was made, in order."""
        own = [Event(one.name, one.date) for one in self.told]
        planned = [event for one in self.versions for event in one.recommendation.intake.events]
        found = dict.fromkeys((*own, *(one for one in planned if one.date >= self.today)))
        return sorted(found, key=lambda one: (one.date, one.name))

    @cached_property
    def check_ins(self) -> list[CheckIn]:
        """What they answered after visits."""
        return list(CheckIn.objects.visible_to(self.user).filter(patient=self.patient))
