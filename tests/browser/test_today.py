"""A coordinator's day in a real browser: arrivals, search, a freed time offered, an absence re-planned."""

import datetime

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Patient, Provider, User
from scheduling.actions import visits, waitlist
from scheduling.models import Booking, Offer, PlanVersion
from tests.scheduling.builders import NECK, NOON, TODAY, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def practice(demo):
    """The demo practice on Monday 4 January 2027, Park Street open with two doctors at work."""
    location = open_practice(Patient.objects.get(email="maya@example.com").location)
    for name in ("ellis", "haddad"):
        work(User.objects.get(email=f"{name}@example.com"), location)
    with time_machine.travel(NOON, tick=True):
        yield location


@pytest.fixture
def people() -> dict[str, User]:
    """Nora, who books, and Dr. Ellis, who approves."""
    return {name: User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis")}


@pytest.fixture
def version(people) -> PlanVersion:
    """Maya's plan, booked whole from today on."""
    maya = Patient.objects.get(email="maya@example.com")
    version = approved_plan(maya, people["nora"], people["ellis"], found_for(NECK, UPPER_FACE))
    book_all(version, people["nora"])
    return version


@pytest.fixture
def second(people, practice) -> PlanVersion:
    """Another patient's approved plan, not booked yet."""
    patient = Patient.objects.filter(location=practice).exclude(email="maya@example.com").first()
    return approved_plan(patient, people["nora"], people["ellis"], found_for(NECK))


def test_a_patient_is_checked_in_from_the_board_without_losing_the_place(enter, version, axe):
    first = booked(version)[0]
    assert first.date == TODAY
    page = enter("Nora")
    button = page.get_by_role("button", name="Check in Maya Okafor, born 14 Mar 1985, plan 1")
    axe(page)

    button.press("Enter")

    expect(page.locator("#announce")).to_have_text("Maya Okafor is here.")
    expect(page.get_by_role("link", name="Complete the visit of Maya Okafor")).to_be_focused()
    assert Booking.objects.get(pk=first.pk).status == "arrived"


def test_the_board_draws_itself_anew_and_keeps_the_focus(enter, version, people):
    page = enter("Nora")
    link = page.locator("#all-later, #all-soon, #all-overdue, [id^=next-]").first
    link.focus()
    name = link.get_attribute("id")

    visits.arrive(by=people["nora"], booking=booked(version)[0], now=NOON)
    page.evaluate("htmx.ajax('GET', document.getElementById('board').getAttribute('hx-get'), '#board')")

    expect(page.get_by_text("Here", exact=True).first).to_be_visible()
    expect(page.locator(f"#{name}")).to_be_focused()


def test_a_patient_is_found_from_any_page_by_keyboard(enter, version):
    page = enter("Nora")
    page.locator("h1").click()

    page.keyboard.press("/")
    page.keyboard.type("okaf")
    found = page.locator("#find-results a").first
    expect(found).to_contain_text("born 14 Mar 1985")
    page.keyboard.press("ArrowDown")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Maya Okafor")


def test_the_search_closes_on_escape(enter, version):
    page = enter("Nora")
    page.locator("#find").fill("okaf")
    expect(page.locator("#find-results a").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator("#find-results a")).to_have_count(0)
    expect(page.locator("#find")).to_be_focused()


def test_a_freed_time_is_held_offered_and_booked(enter, live_server, version, second, people, axe):
    waitlist.wait(by=people["nora"], plan=second.plan, now=NOON, weekdays=[1, 2, 3, 4, 5])
    gone = booked(version)[0]
    visits.cancel(by=people["nora"], booking=gone, reason="ill", now=NOON)
    page = enter("Nora")
    page.goto(f"{live_server.url}/waitlist/?location=park-street")
    axe(page)

    page.get_by_role("link", name="Who could come?").click()
    axe(page)
    page.get_by_role("button", name="Hold for").click()
    expect(page.get_by_text("Held until 12:15")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="They come: book it").click()

    expect(page.get_by_text("It is booked.")).to_be_visible()
    assert Offer.objects.get().state == "accepted"
    assert [one.date for one in booked(second)] == [gone.date]


def test_an_absence_shows_whom_it_affects_and_is_replanned(enter, live_server, version, axe):
    day = booked(version)[1].date
    doctor = booked(version)[1].provider
    page = enter("Nora")
    page.goto(f"{live_server.url}/absences/")
    axe(page)
    page.get_by_label("Provider").select_option(label=doctor.printed_name)
    page.get_by_label("First day away").fill(day.isoformat())
    page.get_by_label("Last day away").fill(day.isoformat())
    page.get_by_label("Reason").fill("Conference")

    page.get_by_role("button", name="Save and see whom it affects").click()
    expect(page.get_by_role("heading", name="1 visit of 1 plan affected")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Re-plan all").click()
    expect(page.get_by_role("button", name="Apply")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_text("No booked visit is affected any more.")).to_be_visible()
    away = Booking.objects.live().filter(provider=doctor, date=day)
    assert not away.exists()
    assert Provider.objects.filter(absences__first=day).get() == doctor


def test_the_due_list_is_narrowed_without_leaving_the_page(enter, live_server, second, axe):
    page = enter("Nora")
    page.goto(f"{live_server.url}/due/")
    axe(page)
    everything = page.locator("#found .found").inner_text()

    page.get_by_label("Due in 14 days").check(force=True)

    expect(page.locator("#found .found")).not_to_have_text(everything)
    expect(page).to_have_url(f"{live_server.url}/due/?due=14&q=")


OTHER_PAGES = (
    "/find/?q=a",
    "/today/?location=park-street",
    "/affected/",
)


def test_the_other_pages_are_accessible(enter, live_server, version, second, axe):
    page = enter("Nora")

    for path in OTHER_PAGES:
        page.goto(live_server.url + path)
        axe(page)


def test_the_waitlist_form_is_accessible(enter, live_server, second, axe):
    page = enter("Nora")

    page.goto(f"{live_server.url}/plans/{second.plan_id}/wait/")

    axe(page)
