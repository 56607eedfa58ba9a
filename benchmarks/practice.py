"""A practice for benchmarks of booking: open on weekdays, with people who have approved plans.

Every plan is made by the actions that the pages call; import this only once Django is set up.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from clinic.models import Device, Location, OpeningHours, Patient, Provider, Room, Shift, StaffRole, User
from scheduling.actions.approvals import approve
from scheduling.actions.plans import propose
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.intake.recommendation import Recommendation
from scheduling.models import PlanVersion
from treatments.library import load_library
from treatments.models import Credential, DeviceUse, RoomUse, TreatmentType
from treatments.shipping import ship

START = datetime.date(2027, 1, 4)
NOW = datetime.datetime(2026, 12, 21, 15, tzinfo=datetime.UTC)
OPENS, CLOSES = 9 * 60, 18 * 60
RF_AGREED = {"topic": "rf_microneedling.perioral", "outcome": "agreed", "by": "provider"}


@dataclass(frozen=True)
class Practice:
    """A location with its people: `approver` is a provider's account, `coordinator` books."""

    location: Location
    approver: User
    coordinator: User


def open_practice(providers: int = 5, rooms: int = 4, devices: int = 2) -> Practice:
    """Save a catalogue and a location where everybody and everything serves every treatment."""
    ship(load_library())
    location = Location.objects.create(name="Bench Street", slug="bench", time_zone="America/New_York")
    OpeningHours.objects.bulk_create(
        OpeningHours(location=location, weekday=day, opens=OPENS, closes=CLOSES) for day in location.weekdays
    )
    treatments = list(TreatmentType.objects.all())
    for number in range(1, rooms + 1):
        room = Room.objects.create(location=location, name=f"Room {number}", position=number)
        RoomUse.objects.bulk_create(RoomUse(room=room, treatment=one) for one in treatments)
    for number in range(1, devices + 1):
        device = Device.objects.create(location=location, name=f"Device {number}", position=number)
        DeviceUse.objects.bulk_create(DeviceUse(device=device, treatment=one) for one in treatments)
    everybody = [at_work(number, location, treatments) for number in range(1, providers + 1)]
    coordinator = User.objects.create(
        email="coordinator@example.com", name="Coordinator", role=User.Role.COORDINATOR
    )
    StaffRole.objects.create(user=coordinator, location=location, role=coordinator.role)
    return Practice(location, everybody[0].user, coordinator)


def at_work(number: int, location: Location, treatments: list[TreatmentType]) -> Provider:
    """Save a provider who works all day on every weekday and gives every treatment."""
    user = User.objects.create(
        email=f"provider{number}@example.com", name=f"Provider {number}", role=User.Role.PROVIDER
    )
    StaffRole.objects.create(user=user, location=location, role=user.role)
    provider = Provider.objects.create(user=user, printed_name=f"Provider {number}")
    Shift.objects.bulk_create(
        Shift(
            provider=provider,
            location=location,
            weekday=day,
            starts=OPENS,
            ends=CLOSES,
            first=datetime.date(2026, 1, 1),
        )
        for day in location.weekdays
    )
    Credential.objects.bulk_create(Credential(provider=provider, treatment=one) for one in treatments)
    return provider


def recommended(*wants: tuple[str, str], months: int = 18) -> Recommendation:
    """The solved plan of somebody with these (concern, area), RF microneedling around the mouth agreed."""
    intake = {
        "start": START.isoformat(),
        "horizon_months": months,
        "concerns": [{"concern": concern, "area": area} for concern, area in wants],
        "discussed": [RF_AGREED],
    }
    return recommend(read_intake(intake))


def patients(practice: Practice, count: int) -> Iterator[Patient]:
    """Save so many patients."""
    for number in range(1, count + 1):
        yield Patient.objects.create(
            first_name="Patient",
            last_name=f"Number {number}",
            birth_date=datetime.date(1980, 1, 1),
            location=practice.location,
        )


def approved(practice: Practice, patient: Patient, found: Recommendation) -> PlanVersion:
    """Propose a plan and approve it."""
    version = propose(by=practice.coordinator, patient=patient, found=found, library=load_library(), now=NOW)
    approve(by=practice.approver, version=version, now=NOW)
    return PlanVersion.objects.with_details().get(pk=version.pk)
