"""From a new patient to a proposed plan and its priced days, in a real browser."""

import re

import pytest
import time_machine
from playwright.sync_api import expect

from clinic.models import Patient, User
from scheduling.models import PlanVersion
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, another, catalogue, found_for, make_plan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def practice(demo):
    """The demo practice with a small catalogue, on Monday 4 January 2027."""
    catalogue()
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def maya() -> Patient:
    """Maya Okafor of Park Street."""
    return Patient.objects.get(email="maya@example.com")


@pytest.fixture
def version(maya) -> PlanVersion:
    """Maya's plan of the neck and the upper face, changed once."""
    nora = User.objects.get(email="nora@example.com")
    first = make_plan(maya, nora, found_for(NECK, UPPER_FACE))
    return another(first, nora, found_for(NECK, UPPER_FACE, preference="closest_to_protocol"))


def choose(page, area: str, concern: str) -> None:
    """Open an area on the map by keyboard and check one of its concerns."""
    page.locator(f".zone-{area}").press("Enter")
    page.locator(f"details[data-area={area}]").get_by_label(concern, exact=True).check()


def test_a_newcomer_reaches_a_plan_for_a_new_patient(enter):
    page = enter("Nora")

    page.get_by_role("link", name="Patients", exact=True).click()
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("First name").fill("Ottilie")
    page.get_by_label("Last name").fill("Brahm")
    page.get_by_label("Date of birth").fill("1984-02-29")
    page.get_by_role("button", name="Register").click()
    page.get_by_role("link", name="Compose the first plan").click()
    choose(page, "neck", "Texture")
    choose(page, "upper_face", "Lines that come with movement")
    expect(page.locator("#plan-title")).to_have_text(re.compile(r"\d+ visits in \d+ months"))
    page.get_by_role("button", name="Propose this plan").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Plan 1")
    version = PlanVersion.objects.get()
    assert version.plan.patient.full_name == "Ottilie Brahm"
    assert [one.key for one in version.series.all()] == ["botox.upper_face", "mesobotox.neck"]


def test_the_plan_follows_every_change_and_saves_nothing(enter, live_server, maya):
    page = enter("Nora")
    page.goto(f"{live_server.url}/patients/{maya.pk}/plan/")

    choose(page, "neck", "Texture")
    title = page.locator("#plan-title")
    expect(title).to_have_text(re.compile("visits"))
    expect(page.locator(".zone-neck")).to_have_attribute("aria-label", "Neck, 1 concern chosen")
    expect(page.locator(".option-sum")).to_have_count(7)
    page.get_by_role("radio", name=re.compile("^1 round")).check()
    expect(title).to_have_text("1 visit in 1 month")
    page.locator("[name=events-0-name]").fill("Wedding")
    page.locator("[name=events-0-date]").fill("2027-01-10")
    page.locator("[name=events-0-date]").blur()

    expect(page.locator(".timeline-event").first).to_be_attached()
    expect(page.locator(".option-sum")).to_have_count(7)
    expect(page.get_by_role("radio", name=re.compile("^1 round"))).to_be_checked()
    assert PlanVersion.objects.count() == 0


def test_a_phone_says_at_once_what_the_form_comes_to(enter, live_server, maya):
    page = enter("Nora")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/patients/{maya.pk}/plan/")

    choose(page, "neck", "Texture")
    link = page.get_by_role("link", name=re.compile(r"^\d visits in \d+ months: see the plan"))
    expect(link).to_be_in_viewport()
    expect(page.locator(".option-sum")).to_have_count(7)
    link.click()

    expect(page.locator("#plan-title")).to_be_in_viewport()


def test_what_is_wrong_is_said_beside_the_plan_while_typing(enter, live_server, maya, axe):
    page = enter("Nora")
    page.goto(f"{live_server.url}/patients/{maya.pk}/plan/")
    choose(page, "neck", "Texture")

    page.get_by_label("Start").fill("2020-01-01")
    page.get_by_label("Start").blur()

    expect(page.get_by_role("alert")).to_contain_text("lies in the past")
    axe(page)


def test_how_severe_is_asked_once_a_concern_is_chosen(enter, live_server, maya):
    page = enter("Nora")
    page.goto(f"{live_server.url}/patients/{maya.pk}/plan/")

    choose(page, "neck", "Texture")

    panel = page.locator("details[data-area=neck]")
    expect(panel.get_by_label("How severe: Texture, Neck")).to_be_visible()
    expect(panel.get_by_label("How severe: Pores, Neck")).to_be_hidden()
    expect(page.locator(".option-sum")).to_have_count(7)


def test_a_row_can_be_added_and_keeps_its_own_name(enter, live_server, maya):
    page = enter("Nora")
    page.goto(f"{live_server.url}/patients/{maya.pk}/plan/")

    page.get_by_role("button", name="Another event").click()
    page.locator("[name=events-1-name]").fill("Graduation")

    expect(page.locator("[name=events-TOTAL_FORMS]")).to_have_value("2")
    expect(page.locator("[name=events-0-name]")).to_have_value("")


def test_composing_works_without_javascript(browser, live_server, maya):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Nora").click()

    page.goto(f"{live_server.url}/patients/{maya.pk}/plan/")
    page.locator(".zone-neck").press("Enter")
    page.get_by_label("Texture", exact=True).locator("visible=true").check()
    page.get_by_role("button", name="Show the plan").click()
    expect(page.locator(".option-sum")).to_have_count(7)
    page.get_by_role("button", name="Propose this plan").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Plan 1")
    context.close()


def test_a_session_chosen_on_the_timeline_shows_its_reasons_and_days(enter, live_server, version):
    page = enter("Nora")
    page.goto(f"{live_server.url}/plans/{version.plan_id}/")

    page.locator('a.mark[data-series="mesobotox.neck"][data-number="2"]').press("Enter")

    expect(page.locator("#session-title")).to_be_focused()
    expect(page.locator("#session")).to_contain_text("session 2 of 6")
    expect(page.locator('a.mark[aria-current="true"]')).to_have_attribute("data-number", "2")
    expect(page).to_have_url(re.compile(r"/sessions/mesobotox\.neck/2/$"))
    page.locator("#month table").wait_for()
    page.locator(".cell-blocked").first.press("Enter")
    expect(page.locator("#day")).to_contain_text("The nearest days that work")
    page.locator("#day .near a").first.press("Enter")
    expect(page.locator("#day")).not_to_contain_text("Blocked")


def test_the_months_of_a_session_turn_in_place(enter, live_server, version):
    page = enter("Nora")
    page.goto(f"{live_server.url}/plans/{version.plan_id}/sessions/mesobotox.neck/2/")

    expect(page.locator(".month-name")).to_have_text("April 2027")
    page.get_by_role("link", name="May 2027, the month after").press("Enter")

    expect(page.locator(".month-name")).to_have_text("May 2027")
    expect(page.get_by_role("link", name="June 2027, the month after")).to_be_visible()


PAGES_OF_PLANS = (
    "/patients/{patient}/",
    "/patients/{patient}/plan/",
    "/plans/{plan}/",
    "/plans/{plan}/?zoom=6",
    "/plans/{plan}/edit/",
    "/plans/{plan}/print/",
    "/plans/{plan}/versions/1/",
    "/plans/{plan}/versions/2/changes/",
    "/plans/{plan}/sessions/mesobotox.neck/2/2027-04-10/",
)


def test_the_pages_of_plans_are_accessible(enter, live_server, axe, version):
    page = enter("Nora")

    for path in PAGES_OF_PLANS:
        page.goto(live_server.url + path.format(patient=version.plan.patient_id, plan=version.plan_id))
        if path == "/plans/{plan}/":
            page.locator("#month table").wait_for()
        if path.endswith("/edit/"):
            page.locator(".option-sum").first.wait_for()
        axe(page)


def test_a_provider_records_what_was_discussed(enter, live_server, maya, axe):
    page = enter("Ellis")
    page.goto(f"{live_server.url}/patients/{maya.pk}/plan/")

    choose(page, "perioral", "Pores")
    page.get_by_label("Outcome: MesoBotox, around the mouth").select_option("Agreed")

    reason = page.get_by_label("Reason: MesoBotox, around the mouth")
    reason.press_sequentially("She knows this well and agrees", delay=40)

    expect(page.locator("#plan-title")).to_have_text(re.compile("visit"))
    expect(reason).to_have_value("She knows this well and agrees")
    expect(page.locator(".option-sum").first).to_be_visible()
    axe(page)
