"""A passkey, from the first sign-in to the next, in a real browser with a made-up security key."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from clinic.models import Location, User
from tests.staff import let_work

pytestmark = pytest.mark.django_db(transaction=True)
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

WITH_A_PASSKEY = (
    "2fa/",
    "2fa/totp/activate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/webauthn/",
    "2fa/webauthn/keys/{key}/edit/",
    "2fa/webauthn/keys/{key}/remove/",
    "2fa/webauthn/reauthenticate/",
    "sessions/",
    "password/change/",
)


@pytest.fixture
def nora(transactional_db) -> User:
    """Nora, who was just given an account."""
    street = Location.objects.create(name="Park Street", slug="park-street", time_zone="America/New_York")
    user = User.objects.create_user(
        "nora@example.com", "correct horse", name="Nora Lindqvist", role="coordinator"
    )
    let_work(user, street)
    return user


def test_staff_set_up_a_passkey_and_sign_in_with_it(page, live_server, settings, nora, axe):
    settings.STAFF_SECOND_FACTOR = True
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("E-mail").fill(nora.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    axe(page)

    page.get_by_role("link", name="Add a passkey").click()
    axe(page)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    axe(page)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    axe(page)
    key = Authenticator.objects.get(type="webauthn").pk
    for path in WITH_A_PASSKEY:
        page.goto(f"{live_server.url}/accounts/{path.format(key=key)}")
        axe(page)
    page.goto(f"{live_server.url}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").fill(nora.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/accounts/2fa/authenticate/")
    axe(page)
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(f"{live_server.url}/today/")
