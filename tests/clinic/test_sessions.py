"""How long a session lasts, what keeps it, and what ends it."""

import datetime
import re
from pathlib import Path

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from clinic.models import User

ROOT = Path(__file__).parents[2]
START = datetime.datetime(2026, 11, 30, 14, tzinfo=datetime.UTC)
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
RIGHT = "correct horse"
EVERY = re.compile(r"<[^<>]*hx-trigger=\"[^\"]*\bevery\b[^>]*>")


@pytest.fixture
def clock():
    """Stand still at two o'clock on a Monday: `clock.shift(…)`."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def entered(user: User) -> Client:
    """Sign in by the form, as people do."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": RIGHT})
    return client


def is_in(client: Client, **headers: str) -> bool:
    """Whether the next request is still answered."""
    response = client.get("/accounts/sessions/", headers=headers)
    return response.status_code == 200


def test_staff_are_signed_out_after_half_an_hour_of_nothing(clock, coordinator):
    browser = entered(coordinator)
    browser.get("/patients/")

    clock.shift(31 * MINUTE)

    response = browser.get("/patients/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/patients/")
    assert "_auth_user_id" not in browser.session


def test_working_keeps_the_session_for_twelve_hours_and_no_longer(clock, coordinator):
    browser = entered(coordinator)

    answers = []
    for _ in range(25):
        answers.append(is_in(browser))
        clock.shift(29 * MINUTE)

    assert answers == [True] * 25
    clock.shift(-4 * MINUTE)
    assert not is_in(browser)


def test_the_page_says_how_long_a_session_lasts_by_the_settings(settings, coordinator):
    settings.SESSION_IDLE_SECONDS = {"staff": 45 * 60, "patient": 3600}
    settings.SESSION_LONGEST_SECONDS = {"staff": 8 * 3600, "patient": 7 * 24 * 3600}

    text = entered(coordinator).get("/accounts/sessions/").text.replace("\N{NO-BREAK SPACE}", " ")

    assert "A session ends after 45 minutes without use, and after 8 hours at the latest." in text


def test_a_patient_has_twelve_hours(clock, patient_user):
    browser = entered(patient_user)
    browser.get("/accounts/sessions/")

    clock.shift(11 * HOUR)
    after_eleven = is_in(browser)
    clock.shift(13 * HOUR)

    assert (after_eleven, is_in(browser)) == (True, False)


def test_a_page_that_refreshes_itself_does_not_keep_the_session(clock, coordinator):
    browser = entered(coordinator)
    browser.get("/patients/")

    answers = []
    for _ in range(31):
        clock.shift(MINUTE)
        answers.append(is_in(browser, **{"x-refresh": "1"}))

    assert answers == [True] * 30 + [False]


def test_a_session_that_never_did_anything_but_refresh_ends_too(clock, coordinator):
    browser = entered(coordinator)

    for _ in range(32):
        clock.shift(MINUTE)
        browser.get("/patients/", headers={"x-refresh": "1"})

    assert not is_in(browser)


def test_after_the_end_htmx_is_led_to_the_sign_in_and_the_interface_says_401(clock, coordinator):
    browser, other = entered(coordinator), entered(coordinator)
    for client in (browser, other):
        client.get("/patients/")
    clock.shift(31 * MINUTE)

    part = browser.get(
        "/patients/", headers={"hx-request": "true", "hx-current-url": "http://testserver/patients/"}
    )
    answer = other.get("/api/days/2026-12-01/times")

    assert part["HX-Redirect"] == "/accounts/login/?next=%2Fpatients%2F"
    assert (answer.status_code, answer.json()) == (401, {"error": "Sign in first."})


def test_every_part_that_refreshes_itself_says_so():
    asking = {
        str(path.relative_to(ROOT)): found
        for path in (ROOT / "templates").rglob("*.html")
        for found in EVERY.findall(path.read_text())
    }

    assert asking
    assert [path for path, tag in asking.items() if """hx-headers='{"X-Refresh": "1"}'""" not in tag] == []


def test_a_page_asks_the_same_number_of_questions_within_a_minute(
    clock, coordinator, django_assert_num_queries
):
    browser = entered(coordinator)
    browser.get("/accounts/password/change/")

    with django_assert_num_queries(2):
        browser.get("/accounts/password/change/")


def test_ending_a_session_refuses_its_next_request(coordinator):
    here, there = entered(coordinator), entered(coordinator)
    session = UserSession.objects.get(session_key=there.session.session_key)

    here.post("/accounts/sessions/end/", {"session": session.pk})

    assert (is_in(here), is_in(there)) == (True, False)


def test_signing_out_everywhere_else_leaves_only_this_browser(coordinator):
    here, there, elsewhere = (entered(coordinator) for _ in range(3))

    here.post("/accounts/sessions/")

    assert [is_in(browser) for browser in (here, there, elsewhere)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(coordinator, provider):
    nora, ellis = entered(coordinator), entered(provider)
    session = UserSession.objects.get(session_key=ellis.session.session_key)

    nora.post("/accounts/sessions/end/", {"session": session.pk})

    assert is_in(ellis)


def test_a_changed_role_and_a_changed_password_hold_at_the_next_request(coordinator):
    browser, elsewhere = entered(coordinator), entered(coordinator)
    User.objects.filter(pk=coordinator.pk).update(role="patient")
    as_patient = browser.get("/patients/").status_code

    coordinator.set_password("another long one")
    coordinator.save()

    assert as_patient == 403
    assert not is_in(elsewhere)


def test_a_disabled_account_is_refused_at_the_next_request(coordinator):
    browser = entered(coordinator)
    User.objects.filter(pk=coordinator.pk).update(is_active=False)

    assert not is_in(browser)
