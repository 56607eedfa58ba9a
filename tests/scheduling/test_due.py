"""What is due: read from rows for many plans at once, and the same as each plan's own standings say."""

import datetime

import pytest

from scheduling.actions import visits
from scheduling.actions.given import record_elsewhere
from scheduling.boards.due import DueList, DueSession
from scheduling.course.standing import Standings
from scheduling.models import PlanVersion, Session
from scheduling.naming import SeriesName
from tests.scheduling.builders import NECK, NOON, TODAY, UPPER_FACE, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

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


def due_plans(location, today=TODAY, within=None) -> DueList:
    """List the plans with something due at a location."""
    return DueList(Session.objects.all(), {location.pk: today}, within)


def due(location, today=TODAY, within=None) -> list[DueSession]:
    """List the sessions that are due at a location, plan by plan."""
    plans = due_plans(location, today, within)[:]
    return [one for plan in plans for visit in plan.visits for one in visit.sessions]


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

    record_elsewhere(by=coordinator, patient=version.plan.patient, plan=version.plan, **facts)

    found = listed(location, elsewhere)
    assert found == standing(version, elsewhere)
    assert found != before


def test_a_first_session_again_is_not_due_before_the_minimum_from_what_did_not_count(
    version, location, coordinator
):
    facts = {"name": NECK_NAME, "date": TODAY, "now": NOON}

    record_elsewhere(by=coordinator, patient=version.plan.patient, plan=version.plan, **facts)

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


def test_a_booked_session_that_passed_moves_the_window_of_a_first_one_without_a_date(
    version, location, coordinator
):
    book_all(version, coordinator)
    first, second, *_ = booked(version)
    visits.cancel(by=coordinator, booking=first, reason="ill", now=NOON)
    today = second.date + DAY

    assert listed(location, today) == standing(version, today)


@pytest.mark.parametrize("days", [-300, -60, 0, 60])
def test_plans_are_ranked_by_their_most_urgent_session_and_then_by_name(
    practice, coordinator, provider, make_patient, days
):
    for first, started in (("Otto", 60), ("Sue", 5), ("Bea", 60), ("Lea", -40)):
        found = found_for(NECK, start=(TODAY - started * DAY).isoformat())
        approved_plan(make_patient(first, "Bell"), coordinator, provider, found)

    plans = due_plans(practice, TODAY + days * DAY)[:]

    ranked = [(plan.first.days, plan.first.patient_name) for plan in plans]
    assert ranked == sorted(ranked)
    assert [plan.first for plan in plans] == [
        min((one for visit in plan.visits for one in visit.sessions), key=lambda one: one.days)
        for plan in plans
    ]
    assert {len(plan.visits) for plan in plans} == {plans[0].more + 1}


def test_what_a_list_tells_of_a_plan_is_the_same_whichever_part_of_it_is_asked_for(
    practice, coordinator, provider, make_patient
):
    for number in range(3):
        approved_plan(make_patient(last_name=f"Ames {number}"), coordinator, provider)
    plans = due_plans(practice)

    assert [*plans[:1], *plans[1:3]] == plans[:]
    assert [one.first for one in plans.told(plans.plans, most=1)] == [one.first for one in plans[:]]
    assert plans.sessions == sum(one.more + 1 for one in plans[:])


def test_patients_of_two_time_zones_are_due_by_the_date_of_their_own_location(
    practice, other_location, coordinator, provider, make_patient
):
    for place in (practice, other_location):
        approved_plan(make_patient(location=place), coordinator, provider)
    todays = {practice.pk: TODAY + DAY, other_location.pk: TODAY}

    plans = DueList(Session.objects.all(), todays)[:]

    assert [(one.first.location, one.first.today) for one in plans] == list(todays.items())
    assert plans[0].first.days == plans[1].first.days - 1


@pytest.mark.once
@pytest.mark.parametrize("rows", [1, 30])
def test_the_due_list_asks_seven_questions(
    practice, coordinator, provider, make_patient, django_assert_num_queries, rows
):
    for number in range(rows):
        version = approved_plan(make_patient(last_name=f"Ames {number}"), coordinator, provider)
        book_all(version, coordinator, NOON + number * DAY)
        first, *rest = booked(version)
        type(first).objects.filter(pk=first.pk).update(date=first.date + DAY)
        for one in rest:
            visits.cancel(by=coordinator, booking=one, reason="ill", now=NOON)

    with django_assert_num_queries(7):
        found = due_plans(practice)[:25]

    assert len(found) == min(rows, 25)
