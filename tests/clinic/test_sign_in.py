"""Signing in, and what strangers cannot learn or do there."""

import datetime

import pytest
import time_machine
from allauth.account import app_settings as account_settings
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa import app_settings as mfa_settings
from django.contrib.messages import get_messages
from django.core import mail

from clinic.models import User
from clinic.views.errors import LOCKED_OUT_SECONDS

RIGHT = "correct horse"


def sign_in(client, email: str, password: str, **extra):
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": email, "password": password} | extra)


def test_the_right_password_signs_in_whatever_the_case_of_the_address(client, coordinator):
    response = sign_in(client, "NORA@example.com", RIGHT)

    assert (response.status_code, response["Location"]) == (302, "/")


def test_signing_in_says_who_one_is(client, make_user, location):
    make_user("Conor", "coordinator", location)
    User.objects.filter(email="conor@example.com").update(name="Conor O'Neill")

    response = sign_in(client, "conor@example.com", RIGHT)

    [said] = get_messages(response.wsgi_request)
    assert str(said) == "You are signed in as Conor O'Neill."


def test_signing_in_changes_the_session(client, coordinator):
    planted = client.session
    planted["seen"] = True
    planted.save()

    sign_in(client, coordinator.email, RIGHT)

    assert client.session["_auth_user_id"] == str(coordinator.pk)
    assert client.session.session_key != planted.session_key


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1"]
)
def test_the_next_page_is_always_ours(client, coordinator, target):
    response = sign_in(client, coordinator.email, RIGHT, next=target)

    assert response["Location"] == "/"


def test_tries_are_limited_even_for_the_right_password_afterwards(client, coordinator):
    answers = [sign_in(client, coordinator.email, "wrong") for _ in range(6)]

    assert "not correct" in answers[0].text
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == "300"
    assert sign_in(client, coordinator.email, RIGHT).status_code == 429


def test_after_the_time_of_retry_after_the_right_password_signs_in(client, coordinator):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        for _ in range(6):
            refused = sign_in(client, coordinator.email, "wrong")
        clock.shift(int(refused["Retry-After"]) + 1)

        assert sign_in(client, coordinator.email, RIGHT).status_code == 302


def test_no_limit_of_django_allauth_lasts_longer_than_retry_after_says():
    rates = [
        rate
        for limits in (account_settings.RATE_LIMITS, mfa_settings.RATE_LIMITS)
        for text in limits.values()
        for rate in parse_rates(text)
    ]

    assert max(rate.duration for rate in rates) == LOCKED_OUT_SECONDS


def test_a_reset_answers_the_same_for_known_and_unknown_addresses(client, coordinator):
    answers = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in (coordinator.email, "stranger@example.com")
    ]

    assert [answer.redirect_chain for answer in answers] == [[("/accounts/password/reset/done/", 302)]] * 2
    assert [message.to for message in mail.outbox] == [[coordinator.email]]


def test_nobody_makes_their_own_account(client, db, django_user_model):
    response = client.post("/accounts/signup/", {"email": "eve@example.com", "password1": "twelve letters"})

    assert "Accounts are made by the practice" in response.text
    assert django_user_model.objects.count() == 0


def test_a_disabled_account_does_not_sign_in(client, coordinator):
    coordinator.is_active = False
    coordinator.save()

    response = sign_in(client, coordinator.email, RIGHT)

    assert "_auth_user_id" not in client.session
    assert response["Location"] == "/accounts/inactive/"


def test_signing_out_needs_a_post_and_ends_the_session(signed_in, coordinator):
    browser = signed_in(coordinator)

    browser.get("/accounts/logout/")
    still_in = browser.get("/patients/").status_code
    browser.post("/accounts/logout/")

    assert still_in == 200
    assert browser.get("/patients/").status_code == 302


def test_htmx_leads_the_whole_page_to_the_sign_in(client, db):
    response = client.get(
        "/patients/", headers={"hx-request": "true", "hx-current-url": "http://testserver/patients/?q=a"}
    )

    assert (response.status_code, response["HX-Redirect"]) == (200, "/accounts/login/?next=%2Fpatients%2F")
    assert response.content == b""
