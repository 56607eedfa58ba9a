"""A provider reviews plans by keyboard alone: signed, sent back, discussed, each of them once."""

import datetime
import sys
import time
from collections import Counter

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import AuditEntry, Location, Patient, User
from scheduling.models import PlanVersion, Signature
from tests.scheduling.builders import NECK, NOON, catalogue, found_for, make_plan
from tests.scheduling.intake.intakes import MOUTH, planned
from treatments.library import load_library

pytestmark = pytest.mark.django_db(transaction=True)
PLANS, PASSWORD = 30, "correct horse battery"


@pytest.fixture(autouse=True)
def waiting(demo, request):
    """Plans that wait at Park Street, thirty or as many as asked, the first with an open discussion."""
    count = getattr(request, "param", 3)
    catalogue(load_library())
    nora = User.objects.get(email="nora@example.com")
    place = Location.objects.get(staff_roles__user=nora)
    born = {"location": place, "birth_date": "1985-03-14"}
    with time_machine.travel(NOON) as clock:
        for number in range(1, count + 1):
            patient = Patient.objects.create(first_name="Patient", last_name=f"Number {number}", **born)
            make_plan(patient, nora, found_for(MOUTH if number == 1 else NECK))
        yield clock


def shown(page) -> str:
    """Wait until the card may be decided, and name its plan."""
    card = page.locator("[data-review][data-ready]")
    card.wait_for()
    return card.get_attribute("data-plan")


def pressed(page, key: str) -> None:
    """Press a key and wait for another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def signed_in_by_keyboard(page, address: str, email: str):
    """Give an account a password, and sign in with it by keys alone."""
    person = User.objects.get(email=email)
    person.set_password(PASSWORD)
    person.save()
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    pressed(page, "Enter")


@pytest.mark.parametrize("waiting", [PLANS], indirect=True)
def test_a_provider_reviews_thirty_plans_by_keyboard(page, live_server, waiting, capsys, axe):
    signed_in_by_keyboard(page, live_server.url, "ellis@example.com")
    waiting.shift(datetime.timedelta(minutes=20))
    page.goto(f"{live_server.url}/review/")
    begun = time.monotonic()

    first = shown(page)
    page.keyboard.press("d")
    expect(page.get_by_label("Topic")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Asks for it, a and x are only letters here")
    pressed(page, "Enter")
    assert shown(page) == first
    expect(page.locator(".toast-notice")).to_contain_text("Version 2 waits for your signature")
    pressed(page, "Space")

    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    expect(page.get_by_label("Password")).to_be_focused()
    axe(page)
    assert not Signature.objects.exists()
    page.keyboard.type(PASSWORD)
    pressed(page, "Enter")
    expect(page.locator(".toast-notice")).to_contain_text("Signed: Plan 1 of Patient Number 1")

    shown(page)
    page.keyboard.press("x")
    page.keyboard.type("Neck first, face in spring")
    pressed(page, "Enter")
    expect(page.locator(".toast-notice")).to_contain_text("Declined: Plan 1 of Patient Number")

    for left in range(PLANS - 2, 0, -1):
        shown(page)
        pressed(page, "a" if left % 2 else "Space")
    expect(page.get_by_role("heading", name="Nothing waits for a signature")).to_be_visible()

    with capsys.disabled():
        sys.stdout.write(f"\n{PLANS} plans reviewed in {time.monotonic() - begun:.1f} s\n")
    decided = AuditEntry.objects.filter(action__in=("plan.approved", "plan.declined"))
    plans = Counter(decided.values_list("object_id", flat=True))
    assert (len(plans), set(plans.values())) == (PLANS, {1})
    states = Counter(PlanVersion.objects.values_list("status", flat=True))
    assert states == {"approved": PLANS - 1, "declined": 1, "superseded": 1}
    assert all(one.verifies() for one in Signature.objects.select_related("version__plan"))


def test_one_skips_and_comes_back_and_nothing_is_decided_while_typing(enter, live_server, axe):
    page = enter("Ellis")
    page.goto(f"{live_server.url}/review/")

    first = shown(page)
    expect(page.locator("#review-title")).to_be_focused()
    pressed(page, "j")
    second = shown(page)
    pressed(page, "k")
    assert (shown(page), first != second) == (first, True)
    page.keyboard.press("x")
    expect(page.get_by_label("What should change")).to_be_focused()
    page.keyboard.type("a o e j k Space")
    expect(page.get_by_label("What should change")).to_have_value("a o e j k Space")
    axe(page)
    page.keyboard.press("Escape")
    pressed(page, "e")
    expect(page).to_have_url(f"{live_server.url}/plans/{first}/edit/")

    assert not AuditEntry.objects.filter(action__in=("plan.approved", "plan.declined")).exists()


def test_the_visits_of_a_plan_lie_above_the_word_on_it(enter, live_server):
    page = enter("Ellis")
    page.set_viewport_size({"width": 1280, "height": 800})

    page.goto(f"{live_server.url}/review/")
    shown(page)

    strip, word = (page.locator(name).bounding_box() for name in (".strip", ".word"))
    assert strip["y"] + strip["height"] < word["y"]
    assert word["y"] + word["height"] <= 800


def test_a_rule_is_set_aside_by_a_reason_alone(enter, live_server):
    days = ("2026-01-05", "2026-04-20", "2026-07-27", "2026-10-05")
    history = [{"treatment": "mesobotox", "area": "neck", "date": day} for day in days]
    found = planned(NECK, rounds={"mesobotox.neck": 2}, history=history)
    version = make_plan(Patient.objects.get(email="maya@example.com"), User.objects.first(), found)
    page = enter("Ellis")
    page.goto(f"{live_server.url}/review/")

    assert shown(page) == str(version.plan_id)
    page.keyboard.press("Space")
    expect(page.get_by_label("Reason", exact=True)).to_be_focused()
    page.keyboard.type("Fades sooner than most")
    pressed(page, "Enter")
    shown(page)

    assert Signature.objects.get().meaning.endswith("(R33): Fades sooner than most")
