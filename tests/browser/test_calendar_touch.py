"""The calendar under a finger: held, a visit is dragged; moved at once, the board scrolls; a tap opens it."""

import re

import pytest
import time_machine
from playwright.sync_api import Page, expect

from clinic.demo import ACCOUNTS
from clinic.models import Location, Patient, User
from scheduling.models import Booking
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
HOLD = 400  # milliseconds, more than the calendar asks for
TABLET, PHONE = {"width": 1024, "height": 700}, {"width": 390, "height": 844}


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
    version = approved_plan(
        Patient.objects.get(email="maya@example.com"), nora, ellis, found_for(NECK, UPPER_FACE)
    )
    book_all(version, nora)
    return booked(version)[1]


@pytest.fixture
def touched(browser, live_server, visit):
    """Open the day of the visit as Nora on a touch screen: `touched(TABLET)`."""
    contexts, problems = [], []

    def opened(size, path="/calendar/2027-04-05/") -> Page:
        context = browser.new_context(has_touch=True, is_mobile=True, viewport=size, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_role("button", name=ACCOUNTS[0].name).tap()
        page.locator("summary", has_text=ACCOUNTS[0].name).wait_for(state="attached")
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


class Finger:
    """A finger on the screen, as the browser's own input: what it makes of it is what a person gets."""

    def __init__(self, page: Page, x: float, y: float):
        self.session = page.context.new_cdp_session(page)
        self.page, self.x, self.y = page, x, y
        self.send("touchStart")

    def send(self, kind: str) -> None:
        points = [] if kind == "touchEnd" else [{"x": self.x, "y": self.y}]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def hold(self) -> "Finger":
        self.page.wait_for_timeout(HOLD)
        return self

    def to(self, right: float = 0, down: float = 0, steps: int = 8) -> "Finger":
        for _ in range(steps):
            self.x, self.y = self.x + right / steps, self.y + down / steps
            self.send("touchMove")
            self.page.wait_for_timeout(20)
        return self

    def lift(self) -> None:
        self.send("touchEnd")


def on_visit(page: Page) -> Finger:
    """Put a finger on the visit."""
    card = page.locator(".cal-card").bounding_box()
    return Finger(page, card["x"] + 60, card["y"] + 12)


def test_a_held_visit_follows_the_finger_and_is_moved(touched, visit):
    page = touched(TABLET)
    finger = on_visit(page).hold()
    expect(page.locator(".cal-ghost")).to_have_text("09:00 to 10:30")

    finger.to(down=62 * 8 / 5)
    expect(page.locator(".cal-ghost")).to_have_text("10:00 to 11:30")
    finger.lift()

    expect(page.locator("#calendar-said")).to_contain_text("Maya Okafor is moved to Mon 5 Apr 2027, 10:00")
    visit.refresh_from_db()
    assert visit.starts == "10:00"


def test_a_held_visit_is_dragged_to_another_column(touched, visit):
    page = touched(TABLET)
    column = page.locator(".cal-column").first.bounding_box()

    on_visit(page).hold().to(right=column["width"], down=30 * 8 / 5).lift()

    expect(page.locator("#calendar-said")).to_contain_text("Dr. Samir Haddad")
    visit.refresh_from_db()
    assert visit.provider.printed_name == "Dr. Samir Haddad"


def test_a_finger_that_moves_at_once_scrolls_and_moves_nothing(touched, visit):
    page = touched(TABLET)
    scroller = page.locator(".cal-scroll")
    before = scroller.evaluate("one => one.scrollTop + document.scrollingElement.scrollTop")

    on_visit(page).to(down=-120).hold().lift()

    after = scroller.evaluate("one => one.scrollTop + document.scrollingElement.scrollTop")
    expect(page.locator(".cal-ghost")).to_have_count(0)
    assert after > before
    visit.refresh_from_db()
    assert visit.starts == "09:00"


def test_a_held_visit_that_is_let_go_stays_and_opens_nothing(touched, visit):
    page = touched(TABLET)
    address = page.url

    on_visit(page).hold().lift()

    expect(page.locator(".cal-ghost, .cal-dragging")).to_have_count(0)
    assert page.url == address


def test_a_second_finger_lets_go(touched, visit):
    page = touched(TABLET)
    finger = on_visit(page).hold().to(down=62 * 8 / 5)
    points = [{"x": finger.x, "y": finger.y, "id": 0}, {"x": 500, "y": 400, "id": 1}]

    finger.session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})

    expect(page.locator(".cal-ghost, .cal-dragging")).to_have_count(0)
    finger.lift()
    visit.refresh_from_db()
    assert visit.starts == "09:00"


def test_a_tap_opens_the_visit(touched, visit):
    page = touched(TABLET)

    page.locator(".cal-card").tap(position={"x": 60, "y": 12})

    expect(page).to_have_url(re.compile(rf"/visits/{visit.pk}/$"))


@pytest.mark.parametrize("path", ["/calendar/2027-04-05/", "/calendar/week/2027-04-05/"])
@pytest.mark.parametrize("size", [TABLET, PHONE])
def test_the_move_sign_is_there_without_hovering(touched, visit, size, path):
    page = touched(size, path)
    sign = page.get_by_role("link", name="Move Maya Okafor")

    expect(sign).to_have_css("opacity", "1")
    sign.tap()

    expect(page.get_by_role("heading", name="Move a visit")).to_be_visible()


def test_on_a_phone_the_list_is_not_dragged(touched, visit):
    page = touched(PHONE)

    on_visit(page).hold().to(down=40).lift()

    expect(page.locator(".cal-ghost, .cal-dragging")).to_have_count(0)
    visit.refresh_from_db()
    assert visit.starts == "09:00"
