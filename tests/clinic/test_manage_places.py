"""The managers' pages about places and providers."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clinic.actions import hours
from clinic.models import AuditEntry, Closure, Room, Shift
from scheduling.managing.hours import span_of, written
from scheduling.views import manage_places
from tests.scheduling.builders import NECK, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work
from tests.staff import let_work
from treatments.models import RoomUse

DAY = datetime.date(2027, 5, 3)


@pytest.fixture
def place(location):
    """Park Street with hours, rooms and a device."""
    return open_practice(location)


def week(**changes) -> dict:
    """Give what the form of opening hours sends: nine to five from Monday to Friday, unless told."""
    days = {f"hours-day_{day}": "09:00 to 17:00" if day < 6 else "" for day in range(1, 8)}
    return days | {"part": "hours"} | changes


def facts(**changes) -> dict:
    """Give what the form of facts sends: those of Park Street, unless told."""
    sent = {"name": "Park Street", "time_zone": "America/New_York", "grid": 15}
    sent |= {"notice_hours": 24, "reminder_days": 2} | changes
    return {"part": "facts"} | {f"facts-{key}": one for key, one in sent.items()}


def test_the_list_asks_as_often_for_one_room_as_for_thirty(
    signed_in, manager, place, django_assert_num_queries
):
    browser = signed_in(manager)
    browser.get("/manage/places/")
    with django_assert_num_queries(7):
        browser.get("/manage/places/")
    Room.objects.bulk_create(Room(location=place, name=f"Cabin {number}") for number in range(30))

    with django_assert_num_queries(7):
        browser.get("/manage/places/")


def test_opening_hours_are_written_as_people_write_them(signed_in, manager, place):
    changed = week(**{"hours-day_1": "9:00 - 12:30, 13:30 to 18:00", "hours-day_5": ""})

    signed_in(manager).post(f"/manage/places/{place.pk}/", changed)

    place.refresh_from_db()
    monday = place.hours.filter(weekday=1).values_list("opens", "closes")
    assert (list(monday), place.weekdays) == ([(540, 750), (810, 1080)], [1, 2, 3, 4])


@pytest.mark.parametrize("wrong", ["nine to five", "17:00 to 09:00", "09:03 to 17:00", "09:00 to 25:00", "9"])
def test_hours_that_are_none_are_refused_and_nothing_changes(signed_in, manager, place, wrong):
    response = signed_in(manager).post(f"/manage/places/{place.pk}/", week(**{"hours-day_1": wrong}))

    assert response.status_code == 422
    assert "Write hours as" in response.text
    assert place.hours.count() == 5


def test_a_week_without_an_open_day_is_refused(manager, place):
    with pytest.raises(ValidationError, match="one day of the week"):
        hours.open_weekly(by=manager, location=place, hours=[])

    assert place.hours.count() == 5


def test_hours_read_back_as_they_are_written():
    assert written([span_of("9:00-12:30")]) == "09:00 to 12:30"


def test_visits_left_without_a_place_are_counted(signed_in, manager, coordinator, provider, patient, place):
    work(provider, place)
    version = approved_plan(patient, coordinator, provider, found_for(NECK))
    book_all(version, coordinator)
    browser = signed_in(manager)
    many = sum(one.date >= datetime.date.today() for one in booked(version))

    for room in place.rooms.all():
        browser.post(f"/manage/rooms/{room.pk}/", {"name": room.name, "position": 1, "treatments": []})
    page = browser.get(f"/manage/places/{place.pk}/")

    assert (page.context["affected"], many > 0) == (many, True)
    assert "/affected/?location=park-street" in page.text


def test_a_room_is_renamed_and_serves_what_is_chosen(signed_in, manager, place):
    room = place.rooms.first()

    signed_in(manager).post(
        f"/manage/rooms/{room.pk}/",
        {"name": "Green room", "position": 2, "is_active": "on", "treatments": ["botox"]},
    )

    room.refresh_from_db()
    served = list(RoomUse.objects.filter(room=room).values_list("treatment__key", flat=True))
    assert (room.name, room.position, room.is_active, served) == ("Green room", 2, True, ["botox"])


def test_a_room_of_a_taken_name_is_refused(signed_in, manager, place):
    first, second = place.rooms.all()

    response = signed_in(manager).post(
        f"/manage/rooms/{second.pk}/", {"name": first.name, "position": 1, "treatments": ["botox"]}
    )

    assert response.status_code == 422
    assert "already has one of this name" in response.text


def test_days_are_closed_and_opened_again(signed_in, manager, place):
    browser = signed_in(manager)
    day = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()

    sent = {"part": "closure", "closure-first": day, "closure-last": day, "closure-reason": "Painting"}
    browser.post(f"/manage/places/{place.pk}/", sent)
    closure = Closure.objects.get(location=place)
    browser.post(f"/manage/closures/{closure.pk}/remove/")

    assert (closure.reason, Closure.objects.count()) == ("Painting", 0)


def test_a_provider_gets_name_treatments_and_shifts(signed_in, manager, provider, place):
    doctor, browser = provider.provider, signed_in(manager)
    address = f"/manage/providers/{doctor.pk}/"

    browser.post(
        address, {"printed_name": "Dr. J. Ellis", "title": "MD", "treatments": ["botox", "mesobotox"]}
    )
    sent = {"location": place.pk, "weekdays": [1, 3], "hours": "08:00 to 12:00", "first": DAY.isoformat()}
    browser.post(f"{address}shifts/", sent)

    doctor.refresh_from_db()
    given = sorted(doctor.credentials.values_list("treatment__key", flat=True))
    shifts = list(doctor.shifts.values_list("weekday", "starts", "ends", "first", "last"))
    assert (doctor.signs_as, given) == ("Dr. J. Ellis, MD", ["botox", "mesobotox"])
    assert shifts == [(1, 480, 720, DAY, None), (3, 480, 720, DAY, None)]


def test_shifts_that_overlap_are_refused_together(signed_in, manager, provider, place):
    work(provider, place)
    doctor = provider.provider
    sent = {"location": place.pk, "weekdays": [6, 5], "hours": "08:00 to 12:00", "first": DAY.isoformat()}

    response = signed_in(manager).post(f"/manage/providers/{doctor.pk}/shifts/", sent)

    assert (response.status_code, doctor.shifts.count()) == (422, 5)


def test_a_shift_ends_on_a_day_and_one_that_has_not_begun_goes(manager, provider, place):
    work(provider, place, weekdays=[1, 2])
    first, second = provider.provider.shifts.all()

    hours.end_shift(by=manager, shift=first, last=DAY)
    hours.end_shift(by=manager, shift=second, last=datetime.date(2025, 1, 1))

    assert list(Shift.objects.values_list("weekday", "last")) == [(1, DAY)]


@pytest.mark.parametrize(("status", "answer"), [("booked", 422), ("arrived", 422), ("cancelled", 302)])
def test_the_clock_stays_while_visits_are_booked_by_it(
    signed_in, manager, coordinator, provider, patient, place, status, answer
):
    work(provider, place)
    version = approved_plan(patient, coordinator, provider, found_for(NECK))
    book_all(version, coordinator)
    version.plan.bookings.update(status=status)

    response = signed_in(manager).post(f"/manage/places/{place.pk}/", facts(time_zone="America/Chicago"))

    assert response.status_code == answer
    assert ("still stand by this clock" in response.text) is (answer == 422)


def test_phone_notice_and_reminder_are_changed(signed_in, manager, place):
    changed = facts(phone="+1 518 555 0100", notice_hours=48, reminder_days=3)

    signed_in(manager).post(f"/manage/places/{place.pk}/", changed)

    place.refresh_from_db()
    assert (place.phone, place.notice_hours, place.reminder_days) == ("+1 518 555 0100", 48, 3)
    entry = AuditEntry.objects.about(place).last()
    assert entry.detail == {"fields": ["notice_hours", "phone", "reminder_days"]}


@pytest.mark.parametrize(
    ("field", "wrong"), [("notice_hours", 0), ("notice_hours", 337), ("reminder_days", 15), ("phone", "call")]
)
def test_a_fact_that_cannot_be_kept_is_refused_at_its_field(signed_in, manager, place, field, wrong):
    response = signed_in(manager).post(f"/manage/places/{place.pk}/", facts(**{field: wrong}))

    assert response.status_code == 422
    assert list(response.context["forms"]["facts"].errors) == [field]


def test_a_shift_that_ends_is_not_made_longer(signed_in, manager, provider, place):
    work(provider, place, weekdays=[1])
    shift = provider.provider.shifts.get()
    hours.end_shift(by=manager, shift=shift, last=DAY)

    with pytest.raises(ValidationError, match="ends on Mon 3 May 2027 already"):
        hours.end_shift(by=manager, shift=shift, last=DAY + datetime.timedelta(days=7))


def test_a_last_day_beyond_every_calendar_is_refused_in_words(signed_in, manager, provider, place):
    work(provider, place, weekdays=[1])
    shift = provider.provider.shifts.get()

    response = signed_in(manager).post(f"/manage/shifts/{shift.pk}/end/", {"last": "9999-12-31"}, follow=True)

    shift.refresh_from_db()
    assert (response.status_code, shift.last) == (200, None)
    assert [one.level_tag for one in response.context["messages"]] == ["error"]


def test_a_room_is_not_renamed_when_what_it_serves_cannot_be_kept(manager, place, rf):
    room = place.rooms.first()
    name, request = room.name, rf.post("/", {"name": "Green room", "position": 2})
    request.user = manager

    def serve(keys):
        raise PermissionDenied

    with pytest.raises(PermissionDenied):
        manage_places.thing(request, room, serve)
    assert Room.objects.get(pk=room.pk).name == name


def test_the_printed_name_of_somebody_who_works_elsewhere_too_stays(
    signed_in, manager, provider, other_location
):
    let_work(provider, other_location)

    response = signed_in(manager).post(
        f"/manage/providers/{provider.provider.pk}/", {"printed_name": "Dr. X", "title": "", "treatments": []}
    )

    provider.provider.refresh_from_db()
    assert (response.status_code, provider.provider.printed_name) == (422, "Dr. June Ellis")
    assert "also works at Lakeside" in response.text
