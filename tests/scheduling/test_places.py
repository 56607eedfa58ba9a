"""The time zone of a location changes only while no visit is booked by it, whoever is first."""

import contextlib
import datetime
from collections.abc import Iterator
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from scheduling.actions import visits
from scheduling.actions.bookings import Order, book
from scheduling.actions.places import edit_place
from scheduling.actions.refusals import Refused, TooLate
from scheduling.actions.undoing import undo
from scheduling.models import Booking
from tests.scheduling.builders import NOON
from tests.scheduling.practice import approved_plan, book_all, open_practice, order_for, work
from tests.scheduling.test_claims_race import all_at_once, at_the_last_moment

CHICAGO = {"time_zone": "America/Chicago"}


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck, not booked yet."""
    work(provider, open_practice(location))
    return approved_plan(patient, coordinator, provider)


@pytest.mark.parametrize("status", ["booked", "arrived"])
def test_another_clock_is_refused_while_visits_stand_by_this_one(
    version, manager, coordinator, location, status
):
    book_all(version, coordinator)
    Booking.objects.update(status=status)

    with pytest.raises(ValidationError, match="would show a wrong time") as refusal:
        edit_place(by=manager, location=location, now=NOON, name="Pier", **CHICAGO)

    location.refresh_from_db()
    assert list(refusal.value.message_dict) == ["time_zone"]
    assert (location.name, location.time_zone) == ("Park Street", "America/New_York")


def test_a_held_time_counts_until_it_ends(version, manager, coordinator, location):
    book_all(version, coordinator)
    until = NOON + datetime.timedelta(minutes=15)
    Booking.objects.update(status="held", held_until=until)

    with pytest.raises(ValidationError):
        edit_place(by=manager, location=location, now=NOON, **CHICAGO)
    edit_place(by=manager, location=location, now=until, **CHICAGO)

    location.refresh_from_db()
    assert location.time_zone == "America/Chicago"


def test_everything_else_changes_while_visits_are_booked(version, manager, coordinator, location):
    book_all(version, coordinator)

    edit_place(by=manager, location=location, now=NOON, phone="555 0100", time_zone=location.time_zone)

    location.refresh_from_db()
    assert location.phone == "555 0100"


def test_what_was_chosen_by_the_old_clock_is_not_booked_by_the_new_one(
    version, manager, coordinator, location
):
    order = order_for(version)
    edit_place(by=manager, location=location, now=NOON, **CHICAGO)

    with pytest.raises(Refused, match="the clock at Park Street shows another time"):
        book(by=coordinator, version=version, order=order, now=NOON)

    assert Booking.objects.count() == 0


def test_a_cancellation_is_not_undone_by_another_clock(version, manager, coordinator, location):
    order = Order(order_for(version).wanted[:1])
    book(by=coordinator, version=version, order=order, now=NOON)
    visit = Booking.objects.with_details().get()
    cancelled = visits.cancel(by=coordinator, booking=visit, reason="Ill", now=NOON)
    edit_place(by=manager, location=location, now=NOON, **CHICAGO)

    with pytest.raises(TooLate, match="set to another time zone since"):
        undo(by=coordinator, change=cancelled, now=NOON)

    assert Booking.objects.live().count() == 0


@contextlib.contextmanager
def at_once(barrier: Barrier) -> Iterator[None]:
    """Wait for the other before anything is written."""
    barrier.wait()
    yield


@contextlib.contextmanager
def with_the_clock_set(barrier: Barrier) -> Iterator[None]:
    """Wait for the other once the new clock is written, and not committed yet."""

    def meet(execute, sql, *rest):
        found = execute(sql, *rest)
        if sql.startswith("UPDATE") and "clinic_location" in sql:
            barrier.wait()
        return found

    with connection.execute_wrapper(meet):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("booking", "setting"), [(at_the_last_moment, at_once), (at_once, with_the_clock_set)]
)
def test_of_who_books_and_who_sets_the_clock_at_once_one_is_refused(
    version, manager, coordinator, location, booking, setting
):
    order = order_for(version)

    def books(barrier: Barrier) -> object:
        try:
            with booking(barrier):
                return book(by=coordinator, version=version, order=order, now=NOON)
        except Refused as refusal:
            return refusal

    def sets(barrier: Barrier) -> object:
        try:
            with setting(barrier):
                return edit_place(by=manager, location=location, now=NOON, **CHICAGO)
        except ValidationError as refusal:
            return refusal

    ended = all_at_once([books, sets])

    location.refresh_from_db()
    is_moved, is_booked = location.time_zone == "America/Chicago", Booking.objects.exists()
    assert [isinstance(one, ValidationError) for one in ended] == [is_moved, not is_moved]
    assert is_moved is not is_booked
