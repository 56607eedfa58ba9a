"""The calendar in a real browser: dragging a visit, being refused, the form without a mouse."""

import re

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Location, Patient, User
from scheduling.models import Booking
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
DAY = "/calendar/2027-04-05/"


@pytest.fixture(autouse=True)
def practice(demo):
    """The demo practice, open and with two providers at work, on Monday 4 January 2027."""
    with time_machine.travel(NOON):
        location = open_practice(Location.objects.get(slug="park-street"))
        for name in ("ellis", "haddad"):
            work(User.objects.get(email=f"{name}@example.com"), location)
        yield


@pytest.fixture
def visit() -> Booking:
    """Maya's second visit, on Monday 5 April at nine with Dr. Ellis."""
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    patient = Patient.objects.get(email="maya@example.com")
    version = approved_plan(patient, nora, ellis, found_for(NECK, UPPER_FACE))
    book_all(version, nora)
    return booked(version)[1]


def drag(page, down: int, right: int = 0, drop: bool = True) -> None:
    """Drag the visit by so many minutes and columns."""
    card = page.locator(".cal-card").bounding_box()
    column = page.locator(".cal-column").first.bounding_box()
    x, y = card["x"] + 90, card["y"] + 12
    to_x, to_y = x + right * column["width"], y + down * 8 / 5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    if drop:
        page.mouse.up()


def test_a_drag_moves_a_visit_and_it_stays_there(enter, live_server, visit):
    page = enter("Nora")
    page.goto(live_server.url + DAY)

    drag(page, 62)

    expect(page.locator("#calendar-said")).to_contain_text(
        "Maya Okafor is moved to Mon 5 Apr 2027, 10:00 to 11:30, Dr. June Ellis, Room 1."
    )
    page.reload()
    expect(page.locator(".cal-when")).to_have_text(re.compile("10:00 to 11:30"))
    visit.refresh_from_db()
    assert visit.starts == "10:00"


def test_the_time_is_shown_in_steps_of_five_while_dragging_and_escape_lets_go(enter, live_server, visit):
    page = enter("Nora")
    page.goto(live_server.url + DAY)

    drag(page, 97, drop=False)
    expect(page.locator(".cal-ghost")).to_have_text("10:35 to 12:05")
    page.keyboard.press("Escape")

    expect(page.locator(".cal-ghost")).to_have_count(0)
    page.mouse.up()
    visit.refresh_from_db()
    assert visit.starts == "09:00"


def test_a_drag_to_another_column_changes_the_provider_and_can_be_undone(enter, live_server, visit):
    page = enter("Nora")
    page.goto(live_server.url + DAY)

    drag(page, 30, right=1)

    expect(page.locator("#calendar-said")).to_contain_text("Dr. Samir Haddad")
    visit.refresh_from_db()
    assert (visit.provider.printed_name, visit.starts) == ("Dr. Samir Haddad", "09:30")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#calendar-said")).to_contain_text("Undone: every visit is where it was before.")
    expect(page.locator(".cal-when")).to_have_text(re.compile("09:00 to 10:30"))
    visit.refresh_from_db()
    assert visit.provider.printed_name == "Dr. June Ellis"


def test_a_refused_drag_goes_back_with_the_reason_and_a_time_that_works(enter, live_server, visit, axe):
    page = enter("Nora")
    page.goto(f"{live_server.url}/calendar/week/2027-04-05/")

    drag(page, 0, right=2)

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("too soon")
    expect(page.locator(".cal-when")).to_have_text(re.compile("09:00 to 10:30"))
    axe(page)
    alert.get_by_role("button").first.click()
    expect(page.get_by_role("status").filter(has_text="is moved to")).to_be_visible()


def test_a_press_without_a_drag_opens_the_visit(enter, live_server, visit):
    page = enter("Nora")
    page.goto(live_server.url + DAY)

    page.locator(".cal-card").click(position={"x": 90, "y": 12})

    expect(page).to_have_url(re.compile(rf"/visits/{visit.pk}/$"))


def test_a_visit_is_moved_from_the_calendar_by_keyboard_alone(enter, live_server, visit, axe):
    page = enter("Nora")
    page.goto(live_server.url + DAY)

    page.get_by_role("link", name="Move Maya Okafor").press("Enter")
    page.get_by_label("Time").fill("08:00")
    page.get_by_role("button", name="Move Maya Okafor").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The visit stays where it is.")
    axe(page)
    page.get_by_role("alert").get_by_role("link").first.press("Enter")
    page.get_by_role("button", name="Move Maya Okafor").press("Enter")

    expect(page).to_have_url(re.compile(r"/calendar/2027-04-05/"))
    visit.refresh_from_db()
    assert visit.starts == "09:15"


def test_the_calendar_and_its_form_work_without_javascript(browser, live_server, visit):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Nora").click()

    page.goto(f"{live_server.url}/calendar/?day=2027-04-05")
    page.get_by_role("link", name="Rooms").click()
    expect(page.get_by_role("heading", name="Room 1")).to_be_visible()
    page.get_by_role("link", name="Move Maya Okafor").click()
    page.get_by_label("Time").fill("14:00")
    page.get_by_role("button", name="Move Maya Okafor").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Mon 5 Apr 2027")
    visit.refresh_from_db()
    assert visit.starts == "14:00"
    context.close()


CALENDAR = (
    DAY,
    f"{DAY}?by=room",
    f"{DAY}?by=device",
    "/calendar/2027-04-10/",
    "/calendar/2027-01-04/",
    "/calendar/week/2027-04-05/",
    "/calendar/week/2027-04-05/?by=device",
)


def test_the_calendar_is_accessible(enter, live_server, visit, axe):
    page = enter("Nora")

    for path in CALENDAR:
        page.goto(live_server.url + path)
        axe(page)
