"""The second factor staff must have, and being asked again before signing."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from clinic.models import User

RIGHT = "correct horse"


@pytest.fixture(autouse=True)
def required(settings):
    """Ask staff for a second factor, as it is shipped."""
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def secret(coordinator) -> str:
    """Nora has an authenticator app: what it knows."""
    secret = generate_totp_secret()
    TOTP.activate(coordinator, secret)
    return secret


def code(secret: str) -> str:
    """Give what the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enter(client: Client, user: User, password: str = RIGHT):
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": user.email, "password": password})


def is_in(client: Client) -> bool:
    """Whether a page that needs a sign-in opens."""
    return client.get("/patients/").status_code == 200


def test_staff_without_one_are_led_to_set_it_up_and_can_do_nothing_else(signed_in, coordinator, patient):
    browser = signed_in(coordinator)
    before = patient.last_name

    pages = [browser.get(path)["Location"] for path in ("/", "/patients/", "/accounts/email/")]
    browser.post(f"/patients/{patient.pk}/edit/", {"last_name": "Changed"})

    patient.refresh_from_db()
    assert pages == ["/accounts/2fa/"] * 3
    assert patient.last_name == before
    assert "Everybody who works here needs one" in browser.get("/accounts/2fa/").text


def test_htmx_and_the_interface_are_told_as_well(signed_in, coordinator):
    browser = signed_in(coordinator)

    part = browser.get("/patients/", headers={"hx-request": "true"})
    answer = browser.post("/api/visits/1/move", content_type="application/json")

    assert part["HX-Redirect"] == "/accounts/2fa/"
    assert (answer.status_code, answer.json()) == (403, {"error": "Set up a second factor first."})


def test_setting_up_an_app_opens_everything(signed_in, coordinator):
    browser = signed_in(coordinator)
    page = browser.get("/accounts/2fa/totp/activate/")

    browser.post("/accounts/2fa/totp/activate/", {"code": code(page.context["form"].secret)})

    assert is_in(browser)


def test_recovery_codes_alone_are_no_second_factor(signed_in, coordinator):
    Authenticator.objects.create(user=coordinator, type="recovery_codes", data={"seed": "x", "used_mask": 0})

    assert not is_in(signed_in(coordinator))


def test_patients_need_none(signed_in, patient_user):
    assert signed_in(patient_user).get("/accounts/sessions/").status_code == 200


def test_the_password_alone_does_not_sign_in(client, coordinator, secret):
    response = enter(client, coordinator)

    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_password_and_code_sign_in(client, coordinator, secret):
    enter(client, coordinator)

    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})

    assert is_in(client)


def test_a_wrong_password_with_the_right_code_does_not_sign_in(client, coordinator, secret):
    enter(client, coordinator, "wrong")

    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})

    assert not is_in(client)


def test_a_code_works_once(coordinator, secret):
    first, second = Client(), Client()
    shown = code(secret)
    for browser in (first, second):
        enter(browser, coordinator)
        browser.post("/accounts/2fa/authenticate/", {"code": shown})

    assert (is_in(first), is_in(second)) == (True, False)


def test_resetting_the_password_does_not_pass_by_the_second_factor(client, coordinator, secret, mailoutbox):
    client.post("/accounts/password/reset/", {"email": coordinator.email})
    path = "/accounts/" + mailoutbox[0].body.split("/accounts/")[1].split()[0]
    form = client.get(path, follow=True)
    new = {"password1": "another long one", "password2": "another long one"}
    client.post(form.redirect_chain[-1][0], new)

    inside = is_in(client)
    enter(client, coordinator, "another long one")

    assert (inside, is_in(client)) == (False, False)


def test_signing_by_a_mailed_code_asks_for_the_second_factor_too(client, coordinator, secret, mailoutbox):
    client.post("/accounts/login/code/", {"email": coordinator.email})
    mailed = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mailoutbox[0].body)[0]

    response = client.post("/accounts/login/code/confirm/", {"code": mailed})

    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_wrong_codes_are_counted(client, coordinator, secret):
    enter(client, coordinator)

    answers = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _ in range(12)]

    assert "Too many failed login attempts" in answers[-1].text or answers[-1].status_code == 429
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert not is_in(client)


def test_the_demo_is_open_without(settings, signed_in, coordinator):
    settings.STAFF_SECOND_FACTOR = False

    assert is_in(signed_in(coordinator))
