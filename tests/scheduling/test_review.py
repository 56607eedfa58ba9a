"""Where a plan leaves the recommended way, and in which order plans wait, as data."""

import datetime
from dataclasses import replace

import pytest

from scheduling.intake.recommendation import Recommendation
from scheduling.models import PlanVersion
from scheduling.naming import names_of
from scheduling.planning.check import lay_out
from scheduling.review.deviations import AGAINST, MIND, OPEN, Rounds, deviations, set_aside, weight_of
from scheduling.review.queue import queue_of
from scheduling.review.strip import strip_of
from tests.scheduling.builders import NOON, found_for, make_plan
from tests.scheduling.intake.intakes import MOUTH, NECK, RF_AGREED, UPPER_FACE, after, planned
from treatments.library import load_library

DAY = datetime.timedelta(days=1)
CHEEKS = ("pores", "cheeks")
RULE = {"mesobotox.neck": Rounds(3, 5)}


@pytest.fixture(scope="module")
def names():
    """What every series of the default library is called."""
    library = load_library()
    return names_of(library.protocols, library)


def moved(found: Recommendation, number: int, days: int) -> Recommendation:
    """The plan of one series with one session on another day, unproven or not."""
    (dates,) = found.solution.dates
    dates = tuple(day + days * DAY if at == number else day for at, day in enumerate(dates, start=1))
    visits = lay_out(found.problem, (dates,))
    return replace(found, solution=replace(found.solution, dates=(dates,), visits=visits))


def said(found: Recommendation, names, rounds=None) -> list[tuple[str, str, str, str]]:
    """The deviations as kind, rule, level and words."""
    return [(one.kind, one.rule, one.level, one.text) for one in deviations(found, names, rounds)]


def test_a_plan_inside_every_rule_has_nothing_to_look_at(names):
    assert said(found_for(NECK), names, RULE) == []


def test_a_session_after_its_recommended_days_says_by_how_many(names):
    late = moved(found_for(NECK), len(found_for(NECK).solution.dates[0]), 0)
    number = len(late.solution.dates[0])
    window = list(late.solution.placed())[-1].window
    late = moved(late, number, (window.end - late.solution.dates[0][-1]).days + 9)

    (one,) = deviations(late, names)

    assert (one.kind, one.rule, one.series, one.number, one.weight) == (
        "outside",
        "R33",
        "mesobotox.neck",
        number,
        19,
    )
    assert one.text.startswith(f"MesoBotox, neck, session {number}: +9 days after ideal (")


def test_dates_that_break_a_rule_go_against_it(names):
    kind, rule, level, text = said(moved(found_for(NECK), 2, -60), names)[0]

    assert (kind, rule, level) == ("broken", "R33", AGAINST)
    assert text.startswith("MesoBotox, neck, session 2: Thu 4 Feb 2027 is outside the days its interval")


def test_a_sixth_round_goes_against_the_rule_of_three_to_five(names):
    days = ("2025-11-03", "2026-03-02", "2026-06-08", "2026-10-05")
    history = [{"treatment": "mesobotox", "area": "neck", "date": day} for day in days]
    found = planned(NECK, rounds={"mesobotox.neck": 2}, history=history)

    each = deviations(found, names, {"mesobotox.neck": Rounds(3, 5, done=4)})

    assert [(one.rule, one.level, one.text) for one in each] == [
        ("R33", AGAINST, "MesoBotox, neck: 6th round, the rule says 3 to 5.")
    ]
    assert set_aside(each) == ("R33",)


def test_a_single_round_is_noted(names):
    found = planned(NECK, rounds={"mesobotox.neck": 1})

    text = "MesoBotox, neck: 1 round asked for, the rule says 3 to 5."
    assert said(found, names, RULE) == [("rounds", "R35", MIND, text)]


def test_a_discussion_is_open_until_its_outcome_is_recorded(names):
    before = said(planned(MOUTH), names)
    after_it = said(planned(MOUTH, discussed=[RF_AGREED]), names)

    name = "RF microneedling, around the mouth"
    assert [one[:3] for one in before] == [("open", "R47", OPEN)]
    assert after_it == [("discussed", "R47", MIND, f"{name}: discussed, outcome agreed.")]


def test_a_discussion_that_was_put_off_is_open_still(names):
    found = planned(MOUTH, discussed=[{**RF_AGREED, "outcome": "deferred"}])

    assert [one[:3] for one in said(found, names)] == [("open", "R47", OPEN)]


def test_the_reason_of_an_override_is_said(names):
    found = planned(MOUTH, discussed=[{**RF_AGREED, "reason": "Asked for twice"}])

    text = "RF microneedling, around the mouth: discussed, outcome agreed. Reason given: Asked for twice"
    assert said(found, names) == [("override", "R47", MIND, text)]


def test_a_session_near_an_event_is_acknowledged(names):
    found = planned(CHEEKS, events=[{"name": "Wedding", "date": "2027-03-01"}])

    kind, rule, level, text = said(found, names)[0]

    assert (kind, rule, level) == ("event", "R28", MIND)
    assert text.startswith(
        "MesoBotox, cheeks to jawline, session 1: 56 days before Wedding: the smile may be"
    )


def test_a_stretched_interval_says_for_what(names):
    days = ("2025-09-20", "2025-12-20", "2026-03-20", "2026-06-20", "2026-10-05")
    history = [{"treatment": "botox", "area": "upper_face", "date": day} for day in days]
    wish = {"series": "botox.upper_face", "reason": "cost", "fading_observed": True}

    found = planned(UPPER_FACE, stretch=wish, history=history)

    text = "Botox, upper face: interval stretched for cost; fading was observed."
    assert said(found, names) == [("stretched", "R12", MIND, text)]


def test_a_plan_without_proof_says_so(names):
    found = planned(NECK, UPPER_FACE, stop=after(1))

    assert said(found, names) == [("unproven", "plan", MIND, "Not proven best.")]


def test_the_strip_marks_the_session_that_deviates(names):
    found = moved(found_for(NECK), 2, -60)

    strip = strip_of(found, names, deviations(found, names))

    assert [(visit.weeks, visit.minded) for visit in strip.visits[:2]] == [(None, False), (4, True)]
    assert [(str(lane.name), lane.initial) for lane in strip.lanes] == [("MesoBotox, neck", 5)]


@pytest.mark.django_db
def test_what_leaves_the_rules_waits_first_then_the_oldest(coordinator, make_patient):
    hour = datetime.timedelta(hours=1)
    wanted = {
        "Late": (found_for(NECK), NOON + hour),
        "Early": (found_for(NECK), NOON),
        "Open": (found_for(MOUTH), NOON + 2 * hour),
    }
    plans = [make_plan(make_patient(name), coordinator, *what) for name, what in wanted.items()]

    queue = queue_of(PlanVersion.objects.all())

    assert [one.patient.first_name for one in queue.waiting] == ["Open", "Early", "Late"]
    assert (queue.current.plan, queue.before, queue.next) == (plans[2].plan, None, queue.waiting[1])
    assert [one.brief.weight for one in queue.waiting] == [weight_of(queue.current.deviations), 0, 0]


@pytest.mark.django_db
def test_after_the_last_plan_comes_the_first_that_was_skipped(coordinator, make_patient):
    plans = [make_plan(make_patient(name), coordinator) for name in ("Alice", "Bea", "Cleo")]

    queue = queue_of(PlanVersion.objects.all(), plans[-1].plan_id)

    assert (queue.place, queue.after, queue.next) == (2, None, queue.waiting[0])
