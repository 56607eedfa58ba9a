"""Booking a plan by click, moving a visit, re-planning after an absence, undoing: in a real browser."""

import datetime
import re

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.actions.hours import add_absence, close_days
from clinic.models import Patient, Provider, User
from scheduling.models import Booking, PlanVersion
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = (NECK, UPPER_FACE)


@pytest.fixture(autouse=True)
def practice(demo):
    """The demo practice on Monday 4 January 2027, Park Street open with Dr. Ellis and Dr. Haddad at work."""
    location = open_practice(Patient.objects.get(email="maya@example.com").location)
    for name in ("ellis", "haddad"):
        work(User.objects.get(email=f"{name}@example.com"), location)
    with time_machine.travel(NOON):
        yield location


@pytest.fixture
def people() -> dict[str, User]:
    """Nora, who books, and Dr. Ellis, who approves."""
    return {name: User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis")}


@pytest.fixture
def maya() -> Patient:
    """Maya Okafor of Park Street."""
    return Patient.objects.get(email="maya@example.com")


@pytest.fixture
def version(maya, people) -> PlanVersion:
    """Maya's approved plan of the neck and the upper face."""
    return approved_plan(maya, people["nora"], people["ellis"], found_for(*BOTH))


@pytest.fixture
def away(version, people) -> Booking:
    """The second of Maya's booked visits, on a day on which Dr. Ellis is away."""
    book_all(version, people["nora"])
    second = booked(version)[1]
    add_absence(
        by=people["nora"],
        provider=Provider.objects.get(user=people["ellis"]),
        first=second.date,
        last=second.date,
        reason="Holiday",
    )
    return second


def test_a_provider_approves_and_every_visit_is_booked_by_one_click_and_undone_by_another(
    enter, live_server, maya, people
):
    plan = make_plan(maya, people["nora"], found_for(*BOTH)).plan
    page = enter("Ellis")
    page.goto(f"{live_server.url}/plans/{plan.pk}/")

    page.get_by_role("button", name="Approve").click()
    card = page.locator(".book-card")
    expect(card).to_contain_text("Maya Okafor")
    expect(card).to_contain_text("14 March 1985")
    page.get_by_role("button", name=re.compile(r"^Book all \d visits$")).click()

    expect(page.get_by_role("status").first).to_contain_text(
        "visits have their time, the first on Mon 4 Jan 2027"
    )
    expect(page.locator(".stand-row").first).to_contain_text("Dr. June Ellis · Room 1")
    expect(page.locator(".stand .status-good")).to_have_count(Booking.objects.filter(status="booked").count())
    page.locator(".undo-bar").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone")
    assert set(Booking.objects.values_list("status", flat=True)) == {"cancelled"}


def test_a_visit_is_moved_to_a_time_that_is_chosen(enter, live_server, version, people, axe):
    book_all(version, people["nora"])
    second = booked(version)[1]
    page = enter("Nora")
    page.goto(f"{live_server.url}/plans/{version.plan_id}/")

    page.get_by_role("link", name=re.compile("^Open the visit on Mon 5 Apr 2027")).click()
    page.get_by_role("link", name="Move").click()
    axe(page)
    page.get_by_role("button", name="Mon 5 Apr 2027, 15:30, Dr. June Ellis").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Mon 5 Apr 2027, 15:30 to")
    second.refresh_from_db()
    assert second.starts == "15:30"


def test_a_day_against_the_rules_says_why_and_names_days_that_work(enter, live_server, version, people, axe):
    book_all(version, people["nora"])
    second = booked(version)[1]
    page = enter("Nora")

    page.goto(f"{live_server.url}/visits/{second.pk}/move/?day=2027-03-22")
    page.get_by_text("Mon 22 Mar 2027").click()

    day = page.locator(".day-times").first
    expect(day).to_contain_text("too soon after the treatment on Mon 4 Jan 2027")
    expect(day.get_by_role("button")).to_have_count(0)
    expect(page.locator(".near-days a")).to_have_count(3)
    axe(page)


def test_after_an_absence_the_replan_is_seen_applied_and_undone(enter, live_server, version, away, axe):
    before = [(one.pk, one.unit, one.provider_id) for one in booked(version)]
    page = enter("Nora")
    page.goto(f"{live_server.url}/plans/{version.plan_id}/")

    expect(page.locator(".stand-warning")).to_have_text(
        re.compile(r"Dr\. June Ellis is away then \(Holiday\)")
    )
    page.get_by_role("link", name="Re-plan").click()
    line = page.locator(".replan-line").first
    expect(line).to_contain_text("Moves")
    expect(line).to_contain_text("Dr. June Ellis is away (Holiday).")
    axe(page)
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".stand-warning")).to_have_count(0)
    away.refresh_from_db()
    assert away.provider.printed_name == "Dr. Samir Haddad"
    page.locator(".undo-bar").get_by_role("button", name="Undo").click()

    expect(page.locator(".stand-warning")).to_have_count(1)
    assert [(one.pk, one.unit, one.provider_id) for one in booked(version)] == before


def test_a_visit_kept_as_booked_is_left_alone_by_the_replan(enter, live_server, version, away):
    page = enter("Nora")
    page.goto(f"{live_server.url}/plans/{version.plan_id}/replan/")

    page.locator(".replan-line").first.get_by_label(re.compile("^Keep as booked")).check()
    page.get_by_role("button", name="Arrange again").click()

    expect(page.get_by_text("Nothing has to change")).to_be_visible()


def test_what_has_no_time_is_named_and_the_rest_is_booked(enter, live_server, practice, version, people, axe):
    month = datetime.timedelta(days=60)
    third = version.visits.order_by("date")[2].date
    close_days(
        by=people["nora"], location=practice, first=third - month, last=third + month, reason="Renovation"
    )
    page = enter("Nora")
    page.goto(f"{live_server.url}/plans/{version.plan_id}/")

    page.get_by_role("button", name=re.compile("^Book all")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 visit has no time")
    expect(page.locator(".replan-why").first).to_contain_text("Closed (Renovation)")
    assert Booking.objects.count() == 0
    axe(page)
    page.get_by_role("button", name=re.compile(r"^Book the \d that fit")).click()

    expect(page.locator(".stand-open")).to_have_count(1)
    expect(page.locator(".stand-open")).to_contain_text("Needs a date")


def test_a_patient_comes_and_what_was_treated_is_recorded(enter, live_server, version, people, axe):
    book_all(version, people["nora"])
    first = booked(version)[0]
    page = enter("Nora")
    page.goto(f"{live_server.url}/visits/{first.pk}/")

    page.get_by_role("button", name="Check in").click()
    expect(page.locator(".page-head .status")).to_have_text("Here")
    axe(page)
    page.get_by_label("Botox, upper face").uncheck()
    page.get_by_role("button", name="Complete the visit").click()
    expect(page.get_by_text("Say why an area was left out.")).to_be_visible()
    axe(page)
    page.get_by_label("Why an area was left out").fill("Cold sore")
    page.get_by_role("button", name="Complete the visit").click()

    expect(page.locator(".page-head .status")).to_have_text("Done")
    expect(page.get_by_text("Completed: Cold sore")).to_be_visible()


def test_booking_works_without_javascript(browser, live_server, version):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Nora").click()

    page.goto(f"{live_server.url}/plans/{version.plan_id}/")
    page.get_by_role("button", name=re.compile("^Book all")).click()
    page.get_by_role("link", name=re.compile("^Open the visit on Mon 5 Apr 2027")).click()
    page.get_by_role("link", name="Move").click()
    page.get_by_role("button", name="Mon 5 Apr 2027, 15:30, Dr. June Ellis").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Mon 5 Apr 2027, 15:30 to")
    context.close()


PAGES_OF_BOOKING = (
    "/plans/{plan}/",
    "/plans/{plan}/wishes/",
    "/plans/{plan}/elsewhere/",
    "/plans/{plan}/visits/new/",
    "/plans/{plan}/visits/new/?session=botox.upper_face:0&day=2027-02-22",
    "/visits/{visit}/",
    "/patients/{patient}/",
)


def test_the_pages_of_booking_are_accessible(enter, live_server, axe, version, away):
    page = enter("Ellis")

    for path in PAGES_OF_BOOKING:
        page.goto(
            live_server.url
            + path.format(patient=version.plan.patient_id, plan=version.plan_id, visit=away.pk)
        )
        if path == "/plans/{plan}/":
            page.get_by_role("link", name="Open the visit", exact=True).wait_for()
        axe(page)
