"""Pages that list what nobody counts beforehand: as many questions for one row as for thirty."""

import datetime

import pytest
import time_machine

from clinic.actions.hours import add_absence
from clinic.models import Closure, Room, Shift
from scheduling.models import Booking, PatientEvent
from tests.scheduling.builders import NOON, TODAY, make_plan
from tests.scheduling.practice import approved_plan, open_practice, work

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    """Monday 4 January 2027, noon in New York."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def doctor(location, provider):
    """Dr. Ellis at work at Park Street, which is open."""
    open_practice(location)
    return work(provider, location)


@pytest.fixture
def maya(signed_in, make_user, make_patient):
    """Maya's record, with an account of her own."""
    return make_patient("Maya", "Okafor", user=make_user("Maya", "patient"))


@pytest.mark.parametrize("rows", [1, 30])
def test_a_patients_days_ask_so_many_questions(signed_in, maya, doctor, django_assert_num_queries, rows):
    PatientEvent.objects.bulk_create(
        PatientEvent(patient=maya, name=f"Party {number}", date=TODAY + (100 + number) * DAY)
        for number in range(rows)
    )
    browser = signed_in(maya.user)

    with django_assert_num_queries(5):
        response = browser.get("/my/events/")

    assert len(response.context["course"].told) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_patients_documents_ask_so_many_questions(
    signed_in, maya, doctor, coordinator, provider, django_assert_num_queries, rows
):
    for _ in range(rows):
        approved_plan(maya, coordinator, provider)
    browser = signed_in(maya.user)

    with django_assert_num_queries(13):
        response = browser.get("/my/more/documents/")

    assert len(response.context["signatures"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_what_an_absence_disturbs_asks_so_many_questions(
    signed_in, coordinator, provider, doctor, make_patient, location, django_assert_num_queries, rows
):
    room, day = location.rooms.first(), TODAY + DAY
    for number in range(rows):
        plan = make_plan(make_patient("Bob", f"Number {number}"), coordinator).plan
        facts = {
            "patient": plan.patient,
            "plan": plan,
            "location": location,
            "provider": doctor,
            "room": room,
        }
        times = {"date": day, "minute": 540, "unit": 6_000_000 + 20 * number, "units": 6}
        Booking.objects.create(steps=[["check-in", 30, "patient"]], booked_by=coordinator, **facts, **times)
    absence = add_absence(by=coordinator, provider=doctor, first=day, last=day, reason="Ill")
    browser = signed_in(coordinator)

    with django_assert_num_queries(7):
        response = browser.get(f"/absences/{absence.pk}/")

    assert len(response.context["page"].bookings) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_what_is_found_asks_so_many_questions(
    signed_in, coordinator, doctor, make_patient, django_assert_num_queries, rows
):
    for number in range(rows):
        make_plan(make_patient("Bob", f"Number {number}"), coordinator)
    browser = signed_in(coordinator)

    with django_assert_num_queries(4):
        response = browser.get("/find/", {"q": "Bob"})

    assert len(response.context["patients"]) == min(rows, 8)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_managers_place_asks_so_many_questions(
    signed_in, manager, doctor, location, django_assert_num_queries, rows
):
    Room.objects.bulk_create(Room(location=location, name=f"Cabin {number}") for number in range(rows))
    Closure.objects.bulk_create(
        Closure(location=location, first=TODAY + number * DAY, last=TODAY + number * DAY, reason="Works")
        for number in range(100, 100 + rows)
    )
    browser = signed_in(manager)

    with django_assert_num_queries(22):
        response = browser.get(f"/manage/places/{location.pk}/")

    assert response.text.count("Cabin ") >= rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_managers_provider_asks_so_many_questions(
    signed_in, manager, doctor, location, django_assert_num_queries, rows
):
    Shift.objects.bulk_create(
        Shift(provider=doctor, location=location, weekday=6, starts=540, ends=600, first=day, last=day)
        for day in (TODAY + (5 + 7 * number) * DAY for number in range(rows))
    )
    browser = signed_in(manager)

    with django_assert_num_queries(8):
        response = browser.get(f"/manage/providers/{doctor.pk}/")

    assert len(response.context["shifts"]) == 5 + rows
