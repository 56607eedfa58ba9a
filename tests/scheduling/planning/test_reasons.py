"""Why each session is on its date: nothing left out, nothing claimed that is not so."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduling.planning.durations import Duration
from scheduling.planning.problem import (
    FourDates,
    Interval,
    Problem,
    Separation,
    Series,
    Session,
    Span,
    Target,
)
from scheduling.planning.reasons import Reason, explain, spoken, spoken_duration
from scheduling.planning.solver import solve
from tests.scheduling.planning.brute import best_dates, window
from tests.scheduling.planning.strategies import JUDGED, problems

EXPLAINED = settings(JUDGED, max_examples=20)
MONDAY = date(2027, 2, 1)


@st.composite
def planned(draw):
    """A problem and the dates of its best plan, as brute force finds them."""
    problem = draw(problems())
    best = best_dates(problem)
    assume(best is not None)
    return problem, best[1]


def explained(problem: Problem) -> dict[tuple[str, int], tuple[Reason, ...]]:
    """The reasons of each session of the best plan."""
    return {(one.series, one.number): one.because for one in explain(problem, solve(problem))}


def of_kind(because: tuple[Reason, ...], *kinds: str) -> list[Reason]:
    return [reason for reason in because if reason.kind in kinds]


def places(problem: Problem, dates):
    """Every session of a plan: its series, number and date."""
    for series, days in zip(problem.series, dates, strict=True):
        for number, day in enumerate(days, start=1):
            yield series, number, day


@EXPLAINED
@given(planned())
def test_every_session_has_one_window_reason(drawn):
    problem, dates = drawn

    found = explained(problem)

    assert {place: len(of_kind(because, "window")) for place, because in found.items()} == {
        (series.key, number): 1 for series, number, _ in places(problem, dates)
    }


@EXPLAINED
@given(planned())
def test_a_shared_visit_names_all_others_and_a_visit_alone_none(drawn):
    problem, dates = drawn

    found = explained(problem)

    for series, number, day in places(problem, dates):
        others = {other.key for other, _, same in places(problem, dates) if same == day} - {series.key}
        texts = [reason.text for reason in of_kind(found[series.key, number], "shared")]
        named = [set(re.findall(r"\b[abcd]\b", text.partition(":")[0])) for text in texts]
        assert named == [others] * bool(others)


@EXPLAINED
@given(planned())
def test_drift_is_said_of_days_outside_the_recommended_ones_alone(drawn):
    problem, dates = drawn

    found = explained(problem)

    for series, number, day in places(problem, dates):
        _, start, end, _ = window(series, number, dates[problem.series.index(series)])
        off = max((start - day).days, (day - end).days)
        expected = [str(off)] if start > day or day > end else []
        texts = [reason.text for reason in of_kind(found[series.key, number], "drift")]
        assert [text.split()[0] for text in texts] == expected


@EXPLAINED
@given(planned())
def test_targets_met_discouraged_days_used_and_bookings_are_named(drawn):
    problem, dates = drawn

    found = explained(problem)

    for series, number, day in places(problem, dates):
        because = found[series.key, number]
        booked = series.sessions[number - 1].booked
        met = [i for i, one in enumerate(problem.targets) if series.key in one.series and day in one.span]
        used = {i for i, span in enumerate(series.discouraged) if day in span}
        expected = [] if booked is None else ["kept" if booked == day else "moved"]
        assert [reason.index for reason in of_kind(because, "target")] == met
        assert used <= {reason.index for reason in of_kind(because, "discouraged")}
        assert [reason.kind for reason in of_kind(because, "kept", "moved")] == expected


@EXPLAINED
@given(planned())
def test_given_before_names_only_what_comes_later_in_the_visit(drawn):
    problem, _ = drawn
    solution = solve(problem)

    found = explain(problem, solution)

    order = {visit.date: [placed.series for placed in visit.sessions] for visit in solution.visits}
    for one in found:
        for reason in of_kind(one.because, "order"):
            named = re.findall(r"\b[abcd]\b", reason.text.partition(" in this visit")[0])
            later = order[one.date][order[one.date].index(one.series) + 1 :]
            assert named != [] and set(named) <= set(later)


@EXPLAINED
@given(planned())
def test_reasons_are_whole_sentences_with_spoken_dates_and_indices_that_exist(drawn):
    problem, _ = drawn
    series = {one.key: one for one in problem.series}

    found = explained(problem)

    for (key, _), because in found.items():
        lists = {
            "closed": problem.closed,
            "separation": problem.separations,
            "order": problem.separations,
            "target": problem.targets,
            "forbidden": series[key].forbidden,
            "discouraged": series[key].discouraged,
        }
        for reason in because:
            assert re.fullmatch(r"[A-Z0-9](?!.*\d{4}-\d\d)[^\n]*[^. ]\.", reason.text)
            assert reason.index is None or 0 <= reason.index < len(lists[reason.kind])


def test_a_plan_of_filler_and_toxin_before_a_wedding_says_it_all():
    week = FourDates(MONDAY, MONDAY, date(2027, 2, 5), date(2027, 2, 12))
    later = Interval(Duration(days=28), Duration(months=1), Duration(months=1, days=7), Duration(months=2))
    wedding = "event: Wedding"
    toxin = Series(
        "toxin.neck",
        "toxin",
        "neck",
        20,
        (Session(week), Session(later)),
        forbidden=(Span(date(2027, 3, 8), date(2027, 3, 14), wedding),),
    )
    filler = Series("filler.lips", "filler", "lips", 40, (Session(week, booked=MONDAY + timedelta(days=1)),))
    problem = Problem(
        start=MONDAY,
        end=date(2027, 4, 30),
        weekdays=(1, 2, 3, 4, 5),
        visit_cost=10,
        series=(toxin, filler),
        closed=(Span(MONDAY, MONDAY, "closed: inventory"),),
        separations=(Separation(("toxin",), ("filler",), 14, reason="lines do not show soon after toxin"),),
        targets=(Target(("toxin.neck",), Span(date(2027, 3, 1), date(2027, 3, 5), wedding, 20)),),
        move_cost=5,
    )

    found = explained(problem)

    assert [(reason.kind, reason.text) for reason in found["filler.lips", 1]] == [
        ("window", "The series begins from Mon 1 Feb 2027 to Fri 5 Feb 2027."),
        ("shared", "Same visit as toxin.neck: one trip instead of 2."),
        ("order", "Given before toxin.neck in this visit: lines do not show soon after toxin."),
        ("closed", "Not on Mon 1 Feb 2027: closed: inventory."),
        ("kept", "Stays on the day it is booked, Tue 2 Feb 2027."),
    ]
    assert [(reason.kind, reason.text) for reason in found["toxin.neck", 2]] == [
        (
            "window",
            "Recommended 1 month to 1 month and 7 days after session 1 on Tue 2 Feb 2027: "
            "from Tue 2 Mar 2027 to Tue 9 Mar 2027.",
        ),
        (
            "forbidden",
            "6 days before the days to avoid, from Mon 8 Mar 2027 to Sun 14 Mar 2027: event: Wedding.",
        ),
        ("target", "In the best days for it: event: Wedding."),
    ]


def test_of_two_series_that_a_rule_names_on_both_sides_only_the_first_is_given_before_the_other():
    monday = (Session(FourDates(MONDAY, MONDAY, MONDAY, MONDAY)),)
    twins = tuple(Series(f"toxin.{area}", "toxin", area, 20, monday) for area in ("neck", "chin"))
    rules = (Separation(("toxin",), ("toxin",), 90, reason="one dose at a time"),)
    problem = Problem(MONDAY, MONDAY, (1, 2, 3, 4, 5), 10, twins, separations=rules)

    found = explained(problem)

    assert {key: [reason.text for reason in of_kind(one, "order")] for (key, _), one in found.items()} == {
        "toxin.neck": ["Given before toxin.chin in this visit: one dose at a time."],
        "toxin.chin": [],
    }


def test_a_day_is_spoken_with_its_weekday():
    assert spoken(date(2027, 4, 13)) == "Tue 13 Apr 2027"


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (Duration(months=3, days=14), "3 months and 14 days"),
        (Duration(years=1, weeks=1), "1 year and 1 week"),
        (Duration(), "0 days"),
    ],
)
def test_a_duration_is_spoken_in_words(duration, words):
    assert spoken_duration(duration) == words
