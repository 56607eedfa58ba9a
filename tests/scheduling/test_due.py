"""What is due: read from rows for many plans at once, and the same as each plan's own standings say."""

import datetime

import pytest

from scheduling.actions import visits
from scheduling.boards.due import due_sessions
from scheduling.course.standing import Standings
from scheduling.models import PlanVersion, Session
from scheduling.naming import SeriesName
from tests.scheduling.builders import NECK, NOON, TODAY, UPPER_FACE, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, looked_at, open_practice, work

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
NECK_NAME = SeriesName("mesobotox.neck", "Mesobotox", "Neck", "mesobotox")


@pytest.fixture
def practice(location, provider):
    open_practice(location)
    work(provider, location)
    return location


@pytest.fixture
def version(practice, coordinator, provider, patient):
    return approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))


def due(location, today=TODAY, within=None, sessions=None):
    """List what is due at a location."""
    return due_sessions(sessions or Session.objects.all(), {location.pk: today}, within)


def standing(version: PlanVersion, today: datetime.date) -> list[tuple]:
    """What a plan's own standings say needs a date: key, number, ordinal, window and round."""
    fresh = PlanVersion.objects.with_details().get(pk=version.pk)
    return sorted(
        (one.key, one.number, one.ordinal, one.window, one.round)
        for one in Standings.of(fresh, today).needs_a_date
    )


def listed(location, today: datetime.date) -> list[tuple]:
    """The same from the due list."""
    return sorted(
        (one.name.key, one.number, one.ordinal, one.window, one.round) for one in due(location, today)
    )


def noon(day: datetime.date) -> datetime.datetime:
    """Noon in New York on a day, or nearly."""
    return datetime.datetime.combine(day, datetime.time(17), datetime.UTC)


def test_every_session_of_an_approved_plan_is_due_until_it_is_booked(version, location, coordinator):
    before, said = listed(location, TODAY), standing(version, TODAY)

    book_all(version, coordinator)

    assert before == said
    assert len(before) == sum(one.sessions.count() for one in version.visits.all())
    assert listed(location, TODAY) == []


def test_a_plan_nobody_approved_is_not_due(practice, coordinator, patient):
    make_plan(patient, coordinator)

    assert due(practice) == []


def test_a_cancelled_visit_is_due_again_with_its_window_from_what_was_really_done(
    version, location, coordinator, provider
):
    book_all(version, coordinator)
    first, second, *_ = booked(version)
    keys = [one.key for one in first.sessions.all()]
    visits.complete(by=provider, booking=first, treated=keys, now=noon(first.date))

    visits.cancel(by=coordinator, booking=second, reason="ill", now=NOON)

    found = listed(location, TODAY)
    assert found == standing(version, TODAY)
    assert len(found) == second.sessions.count()


@pytest.mark.parametrize("late", [0, 1, 9, 40])
def test_the_due_list_says_what_each_plan_says_after_a_late_first_visit(
    version, location, coordinator, provider, late
):
    book_all(version, coordinator)
    first, *rest = booked(version)
    day = first.date + late * DAY
    type(first).objects.filter(pk=first.pk).update(date=day)
    keys = [one.key for one in first.sessions.all()]
    visits.complete(by=provider, booking=first, treated=keys, now=noon(day))
    for one in rest:
        visits.cancel(by=coordinator, booking=one, reason="ill", now=NOON)

    found = listed(location, day)

    assert found == standing(version, day)
    assert len(found) == sum(one.sessions.count() for one in rest)


def test_a_treatment_that_does_not_count_moves_the_window_too(version, location, coordinator, provider):
    book_all(version, coordinator)
    first, *rest = booked(version)
    keys = [one.key for one in first.sessions.all()]
    visits.complete(by=provider, booking=first, treated=keys, now=noon(first.date))
    for one in rest:
        visits.cancel(by=coordinator, booking=one, reason="ill", now=NOON)
    before, elsewhere = listed(location, TODAY), first.date + 30 * DAY
    facts = {"name": NECK_NAME, "date": elsewhere, "now": noon(elsewhere)}

    visits.record_elsewhere(by=coordinator, patient=version.plan.patient, plan=version.plan, **facts)

    found = listed(location, elsewhere)
    assert found == standing(version, elsewhere)
    assert found != before


def test_a_first_session_again_is_not_due_before_the_minimum_from_what_did_not_count(
    version, location, coordinator
):
    facts = {"name": NECK_NAME, "date": TODAY, "now": NOON}

    visits.record_elsewhere(by=coordinator, patient=version.plan.patient, plan=version.plan, **facts)

    found = listed(location, TODAY)
    assert found == standing(version, TODAY)
    first = next(one for one in found if one[:2] == ("mesobotox.neck", 1))
    assert first[3].earliest > TODAY + 60 * DAY


@pytest.mark.parametrize("weeks", [1, 8, 30, 60])
def test_windows_after_a_session_without_a_date_move_on_with_the_days(version, location, weeks):
    today = TODAY + 7 * weeks * DAY

    assert listed(location, today) == standing(version, today)


def test_a_visit_that_nobody_resolved_counts_as_if_the_patient_came(version, location, coordinator):
    book_all(version, coordinator)
    first, *rest = booked(version)
    for one in rest:
        visits.cancel(by=coordinator, booking=one, reason="ill", now=NOON)

    assert listed(location, first.date + 3 * DAY) == standing(version, first.date + 3 * DAY)


def test_the_most_overdue_comes_first_and_says_how_long(version, location):
    first = min(one.window.end for one in due(location))

    found = due(location, first + DAY)

    assert [one.days for one in found] == sorted(one.days for one in found)
    assert (found[0].words, found[0].is_overdue) == ("Overdue by 1 day", True)


@pytest.mark.parametrize("within", [-1, 0, 14, 30])
def test_only_what_is_due_in_so_many_days_is_listed(version, location, within):
    first = min(one.window.end for one in due(location))
    today = first - 14 * DAY

    found = due(location, today, within)

    assert found == [one for one in due(location, today) if one.days <= within]


def test_the_due_list_of_another_location_is_its_own(version, location, other_location):
    assert due(other_location) == []
    assert due(location) != []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_due_list_asks_two_questions(
    practice, coordinator, provider, make_patient, django_assert_num_queries, rows
):
    for number in range(rows):
        version = approved_plan(make_patient(last_name=f"Ames {number}"), coordinator, provider)
        book_all(version, coordinator, NOON + number * DAY)
        first, *rest = booked(version)
        type(first).objects.filter(pk=first.pk).update(date=first.date + DAY)
        for one in rest:
            visits.cancel(by=coordinator, booking=one, reason="ill", now=NOON)
    looked_at()

    with django_assert_num_queries(2):
        found = due(practice)

    assert len({one.plan for one in found}) == rows
