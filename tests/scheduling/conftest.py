"""What is collected on which database, and the plans that several files of tests book."""

import datetime

import pytest
import time_machine
from django.db import connection

from scheduling.actions import visits
from scheduling.models import Booking, PlanVersion
from tests.scheduling.asking import FACE_KEY, NECK_KEY, asked, do, noon
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.laboratory import booked_plan
from tests.scheduling.practice import approved_plan, booked, open_practice, work

FIRST, APRIL, JULY = datetime.date(2027, 1, 5), datetime.date(2027, 4, 5), datetime.date(2027, 7, 6)

# Nobody waits for a row, or in a circle, where one writes at a time.
WAITING = ["test_claiming_circle.py", "test_claiming_waits.py"]
collect_ignore = [] if connection.vendor == "postgresql" else WAITING


@pytest.fixture
def monday():
    """Monday 4 January 2027, noon in New York; what is given moves the clock."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def maya(signed_in, patient_user):
    """The browser of Maya, a patient."""
    return signed_in(patient_user)


@pytest.fixture
def nora(signed_in, coordinator):
    """The browser of Nora, who books at Park Street."""
    return signed_in(coordinator)


@pytest.fixture
def practice(location, provider):
    """Park Street, open, with Dr. Ellis at work."""
    open_practice(location)
    work(provider, location)
    return location


@pytest.fixture
def neck(practice, coordinator, provider, patient):
    """Alice's plan of the neck, with its first two visits booked for 5 January and 5 April."""
    version = approved_plan(patient, coordinator, provider)
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST), asked(version, [(NECK_KEY, 2)], APRIL))
    return version


@pytest.fixture
def version(practice, coordinator, provider, patient):
    """Alice's plan of neck and upper face, with three visits booked."""
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    for number, day in enumerate((FIRST, APRIL, JULY), start=1):
        do(version, coordinator, asked(version, [(NECK_KEY, number), (FACE_KEY, number)], day))
    return version


@pytest.fixture
def come(version, coordinator):
    """Complete a visit: `come(0)`, `come(1, NECK_KEY, left_out="Cold sore")`."""

    def complete(place: int, *keys: str, left_out: str = "") -> Booking:
        booking = booked(version)[place]
        treated = keys or [one.key for one in booking.sessions.all()]
        return visits.complete(
            by=coordinator, booking=booking, treated=treated, now=noon(booking.date), left_out=left_out
        )

    return complete


@pytest.fixture
def plan(practice, patient, coordinator, provider) -> PlanVersion:
    """Alice's plan of the neck as a change of its protocol finds it, booked."""
    return booked_plan(patient, coordinator, provider)
