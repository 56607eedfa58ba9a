"""The rounds of a course after missed, early, withdrawn and booster visits: each counts or does not."""

import datetime

import pytest

from scheduling.actions import visits
from scheduling.actions.given import record_elsewhere
from scheduling.course.standing import Standings
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import BookedSession, Given
from scheduling.naming import SeriesName
from tests.scheduling.asking import DAY, FACE_KEY, NECK_KEY, asked, do, moved, noon
from tests.scheduling.builders import NECK, UPPER_FACE, another, found_for
from tests.scheduling.intake.intakes import raw
from tests.scheduling.practice import booked
from tests.scheduling.rounds import given, needs

pytestmark = pytest.mark.django_db
FIRST, APRIL, JULY = datetime.date(2027, 1, 5), datetime.date(2027, 4, 5), datetime.date(2027, 7, 6)
NAME = SeriesName(NECK_KEY, "MesoBotox", "Neck", "mesobotox")


def test_a_round_that_was_missed_is_given_by_the_next_visit(version, come, coordinator):
    come(0)
    visits.miss(by=coordinator, booking=booked(version)[1], now=noon(APRIL + DAY))
    come(2)

    assert given() == [(FIRST, True, 1), (JULY, True, 2)]
    assert needs(version, JULY) == [(NECK_KEY, 3), (FACE_KEY, 3)]


def test_the_place_in_the_course_that_a_visit_leaves_can_be_booked(version, come, coordinator):
    come(0)
    visits.miss(by=coordinator, booking=booked(version)[1], now=noon(APRIL + DAY))
    come(2)
    october = datetime.date(2027, 10, 13)

    do(version, coordinator, asked(version, [(NECK_KEY, 3)], october), now=noon(JULY))

    live = BookedSession.objects.filter(key=NECK_KEY, is_live=True).order_by("ordinal")
    assert [(one.ordinal, one.booking.date) for one in live] == [(1, FIRST), (2, JULY), (3, october)]


def test_two_visits_in_the_wrong_order_change_their_places(version, come, coordinator, provider):
    come(0)
    second = booked(version)[1]
    do(version, provider, moved(version, second, JULY + 2 * DAY), override="Both soon", now=noon(FIRST))

    come(1)

    assert given() == [(FIRST, True, 1), (JULY, True, 2)]
    live = BookedSession.objects.filter(booking=second, is_live=True)
    assert sorted(one.ordinal for one in live) == [3, 3]


def test_a_round_given_too_early_does_not_count_and_can_be_booked_again(version, come, provider, coordinator):
    come(0)
    early = datetime.date(2027, 3, 2)
    second, third = booked(version)[1:]
    visits.cancel(by=coordinator, booking=third, reason="Makes room", now=noon(FIRST))
    do(version, provider, moved(version, second, early), override="Leaves for a year", now=noon(FIRST))
    come(1)

    assert given() == [(FIRST, True, 1), (early, False, None)]
    assert Given.objects.get(key=NECK_KEY, date=early).because == (
        "Too early after Tue 5 Jan 2027: Mon 5 Apr 2027 was the first day (R33). "
        "The session is still to be given."
    )
    do(version, coordinator, asked(version, [(NECK_KEY, 2)], datetime.date(2027, 6, 2)), now=noon(early))
    assert needs(version, early) == [(FACE_KEY, 2), (NECK_KEY, 3), (FACE_KEY, 3)]


def test_the_window_counts_from_a_treatment_that_does_not_count(version, come, provider, coordinator):
    come(0)
    early = datetime.date(2027, 3, 2)
    do(version, provider, moved(version, booked(version)[1], early), override="Leaves", now=noon(FIRST))
    come(1)

    standings = Standings.of(version, early)
    second = next(one for one in standings.sessions if (one.key, one.number) == (NECK_KEY, 2))
    assert (second.state, second.window.earliest) == ("needs a date", datetime.date(2027, 5, 31))


def test_a_booster_is_no_round_of_its_series(version, come, provider):
    come(0)
    day = datetime.date(2027, 2, 16)
    do(version, provider, asked(version, [(NECK_KEY, 0)], day), override="Wedding", now=noon(FIRST))
    come(1)

    booster = Given.objects.get(date=day)
    assert (booster.kind, booster.counts, booster.because) == (
        "booster",
        False,
        "A booster before an event: no round of the series (R14).",
    )
    assert Standings.of(version, day).done == {(NECK_KEY, 1): FIRST, (FACE_KEY, 1): FIRST}


def test_what_was_given_elsewhere_moves_the_window_and_counts_nowhere(version, come, coordinator, patient):
    come(0)
    day = datetime.date(2027, 3, 9)

    record_elsewhere(
        by=coordinator, patient=patient, plan=version.plan, name=NAME, date=day, now=noon(day + DAY)
    )

    assert given() == [(FIRST, True, 1), (day, False, None)]
    sessions = {(one.key, one.number): one for one in Standings.of(version, day).sessions}
    assert sessions[NECK_KEY, 2].window.earliest == datetime.date(2027, 6, 7)
    assert sessions[FACE_KEY, 2].window.earliest == datetime.date(2027, 4, 5)


@pytest.mark.parametrize(
    "day, words",
    [
        (FIRST + 2 * DAY, "Thu 7 Jan 2027 is still to come"),
        (FIRST - DAY, "MesoBotox, neck on Mon 4 Jan 2027 is on record already"),
    ],
)
def test_what_cannot_have_been_given_elsewhere_is_refused(version, coordinator, patient, day, words):
    facts = {"by": coordinator, "patient": patient, "plan": version.plan, "name": NAME, "now": noon(FIRST)}
    record_elsewhere(date=FIRST - DAY, **facts)

    with pytest.raises(visits.NotPossible, match=words):
        record_elsewhere(date=day, **facts)


def test_nothing_is_recorded_on_another_patients_plan(version, coordinator, make_patient):
    bob = make_patient("Bob", "Burns")

    with pytest.raises(visits.NotPossible, match="another patient's"):
        record_elsewhere(
            by=coordinator, patient=bob, plan=version.plan, name=NAME, date=FIRST, now=noon(FIRST)
        )


def test_a_withdrawn_round_is_to_be_given_again(version, come, coordinator):
    come(0)

    visits.withdraw(by=coordinator, given=Given.objects.get(key=NECK_KEY), now=noon(FIRST))

    assert needs(version, FIRST) == [(NECK_KEY, 1)]
    with pytest.raises(visits.NotPossible, match="withdrawn already"):
        visits.withdraw(by=coordinator, given=Given.objects.get(key=NECK_KEY), now=noon(FIRST))


def test_a_withdrawn_round_closes_up_the_later_ones(version, come, coordinator):
    for place in range(3):
        come(place)

    visits.withdraw(by=coordinator, given=Given.objects.get(key=NECK_KEY, ordinal=2), now=noon(JULY))

    assert given() == [(FIRST, True, 1), (JULY, True, 2)]
    assert given(FACE_KEY) == [(FIRST, True, 1), (APRIL, True, 2), (JULY, True, 3)]
    assert Given.objects.get(key=NECK_KEY, date=JULY).because == (
        "Session 2, since the one on Mon 5 Apr 2027 was withdrawn."
    )
    assert needs(version, JULY) == [(NECK_KEY, 3)]


def test_a_visit_of_a_series_that_left_the_plan_keeps_its_place(version, come, coordinator):
    come(0)
    another(version, coordinator, found_for(UPPER_FACE))

    come(1)

    assert given() == [(FIRST, True, 1), (APRIL, True, 2)]


def test_a_visit_that_the_next_version_took_for_given_keeps_its_place(version, come, coordinator):
    past = [{"treatment": "mesobotox", "area": "neck", "date": FIRST.isoformat()}]
    another(version, coordinator, recommend(read_intake(raw(NECK, history=past, start="2027-01-07"))))

    come(0)

    assert given() == [(FIRST, True, 1)]
    assert Given.objects.get(key=NECK_KEY).because == (
        "Session 1: the plan was changed meanwhile and counts it."
    )
