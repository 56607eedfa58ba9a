"""Claims first and busy days last, in every transaction; and what meets another in a circle goes again."""

import datetime

import pytest
from django.db import OperationalError, connection, transaction

from scheduling.actions import visits, waitlist
from scheduling.actions.bookings import book
from scheduling.actions.undoing import undo
from scheduling.boards.freed import time_of
from scheduling.claiming.claims import DEADLOCK, OUT_OF_TURN, WAITED_TOO_LONG
from scheduling.claiming.turns import TIMES, Overtaken, as_one
from scheduling.models import Booking, Offer
from tests.scheduling.asking import DAY
from tests.scheduling.builders import NOON
from tests.scheduling.claims import claimed, marked
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, order_for, work

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
QUARTER = datetime.timedelta(minutes=15)


@pytest.fixture
def doctor(location, provider):
    """Dr. Ellis at an open practice."""
    return work(provider, open_practice(location))


@pytest.fixture
def version(db, doctor, coordinator, provider, patient):
    """Alice's plan, booked whole but for its first visit, which was cancelled."""
    version = approved_plan(patient, coordinator, provider)
    book_all(version, coordinator)
    visits.cancel(by=coordinator, booking=booked(version)[0], reason="Ill", now=NOON)
    return version


@pytest.fixture
def offered(version, location, doctor, coordinator):
    """A time held for Alice."""
    waiting = waitlist.wait(by=coordinator, plan=version.plan, now=NOON, weekdays=EVERY_DAY)
    time = time_of(location, doctor, booked(version)[0].date + DAY, 600, 90)
    return waitlist.offer(by=coordinator, waiting=waiting, time=time, now=NOON)


class Watch:
    """Keeps, while it is entered, the claims (c) and busy days (b) written or locked, in their order."""

    def __init__(self):
        self.touched = ""
        self.wrapper = connection.execute_wrapper(self.see)

    def see(self, execute, sql, params, many, context):
        """Run a statement, and keep what it touched unless that was no row at all."""
        found, said = execute(sql, params, many, context), sql.upper().lstrip()
        writes = said.startswith(("INSERT", "UPDATE", "DELETE", "WITH")) or "FOR UPDATE" in said
        if writes and context["cursor"].rowcount:
            self.touched += "c" * ("SCHEDULING_CLAIM" in said) + "b" * ("SCHEDULING_BUSYDAY" in said)
        return found

    def __enter__(self):
        self.wrapper.__enter__()
        return self

    def __exit__(self, *raised):
        self.wrapper.__exit__(*raised)

    @property
    def in_order(self) -> bool:
        """Whether both were touched, and no claim after a busy day."""
        return {*self.touched} == {"c", "b"} and "bc" not in self.touched


def test_an_accepted_offer_claims_before_it_marks_any_day(offered, coordinator):
    with Watch() as watch:
        waitlist.accept(by=coordinator, offer=offered, now=NOON)

    assert watch.in_order
    assert marked() == claimed()


def test_booking_over_a_hold_that_has_ended_claims_before_it_marks_any_day(
    offered, coordinator, provider, make_patient
):
    other = approved_plan(make_patient("Ben", "Bell"), coordinator, provider)
    now = NOON + QUARTER
    order = order_for(other, now)

    with Watch() as watch:
        change = book(by=coordinator, version=other, order=order, now=now)

    assert watch.in_order
    assert Offer.objects.get().state == Offer.State.EXPIRED
    assert marked() == claimed()
    with Watch() as watch:
        undo(by=coordinator, change=change, now=now)
    assert watch.in_order


def test_holding_a_time_gives_ended_holds_back_in_one_go(offered, version, location, doctor, coordinator):
    now = NOON + QUARTER
    time = time_of(location, doctor, offered.date, 600, 90)

    with Watch() as watch:
        waitlist.offer(by=coordinator, waiting=offered.waiting, time=time, now=now)

    assert watch.in_order
    assert Booking.objects.filter(status="held").count() == 1
    assert marked() == claimed()


def broken(code: str) -> OperationalError:
    """What the database raises when it ends an action with a code."""
    cause = Exception("The database said so.")
    cause.sqlstate = code
    error = OperationalError("ended")
    error.__cause__ = cause
    return error


def failing(code: str, times: int):
    """An action that the database ends so many times before it lets it through, and its turns."""
    turns: list[int] = []

    @as_one
    def act() -> str:
        turns.append(len(turns))
        if len(turns) <= times:
            raise broken(code)
        return "done"

    return act, turns


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", [DEADLOCK, OUT_OF_TURN])
def test_what_met_another_in_a_circle_goes_again(code):
    act, turns = failing(code, TIMES - 1)

    assert act() == "done"
    assert len(turns) == TIMES


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("code", "tried"), [(DEADLOCK, TIMES), (WAITED_TOO_LONG, 1)])
def test_what_cannot_get_through_says_so_and_does_nothing(code, tried):
    act, turns = failing(code, 9)

    with pytest.raises(Overtaken) as refusal:
        act()

    assert refusal.value.messages == [
        "Somebody else changed the same days at this very moment. Nothing was done; do it once more."
    ]
    assert len(turns) == tried


@pytest.mark.django_db
def test_a_part_of_another_transaction_does_not_begin_anew():
    act, turns = failing(DEADLOCK, 1)

    with pytest.raises(Overtaken), transaction.atomic():
        act()

    assert len(turns) == 1


@pytest.mark.django_db(transaction=True)
def test_another_error_of_the_database_is_not_hidden():
    act, turns = failing("57014", 1)

    with pytest.raises(OperationalError):
        act()

    assert len(turns) == 1
