"""Days that matter to a patient: their effect on each visit before they are kept, and what staff see."""

import datetime

import pytest

from scheduling.models import PatientEvent
from scheduling.patient_page.effects import band_of
from tests.scheduling.builders import NOON, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work
from treatments.library import load_library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
WEDDING = datetime.date(2026, 6, 20)


@pytest.fixture
def version(location, coordinator, provider, patient_user):
    """Maya's signed plan of the cheeks, booked."""
    work(provider, open_practice(location))
    found = approved_plan(patient_user.patient, coordinator, provider, found_for(("pores", "cheeks")))
    book_all(found, coordinator)
    return found


@pytest.mark.parametrize(
    ("treated", "band"),
    [
        ("2026-05-24", "RED"),
        ("2026-05-23", "AMBER"),
        ("2026-05-10", "AMBER"),
        ("2026-05-09", "YELLOW"),
        ("2026-04-21", "YELLOW"),
        ("2026-04-20", "GREEN"),
        ("2026-06-21", "GREEN"),
    ],
)
def test_the_wedding_of_the_rules_has_its_bands(treated, band):
    cheeks = load_library().protocols["mesobotox.cheeks"]

    assert band_of(cheeks, datetime.date.fromisoformat(treated), WEDDING) == band


def test_the_neck_needs_days_to_settle_and_has_no_tail():
    neck = load_library().protocols["mesobotox.neck"]
    days = {13: "RED", 14: "AMBER", 27: "AMBER", 28: "GREEN"}

    for before, band in days.items():
        assert band_of(neck, WEDDING - datetime.timedelta(days=before), WEDDING) == band


def test_the_effect_is_shown_before_anything_is_kept(version, maya):
    visit = booked(version)[1]
    day = visit.date + datetime.timedelta(days=20)

    page = maya.get("/my/events/new/", {"name": "Wedding", "date": day})

    effect = next(one for one in page.context["effects"] if one.date == visit.date)
    assert effect.band == "RED"
    assert effect.words.startswith("20 days before: the smile may be less full, usually for 4 to 6 weeks")
    assert PatientEvent.objects.count() == 0


def test_a_day_is_kept_once_seen_by_staff_and_withdrawn(version, maya, signed_in, coordinator, patient_user):
    sent = {"name": "Wedding", "date": "2027-06-20"}

    assert maya.post("/my/events/new/", sent)["Location"] == "/my/events/"
    again = maya.post("/my/events/new/", sent)
    staff = signed_in(coordinator)
    patient = patient_user.patient
    assert "You told us about this day already." in again.text
    assert "Sun 20 Jun 2027" in staff.get(f"/patients/{patient.pk}/").text
    maya.post(f"/my/events/{PatientEvent.objects.get().pk}/withdraw/")

    assert "Sun 20 Jun 2027" not in staff.get(f"/patients/{patient.pk}/").text
    assert PatientEvent.objects.get().withdrawn_at == NOON


@pytest.mark.parametrize("date", ["2027-01-03", "2031-01-01", "soon", ""])
def test_a_day_that_cannot_be_is_refused_at_its_field(maya, date, patient_user):
    response = maya.post("/my/events/new/", {"name": "Wedding", "date": date})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["date"]
    assert PatientEvent.objects.count() == 0
