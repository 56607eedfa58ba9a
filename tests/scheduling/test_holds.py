"""Times held for an offer: free again when their time is up, and given back when their visit changes."""

import datetime

import pytest

from clinic.models import AuditEntry
from scheduling.actions import visits, waitlist
from scheduling.actions.bookings import Order, book
from scheduling.actions.undoing import undo
from scheduling.availability.bits import each
from scheduling.boards.freed import freed_times
from scheduling.boards.waiting import Matching
from scheduling.course.giving import gives_of
from scheduling.course.situation import Situation
from scheduling.course.wanted import wanted_at
from scheduling.models import Booking, Claim, Message, Offer
from tests.scheduling.asking import DAY, NECK_KEY, moved
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.claims import claimed, marked
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, order_for, work

pytestmark = pytest.mark.django_db
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
QUARTER = datetime.timedelta(minutes=15)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def doctor(location, provider):
    """Dr. Ellis works at a practice with one room, so a held time is held for everybody."""
    open_practice(location, rooms=1)
    return work(provider, location)


@pytest.fixture
def late(doctor, coordinator, provider, patient):
    """Alice's plan, booked whole from four weeks later than planned; she waits for something sooner."""
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator, NOON + 28 * DAY)
    waitlist.wait(by=coordinator, plan=version.plan, now=NOON, weekdays=EVERY_DAY)
    return version


@pytest.fixture
def waiting(late):
    """Alice on the waitlist."""
    return late.plan.waiting.get()


@pytest.fixture
def ben(doctor, coordinator, provider, make_patient):
    """Ben's plan, of which nothing is booked."""
    return approved_plan(make_patient("Ben", "Bell"), coordinator, provider)


@pytest.fixture
def freed(doctor, location, coordinator, provider, make_patient, late):
    """A time that Cleo gave up, some days before Alice's first visit."""
    cleo = approved_plan(make_patient("Cleo", "Cook"), coordinator, provider)
    order = order_for(cleo, NOON + 20 * DAY)
    book(by=coordinator, version=cleo, order=Order(order.wanted[:1]), now=NOON)
    visits.cancel(by=coordinator, booking=booked(cleo)[0], reason="Ill", now=NOON)
    (time,) = freed_times(location, NOON)
    return time


@pytest.fixture
def offered(freed, waiting, coordinator):
    """That time, held for Alice, whose next visit would move there."""
    return waitlist.offer(by=coordinator, waiting=waiting, time=freed, now=NOON)


def times(version, date: datetime.date, now: datetime.datetime) -> set[int]:
    """The units of a day at which a first session of the neck is offered."""
    seats = Situation(version, now).seats()
    return {seats.day(date).first + start for start in each(seats.times([NECK_KEY], date))}


def first_of(version) -> Booking:
    """The first visit of a plan that is no hold."""
    return Booking.objects.filter(plan=version.plan, status="booked").with_details().earliest("unit")


def settled() -> None:
    """Check that nothing is held any more, and that busy days are what the claims say."""
    assert not Booking.objects.filter(status="held").exists()
    assert marked() == claimed()


def test_who_waits_is_told_until_when_a_time_is_held(offered):
    told = Message.objects.get(key="waitlist_offer")

    assert (told.to, told.useful_until) == ("alice@example.com", offered.hold.held_until)
    assert "We hold it for you until 12:15." in told.body


def test_a_held_time_is_offered_to_nobody_else_until_its_time_is_up(offered, ben):
    before = times(ben, offered.date, NOON + QUARTER - MINUTE)

    after = times(ben, offered.date, NOON + QUARTER)

    assert offered.hold.unit not in before
    assert offered.hold.unit in after


@pytest.mark.parametrize("minutes", [0, 15])
def test_free_times_take_two_questions_whether_a_hold_has_ended_or_not(
    offered, ben, django_assert_num_queries, minutes
):
    situation = Situation(ben, NOON + minutes * MINUTE)
    assert situation.place and situation.likes and situation.last and gives_of(ben.series.all())

    with django_assert_num_queries(2):  # busy days, ended holds
        situation.seats()


def test_every_time_offered_over_an_ended_hold_can_be_booked(offered, ben, coordinator):
    now, hold = NOON + QUARTER, offered.hold
    around = range(hold.unit - 12, hold.unit + hold.units)
    asked = sorted(set(around) & times(ben, offered.date, now))
    assert len(asked) > 3

    for unit in asked:
        seats = Situation(ben, now).seats()
        day = seats.day(offered.date)
        wanted = wanted_at(seats.at([NECK_KEY], offered.date, unit - day.first), ((NECK_KEY, 1),))
        change = book(by=coordinator, version=ben, order=Order((wanted,)), now=now)
        assert Claim.objects.filter(booking__in=change.after, unit=unit).exists()
        settled()
        undo(by=coordinator, change=change, now=now)

    offered.refresh_from_db()
    assert offered.state == Offer.State.EXPIRED
    assert AuditEntry.objects.filter(action="offer.expired", actor=None).count() == 1


def test_an_undo_brings_a_visit_back_to_a_time_whose_hold_has_ended(
    late, freed, waiting, ben, location, coordinator
):
    first = Order(order_for(ben).wanted[:1])
    book(by=coordinator, version=ben, order=first, now=NOON)
    visit = booked(ben)[0]
    move = book(
        by=coordinator,
        version=ben,
        order=Order((moved(ben, visit, visit.date, 14 * 60),), action="visit.moved"),
        now=NOON,
    )
    time = next(one for one in freed_times(location, NOON) if one.unit == visit.unit)
    made = waitlist.offer(by=coordinator, waiting=waiting, time=time, now=NOON - 8 * MINUTE)

    undo(by=coordinator, change=move, now=NOON + 8 * MINUTE)

    visit.refresh_from_db()
    made.refresh_from_db()
    assert (visit.status, visit.unit, made.state) == ("booked", time.unit, "expired")
    settled()


@pytest.mark.parametrize("how", ["cancel", "drop", "move", "arrive"])
def test_an_offer_ends_when_the_visit_it_would_move_is_changed(offered, late, coordinator, how):
    visit = first_of(late)
    now = NOON + MINUTE
    assert offered.moves_id == visit.pk

    match how:
        case "cancel":
            visits.cancel(by=coordinator, booking=visit, reason="Ill", now=now)
        case "drop":
            book(by=coordinator, version=late, order=Order(dropped=(visit.pk,)), now=now)
        case "move":
            there = moved(late, visit, visit.date, 14 * 60)
            book(by=coordinator, version=late, order=Order((there,), action="visit.moved"), now=now)
        case "arrive":
            Offer.objects.update(offered_at=visit.at)
            Booking.objects.filter(status="held").update(held_until=visit.at + QUARTER)
            visits.arrive(by=coordinator, booking=visit, now=visit.at)

    offered.refresh_from_db()
    assert (offered.state, offered.hold) == (Offer.State.EXPIRED, None)
    assert AuditEntry.objects.get(action="offer.overtaken").actor == coordinator
    settled()
    with pytest.raises(waitlist.NoOffer) as refusal:
        waitlist.accept(by=coordinator, offer=offered, now=now)
    assert refusal.value.messages == [
        "The visit it was about was changed meanwhile, so the time was given back. Offer a freed time anew."
    ]


def test_an_offer_of_sessions_without_a_date_ends_when_they_are_booked(freed, ben, coordinator):
    waiting = waitlist.wait(by=coordinator, plan=ben.plan, now=NOON, weekdays=EVERY_DAY)
    made = waitlist.offer(by=coordinator, waiting=waiting, time=freed, now=NOON)

    book_all(ben, coordinator)

    made.refresh_from_db()
    assert (made.moves, made.state) == (None, Offer.State.EXPIRED)
    settled()


def test_an_offer_stays_when_another_visit_of_the_plan_is_changed(offered, late, coordinator):
    visits.cancel(by=coordinator, booking=booked(late)[-1], reason="Travels", now=NOON + MINUTE)

    offered.refresh_from_db()
    assert offered.state == Offer.State.OPEN


def test_who_took_an_offer_waits_again_once_it_is_undone(offered, waiting, coordinator):
    change = waitlist.accept(by=coordinator, offer=offered, now=NOON + MINUTE)
    waiting.refresh_from_db()
    assert not waiting.is_active

    undo(by=coordinator, change=change, now=NOON + 2 * MINUTE)

    waiting.refresh_from_db()
    assert waiting.is_active
    assert AuditEntry.objects.filter(action="waitlist.added").last().detail == {
        "waiting": waiting.pk,
        "change": change.pk,
    }
    settled()


def test_who_waits_anew_already_waits_once(offered, waiting, late, coordinator):
    change = waitlist.accept(by=coordinator, offer=offered, now=NOON + MINUTE)
    again = waitlist.wait(by=coordinator, plan=late.plan, now=NOON + MINUTE, weekdays=[1])

    undo(by=coordinator, change=change, now=NOON + 2 * MINUTE)

    assert list(late.plan.waiting.filter(is_active=True)) == [again]


def test_undoing_another_change_puts_nobody_on_the_waitlist(late, coordinator, waiting):
    waitlist.stop_waiting(by=coordinator, waiting=waiting, now=NOON)
    visit = first_of(late)
    there = moved(late, visit, visit.date, 14 * 60)
    change = book(by=coordinator, version=late, order=Order((there,), action="visit.moved"), now=NOON)

    undo(by=coordinator, change=change, now=NOON + MINUTE)

    waiting.refresh_from_db()
    assert not waiting.is_active


def test_a_time_that_has_passed_says_so_and_blames_no_wish(freed, waiting, coordinator):
    now = NOON + (freed.date - NOON.date()).days * DAY + DAY
    waiting.weekdays = [freed.date.isoweekday() % 7 + 1]

    found = Matching(freed, [waiting], now).judged(waiting)

    assert found.because.endswith(f"{freed.starts} has passed. Offer a time that is still to come.")


def test_a_held_time_is_no_visit_and_says_what_to_do(offered, coordinator):
    with pytest.raises(visits.NotPossible) as refusal:
        visits.cancel(by=coordinator, booking=offered.hold, reason="Ill", now=NOON)

    assert refusal.value.messages == [
        "This is no visit yet: its time is held for an offer. Accept or decline it on the waitlist."
    ]
