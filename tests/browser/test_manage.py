"""A manager's pages in a real browser: claims are marked, a person is invited, everything is accessible."""

import pytest
from playwright.sync_api import expect

from clinic.models import Invitation
from scheduling.models import MessageText

pytestmark = pytest.mark.django_db(transaction=True)


def test_words_that_claim_too_much_are_marked_and_honest_ones_come_in_force(enter, live_server, axe):
    page = enter("Vera")
    page.goto(f"{live_server.url}/manage/messages/plan_signed/")
    page.get_by_label("Subject").fill("A facelift without surgery")

    page.get_by_role("button", name="Put in force").click()
    expect(page.locator("mark")).to_contain_text("facelift")
    axe(page)
    page.get_by_label("Subject").fill("Your plan can be read")
    page.get_by_role("button", name="Put in force").click()

    expect(page.get_by_text("The new words of “Plan signed” are in force.")).to_be_visible()
    assert MessageText.objects.get().subject == "Your plan can be read"


def test_somebody_is_invited_by_keyboard(enter, live_server, axe):
    page = enter("Vera")
    page.goto(f"{live_server.url}/manage/people/")
    axe(page)
    page.get_by_role("link", name="Invite somebody").press("Enter")

    page.get_by_label("Name").fill("Iris Adeyemi")
    page.get_by_label("E-mail").fill("iris@example.com")
    page.get_by_label("Park Street").press("Space")
    page.get_by_role("button", name="Send the invitation").press("Enter")

    expect(page.get_by_text("The invitation is on its way to iris@example.com.")).to_be_visible()
    assert Invitation.objects.get().email == "iris@example.com"
