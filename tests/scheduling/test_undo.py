"""Undoing a change as one within ten minutes, or being told why not; and nothing half undone."""

import datetime

import pytest

from clinic.actions.hours import add_absence, close_days
from clinic.models import AuditEntry
from scheduling.actions import visits
from scheduling.actions.bookings import Order, book
from scheduling.actions.given import record_elsewhere
from scheduling.actions.refusals import TooLate
from scheduling.actions.undoing import undo
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.replanning import difference
from scheduling.course.situation import Situation
from scheduling.models import BookedSession, Booking, Claim
from scheduling.time_limit import stop_after
from tests.scheduling.asking import DAY, NECK_KEY, asked, do, moved, noon
from tests.scheduling.builders import NOON
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db
FIRST, APRIL = datetime.date(2027, 1, 5), datetime.date(2027, 4, 5)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck."""
    open_practice(location)
    work(provider, location)
    return approved_plan(patient, coordinator, provider)


@pytest.fixture
def change(version, coordinator):
    """Its first two visits, booked for 5 January and 5 April."""
    first, second = asked(version, [(NECK_KEY, 1)], FIRST), asked(version, [(NECK_KEY, 2)], APRIL)
    return do(version, coordinator, first, second)


def state(version) -> list[tuple]:
    """Give everything an undo has to bring back."""
    rows = Booking.objects.filter(plan=version.plan).order_by("pk")
    return [
        (one.status, one.unit, one.units, one.steps, one.room_id, one.provider_id, one.override_reason)
        for one in rows
    ] + [
        list(BookedSession.objects.order_by("pk").values_list("ordinal", "is_live")),
        list(Claim.objects.order_by("unit").values_list("unit", "provider", "room", "device", "patient")),
    ]


def test_undoing_a_booking_gives_everything_up(change, coordinator, version):
    undo(by=coordinator, change=change, now=NOON + MINUTE)

    assert {one.status for one in booked(version)} == {"cancelled"}
    assert (Claim.objects.count(), BookedSession.objects.filter(is_live=True).count()) == (0, 0)
    assert AuditEntry.objects.get(action="change.undone").detail == {"change": change.pk}


def test_undoing_a_move_brings_the_visit_back(change, coordinator, provider, version):
    before = state(version)
    there = moved(version, booked(version)[1], datetime.date(2027, 3, 1), 13 * 60)
    move = do(version, provider, there, override="Leaves")

    undo(by=coordinator, change=move, now=NOON + 9 * MINUTE)

    assert state(version) == before


def test_a_treatment_recorded_since_undoes_nothing(version, change, coordinator, patient):
    name = version.series.get(key=NECK_KEY).name
    facts = {"patient": patient, "plan": version.plan, "name": name, "date": datetime.date(2026, 12, 1)}
    record_elsewhere(by=coordinator, now=NOON + MINUTE, **facts)
    before = state(version)

    with pytest.raises(TooLate, match="Something else was changed for this patient since"):
        undo(by=coordinator, change=change, now=NOON + 2 * MINUTE)

    assert state(version) == before


def test_only_the_last_change_of_a_patient_is_undone(version, change, coordinator):
    do(version, coordinator, moved(version, booked(version)[1], datetime.date(2027, 4, 6), 13 * 60))
    first = do(version, coordinator, moved(version, booked(version)[0], datetime.date(2027, 1, 6), 13 * 60))
    do(version, coordinator, moved(version, booked(version)[1], datetime.date(2027, 4, 7), 13 * 60))
    before = state(version)

    with pytest.raises(TooLate, match="Something else was changed for this patient since"):
        undo(by=coordinator, change=first, now=NOON + MINUTE)

    assert state(version) == before


def test_undoing_what_was_given_up_books_it_again(change, coordinator, version):
    before = state(version)
    drop = book(
        by=coordinator,
        version=version,
        order=Order(dropped=tuple(one.pk for one in booked(version))),
        now=NOON,
    )

    undo(by=coordinator, change=drop, now=NOON + MINUTE)

    assert state(version) == before


def test_a_cancelled_visit_is_booked_again_as_it_was(change, coordinator, version):
    before, second = state(version), booked(version)[1]
    cancelled = visits.cancel(by=coordinator, booking=second, reason="Ill", now=NOON)

    undo(by=coordinator, change=cancelled, now=NOON + MINUTE)

    assert state(version) == before
    assert AuditEntry.objects.get(action="visit.reinstated").detail == {"change": cancelled.pk}


def test_a_cancelled_visit_that_was_booked_anew_is_not_brought_back(change, coordinator, version):
    second = booked(version)[1]
    cancelled = visits.cancel(by=coordinator, booking=second, reason="Ill", now=NOON)
    do(version, coordinator, asked(version, [(NECK_KEY, 2)], second.date))

    with pytest.raises(TooLate, match="A session of this change was booked or given anew"):
        undo(by=coordinator, change=cancelled, now=NOON + MINUTE)


def test_a_re_plan_that_dropped_moved_and_booked_anew_is_undone_as_one(version, coordinator, manager):
    book_all(version, coordinator)
    third = booked(version)[2]
    visits.cancel(by=coordinator, booking=booked(version)[1], reason="Ill", now=NOON)
    add_absence(
        by=manager, provider=third.provider, first=third.date, last=third.date + 9 * DAY, reason="Holiday"
    )
    before = state(version)
    situation = Situation(version, NOON)
    found = difference(situation, situation.arrange(stop=stop_after(5)))
    change = book(by=coordinator, version=version, order=found.order("plan.replanned"), now=NOON)
    made = len(found.new)

    undo(by=coordinator, change=change, now=NOON + MINUTE)

    rows = Booking.objects.filter(plan=version.plan).order_by("pk")
    assert made >= 1 and found.moved
    assert state(version)[: len(rows) - made] == before[: len(rows) - made]
    assert {one.status for one in list(rows)[len(rows) - made :]} == {"cancelled"}
    assert state(version)[-1] == before[-1]


def test_after_ten_minutes_it_is_too_late(change, coordinator, version):
    with pytest.raises(TooLate, match="more than ten minutes ago"):
        undo(by=coordinator, change=change, now=NOON + 10 * MINUTE + datetime.timedelta(seconds=1))

    assert {one.status for one in booked(version)} == {"booked"}


def test_at_ten_minutes_it_can_still_be_undone(change, coordinator):
    assert undo(by=coordinator, change=change, now=NOON + 10 * MINUTE).undone_at == NOON + 10 * MINUTE


def test_it_is_undone_once(change, coordinator):
    undo(by=coordinator, change=change, now=NOON + MINUTE)

    with pytest.raises(TooLate, match="It is undone already"):
        undo(by=coordinator, change=change, now=NOON + 2 * MINUTE)


def test_a_visit_completed_in_between_is_not_undone(version, coordinator):
    at_noon = noon(FIRST)
    change = do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST, 12 * 60 + 5), now=at_noon)
    visits.complete(by=coordinator, booking=booked(version)[0], treated=[NECK_KEY], now=at_noon + 8 * MINUTE)

    with pytest.raises(TooLate, match="A visit of this change was changed since"):
        undo(by=coordinator, change=change, now=at_noon + 9 * MINUTE)

    assert booked(version)[0].status == "completed"


def test_a_visit_moved_in_between_is_not_undone(change, coordinator, version):
    do(version, coordinator, moved(version, booked(version)[1], APRIL + DAY), now=NOON + MINUTE)

    with pytest.raises(TooLate, match="changed since"):
        undo(by=coordinator, change=change, now=NOON + 2 * MINUTE)


def test_a_time_that_was_taken_since_undoes_nothing(change, coordinator, provider, version, make_patient):
    move = do(version, coordinator, moved(version, booked(version)[0], FIRST, 13 * 60), now=NOON + MINUTE)
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    do(other, coordinator, asked(other, [(NECK_KEY, 1)], FIRST), now=NOON + 2 * MINUTE)
    before = state(version)

    with pytest.raises(TakenMeanwhile):
        undo(by=coordinator, change=move, now=NOON + 3 * MINUTE)

    assert (state(version), AuditEntry.objects.filter(action="change.undone").count()) == (before, 0)


def test_a_session_booked_anew_since_undoes_nothing(change, coordinator, version):
    second = booked(version)[1]
    drop = book(by=coordinator, version=version, order=Order(dropped=(second.pk,)), now=NOON)
    do(version, coordinator, asked(version, [(NECK_KEY, 2)], APRIL + DAY), now=NOON + MINUTE)
    before = state(version)

    with pytest.raises(TooLate, match="A session of this change was booked or given anew"):
        undo(by=coordinator, change=drop, now=NOON + 2 * MINUTE)

    assert state(version) == before


@pytest.mark.parametrize("what", ["absence", "closure"])
def test_a_day_on_which_somebody_is_away_by_now_gets_no_visit_back(
    version, change, coordinator, manager, location, what
):
    second = booked(version)[1]
    move = do(version, coordinator, moved(version, second, APRIL + DAY), now=NOON + MINUTE)
    if what == "absence":
        add_absence(by=manager, provider=second.provider, first=APRIL, last=APRIL, reason="Ill")
        why = "Dr. June Ellis is away (Ill)"
    else:
        close_days(by=manager, location=location, first=APRIL, last=APRIL, reason="Flood")
        why = "closed (Flood)"
    before = state(version)

    with pytest.raises(TooLate) as refusal:
        undo(by=coordinator, change=move, now=NOON + 2 * MINUTE)

    assert refusal.value.messages == [
        f"This cannot be undone. Mon 5 Apr 2027, 10:00: {why}. Move or cancel visits instead."
    ]
    assert state(version) == before


def test_an_absence_that_was_known_when_a_visit_was_moved_does_not_keep_it_from_coming_back(
    version, change, coordinator, manager
):
    second = booked(version)[1]
    add_absence(by=manager, provider=second.provider, first=APRIL, last=APRIL, reason="Ill")
    before = state(version)
    move = do(version, coordinator, moved(version, second, APRIL + DAY), now=NOON + MINUTE)

    undo(by=coordinator, change=move, now=NOON + 2 * MINUTE)

    assert state(version) == before


def test_what_was_booked_on_a_day_that_was_closed_since_can_still_be_undone(
    version, change, coordinator, manager, location
):
    close_days(by=manager, location=location, first=FIRST, last=FIRST, reason="Flood")

    undo(by=coordinator, change=change, now=NOON + MINUTE)

    assert {one.status for one in booked(version)} == {"cancelled"}
