"""Whether a treatment counts, as which session, and in which words it says why."""

import datetime

import pytest

from scheduling.course.counting import Verdict, counted
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import Given
from tests.scheduling.asking import NECK_KEY
from tests.scheduling.builders import NECK, make_plan
from tests.scheduling.intake.intakes import raw

pytestmark = pytest.mark.django_db
JANUARY, APRIL, JULY = datetime.date(2027, 1, 5), datetime.date(2027, 4, 5), datetime.date(2027, 7, 6)


@pytest.fixture
def version(patient, coordinator):
    """Alice's plan of the neck, from its first session on."""
    return make_plan(patient, coordinator)


def had(version, date, ordinal=None, key=NECK_KEY, plan=True) -> Given:
    """Make a treatment on record, without saving it; with an ordinal it counts."""
    return Given(
        plan=version.plan if plan else None, key=key, date=date, counts=ordinal is not None, ordinal=ordinal
    )


def verdict(version, date, ordinal, *before, kind="series") -> Verdict:
    """Judge a treatment of the neck."""
    return counted(NECK_KEY, date, ordinal, kind, version, before)


def test_a_first_session_counts(version):
    assert verdict(version, JANUARY, 1) == Verdict(True, 1, "Session 1, the first of its series.")


def test_a_session_within_its_window_counts(version):
    found = verdict(version, APRIL, 2, had(version, JANUARY, 1))

    assert found == Verdict(True, 2, "Session 2, given within its window.")


@pytest.mark.parametrize("days, counts", [(89, False), (90, True)])
def test_the_minimum_is_a_day_that_counts(version, days, counts):
    day = JANUARY + datetime.timedelta(days=days)

    assert verdict(version, day, 2, had(version, JANUARY, 1)).counts == counts


def test_a_session_too_early_says_after_what_and_by_which_rule(version):
    found = verdict(version, datetime.date(2027, 3, 2), 2, had(version, JANUARY, 1))

    assert found == Verdict(
        False,
        None,
        "Too early after Tue 5 Jan 2027: Mon 5 Apr 2027 was the first day (R33). "
        "The session is still to be given.",
    )


def test_a_late_session_counts_and_says_how_late(version):
    found = verdict(version, datetime.date(2027, 8, 2), 2, had(version, JANUARY, 1))

    assert found == Verdict(
        True, 2, "Session 2, given after Sat 5 Jun 2027, the last day of its window: it counts."
    )


def test_a_booster_says_that_it_is_one(version):
    words = "A booster before an event: no round of the series (R14)."

    assert verdict(version, APRIL, None, had(version, JANUARY, 1)) == Verdict(False, None, words)
    assert verdict(version, APRIL, 2, kind="booster") == Verdict(False, None, words)


def test_what_counts_is_the_next_session_whatever_it_was_booked_as(version):
    found = verdict(version, JULY, 3, had(version, JANUARY, 1))

    assert (found.counts, found.ordinal) == (True, 2)


def test_a_treatment_that_does_not_count_delays_the_next_one(version):
    early = had(version, datetime.date(2027, 3, 2))

    assert not verdict(version, APRIL, 2, had(version, JANUARY, 1), early).counts
    assert verdict(version, datetime.date(2027, 5, 31), 2, had(version, JANUARY, 1), early).counts


def test_a_treatment_elsewhere_delays_the_next_one(version):
    elsewhere = had(version, datetime.date(2027, 3, 2), plan=False)

    assert not verdict(version, APRIL, 2, had(version, JANUARY, 1), elsewhere).counts


def test_a_treatment_of_a_later_day_changes_nothing(version):
    later = had(version, datetime.date(2027, 5, 3), plan=False)

    assert verdict(version, APRIL, 2, had(version, JANUARY, 1), later).counts


def test_another_series_or_plan_gives_no_ordinal(version):
    other = had(version, datetime.date(2026, 12, 1), 4, plan=False)

    found = verdict(version, APRIL, 1, had(version, JANUARY, 1, key="botox.upper_face"), other)

    assert found.ordinal == 1


def test_the_course_goes_on_after_the_history_of_the_plan(patient, coordinator):
    past = [{"treatment": "mesobotox", "area": "neck", "date": "2026-11-02"}]
    version = make_plan(patient, coordinator, recommend(read_intake(raw(NECK, history=past))))

    assert verdict(version, datetime.date(2027, 2, 1), 2) == Verdict(
        True, 2, "Session 2, given within its window."
    )
    assert verdict(version, datetime.date(2027, 1, 25), 2) == Verdict(
        False, None, "Too early: Sun 31 Jan 2027 was the first day (R33). The session is still to be given."
    )


def test_a_session_the_plan_took_for_given_keeps_its_place(patient, coordinator):
    past = [{"treatment": "mesobotox", "area": "neck", "date": "2026-11-02"}]
    version = make_plan(patient, coordinator, recommend(read_intake(raw(NECK, history=past))))

    found = verdict(version, datetime.date(2026, 11, 2), 1)

    assert found == Verdict(True, 1, "Session 1: the plan was changed meanwhile and counts it.")
