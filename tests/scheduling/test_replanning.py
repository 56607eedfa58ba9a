"""A new arrangement against what is booked: what stays, moves, is new, is given up, needs a date."""

import pytest

from clinic.actions.hours import add_absence
from scheduling.actions import approvals, visits
from scheduling.actions.bookings import Order, book
from scheduling.course.replanning import Difference, difference
from scheduling.course.situation import Situation
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import PlanVersion
from scheduling.time_limit import stop_after
from tests.scheduling.asking import DAY, NECK_KEY, asked, do, noon
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, another, found_for
from tests.scheduling.intake.intakes import raw
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck, booked whole."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider)
    book_all(version, coordinator)
    return version


def new_plan(version, now=NOON, pinned=()) -> Difference:
    """Arrange what is left anew and compare."""
    situation = Situation(version, now)
    return difference(situation, situation.arrange(pinned, stop_after(5)), pinned)


def test_without_a_cause_nothing_changes(version):
    found = new_plan(version)

    assert found.is_empty
    assert list(found.kept) == booked(version)


def test_an_absence_moves_only_the_visits_it_touches(version, manager):
    second = booked(version)[1]
    add_absence(by=manager, provider=second.provider, first=second.date, last=second.date, reason="Training")

    found = new_plan(version)

    assert [(one.booking, one.wanted.date > second.date) for one in found.moved] == [(second, True)]
    assert (found.new, found.dropped, found.unplaced) == ((), (), ())


def test_a_cancelled_visit_is_placed_anew_and_the_others_stay(version, coordinator):
    second = booked(version)[1]
    visits.cancel(by=coordinator, booking=second, reason="Ill", now=NOON)

    found = new_plan(version)

    assert [one.sessions for one in found.new] == [((NECK_KEY, 2),)]
    assert found.new[0].date == second.date
    assert not found.moved and not found.dropped


def test_a_missed_visit_takes_the_later_ones_along_only_as_far_as_it_must(version, coordinator):
    first, second, third, *_ = booked(version)
    visits.complete(by=coordinator, booking=first, treated=[NECK_KEY], now=noon(first.date))
    visits.miss(by=coordinator, booking=second, now=noon(second.date))

    found = new_plan(version, noon(second.date))

    assert found.new[0].sessions == ((NECK_KEY, 2),)
    assert found.new[0].date <= second.date + 7 * DAY
    assert all(one.wanted.date >= found.new[0].date + 90 * DAY for one in found.moved)
    assert {third.pk} <= {one.pk for one in found.kept} | {one.booking.pk for one in found.moved}


def test_what_is_proposed_can_be_booked(version, coordinator, manager):
    first, second, *_ = booked(version)
    visits.complete(by=coordinator, booking=first, treated=[NECK_KEY], now=noon(first.date))
    visits.miss(by=coordinator, booking=second, now=noon(second.date))
    now = noon(second.date)
    found = new_plan(version, now)

    book(by=coordinator, version=version, order=found.order("plan.replanned"), now=now)

    assert new_plan(version, now).is_empty
    assert Situation(version, now).standings.needs_a_date == ()


def test_a_pinned_visit_stays(version, coordinator):
    first, second, *_ = booked(version)
    visits.cancel(by=coordinator, booking=first, reason="Ill", now=NOON)

    found = new_plan(version, pinned=(second.pk,))

    assert second in found.kept


def test_a_booster_is_kept_and_never_arranged_over(version, provider, coordinator):
    second = booked(version)[1]
    visits.cancel(by=coordinator, booking=second, reason="Ill", now=NOON)
    do(version, provider, asked(version, [(NECK_KEY, 0)], second.date, second.minute), override="Wedding")
    booster = next(one for one in booked(version) if one.kind == "booster")

    found = new_plan(version)

    assert booster not in found.dropped
    assert all(one.booking != booster for one in found.moved)
    assert all(one.date >= booster.date + 90 * DAY for one in found.new)


def test_visits_of_series_that_left_the_plan_are_given_up(version, coordinator, provider):
    before = booked(version)
    changed = another(version, coordinator, found_for(UPPER_FACE))
    approvals.approve(by=provider, version=changed, now=NOON)
    changed = PlanVersion.objects.with_details().get(pk=changed.pk)

    found = new_plan(changed)

    assert list(found.dropped) == before
    assert {key for one in found.new for key, _ in one.sessions} == {"botox.upper_face"}


def test_a_visit_that_lost_a_series_is_shortened_in_its_place(location, coordinator, provider, make_patient):
    open_practice(location)
    work(provider, location)
    patient = make_patient("Bob", "Burns")
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator)
    lengths = {one.pk: one.units for one in booked(version)}
    changed = another(version, coordinator, found_for(NECK))
    approvals.approve(by=provider, version=changed, now=NOON)
    changed = PlanVersion.objects.with_details().get(pk=changed.pk)

    found = new_plan(changed)
    book(by=coordinator, version=changed, order=found.order("plan.replanned"), now=NOON)

    first = booked(changed)[0]
    assert first.units < lengths[first.pk]
    assert [one.key for one in first.sessions.all() if one.is_live] == [NECK_KEY]
    assert new_plan(changed).is_empty


def test_a_visit_of_the_past_is_not_touched(version):
    first = booked(version)[0]

    found = new_plan(version, noon(first.date + DAY))

    assert first in found.kept
    assert all(one.booking != first for one in found.moved)


def test_a_change_of_the_plan_keeps_the_visits_that_fit_it(version, coordinator, provider):
    first, *rest = booked(version)
    visits.complete(by=coordinator, booking=first, treated=[NECK_KEY], now=noon(first.date))
    past = [{"treatment": "mesobotox", "area": "neck", "date": first.date.isoformat()}]
    start = (first.date + 2 * DAY).isoformat()
    changed = another(version, coordinator, recommend(read_intake(raw(NECK, history=past, start=start))))
    approvals.approve(by=provider, version=changed, now=noon(first.date))
    changed = PlanVersion.objects.with_details().get(pk=changed.pk)

    found = new_plan(changed, noon(first.date + DAY))

    assert [one for one in found.kept if one in rest] == rest
    assert (found.moved, found.dropped) == ((), ())


def test_an_order_of_a_difference_names_what_it_is(version, coordinator):
    visits.cancel(by=coordinator, booking=booked(version)[1], reason="Ill", now=NOON)

    order = new_plan(version).order("plan.replanned", "Was ill")

    assert isinstance(order, Order)
    assert (order.action, order.reason, len(order.wanted), order.dropped) == (
        "plan.replanned",
        "Was ill",
        1,
        (),
    )
