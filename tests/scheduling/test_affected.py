"""Coming visits that their place can no longer serve: what changed since, in words, and what mends it."""

import datetime

import pytest

from clinic.actions.hours import add_absence, close_days
from clinic.models import Device, OpeningHours, Room, Shift, User
from scheduling.actions import visits
from scheduling.boards.affected import affected
from scheduling.boards.affected_plans import AffectedPlans
from scheduling.course.situation import Situation
from scheduling.models import Booking
from scheduling.time_limit import stop_after
from tests.scheduling.builders import NECK, NOON, TODAY, UPPER_FACE, found_for
from tests.scheduling.practice import NINE, approved_plan, book_all, booked, open_practice, work
from treatments.models import Credential, DeviceUse, RoomUse, TreatmentType

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
WHO = "Dr. June Ellis"


@pytest.fixture
def doctor(location, provider):
    open_practice(location)
    return work(provider, location)


@pytest.fixture
def version(doctor, coordinator, provider, patient):
    """Alice's plan of the neck and the upper face, booked whole."""
    version = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(version, coordinator)
    return version


@pytest.fixture
def first(version) -> Booking:
    """Her first visit."""
    return booked(version)[0]


def said(location, today=TODAY) -> dict[datetime.date, str]:
    """What stands against the coming visits of a location, by their dates."""
    because = {one.booking: one.because for one in affected(location, today)}
    return {one.date: because[one.pk] for one in Booking.objects.filter(pk__in=because).order_by("unit")}


def test_visits_are_not_affected_as_long_as_nothing_changes(version, location):
    assert said(location) == {}


def test_an_absence_affects_the_visits_of_its_days_and_provider(
    version, first, location, doctor, coordinator
):
    away = {"provider": doctor, "first": first.date, "last": first.date, "reason": "Conference"}

    add_absence(by=coordinator, **away)

    assert said(location) == {first.date: f"{WHO} is away (Conference)"}


def test_a_closure_affects_the_visits_of_its_days(version, first, location, coordinator):
    close_days(by=coordinator, location=location, first=first.date, last=first.date, reason="Flood")

    assert said(location) == {first.date: "Closed (Flood)"}


def test_a_shift_that_ends_affects_the_visits_after_it(version, location):
    second, *later = booked(version)[1:]
    Shift.objects.update(last=second.date)

    assert said(location) == {one.date: f"{WHO} does not work on this {one.date:%A}" for one in later}


def test_a_provider_without_any_shift_left_is_named(version, first, location):
    Shift.objects.update(last=TODAY - DAY)

    assert said(location)[first.date] == f"{WHO} can no longer be booked"


def test_other_hours_of_a_provider_are_told(version, first, location):
    Shift.objects.update(ends=NINE + 30)

    assert said(location)[first.date] == f"{WHO} works from 09:00 to 09:30"


def test_other_opening_hours_are_told(version, first, location):
    OpeningHours.objects.filter(weekday=first.date.isoweekday()).update(closes=NINE + 30)

    assert said(location)[first.date] == "Not open then; it is open from 09:00 to 09:30"


def test_a_weekday_on_which_the_place_does_not_open_any_more_affects_its_visits(version, first, location):
    OpeningHours.objects.filter(weekday=first.date.isoweekday()).delete()

    days = {one.date for one in booked(version) if one.date.weekday() == first.date.weekday()}
    assert said(location) == {day: f"Not open then; it is not open on {day:%A}s" for day in sorted(days)}


def test_a_room_that_is_not_used_any_more_is_named(version, first, location):
    Room.objects.filter(pk=first.room_id).update(is_active=False)

    assert said(location)[first.date] == f"{first.room} can no longer be booked"


def test_a_room_that_no_longer_serves_the_treatment_is_named(version, first, location):
    RoomUse.objects.filter(room=first.room_id, treatment__key="mesobotox").delete()

    assert said(location)[first.date] == f"{first.room} does not serve this treatment"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda: Device.objects.update(is_active=False), "can no longer be booked"),
        (lambda: DeviceUse.objects.all().delete(), "does not serve this treatment"),
    ],
)
def test_a_device_that_cannot_be_had_any_more_is_named(version, first, location, change, what):
    TreatmentType.objects.filter(key="mesobotox").update(kind="energy")
    device = Device.objects.get()
    steps = [["MesoBotox, Neck", 30, "patient provider room device"]]
    Booking.objects.filter(pk=first.pk).update(device=device, steps=steps)
    before = said(location)

    change()

    assert first.date not in before
    assert said(location)[first.date] == f"Device 1 {what}"


def test_a_lost_credential_affects_the_visits_with_the_treatment(version, first, location):
    Credential.objects.filter(treatment__key="mesobotox").delete()

    days = [one.date for one in booked(version) if one.sessions.filter(key="mesobotox.neck").exists()]
    assert said(location) == dict.fromkeys(days, f"{WHO} does not give this treatment")
    assert first.date in days


def test_the_visits_of_a_provider_who_left_are_affected(version, location, provider):
    User.objects.filter(pk=provider.pk).update(is_active=False)

    assert said(location) == {one.date: f"{WHO} can no longer be booked" for one in booked(version)}


def test_everything_that_is_wrong_with_a_visit_is_told(version, first, location):
    Room.objects.filter(pk=first.room_id).update(is_active=False)
    Shift.objects.update(ends=NINE + 30)

    assert (
        said(location)[first.date] == f"{WHO} works from 09:00 to 09:30; {first.room} can no longer be booked"
    )


def test_another_time_zone_of_the_place_is_told(version, first, location):
    location.time_zone = "Asia/Tokyo"
    location.save()

    assert said(location)[first.date] == f"The clock at {location} shows another time by now"


def test_visits_that_are_over_cancelled_or_here_are_not_affected(version, first, location, coordinator):
    second = booked(version)[1]
    visits.cancel(by=coordinator, booking=second, reason="ill", now=NOON)
    Shift.objects.all().delete()

    days = [one.date for one in booked(version) if one.pk not in (first.pk, second.pk)]
    assert list(said(location, first.date + DAY)) == days


def test_a_place_does_not_hear_of_the_visits_of_another(version, location, other_location):
    Shift.objects.all().delete()

    assert said(other_location) == {}


def test_steps_that_a_protocol_changed_since_affect_nobody(version, first, location):
    steps = [[f"{name}, as it was", minutes, holds] for name, minutes, holds in first.steps]
    Booking.objects.filter(pk=first.pk).update(steps=steps)

    assert said(location) == {}


def test_a_replan_mends_what_is_affected(version, first, location):
    Room.objects.filter(pk=first.room_id).update(is_active=False)

    arranged = Situation(version, NOON).arrange(stop=stop_after(5))

    rooms = {one.seat.fit.resources["room"] for one in arranged.placed}
    assert first.room_id not in rooms
    assert arranged.unplaced == ()


@pytest.mark.parametrize("visits", [1, 30])
def test_what_is_affected_takes_ten_questions(
    version, first, location, doctor, django_assert_num_queries, visits
):
    Booking.objects.exclude(pk=first.pk).update(status="cancelled")
    Booking.objects.bulk_create(copies(first, visits - 1))
    Shift.objects.update(starts=NINE + 5, ends=NINE + 10)

    with django_assert_num_queries(10):
        found = affected(location, TODAY)

    assert len(found) == visits


def copies(booking: Booking, count: int) -> list[Booking]:
    """The same visit once more on as many days after it, without claims."""
    names = ("patient", "plan", "location", "provider", "room", "steps", "units", "minute", "booked_by")
    facts = {name: getattr(booking, name) for name in names}
    return [
        Booking(**facts, date=booking.date + days * DAY, unit=booking.unit + 288 * days)
        for days in range(1, count + 1)
    ]


def test_the_page_names_who_when_and_what_is_wrong_and_leads_to_what_mends_it(
    version, first, coordinator, signed_in
):
    Booking.objects.exclude(pk=first.pk).update(status="cancelled")
    day = datetime.date.today() + 30 * DAY
    Booking.objects.filter(pk=first.pk).update(date=day)

    page = signed_in(coordinator).get("/affected/").content.decode()

    assert "1 visit of 1 plan cannot take place as booked" in page
    assert "Alice Ames" in page and f"{day:%a} {day.day} {day:%b %Y}, {first.starts}" in page
    assert f"The clock at {first.location} shows another time by now" in page
    assert f'href="/plans/{version.plan_id}/replan/"' in page
    assert f'href="/visits/{first.pk}/move/"' in page


def test_the_page_without_affected_visits_leads_back(doctor, coordinator, signed_in):
    page = signed_in(coordinator).get("/affected/").content.decode()

    assert "No booked visit is affected" in page and 'href="/today/"' in page


def test_a_manager_is_not_led_to_what_they_may_not_do(version, first, manager, signed_in, location):
    Shift.objects.all().delete()

    page = signed_in(manager).get("/affected/").content.decode()

    assert "Alice Ames" in page
    assert "/replan/" not in page and "/move/" not in page


def test_affected_plans_come_by_their_soonest_visit(version, location, coordinator, provider, make_patient):
    other = approved_plan(make_patient("Ben", "Bell"), coordinator, provider)
    book_all(other, coordinator)
    soonest = booked(other)[0]
    Booking.objects.filter(pk=soonest.pk).update(date=TODAY + DAY, unit=soonest.unit - 288 * 400)
    Shift.objects.all().delete()

    plans = AffectedPlans(location, NOON)

    assert len(plans) == 2
    assert [one.booking.plan_id for one in plans[:1]] == [other.plan_id]
    assert [len(one.rows) for one in plans[:]] == [len(booked(other)), len(booked(version))]
