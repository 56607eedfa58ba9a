"""The guard on what lies beside a plan: the patient's other plans, boosters, treatments elsewhere."""

import datetime

import pytest

from scheduling.actions.bookings import Refused
from scheduling.actions.given import record_elsewhere
from scheduling.course.situation import Situation
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.naming import SeriesName
from tests.scheduling.asking import DAY, FACE_KEY, NECK_KEY, asked, do, found, moved, noon, said
from tests.scheduling.builders import NECK, UPPER_FACE, found_for
from tests.scheduling.intake.intakes import SMILE, raw
from tests.scheduling.practice import approved_plan, book_all, booked

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2027, 1, 5)
APRIL = datetime.date(2027, 4, 5)
FILLER_KEY = "dynamic_filler.cheek_smile"


@pytest.fixture
def other_plan(practice, coordinator, provider, patient):
    """Another plan of Alice's, of the neck as well, with its first visit booked for 1 March."""
    version = approved_plan(patient, coordinator, provider)
    late = datetime.date(2027, 3, 1)
    do(version, provider, asked(version, [(NECK_KEY, 1)], late), override="After the holiday")
    return version


def test_the_same_series_in_another_plan_keeps_its_minimum(other_plan, neck_free):
    (one,) = found(neck_free, asked(neck_free, [(NECK_KEY, 1)], datetime.date(2027, 1, 12)))

    assert one.text == (
        "MesoBotox, neck, session 1: not from Wed 2 Dec 2026 to Mon 1 Mar 2027: "
        "at least 90 days from MesoBotox, neck on Mon 1 Mar 2027."
    )
    assert (one.kind, one.rule) == ("rule", "R33")


@pytest.fixture
def neck_free(other_plan, coordinator, provider, patient):
    """A second plan of the neck with nothing booked."""
    return approved_plan(patient, coordinator, provider, found_for(preference="fewest_visits"))


def test_arranging_keeps_off_the_visits_of_other_plans(practice, coordinator, provider, patient):
    filler = approved_plan(patient, coordinator, provider, recommend(read_intake(raw(SMILE))))
    do(filler, coordinator, asked(filler, [(FILLER_KEY, 1)], datetime.date(2027, 2, 4)))
    toxin = approved_plan(patient, coordinator, provider, found_for(UPPER_FACE))

    book_all(toxin, coordinator)

    assert booked(toxin)[0].date == datetime.date(2027, 2, 4)


def test_rules_between_two_plans_of_one_patient_hold(practice, coordinator, provider, patient):
    toxin = approved_plan(patient, coordinator, provider, found_for(UPPER_FACE))
    do(toxin, coordinator, asked(toxin, [(FACE_KEY, 1)], datetime.date(2027, 2, 1)))
    filler = approved_plan(patient, coordinator, provider, recommend(read_intake(raw(SMILE))))

    after = found(filler, asked(filler, [(FILLER_KEY, 1)], datetime.date(2027, 2, 8)))
    before = found(filler, asked(filler, [(FILLER_KEY, 1)], datetime.date(2027, 1, 25)))

    assert [one.rule for one in after] == ["R40"]
    assert after[0].text.endswith(
        "not from Tue 2 Feb 2027 to Sun 25 Apr 2027: Soon after toxin the lines do not show well enough to "
        "fill (Botox, upper face on Mon 1 Feb 2027)."
    )
    assert before == ()


def test_toxin_planned_by_another_plan_is_kept_off_where_filler_is_booked(
    practice, coordinator, provider, patient
):
    filler = approved_plan(patient, coordinator, provider, recommend(read_intake(raw(SMILE))))
    do(filler, coordinator, asked(filler, [(FILLER_KEY, 1)], datetime.date(2027, 2, 8)))
    toxin = approved_plan(patient, coordinator, provider, found_for(UPPER_FACE))

    (one,) = found(toxin, asked(toxin, [(FACE_KEY, 1)], datetime.date(2027, 2, 1)))

    assert (one.rule, one.text.partition(": not ")[2][:38]) == (
        "R40",
        "from Tue 17 Nov 2026 to Sun 7 Feb 2027",
    )


def test_another_patients_plan_is_no_matter(other_plan, coordinator, provider, make_patient):
    bob = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)

    assert said(bob, asked(bob, [(NECK_KEY, 1)], FIRST)) == []


def test_toxin_elsewhere_on_skin_of_the_area_keeps_its_days(practice, coordinator, provider, patient):
    version = approved_plan(patient, coordinator, provider, found_for(UPPER_FACE))
    glabella = SeriesName("botox.glabella", "Botox", "Between the brows", "botox")
    day = datetime.date(2027, 1, 4)
    record_elsewhere(by=coordinator, patient=patient, plan=None, name=glabella, date=day, now=noon(day))

    (one,) = found(version, asked(version, [(FACE_KEY, 1)], datetime.date(2027, 1, 12)))

    assert one.text.endswith(
        "not from Tue 5 Jan 2027 to Sat 3 Apr 2027: Toxin in the same area sooner than 90 days was not "
        "studied (Botox, between the brows on Mon 4 Jan 2027)."
    )


def test_a_booster_keeps_the_minimum_of_its_series(neck, provider):
    booster = asked(neck, [(NECK_KEY, 0)], datetime.date(2027, 2, 15))

    against = found(neck, booster)
    do(neck, provider, booster, override="Wedding in March")

    assert [one.text for one in against] == [
        "MesoBotox, neck, session 2: not from Mon 15 Feb 2027 to Sat 15 May 2027: "
        "at least 90 days from MesoBotox, neck on Mon 15 Feb 2027.",
        "MesoBotox, neck, booster on Mon 15 Feb 2027: "
        "at least 90 days from MesoBotox, neck on Tue 5 Jan 2027.",
    ]
    assert [(one.kind, one.override_reason) for one in booked(neck)] == [
        ("series", ""),
        ("booster", "Wedding in March"),
        ("series", ""),
    ]


def test_a_booster_keeps_the_minimum_from_a_visit_of_which_nobody_said_what_became(neck):
    booster = asked(neck, [(NECK_KEY, 0)], datetime.date(2027, 2, 15))

    against = found(neck, booster, now=noon(FIRST + DAY))

    assert against[-1].text == (
        "MesoBotox, neck, booster on Mon 15 Feb 2027: "
        "at least 90 days from MesoBotox, neck on Tue 5 Jan 2027."
    )


def test_a_booked_booster_does_not_stand_against_what_was_agreed(neck, provider):
    do(neck, provider, asked(neck, [(NECK_KEY, 0)], datetime.date(2027, 2, 15)), override="Wedding in March")

    assert said(neck, moved(neck, booked(neck)[0], FIRST, 11 * 60)) == []
    assert said(neck, asked(neck, [(NECK_KEY, 3)], datetime.date(2027, 7, 6))) == []


def test_moving_a_session_towards_a_booster_is_refused(neck, provider, coordinator):
    do(neck, provider, asked(neck, [(NECK_KEY, 0)], datetime.date(2027, 2, 15)), override="Wedding in March")

    with pytest.raises(Refused, match="booster on Mon 15 Feb 2027: at least 90 days from MesoBotox, neck"):
        do(neck, coordinator, moved(neck, booked(neck)[0], FIRST + 7 * DAY))


def test_a_plan_alone_reads_no_rules(neck):
    situation = Situation(neck, noon(FIRST - DAY))
    situation.left()

    assert "spacing" not in vars(situation)


def test_a_booster_keeps_its_minimum_from_what_the_plan_was_made_with(
    practice, coordinator, provider, patient
):
    past = [{"treatment": "mesobotox", "area": "neck", "date": "2026-12-21"}]
    version = approved_plan(patient, coordinator, provider, recommend(read_intake(raw(NECK, history=past))))

    assert said(version, asked(version, [(NECK_KEY, 0)], FIRST)) == [
        "MesoBotox, neck, booster on Tue 5 Jan 2027: "
        "at least 90 days from MesoBotox, neck on Mon 21 Dec 2026."
    ]


def test_a_session_may_not_come_closer_before_a_booster_than_was_agreed(neck, provider):
    do(neck, provider, asked(neck, [(NECK_KEY, 0)], datetime.date(2027, 2, 15)), override="Wedding in March")
    first = booked(neck)[0]
    do(neck, provider, moved(neck, first, FIRST + 7 * DAY), override="Asked for it")

    assert said(neck, moved(neck, first, FIRST)) == []
    assert len(said(neck, moved(neck, first, FIRST + 8 * DAY))) >= 1
