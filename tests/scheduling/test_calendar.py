"""The calendar: what its columns draw, what it says in words, and moving a visit by its form."""

import datetime
import re
from itertools import pairwise

import pytest
import time_machine
from django.utils.html import escape

from clinic.actions.hours import add_absence, close_days
from clinic.models import AuditEntry, Room
from scheduling.calendar.asked import Asked
from scheduling.calendar.blocks import Block, Part, laid_out, parts_of
from scheduling.calendar.days import DayCalendar
from scheduling.models import BookedSession, Booking, Change
from tests.scheduling.asking import DAY
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2027, 4, 5)
STEPS = [
    ["check-in", 10, "patient"],
    ["numbing", 20, "patient room"],
    ["MesoBotox, neck", 30, "patient provider room"],
    ["turn-over", 10, "room"],
]


@pytest.fixture(autouse=True)
def now():
    """Monday 4 January 2027, noon in New York."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def version(location, coordinator, provider, make_patient):
    """Alice's plan of the neck and the upper face, booked; her second visit is on Monday 5 April at nine."""
    open_practice(location)
    work(provider, location)
    found = approved_plan(make_patient(), coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(found, coordinator)
    return found


@pytest.fixture
def get(signed_in, coordinator, version):
    """Open an address as Nora."""
    browser = signed_in(coordinator)
    return lambda path, **query: browser.get(path, query)


@pytest.fixture
def page_of(location, coordinator):
    """Make the page of a day as Nora sees it."""

    def make(day=MONDAY, **changes):
        return DayCalendar(Asked(coordinator, day, (location,), location, **changes), NOON)

    return make


def crowd(version, count: int) -> None:
    """Put so many visits more on Monday 5 April, one after the other."""
    first = booked(version)[1]
    rows = Booking.objects.bulk_create(
        Booking(
            patient=first.patient,
            plan=first.plan,
            location=first.location,
            provider=first.provider,
            room=first.room,
            date=MONDAY,
            minute=600 + 5 * number,
            unit=first.unit + 100 + number,
            units=14,
            steps=STEPS,
            booked_by=first.booked_by,
        )
        for number in range(count)
    )
    BookedSession.objects.bulk_create(
        BookedSession(
            booking=row, plan=row.plan, position=1, key="mesobotox.neck", ordinal=20 + number, minutes=30
        )
        for number, row in enumerate(rows)
    )


def block(pk: int, minute: int, before: int, solid: int, after: int = 0) -> Block:
    """Make a block with parts of these lengths."""
    start, end = minute + before, minute + before + solid
    return Block(
        pk=pk,
        patient="Alice Ames",
        minute=minute,
        minutes=before + solid + after,
        before=Part(minute, before, False, ("numbing",)) if before else None,
        solid=Part(start, solid, True, ("MesoBotox",)),
        after=Part(end, after, False, ("turn-over",)) if after else None,
        state=None,
        sessions=(),
        held=(),
        movable=True,
    )


@pytest.mark.parametrize("by", ["provider", "room", "device"])
@pytest.mark.parametrize("rows", [1, 30])
def test_a_day_asks_the_same_questions_for_1_and_for_30_visits(
    get, version, django_assert_num_queries, by, rows
):
    crowd(version, rows - 1)

    with django_assert_num_queries(16):
        response = get(f"/calendar/{MONDAY}/", by=by)

    assert response.text.count('<li class="cal-visit') == (0 if by == "device" else rows)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_week_asks_the_same_questions_for_1_and_for_30_visits(
    get, version, django_assert_num_queries, rows
):
    crowd(version, rows - 1)

    with django_assert_num_queries(17):
        response = get(f"/calendar/week/{MONDAY}/")

    assert response.text.count('<li class="cal-visit') == rows


def test_a_visit_says_who_when_where_what_and_how_it_stands(version, page_of):
    (column,) = page_of().columns

    (found,) = column.blocks
    assert (found.patient, found.hours, found.held, found.state.word) == (
        "Alice Ames",
        "09:00 to 10:30",
        ("Room 1",),
        "Booked",
    )
    assert [f"{one.name}, {one.place}" for one in found.sessions] == [
        "MesoBotox, neck, round 2 of 5",
        "Botox, upper face, round 2 of 5",
    ]


def test_a_providers_column_is_solid_only_while_the_provider_is_held():
    before, solid, after = parts_of(STEPS, 540, "provider")

    assert [str(one.words) for one in (before, solid, after)] == [
        "check-in, numbing 09:00 to 09:30",
        "MesoBotox, neck 09:30 to 10:00",
        "turn-over 10:00 to 10:10",
    ]
    assert [one.held for one in (before, solid, after)] == [False, True, False]


def test_a_rooms_column_is_solid_from_numbing_to_turn_over():
    before, solid, after = parts_of(STEPS, 540, "room")

    assert (before.minutes, solid.minutes, after) == (10, 60, None)


def test_a_step_begun_counts_whole_on_the_five_minute_base():
    before, solid, _ = parts_of([["numbing", 12, "patient room"], ["Botox", 18, "provider"]], 540, "provider")

    assert (before.minutes, solid.minute, solid.minutes) == (15, 555, 20)


def test_a_hollow_part_alone_takes_the_whole_width():
    (found,) = laid_out([block(1, 540, before=30, solid=30)])

    assert (found.before.look, found.indent) == ("cal-wide", 0)


def test_numbing_beside_another_visit_stands_in_a_lane_and_that_visit_makes_room():
    first, second = laid_out([block(1, 540, before=0, solid=60), block(2, 570, before=30, solid=30)])

    assert (first.indent, second.before.look, second.indent) == (1, "cal-narrow cal-lane-0", 0)


def test_two_numbings_at_once_stand_in_two_lanes():
    _, second, third = laid_out(
        [
            block(1, 540, before=0, solid=60),
            block(2, 570, before=30, solid=30),
            block(3, 580, before=50, solid=30),
        ]
    )

    assert [one.before.lane for one in (second, third)] == [0, 1]


def test_check_in_and_turn_over_are_lines_that_need_no_room():
    first, second = laid_out(
        [block(1, 540, before=10, solid=30, after=10), block(2, 570, before=10, solid=30)]
    )

    assert (first.after.look, second.before.look, first.indent, second.indent) == (
        "cal-brief",
        "cal-brief",
        0,
        0,
    )


def test_the_solid_parts_of_a_column_never_meet(
    version, location, coordinator, provider, make_patient, page_of
):
    for last_name in ("Ball", "Cole", "Dunn"):
        patient = make_patient("Bea", last_name)
        book_all(approved_plan(patient, coordinator, provider, found_for(NECK)), coordinator)

    for by in ("provider", "room"):
        for column in page_of(by=by).columns:
            solid = sorted((one.solid.minute, one.solid.end) for one in column.blocks)
            assert all(end <= start for (_, end), (start, _) in pairwise(solid))
    assert len(page_of().columns[0].blocks) == 4


def test_working_hours_are_shaded_and_said(version, page_of):
    page = page_of()

    assert [one.place for one in page.columns[0].works] == ["h9 m0 for-h8 for-m0"]
    assert (page.columns[0].hours, page.open, page.board.place) == (
        "09:00 to 17:00",
        "open 09:00 to 17:00",
        "h9 m0 for-h8 for-m0",
    )


def test_an_absence_is_said_in_words_and_its_visits_need_another_time(version, coordinator, get, page_of):
    doctor = booked(version)[1].provider
    add_absence(by=coordinator, provider=doctor, first=MONDAY, last=MONDAY, reason="Congress")

    (column,) = page_of().columns
    response = get(f"/calendar/{MONDAY}/")

    assert (column.note, column.works) == ("Away: Congress", ())
    assert [one.state.word for one in column.blocks] == ["Needs another time"]
    assert "Away: Congress" in response.text


@pytest.mark.parametrize("by", ["provider", "room"])
def test_whatever_changed_since_marks_the_visit_with_why(version, page_of, get, by):
    first = booked(version)[1]
    first.provider.shifts.update(last=MONDAY - DAY)

    (block,) = page_of(by=by).columns[0].blocks
    pages = [get(f"/calendar/{MONDAY}/", by=by).text, get(f"/calendar/week/{MONDAY}/", by=by).text]
    visit = get(f"/visits/{first.pk}/").text

    assert block.state.word == "Needs another time"
    assert block.because.startswith("Dr. June Ellis")
    for text in (*pages, visit):
        assert "Needs another time" in text and escape(block.because) in text
    assert "It cannot take place as booked." in visit


def test_a_room_out_of_use_and_a_lost_credential_are_marked_as_well(version, page_of):
    first = booked(version)[1]
    Room.objects.filter(pk=first.room_id).update(is_active=False)
    assert "Room 1 can no longer be booked" in page_of().columns[0].blocks[0].because

    first.provider.credentials.all().delete()
    assert "Dr. June Ellis" in page_of().columns[0].blocks[0].because


def test_a_visit_of_the_past_is_not_marked(version, location, coordinator):
    booked(version)[1].provider.shifts.update(last=MONDAY - DAY)
    after = NOON + (MONDAY + DAY - NOON.date())

    page = DayCalendar(Asked(coordinator, MONDAY, (location,), location), after)

    assert page.because == {}
    assert [one.state.word for one in page.columns[0].blocks] == ["What happened?"]


def test_a_closed_day_says_why_and_leads_to_the_next(version, location, coordinator, get):
    day = datetime.date(2027, 4, 6)
    close_days(by=coordinator, location=location, first=day, last=day + 2 * DAY, reason="Painting")

    response = get(f"/calendar/{day}/")

    assert "Park Street is closed: Painting." in response.text
    assert 'class="btn btn-primary" href="/calendar/2027-04-09/"' in response.text


def test_a_day_on_which_nothing_is_open_names_the_next_step(get):
    response = get("/calendar/2027-04-10/")

    assert "Park Street is not open on Saturdays." in response.text
    assert 'class="btn btn-primary" href="/calendar/2027-04-12/"' in response.text


def test_who_does_not_work_on_a_day_is_named_beside_it(version, location, make_user, page_of):
    work(make_user("Samir", "provider", location), location, weekdays=(2,))

    page = page_of()

    assert [one.title for one in page.columns] == ["Dr. June Ellis"]
    assert page.elsewhere == "Samir"


def test_cancelled_visits_are_gone_and_missed_ones_stand_below(version, page_of):
    Booking.objects.filter(date=MONDAY).update(status=Booking.Status.MISSED)
    assert page_of().columns[0].missed == ("09:00 Alice Ames",)
    assert page_of().columns[0].blocks == ()

    Booking.objects.filter(date=MONDAY).update(status=Booking.Status.CANCELLED)
    assert page_of().columns[0].missed == ()


def test_the_line_of_now_is_drawn_today_only(version, page_of):
    assert page_of(NOON.date()).now_place == "h12 m0"
    assert page_of(MONDAY).now_place == ""


def test_the_calendar_leads_to_today_and_to_a_day_asked_for(get):
    assert get("/calendar/")["Location"] == "/calendar/2027-01-04/"
    assert get("/calendar/", day="2027-04-05", by="room")["Location"] == "/calendar/2027-04-05/?by=room"
    assert get("/calendar/", day="2027-04-05", view="week")["Location"] == "/calendar/week/2027-04-05/"


@pytest.mark.parametrize(
    "query",
    [
        {"by": "patient"},
        {"location": "lakeside"},
        {"location": "nowhere"},
        {"who": "abc"},
        {"who": "9" * 19},
    ],
)
def test_what_does_not_exist_is_not_found(get, other_location, query):
    assert get(f"/calendar/{MONDAY}/", **query).status_code == 404


@pytest.mark.parametrize("path", ["/calendar/", "/calendar/1000-01-01/", "/calendar/9999-12-31/"])
def test_a_day_that_cannot_be_is_not_found(get, path):
    assert get(path, **({"day": "tomorrow"} if path == "/calendar/" else {})).status_code == 404


def test_a_week_of_somebody_unknown_is_not_found(get):
    assert get(f"/calendar/week/{MONDAY}/", who="999999").status_code == 404


def test_the_neighbours_of_a_day_are_open_weekdays(version, page_of):
    page = page_of(datetime.date(2027, 4, 9))

    assert (page.before.words, page.after.words) == ("Thu 8 Apr 2027", "Mon 12 Apr 2027")


def test_a_week_shows_one_holder_on_seven_days(get):
    response = get(f"/calendar/week/{MONDAY}/", by="room")

    assert response.text.count('<section class="cal-column') == 7
    assert "<h1>Room 1</h1>" in response.text
    assert response.text.count("Alice Ames</bdi>") == 1


def test_staff_of_two_locations_switch_between_them(signed_in, location, other_location, make_user, version):
    both = make_user("Vivian", "coordinator", location, other_location)

    response = signed_in(both).get(f"/calendar/{MONDAY}/", {"location": "park-street"})

    assert f'href="/calendar/{MONDAY}/?location=lakeside"' in response.text
    assert "Alice Ames" in response.text


def test_another_locations_visits_are_not_shown(signed_in, other_coordinator, version):
    response = signed_in(other_coordinator).get(f"/calendar/{MONDAY}/")

    assert response.status_code == 200
    assert "Ames" not in response.text


def test_staff_of_no_location_read_whom_to_ask(signed_in, make_user, version):
    response = signed_in(make_user("Nowhere", "coordinator")).get("/calendar/")

    assert "You work at no location yet" in response.text


def test_a_manager_sees_the_calendar_and_moves_nothing(signed_in, manager, version):
    response = signed_in(manager).get(f"/calendar/{MONDAY}/")

    assert "Alice Ames" in response.text
    assert "/calendar/move/" not in response.text


@pytest.fixture
def form(signed_in, coordinator, version):
    """Send the move form of Alice's second visit, to Monday 5 April unless told."""

    def send(by=coordinator, **fields):
        visit = booked(version)[1]
        data = {
            "date": "2027-04-05",
            "time": "13:00",
            "fold": "",
            "provider": visit.provider_id,
            "room": "",
            "key": "6ce2a2e0-1f1b-4d5c-9a53-6d9f2b1c0a01",
        }
        return signed_in(by).post(f"/calendar/move/{visit.pk}/", data | fields)

    return send


def test_the_form_moves_a_visit_and_leads_to_its_day(form, version):
    response = form(date="2027-04-06", time="11:05")

    assert response["Location"] == "/calendar/2027-04-06/?location=park-street"
    moved = booked(version)[1]
    assert (moved.date, moved.starts, moved.room.name) == (datetime.date(2027, 4, 6), "11:05", "Room 1")


def test_the_same_form_sent_twice_moves_once(form, version):
    form()

    response = form()

    assert (response.status_code, Change.objects.filter(action="visit.moved").count()) == (302, 1)
    assert booked(version)[1].starts == "13:00"


def test_a_refused_move_says_why_and_offers_the_nearest_times(form, version):
    response = form(time="08:00")

    assert response.status_code == 409
    assert "not open then; it is open from 09:00 to 17:00" in response.text
    offered = re.findall(r'href="\?date=2027-04-05&amp;time=(\d\d%3A\d\d)', response.text)
    assert offered == ["09%3A15", "09%3A30", "09%3A45"]
    assert booked(version)[1].starts == "09:00"


def test_a_time_between_the_fives_is_refused_at_its_field(form):
    response = form(time="13:02")

    assert response.status_code == 422
    assert "Use a time in steps of 5 minutes." in response.text


def test_a_time_that_clocks_skip_or_show_twice_is_refused_and_asked_for(form):
    skipped = form(date="2027-03-14", time="02:30")
    twice = form(date="2027-11-07", time="01:30")
    chosen = form(date="2027-11-07", time="01:30", fold="1")

    assert "02:30 does not exist on 2027-03-14: the clocks go forward." in skipped.text
    assert (twice.status_code, "The second, after" in twice.text) == (422, True)
    assert (chosen.status_code, "not open on Sundays" in chosen.text) == (409, True)


def test_a_provider_goes_against_a_rule_with_a_reason_and_it_is_kept(form, version, provider):
    late = {"date": "2027-05-20", "time": "10:00"}

    refused = form(provider, **late)
    done = form(provider, **late, override="She travels until then")

    assert (refused.status_code, done.status_code) == (409, 302)
    assert booked(version)[1].date == datetime.date(2027, 5, 20)
    entry = AuditEntry.objects.get(action="visit.moved")
    assert entry.detail["override"] == "She travels until then"


def test_a_coordinator_cannot_override(form, version):
    response = form(date="2027-05-20", override="Please")

    assert response.status_code == 403
    assert booked(version)[1].date == MONDAY


def test_the_form_is_filled_with_a_time_offered_before(get, version):
    visit = booked(version)[1]

    response = get(f"/calendar/move/{visit.pk}/", date="2027-04-07", time="14:15")

    assert 'value="2027-04-07"' in response.text
    assert 'value="14:15"' in response.text


def test_a_visit_whose_day_has_passed_is_not_moved(form, version):
    with time_machine.travel(NOON + 100 * DAY, tick=False):
        response = form(date="2027-04-20")

    assert response.status_code == 409
    assert "Record first what became of the visit on Mon 5 Apr 2027, 09:00." in response.text
    assert "No other time works" not in response.text
