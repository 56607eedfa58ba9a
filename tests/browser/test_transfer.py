"""A patient is moved to another location in a real browser: shown first, then done, accessible throughout."""

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Location, Patient, User
from scheduling.actions import visits
from scheduling.models import Booking, PlanVersion
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def practice(demo):
    """The demo practice on Monday 4 January 2027, both locations open, Dr. Ellis at work at Park Street."""
    for location in Location.objects.all():
        open_practice(location)
    work(User.objects.get(email="ellis@example.com"), Location.objects.get(slug="park-street"))
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def version() -> PlanVersion:
    """Maya's plan, booked whole from today on."""
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    maya = Patient.objects.get(email="maya@example.com")
    version = approved_plan(maya, nora, ellis, found_for(NECK, UPPER_FACE))
    book_all(version, nora)
    return version


def test_a_patient_is_moved_after_seeing_what_becomes_of_every_visit(enter, live_server, version, axe):
    page = enter("Ellis")
    page.goto(f"{live_server.url}/patients/{version.plan.patient_id}/")
    axe(page)

    page.get_by_role("link", name="Move to another location").click()
    expect(page.get_by_text("Given back; needs a date at Lakeside.")).to_have_count(len(booked(version)))
    expect(page.get_by_text("Lakeside has no provider for MesoBotox")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Move to Lakeside").press("Enter")

    expect(page.get_by_text("Maya Okafor comes to Lakeside now.")).to_be_visible()
    assert not Booking.objects.live().exists()
    assert Patient.objects.get(pk=version.plan.patient_id).location.slug == "lakeside"


def test_what_is_open_leads_to_the_visit_before_anything_can_be_moved(enter, live_server, version, axe):
    nora = User.objects.get(email="nora@example.com")
    visits.arrive(by=nora, booking=booked(version)[0], now=NOON)
    page = enter("Ellis")

    page.goto(f"{live_server.url}/patients/{version.plan.patient_id}/transfer/")

    expect(page.get_by_role("button", name="Move to Lakeside")).to_have_count(0)
    axe(page)
    page.get_by_role("link", name="Open the visit").click()
    expect(page.get_by_role("button", name="Complete the visit")).to_be_visible()


def test_who_works_at_one_location_is_told_whom_to_ask(enter, live_server, version, axe):
    page = enter("Nora")

    page.goto(f"{live_server.url}/patients/{version.plan.patient_id}/transfer/")

    expect(page.get_by_text("ask Dr. June Ellis.")).to_be_visible()
    axe(page)


def test_booked_dates_on_the_timeline_are_accessible(enter, live_server, version, axe):
    page = enter("Nora")

    page.goto(f"{live_server.url}/plans/{version.plan_id}/")

    expect(page.locator("a.mark .timeline-core").first).to_be_attached()
    axe(page)
