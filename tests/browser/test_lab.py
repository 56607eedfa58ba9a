"""The protocol lab by keyboard only: draft a change, see what it moves, sign it, migrate two plans."""

from urllib.parse import parse_qs

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Patient, User
from scheduling.models import PlanVersion
from scheduling.views import lab_impact, lab_migrate
from tests.scheduling.builders import NOON
from tests.scheduling.laboratory import booked_plan, signed
from tests.scheduling.practice import approved_plan, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def plans(demo) -> list[PlanVersion]:
    """Three plans of the neck at Park Street on Monday 4 January 2027, the first of them booked."""
    maya = Patient.objects.get(email="maya@example.com")
    location = open_practice(maya.location)
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    work(ellis, location)
    others = Patient.objects.filter(location=location).exclude(pk=maya.pk)[:2]
    with time_machine.travel(NOON):
        yield [booked_plan(maya, nora, ellis), *(approved_plan(one, nora, ellis) for one in others)]


def go_to(page, target) -> None:
    """Press Tab until something has the focus."""
    for _ in range(120):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by Tab")


def press(page, target, key: str = "Enter") -> None:
    """Reach something by Tab and press a key on it."""
    go_to(page, target)
    page.keyboard.press(key)


def test_a_manager_migrates_two_plans_by_keyboard(enter, live_server, plans, axe):
    page = enter("Vera")
    page.goto(f"{live_server.url}/lab/")

    press(page, page.get_by_role("link", name="MesoBotox, Neck"))
    for name, words in (("window.minimum", "100 days"), ("window.start", "104 days"), ("reason", "Slower")):
        go_to(page, page.locator(f"[name='{name}']"))
        page.keyboard.press("Control+A")
        page.keyboard.type(words)
    press(page, page.get_by_role("button", name="Keep the draft, see what it does"))

    tally = page.locator("#tally")
    expect(tally).to_contain_text("3 open plans")
    expect(tally).to_contain_text("3 would change")
    expect(tally).to_contain_text("5 booked visits would fall outside their windows")
    expect(page.get_by_text("9 days too soon").first).to_be_visible()

    press(page, page.get_by_role("link", name="Sign", exact=True))
    expect(page.get_by_text("Vera Castellanos, manager").first).to_be_visible()
    axe(page)
    press(page, page.get_by_role("button", name="Sign as Vera Castellanos, manager"))
    expect(page.get_by_text("Version 2 is in force, signed by Vera Castellanos, manager.")).to_be_visible()
    for version in plans[:2]:
        press(page, page.get_by_label(f"Migrate the plan of {version.plan.patient.full_name}"), "Space")
    expect(page.locator("input[name=plan]:checked")).to_have_count(2)
    axe(page)
    press(page, page.get_by_role("button", name="Migrate the chosen plans"))

    expect(page.get_by_text("Migrated: version 2")).to_have_count(2)
    expect(page.get_by_text("To re-plan once it is signed")).to_be_visible()
    axe(page)
    numbers = [version.plan.versions.current().get().number for version in plans]
    assert numbers == [2, 2, 1]


def test_batches_load_by_themselves_and_all_that_are_chosen_are_migrated_by_themselves(
    enter, live_server, plans, monkeypatch
):
    monkeypatch.setattr(lab_impact, "BATCH", 1)
    monkeypatch.setattr(lab_migrate, "AT_ONCE", 1)
    draft = signed(User.objects.get(email="vera@example.com"))
    page = enter("Vera")

    page.goto(f"{live_server.url}/lab/{draft.pk}/")
    expect(page.locator(".lab-plan")).to_have_count(3)
    page.get_by_role("link", name="Choose all that change").click()

    expect(page.locator("#tally")).to_contain_text("3 would change")
    expect(page.locator("input[name=plan]:checked")).to_have_count(3)
    expect(page.locator("#announce")).to_have_text("3 chosen")

    with page.expect_request("**/migrate/") as sent:
        page.get_by_role("button", name="Migrate the chosen plans").click()

    assert parse_qs(sent.value.post_data)["plan"] == [",".join(str(one.pk) for one in plans)]
    expect(page.get_by_role("heading", name="3 of 3 plans done")).to_be_visible()
    expect(page.locator("#announce")).to_have_text("3 of 3 plans done")
    assert [one.plan.versions.current().get().number for one in plans] == [2, 2, 2]
