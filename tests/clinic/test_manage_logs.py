"""The audit and the access log as managers read, filter and export them."""

import csv
import datetime
import io

import pytest

from clinic.models import AccessEntry, AuditEntry
from scheduling.spreadsheet import harmless
from tests.scheduling.builders import NECK, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work


def record(by, patient, action="patient.edited"):
    """Write an entry about a patient."""
    return AuditEntry.objects.record(by=by, action=action, on=patient)


@pytest.fixture
def canary(other_coordinator, make_patient, other_location):
    """Bob of Lakeside, of whom nothing may be read at Park Street."""
    bob = make_patient("Bob", "Burns", location=other_location)
    record(other_coordinator, bob)
    AccessEntry.objects.create(actor=other_coordinator, patient=bob, page="patient")
    return bob


@pytest.mark.parametrize("log", ["audit", "access"])
def test_a_log_asks_as_often_for_one_line_as_for_thirty(
    signed_in, manager, coordinator, patient, canary, django_assert_num_queries, log
):
    browser, asks = signed_in(manager), {"audit": 7, "access": 6}[log]
    record(coordinator, patient)
    AccessEntry.objects.create(actor=coordinator, patient=patient, page="plan")
    browser.get(f"/manage/{log}/")
    with django_assert_num_queries(asks):
        browser.get(f"/manage/{log}/")
    for _ in range(29):
        record(coordinator, patient)
        AccessEntry.objects.create(actor=coordinator, patient=patient, page="plan")

    with django_assert_num_queries(asks):
        text = browser.get(f"/manage/{log}/").text

    assert ("Alice Ames" in text, "Bob Burns" in text, "Tomas" in text) == (True, False, False)


def test_the_audit_speaks_in_words(signed_in, manager, coordinator, patient):
    record(coordinator, patient)

    [line] = signed_in(manager).get("/manage/audit/").context["entries"]

    assert (line.who, line.did, line.patient, line.place) == (
        "Nora",
        "changed a patient's identity",
        "Alice Ames",
        "Park Street",
    )


def test_the_audit_is_filtered_by_person_patient_action_and_day(
    signed_in, manager, coordinator, provider, patient, make_patient
):
    carol = make_patient("Carol", "Cole")
    record(coordinator, patient)
    record(provider, carol, "patient.registered")
    browser = signed_in(manager)

    def found(**asked):
        return [line.patient for line in browser.get("/manage/audit/", asked).context["entries"]]

    today = AuditEntry.objects.first().at.astimezone(patient.location.zone).date()
    before = today - datetime.timedelta(days=1)
    assert found(person=provider.pk) == ["Carol Cole"]
    assert found(patient="ames") == ["Alice Ames"]
    assert found(action="patient.registered") == ["Carol Cole"]
    assert (len(found(day=today)), found(day=before)) == (2, [])
    assert found(day="yesterday") == []


def test_the_access_log_is_filtered_by_patient(signed_in, manager, coordinator, patient, make_patient):
    AccessEntry.objects.create(actor=coordinator, patient=patient, page="plan")
    AccessEntry.objects.create(actor=coordinator, patient=make_patient("Carol", "Cole"), page="plan")

    lines = signed_in(manager).get("/manage/access/", {"patient": "cole"}).context["entries"]

    assert [(line.who, line.did, line.patient) for line in lines] == [("Nora", "opened plan", "Carol Cole")]


def test_an_export_holds_no_formula_and_is_recorded(signed_in, manager, coordinator, make_patient):
    record(coordinator, make_patient("=cmd|'/c calc'!A1", "Ames"))

    response = signed_in(manager).get("/manage/audit/export/")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert [row[3] for row in rows] == ["Patient", "'=cmd|'/c calc'!A1 Ames"]
    assert AuditEntry.objects.last().action == "audit.exported"


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\uff1d1", "\uff0b1", "\uff20a", "\u200b=1", " =1"]
)
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Alice", "", "a=1", "1-2", "O'Neil"])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_who_opens_a_plan_or_a_visit_stands_in_the_access_log(
    signed_in, coordinator, provider, patient, location
):
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider, found_for(NECK))
    book_all(version, coordinator)
    browser = signed_in(coordinator)

    browser.get(f"/plans/{version.plan_id}/")
    browser.get(f"/visits/{booked(version)[0].pk}/")

    found = AccessEntry.objects.order_by("pk").values_list("actor__name", "patient__last_name", "page")
    assert list(found) == [("Nora", "Ames", "plan"), ("Nora", "Ames", "visit")]


def test_a_patient_who_moved_away_acts_without_a_name(signed_in, manager, patient_user, other_location):
    record(patient_user, patient_user.patient, "question.asked")
    browser = signed_in(manager)
    before = [one.who for one in browser.get("/manage/audit/").context["entries"]]
    patient_user.patient.location = other_location
    patient_user.patient.save()

    page = browser.get("/manage/audit/")

    assert (before, [one.who for one in page.context["entries"]]) == (["Maya"], ["A patient"])
    assert "Maya" not in browser.get("/manage/audit/export/").text


@pytest.mark.parametrize("log", ["audit", "access"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_beyond_every_calendar_finds_nothing_and_says_why(signed_in, manager, log, day):
    browser = signed_in(manager)

    page = browser.get(f"/manage/{log}/", {"day": day})

    assert (page.status_code, page.context["entries"]) == (200, [])
    assert page.context["form"].errors["day"] == ["Choose a day between 1900 and 2200."]
    assert browser.get(f"/manage/{log}/export/", {"day": day}).status_code == 200
