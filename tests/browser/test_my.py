"""A patient's pages in a real browser: a visit moved by keyboard alone on a phone, both themes."""

import datetime

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Patient, User
from scheduling.models import Booking
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def practice(demo):
    """The demo practice on Monday 4 January 2027, Park Street open with Dr. Ellis at work."""
    location = open_practice(Patient.objects.get(email="maya@example.com").location)
    work(User.objects.get(email="ellis@example.com"), location)
    with time_machine.travel(NOON):
        yield location


@pytest.fixture
def visit(practice) -> Booking:
    """Maya's second visit, on Monday 5 April at nine; the first one is over."""
    maya = Patient.objects.get(email="maya@example.com")
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    version = approved_plan(maya, nora, ellis, found_for(NECK, UPPER_FACE))
    book_all(version, nora)
    return booked(version)[1]


def follow(page, name: str, role: str = "link") -> None:
    """Go with the Tab key to what has this name, and press Enter."""
    wanted = page.get_by_role(role, name=name).first
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by the Tab key")


def test_a_patient_moves_a_visit_by_keyboard_on_a_phone(enter, live_server, visit, axe):
    page = enter("Maya")
    page.set_viewport_size(PHONE)
    axe(page)
    expect(page.locator("nav.places a")).to_have_count(5)
    page.goto(f"{live_server.url}/my/visits/{visit.pk}/")

    follow(page, "Move")
    expect(page.get_by_role("heading", level=1)).to_have_text("Move your visit")
    axe(page)
    page.set_viewport_size(PHONE)
    follow(page, "Mon 5 Apr 2027, 15:30, Dr. June Ellis", "button")
    expect(page.get_by_role("heading", name="What this does to later visits")).to_be_visible()
    follow(page, "Move it", "button")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mon 5 Apr 2027, 15:30")
    visit.refresh_from_db()
    assert (visit.date, visit.starts) == (datetime.date(2027, 4, 5), "15:30")


@pytest.mark.parametrize("width", [320])
def test_no_page_of_a_patient_scrolls_sideways_on_the_smallest_phone(enter, live_server, visit, width):
    page = enter("Maya")
    page.set_viewport_size({"width": width, "height": 640})
    paths = ("plan/", "visits/", f"visits/{visit.pk}/", f"visits/{visit.pk}/move/", "events/new/", "ask/")

    for path in (*paths, "more/", "more/preferences/", "more/documents/", "more/data/"):
        page.goto(f"{live_server.url}/my/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
