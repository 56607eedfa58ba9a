"""Hours, shifts, absences, closures, rooms and devices: what the actions record and the database refuses."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.actions.equipment import add_device, add_room
from clinic.actions.hours import add_absence, add_shift, close_days, end_absence, set_hours
from clinic.models import Absence, AuditEntry, Closure, Device, OpeningHours, Room, Shift

YEARS = "Enter a day of the years 1900 to 2200: {} is not one of them."
FAR, LONG_AGO = datetime.date(9999, 12, 31), datetime.date(1899, 12, 31)
JANUARY, MAY = datetime.date(2027, 1, 4), datetime.date(2027, 5, 3)
DAY = datetime.timedelta(days=1)
NINE, NOON, FIVE = 540, 720, 1020


def hours_of(location) -> list[tuple[int, int, int]]:
    """Give a location's opening hours."""
    return list(OpeningHours.objects.filter(location=location).values_list("weekday", "opens", "closes"))


def audited(action: str) -> AuditEntry:
    """Give the one entry of an action."""
    return AuditEntry.objects.get(action=action)


@pytest.fixture
def shift(provider, location, manager):
    """Dr. Ellis works on Mondays from nine to five, from January on."""
    return add_shift(
        by=manager,
        provider=provider.provider,
        location=location,
        weekday=1,
        starts=NINE,
        ends=FIVE,
        first=JANUARY,
    )


def test_new_hours_take_the_place_of_the_old_ones(location, manager):
    set_hours(by=manager, location=location, hours=[(1, NINE, FIVE), (2, NINE, FIVE)])

    set_hours(by=manager, location=location, hours=[(3, NOON, FIVE), (1, 780, FIVE), (1, NINE, NOON)])

    assert hours_of(location) == [(1, NINE, NOON), (1, 780, FIVE), (3, NOON, FIVE)]
    assert [one.location for one in AuditEntry.objects.filter(action="hours.set")] == [location, location]


@pytest.mark.parametrize(
    "hours, words",
    [
        ([(1, NINE, NOON), (1, 715, FIVE)], "Monday 09:00 to 12:00 and Monday 11:55 to 17:00 overlap"),
        ([(1, NINE, NOON), (1, NINE, NOON)], "overlap"),
        ([(1, NOON, NINE)], "Opening comes before closing"),
        ([(1, NOON, NOON)], "Opening comes before closing"),
        ([(8, NINE, NOON)], "A weekday is a number from 1"),
        ([(1, 541, NOON)], "541 is no time of day"),
        ([(1, NINE, 1445)], "1445 is no time of day"),
    ],
)
def test_hours_that_cannot_be_kept_change_nothing(location, manager, hours, words):
    set_hours(by=manager, location=location, hours=[(5, NINE, FIVE)])

    with pytest.raises(ValidationError, match=words):
        set_hours(by=manager, location=location, hours=hours)

    assert hours_of(location) == [(5, NINE, FIVE)]
    assert AuditEntry.objects.filter(action="hours.set").count() == 1


def test_a_place_may_be_open_until_midnight(location, manager):
    (row,) = set_hours(by=manager, location=location, hours=[(6, 0, 1440)])

    assert str(row) == "Saturday 00:00 to 24:00"


@pytest.mark.parametrize(
    "fields",
    [
        {"weekday": 0},
        {"weekday": 8},
        {"opens": NOON, "closes": NOON},
        {"closes": 1445},
        {"opens": 542},
        {"closes": 1019},
    ],
)
def test_the_database_keeps_hours_of_a_day(location, fields):
    facts = {"location": location, "weekday": 1, "opens": NINE, "closes": FIVE} | fields

    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(**facts)


def test_the_database_keeps_one_opening_at_a_time(location):
    OpeningHours.objects.create(location=location, weekday=1, opens=NINE, closes=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(location=location, weekday=1, opens=NINE, closes=FIVE)


def test_a_shift_is_on_record(shift, manager, location):
    entry = audited("shift.added")

    assert (entry.actor, entry.object_id, entry.location) == (manager, shift.pk, location)
    assert str(shift) == "Dr. June Ellis, Monday 09:00 to 17:00"


@pytest.mark.parametrize(
    "fields",
    [
        {"starts": 960, "ends": 1200},
        {"starts": 480, "ends": 545},
        {"first": MAY},
        {"first": datetime.date(2026, 1, 5), "last": JANUARY},
    ],
)
def test_a_provider_works_in_one_place_at_a_time(shift, other_location, manager, fields):
    facts = {"weekday": 1, "starts": NINE, "ends": FIVE, "first": JANUARY} | fields

    with pytest.raises(ValidationError, match=r"overlaps another shift: Dr\. June Ellis, Monday"):
        add_shift(by=manager, provider=shift.provider, location=other_location, **facts)

    assert Shift.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"weekday": 2},
        {"starts": FIVE, "ends": 1200},
        {"first": datetime.date(2026, 1, 5), "last": JANUARY - DAY},
    ],
)
def test_shifts_that_do_not_meet_are_kept(shift, other_location, manager, fields):
    facts = {"weekday": 1, "starts": NINE, "ends": FIVE, "first": JANUARY} | fields

    add_shift(by=manager, provider=shift.provider, location=other_location, **facts)

    assert Shift.objects.count() == 2


def test_a_shift_after_one_that_ends_is_kept(shift, location, manager):
    Shift.objects.filter(pk=shift.pk).update(last=MAY - DAY)

    add_shift(
        by=manager, provider=shift.provider, location=location, weekday=1, starts=NINE, ends=FIVE, first=MAY
    )

    assert Shift.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"weekday": 0},
        {"weekday": 8},
        {"ends": NINE},
        {"ends": 1442},
        {"starts": 541},
        {"last": JANUARY - DAY},
    ],
)
def test_the_database_keeps_shifts_of_a_day(provider, location, fields):
    facts = {"weekday": 1, "starts": NINE, "ends": FIVE, "first": JANUARY} | fields

    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.create(provider=provider.provider, location=location, **facts)


def test_an_absence_is_on_record_and_can_be_taken_back(provider, manager):
    absence = add_absence(
        by=manager, provider=provider.provider, first=JANUARY, last=JANUARY, reason="  Training "
    )
    assert str(absence) == "Dr. June Ellis away 2027-01-04 to 2027-01-04: Training"

    end_absence(by=manager, absence=absence)

    assert Absence.objects.count() == 0
    assert audited("absence.removed").detail == {"provider": provider.provider.pk}
    assert audited("absence.added").location is None


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"last": JANUARY - DAY}, "must not lie before the first"),
        ({"reason": "  "}, "This field cannot be blank"),
    ],
)
def test_an_absence_that_cannot_be_kept_says_why(provider, manager, fields, words):
    facts = {"first": JANUARY, "last": JANUARY, "reason": "Holiday"} | fields

    with pytest.raises(ValidationError, match=words):
        add_absence(by=manager, provider=provider.provider, **facts)

    assert (Absence.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "fields, wrong",
    [
        ({"last": FAR}, {"last": [YEARS.format(9999)]}),
        ({"first": LONG_AGO}, {"first": [YEARS.format(1899)]}),
        ({"first": FAR, "last": FAR}, {"first": [YEARS.format(9999)], "last": [YEARS.format(9999)]}),
    ],
)
def test_days_of_far_years_are_refused_under_their_field(provider, location, manager, fields, wrong):
    days = {"first": JANUARY, "last": MAY} | fields
    hours = {"weekday": 1, "starts": NINE, "ends": FIVE}
    who = {"by": manager, "provider": provider.provider}

    with pytest.raises(ValidationError) as absence:
        add_absence(**who, **days, reason="Holiday")
    with pytest.raises(ValidationError) as closure:
        close_days(by=manager, location=location, **days, reason="Moving house")
    with pytest.raises(ValidationError) as shift:
        add_shift(**who, location=location, **hours, **days)

    assert [one.value.message_dict for one in (absence, closure, shift)] == [wrong] * 3
    assert (Absence.objects.count(), Closure.objects.count(), Shift.objects.count()) == (0, 0, 0)


def test_days_at_both_ends_of_the_years_are_kept(provider, location, manager):
    first, last = datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)

    closure = close_days(by=manager, location=location, first=first, last=last, reason="For ever")

    assert (closure.first, closure.last) == (first, last)


@pytest.mark.parametrize("fields", [{"last": JANUARY - DAY}, {"reason": ""}])
def test_the_database_keeps_absences_whole(provider, fields):
    facts = {"first": JANUARY, "last": JANUARY, "reason": "Holiday"} | fields

    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(provider=provider.provider, **facts)


def test_the_same_absence_is_kept_once(provider, manager):
    facts = {"provider": provider.provider, "first": JANUARY, "last": JANUARY, "reason": "Holiday"}
    add_absence(by=manager, **facts)

    with pytest.raises(ValidationError, match="already away on these days"):
        add_absence(by=manager, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(**facts)


def test_closing_a_location_is_on_record_where_it_is(location, manager):
    closure = close_days(by=manager, location=location, first=JANUARY, last=MAY, reason="Moving house")

    assert (audited("location.closed").location, Closure.objects.get()) == (location, closure)


def test_the_same_closure_is_kept_once(location, manager):
    facts = {"location": location, "first": JANUARY, "last": MAY, "reason": "Moving house"}
    close_days(by=manager, **facts)

    with pytest.raises(ValidationError, match="already closed"):
        close_days(by=manager, **facts)


@pytest.mark.parametrize("add, action", [(add_room, "room.added"), (add_device, "device.added")])
def test_a_room_or_device_is_on_record(location, manager, add, action):
    thing = add(by=manager, location=location, name="North", position=2)

    entry = audited(action)
    assert (str(thing), thing.is_active) == ("North", True)
    assert (entry.object_id, entry.location) == (thing.pk, location)


@pytest.mark.parametrize("add, kind", [(add_room, Room), (add_device, Device)])
def test_a_name_is_used_once_at_a_location(location, other_location, manager, add, kind):
    add(by=manager, location=location, name="North")
    add(by=manager, location=other_location, name="North")

    with pytest.raises(ValidationError, match="already has one of this name"):
        add(by=manager, location=location, name="North")
    with pytest.raises(IntegrityError), transaction.atomic():
        kind.objects.create(location=location, name="North")
    with pytest.raises(IntegrityError), transaction.atomic():
        kind.objects.create(location=location, name="")


@pytest.mark.parametrize("kind", [Room, Device])
def test_rooms_and_devices_are_seen_at_the_own_location_only(
    location, other_location, coordinator, other_coordinator, patient_user, kind
):
    here = kind.objects.create(location=location, name="North")
    there = kind.objects.create(location=other_location, name="South", is_active=False)

    seen = [list(kind.objects.visible_to(user)) for user in (coordinator, other_coordinator, patient_user)]

    assert seen == [[here], [there], []]
    assert list(kind.objects.in_use()) == [here]
