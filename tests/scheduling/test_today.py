"""The Today board, the search of the head and where staff land."""

import datetime

import pytest
from django.utils import timezone

from clinic.actions.hours import add_absence, close_days
from clinic.models import Location, Patient
from scheduling.actions import visits
from scheduling.boards.today import SHOWN, Board
from scheduling.models import BookedSession, Booking, Offer, Waiting
from tests.scheduling.builders import NECK, TODAY, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
NINE = 9 * 60
STEPS = [["Botox", 30, "patient provider room"]]
PAGE = "/today/"


@pytest.fixture
def doctor(location, provider):
    open_practice(location)
    return work(provider, location)


@pytest.fixture
def version(doctor, coordinator, provider, patient):
    """Alice's plan, booked whole."""
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator)
    return version


def at(date: datetime.date, minute: int = 12 * 60) -> datetime.datetime:
    """A moment of a day on the clock of New York in winter."""
    return datetime.datetime.combine(date, datetime.time(), datetime.UTC) + datetime.timedelta(
        minutes=minute + 300
    )


def on(booking: Booking, date: datetime.date, minute: int = NINE) -> Booking:
    """Put a booking on another day without asking anybody."""
    unit = int(at(date, minute).timestamp()) // 300
    Booking.objects.filter(pk=booking.pk).update(date=date, minute=minute, unit=unit)
    return Booking.objects.with_details().get(pk=booking.pk)


def test_the_board_shows_who_comes_by_time_with_their_rounds(version, location):
    first, second, *_ = booked(version)
    on(first, TODAY, 11 * 60)
    on(second, TODAY, NINE)

    board = Board(location, at(TODAY, 8 * 60))

    assert [one.booking.pk for one in board.arrivals] == [second.pk, first.pk]
    assert {line.place for line in board.arrivals[1].lines} == {"round 1 of 5"}
    assert (board.expected, board.here) == (2, 0)


def test_the_board_says_on_the_locations_clock_when_it_was_drawn(location):
    board = Board(location, at(TODAY, 8 * 60 + 5))

    assert (board.day, board.clock) == ("Mon 4 Jan 2027", "08:05")


@pytest.mark.parametrize(
    ("minute", "word"), [(NINE - 30, "Expected"), (NINE + 12, "12 min late"), (NINE + 75, "1 h 15 min late")]
)
def test_the_board_says_how_late_somebody_is(version, location, minute, word):
    on(booked(version)[0], TODAY, NINE)

    (row,) = Board(location, at(TODAY, minute)).arrivals

    assert (row.state.word, row.step) == (word, "check in")


def test_who_is_here_is_completed_next(version, location, coordinator):
    first = on(booked(version)[0], TODAY)

    visits.arrive(by=coordinator, booking=first, now=at(TODAY))

    (row,) = Board(location, at(TODAY)).arrivals
    assert (row.state.word, row.step) == ("Here", "complete")


def test_a_held_time_is_no_arrival(version, location):
    first = on(booked(version)[0], TODAY)
    BookedSession.objects.filter(booking=first).delete()
    waiting = Waiting.objects.create(plan=version.plan, added_by=first.booked_by)
    Booking.objects.filter(pk=first.pk).update(status="held", held_until=at(TODAY))
    facts = {"date": TODAY, "minute": NINE, "provider": first.provider, "offered_by": first.booked_by}
    Offer.objects.create(waiting=waiting, version=version, hold=first, sessions=[], **facts)

    assert Board(location, at(TODAY)).arrivals == []


def test_a_past_visit_that_nobody_resolved_is_asked_about(version, location):
    first = on(booked(version)[0], TODAY - DAY)

    board = Board(location, at(TODAY))

    assert [one.booking.pk for one in board.unresolved] == [first.pk]
    assert board.unresolved[0].state.word == "What happened?"


def test_visits_of_an_absent_provider_are_named_by_plan_with_the_reason(
    version, location, doctor, coordinator
):
    first = booked(version)[0]

    add_absence(
        by=coordinator, provider=doctor, first=first.date, last=first.date + 3 * DAY, reason="Conference"
    )

    (plan,) = Board(location, at(TODAY, 0)).disturbed
    assert [one.booking.pk for one in plan.rows] == [first.pk]
    assert plan.rows[0].because == "Dr. June Ellis is away (Conference)"


def test_visits_on_a_day_that_was_closed_since_are_affected(version, location, coordinator):
    second = booked(version)[1]

    close_days(by=coordinator, location=location, first=second.date, last=second.date, reason="Flood")

    (plan,) = Board(location, at(TODAY)).disturbed
    assert [one.because for one in plan.rows] == ["Closed (Flood)"]


def test_each_plan_in_need_of_a_date_stands_where_it_is_most_urgent(
    doctor, location, coordinator, provider, make_patient
):
    for days, name in ((60, "Otto"), (5, "Sue"), (-40, "Lea")):
        found = found_for(NECK, start=(TODAY - days * DAY).isoformat())
        approved_plan(make_patient(name, "Bell"), coordinator, provider, found)

    board = Board(location, at(TODAY))

    parts = (board.overdue, board.soon, board.later)
    assert [[one.first.patient_name for one in part.plans] for part in parts] == [
        ["Otto Bell"],
        ["Sue Bell"],
        ["Lea Bell"],
    ]
    assert all(part.plans[0].more for part in parts)


def test_the_board_shows_the_most_urgent_plans_and_says_how_many_there_are(
    doctor, location, coordinator, provider, make_patient
):
    for days in range(SHOWN + 2):
        found = found_for(NECK, start=(TODAY - (60 + days) * DAY).isoformat())
        approved_plan(make_patient("Otto", f"Bell {days}"), coordinator, provider, found)

    part = Board(location, at(TODAY)).overdue

    assert (part.total, part.has_more) == (SHOWN + 2, True)
    assert [one.first.patient_name for one in part.plans] == [
        f"Otto Bell {days}" for days in range(SHOWN + 1, 1, -1)
    ]


def test_the_board_of_another_location_is_its_own(version, location, other_location):
    on(booked(version)[0], TODAY)

    assert Board(other_location, at(TODAY)).arrivals == []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_board_asks_so_many_questions(
    doctor, location, coordinator, provider, make_patient, signed_in, django_assert_num_queries, rows
):
    today = timezone.now().astimezone(location.zone).date()
    for number in range(rows):
        version = approved_plan(make_patient("Ann", f"Ames {number}"), coordinator, provider)
        for booking in copies(version, coordinator, doctor, today, number):
            booking.save()
    add_absence(by=coordinator, provider=doctor, first=today + 30 * DAY, last=today + 90 * DAY, reason="Away")
    browser = signed_in(coordinator)

    with django_assert_num_queries(29):
        response = browser.get(PAGE)

    board = response.context["board"]
    assert [len(one) for one in (board.arrivals, board.unresolved, board.affected)] == [rows] * 3
    assert len(board.disturbed) == min(rows, SHOWN)


def copies(version, by, doctor, today: datetime.date, number: int) -> list[Booking]:
    """Three visits of a plan without claims or sessions: today, ten days ago and in forty days."""
    room = doctor.shifts.first().location.rooms.first()
    facts = {"patient": version.plan.patient, "plan": version.plan, "booked_by": by, "room": room}
    facts |= {"location": room.location, "provider": doctor, "units": 6, "steps": STEPS, "minute": NINE}
    return [
        Booking(**facts, date=today + days * DAY, unit=6_000_000 + number + 1000 * days)
        for days in (0, -10, 40)
    ]


def test_checking_in_goes_on_with_the_board(version, coordinator, signed_in, location):
    first = on(booked(version)[0], timezone.now().astimezone(location.zone).date())

    response = signed_in(coordinator).post(f"/today/{first.pk}/check-in/")

    assert response["Location"] == "/today/?location=park-street"
    assert Booking.objects.get(pk=first.pk).status == "arrived"


def test_checking_in_by_htmx_draws_the_board_and_says_who_is_here(version, coordinator, signed_in, location):
    first = on(booked(version)[0], timezone.now().astimezone(location.zone).date())

    response = signed_in(coordinator).post(f"/today/{first.pk}/check-in/", headers={"hx-request": "true"})

    page = response.content.decode()
    assert 'data-announce="Alice Ames is here."' in page
    assert f'id="next-{first.pk}"' in page
    assert "<html" not in page


def test_a_visit_of_another_day_is_not_checked_in(version, coordinator, signed_in):
    first = booked(version)[0]

    response = signed_in(coordinator).post(f"/today/{first.pk}/check-in/", follow=True)

    assert Booking.objects.get(pk=first.pk).status == "booked"
    assert "it can be checked in on that day" in response.content.decode()


def test_staff_of_two_locations_choose_one(make_user, location, other_location, signed_in):
    browser = signed_in(make_user("Both", "coordinator", location, other_location))

    response = browser.get(PAGE, {"location": "park-street"})

    assert response.context["board"].location == location
    assert browser.get(PAGE).context["board"].location == other_location
    assert browser.get(PAGE, {"location": "nowhere"}).status_code == 404


def test_staff_without_a_location_are_told_whom_to_ask(make_user, signed_in):
    response = signed_in(make_user("New", "coordinator")).get(PAGE)

    assert "You work at no location yet" in response.content.decode()


@pytest.mark.parametrize("role", ["coordinator", "provider", "manager"])
def test_staff_land_on_today(make_user, location, signed_in, role):
    response = signed_in(make_user("Sam", role, location)).get("/")

    assert response["Location"] == PAGE


def test_a_provider_is_not_led_to_absences_they_may_not_open(provider, signed_in):
    page = signed_in(provider).get(PAGE).content.decode()

    assert "/absences/" not in page


def test_the_search_names_each_patient_with_birth_date_and_plan(
    version, coordinator, signed_in, make_patient
):
    make_patient("Alba", "Bly", birth_date=datetime.date(1990, 2, 1))

    response = signed_in(coordinator).get("/find/", {"q": "al"}, headers={"hx-request": "true"})

    found = [(str(one), [str(plan.plan) for plan in plans]) for one, plans in response.context["patients"]]
    assert found == [("Alice Ames", ["Plan 1"]), ("Alba Bly", [])]
    page = response.content.decode()
    assert "born 14 Mar 1985" in page and "No plan yet" in page and "<html" not in page


def test_the_search_finds_nobody_of_another_location(coordinator, other_location, make_patient, signed_in):
    make_patient("Bob", "Burns", location=other_location)

    response = signed_in(coordinator).get("/find/", {"q": "bob"})

    assert response.context["patients"] == []
    assert "Nobody found" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 8])
def test_the_search_asks_so_many_questions(
    coordinator, make_patient, signed_in, django_assert_num_queries, rows
):
    for number in range(rows):
        make_patient("Ann", f"Ames {number}")
    browser = signed_in(coordinator)

    with django_assert_num_queries(4):
        response = browser.get("/find/", {"q": "ann"}, headers={"hx-request": "true"})

    assert len(response.context["patients"]) == rows


def test_more_than_a_handful_of_patients_lead_to_the_whole_list(coordinator, location, signed_in):
    Patient.objects.bulk_create(
        Patient(first_name="Ann", last_name=f"A{n}", birth_date=TODAY, location=Location.objects.get())
        for n in range(9)
    )

    page = signed_in(coordinator).get("/find/", {"q": "ann"}).content.decode()

    assert "/patients/?q=ann" in page
