"""A patient's plan and visits: what is next, what to expect, what is booked and what is only a window."""

import datetime

import pytest

from clinic.models import AuditEntry
from scheduling.actions import approvals
from scheduling.actions.bookings import book
from scheduling.messages.differences import when_booked, when_kept
from scheduling.models import Booking, Change, PatientEvent
from scheduling.patient_page.expecting import dated, smile_after
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, another, found_for, make_plan
from tests.scheduling.practice import approved_plan, booked, open_practice, order_for, work
from treatments.library import load_library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
CHEEKS = ("pores", "cheeks")


@pytest.fixture
def version(location, coordinator, provider, patient_user):
    """Maya's signed plan of the cheeks and the upper face, its first two visits booked."""
    work(provider, open_practice(location))
    found = approved_plan(patient_user.patient, coordinator, provider, found_for(CHEEKS, UPPER_FACE))
    order = order_for(found)
    order = type(order)(wanted=order.wanted[:2])
    book(by=coordinator, version=found, order=order, now=NOON)
    return found


def test_the_next_visit_says_when_with_whom_where_how_long_and_what_happens(version, maya):
    page = maya.get("/my/plan/").context["page"]

    card = page.next
    assert (card.day, card.booking.starts, card.provider, card.room) == (
        "Mon 4 Jan 2027",
        card.booking.starts,
        "Dr. June Ellis",
        "Room 1",
    )
    assert [(one.name, one.minutes) for one in card.steps] == [
        ("Arrive and check in", 10),
        ("Numbing cream", 20),
        ("MesoBotox, cheeks to jawline", 30),
        ("Botox, upper face", 20),
    ]
    assert (card.length, card.ahead) == ("1 h 20 min", "today")


def test_a_message_says_the_same_length_as_the_patients_page(version, maya):
    visit = booked(version)[0]

    facts = when_booked(visit).facts()

    after = Change.objects.latest("pk").after[str(visit.pk)]
    assert when_kept(after).facts() == facts
    assert facts["visit_length"] == maya.get("/my/plan/").context["page"].next.length == "1 h 20 min"


def test_the_strip_gives_rounds_as_the_range_they_are(version, maya):
    lanes = maya.get("/my/plan/").context["page"].lanes

    assert [(str(one.name), one.words) for one in lanes] == [
        ("MesoBotox, cheeks to jawline", "round 1 of 3 to 5 is next"),
        ("Botox, upper face", "round 1 of 5 is next"),
    ]
    assert [dot.look for dot in lanes[0].dots][:3] == ["next", "later", "later"]


def test_a_visit_without_a_booking_is_a_window_and_never_a_day(version, maya):
    page = maya.get("/my/plan/")

    first, *_ = page.context["page"].later
    assert first.when.startswith("between ") and " and " in first.when
    assert "These are windows, no exact dates." in page.text
    assert len(page.context["page"].coming) == 2


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (
            "2026-04-29",
            "Your smile may be less full until about Wed 29 Apr 2026 to Wed 13 May 2026, "
            "for a few people until about Sun 31 May 2026. It passes.",
        ),
        (
            "2026-05-13",
            "Your smile may be less full until about Wed 13 May 2026, "
            "for a few people until about Sun 31 May 2026. It passes.",
        ),
        (
            "2026-05-31",
            "Your smile may still be less full for a few people until about Sun 31 May 2026. It passes.",
        ),
        ("2026-06-01", ""),
    ],
)
def test_the_smile_is_given_as_a_band_with_its_tail_as_far_as_it_is_to_come(today, words):
    smile = smile_after(load_library().protocols["mesobotox.cheeks"], datetime.date(2026, 4, 1))

    assert smile.words(datetime.date.fromisoformat(today)) == words


def test_of_a_visit_that_is_over_nothing_is_expected_that_is_over_as_well():
    cheeks, day = load_library().protocols["mesobotox.cheeks"], datetime.date(2026, 4, 1)

    said = {today: list(dated(cheeks, day, day + datetime.timedelta(days=today))) for today in (0, 30, 61)}

    assert (len(said[0]), len(said[30]), said[61]) == (3, 1, [])


def test_the_page_is_not_headed_on_track_while_a_visit_comes_close_to_a_day(version, maya, patient_user):
    before = maya.get("/my/plan/").context["page"].title
    day = booked(version)[1].date + datetime.timedelta(days=20)
    PatientEvent.objects.create(patient=patient_user.patient, name="Wedding", date=day, told_at=NOON)

    after = maya.get("/my/plan/").context["page"].title

    assert (before, after) == ("Your plan is on track", "A visit comes close to a day that matters")


def test_a_visit_shows_each_area_with_dates_care_and_that_nothing_is_guaranteed(version, maya):
    page = maya.get(f"/my/visits/{booked(version)[1].pk}/")

    assert [str(one.name) for one in page.context["page"].expected] == [
        "MesoBotox, cheeks to jawline",
        "Botox, upper face",
    ]
    assert "there can be no guarantee" in page.text
    assert [sheet.kind for sheet in page.context["page"].sheets] == ["toxin"]
    assert " lift" not in page.text.lower()


def test_a_plan_that_nobody_signed_is_not_shown(location, coordinator, patient_user, maya):
    make_plan(patient_user.patient, coordinator, found_for(NECK))

    page = maya.get("/my/plan/")

    assert page.context["page"].lanes == ()
    assert page.context["page"].title == "Nothing planned yet"
    assert "MesoBotox" not in page.text


def test_while_the_practice_revises_a_plan_its_visits_stand_and_the_plan_is_gone(version, coordinator, maya):
    another(version, coordinator, found_for(CHEEKS, UPPER_FACE, preference="fewest_visits"))

    page = maya.get("/my/plan/")

    shown = page.context["page"]
    assert (shown.title, shown.lanes, shown.next.waits) == ("Your plan is being revised", (), True)
    move = maya.get(f"/my/visits/{shown.next.booking.pk}/move/")
    assert "Your practice is revising your plan." in move.text
    assert "my-slots" not in move.text


def test_a_declined_plan_is_not_shown(location, coordinator, provider, patient_user, maya):
    version = make_plan(patient_user.patient, coordinator, found_for(NECK))
    approvals.decline(by=provider, version=version, because="Later", now=NOON)

    assert "MesoBotox" not in maya.get("/my/plan/").text


def test_an_account_without_a_record_is_told_what_to_do(signed_in, make_user):
    browser = signed_in(make_user("Ann", "patient"))

    for url in ("/my/plan/", "/my/visits/", "/my/events/", "/my/ask/", "/my/more/data/"):
        assert "Your record is not linked yet" in browser.get(url).text


def test_a_visit_is_confirmed_once_and_no_more_after_it_moved(version, maya, coordinator):
    visit = booked(version)[1]

    for _ in range(2):
        maya.post(f"/my/visits/{visit.pk}/confirm/")

    visit.refresh_from_db()
    assert visit.confirmed_at == NOON
    assert AuditEntry.objects.filter(action="visit.confirmed").count() == 1


def test_a_visit_that_is_over_is_not_confirmed(version, maya):
    first = booked(version)[0]
    Booking.objects.filter(pk=first.pk).update(status=Booking.Status.CANCELLED)

    page = maya.post(f"/my/visits/{first.pk}/confirm/", follow=True)

    first.refresh_from_db()
    assert first.confirmed_at is None
    assert "Only a booked visit that is still to come can be confirmed." in page.text


def test_a_calendar_file_names_no_treatment(version, maya):
    visit = booked(version)[1]

    response = maya.get(f"/my/visits/{visit.pk}/calendar/")

    lines = response.text.split("\r\n")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART:{visit.at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}" in lines
    assert "SUMMARY:Visit with Dr. June Ellis" in lines
    assert "Botox" not in response.text


def test_the_lists_of_visits_cost_the_same_at_1_and_at_30(version, maya, django_assert_num_queries):
    with django_assert_num_queries(10):
        maya.get("/my/visits/")
    first = booked(version)[0]
    Booking.objects.bulk_create(
        Booking(
            **{
                name: getattr(first, name)
                for name in ("patient", "plan", "location", "provider", "room", "steps")
            },
            date=first.date - datetime.timedelta(days=number),
            minute=540,
            unit=first.unit - number * 288,
            units=6,
            status=Booking.Status.COMPLETED,
            booked_by=first.booked_by,
        )
        for number in range(1, 31)
    )

    with django_assert_num_queries(10):
        page = maya.get("/my/visits/")

    assert len(page.context["page"].past) == 30
