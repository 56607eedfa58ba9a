"""The timeline: its scale, what is cut off, what is kept apart, and what each sign stands for."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.intake.intake import Away, Event
from scheduling.naming import names_of
from scheduling.plan_page import timeline as drawing
from scheduling.plan_page.overview import visit_lines
from scheduling.plan_page.session_card import session_card
from scheduling.plan_page.stood import BOOKED, GIVEN, OPEN, PROPOSED, Stood
from scheduling.plan_page.timeline_parts import Scale
from scheduling.planning.problem import Span
from scheduling.planning.solution import Visit
from tests.scheduling.intake.intakes import CHEEKS, NECK, UPPER_FACE, planned
from treatments.library import load_library

NECK_KEY, CHEEKS_KEY, FACE_KEY = "mesobotox.neck", "mesobotox.cheeks", "botox.upper_face"
NAMES = names_of((NECK_KEY, CHEEKS_KEY, FACE_KEY), load_library())
TODAY = date(2027, 2, 3)
WEDDING = {"name": "Wedding", "date": "2027-06-12"}


@cache
def neck():
    """A plan of one series over a year, from 4 January 2027."""
    return planned(NECK, horizon_months=12)


@cache
def face_and_cheeks():
    """A plan of two series around a wedding, with days away."""
    away = [{"from": "2027-03-01", "to": "2027-03-14"}]
    rounds = {CHEEKS_KEY: 3}
    return planned(UPPER_FACE, CHEEKS, horizon_months=12, events=[WEDDING], away=away, rounds=rounds)


def draw(found, today=TODAY, **asked):
    """The timeline with addresses that name the session."""
    return drawing.timeline(found, NAMES, today=today, href=lambda key, number: f"/{key}/{number}/", **asked)


def with_events(found, *events):
    """The same plan with other events."""
    return replace(found, intake=replace(found.intake, events=events))


def on_days(found, days):
    """The same plan with its first session repeated on these days."""
    one = found.solution.visits[0].sessions[0]
    visits = tuple(Visit(day, 30, (replace(one, number=n, date=day),)) for n, day in enumerate(days, 1))
    return replace(found, solution=replace(found.solution, visits=visits))


def marks(shown):
    """All marks, lane by lane."""
    return [mark for lane in shown.lanes for mark in lane.marks]


def looks(lane):
    """The looks of a lane's bands with the words for them."""
    return {(band.look, band.words.rpartition(": ")[2]) for band in lane.bands}


def overlaps(boxes):
    """The pairs of boxes (left, right, row) that meet in a row."""
    return [(a, b) for a, b in combinations(boxes, 2) if a[2] == b[2] and a[0] < b[1] and b[0] < a[1]]


def label_boxes(shown, width):
    """The dates below the lanes as boxes, where the drawing is `width` pixels wide."""
    halves = [drawing.pixels_of(visit.date) / 2 for visit in shown.visits]
    places = [visit.x * width / 100 for visit in shown.visits]
    return [
        (x - half, x + half, visit.date_y)
        for x, half, visit in zip(places, halves, shown.visits, strict=True)
    ]


def flag_boxes(shown, width):
    """The flags as boxes, where the drawing is `width` pixels wide."""
    starts = [flag.x * width / 100 + flag.shift for flag in shown.flags]
    return [(x, x + flag.width, flag.y) for x, flag in zip(starts, shown.flags, strict=True)]


def stand_on(found, *facts):
    """Where the sessions of the neck stand: (look, date, time) each, the rest as proposed."""
    placed = [one for one in found.solution.placed() if one.series == NECK_KEY]
    others = {
        (one.series, one.number): Stood(PROPOSED, one.date, one.date, one.window)
        for one in found.solution.placed()
    }
    stood = {
        (one.series, one.number): Stood(
            look, day, one.date, one.window, time, 45, booking=7 if time else None
        )
        for one, (look, day, time) in zip(placed, facts, strict=False)
    }
    return others | stood


def test_timeline_is_made_without_django():
    asks = "import sys, scheduling.plan_page.timeline; print('django' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)

    assert answer.stdout == "False\n"


def test_whole_plan_runs_over_the_months_of_its_visits_and_events():
    shown = draw(with_events(neck(), Event("Gala", date(2028, 2, 2))))

    assert (shown.first, shown.last) == (date(2027, 1, 1), date(2028, 2, 29))
    assert (shown.before, shown.after) == ("", "")


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 9, 30), date(2027, 1, 1)),  # far ahead: from its first visit
        (date(2026, 11, 30), date(2026, 11, 1)),  # near: from this month
        (date(2027, 4, 30), date(2027, 4, 1)),  # under way: from this month
        (date(2029, 1, 1), date(2027, 8, 1)),  # over: its end
    ],
)
def test_six_months_start_where_the_plan_stands(today, first):
    shown = draw(neck(), today, months=6)

    assert shown.first == first
    assert len(shown.months) == 6


def test_asked_first_day_starts_its_month():
    shown = draw(neck(), months=12, first=date(2027, 3, 17))

    assert (shown.first, shown.last) == (date(2027, 3, 1), date(2028, 2, 29))


def test_months_carry_their_names_in_full_where_there_is_room_and_each_year_once():
    short, long = draw(neck(), months=24), draw(neck(), months=6, first=date(2027, 11, 1))

    assert [month.name for month in short.months[:3]] == ["Jan", "Feb", "Mar"]
    assert [month.year for month in short.months if month.year] == ["2027", "2028"]
    assert [month.name for month in long.months[:3]] == ["November", "December", "January"]
    assert [month.x for month in long.months if month.opens_year] == [33.516]


def test_days_are_placed_by_their_share_of_the_range():
    scale = Scale(date(2027, 1, 1), date(2028, 1, 1))

    places = [scale.start(day) for day in (date(2027, 1, 1), date(2027, 7, 1), date(2028, 1, 1))]

    assert places == [0.0, 49.589, 100.0]


def test_what_lies_outside_is_cut_off_and_counted():
    found = with_events(neck(), Event("Gala", date(2028, 2, 2)))

    shown = draw(found, months=6, first=date(2027, 3, 1))

    assert [visit.date for visit in shown.visits] == ["5 Apr", "5 Jul"]
    assert all(0 <= mark.x <= 100 for mark in marks(shown))
    assert shown.before == "1 more visit before Mar 2027"
    assert shown.after == "2 more visits and Gala after Aug 2027"


def test_window_and_band_over_the_edge_end_at_it():
    found = face_and_cheeks()

    shown = draw(found, months=1, first=date(2027, 5, 1))

    cheeks = next(lane for lane in shown.lanes if lane.name.key == CHEEKS_KEY)
    assert [(band.x, band.x + band.width) for band in cheeks.bands] == [(0.0, 3.226), (3.226, 100.0)]
    assert all(-5 <= window.x <= window.end <= 105 for lane in shown.lanes for window in lane.windows)


@settings(max_examples=60, deadline=None)
@given(
    gaps=st.lists(st.integers(1, 60), min_size=1, max_size=25),
    months=st.sampled_from([None, 6, 12, 24]),
    wider=st.sampled_from([1, 1.4, 3]),
)
def test_dates_of_visits_never_overlap(gaps, months, wider):
    days = [date(2027, 1, 4) + timedelta(days=sum(gaps[:count])) for count in range(len(gaps))]

    shown = draw(on_days(neck(), days), months=months)

    assert overlaps(label_boxes(shown, shown.width * wider)) == []


@settings(max_examples=60, deadline=None)
@given(
    events=st.lists(st.tuples(st.text("aWm ", max_size=30), st.integers(0, 380)), max_size=7),
    months=st.sampled_from([None, 6, 12]),
    wider=st.sampled_from([1, 1.4, 3]),
)
def test_flags_never_overlap(events, months, wider):
    named = [Event(name, date(2027, 1, 4) + timedelta(days=day)) for name, day in events]

    shown = draw(with_events(neck(), *named), months=months)

    assert overlaps(flag_boxes(shown, shown.width * wider)) == []


def test_visits_close_together_use_a_second_row():
    shown = draw(on_days(neck(), [date(2027, 1, 4), date(2027, 1, 18), date(2027, 7, 5)]), months=12)

    rows = [visit.date_y - shown.bottom for visit in shown.visits]

    assert rows == [22, 39, 22]


def test_flag_of_a_near_event_hangs_below_and_one_at_the_right_edge_turns_left():
    events = (Event("Wedding", date(2027, 6, 12)), Event("Party", date(2027, 6, 26)))

    shown = draw(with_events(neck(), *events, Event("Anniversary", date(2027, 12, 20))), months=12)

    today, wedding, party, last = shown.flags
    assert (today.look, wedding.y, party.y - wedding.y) == ("today", today.y, drawing.FLAG)
    assert (wedding.shift, last.shift) == (0, -last.width)


def test_long_name_of_an_event_is_cut_on_its_flag_and_whole_in_its_words():
    event = Event("Engagement party of a sister in Lisbon", date(2027, 6, 12))

    flag = draw(with_events(neck(), event)).flags[-1]

    assert flag.text == "Engagement party of a s…"
    assert flag.words == "Engagement party of a sister in Lisbon, Sat 12 Jun 2027"


def test_session_is_done_from_the_day_after_it():
    states = [
        [(mark.look, mark.words) for mark in marks(draw(neck(), today))][1]
        for today in (date(2027, 4, 4), date(2027, 4, 5), date(2027, 4, 6))
    ]

    said = "MesoBotox, neck, session 2 of 5, Mon 5 Apr 2027"
    assert states == [
        ("to-come", f"{said}, to come"),
        ("to-come", f"{said}, today"),
        ("done", f"{said}, date past"),
    ]


def test_today_outside_the_range_is_not_drawn():
    shown = draw(neck(), date(2026, 9, 30))

    assert shown.flags == ()


def test_bands_of_an_event_lie_only_in_the_lanes_it_touches():
    found = face_and_cheeks()
    face = next(one for one in found.problem.series if one.key == FACE_KEY)
    free = replace(face, forbidden=(), discouraged=())
    series = tuple(free if one is face else one for one in found.problem.series)

    shown = draw(replace(found, problem=replace(found.problem, series=series)))

    bands = {lane.name.key: looks(lane) for lane in shown.lanes}
    assert bands == {FACE_KEY: set(), CHEEKS_KEY: {("blackout", "Wedding"), ("warn", "Wedding")}}


def test_days_kept_off_for_another_reason_look_otherwise():
    found = neck()
    span = Span(date(2027, 2, 1), date(2027, 2, 1), "Soon after filler")
    series = replace(found.problem.series[0], forbidden=(span,))

    shown = draw(replace(found, problem=replace(found.problem, series=(series,))))

    band = shown.lanes[0].bands[0]
    assert (band.look, band.words) == ("off", "No session, Mon 1 Feb 2027: Soon after filler")


def test_closed_days_are_shaded_once_though_the_intake_says_them_too():
    found = face_and_cheeks()
    late = Away(date(2027, 8, 2), date(2027, 8, 6))

    shown = draw(replace(found, intake=replace(found.intake, away=(*found.intake.away, late))))

    assert [band.words for band in shown.closed] == [
        "No visit, Mon 1 Mar 2027 to Sun 14 Mar 2027: away",
        "No visit, Mon 2 Aug 2027 to Fri 6 Aug 2027: away",
    ]


def test_only_the_selected_session_has_a_ring_and_shows_all_its_allowed_days():
    shown = draw(face_and_cheeks(), selected=(FACE_KEY, 2))

    chosen = [mark.href for mark in marks(shown) if mark.selected]
    allowed = [(lane.name.key, window.look) for lane in shown.lanes for window in lane.windows]
    assert chosen == [f"/{FACE_KEY}/2/"]
    assert [key for key, look in allowed if look == "allowed"] == [FACE_KEY]
    assert sum(visit.selected for visit in shown.visits) == 1


def test_visit_starts_at_its_uppermost_mark():
    shown = draw(face_and_cheeks())

    tops = {}
    for lane in reversed(shown.lanes):
        tops |= {mark.x: lane.y for mark in lane.marks}
    assert {visit.x: visit.y for visit in shown.visits} == tops


def test_key_explains_only_what_is_drawn():
    shown = draw(neck(), date(2027, 1, 1))

    assert [look for look, _ in shown.key] == ["to-come", "ideal"]


def test_plan_without_dates_shows_its_lanes():
    shown = draw(replace(neck(), solution=None))

    assert [(lane.sessions, lane.marks) for lane in shown.lanes] == [("5 sessions", ())]
    assert shown.summary == "Plan of 0 visits and 0 sessions in 1 series"


def test_sessions_are_drawn_where_they_are_given_and_booked_not_where_they_were_proposed():
    stand = stand_on(
        neck(),
        (GIVEN, date(2027, 1, 6), ""),
        (OPEN, date(2027, 2, 1), "11:00"),
        (BOOKED, date(2027, 7, 7), "09:00"),
    )

    shown = draw(neck(), stand=stand)

    assert [(mark.look, mark.words.partition(" of 5, ")[2]) for mark in marks(shown)[:4]] == [
        ("done", "given Wed 6 Jan 2027, proposed Mon 4 Jan 2027"),
        ("open", "booked Mon 1 Feb 2027, 11:00, what happened?, proposed Mon 5 Apr 2027"),
        ("booked", "booked Wed 7 Jul 2027, 09:00, proposed Mon 5 Jul 2027"),
        ("to-come", "proposed Tue 5 Oct 2027, needs a date"),
    ]
    assert [visit.date for visit in shown.visits[:3]] == ["6 Jan", "1 Feb", "7 Jul"]
    assert [mark.x for mark in marks(shown)] == [visit.x for visit in shown.visits]


def test_the_proposed_date_is_marked_where_another_was_booked_and_lies_inside():
    stand = stand_on(neck(), (BOOKED, date(2027, 1, 4), "09:00"), (BOOKED, date(2027, 4, 7), "09:00"))

    same, other = marks(draw(neck(), stand=stand))[:2]
    outside = marks(draw(on_days(neck(), [date(2027, 3, 31)]), months=1, first=date(2027, 4, 1), stand=stand))

    assert (same.was, other.was is not None and other.was < other.x) == (None, True)
    assert outside == []


def test_key_and_summary_say_what_was_given_and_booked():
    stand = stand_on(neck(), (GIVEN, date(2027, 1, 4), ""), (BOOKED, date(2027, 4, 7), "09:00"))

    shown = draw(neck(), stand=stand)

    assert shown.key[:4] == (
        ("done", "Given"),
        ("booked", "Booked"),
        ("to-come", "Proposed, needs a date"),
        ("was", "Proposed, booked on another day"),
    )
    assert "; 1 given; 1 booked; 3 proposed, needs a date" in shown.summary


def test_sessions_booked_for_another_day_are_a_visit_of_their_own():
    found = face_and_cheeks()
    together = next(visit for visit in found.solution.visits if len(visit.sessions) == 2)
    one = together.sessions[0]
    stand = stand_on(found)
    stand[one.series, one.number] = Stood(
        BOOKED, one.date + timedelta(days=2), one.date, one.window, "10:15", 55, booking=7
    )

    lines = visit_lines(found, NAMES, TODAY, stand=stand)

    apart = [line for line in lines if line.time]
    assert len(lines) == len(found.solution.visits) + 1
    assert [(line.date, line.minutes, line.state, len(line.sessions)) for line in apart] == [
        (one.date + timedelta(days=2), 55, "booked", 1)
    ]
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.parametrize(
    ("look", "day", "state"),
    [
        (GIVEN, date(2027, 1, 4), "given"),
        (BOOKED, date(2027, 4, 7), "booked"),
        (OPEN, date(2027, 2, 1), "booked"),
        (PROPOSED, date(2027, 4, 5), "proposed"),
        (PROPOSED, date(2027, 1, 4), "needs a new date"),
    ],
)
def test_a_visit_in_words_says_how_it_stands(look, day, state):
    lines = visit_lines(neck(), NAMES, TODAY, stand=stand_on(neck(), (look, day, "")))

    assert next(line.state for line in lines if line.date == day) == state


def test_the_card_of_a_booked_session_explains_the_proposed_day():
    stand = stand_on(neck(), (GIVEN, date(2027, 1, 4), ""), (BOOKED, date(2027, 4, 7), "09:00"))

    card = session_card(neck(), NAMES, NECK_KEY, 2, TODAY, stand)
    plain = session_card(neck(), NAMES, NECK_KEY, 2, TODAY)

    assert (card.heading, card.why) == ("Wednesday 7 April 2027", "Why Mon 5 Apr 2027 was proposed")
    assert (card.stood.before, card.is_settled) == ("proposed Mon 5 Apr 2027", True)
    assert (plain.heading, plain.why, plain.is_settled) == ("Monday 5 April 2027", "Why this day", False)
    assert card.reasons == plain.reasons


def test_same_plan_is_drawn_the_same():
    assert draw(face_and_cheeks(), months=12) == draw(face_and_cheeks(), months=12)


def test_series_without_a_name_is_refused():
    with pytest.raises(KeyError):
        drawing.timeline(neck(), {}, today=TODAY, href=lambda key, number: "")


def test_page_links_every_session_and_escapes_what_people_wrote():
    found = with_events(neck(), Event("<b>Gala</b>", date(2027, 6, 12)))

    page = render_to_string("scheduling/_timeline.html", {"timeline": draw(found)})

    assert page.count('<a class="mark"') == 5
    link = '<a class="mark" id="mark-mesobotox.neck-2" href="/mesobotox.neck/2/" aria-label="'
    assert f"{link}MesoBotox, neck, session 2 of 5, " in page
    assert "<b>" not in page
    assert " style=" not in page
