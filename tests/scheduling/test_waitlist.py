"""The waitlist: a freed time goes only to whom it is legal and better for, and breaks nothing later."""

import dataclasses
import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.actions.hours import add_absence
from clinic.models import AuditEntry
from scheduling.actions import visits, waitlist
from scheduling.actions.bookings import Order, book
from scheduling.actions.holds import ended, exchange_with
from scheduling.actions.undoing import undo
from scheduling.boards.freed import Freed, freed_times, time_of
from scheduling.boards.waiting import Candidate, Matching, Unsuited
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.situation import Situation
from scheduling.course.standing import Standings
from scheduling.course.wanted import wanted_of
from scheduling.models import Booking, Claim, Offer, PlanVersion, Waiting
from scheduling.planning.problem import FourDates
from tests.scheduling.builders import NECK, NOON, TODAY, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
QUARTER = datetime.timedelta(minutes=15)


@pytest.fixture
def doctor(location, provider):
    open_practice(location)
    return work(provider, location)


@pytest.fixture
def version(doctor, coordinator, provider, patient):
    """Alice's plan, booked whole."""
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator)
    return version


@pytest.fixture
def waiting(version, coordinator):
    return waitlist.wait(by=coordinator, plan=version.plan, now=NOON, weekdays=EVERY_DAY)


@pytest.fixture
def late(doctor, coordinator, provider, make_patient):
    """Zoe's plan, booked whole from four weeks later than planned, as there was no time before."""
    version = approved_plan(make_patient("Zoe", "Zell"), coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator, NOON + 28 * DAY)
    return version


@pytest.fixture
def late_waiting(late, coordinator):
    return waitlist.wait(by=coordinator, plan=late.plan, now=NOON, weekdays=EVERY_DAY)


def on(location, doctor, date: datetime.date, minute: int = 600, minutes: int = 90) -> Freed:
    """A stretch of the doctor's day."""
    return time_of(location, doctor, date, minute, minutes)


def judged(waiting, time: Freed, now=NOON) -> Candidate | Unsuited:
    """What a time is for one waiting patient."""
    return Matching(time, [waiting], now).judged(waiting)


def real(version: PlanVersion, today: datetime.date = TODAY) -> tuple[Standings, dict]:
    """A plan's standings and the real date of every session that was given or is booked."""
    fresh = Standings.of(PlanVersion.objects.with_details().get(pk=version.pk), today)
    return fresh, {
        **{session: one.date for session, one in fresh.booked.items()},
        **fresh.done,
    }


def broken(version: PlanVersion) -> list:
    """The hard windows and separations that the real dates of a plan break, worked out by hand."""
    standings, dates = real(version)
    found = []
    for series in standings.problem.series:
        for number, session in enumerate(series.sessions, start=1):
            day, before = dates.get((series.key, number)), dates.get((series.key, number - 1))
            if day is None or (before is None and not isinstance(session.window, FourDates)):
                continue
            window = session.window
            if not isinstance(window, FourDates):
                window = window.counted_from(before)
            if not window.earliest <= day <= window.latest:
                found.append((series.key, number))
    treatment = {one.key: one.treatment for one in standings.problem.series}
    for rule in standings.problem.separations:
        for (key, _), before in dates.items():
            for (other, number), after in dates.items():
                if treatment[key] in rule.before and treatment[other] in rule.after:
                    near = 0 < (after - before).days < rule.days
                    if near or (after == before and not rule.same_visit and key != other):
                        found.append((key, other, number))
    return found


@pytest.mark.once
def test_no_offer_breaks_a_later_session_on_any_day(
    doctor, location, coordinator, provider, make_patient, late_waiting
):
    """Every working day of five months is offered to four patients; every offer is taken, and checked."""
    for name, wants, gone in (
        ("Bea", (NECK,), 2),
        ("Cleo", (UPPER_FACE,), 0),
        ("Dora", (NECK, UPPER_FACE), 1),
    ):
        version = approved_plan(make_patient(name, "Bell"), coordinator, provider, found_for(*wants))
        book_all(version, coordinator, NOON + 7 * gone * DAY)
        if gone:
            visits.cancel(by=coordinator, booking=booked(version)[gone], reason="ill", now=NOON)
        waitlist.wait(by=coordinator, plan=version.plan, now=NOON, weekdays=EVERY_DAY)
    everybody = list(Waiting.objects.with_details())
    taken, refused = 0, 0

    for ahead in range(1, 150):
        time = on(location, doctor, TODAY + ahead * DAY, 9 * 60, 8 * 60)
        suited, unsuited = Matching(time, everybody, NOON).sorted()
        refused += len(unsuited)
        for one in suited:
            point = transaction.savepoint()
            made = waitlist.offer(by=coordinator, waiting=one.waiting, time=time, now=NOON)
            waitlist.accept(by=coordinator, offer=made, now=NOON)
            assert broken(one.version) == []
            transaction.savepoint_rollback(point)
            taken += 1

    assert taken > 30
    assert refused > 100


def test_an_offer_moves_the_next_visit_and_never_farther_from_the_recommended_days(
    doctor, location, coordinator, late, late_waiting
):
    next_visit = booked(late)[0]
    standings, before = real(late)
    found = [
        one
        for ahead in range(1, (next_visit.date - TODAY).days)
        if isinstance(one := judged(late_waiting, on(location, doctor, TODAY + ahead * DAY)), Candidate)
    ]

    moved = [one.wanted.booking for one in found]

    assert set(moved) == {next_visit.pk}
    for one in found:
        after = {**before, **dict.fromkeys(one.wanted.sessions, one.wanted.date)}
        assert drift(standings, after) <= drift(standings, before)


def drift(standings: Standings, dates: dict) -> int:
    """Days outside the recommended ranges over all real dates ahead, worked out by hand."""
    total = 0
    for series in standings.problem.series:
        for number, session in enumerate(series.sessions, start=1):
            day = dates.get((series.key, number))
            if day and day >= TODAY:
                window = session.window
                if not isinstance(window, FourDates):
                    window = window.counted_from(dates[series.key, number - 1])
                total += max((window.start - day).days, (day - window.end).days, 0)
    return total


def test_a_time_before_the_minimum_is_not_offered_and_the_rule_is_named(
    doctor, location, version, coordinator, provider, waiting
):
    first, second, *_ = booked(version)
    keys = [one.key for one in first.sessions.all()]
    visits.complete(by=provider, booking=first, treated=keys, now=NOON)

    found = judged(waiting, on(location, doctor, second.date - 40 * DAY))

    assert isinstance(found, Unsuited)
    assert "too soon" in found.because


def test_a_time_after_the_booked_visit_is_not_better(doctor, location, version, waiting):
    found = judged(waiting, on(location, doctor, booked(version)[0].date + 7 * DAY))

    assert isinstance(found, Unsuited)
    assert found.because.startswith("Comes sooner already")


def test_a_session_without_a_date_gets_the_time(doctor, location, version, coordinator, waiting):
    first = booked(version)[0]
    visits.cancel(by=coordinator, booking=first, reason="ill", now=NOON)
    time = on(location, doctor, first.date + DAY)

    found = judged(waiting, time)

    assert isinstance(found, Candidate)
    assert found.wanted.booking is None
    assert found.gain == "Gets a date: the session has none"
    made = waitlist.offer(by=coordinator, waiting=waiting, time=time, now=NOON)
    waitlist.accept(by=coordinator, offer=made, now=NOON)
    assert next(one.date for one in booked(version) if one.status == "booked") == time.date


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"weekdays": [5]}, "Not on a Thursday, as wished."),
        (
            {"weekdays": EVERY_DAY, "not_before": datetime.date(2027, 3, 1)},
            "Not before Mon 1 Mar 2027, as wished.",
        ),
    ],
)
def test_a_time_the_patient_does_not_wish_is_not_offered(doctor, location, version, coordinator, wishes, why):
    waiting = waitlist.wait(by=coordinator, plan=version.plan, now=NOON, **wishes)

    found = judged(waiting, on(location, doctor, datetime.date(2027, 1, 7)))

    assert found.because == why


def test_the_most_urgent_is_asked_first(doctor, location, coordinator, provider, make_patient):
    for days, name in ((0, "Ann"), (20, "Ben"), (10, "Cid")):
        found = found_for(NECK, start=(TODAY - days * DAY).isoformat())
        version = approved_plan(make_patient(name, "Bell"), coordinator, provider, found)
        waitlist.wait(by=coordinator, plan=version.plan, now=NOON, weekdays=EVERY_DAY)
    everybody = list(version.plan.waiting.model.objects.with_details())

    suited, _ = Matching(on(location, doctor, TODAY + 3 * DAY), everybody, NOON).sorted()

    assert [one.waiting.plan.patient.first_name for one in suited] == ["Ben", "Cid", "Ann"]
    assert [one.days for one in suited] == sorted(one.days for one in suited)


@pytest.fixture
def offered(doctor, location, version, coordinator, waiting):
    """A time held for Alice, whose first visit was cancelled."""
    first = booked(version)[0]
    visits.cancel(by=coordinator, booking=first, reason="ill", now=NOON)
    time = on(location, doctor, first.date + DAY)
    return waitlist.offer(by=coordinator, waiting=waiting, time=time, now=NOON)


def test_an_offer_holds_provider_room_and_patient_for_a_quarter_of_an_hour(offered, doctor):
    hold = offered.hold

    assert (hold.status, hold.held_until) == ("held", NOON + QUARTER)
    assert hold.sessions.count() == 0
    held = Claim.objects.filter(booking=hold)
    for kind in ("patient", "provider", "room"):
        assert held.filter(**{f"{kind}__isnull": False}).exists()


def test_an_open_hold_is_no_visit_of_the_plan(offered, version):
    standings = Standings.of(version, TODAY)

    assert offered.hold_id not in {one.pk for one in standings.bookings}
    assert standings.stray == []


def test_another_patient_cannot_be_booked_into_a_held_time(
    offered, coordinator, provider, make_patient, location
):
    other = approved_plan(make_patient("Ben", "Bell"), coordinator, provider)
    order = order_at(other, offered.hold)

    with pytest.raises(TakenMeanwhile):
        book(by=coordinator, version=other, order=order, now=NOON + QUARTER / 2)

    assert not Booking.objects.filter(plan=other.plan).exists()


def test_a_booking_takes_a_time_whose_hold_has_ended(offered, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Ben", "Bell"), coordinator, provider)
    order = order_at(other, offered.hold)

    book(by=coordinator, version=other, order=order, now=NOON + QUARTER)

    offered.refresh_from_db()
    assert offered.state == Offer.State.EXPIRED
    assert Booking.objects.get(plan=other.plan).unit == order.wanted[0].unit


def order_at(version: PlanVersion, hold: Booking) -> Order:
    """An order for the first session of a plan at the time of a hold, in its room."""
    arranged = Situation(version, NOON).arrange()
    one = wanted_of(arranged.placed[0])
    at = {"date": hold.date, "minute": hold.minute, "unit": hold.unit}
    return Order((dataclasses.replace(one, **at, provider=hold.provider_id, room=hold.room_id),))


def test_a_hold_is_given_back_once_its_time_is_up(offered):
    with transaction.atomic():
        assert ended(None, None, NOON + QUARTER - DAY / 86400) == []

        exchange_with(ended(None, None, NOON + QUARTER))

    offered.refresh_from_db()
    assert (offered.state, offered.hold) == (Offer.State.EXPIRED, None)
    assert not Claim.objects.filter(booking__status="held").exists()
    assert AuditEntry.objects.filter(action="offer.expired", actor=None).count() == 1


def test_an_accepted_offer_is_booked_and_the_patient_waits_no_more(offered, version, waiting, coordinator):
    hold = offered.hold

    waitlist.accept(by=coordinator, offer=offered, now=NOON)

    (one,) = Booking.objects.filter(plan=version.plan, unit=hold.unit)
    assert (one.status, one.provider_id, one.room_id) == ("booked", hold.provider_id, hold.room_id)
    waiting.refresh_from_db()
    assert not waiting.is_active
    offered.refresh_from_db()
    assert offered.state == Offer.State.ACCEPTED


def test_an_accepted_move_can_be_undone(doctor, location, late, late_waiting, coordinator):
    next_visit = booked(late)[0]
    time = on(location, doctor, next_visit.date - 3 * DAY)
    made = waitlist.offer(by=coordinator, waiting=late_waiting, time=time, now=NOON)

    change = waitlist.accept(by=coordinator, offer=made, now=NOON)

    assert Booking.objects.get(pk=next_visit.pk).date == time.date
    undo(by=coordinator, change=change, now=NOON)
    assert Booking.objects.get(pk=next_visit.pk).date == next_visit.date


def test_an_offer_is_not_accepted_after_its_time(offered, coordinator):
    with pytest.raises(waitlist.NoOffer) as refusal:
        waitlist.accept(by=coordinator, offer=offered, now=NOON + QUARTER)

    assert refusal.value.messages == ["The time was held until 12:15 and is not any more. Offer it again."]


def test_a_declined_offer_frees_the_time_and_is_not_made_to_them_again(
    offered, waiting, doctor, location, coordinator
):
    time = on(location, doctor, offered.date)

    waitlist.decline(by=coordinator, offer=offered, now=NOON)

    assert not Claim.objects.filter(unit__gte=time.unit, unit__lt=time.unit + time.units).exists()
    assert judged(waiting, time).because == "Declined this time already."
    waiting.refresh_from_db()
    assert waiting.is_active


def test_a_decided_offer_is_decided_once(offered, coordinator):
    waitlist.decline(by=coordinator, offer=offered, now=NOON)

    with pytest.raises(waitlist.NoOffer) as refusal:
        waitlist.accept(by=coordinator, offer=offered, now=NOON)

    assert refusal.value.messages == ["This offer is decided already: declined. Offer a freed time anew."]


def test_nobody_is_held_two_times_at_once(offered, waiting, doctor, location, coordinator):
    with pytest.raises(waitlist.NoOffer) as refusal:
        waitlist.offer(
            by=coordinator, waiting=waiting, time=on(location, doctor, offered.date + DAY), now=NOON
        )

    assert refusal.value.messages == ["Another time is held for them. Decide that offer first."]


def test_who_stops_waiting_gives_the_held_time_back(offered, waiting, coordinator):
    waitlist.stop_waiting(by=coordinator, waiting=waiting, now=NOON)

    offered.refresh_from_db()
    assert offered.state == Offer.State.DECLINED
    assert not Booking.objects.filter(status="held").exists()


def test_a_plan_waits_once(waiting, version, coordinator):
    with pytest.raises(ValidationError) as refusal:
        waitlist.wait(by=coordinator, plan=version.plan, now=NOON, weekdays=EVERY_DAY)

    assert refusal.value.messages == [
        "This plan is on the waitlist already. Take it off there to add it with other days."
    ]


@pytest.mark.parametrize("state", ["accepted", "expired"])
def test_the_database_keeps_no_hold_for_a_decided_offer(offered, state):
    with pytest.raises(IntegrityError, match="offer_holds_while_open"), transaction.atomic():
        Offer.objects.filter(pk=offered.pk).update(state=state)


def test_a_cancelled_visit_frees_its_time(version, location, coordinator, doctor):
    first = booked(version)[0]
    assert freed_times(location, NOON) == []

    visits.cancel(by=coordinator, booking=first, reason="ill", now=NOON)

    (time,) = freed_times(location, NOON)
    assert (time.provider, time.date, time.starts) == (doctor.pk, first.date, first.starts)
    assert time.minutes == first.units * 5
    assert time.because == "a cancelled visit"


def test_a_freed_time_that_was_booked_again_is_free_no_more(
    version, location, coordinator, provider, make_patient
):
    first = booked(version)[0]
    visits.cancel(by=coordinator, booking=first, reason="ill", now=NOON)

    other = approved_plan(make_patient("Ben", "Bell"), coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(other, coordinator)

    assert booked(other)[0].unit == first.unit
    for time in freed_times(location, NOON):
        units = range(time.unit, time.unit + time.units)
        assert not Claim.objects.filter(provider=time.provider, unit__in=units).exists()


def test_the_time_of_an_absent_provider_is_not_free(version, location, coordinator, doctor):
    first = booked(version)[0]
    visits.cancel(by=coordinator, booking=first, reason="ill", now=NOON)

    add_absence(by=coordinator, provider=doctor, first=first.date, last=first.date, reason="Ill")

    assert freed_times(location, NOON) == []
