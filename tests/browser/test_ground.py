"""Signing in, finding and registering patients, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from clinic.models import Patient

pytestmark = pytest.mark.django_db(transaction=True)


PAGES_BEFORE_SIGN_IN = (
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/signup/",
)


def test_the_pages_before_sign_in_are_accessible(page, live_server, demo, axe):
    for path in PAGES_BEFORE_SIGN_IN:
        page.goto(live_server.url + path)
        axe(page)


PAGES_AFTER_SIGN_IN = (
    "/patients/",
    "/patients/?q=zzz",
    "/patients/new/",
    "/accounts/password/set/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/email/",
    "/accounts/logout/",
)


def test_the_pages_after_sign_in_are_accessible(enter, live_server, axe):
    page = enter("Nora")

    for path in PAGES_AFTER_SIGN_IN:
        page.goto(live_server.url + path)
        axe(page)


def test_a_demo_coordinator_lands_on_today(enter):
    page = enter("Nora")

    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    expect(page.get_by_role("link", name="Today", exact=True)).to_have_attribute("aria-current", "page")


def test_a_password_signs_in(page, live_server, coordinator):
    page.goto(f"{live_server.url}/patients/")
    page.get_by_label("E-mail").fill(coordinator.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Patients")


def test_search_narrows_while_typing_and_the_address_follows(enter):
    page = enter("Nora")

    page.get_by_role("link", name="Patients").click()
    page.get_by_label("Find by name").press_sequentially("czer")

    expect(page.locator(".people li")).to_have_count(1)
    expect(page.locator(".people")).to_contain_text("Czerny, Renata")
    expect(page).to_have_url(re.compile(r"/patients/\?q=czer$"))


def test_search_works_without_javascript(browser, live_server, demo):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Nora").click()
    page.get_by_role("link", name="Patients").click()
    page.get_by_label("Find by name").fill("czerny")
    page.get_by_role("button", name="Search").click()

    expect(page.locator(".people li")).to_have_count(1)
    page.locator(".tools summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_a_coordinator_registers_a_patient(enter, live_server):
    page = enter("Nora")

    page.get_by_role("link", name="Patients").click()
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("First name").fill("Ottilie")
    page.get_by_label("Last name").fill("Brāhma-O'Neil")
    page.get_by_label("Date of birth").fill("1984-02-29")
    page.get_by_role("button", name="Register").click()

    expect(page.get_by_role("status").first).to_contain_text("Ottilie Brāhma-O'Neil is registered.")
    assert Patient.objects.search("o'neil 1984-02-29").get().location.name == "Park Street"


def test_a_refused_patient_keeps_what_was_typed_and_says_why(enter, live_server, axe):
    page = enter("Nora")

    page.goto(f"{live_server.url}/patients/new/")
    page.get_by_label("First name").fill("Ottilie")
    page.get_by_label("Date of birth").fill("1850-01-01")
    page.get_by_role("button", name="Register").click()

    expect(page.get_by_label("First name")).to_have_value("Ottilie")
    expect(page.get_by_text("Enter a day between 1 January 1900 and today.")).to_be_visible()
    axe(page)
    assert Patient.objects.count() == 40


def test_the_theme_is_chosen_and_remembered(enter):
    page = enter("Nora")
    root = page.locator("html")

    page.get_by_role("button", name="Change between light and dark").click()

    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_the_account_menu_opens_by_keyboard_and_closes_with_escape(enter):
    page = enter("Nora")

    page.locator(".tools summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator(".tools summary")).to_be_focused()


def test_the_first_tab_stop_skips_to_the_content(enter):
    page = enter("Nora")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_a_phone_has_its_places_in_reach(enter):
    page = enter("Nora")

    page.set_viewport_size({"width": 390, "height": 844})

    box = page.get_by_role("link", name="Patients").bounding_box()
    assert box["y"] > 760
    assert box["height"] >= 44
