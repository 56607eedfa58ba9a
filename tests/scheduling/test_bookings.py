"""Booking a whole plan: all of it or nothing, once, and never twice at a time."""

import dataclasses
import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from clinic.models import AuditEntry, Room
from scheduling.actions.bookings import KeyUsed, NotApproved, Order, Refused, book
from scheduling.availability.days import EPOCH, LENGTH
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.models import BookedSession, Booking, Change, Claim, PlanVersion
from tests.scheduling.asking import DAY, FACE_KEY, NECK_KEY, asked, do, moved, noon, said
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, another, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, order_for, work

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2027, 1, 5)


@pytest.fixture
def version(location, coordinator, provider, make_patient):
    open_practice(location)
    work(provider, location)
    return approved_plan(make_patient(), coordinator, provider, found_for(NECK, UPPER_FACE))


def stored() -> tuple[int, int, int, int]:
    """Count what a refusal must leave alone."""
    return tuple(one.objects.count() for one in (Booking, BookedSession, Claim, Change))


def test_booking_a_plan_places_every_session_on_its_planned_day(version, coordinator):
    change = book_all(version, coordinator)

    rows = booked(version)
    assert [one.date for one in rows] == [one.date for one in version.visits.order_by("date")]
    assert len(change.after) == len(rows)


def test_booking_a_plan_is_on_record(version, coordinator, location):
    change = book_all(version, coordinator)

    entry = AuditEntry.objects.get(action="series.booked")
    assert (entry.actor, entry.location) == (coordinator, location)
    assert entry.detail == {"change": change.pk, "booked": len(booked(version)), "given_up": 0}


def test_the_same_key_again_gives_the_same_change(version, coordinator):
    order = order_for(version)
    first = book(by=coordinator, version=version, order=order, now=NOON)
    before = stored()

    again = book(by=coordinator, version=version, order=order, now=NOON + datetime.timedelta(minutes=1))

    assert (again, stored()) == (first, before)


def test_a_key_of_another_plan_is_refused(version, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    key = uuid.uuid4()
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST), key=key)
    before = stored()

    with pytest.raises(KeyUsed, match="was sent for something else already"):
        do(other, coordinator, asked(other, [(NECK_KEY, 1)], FIRST, 13 * 60), key=key)

    assert stored() == before


def test_a_plan_that_nobody_approved_is_not_booked(version, coordinator, make_patient):
    waiting = make_plan(make_patient("Bob", "Burns"), coordinator)
    waiting = PlanVersion.objects.with_details().get(pk=waiting.pk)

    with pytest.raises(NotApproved):
        do(waiting, coordinator, asked(waiting, [(NECK_KEY, 1)], FIRST))

    assert Booking.objects.count() == 0


def test_a_version_that_was_superseded_is_not_booked(version, coordinator):
    another(version, coordinator, found_for(NECK, UPPER_FACE, preference="fewest_visits"))

    with pytest.raises(NotApproved):
        do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))


def test_booking_nothing_is_refused(version, coordinator):
    with pytest.raises(Refused, match="Nothing was chosen"):
        book(by=coordinator, version=version, order=Order(), now=NOON)


def test_a_taken_time_leaves_everything_as_it_was(version, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    do(other, coordinator, asked(other, [(NECK_KEY, 1)], FIRST))
    before = stored()

    with pytest.raises(TakenMeanwhile, match="The provider was booked a moment ago"):
        do(
            version,
            coordinator,
            asked(version, [(NECK_KEY, 1)], FIRST + DAY),
            asked(version, [(FACE_KEY, 1)], FIRST, 10 * 60 + 20, room=Room.objects.last().pk),
        )

    assert stored() == before


@pytest.mark.parametrize(
    "sessions, words",
    [
        ([(NECK_KEY, 1)], "MesoBotox, neck, session 1 is booked for Tue 5 Jan 2027, 10:00 already."),
        ([(NECK_KEY, 9)], "The plan has no session 9 of mesobotox.neck. Look at it again."),
        ([("botox.glabella", 1)], "The plan has no session 1 of botox.glabella. Look at it again."),
        ([], "A visit has at least one session."),
        ([(NECK_KEY, 2), (NECK_KEY, 3)], "Wed 7 Apr 2027: one area stands in the visit twice."),
    ],
)
def test_sessions_that_cannot_be_booked_are_named(version, coordinator, sessions, words):
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))
    known = [one for one in sessions if one[0] in (NECK_KEY, FACE_KEY)] or [(NECK_KEY, 1)]
    wanted = dataclasses.replace(asked(version, known, datetime.date(2027, 4, 7)), sessions=tuple(sessions))

    with pytest.raises(Refused) as refused:
        do(version, coordinator, wanted)

    assert refused.value.messages == [words]


def test_a_session_asked_for_twice_in_one_order_is_named(version, coordinator):
    twice = [asked(version, [(NECK_KEY, 1)], FIRST + ahead * DAY) for ahead in (0, 1)]

    with pytest.raises(Refused) as refused:
        do(version, coordinator, *twice)

    assert refused.value.messages == ["MesoBotox, neck, session 1 is asked for twice."]


def test_the_same_order_under_another_key_names_every_session(version, coordinator):
    order = order_for(version)
    book(by=coordinator, version=version, order=order, now=NOON)

    with pytest.raises(Refused) as refused:
        do(version, coordinator, *order.wanted)

    assert len(refused.value.against) == sum(len(one.sessions) for one in order.wanted)


def test_staff_may_book_at_any_five_minutes(version, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST, 10 * 60 + 5))

    assert [one.starts for one in booked(version)] == ["10:05"]


def test_moving_a_visit_takes_its_sessions_steps_and_claims_along(version, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 1), (FACE_KEY, 1)], FIRST))
    before = booked(version)[0]

    do(version, coordinator, moved(version, before, FIRST + DAY, 13 * 60))

    after = booked(version)[0]
    units = set(Claim.objects.values_list("unit", flat=True))
    assert (after.date, after.starts, after.steps) == (FIRST + DAY, "13:00", before.steps)
    assert list(after.sessions.all()) == list(before.sessions.all())
    assert units == set(range(after.unit, after.unit + after.units))
    assert (EPOCH + after.unit * LENGTH).astimezone(after.location.zone).hour == 13


def test_a_move_must_name_the_sessions_of_the_visit(version, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 1), (FACE_KEY, 1)], FIRST))
    visit = booked(version)[0]

    with pytest.raises(Refused, match="The visit on Tue 5 Jan 2027 holds other sessions"):
        do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST + DAY, booking=visit))


def test_a_visit_cancelled_meanwhile_is_not_moved(version, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))
    visit = booked(version)[0]
    book(by=coordinator, version=version, order=Order(dropped=(visit.pk,)), now=NOON)

    with pytest.raises(Refused, match="A visit was changed meanwhile"):
        do(version, coordinator, moved(version, visit, FIRST + DAY))


def test_a_visit_whose_day_has_passed_is_not_moved(version, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))
    later = noon(FIRST + DAY)

    with pytest.raises(Refused) as refused:
        do(version, coordinator, moved(version, booked(version)[0], FIRST + 3 * DAY), now=later)

    assert refused.value.messages == ["Record first what became of the visit on Tue 5 Jan 2027, 10:00."]


def test_a_given_up_visit_frees_its_sessions_and_its_time(version, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))
    visit = booked(version)[0]

    book(by=coordinator, version=version, order=Order(dropped=(visit.pk,)), now=NOON)

    assert (Booking.objects.get().status, Claim.objects.count()) == ("cancelled", 0)
    assert said(version, asked(version, [(NECK_KEY, 1)], FIRST)) == []


def test_a_coordinator_may_not_override_a_rule(version, coordinator):
    far = asked(version, [(NECK_KEY, 1)], datetime.date(2027, 3, 1))

    with pytest.raises(PermissionDenied):
        do(version, coordinator, far, override="She travels")

    assert Booking.objects.count() == 0


def test_a_provider_overrides_a_rule_with_a_reason_on_record(version, provider):
    far, near = (
        asked(version, [(NECK_KEY, 1)], datetime.date(2027, 3, 1)),
        asked(version, [(FACE_KEY, 1)], FIRST),
    )

    do(version, provider, far, near, override="She travels")

    late = "MesoBotox, neck, session 1: too late, Mon 15 Feb 2027 is the last day."
    entry = AuditEntry.objects.get(action="series.booked")
    assert [one.override_reason for one in booked(version)] == ["", "She travels"]
    assert (entry.detail["override"], entry.detail["overrode"]) == ("She travels", [late])


def test_a_move_back_into_the_window_loses_its_override(version, provider):
    do(version, provider, asked(version, [(NECK_KEY, 1)], datetime.date(2027, 3, 1)), override="She travels")

    do(version, provider, moved(version, booked(version)[0], FIRST))

    assert booked(version)[0].override_reason == ""


def test_a_visit_keeps_its_override_while_the_rule_stays_broken(version, provider, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 2)], datetime.date(2027, 4, 12)))
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))
    first = booked(version)[0]
    do(version, provider, moved(version, first, FIRST + 20 * DAY), override="She travels")

    do(version, coordinator, moved(version, first, FIRST + 13 * DAY))
    nearer = booked(version)[0].override_reason
    do(version, coordinator, moved(version, first, FIRST + 6 * DAY))

    assert (nearer, booked(version)[0].override_reason) == ("She travels", "")


def test_an_override_without_a_rule_in_the_way_is_not_kept(version, coordinator):
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST), override="To be sure")

    assert booked(version)[0].override_reason == ""
    assert "override" not in AuditEntry.objects.get(action="series.booked").detail


def test_nobody_overrides_the_place(version, provider):
    with pytest.raises(Refused, match="not open then; it is open from 09:00 to 17:00"):
        do(version, provider, asked(version, [(NECK_KEY, 1)], FIRST, 8 * 60), override="She travels")


def test_a_visit_moved_into_a_changed_plan_has_its_new_length(version, coordinator, provider):
    do(version, coordinator, asked(version, [(NECK_KEY, 1), (FACE_KEY, 1)], FIRST))
    another(version, coordinator, found_for(NECK))
    current = PlanVersion.objects.current().get()
    PlanVersion.objects.filter(pk=current.pk).update(
        status="approved", approved_by=provider, approved_at=NOON
    )
    changed = PlanVersion.objects.with_details().get(pk=current.pk)

    visit = booked(changed)[0]
    do(changed, coordinator, asked(changed, [(NECK_KEY, 1)], FIRST + DAY, booking=visit))

    visit = booked(changed)[0]
    live = [one.key for one in visit.sessions.all() if one.is_live]
    assert (live, visit.units) == ([NECK_KEY], sum(minutes for _, minutes, _ in visit.steps) // 5)
    assert Claim.objects.count() == visit.units
