"""The days a patient told about: in the composer's list by themselves, and missed where a plan lacks them."""

import datetime

import pytest
import time_machine

from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import PatientEvent, PlanVersion
from tests.scheduling.builders import NECK, NOON, catalogue, make_plan
from tests.scheduling.intake.intakes import raw
from tests.scheduling.test_composer import GIVEN, HTMX, edited

pytestmark = pytest.mark.django_db
JUNE = datetime.date(2027, 6, 12)
AUGUST = datetime.date(2027, 8, 1)
NOTE = "Told by the patient on Mon 4 Jan 2027"


@pytest.fixture(autouse=True)
def library(db):
    """A small catalogue on Monday 4 January 2027, noon in New York."""
    catalogue()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def wedding(patient):
    """Alice's wedding in June, told by herself."""
    return told(patient, "Wedding", JUNE)


def told(patient, name: str, date: datetime.date, **fields) -> PatientEvent:
    """Let a patient tell about a day."""
    return PatientEvent.objects.create(patient=patient, name=name, date=date, told_at=NOON, **fields)


def rows(response) -> list[tuple[str, datetime.date, str]]:
    """The filled rows of the composer's list of events, with what stands beside them."""
    forms = response.context["composer"].events
    return [(form["name"].value(), form["date"].value(), form.note) for form in forms if form["name"].value()]


def planned(*days: tuple[str, datetime.date]):
    """A plan of the neck around some events."""
    events = [{"name": name, "date": day.isoformat()} for name, day in days]
    return recommend(read_intake(raw(NECK, events=events)))


def test_a_new_plan_begins_with_what_the_patient_told(nora, patient, wedding, make_patient):
    told(patient, "Ball", AUGUST, withdrawn_at=NOON)
    told(patient, "Party", NOON.date() - datetime.timedelta(days=1))
    told(make_patient("Bea"), "Prom", AUGUST)

    response = nora.get(f"/patients/{patient.pk}/plan/")

    assert rows(response) == [("Wedding", JUNE, NOTE)]
    assert NOTE in response.text


def test_what_was_told_is_planned_around_unless_its_row_is_emptied(nora, patient, wedding):
    address = f"/patients/{patient.pk}/plan/"
    posted = {"events-INITIAL_FORMS": "1", "events-0-name": "Wedding", "events-0-date": "2027-06-12"}

    shown = nora.post(address, GIVEN | posted)
    for cleared in ({}, {"events-0-name": "", "events-0-date": ""}):
        nora.post(address, GIVEN | posted | cleared | {"action": "propose"})

    kept = [one.content["intake"]["events"] for one in PlanVersion.objects.order_by("pk")]
    assert rows(shown) == [("Wedding", "2027-06-12", NOTE)]
    assert kept == [[{"name": "Wedding", "date": "2027-06-12"}], []]


def test_a_day_that_stands_in_the_plan_is_not_doubled(nora, coordinator, patient, wedding):
    ball = told(patient, "Ball", AUGUST)
    version = make_plan(patient, coordinator, planned(("Sister's wedding", JUNE)))

    response = nora.get(f"/plans/{version.plan_id}/edit/")

    assert rows(response) == [("Sister's wedding", JUNE, NOTE), ("Ball", AUGUST, NOTE)]
    assert response.context["composer"].told.since == (ball,)
    assert 'hx-trigger="load, change' in response.text


def test_changing_the_plan_takes_the_day_over(nora, coordinator, patient, wedding):
    version = make_plan(patient, coordinator)
    before = nora.get(f"/plans/{version.plan_id}/")

    edited(nora, version, action="propose")

    after = nora.get(f"/plans/{version.plan_id}/")
    assert f"/plans/{version.plan_id}/edit/#events" in before.text
    assert "Not in the plan yet: <bdi>Wedding</bdi>, Sat 12 Jun 2027" in before.text
    assert PlanVersion.objects.current().get().content["intake"]["events"] == [
        {"name": "Wedding", "date": "2027-06-12"}
    ]
    assert "Not in the plan yet" not in after.text
    assert 'hx-trigger="change' in nora.get(f"/plans/{version.plan_id}/edit/").text


def test_a_day_before_the_plan_begins_is_none_of_its_business(nora, coordinator, patient):
    told(patient, "Birthday", NOON.date() + datetime.timedelta(days=3))
    version = make_plan(patient, coordinator, recommend(read_intake(raw(NECK, start="2027-02-01"))))

    response = nora.get(f"/plans/{version.plan_id}/edit/")

    assert rows(response) == []
    assert "Not in the plan yet" not in nora.get(f"/plans/{version.plan_id}/").text
    assert "Not in Plan 1 yet" not in nora.get(f"/patients/{patient.pk}/").text


def test_a_patients_page_names_the_plans_that_lack_a_day(nora, coordinator, patient, wedding):
    told(patient, "Ball", AUGUST)
    lacking = make_plan(patient, coordinator, planned(("Ball", AUGUST)))

    ball_and_wedding = nora.get(f"/patients/{patient.pk}/").context["events"]

    assert [(one.event.name, [plan.plan for plan in one.lacking]) for one in ball_and_wedding] == [
        ("Wedding", [lacking.plan_id]),
        ("Ball", []),
    ]


def test_a_manager_is_told_but_not_sent_to_the_composer(signed_in, manager, coordinator, patient, wedding):
    version = make_plan(patient, coordinator)
    pages = [f"/plans/{version.plan_id}/", f"/patients/{patient.pk}/"]

    texts = [signed_in(manager).get(address).text for address in pages]

    assert ["yet" in text for text in texts] == [True, True]
    assert [f"/plans/{version.plan_id}/edit/" in text for text in texts] == [False, False]


@pytest.mark.parametrize("days", [1, 11])
def test_the_composer_asks_the_same_questions_however_much_was_told(
    nora, patient, django_assert_num_queries, days
):
    for ahead in range(days):
        told(patient, f"Day {ahead}", AUGUST + datetime.timedelta(days=ahead))

    with django_assert_num_queries(24):
        response = nora.get(f"/patients/{patient.pk}/plan/")
    with django_assert_num_queries(25):
        nora.post(f"/patients/{patient.pk}/plan/", GIVEN, headers=HTMX)

    assert len(rows(response)) == days
