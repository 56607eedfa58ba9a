"""What a manager decides about a wish for erasure: what goes, and what stays."""

import datetime
import json
from contextlib import nullcontext

import pytest
from django.core.serializers import serialize
from django.db.models import QuerySet

from clinic.models import AuditEntry, Erasure, Patient, User
from scheduling.actions import erasing, visits
from scheduling.actions.refusals import TooLate
from scheduling.actions.undoing import undo
from scheduling.erasing.redaction import without_free_text, without_names
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.intake.stored import restore, store
from scheduling.models import (
    Booking,
    CheckIn,
    Claim,
    Given,
    Message,
    PatientEvent,
    PlanVersion,
    Question,
    Signature,
    Waiting,
)
from tests.scheduling.builders import NECK, NOON, found_for, make_plan
from tests.scheduling.intake.intakes import raw
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def maya(patient_user, location, coordinator, provider) -> Patient:
    """Maya with a plan, booked whole, a treatment given, and her own words in every place for them."""
    open_practice(location)
    work(provider, location)
    patient = patient_user.patient
    version = approved_plan(patient, coordinator, provider, found_for(NECK))
    book_all(version, coordinator)
    first = booked(version)[0]
    Booking.objects.filter(pk=first.pk).update(reason="canary reason", override_reason="canary override")
    Given.objects.create(
        patient=patient,
        key="botox.upper_face",
        treatment="Botox",
        area="Upper face",
        mark="botox",
        date=datetime.date(2026, 5, 4),
        kind="elsewhere",
        counts=False,
        because="Given elsewhere.",
        recorded_by=coordinator,
    )
    Question.objects.create(patient=patient, text="canary question")
    CheckIn.objects.create(patient=patient, booking=first, weeks=2, smile="full", fading="not", note="canary")
    PatientEvent.objects.create(patient=patient, name="canary wedding", date=datetime.date(2027, 6, 14))
    Waiting.objects.create(plan=version.plan, note="canary note", added_by=coordinator)
    words = {"to": "maya@example.com", "subject": "canary subject", "body": "canary body", "due_at": NOON}
    for state, sent_at in (("sent", NOON), ("waiting", None)):
        Message.objects.create(patient=patient, key="x", once=state, state=state, sent_at=sent_at, **words)
    return patient


@pytest.fixture
def wish(maya) -> Erasure:
    """Maya's wish for erasure."""
    return Erasure.objects.create(patient=maya, asked_at=NOON)


def everything() -> str:
    """Write every row about a patient as text."""
    kinds = (
        Patient,
        User,
        Question,
        CheckIn,
        PatientEvent,
        Waiting,
        Booking,
        PlanVersion,
        Erasure,
        AuditEntry,
        Message,
    )
    return "".join(serialize("json", kind.objects.all()) for kind in kinds)


def test_erasing_leaves_nothing_that_says_who_it_was(manager, wish, patient_user):
    erasing.carry_out(by=manager, erasure=wish, now=NOON)

    left = everything()
    assert [word for word in ("Maya", "Okafor", "maya@", "canary") if word in left] == []
    assert Patient.objects.get(pk=wish.patient_id).birth_date == datetime.date(1985, 1, 1)
    assert set(Message.objects.values_list("once", "state")) >= {("sent", "sent"), ("waiting", "dropped")}


def test_erasing_keeps_the_clinical_rows_with_their_dates(manager, wish, maya):
    visits, dates = maya.bookings.count(), sorted(maya.bookings.values_list("date", flat=True))

    erasing.carry_out(by=manager, erasure=wish, now=NOON)

    assert (maya.bookings.count(), sorted(maya.bookings.values_list("date", flat=True))) == (visits, dates)
    assert list(maya.given.values_list("date", "key")) == [(datetime.date(2026, 5, 4), "botox.upper_face")]
    assert Signature.objects.get().verifies() is True


def test_erasing_ends_the_account_and_cancels_what_comes(manager, wish, maya, signed_in, patient_user):
    browser = signed_in(patient_user)

    erasing.carry_out(by=manager, erasure=wish, now=NOON)

    assert set(maya.bookings.values_list("status", flat=True)) == {"cancelled"}
    assert Waiting.objects.active().count() == 0
    assert User.objects.get(pk=patient_user.pk).is_active is False
    assert browser.get("/")["Location"].startswith("/accounts/login/")


def test_erasing_is_recorded_without_anything_of_the_patient(manager, wish):
    erasing.carry_out(by=manager, erasure=wish, now=NOON)

    entry = AuditEntry.objects.get(action="erasure.carried_out")
    assert (entry.actor, entry.object_id, entry.detail) == (manager, wish.pk, {})


def test_erasing_ends_the_undoing_of_what_was_changed_before(manager, coordinator, wish, maya):
    gone = maya.bookings.order_by("unit").first()
    change = visits.cancel(by=coordinator, booking=gone, reason="Ill", now=NOON)
    erasing.carry_out(by=manager, erasure=wish, now=NOON + MINUTE)

    with pytest.raises(TooLate, match="Something else was changed for this patient since"):
        undo(by=coordinator, change=change, now=NOON + 2 * MINUTE)

    assert set(maya.bookings.values_list("status", flat=True)) == {"cancelled"}
    assert Claim.objects.count() == 0


def test_a_wish_is_decided_once(manager, wish):
    erasing.refuse(by=manager, erasure=wish, because="Records are kept for ten years.", now=NOON)

    with pytest.raises(erasing.NotDecided, match="decided already"):
        erasing.carry_out(by=manager, erasure=wish, now=NOON)
    assert Patient.objects.get(pk=wish.patient_id).first_name == "Maya"


def test_a_refusal_needs_its_reason(manager, wish):
    with pytest.raises(erasing.NotDecided, match="Say why"):
        erasing.refuse(by=manager, erasure=wish, because=" \u200b", now=NOON)


def test_nothing_is_erased_while_a_visit_goes_on(manager, wish, maya):
    Booking.objects.filter(pk=maya.bookings.first().pk).update(status="arrived")

    with pytest.raises(erasing.NotDecided, match="Complete it first"):
        erasing.carry_out(by=manager, erasure=wish, now=NOON)
    assert Patient.objects.get(pk=maya.pk).first_name == "Maya"


def test_the_page_says_first_what_goes_and_what_stays(signed_in, manager, wish):
    page = signed_in(manager).get(f"/manage/erasures/{wish.pk}/")

    outlook = page.context["outlook"]
    assert ("1 question and what was answered: the words." in outlook.goes) is True
    assert ("1 treatment given." in outlook.stays) is True
    assert AuditEntry.objects.filter(action__startswith="erasure").count() == 0


def test_erasing_needs_the_tick(signed_in, manager, wish):
    browser, address = signed_in(manager), f"/manage/erasures/{wish.pk}/carry-out/"

    without = browser.post(address).status_code
    with_it = browser.post(address, {"understood": "on"}).status_code

    wish.refresh_from_db()
    assert (without, with_it, wish.outcome) == (422, 302, "erased")


def test_names_of_events_go_wherever_a_plan_holds_them():
    content = {
        "intake": {"events": [{"name": "Anna's wedding", "date": "2027-06-14"}], "away": []},
        "problem": {"targets": [{"reason": "event: Anna's wedding", "from": "2027-05-04"}]},
        "warnings": [{"text": "12 days before Anna's wedding: sooner than the 14 days it takes."}],
    }

    found = json.dumps(without_names(content))

    assert ("Anna" in found, found.count("an event"), "2027-06-14" in found) == (False, 3, True)


def test_a_short_name_takes_no_letters_out_of_other_words():
    content = {
        "intake": {"events": [{"name": "a", "date": "2027-06-14"}]},
        "warnings": [{"text": "a day before a: sooner than before."}],
    }

    assert without_names(content)["warnings"] == [{"text": "a day before an event: sooner than before."}]


@pytest.mark.parametrize("name", ["botox", "neck", "2027", "optimal", "R14", "event"])
def test_a_name_that_is_also_a_key_or_a_date_leaves_the_plan_as_it_was(name):
    asked = [{"name": name, "date": "2027-06-14"}]
    content = store(recommend(read_intake(raw(NECK, events=asked))))

    found = without_names(content)

    kept, was = restore(found), restore(content)
    assert [one.name for one in kept.intake.events] == ["an event"]
    assert (kept.solution.dates, kept.series, kept.rules) == (was.solution.dates, was.series, was.rules)
    assert f'event: {name}"' not in json.dumps(found)
    assert f"before {name}" not in json.dumps([found["warnings"], found["discuss"]])


@pytest.mark.parametrize(("broken", "outcome"), [(False, "erased"), (True, "")])
def test_a_plan_is_redacted_only_into_one_that_reads_back(manager, coordinator, patient, broken, outcome):
    asked = [{"name": "botox", "date": "2027-06-14"}]
    version = make_plan(patient, coordinator, recommend(read_intake(raw(NECK, events=asked))))
    wish = Erasure.objects.create(patient=patient, asked_at=NOON)
    rows = QuerySet(PlanVersion).filter(pk=version.pk)
    if broken:
        rows.update(content=version.content | {"dates": [["botox"]]})

    with pytest.raises(erasing.NotDecided, match="Nothing was erased") if broken else nullcontext():
        erasing.carry_out(by=manager, erasure=wish, now=NOON)

    wish.refresh_from_db()
    patient.refresh_from_db()
    event = rows.get().content["intake"]["events"][0]["name"]
    assert (wish.outcome, event == "botox", patient.first_name == "Alice") == (outcome, broken, broken)


@pytest.mark.parametrize(
    "broken",
    [
        {"intake": {"events": ["wedding"]}},
        {"intake": None},
        {"problem": {}},
        {"dates": [["2027-01-05"]] * 9},
        {"rules": [{}]},
        {"bound": 1, "series": 7},
    ],
    ids=lambda broken: " ".join(broken),
)
def test_a_plan_that_cannot_be_read_refuses_the_erasure_in_words_and_leaves_all_as_it_was(
    signed_in, manager, wish, maya, broken
):
    rows = QuerySet(PlanVersion).filter(plan__patient=maya)
    content = rows.get().content
    intake = content["intake"] | {"events": [{"name": "canary wedding", "date": "2027-06-14"}]}
    rows.update(content=content | {"intake": intake} | broken)
    browser = signed_in(manager)
    before = everything()

    page = browser.post(f"/manage/erasures/{wish.pk}/carry-out/", {"understood": "on"})

    assert page.status_code == 422
    assert "Version 1 of plan 1 does not read as a plan once the names are taken out of it." in page.text
    assert everything() == before


def test_free_texts_of_a_change_are_emptied():
    assert without_free_text({"7": {"reason": "x", "date": "2027-01-04", "note": None}}) == {
        "7": {"reason": "", "date": "2027-01-04", "note": None}
    }


def test_the_list_asks_as_often_for_one_wish_as_for_thirty(
    signed_in, manager, make_patient, django_assert_num_queries
):
    browser = signed_in(manager)
    Erasure.objects.create(patient=make_patient())
    browser.get("/manage/erasures/")
    with django_assert_num_queries(4):
        browser.get("/manage/erasures/")
    for number in range(29):
        Erasure.objects.create(patient=make_patient(f"Pat{number}"))

    with django_assert_num_queries(4):
        browser.get("/manage/erasures/")
