"""The review queue in a browser: signed and on to the next, sent back, discussed, overtaken."""

import re
import uuid

import pytest
from django.db import connection

from clinic.models import AccessEntry, AuditEntry, Provider
from scheduling.actions import approvals
from scheduling.models import Booking, PlanVersion, Signature
from scheduling.models.signature import MEANING
from tests.scheduling.builders import (
    NECK,
    NOON,
    UPPER_FACE,
    another,
    catalogue,
    found_for,
    make_plan,
)
from tests.scheduling.intake.intakes import MOUTH, planned
from treatments.library import load_library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
RF = "rf_microneedling.perioral"


@pytest.fixture
def ellis(signed_in, provider):
    """The browser of Dr. Ellis, who proved a moment ago who it is."""
    return signed_in(provider)


@pytest.fixture
def version(patient, coordinator) -> PlanVersion:
    """Alice's plan of the neck, proposed by Nora."""
    return make_plan(patient, coordinator)


def sign(browser, version: PlanVersion, **sent):
    """Press the button that approves a version."""
    return browser.post(f"/plans/{version.plan_id}/approve/", {"version": version.number, "queue": 1, **sent})


def decline(browser, version: PlanVersion, **sent):
    """Send a version back."""
    return browser.post(
        f"/review/{version.plan_id}/decline/", {"version": version.number, "queue": 1, **sent}
    )


def settle(browser, version: PlanVersion, **sent):
    """Record what a discussion came to."""
    data = {"version": version.number, "queue": 1, "topic": RF, "outcome": "agreed", **sent}
    return browser.post(f"/review/{version.plan_id}/discuss/", data)


def wedding():
    """The plan of the neck around a wedding."""
    return planned(NECK, events=[{"name": "Wedding", "date": "2027-09-11"}])


def told(response) -> list[str]:
    """Read the messages of the page that a redirect led to."""
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queue_asks_the_same_questions_however_many_plans_wait(
    ellis, coordinator, make_patient, django_assert_num_queries, rows
):
    for number in range(rows):
        make_plan(make_patient(f"Patient {number}"), coordinator)

    with django_assert_num_queries(12):
        response = ellis.get("/review/")

    assert len(re.findall(r'<a href="/review/\d+/"[^>]*>\s*<span class="person">', response.text)) == rows


def test_a_plan_is_read_once_and_only_the_one_that_is_looked_at_again(
    ellis, coordinator, make_patient, django_assert_num_queries
):
    for number in range(3):
        make_plan(make_patient(f"Patient {number}"), coordinator, found_for(MOUTH))
    first = ellis.get("/review/")

    with django_assert_num_queries(9):
        again = ellis.get("/review/")

    places = r'<span class="review-look look-warn">.*?</svg>(\d+) to look at'
    assert re.findall(places, again.text, re.DOTALL) == re.findall(places, first.text, re.DOTALL)
    assert len(re.findall(places, again.text, re.DOTALL)) == 3


def test_the_card_says_what_is_signed_before_it_is_signed(ellis, version):
    text = ellis.get("/review/").text

    assert "Dr. June Ellis, Dermatologist" in text
    assert "Mon 4 Jan 2027, 12:00" in text
    assert MEANING in text
    assert "14 March 1985" in text
    assert '<input type="hidden" name="version" value="1">' in text


def test_opening_the_card_is_on_record(ellis, provider, patient, version):
    ellis.get("/review/")

    entry = AccessEntry.objects.get()
    assert (entry.actor, entry.patient, entry.page) == (provider, patient, "review")


def test_an_empty_queue_names_the_next_step(ellis):
    text = ellis.get("/review/").text

    assert "Nothing waits for a signature" in text
    assert 'href="/today/"' in text


def test_a_plan_that_does_not_wait_leads_back_to_the_queue(ellis, provider, version):
    approvals.approve(by=provider, version=version, now=NOON)

    response = ellis.get(f"/review/{version.plan_id}/")

    assert (response.status_code, response.url) == (302, "/review/")


def test_signing_leads_on_to_the_next_plan_and_names_the_patient(ellis, version, coordinator, make_patient):
    after = make_plan(make_patient("Bea", "Bright"), coordinator)

    response = sign(ellis, version, next=after.plan_id)
    page = ellis.get(response.url)

    assert response.url == f"/review/{after.plan_id}/"
    assert told(page) == ["Signed: Plan 1 of Alice Ames is approved and can be booked."]
    assert 'id="review-title" tabindex="-1" autofocus><bdi>Bea Bright</bdi>' in page.text


def test_signing_asks_again_who_it_is_and_then_does_it(signed_in, provider, version):
    browser = signed_in(provider, recently=False)

    asked = sign(browser, version)
    before = PlanVersion.objects.approved().count()
    browser.post(asked.url, {"password": "correct horse"})

    assert asked.url.startswith("/accounts/reauthenticate/")
    assert (before, PlanVersion.objects.approved().count()) == (0, 1)


def test_what_somebody_signed_already_is_signed_once_and_says_by_whom(ellis, version, make_user, location):
    other = make_user("Haddad", "provider", location)
    Provider.objects.create(user=other, printed_name="Dr. Samir Haddad")
    approvals.approve(by=other, version=version, now=NOON)

    page = ellis.get(sign(ellis, version).url)

    assert told(page) == ["Signed already, by Haddad: Plan 1 of Alice Ames is approved and can be booked."]
    assert (Signature.objects.get().signer, AuditEntry.objects.filter(action="plan.approved").count()) == (
        other,
        1,
    )


@pytest.mark.parametrize("send", [sign, decline])
def test_a_version_that_was_overtaken_is_not_decided_and_shows_what_changed(
    ellis, version, coordinator, send
):
    another(version, coordinator, wedding(), reason="A wedding")

    response = send(ellis, version, because="No")

    assert response.status_code == 409
    assert "Nothing was signed or declined: you read version 1" in response.text
    assert "Wedding" in response.text
    assert set(PlanVersion.objects.values_list("status", flat=True)) == {"superseded", "proposed"}


def test_a_declined_plan_says_why_and_offers_to_adjust_it(ellis, version, signed_in, coordinator):
    nora = signed_in(coordinator)

    response = decline(ellis, version, because="Neck first, face in spring.")
    plan, patient = nora.get(f"/plans/{version.plan_id}/"), nora.get(f"/patients/{version.plan.patient_id}/")

    assert response.url == "/review/"
    for page in (plan, patient):
        assert "Sent back by Dr. June Ellis on Mon 4 Jan 2027" in page.text
        assert "Neck first, face in spring." in page.text
        assert f'href="/plans/{version.plan_id}/edit/">' in page.text


def test_a_declined_plan_is_not_booked(ellis, version, signed_in, coordinator):
    decline(ellis, version, because="Neck first.")

    signed_in(coordinator).post(f"/plans/{version.plan_id}/book/", {"key": uuid.uuid4()})

    assert Booking.objects.count() == 0


def test_declining_without_a_reason_shows_the_card_with_what_is_missing(ellis, version):
    response = decline(ellis, version, because=" ")

    assert response.status_code == 422
    assert "Say what should change, so that it can be adjusted." in response.text
    assert PlanVersion.objects.get().status == "proposed"


def test_the_outcome_of_a_discussion_makes_the_version_that_is_signed(ellis, provider, patient, coordinator):
    catalogue(load_library())
    version = make_plan(patient, coordinator, found_for(MOUTH))

    response = settle(ellis, version, reason="Understands the downtime")

    after = PlanVersion.objects.current().get()
    said = after.recommendation.intake.discussed
    assert response.url == f"/review/{version.plan_id}/"
    assert (after.number, after.status, after.proposed_by) == (2, "proposed", provider)
    assert [(one.topic, one.outcome, one.by, one.reason) for one in said] == [
        (RF, "agreed", "provider", "Understands the downtime")
    ]
    assert RF in {one.key for one in after.recommendation.series}
    assert AuditEntry.objects.get(action="plan.discussed").detail["outcome"] == "agreed"


def test_what_a_plan_has_not_to_discuss_is_refused(ellis, version):
    response = settle(ellis, version)

    assert response.status_code == 422
    assert "This plan has no such topic." in response.text
    assert PlanVersion.objects.count() == 1


def test_a_reason_becomes_part_of_what_is_signed(ellis, patient, coordinator):
    version = make_plan(patient, coordinator, found_for(MOUTH))

    sign(ellis, version, override="Discussed on the phone")

    signature = Signature.objects.get()
    assert signature.meaning == f"{MEANING} Acknowledged with a reason (R47): Discussed on the phone"
    assert signature.verifies()


def test_what_sets_a_rule_aside_is_not_signed_without_a_reason(ellis, patient, coordinator):
    days = ("2026-01-05", "2026-04-20", "2026-07-27", "2026-10-05")
    history = [{"treatment": "mesobotox", "area": "neck", "date": day} for day in days]
    found = planned(NECK, rounds={"mesobotox.neck": 2}, history=history)
    version = make_plan(patient, coordinator, found)

    first = sign(ellis, version)
    page = ellis.get(first.url)
    sign(ellis, version, override="Fading sooner than most")

    assert first.url == f"/review/{version.plan_id}/"
    assert told(page) == ["This plan sets aside R33. Sign it with a reason."]
    assert 'name="override" maxlength="130" required' in page.text
    assert "(R33): Fading sooner than most" in Signature.objects.get().meaning


def test_the_plan_page_the_print_and_the_old_version_show_the_signature(
    ellis, version, coordinator, signed_in
):
    sign(ellis, version)
    short = Signature.objects.get().content_hash[:12]
    address = f"/plans/{version.plan_id}/"

    pages = [ellis.get(address).text, ellis.get(f"{address}print/").text]
    another(version, coordinator, wedding())
    old = ellis.get(f"{address}versions/1/").text

    for text in (*pages, old):
        assert "Dr. June Ellis, Dermatologist" in text
        assert f"<code>{short}</code>" in text
        assert "Verifies" in text
        assert "Mon 4 Jan 2027, 12:00" in text
    assert "Void since" not in pages[0]
    assert "Void since Mon 4 Jan 2027, 12:00, because: Version 2 was proposed." in old
    assert "Not signed" in ellis.get(f"{address}print/").text


def test_a_signature_over_other_bytes_says_so(ellis, version):
    sign(ellis, version)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scheduling_planversion SET library_version = 99")

    assert "Does not verify" in ellis.get(f"/plans/{version.plan_id}/").text


def test_the_plan_page_says_what_is_signed_before_it_is_signed(ellis, version):
    text = ellis.get(f"/plans/{version.plan_id}/").text

    assert MEANING in text
    assert "Dr. June Ellis, Dermatologist" in text
    assert f'href="/review/{version.plan_id}/"' in text


def test_the_queue_holds_no_plan_of_another_location(
    ellis, version, other_location, coordinator, make_patient
):
    make_plan(make_patient("Canary", "Lake", location=other_location), coordinator, found_for(UPPER_FACE))

    text = ellis.get("/review/").text

    assert "Alice Ames" in text
    assert "Canary" not in text
