"""Signing asks once more who it is, loses nothing that was sent, and lasts a quarter of an hour."""

import datetime

import pytest
import time_machine

from scheduling.models import PlanVersion
from tests.scheduling.builders import make_plan

RIGHT = "correct horse"


@pytest.fixture
def version(patient_user, coordinator) -> PlanVersion:
    """Maya's plan, proposed by Nora."""
    return make_plan(patient_user.patient, coordinator)


def sign(browser, version: PlanVersion, **headers: str):
    """Send the form that signs the plan."""
    return browser.post(f"/plans/{version.plan_id}/approve/", {"version": version.number}, headers=headers)


def is_signed(version: PlanVersion) -> bool:
    """Whether the plan carries a signature."""
    version.refresh_from_db()
    return version.status == "approved"


def test_signing_asks_who_it_is_and_then_does_what_was_sent(signed_in, provider, version):
    browser = signed_in(provider, recently=False)

    asked = sign(browser, version)
    before = is_signed(version)
    done = browser.post(asked["Location"], {"password": RIGHT})

    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert (before, is_signed(version), done.status_code) == (False, True, 302)


def test_a_wrong_password_signs_nothing(signed_in, provider, version):
    browser = signed_in(provider, recently=False)

    browser.post(sign(browser, version)["Location"], {"password": "wrong"})

    assert not is_signed(version)


def test_whoever_just_said_who_they_are_signs_at_once(signed_in, provider, version):
    response = sign(signed_in(provider), version)

    assert response.status_code == 302
    assert is_signed(version)


def test_after_a_quarter_of_an_hour_it_is_asked_again(signed_in, provider, version):
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        browser = signed_in(provider)
        clock.shift(15 * 60 + 1)

        response = sign(browser, version)

    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert not is_signed(version)


def test_htmx_leads_the_whole_page_to_the_question(signed_in, provider, version):
    response = sign(signed_in(provider, recently=False), version, **{"hx-request": "true"})

    assert response["HX-Redirect"].startswith("/accounts/reauthenticate/?next=")
    assert not is_signed(version)


def test_an_account_without_password_or_second_factor_has_nothing_to_be_asked(signed_in, provider, version):
    provider.set_unusable_password()
    provider.save()

    sign(signed_in(provider, recently=False), version)

    assert is_signed(version)


def test_who_may_not_sign_is_refused_before_being_asked(signed_in, coordinator, version):
    assert sign(signed_in(coordinator, recently=False), version).status_code == 403
