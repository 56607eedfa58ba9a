"""Offered equals bookable, in every zone and through every clock change."""

import contextlib
import dataclasses
import datetime
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.models import Device, Location, OpeningHours, Room, Shift
from scheduling.actions import approvals
from scheduling.actions.bookings import Order, Refused, book
from scheduling.arranging.seats import Seats
from scheduling.availability.bits import UNIT, each
from scheduling.availability.days import NoSuchTime, day_of
from scheduling.availability.engine import Finder
from scheduling.availability.place import Calendar, Holder, Place, Visitor, Weekly
from scheduling.availability.steps import PROVIDER, ROOM, Step
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted, wanted_at
from scheduling.models import BookedSession, Booking, Claim, Offer, PlanVersion, Waiting
from tests.scheduling.builders import catalogue, make_plan
from tests.scheduling.intake.intakes import NECK, planned
from treatments.models import Credential, RoomUse, TreatmentType

pytestmark = pytest.mark.django_db
KEY = "mesobotox.neck"
DAY = datetime.timedelta(days=1)
# Both changes of every zone that has them; the last ones Sao Paulo and Apia had; a plain day elsewhere.
CHANGES = (
    ("America/New_York", datetime.date(2027, 3, 14)),
    ("America/New_York", datetime.date(2027, 11, 7)),
    ("Europe/London", datetime.date(2027, 3, 28)),
    ("Europe/London", datetime.date(2027, 10, 31)),
    ("America/Sao_Paulo", datetime.date(2018, 2, 17)),
    ("America/Sao_Paulo", datetime.date(2018, 11, 4)),
    ("Australia/Lord_Howe", datetime.date(2027, 4, 4)),
    ("Australia/Lord_Howe", datetime.date(2027, 10, 3)),
    ("Pacific/Apia", datetime.date(2020, 4, 5)),
    ("Pacific/Apia", datetime.date(2020, 9, 27)),
    ("Asia/Kolkata", datetime.date(2027, 3, 14)),
    ("UTC", datetime.date(2027, 3, 14)),
)
FALL = CHANGES[1]
HOURS = ((0, 5 * 60), (22 * 60 + 30, 24 * 60))  # around the changes, which come at 0:00 to 3:00
TRIED = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@cache
def plan_from(start: datetime.date):
    """The plan of a neck that may be treated from a day on, at the weekend too."""
    return planned(NECK, start=start.isoformat(), weekdays=[1, 2, 3, 4, 5, 6, 7], horizon_months=6)


@pytest.fixture
def practice(location, provider):
    """Dr. Ellis, who may give everything, and rooms and hours to come."""
    catalogue()
    for treatment in TreatmentType.objects.all():
        Credential.objects.create(provider=provider.provider, treatment=treatment)
    return location


@contextlib.contextmanager
def undone():
    """Take back what the body does to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def opened(location: Location, provider, zone: str) -> Location:
    """Move a location to a zone and open it every night, with one room."""
    Location.objects.filter(pk=location.pk).update(time_zone=zone, weekdays=list(range(1, 8)), grid=UNIT)
    room = Room.objects.create(location=location, name="Room 1")
    Device.objects.create(location=location, name="RF 1")
    RoomUse.objects.bulk_create(RoomUse(room=room, treatment=one) for one in TreatmentType.objects.all())
    for weekday in range(1, 8):
        for opens, closes in HOURS:
            OpeningHours.objects.create(location=location, weekday=weekday, opens=opens, closes=closes)
            Shift.objects.create(
                provider=provider.provider,
                location=location,
                weekday=weekday,
                starts=opens,
                ends=closes,
                first=datetime.date(2018, 1, 1),
            )
    return Location.objects.get(pk=location.pk)


def approved(patient, coordinator, provider, when: datetime.date) -> tuple[PlanVersion, datetime.datetime]:
    """A plan that begins the day before, approved two days before; and that moment."""
    now = datetime.datetime.combine(when - 2 * DAY, datetime.time(3), datetime.UTC)
    version = make_plan(patient, coordinator, plan_from(when - DAY), now=now)
    approvals.approve(by=provider, version=version, now=now)
    return PlanVersion.objects.with_details().get(pk=version.pk), now


def asked_for(seats: Seats, when: datetime.date, start: int) -> Wanted:
    """The first session at a unit of a day, whether it is offered there or not."""
    day, place = seats.day(when), seats.calendar.place
    shown = day.shows(start)
    return Wanted(
        sessions=((KEY, 1),),
        date=shown.date(),
        minute=shown.hour * 60 + shown.minute,
        unit=day.first + start,
        provider=place.holders[PROVIDER][0].id,
        room=place.holders[ROOM][0].id,
        device=None,
        steps=seats.steps([KEY]),
    )


@TRIED
@given(
    st.integers(0, 2**16),
    st.lists(st.integers(0, 2**16), max_size=2),
    st.integers(0, 2**16),
)
def test_what_is_offered_can_be_booked_and_nothing_else(
    practice, provider, coordinator, make_patient, place, others, ended
):
    for zone, when in CHANGES:
        with undone():
            location = opened(practice, provider, zone)
            for number in others:
                block(location, provider, coordinator, make_patient(f"Number {number}"), when, number)
            patient = make_patient("Waiting")
            hold = held_before(block(location, provider, coordinator, patient, when, ended))
            version, now = approved(make_patient(location=location), coordinator, provider, when)
            for is_offered, wanted in some_times(version, now, when, place, hold.unit):
                with undone():
                    check = booked_as_said if is_offered else refused
                    check(version, coordinator, wanted, now)


def some_times(
    version: PlanVersion, now, when: datetime.date, place: int, held: int
) -> Iterator[tuple[bool, Wanted]]:
    """Some starts of a day, and whether they are offered: the first, the last, those beside them, any.

    Among them the unit that was `held` and is not any more, which is offered again.
    """
    seats = Situation(version, now).seats()
    day, offered = seats.day(when), list(each(seats.times([KEY], when)))
    tried = {place % day.units, offered[-1] + 1, offered[0], offered[-1], offered[place % len(offered)]}
    assert held - day.first in offered
    tried.add(held - day.first)
    for start in sorted(tried):
        yield start in offered, asked_for(seats, when, start)


def block(location, provider, coordinator, patient, when: datetime.date, number: int) -> Booking | None:
    """Book somebody else at one of the offered times, if there are any."""
    patient.location = location
    patient.save()
    version, now = approved(patient, coordinator, provider, when)
    seats = Situation(version, now).seats()
    offered = list(each(seats.times([KEY], when)))
    if offered:
        seat = seats.at([KEY], when, offered[number % len(offered)])
        book(by=coordinator, version=version, order=Order((wanted_at(seat, ((KEY, 1),)),)), now=now)
    return Booking.objects.filter(plan=version.plan_id).first()


def held_before(booking: Booking) -> Booking:
    """Let a booking be a hold whose time was up a while ago: nobody gave it back since."""
    ago = booking.booked_at - datetime.timedelta(minutes=30)
    BookedSession.objects.filter(booking=booking).delete()
    Booking.objects.filter(pk=booking.pk).update(status="held", held_until=ago)
    waiting = Waiting.objects.create(plan=booking.plan, added_by=booking.booked_by)
    version = booking.plan.versions.get()
    facts = {"date": booking.date, "minute": booking.minute, "provider": booking.provider}
    Offer.objects.create(
        waiting=waiting, version=version, hold=booking, sessions=[], offered_by=booking.booked_by, **facts
    )
    return booking


def booked_as_said(version: PlanVersion, coordinator, wanted: Wanted, now) -> None:
    """Book a visit, and read from the database the wall time and the moment it was asked for."""
    book(by=coordinator, version=version, order=Order((wanted,)), now=now)

    booking = Booking.objects.with_details().get(plan=version.plan_id)
    day = day_of(booking.location.zone, booking.date)
    assert (booking.date, booking.minute, booking.unit) == (wanted.date, wanted.minute, wanted.unit)
    assert (booking.at.date(), booking.at.hour * 60 + booking.at.minute) == (wanted.date, wanted.minute)
    assert day.first + day.bit_of(booking.minute, booking.at.fold) == booking.unit
    units = set(Claim.objects.filter(booking=booking).values_list("unit", flat=True))
    assert units == set(range(wanted.unit, wanted.unit + wanted.units))


def refused(version: PlanVersion, coordinator, wanted: Wanted, now) -> None:
    """Ask for a time that was not offered, and find it refused with nothing written."""
    before = Claim.objects.count()

    with pytest.raises((Refused, TakenMeanwhile)):
        book(by=coordinator, version=version, order=Order((wanted,)), now=now)

    assert (Claim.objects.count(), Booking.objects.filter(plan=version.plan_id).count()) == (before, 0)


def test_both_half_past_ones_of_the_longest_night_are_times_of_their_own(
    practice, provider, coordinator, make_patient
):
    zone, when = FALL
    location, day = opened(practice, provider, zone), day_of(ZoneInfo(zone), when)

    for name, fold in (("Alice", 0), ("Bob", 1)):
        version, now = approved(make_patient(name, location=location), coordinator, provider, when)
        seat = Situation(version, now).seats().at([KEY], when, day.bit_of(90, fold))
        book(by=coordinator, version=version, order=Order((wanted_at(seat, ((KEY, 1),)),)), now=now)

    first, second = Booking.objects.with_details().order_by("unit")
    assert [one.patient.first_name for one in (first, second)] == ["Alice", "Bob"]
    assert {one.starts for one in (first, second)} == {"01:30"}
    assert [f"{one.at:%H:%M %Z}" for one in (first, second)] == ["01:30 EDT", "01:30 EST"]
    assert second.unit - first.unit == 60 // UNIT
    assert (first.room, first.provider) == (second.room, second.provider)


@pytest.mark.parametrize(
    "zone, when", [one for one in CHANGES if day_of(ZoneInfo(one[0]), one[1]).units < 288]
)
def test_no_time_that_the_clock_skips_is_offered(practice, provider, coordinator, make_patient, zone, when):
    location = opened(practice, provider, zone)
    version, now = approved(make_patient(location=location), coordinator, provider, when)
    seats = Situation(version, now).seats()
    day = seats.day(when)

    shown = [day.shows(start) for start in each(seats.times([KEY], when))]

    skipped = 288 - day.units
    clocks = [local.hour * 60 + local.minute for local in shown]
    nights = [minute for minute in clocks if minute < 5 * 60]
    assert {local.date() for local in shown} == {when}
    assert len(clocks) == len(set(clocks))
    assert 5 * 60 // UNIT - skipped == len(nights) + seats.finder([KEY]).length - 1


def test_a_time_on_the_other_side_of_the_clock_change_is_not_what_was_said(
    practice, provider, coordinator, make_patient
):
    zone, when = FALL
    location = opened(practice, provider, zone)
    version, now = approved(make_patient(location=location), coordinator, provider, when)
    seats = Situation(version, now).seats()
    second = seats.day(when).bit_of(90, fold=1)
    said = asked_for(seats, when, second)

    with pytest.raises(Refused, match="shows another time"):
        wrong = dataclasses.replace(said, minute=said.minute + 60)
        book(by=coordinator, version=version, order=Order((wrong,)), now=now)

    assert Booking.objects.count() == 0


def test_the_day_that_apia_skipped_has_no_times():
    apia, skipped = ZoneInfo("Pacific/Apia"), datetime.date(2011, 12, 30)
    hours = tuple(Weekly(weekday, 0, 24 * 60) for weekday in range(1, 8))
    first, last = day_of(apia, skipped - 2 * DAY), day_of(apia, skipped + 3 * DAY)
    place = Place(hours, holders={PROVIDER: (Holder(1, "Dr. Ellis", frozenset({"botox"})),)})
    calendar = Calendar(place, first.first, last.first, {})
    finder = Finder([Step("visit", 60, frozenset({PROVIDER}))])

    asked = [
        calendar.asked(day_of(apia, skipped + ahead * DAY), Visitor(1, frozenset({"botox"})))
        for ahead in (-1, 0, 1)
    ]

    assert [finder.times(one).bit_count() for one in asked] == [288 - 11, 0, 288 - 11]
    with pytest.raises(NoSuchTime, match="does not exist on 2011-12-30"):
        day_of(apia, skipped).bit_of(12 * 60)
