"""The treatment room in a real browser: a visit completed on the map with the keyboard alone."""

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Patient, User
from scheduling.models import Booking, Dose
from tests.scheduling.asking import FACE_KEY, NECK_KEY
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.chairside import stock
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(demo) -> Booking:
    """Maya's visit today, Monday 4 January 2027, with Dr. Ellis."""
    maya = Patient.objects.get(email="maya@example.com")
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    work(ellis, open_practice(maya.location))
    stock()
    with time_machine.travel(NOON, tick=True):
        version = approved_plan(maya, nora, ellis, found_for(NECK, UPPER_FACE))
        book_all(version, nora)
        yield booked(version)[0]


def enter_dose(page, area: str, points: int) -> None:
    """Enter the lot and place points in an area, with keys only."""
    card = page.get_by_role("region", name=area)
    for label, keys in (("Lot", "C7781"), ("Expiry", "06302028"), ("Diluent, mL to the vial", "2.5")):
        card.get_by_label(label, exact=True).focus()
        page.keyboard.type(keys)
    for _ in range(points):
        card.get_by_role("button", name=f"Add a point for {area}").focus()
        page.keyboard.press("Enter")


def tell_of_toxin(page, units: str) -> None:
    """Record toxin given elsewhere beside the doses that were typed already, with keys only."""
    card = page.get_by_role("region", name="Toxin elsewhere")
    card.get_by_text("Add what another practice gave").press("Enter")
    card.get_by_label("Units").focus()
    page.keyboard.type(units)
    page.keyboard.press("Enter")
    expect(card.get_by_text(f"{units} U")).to_be_visible()
    expect(card.get_by_text("Add what another practice gave")).to_be_focused()


def beside(page) -> list[bool]:
    """Whether map and running dose fit beside the doses at 1280 by 800, and a product into its field."""
    page.set_viewport_size({"width": 1280, "height": 800})
    fits = "(one) => one.scrollHeight <= one.clientHeight && one.clientHeight < innerHeight"
    product = "(one) => one.clientWidth > 400"
    return [
        page.locator(".chair-side").evaluate(fits),
        page.locator('select[name$="-product"]').first.evaluate(product),
    ]


def test_a_visit_is_completed_on_the_map_by_keyboard_alone(enter, visit, axe, live_server):
    page = enter("Ellis")
    page.goto(f"{live_server.url}/visits/{visit.pk}/card/")
    page.get_by_role("link", name="Complete the visit").press("Enter")
    enter_dose(page, "MesoBotox, neck", 2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("+")
    enter_dose(page, "Botox, upper face", 3)
    page.keyboard.press("Delete")
    assert beside(page) == [True, True]
    expect(page.get_by_text("With 16.5 U now: 16.5 of 400 U. 383.5 U left.")).to_be_visible()
    tell_of_toxin(page, "330")
    expect(page.get_by_text("With 16.5 U now: 346.5 of 400 U. 53.5 U left.")).to_be_visible()
    axe(page)

    page.get_by_role("button", name="Complete the visit").press("Enter")

    expect(page.get_by_text("Recorded what was given").first).to_be_visible()
    doses = {one.key: one for one in Dose.objects.all()}
    neck, face = doses[NECK_KEY], doses[FACE_KEY]
    assert (neck.units, face.units, neck.lot) == (8.5, 8, "C7781")
    assert [amount for _, _, amount in neck.points] == [4, 4.5]
    assert (neck.points[1][1] - neck.points[0][1], len(face.points)) == (6, 2)
