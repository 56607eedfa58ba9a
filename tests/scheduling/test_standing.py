"""How a plan stands: done, booked, unresolved or in need of a date, also after it was changed."""

import datetime

import pytest

from scheduling.actions import approvals, visits
from scheduling.actions.given import record_elsewhere
from scheduling.course.standing import Standings
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import PlanVersion
from scheduling.naming import SeriesName
from tests.scheduling.asking import DAY, FACE_KEY, NECK_KEY, asked, do, noon
from tests.scheduling.builders import NECK, UPPER_FACE, another, found_for
from tests.scheduling.intake.intakes import raw
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
FIRST, APRIL, JULY = datetime.date(2027, 1, 5), datetime.date(2027, 4, 5), datetime.date(2027, 7, 6)
NAME = SeriesName(NECK_KEY, "MesoBotox", "Neck", "mesobotox")


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck, with three visits booked."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider)
    for number, day in enumerate((FIRST, APRIL, JULY), start=1):
        do(version, coordinator, asked(version, [(NECK_KEY, number)], day))
    return version


def come(version, coordinator, count=1):
    """Complete the first visits."""
    for booking in booked(version)[:count]:
        visits.complete(by=coordinator, booking=booking, treated=[NECK_KEY], now=noon(booking.date))


def stands(version, today) -> list[tuple]:
    """Give every session's ordinal, words and state, in order."""
    found = sorted(Standings.of(version, today).sessions, key=lambda one: one.ordinal)
    return [(one.ordinal, one.round, one.state) for one in found]


def revised(version, coordinator, provider, found, now=FIRST) -> PlanVersion:
    """Change a plan and let a provider approve it."""
    changed = another(version, coordinator, found)
    approvals.approve(by=provider, version=changed, now=noon(now))
    return PlanVersion.objects.with_details().get(pk=changed.pk)


def history(*days: datetime.date) -> list[dict]:
    """Give earlier treatments of the neck as an intake has them."""
    return [{"treatment": "mesobotox", "area": "neck", "date": day.isoformat()} for day in days]


def test_every_session_says_where_it_stands(version, coordinator):
    come(version, coordinator)

    assert stands(version, APRIL + DAY) == [
        (1, "round 1 of 5", "done"),
        (2, "round 2 of 5", "unresolved"),
        (3, "round 3 of 5", "booked"),
        (4, "round 4 of 5", "needs a date"),
        (5, "round 5 of 5", "needs a date"),
        (6, "session 6, maintenance", "needs a date"),
    ]


def test_a_patient_who_arrived_and_was_forgotten_is_unresolved(version, coordinator):
    visits.arrive(by=coordinator, booking=booked(version)[0], now=noon(FIRST))

    assert stands(version, FIRST)[0][2] == "arrived"
    assert stands(version, FIRST + DAY)[0][2] == "unresolved"


def test_a_window_counts_from_the_real_date_before_it(version, coordinator):
    come(version, coordinator)

    windows = {one.number: one.window for one in Standings.of(version, FIRST).sessions}
    assert windows[2].earliest == FIRST + 90 * DAY
    assert windows[3].earliest == APRIL + 90 * DAY


def test_the_window_of_a_session_without_a_date_counts_from_every_treatment(version, coordinator):
    come(version, coordinator)
    second = booked(version)[1]
    visits.miss(by=coordinator, booking=second, now=noon(APRIL))
    elsewhere = APRIL + 20 * DAY
    record_elsewhere(
        by=coordinator,
        patient=version.plan.patient,
        plan=None,
        name=NAME,
        date=elsewhere,
        now=noon(elsewhere),
    )

    sessions = {one.number: one for one in Standings.of(version, elsewhere).sessions}
    assert (sessions[2].state, sessions[2].window.earliest) == ("needs a date", elsewhere + 90 * DAY)


def test_a_treatment_before_the_plan_that_is_told_later_moves_the_first_window(version, coordinator):
    visits.cancel(by=coordinator, booking=booked(version)[0], reason="Ill", now=noon(FIRST))
    before = datetime.date(2026, 12, 14)
    record_elsewhere(
        by=coordinator, patient=version.plan.patient, plan=None, name=NAME, date=before, now=noon(FIRST)
    )

    first = next(one for one in Standings.of(version, FIRST).sessions if one.number == 1)
    assert first.window.earliest == before + 90 * DAY


def test_ordinals_go_on_after_a_change_of_the_plan(version, coordinator, provider):
    come(version, coordinator)
    found = recommend(read_intake(raw(NECK, history=history(FIRST), start="2027-01-07")))

    changed = revised(version, coordinator, provider, found)

    assert stands(changed, FIRST + 2 * DAY)[:3] == [
        (2, "round 2 of 5", "booked"),
        (3, "round 3 of 5", "booked"),
        (4, "round 4 of 5", "needs a date"),
    ]
    assert Standings.of(changed, FIRST + 2 * DAY).stray == []


def test_bookings_of_sessions_that_left_the_plan_are_stray(version, coordinator, provider):
    come(version, coordinator)
    one_more = {"rounds": {"mesobotox.neck": 1}, "start": "2027-01-07"}
    found = recommend(read_intake(raw(NECK, history=history(FIRST), **one_more)))

    changed = revised(version, coordinator, provider, found)

    standings = Standings.of(changed, FIRST + 2 * DAY)
    assert [one.ordinal for one in standings.sessions] == [2]
    assert [one.date for one in standings.stray] == [JULY]


def test_bookings_of_a_series_that_left_the_plan_are_stray(version, coordinator, provider):
    changed = revised(version, coordinator, provider, found_for(UPPER_FACE))

    standings = Standings.of(changed, FIRST - DAY)
    assert [one.date for one in standings.stray] == [FIRST, APRIL, JULY]
    assert {one.state for one in standings.sessions} == {"needs a date"}


def test_what_the_plan_was_made_with_is_not_done_twice(version, coordinator, provider):
    come(version, coordinator)
    found = recommend(read_intake(raw(NECK, history=history(FIRST), start="2027-01-07")))
    changed = revised(version, coordinator, provider, found)

    assert Standings.of(changed, FIRST + 2 * DAY).done == {}


def test_what_was_given_after_a_change_is_done(version, coordinator, provider):
    come(version, coordinator)
    found = recommend(read_intake(raw(NECK, history=history(FIRST), start="2027-01-07")))
    changed = revised(version, coordinator, provider, found)

    visits.complete(by=coordinator, booking=booked(changed)[1], treated=[NECK_KEY], now=noon(APRIL))

    assert Standings.of(changed, APRIL).done == {(NECK_KEY, 1): APRIL}
    assert stands(changed, APRIL)[0] == (2, "round 2 of 5", "done")


def test_days_to_overdue_turn_negative(version, coordinator):
    come(version, coordinator)
    visits.miss(by=coordinator, booking=booked(version)[1], now=noon(APRIL))

    second = next(one for one in Standings.of(version, APRIL).sessions if one.number == 2)

    assert second.window.end == datetime.date(2027, 5, 5)
    assert [second.days_to_overdue(day) for day in (APRIL, datetime.date(2027, 5, 7))] == [30, -2]


def test_a_booster_is_neither_done_nor_stray(version, coordinator, provider):
    day = datetime.date(2027, 2, 15)
    do(version, provider, asked(version, [(NECK_KEY, 0)], day), override="Wedding")

    standings = Standings.of(version, FIRST)
    assert (len(standings.bookings), standings.stray) == (4, [])
    assert (NECK_KEY, 0) not in standings.booked


def test_standings_ask_the_same_questions_however_much_is_booked(
    version, coordinator, django_assert_num_queries
):
    for booking in booked(version)[1:]:
        visits.cancel(by=coordinator, booking=booking, reason="Ill", now=noon(FIRST - DAY))

    with django_assert_num_queries(3):
        one = Standings.of(version, FIRST)
    for number in (2, 3, 4, 5):
        day = FIRST + (number - 1) * 91 * DAY
        do(version, coordinator, asked(version, [(NECK_KEY, number)], day), now=noon(FIRST - DAY))
    with django_assert_num_queries(3):
        more = Standings.of(version, FIRST)

    assert (len(one.booked), len(more.booked)) == (1, 5)


def test_two_series_stand_side_by_side(location, coordinator, provider, make_patient):
    open_practice(location)
    work(provider, location)
    version = approved_plan(make_patient("Bob", "Burns"), coordinator, provider, found_for(NECK, UPPER_FACE))
    do(version, coordinator, asked(version, [(NECK_KEY, 1), (FACE_KEY, 1)], FIRST))
    booking = booked(version)[0]

    visits.complete(
        by=coordinator, booking=booking, treated=[NECK_KEY], now=noon(FIRST), left_out="A cold sore"
    )

    standings = Standings.of(version, FIRST)
    assert standings.state(NECK_KEY, 1) == "done"
    assert standings.state(FACE_KEY, 1) == "needs a date"
