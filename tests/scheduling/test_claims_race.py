"""Several at once want the same times: one gets them, and without the constraints they all would."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import UniqueConstraint

from scheduling.actions.bookings import Order, book
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.models import Booking, Change, Claim
from tests.scheduling.builders import NOON
from tests.scheduling.claims import claimed, marked, overlaps
from tests.scheduling.practice import approved_plan, open_practice, order_for, work


def all_at_once(acts: Iterable[Callable[[Barrier], object]]) -> list[object]:
    """Let each act in a thread with a connection of its own; what each gave, or raised.

    Each waits at the barrier until all have come there.
    """
    acts = list(acts)
    barrier = Barrier(len(acts))

    def run(act: Callable[[Barrier], object]) -> object:
        try:
            return act(barrier)
        except TakenMeanwhile as error:
            return error
        except BaseException:
            barrier.abort()
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def finding_then_booking(version, by) -> Callable[[Barrier], object]:
    """Find the times of a whole plan, and book it when the others have found theirs."""

    def act(barrier: Barrier) -> object:
        order = order_for(version)
        with at_the_last_moment(barrier):
            return book(by=by, version=version, order=order, now=NOON)

    return act


@contextlib.contextmanager
def at_the_last_moment(barrier: Barrier) -> Iterator[None]:
    """Wait for the others as late as can be: at the first claim; where only one may write, before it all."""
    if not connection.features.has_select_for_update:
        barrier.wait()
        yield
        return

    def meet(execute, sql, *rest):
        if "INSERT INTO scheduling_claim" in sql:
            barrier.wait()
        return execute(sql, *rest)

    with connection.execute_wrapper(meet):
        yield


@pytest.fixture
def rivals(transactional_db, location, coordinator, provider, make_patient):
    """Three plans that all want the same days of the only provider and the only room."""
    open_practice(location, rooms=1)
    work(provider, location)
    return [approved_plan(make_patient(name), coordinator, provider) for name in ("Alice", "Bea", "Cleo")]


@pytest.fixture
def without_constraints(transactional_db):
    """Drop the unique constraints of the claims until the test is over."""
    unique = [one for one in Claim._meta.constraints if isinstance(one, UniqueConstraint)]
    with connection.schema_editor() as editor:
        for one in unique:
            editor.remove_constraint(Claim, one)
    yield
    Claim.objects.all().delete()
    with connection.schema_editor() as editor:
        for one in unique:
            editor.add_constraint(Claim, one)


def test_of_those_who_found_the_same_times_one_books_them(rivals, coordinator):
    ended = all_at_once(finding_then_booking(version, coordinator) for version in rivals)

    booked = [one for one in ended if isinstance(one, Change)]
    assert (len(booked), len(ended)) == (1, 3)
    assert {str(one.pk) for one in Booking.objects.all()} == set(booked[0].after)
    assert overlaps() == []
    assert marked() == claimed()


def test_without_the_constraints_they_all_book_them(rivals, without_constraints, coordinator):
    ended = all_at_once(finding_then_booking(version, coordinator) for version in rivals)

    visits = rivals[0].visits.count()
    assert [isinstance(one, Change) for one in ended] == [True, True, True]
    assert len(overlaps()) == 3 * visits


def test_an_order_delivered_by_several_at_once_is_carried_out_once(rivals, coordinator):
    version, order = rivals[0], order_for(rivals[0])

    def deliver(barrier: Barrier) -> object:
        barrier.wait()
        return book(by=coordinator, version=version, order=order, now=NOON)

    ended = all_at_once([deliver] * 4)

    change = Change.objects.get()
    assert ended == [change] * 4
    assert Booking.objects.count() == len(order.wanted) == len(change.after)


def test_those_who_move_into_each_others_way_never_overlap(rivals, coordinator):
    orders = [order_for(rivals[0])]
    book(by=coordinator, version=rivals[0], order=orders[0], now=NOON)
    orders.append(order_for(rivals[1]))
    book(by=coordinator, version=rivals[1], order=orders[1], now=NOON)
    first = [Booking.objects.live().filter(plan=one.plan_id).earliest("unit") for one in rivals[:2]]

    def swap(mine: int) -> Callable[[Barrier], object]:
        def act(barrier: Barrier) -> object:
            wanted = replace(orders[1 - mine].wanted[0], booking=first[mine].pk)
            with at_the_last_moment(barrier):
                return book(by=coordinator, version=rivals[mine], order=Order(wanted=(wanted,)), now=NOON)

        return act

    ended = all_at_once([swap(0), swap(1)])

    assert all(isinstance(one, TakenMeanwhile) for one in ended)
    assert overlaps() == []
    assert marked() == claimed()
