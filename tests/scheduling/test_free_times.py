"""A location's calendar from the database: who and what, when, and what holds them."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import Absence, Closure, Device, OpeningHours, Provider, Room, Shift
from scheduling.availability.bits import span
from scheduling.availability.days import PLAIN, day_of
from scheduling.availability.place import Away, Visitor, Weekly
from scheduling.availability.steps import DEVICE, PATIENT, PROVIDER, ROOM
from scheduling.claiming.free_times import calendar_of, days_between, place_of
from scheduling.models import BusyDay
from tests.scheduling.practice import FIVE, NINE, approved_plan, book_all, booked, open_practice, work
from treatments.models import Credential, RoomUse, TreatmentType

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = datetime.date(2027, 1, 4), datetime.date(2027, 1, 8)
DAY = datetime.timedelta(days=1)
# Hours, closures, shifts, absences, credentials, rooms and devices; then what holds them.
PLACE_QUERIES, CALENDAR_QUERIES = 7, 8


@pytest.fixture
def practice(location, provider):
    """Park Street from nine to five with two rooms and a device, where Dr. Ellis works."""
    open_practice(location)
    work(provider, location)
    return location


def hold(kind: str, holder: int, when: datetime.date, zone, minutes: int, count: int) -> None:
    """Keep somebody or something busy for `count` units from a local time on."""
    day = day_of(zone, when)
    utc, place = divmod(day.first + day.bit_of(minutes), PLAIN)
    bits = span(place, count).to_bytes(PLAIN // 8, "little")
    BusyDay.objects.create(kind=kind, holder=holder, day=utc, bits=bits)


def asked(location, when: datetime.date, patient: int = 0, treatment: str = "botox"):
    calendar = calendar_of(location, when, when, [patient] if patient else [])
    return calendar.asked(day_of(location.zone, when), Visitor(patient, frozenset({treatment})))


def test_a_place_is_read_with_its_hours_grid_and_closures(practice):
    OpeningHours.objects.create(location=practice, weekday=6, opens=NINE, closes=FIVE)
    OpeningHours.objects.filter(location=practice, weekday=1).update(closes=12 * 60)
    OpeningHours.objects.create(location=practice, weekday=1, opens=13 * 60, closes=FIVE)
    Closure.objects.create(location=practice, first=MONDAY - DAY, last=MONDAY, reason="Works")
    Closure.objects.create(location=practice, first=FRIDAY + DAY, last=FRIDAY + DAY, reason="Later")

    place = place_of(practice, MONDAY, FRIDAY)

    assert place.weekly == (
        Weekly(1, NINE, 12 * 60),
        Weekly(1, 13 * 60, FIVE),
        *(Weekly(day, NINE, FIVE) for day in (2, 3, 4, 5)),
    )
    assert (place.grid, place.closed) == (3, (Away(MONDAY - DAY, MONDAY, "Works"),))


def test_somebody_is_read_with_their_shifts_absences_and_credentials(practice, provider):
    ellis = provider.provider
    Shift.objects.filter(provider=ellis).exclude(weekday=1).delete()
    Shift.objects.filter(provider=ellis).update(last=FRIDAY)
    Shift.objects.create(
        provider=ellis, location=practice, weekday=2, starts=NINE, ends=FIVE, first=FRIDAY + DAY
    )
    Shift.objects.create(
        provider=ellis,
        location=practice,
        weekday=3,
        starts=NINE,
        ends=FIVE,
        first=MONDAY - 9 * DAY,
        last=MONDAY - DAY,
    )
    Absence.objects.create(provider=ellis, first=FRIDAY, last=FRIDAY + DAY, reason="Training")
    Absence.objects.create(provider=ellis, first=MONDAY - DAY, last=MONDAY - DAY, reason="Past")
    Credential.objects.filter(provider=ellis).exclude(treatment__key="botox").delete()

    (holder,) = place_of(practice, MONDAY, FRIDAY).holders[PROVIDER]

    assert (holder.id, holder.name, holder.serves) == (ellis.pk, "Dr. June Ellis", frozenset({"botox"}))
    assert holder.weekly == (Weekly(1, NINE, FIVE, datetime.date(2026, 1, 1), FRIDAY),)
    assert holder.away == (Away(FRIDAY, FRIDAY + DAY, "Training"),)


def test_a_shift_without_an_end_goes_on(practice):
    (holder,) = place_of(practice, MONDAY, FRIDAY).holders[PROVIDER]

    assert {one.last for one in holder.weekly} == {datetime.date.max}


def test_somebody_without_a_credential_is_there_and_serves_nothing(practice, make_user, provider):
    work(make_user("Adams", "provider", practice), practice)
    Credential.objects.filter(provider__printed_name="Adams").delete()

    holders = place_of(practice, MONDAY, FRIDAY).holders[PROVIDER]

    assert [(one.name, bool(one.serves)) for one in holders] == [("Adams", False), ("Dr. June Ellis", True)]
    assert list(asked(practice, MONDAY).free[PROVIDER]) == [provider.provider.pk]


def test_who_works_elsewhere_only_is_not_read(practice, other_location, make_user):
    work(make_user("Okoye", "provider", other_location), other_location)
    Room.objects.create(location=other_location, name="Lake room")

    place = place_of(practice, MONDAY, FRIDAY)

    assert [one.name for one in place.holders[PROVIDER]] == ["Dr. June Ellis"]
    assert [one.name for one in place.holders[ROOM]] == ["Room 1", "Room 2"]


def test_rooms_and_devices_come_with_what_they_serve_in_their_order(practice):
    everything = frozenset(TreatmentType.objects.values_list("key", flat=True))
    Room.objects.filter(name="Room 1").update(position=9)
    RoomUse.objects.filter(room__name="Room 2").exclude(treatment__key="botox").delete()
    Device.objects.create(location=practice, name="New one", position=2)

    place = place_of(practice, MONDAY, FRIDAY)

    assert [(one.name, one.serves) for one in place.holders[ROOM]] == [
        ("Room 2", frozenset({"botox"})),
        ("Room 1", everything),
    ]
    assert [(one.name, one.serves) for one in place.holders[DEVICE]] == [
        ("Device 1", everything),
        ("New one", frozenset()),
    ]


def test_a_room_out_of_use_cannot_be_had(practice):
    Room.objects.filter(name="Room 1").update(is_active=False)

    (left,) = asked(practice, MONDAY).free[ROOM]

    assert left == Room.objects.get(name="Room 2").pk


def test_what_is_booked_holds_patient_provider_and_room(practice, coordinator, provider, make_patient):
    version = approved_plan(make_patient(), coordinator, provider)
    book_all(version, coordinator)
    visit = booked(version)[0]
    day = day_of(practice.zone, visit.date)
    whole = span((NINE // 5), (FIVE - NINE) // 5)

    found = asked(practice, visit.date, visit.patient_id, "mesobotox")

    start = visit.unit - day.first
    assert found.free[PATIENT][visit.patient_id] == day.whole() & ~span(start, visit.units - 2)
    assert found.free[ROOM][visit.room_id] == whole & ~span(start + 2, visit.units - 2)
    assert found.free[PROVIDER][visit.provider_id] == whole & ~span(start + 6, visit.units - 8)


def test_a_patient_is_read_only_when_named(practice, make_patient):
    alice, bob = make_patient(), make_patient("Bob", "Burns")
    for one in (alice, bob):
        hold(PATIENT, one.pk, MONDAY, practice.zone, NINE, 12)

    calendar = calendar_of(practice, MONDAY, FRIDAY, [alice.pk])

    assert [key for key in calendar.busy if key[0] == PATIENT] == [(PATIENT, alice.pk)]


def test_hours_in_the_evening_belong_to_the_local_day_though_utc_is_a_day_ahead(practice, provider):
    ellis = provider.provider
    OpeningHours.objects.filter(location=practice).update(closes=22 * 60)
    Shift.objects.filter(provider=ellis).update(ends=22 * 60)
    hold(PROVIDER, ellis.pk, MONDAY, practice.zone, 20 * 60, 12)

    free = asked(practice, MONDAY).free[PROVIDER][ellis.pk]

    taken = span(NINE // 5, (22 * 60 - NINE) // 5) & ~free
    assert taken == span(20 * 60 // 5, 12)
    assert asked(practice, MONDAY + DAY).free[PROVIDER][ellis.pk] == span(NINE // 5, (22 * 60 - NINE) // 5)


def test_somebody_at_two_places_is_busy_at_both_each_on_its_own_clock(practice, other_location, provider):
    ellis = work(provider, open_practice(other_location), weekdays=[2])
    tuesday = MONDAY + DAY
    hold(PROVIDER, ellis.pk, tuesday, practice.zone, 11 * 60, 12)

    here, there = asked(practice, tuesday), asked(other_location, tuesday)

    taken = [span(NINE // 5, (FIVE - NINE) // 5) & ~one.free[PROVIDER][ellis.pk] for one in (here, there)]
    assert taken == [span(11 * 60 // 5, 12), span(10 * 60 // 5, 12)]


@pytest.mark.parametrize("count", [1, 30])
def test_a_calendar_takes_as_many_queries_with_few_as_with_many(practice, make_user, make_patient, count):
    for number in range(count):
        ellis = work(make_user(f"Provider{number}", "provider", practice), practice)
        Absence.objects.create(provider=ellis, first=FRIDAY, last=FRIDAY, reason="Training")
        Room.objects.create(location=practice, name=f"More {number}")
        for ahead in range(count):
            hold(PROVIDER, ellis.pk, MONDAY + ahead * DAY, practice.zone, NINE, 12)
    patients = [make_patient().pk for _ in range(count)]

    with CaptureQueriesContext(connection) as place:
        place_of(practice, MONDAY, MONDAY + 30 * DAY)
    with CaptureQueriesContext(connection) as calendar:
        calendar_of(practice, MONDAY, MONDAY + 30 * DAY, patients)

    assert (len(place), len(calendar)) == (PLACE_QUERIES, CALENDAR_QUERIES)


def test_what_lies_on_other_days_is_not_read(practice, provider):
    ellis = provider.provider
    for ahead in (-5, 0, 12):
        hold(PROVIDER, ellis.pk, MONDAY + ahead * DAY, practice.zone, NINE, 12)

    calendar = calendar_of(practice, MONDAY, FRIDAY)

    assert calendar.busy[PROVIDER, ellis.pk].bit_count() == 12


def test_a_practice_of_nobody_has_a_calendar(location):
    calendar = calendar_of(location, MONDAY, FRIDAY)

    day = calendar.asked(day_of(location.zone, MONDAY), Visitor(1, frozenset({"botox"})))
    assert (day.open, day.free[PROVIDER], Provider.objects.count()) == (0, {}, 0)


def test_days_that_a_zone_skips_are_left_out():
    days = days_between(ZoneInfo("Pacific/Apia"), datetime.date(2011, 12, 29), datetime.date(2011, 12, 31))

    assert [one.date.day for one in days] == [29, 31]
