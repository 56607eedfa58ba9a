"""What the database itself refuses of bookings, sessions, treatments, changes and wishes."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from scheduling.models import BookedSession, Booking, Change, Given, Wishes
from tests.scheduling.asking import NECK_KEY, asked, do, noon
from tests.scheduling.builders import NOON
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2027, 1, 5)


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck, with its first visit booked."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider)
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))
    return version


def another(row, **fields):
    """Save a copy of a row with some fields changed."""
    row.pk, row._state.adding = None, True
    for name, value in fields.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.save(force_insert=True)
    return row


@pytest.mark.parametrize(
    "fields",
    [
        {"units": 0},
        {"units": 289},
        {"minute": 1440},
        {"status": "vanished"},
        {"kind": "gift"},
        {"status": "held"},
        {"held_until": NOON},
        {"status": "cancelled", "held_until": NOON},
    ],
)
def test_the_database_refuses_a_booking_that_makes_no_sense(version, fields):
    with pytest.raises(IntegrityError):
        another(booked(version)[0], **fields)


def test_a_held_time_ends(version):
    held = another(booked(version)[0], status="held", held_until=NOON)

    assert held.is_live


def test_a_session_is_booked_once(version):
    session = BookedSession.objects.get()
    other = another(booked(version)[0])

    with pytest.raises(IntegrityError):
        another(BookedSession.objects.get(), booking=other)
    BookedSession.objects.filter(pk=session.pk).update(is_live=False)

    assert another(BookedSession.objects.get(), booking=other, is_live=True).ordinal == 1


def test_boosters_of_one_series_are_no_session_twice(version):
    other = another(booked(version)[0])
    another(BookedSession.objects.get(), booking=other, ordinal=None)

    assert another(BookedSession.objects.last(), booking=other, position=2).ordinal is None


@pytest.mark.parametrize("fields", [{"ordinal": 0}, {"ordinal": 2}])
def test_sessions_have_their_own_place_and_count_from_one(version, fields):
    with pytest.raises(IntegrityError):
        another(BookedSession.objects.get(), **fields)


def given(version, coordinator, **fields) -> Given:
    """Save a treatment of the neck that counts as the first."""
    facts = {
        "patient": version.plan.patient,
        "plan": version.plan,
        "key": NECK_KEY,
        "treatment": "MesoBotox",
        "area": "Neck",
        "mark": "mesobotox",
        "date": FIRST,
        "ordinal": 1,
        "counts": True,
        "because": "Session 1.",
        "recorded_by": coordinator,
    } | fields
    with transaction.atomic():
        return Given.objects.create(**facts)


@pytest.mark.parametrize(
    "fields",
    [
        {"ordinal": 0},
        {"ordinal": None},
        {"counts": False},
        {"kind": "gift"},
        {"because": ""},
    ],
)
def test_the_database_refuses_a_treatment_that_makes_no_sense(version, coordinator, fields):
    with pytest.raises(IntegrityError):
        given(version, coordinator, **fields)


def test_a_session_is_given_once_unless_the_first_was_withdrawn(version, coordinator):
    first = given(version, coordinator)

    with pytest.raises(IntegrityError):
        given(version, coordinator)
    Given.objects.filter(pk=first.pk).update(withdrawn_at=NOON)

    assert given(version, coordinator).ordinal == 1
    assert list(Given.objects.standing().values_list("ordinal", flat=True)) == [1]


def test_what_does_not_count_can_be_given_again_and_again(version, coordinator):
    for _ in range(2):
        given(version, coordinator, ordinal=None, counts=False, kind="elsewhere", plan=None)

    assert Given.objects.filter(counts=False).count() == 2


def test_a_key_stands_for_one_change(version, coordinator):
    change = Change.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.create(plan=version.plan, key=change.key, action="x", by=coordinator)
    other = Change.objects.create(plan=version.plan, key=uuid.uuid4(), action="x", by=coordinator, at=NOON)
    Change.objects.filter(pk=change.pk).update(at=NOON - datetime.timedelta(minutes=1))

    assert list(Change.objects.all()) == [other, change]


@pytest.mark.parametrize("minutes, can", [(0, True), (10, True), (11, False)])
def test_a_change_can_be_undone_for_ten_minutes(version, minutes, can):
    change = Change.objects.get()

    assert change.undoable(NOON + datetime.timedelta(minutes=minutes)) == can


def test_a_change_undone_already_cannot_be_undone(version):
    assert not Change(at=NOON, undone_at=NOON).undoable(NOON)


@pytest.mark.parametrize("fields", [{"starts": 600, "ends": 600}, {"ends": 1445}, {"starts": 601}])
def test_the_database_keeps_wishes_within_a_day(patient, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Wishes.objects.create(patient=patient, **fields)


def test_a_patient_has_wishes_once(patient):
    Wishes.objects.create(patient=patient)

    with pytest.raises(IntegrityError), transaction.atomic():
        Wishes.objects.create(patient=patient)


@pytest.mark.parametrize("days", [[], [0], [2, 1], "12"])
def test_wished_weekdays_are_a_sorted_list(patient, days):
    with pytest.raises(ValidationError) as caught:
        Wishes(patient=patient, weekdays=days).full_clean()

    assert list(caught.value.message_dict) == ["weekdays"]


def test_bookings_are_seen_at_their_location_only(
    version, coordinator, provider, manager, other_coordinator, patient_user
):
    seen = {
        user.name: Booking.objects.visible_to(user).count()
        for user in (coordinator, provider, manager, other_coordinator, patient_user)
    }

    assert seen == {"Nora": 1, "Ellis": 1, "Vera": 1, "Tomas": 0, "Maya": 0}


def test_live_and_expected_visits_are_told_by_their_status(version):
    booking = booked(version)[0]
    for status in Booking.Status.values:
        Booking.objects.filter(pk=booking.pk).update(
            status=status, held_until=noon(FIRST) if status == "held" else None
        )
        assert Booking.objects.live().exists() == (status in ("held", "booked", "arrived"))
        assert Booking.objects.expected().exists() == (status in ("booked", "arrived", "completed"))
