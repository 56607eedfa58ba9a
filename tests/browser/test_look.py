"""What is around every page: the palette, the keys, the toast with its Undo, the gallery."""

import re

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Patient, User
from scheduling.models import Booking, PlanVersion
from tests.scheduling.builders import NECK, NOON, found_for
from tests.scheduling.practice import approved_plan, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version(demo) -> PlanVersion:
    """Maya's approved plan of the neck, on Monday 4 January 2027, when Park Street can be booked."""
    maya = Patient.objects.get(email="maya@example.com")
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    work(ellis, open_practice(maya.location))
    with time_machine.travel(NOON):
        yield approved_plan(maya, nora, ellis, found_for(NECK))


def test_the_palette_leads_to_pages_and_patients_by_keyboard_alone(enter, axe):
    page = enter("Nora")
    palette, text = page.locator("#palette"), page.get_by_role("combobox")

    page.keyboard.press("Control+k")
    expect(text).to_be_focused()
    expect(text).to_have_attribute("aria-activedescendant", "palette-option-0")
    axe(page)
    text.press_sequentially("waitl")
    expect(page.get_by_role("option").first).to_contain_text("Waitlist")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/waitlist/$"))
    page.wait_for_load_state("load")

    page.keyboard.press("Control+k")
    text.press_sequentially("czerny")
    expect(page.get_by_role("group", name="Patients").get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Renata Czerny")
    page.wait_for_load_state("load")

    page.keyboard.press("Control+k")
    text.press_sequentially("nobody so called")
    expect(page.locator("#palette-none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


def test_keys_lead_everywhere_until_they_are_switched_off_and_never_while_typing(enter, axe):
    page = enter("Nora")
    sheet = page.locator("#shortcuts")

    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Patients")
    page.keyboard.press("/")
    page.keyboard.type("gn?")
    expect(page.locator("#find")).to_have_value("gn?")
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(sheet.get_by_text("New patient")).to_be_visible()
    axe(page)
    sheet.get_by_role("checkbox", name="Single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("?")

    expect(sheet).to_be_hidden()
    page.reload()
    page.keyboard.press("n")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/patients/$"))


def test_a_toast_stays_while_it_is_looked_at_and_undoes_the_change(version, enter, live_server):
    page = enter("Nora")
    page.goto(f"{live_server.url}/plans/{version.plan_id}/")
    page.clock.install()
    page.get_by_role("button", name=re.compile(r"^Book all")).click()
    toast = page.locator(".toast-notice")

    expect(toast).to_contain_text("visits have their time")
    toast.hover()
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()

    expect(toast).to_contain_text("Undone: every visit is where it was before.")
    page.mouse.move(0, 0)
    page.clock.run_for(7_000)
    expect(toast).to_be_visible()
    page.clock.run_for(20_000)
    expect(toast).to_have_count(0)
    assert Booking.objects.filter(plan=version.plan_id, status="booked").count() == 0
