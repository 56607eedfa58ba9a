"""A month of days for a session: what each comes to, in words that agree with the planner's verdict."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import pytest

from scheduling.intake.parse import read_intake
from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names, names_of
from scheduling.plan_page.day_details import Day, day_details
from scheduling.plan_page.day_words import day_words, difference, from_to, price_words
from scheduling.plan_page.month import Cell, Month, month_of
from scheduling.planning.check import broken, terms
from scheduling.planning.price import DayVerdict, price_days
from scheduling.planning.problem import FourDates, Problem, Separation, Series, Session, Span, Target
from scheduling.planning.reasons import Reason
from scheduling.planning.solution import Terms
from scheduling.planning.solver import solve
from tests.scheduling.intake.intakes import CHEEKS, NECK, UPPER_FACE, planned, raw
from treatments.library import load_library

TODAY = date(2027, 1, 4)
FIRST, SECOND = "mesobotox.cheeks", "botox.upper_face"
MAYA = {
    "events": [{"name": "Wedding", "date": "2027-06-12"}],
    "away": [{"from": "2027-04-01", "to": "2027-04-14"}],
    "horizon_months": 12,
}


@cache
def maya() -> tuple[Recommendation, Names]:
    """Botox and MesoBotox before a wedding, two weeks away in April."""
    found = planned(CHEEKS, NECK, UPPER_FACE, **MAYA)
    return found, names_of([one.key for one in found.series], load_library())


@cache
def priced(problem: Problem, solution: object, series: str, number: int, first: date, last: date):
    """The planner's own verdicts, each range worked out once for all tests."""
    return price_days(problem, solution, series, number, first, last)


def prices(problem, solution, series, number, first, last) -> Sequence[DayVerdict]:
    return priced(problem, solution, series, number, first, last)


def day_href(day: date) -> str:
    return f"?day={day}"


def month_href(day: date) -> str:
    return f"?month={day:%Y-%m}"


def month(of: date, today: date = TODAY, series: str = FIRST, number: int = 2, found=None) -> Month:
    recommendation, names = found or maya()
    return month_of(
        recommendation, names, series, number, of, today, prices, href=day_href, month_href=month_href
    )


def details(day: date, today: date = TODAY, series: str = FIRST, number: int = 2, found=None) -> Day:
    recommendation, names = found or maya()
    return day_details(recommendation, names, series, number, day, today, prices, href=day_href)


def cells(found: Month) -> list[Cell]:
    """The days of the month itself."""
    return [cell for week in found.weeks for cell in week if cell.state != "outside"]


def verdicts(first: date, last: date, today: date = TODAY) -> dict[date, DayVerdict]:
    found, _ = maya()
    return {one.day: one for one in prices(found.problem, found.solution, FIRST, 2, max(first, today), last)}


APRIL = date(2027, 4, 1), date(2027, 4, 30)
FREE, AWAY, WEEKEND = date(2027, 4, 20), date(2027, 4, 9), date(2027, 4, 24)


# The weeks


@pytest.mark.parametrize(
    ("of", "weeks", "first", "days"),
    [
        (date(2027, 2, 14), 4, date(2027, 2, 1), 28),
        (date(2027, 12, 31), 5, date(2027, 11, 29), 31),
        (date(2028, 1, 1), 6, date(2027, 12, 27), 31),
        (date(2028, 2, 29), 5, date(2028, 1, 31), 29),
    ],
)
def test_month_has_its_days_in_weeks_from_monday(of, weeks, first, days):
    found = month(of)

    assert len(found.weeks) == weeks
    assert [len(week) for week in found.weeks] == [7] * weeks
    assert found.weeks[0][0].day == first
    assert [cell.day.day for cell in cells(found)] == list(range(1, days + 1))


def test_month_leaves_the_days_around_it_empty():
    outside = [cell for week in month(date(2027, 4, 1)).weeks for cell in week if cell.state == "outside"]

    assert [cell.day for cell in outside] == [
        *(date(2027, 3, day) for day in (29, 30, 31)),
        *(date(2027, 5, day) for day in (1, 2)),
    ]
    assert {(cell.words, cell.label, cell.href) for cell in outside} == {("", "", "")}


def test_month_links_stay_within_the_days_of_the_plan():
    problem = maya()[0].problem

    first, last = month(problem.start), month(problem.end)

    assert (first.before.href, first.after.href) == ("", "?month=2027-02")
    assert first.before.name == "December 2026"
    assert last.after.href == ""
    assert last.before.href == month_href(problem.end.replace(day=1) - timedelta(days=1))


def test_month_leads_back_to_the_day_of_the_plan():
    assert month(date(2027, 4, 1)).planned is None
    assert month(date(2027, 5, 1)).planned.href == "?month=2027-04"


# What each day comes to


@pytest.mark.parametrize("of", [date(2027, number, 1) for number in range(1, 9)])
def test_month_agrees_with_every_verdict(of):
    found = month(of)
    known = verdicts(of, cells(found)[-1].day)

    for cell in cells(found):
        if cell.day < TODAY:
            assert cell.state == "past"
            continue
        assert cell.state == known[cell.day].state
        assert cell.href == day_href(cell.day)
        assert 0 < len(cell.words) <= 12
    assert (found.free, found.costly) == tuple(
        [one.state for one in known.values()].count(state) for state in ("free", "costly")
    )


def test_cost_in_a_cell_is_what_the_plan_with_that_day_has_more():
    found, _ = maya()
    costly = [one for one in verdicts(*APRIL).values() if one.state == "costly"] + [
        one for one in verdicts(date(2027, 6, 1), date(2027, 6, 30)).values() if one.state == "costly"
    ]
    words = {cell.day: cell.words for of in (APRIL[0], date(2027, 6, 1)) for cell in cells(month(of))}

    assert costly != []
    for one in costly:
        more = difference(found.problem, found.solution.dates, one.dates)
        trips = f"+{more.trips} trip{'s' if more.trips > 1 else ''}"
        days = f"+{more.days} day{'s' if more.days > 1 else ''}"
        assert words[one.day] == (trips if more.trips > 0 else days)


@pytest.mark.parametrize("of", [date(2027, number, 1) for number in range(1, 9)])
def test_every_blocked_day_gives_its_reason(of):
    for cell in cells(month(of)):
        if cell.state == "blocked":
            start, _, reason = cell.label.partition(": blocked: ")

            assert start.removesuffix(", today") == f"{cell.day:%A} {cell.day.day} {cell.day:%B %Y}"
            assert len(reason) > 10


def test_label_of_a_blocked_day_names_the_rules():
    label = {cell.day: cell.label for cell in cells(month(date(2027, 3, 1)))}

    assert label[date(2027, 3, 2)] == (
        "Tuesday 2 March 2027: blocked: Too soon: session 2 can be on Thu 15 Apr 2027 at the earliest. (R33)"
    )


@pytest.mark.parametrize(
    ("day", "words", "look"),
    [
        (date(2027, 3, 31), "too soon", "blocked"),
        (AWAY, "away", "closed"),
        (WEEKEND, "closed", "closed"),
        (date(2027, 4, 19), "best", "best"),
        (FREE, "free", "free"),
        (date(2027, 5, 31), "event", "blocked"),
        (date(2027, 7, 30), "too late", "blocked"),
    ],
)
def test_cell_says_a_day_in_a_word_or_two(day, words, look):
    cell = next(cell for cell in cells(month(day)) if cell.day == day)

    assert (cell.words, cell.look) == (words, look)


def test_today_and_the_day_of_the_plan_are_marked():
    found = cells(month(date(2027, 4, 1), today=date(2027, 4, 16)))

    assert [cell.day.day for cell in found if cell.today] == [16]
    assert [cell.day.day for cell in found if cell.planned] == [19]
    assert found[15].label.startswith("Friday 16 April 2027, today: ")


def test_past_days_are_neither_priced_nor_offered():
    found = cells(month(date(2027, 4, 1), today=date(2027, 4, 21)))

    assert [cell.day.day for cell in found if cell.state == "past"] == list(range(1, 21))
    assert {(cell.words, cell.href) for cell in found[:20]} == {("past", "")}
    assert found[18].planned


def test_a_month_wholly_past_asks_for_no_price():
    def refuse(*_):
        raise AssertionError("a past month was priced")

    found, names = maya()
    shown = month_of(
        found, names, FIRST, 2, TODAY, date(2027, 2, 1), refuse, href=day_href, month_href=month_href
    )

    assert {cell.state for cell in cells(shown)} == {"past"}
    assert shown.summary == "No day of January 2027 works."


def test_summary_counts_the_days_beside_the_plans_own():
    found = month(date(2027, 4, 1))

    assert found.has_planned
    assert found.summary == f"{found.free} other days are free, {found.costly or 'none'} cost something."


# A chosen day


def test_free_day_names_the_sessions_that_move():
    found, _ = maya()
    verdict = verdicts(*APRIL)[FREE]
    moved = [
        (old, new)
        for before, after in zip(found.solution.dates, verdict.dates, strict=True)
        for old, new in zip(before, after, strict=True)
        if old != new
    ]

    shown = details(FREE)

    assert (shown.state, shown.heading, shown.words) == (
        "free",
        "Tuesday 20 April 2027",
        "Costs nothing more.",
    )
    assert len(shown.moves) == len(moved) - 1
    assert f"MesoBotox, neck, session 2: {from_to(date(2027, 4, 19), FREE)}" in shown.moves


def test_the_days_of_a_price_keep_every_rule_and_cost_it():
    found, _ = maya()
    for one in verdicts(*APRIL).values():
        if one.dates is not None:
            assert broken(found.problem, one.dates) == ()
            assert terms(found.problem, one.dates) - terms(found.problem, found.solution.dates) == one.change


def test_blocked_day_gives_every_reason_with_its_source():
    shown = details(date(2027, 6, 5))

    assert [line.label for line in shown.against] == ["clinic", "R28"]
    assert shown.against[0].text == "No visits on a Saturday."
    assert shown.against[1].text == (
        "Before Wedding: no MesoBotox, cheeks to jawline, from Sun 2 May 2027 to Sat 12 Jun 2027."
    )
    assert shown.against[1].source == "practice rule"


def test_days_away_are_named_with_both_ends():
    assert details(AWAY).against[0].text == "Away from Thu 1 Apr 2027 to Wed 14 Apr 2027."


@pytest.mark.parametrize(
    "day", [date(2027, 2, 3), AWAY, WEEKEND, date(2027, 5, 20), date(2027, 6, 12), date(2027, 8, 20)]
)
def test_blocked_day_names_the_three_nearest_that_work(day):
    works = [
        one.day
        for number in range(1, 10)
        for one in verdicts(date(2027, number, 1), date(2027, number + 1, 1) - timedelta(days=1)).values()
        if one.state != "blocked"
    ]

    shown = details(day)

    assert [cell.day for cell in shown.nearest] == sorted(works, key=lambda one: (abs(one - day), one))[:3]
    assert {cell.href for cell in shown.nearest} == {day_href(cell.day) for cell in shown.nearest}


def test_past_day_offers_only_days_to_come():
    today = date(2027, 4, 23)

    shown = details(date(2027, 4, 12), today=today)

    assert (shown.state, shown.words) == ("past", "This day is past; today is Fri 23 Apr 2027.")
    assert [cell.day for cell in shown.nearest] == [date(2027, 4, 23), date(2027, 4, 26), date(2027, 4, 27)]


# The words of rarer costs and reasons


@cache
def booked() -> tuple[Recommendation, Names]:
    """A Botox session that weighs three times, booked in the best days before a concert."""
    start, end = date(2027, 2, 1), date(2027, 2, 26)
    window = FourDates(start, start, date(2027, 2, 23), end)
    series = Series(
        "botox.upper_face",
        "botox",
        "upper_face",
        20,
        (Session(window, booked=date(2027, 2, 10)),),
        weight=3,
        discouraged=(Span(date(2027, 2, 15), date(2027, 2, 16), "event: Concert", 20),),
    )
    target = Target(("botox.upper_face",), Span(date(2027, 2, 8), date(2027, 2, 12), "event: Concert", 40))
    problem = Problem(start, end, (1, 2, 3, 4, 5), 21, (series,), targets=(target,), move_cost=14)
    found = Recommendation(read_intake(raw(UPPER_FACE)), problem, solve(problem))
    return found, names_of(["botox.upper_face"], load_library())


@pytest.mark.parametrize(
    ("day", "words", "sentence"),
    [
        (date(2027, 2, 11), "moves 1", "Costs moving 1 booked session."),
        (
            date(2027, 2, 16),
            "near event",
            "Costs 1 session on days better avoided before an event, moving 1 booked session and missing the "
            "best days before an event.",
        ),
        (
            date(2027, 2, 25),
            "+2 days",
            "Costs 2 more days outside the recommended windows, moving 1 booked session and missing the best "
            "days before an event.",
        ),
    ],
)
def test_costs_are_said_in_people_s_units(day, words, sentence):
    shown = {cell.day: cell for cell in cells(month(day, series=SECOND, number=1, found=booked()))}

    assert shown[day].words == words
    assert details(day, series=SECOND, number=1, found=booked()).words == sentence


@pytest.mark.parametrize(
    ("price", "change", "proven", "words"),
    [
        (0, Terms(), True, "costs the same: 1 more trip"),
        (21, Terms(visits=21), True, "costs 1 more trip"),
        (21, Terms(visits=21), False, "costs 1 more trip; perhaps less"),
    ],
)
def test_price_words_say_what_a_day_trades_and_whether_it_is_proven(price, change, proven, words):
    found, _ = maya()
    cheeks, *others = plan = found.solution.dates
    alone = ((*cheeks[:-1], cheeks[-1] + timedelta(days=1)), *others)
    verdict = DayVerdict(alone[0][-1], "costly" if price else "free", price, change, alone, proven=proven)

    assert price_words(verdict, found.problem, plan) == words


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ((Reason("window", "Too soon: …"), Reason("weekdays", "No visits on a Sunday.")), "closed"),
        ((Reason("closed", "away."), Reason("window", "Too late: …")), "away"),
        ((Reason("closed", "Public holiday."),), "closed"),
        ((Reason("forbidden", "event: Wedding."), Reason("window", "Too late: …")), "too late"),
        ((Reason("forbidden", "Soon after toxin the lines do not show."),), "too near"),
        ((Reason("separation", "At least 84 days apart."),), "too near"),
        ((Reason("length", "A visit takes at most 120 minutes."),), "too long"),
        ((Reason("pinned", "The session is held on its day."),), "held"),
        ((Reason("horizon", "After the plan ends."),), "outside"),
        ((), "no room"),
    ],
)
def test_blocked_day_says_what_is_most_against_it(reasons, words):
    found, _ = maya()

    assert day_words(DayVerdict(FREE, "blocked", because=reasons), found.problem, ()) == words


def test_from_to_says_the_year_once_unless_it_changes():
    assert from_to(date(2027, 7, 6), date(2027, 7, 8)) == "Tue 6 Jul → Thu 8 Jul 2027"
    assert from_to(date(2027, 12, 30), date(2028, 1, 4)) == "Thu 30 Dec 2027 → Tue 4 Jan 2028"


def test_sessions_that_are_past_stay_where_they_are():
    today = date(2027, 4, 16)
    first = "MesoBotox, cheeks to jawline, session 1"
    earlier, later = details(FREE), details(FREE, today=today)

    assert [text for text in earlier.moves if text.startswith(first)] != []
    assert [text for text in later.moves if "session 1:" in text] == []
    assert "MesoBotox, neck, session 2: Mon 19 Apr → Tue 20 Apr 2027" in later.moves


# Plans in which only all rules together block a day


@cache
def crowded() -> tuple[Recommendation, Names]:
    """A filler that must come 84 days after Botox or before it, both with hardly a choice of days."""
    start, end = date(2027, 2, 1), date(2027, 2, 26)
    whole = FourDates(start, start, end, end)
    day = date(2027, 2, 10)
    series = (
        Series("botox.upper_face", "botox", "upper_face", 20, (Session(FourDates(day, day, day, day)),)),
        Series("dynamic_filler.perioral", "dynamic_filler", "perioral", 30, (Session(whole),)),
    )
    rule = Separation(("botox",), ("dynamic_filler",), 84, reason="Soon after toxin the lines do not show")
    problem = Problem(start, end, (1, 2, 3, 4, 5), 21, series, separations=(rule,))
    intake = read_intake(raw(UPPER_FACE))
    found = Recommendation(intake, problem, solve(problem))
    return found, names_of([one.key for one in series], load_library())


def test_day_that_only_all_rules_together_block_names_the_smallest_set():
    day = date(2027, 2, 16)

    shown = details(day, series="dynamic_filler.perioral", number=1, found=crowded())

    assert (shown.state, shown.jointly) == ("blocked", True)
    assert {line.text for line in shown.against} == {
        "The window of Botox, upper face, session 1.",
        "At least 84 days from Botox to Dynamic filler: Soon after toxin the lines do not show.",
    }
    assert [cell.day for cell in shown.nearest] == [date(2027, 2, 10), date(2027, 2, 9), date(2027, 2, 8)]


def test_cell_blocked_by_all_rules_together_has_no_room():
    found = month(date(2027, 2, 1), series="dynamic_filler.perioral", number=1, found=crowded())

    assert [cell.words for cell in cells(found)][10:12] == ["no room", "no room"]


def test_blocked_day_without_reasons_still_gives_one():
    def silent(problem, solution, series, number, first, last):
        days = (last - first).days + 1
        return [DayVerdict(first + timedelta(days=day), "blocked") for day in range(days)]

    found, names = maya()
    shown = month_of(found, names, FIRST, 2, FREE, TODAY, silent, href=day_href, month_href=month_href)

    assert {cell.words for cell in cells(shown)} == {"no room"}
    assert {cell.label.partition("blocked: ")[2] for cell in cells(shown)} == {
        "No plan has a visit on this day."
    }
