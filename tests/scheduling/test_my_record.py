"""Documents, preferences, and what is stored: downloaded whole, or asked to be erased."""

import json

import pytest

from clinic.models import Erasure
from scheduling.models import Wishes
from tests.scheduling.builders import NECK, NOON, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, open_practice, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def version(location, coordinator, provider, patient_user):
    """Maya's signed plan of the neck, booked."""
    work(provider, open_practice(location))
    found = approved_plan(patient_user.patient, coordinator, provider, found_for(NECK))
    book_all(found, coordinator)
    return found


def test_the_signed_plan_names_its_signer_time_meaning_and_that_nothing_is_guaranteed(version, maya):
    text = maya.get(f"/my/more/documents/plan/{version.plan_id}/").text

    assert "Dr. June Ellis, Dermatologist" in text
    assert "Monday 4 January 2027, 12:00" in text
    assert "I have reviewed this plan and approve it" in text
    assert version.signature.content_hash in text
    assert "there can be no guarantee" in text


def test_documents_hold_the_care_sheets_of_the_plan(version, maya):
    page = maya.get("/my/more/documents/")

    assert [one.kind for one in page.context["sheets"]] == ["toxin"]
    assert maya.get("/my/more/documents/care/toxin/").status_code == 200
    assert maya.get("/my/more/documents/care/magic/").status_code == 404


def test_a_plan_without_a_signature_is_no_document(coordinator, patient_user, maya, location):
    plan = make_plan(patient_user.patient, coordinator).plan

    assert "No document yet" in maya.get("/my/more/documents/").text
    assert maya.get(f"/my/more/documents/plan/{plan.pk}/").status_code == 404


def test_preferences_are_kept(version, maya, patient_user):
    sent = {"weekdays": [1, 3], "starts": 600, "ends": 960, "reminders": "none"}
    sent |= {"provider": version.approved_by.provider.pk}

    assert maya.post("/my/more/preferences/", sent)["Location"] == "/my/more/preferences/"
    wishes = Wishes.objects.get(patient=patient_user.patient)
    assert (wishes.weekdays, wishes.starts, wishes.ends, wishes.reminders) == ([1, 3], 600, 960, "none")
    assert maya.get("/my/more/preferences/").context["form"]["reminders"].value() == "none"


def test_everything_stored_is_downloaded_as_one_file_and_nothing_of_others(
    version, maya, make_patient, coordinator, provider
):
    other = approved_plan(make_patient("Bob", "Canary"), coordinator, provider, found_for(NECK))
    book_all(other, coordinator)
    maya.post("/my/ask/", {"topic": "other", "text": "May I swim?"})

    response = maya.get("/my/more/data/download/")

    text = b"".join(response.streaming_content).decode()
    record = json.loads(text)
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == 'attachment; filename="my-record.json"'
    assert record["patient"][0]["first_name"] == "Maya"
    assert [one["text"] for one in record["questions"]] == ["May I swim?"]
    assert (len(record["plans"]), len(record["visits"])) == (1, version.plan.bookings.count())
    assert "Canary" not in text


def test_a_plan_that_is_not_signed_is_not_in_the_download(coordinator, patient_user, maya, location):
    make_plan(patient_user.patient, coordinator)

    record = json.loads(b"".join(maya.get("/my/more/data/download/").streaming_content))

    assert record["plans"] == []


def test_erasure_is_asked_for_once_and_its_decision_is_shown(maya, patient_user, manager):
    for _ in range(2):
        maya.post("/my/more/data/erasure/")
    erasure = Erasure.objects.get()
    assert "The practice decides" in maya.get("/my/more/data/").text

    facts = {"outcome": "refused", "because": "Kept for ten years by law.", "decided_by": manager}
    Erasure.objects.filter(pk=erasure.pk).update(decided_at=NOON, **facts)

    page = maya.get("/my/more/data/")
    assert "Kept for ten years by law." in page.text
    assert "Ask for erasure" in page.text
