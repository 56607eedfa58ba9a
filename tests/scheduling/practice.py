"""A practice of tests that can be booked: hours, providers with shifts, rooms and devices."""

import datetime
from collections.abc import Sequence

from clinic.models import Device, Location, OpeningHours, Patient, Provider, Room, Shift, User
from scheduling.actions import approvals
from scheduling.actions.bookings import Order, book
from scheduling.course.situation import Situation
from scheduling.course.wanted import wanted_of
from scheduling.intake.recommendation import Recommendation
from scheduling.models import Booking, Change, PlanVersion
from scheduling.time_limit import stop_after
from tests.scheduling.builders import NOON, catalogue, make_plan
from treatments.models import Credential, DeviceUse, RoomUse, TreatmentType

NINE, FIVE = 9 * 60, 17 * 60
WEEK = (1, 2, 3, 4, 5)


def open_practice(location: Location, rooms: int = 2, devices: int = 1) -> Location:
    """Open a location on its weekdays from nine to five, with rooms and devices that serve everything."""
    catalogue()
    OpeningHours.objects.bulk_create(
        OpeningHours(location=location, weekday=day, opens=NINE, closes=FIVE) for day in location.weekdays
    )
    treatments = list(TreatmentType.objects.all())
    for number in range(1, rooms + 1):
        room = Room.objects.create(location=location, name=f"Room {number}", position=number)
        RoomUse.objects.bulk_create(RoomUse(room=room, treatment=one) for one in treatments)
    for number in range(1, devices + 1):
        device = Device.objects.create(location=location, name=f"Device {number}", position=number)
        DeviceUse.objects.bulk_create(DeviceUse(device=device, treatment=one) for one in treatments)
    return location


def work(user: User, location: Location, weekdays: Sequence[int] = WEEK, hours=(NINE, FIVE)) -> Provider:
    """Let a provider work at a location every week and give every treatment."""
    provider, _ = Provider.objects.get_or_create(user=user, defaults={"printed_name": user.name})
    Shift.objects.bulk_create(
        Shift(
            provider=provider,
            location=location,
            weekday=day,
            starts=hours[0],
            ends=hours[1],
            first=datetime.date(2026, 1, 1),
        )
        for day in weekdays
    )
    Credential.objects.bulk_create(
        (Credential(provider=provider, treatment=one) for one in TreatmentType.objects.all()),
        ignore_conflicts=True,
    )
    return provider


def approved_plan(
    patient: Patient, by: User, provider: User, found: Recommendation | None = None, override: str = ""
) -> PlanVersion:
    """Propose a plan and let a provider sign it, with a reason where it sets a rule aside."""
    version = make_plan(patient, by, found)
    approvals.approve(by=provider, version=version, now=NOON, override=override)
    return PlanVersion.objects.with_details().get(pk=version.pk)


def order_for(version: PlanVersion, now: datetime.datetime = NOON, **fields) -> Order:
    """Arrange everything that is left of a plan, as an order."""
    arranged = Situation(version, now).arrange(stop=stop_after(5))
    assert not arranged.unplaced
    return Order(wanted=tuple(wanted_of(one) for one in arranged.placed), **fields)


def book_all(version: PlanVersion, by: User, now: datetime.datetime = NOON) -> Change:
    """Book the whole plan."""
    return book(by=by, version=version, order=order_for(version, now), now=now)


def booked(version: PlanVersion) -> list[Booking]:
    """Give the plan's bookings in order of time."""
    return list(Booking.objects.filter(plan=version.plan_id).with_details().order_by("unit"))
