"""What becomes of a visit: who may say so and when, what counts, and what needs a date again."""

import datetime

import pytest

from clinic.models import AuditEntry
from scheduling.actions import visits
from scheduling.actions.approvals import approve
from scheduling.actions.bookings import Order, book
from scheduling.models import Claim, Given, PlanVersion
from scheduling.naming import SeriesName
from tests.scheduling.asking import DAY, FACE_KEY, NECK_KEY, asked, do, noon
from tests.scheduling.builders import NECK, another, found_for
from tests.scheduling.practice import booked
from tests.scheduling.rounds import given, needs

pytestmark = pytest.mark.django_db
FIRST, APRIL, JULY = datetime.date(2027, 1, 5), datetime.date(2027, 4, 5), datetime.date(2027, 7, 6)
NAME = SeriesName(NECK_KEY, "MesoBotox", "Neck", "mesobotox")


def test_a_patient_arrives_on_the_day_only(version, coordinator):
    booking = booked(version)[0]

    with pytest.raises(visits.NotPossible, match="on Tue 5 Jan 2027; it can be checked in on that day"):
        visits.arrive(by=coordinator, booking=booking, now=noon(FIRST - DAY))
    arrived = visits.arrive(by=coordinator, booking=booking, now=noon(FIRST))

    assert (arrived.status, AuditEntry.objects.about(booking).get().action) == ("arrived", "visit.arrived")


def test_nobody_arrives_twice(version, coordinator):
    booking = visits.arrive(by=coordinator, booking=booked(version)[0], now=noon(FIRST))

    with pytest.raises(visits.NotPossible, match=r"The patient is here already\. Complete the visit"):
        visits.arrive(by=coordinator, booking=booking, now=noon(FIRST))


def test_completing_a_visit_counts_every_session(version, come):
    booking = come(0)

    assert booking.status == "completed"
    assert (given(NECK_KEY), given(FACE_KEY)) == ([(FIRST, True, 1)], [(FIRST, True, 1)])
    assert Given.objects.get(key=NECK_KEY).because == "Session 1, the first of its series."
    assert AuditEntry.objects.get(action="visit.completed").detail == {
        "treated": [FACE_KEY, NECK_KEY],
        "left_out": "",
    }


def test_a_visit_is_not_completed_before_its_day(version, coordinator):
    with pytest.raises(visits.NotPossible, match="it cannot be completed before"):
        visits.complete(by=coordinator, booking=booked(version)[0], treated=[NECK_KEY], now=noon(FIRST - DAY))

    assert Given.objects.count() == 0


def test_an_area_left_out_needs_a_date_again_and_a_reason(version, come, coordinator):
    with pytest.raises(visits.NotPossible, match="Say why an area was left out"):
        come(0, NECK_KEY)
    come(0, NECK_KEY, left_out="A cold sore")

    assert (given(NECK_KEY), given(FACE_KEY)) == ([(FIRST, True, 1)], [])
    assert needs(version, FIRST) == [(FACE_KEY, 1)]


def test_what_was_not_booked_cannot_be_treated(version, come):
    with pytest.raises(visits.NotPossible, match=r"Not booked for this visit: botox\.glabella"):
        come(0, "botox.glabella", left_out="x")


def test_a_visit_without_any_treatment_is_none(version, coordinator):
    booking = booked(version)[0]

    visits.complete(by=coordinator, booking=booking, treated=[], now=noon(FIRST), left_out="Fever")

    booking.refresh_from_db()
    assert (booking.status, Given.objects.count()) == ("cancelled", 0)
    assert needs(version, FIRST) == [(NECK_KEY, 1), (FACE_KEY, 1)]


def test_missing_a_visit_consumes_nothing(version, coordinator):
    booking = booked(version)[0]

    visits.miss(by=coordinator, booking=booking, now=booking.at + 2 * datetime.timedelta(hours=1))

    booking.refresh_from_db()
    assert (booking.status, Claim.objects.filter(booking=booking).count()) == ("missed", 0)
    assert needs(version, FIRST) == [(NECK_KEY, 1), (FACE_KEY, 1)]


def test_a_visit_that_has_not_begun_is_not_missed(version, coordinator):
    with pytest.raises(visits.NotPossible, match="has not begun yet"):
        visits.miss(by=coordinator, booking=booked(version)[1], now=noon(FIRST))


def test_cancelling_needs_a_reason_and_frees_the_time(version, coordinator):
    booking = booked(version)[1]

    with pytest.raises(visits.NotPossible, match="Say why"):
        visits.cancel(by=coordinator, booking=booking, reason=" ", now=noon(FIRST))
    visits.cancel(by=coordinator, booking=booking, reason="On a journey", now=noon(FIRST))

    assert Claim.objects.filter(booking=booking).count() == 0
    assert needs(version, FIRST) == [(NECK_KEY, 2), (FACE_KEY, 2)]
    assert AuditEntry.objects.get(action="visit.cancelled").detail == {"reason": "On a journey"}


def test_a_visit_whose_day_has_passed_is_not_cancelled(version, coordinator):
    with pytest.raises(visits.NotPossible, match=r"The visit was on Tue 5 Jan 2027\. Record whether"):
        visits.cancel(by=coordinator, booking=booked(version)[0], reason="Ill", now=noon(FIRST + DAY))


def test_sessions_are_completed_in_their_order(version, come):
    with pytest.raises(visits.NotPossible, match="Record first what became of the visit on Tue 5 Jan 2027"):
        come(1)
    come(0)
    come(1)

    assert given() == [(FIRST, True, 1), (APRIL, True, 2)]


def test_a_visit_given_up_by_an_order_cannot_be_completed(version, coordinator):
    booking = booked(version)[0]
    book(by=coordinator, version=version, order=Order(dropped=(booking.pk,)), now=noon(FIRST - DAY))

    with pytest.raises(visits.NotPossible, match="This visit is cancelled already"):
        visits.complete(by=coordinator, booking=booking, treated=[NECK_KEY], now=noon(FIRST))


def test_a_session_that_left_the_plan_is_not_asked_for(version, coordinator, provider):
    another(version, coordinator, found_for(NECK))
    changed = PlanVersion.objects.with_details().current().get()
    approve(by=provider, version=changed, now=noon(FIRST - DAY))
    do(
        changed,
        coordinator,
        asked(changed, [(NECK_KEY, 1)], FIRST, booking=booked(version)[0]),
        now=noon(FIRST - DAY),
    )

    visits.complete(by=coordinator, booking=booked(version)[0], treated=[NECK_KEY], now=noon(FIRST))

    assert (given(NECK_KEY), given(FACE_KEY)) == ([(FIRST, True, 1)], [])
