"""Reading, searching, editing and confirming the catalogue, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.scheduling.builders import catalogue
from treatments.library import load_library

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def whole_catalogue(demo):
    """Load the default library."""
    catalogue(load_library())


CATALOGUE = (
    "",
    "?q=microbotox",
    "?q=zzz",
    "protocols/mesobotox.cheeks/",
    "protocols/rf_microneedling.perioral/",
    "protocols/mesobotox.cheeks/edit/",
    "protocols/mesobotox.cheeks/versions/1/",
    "to-confirm/",
    "between-treatments/",
    "between-treatments/X2/edit/",
    "findings/",
    "products/",
    "settings/",
    "settings/move_cost/edit/",
    "rules/",
    "references/",
    "differences/",
)


def test_the_catalogue_is_accessible(enter, whole_catalogue, live_server, axe):
    page = enter("Ellis")

    for path in CATALOGUE:
        page.goto(f"{live_server.url}/catalogue/{path}")
        axe(page)


def test_an_empty_catalogue_is_accessible(enter, live_server, axe):
    page = enter("Ellis")

    page.goto(f"{live_server.url}/catalogue/")

    axe(page)


def test_search_finds_the_other_name_while_typing(enter, whole_catalogue, live_server):
    page = enter("Nora")
    page.goto(f"{live_server.url}/catalogue/")

    page.get_by_label("Find a treatment or an area").press_sequentially("microbo")

    expect(page.locator(".treatment h2")).to_have_count(1)
    expect(page.locator(".treatment h2")).to_contain_text("MesoBotox")
    expect(page).to_have_url(re.compile(r"\?q=microbo$"))
    expect(page.locator("#announce")).to_have_text("5 found")


def test_a_provider_edits_a_number_and_sees_the_difference(enter, whole_catalogue, live_server, axe):
    page = enter("Ellis")
    page.goto(f"{live_server.url}/catalogue/protocols/mesobotox.cheeks/")

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Minutes of treatment").fill("35")
    page.get_by_role("button", name="Save as version 2").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("MesoBotox, Cheeks to jawline, version 2")
    expect(page.locator(".changes li")).to_have_count(1)
    expect(page.locator(".changes del")).to_have_text("30 min")
    expect(page.locator(".changes ins")).to_have_text("35 min")
    axe(page)


def test_a_refused_edit_says_why_beside_the_field(enter, whole_catalogue, live_server, axe):
    page = enter("Ellis")
    page.goto(f"{live_server.url}/catalogue/protocols/mesobotox.cheeks/edit/")

    page.get_by_label("Minutes of treatment").fill("0")
    page.get_by_role("button", name="Save as version 2").click()

    expect(page.get_by_text("A session takes at least 1 minute.")).to_be_visible()
    expect(page.get_by_label("Minutes of treatment")).to_have_attribute("aria-invalid", "true")
    axe(page)


def test_confirming_moves_to_the_next_number_and_counts_down(enter, whole_catalogue, live_server, axe):
    page = enter("Ellis")
    page.goto(f"{live_server.url}/catalogue/to-confirm/")
    group = page.locator("#group-mesobotoxcheeks")
    waiting = int(page.locator("#sums strong").first.inner_text())

    group.get_by_role("button", name="Confirm these 3 in Sessions").click()

    expect(page.locator("#sums strong").first).to_have_text(str(waiting - 3))
    expect(group.get_by_text("Confirmed by Dr. June Ellis")).to_have_count(1)
    expect(group.get_by_role("button", name=re.compile("^Confirm")).first).to_be_focused()
    expect(page.locator("#announce")).to_contain_text("Confirmed 3 numbers.")
    axe(page)


def test_confirming_works_without_javascript(browser, live_server, whole_catalogue):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Ellis").click()

    page.goto(f"{live_server.url}/catalogue/to-confirm/")
    page.get_by_role("button", name="Confirm these 3 in Sessions").first.click()

    expect(page.get_by_text("Confirmed 3 numbers.")).to_be_visible()
    expect(page.get_by_text("Confirmed by Dr. June Ellis")).to_have_count(1)
    context.close()
