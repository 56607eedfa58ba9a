"""A manager opens a location on a page, and everything else works there."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from clinic.actions.locations import open_place
from clinic.models import AuditEntry, Device, Location, Patient, Provider, Room, Shift, User
from scheduling.managing.needs import needs
from scheduling.models import Booking, PlanVersion
from tests.scheduling.builders import NECK, NOON, catalogue, found_for
from tests.scheduling.practice import approved_plan
from tests.staff import shown_roles
from treatments.models import RoomUse, TreatmentType

OPEN = "/manage/places/open/"
HOURS = [(1, 540, 1020), (3, 540, 1020)]


def sent(**changes) -> dict:
    """Give what the page sends: Pier, in Chicago time, Monday and Wednesday from nine to five."""
    facts = {"name": "Pier", "slug": "", "time_zone": "America/Chicago", "grid": 20, "phone": "555 0100"}
    facts |= {"notice_hours": 48, "reminder_days": 3} | changes.pop("facts", {})
    days = {f"hours-day_{day}": "09:00 to 17:00" if day in (1, 3) else "" for day in range(1, 8)}
    return {f"facts-{name}": value for name, value in facts.items()} | days | changes


def test_the_page_begins_with_the_managers_clock_and_the_usual_hours(signed_in, manager, location):
    page = signed_in(manager).get(OPEN)

    weekly = page.context["weekly"]
    assert page.context["form"]["time_zone"].value() == "America/New_York"
    assert [weekly[f"day_{day}"].value() for day in (1, 5, 6)] == ["09:00 to 17:00", "09:00 to 17:00", ""]


def test_a_location_is_opened_with_its_hours_and_its_manager(signed_in, manager, location):
    response = signed_in(manager).post(OPEN, sent())

    pier = Location.objects.get(slug="pier")
    assert response["Location"] == f"/manage/places/{pier.pk}/"
    assert (pier.name, pier.time_zone, pier.grid, pier.phone) == ("Pier", "America/Chicago", 20, "555 0100")
    assert (pier.notice_hours, pier.reminder_days, pier.weekdays) == (48, 3, [1, 3])
    assert list(pier.hours.values_list("weekday", "opens", "closes")) == HOURS
    assert set(manager.locations.all()) == {location, pier}
    done = AuditEntry.objects.filter(actor=manager).values_list("action", flat=True)
    assert list(done) == ["location.opened", "hours.set", "user.changed"]


def test_what_it_still_needs_leads_to_where_that_is_given(signed_in, manager):
    catalogue()
    browser = signed_in(manager)

    page = browser.post(OPEN, sent(facts={"phone": ""}), follow=True)

    assert [(one.text.split(".")[0], one.url) for one in page.context["needs"]] == [
        ("No room yet: every visit takes place in one", "#things-title"),
        ("No coordinator works here yet", "/manage/people/invite/?role=coordinator&location=pier"),
        ("No provider works here yet", "/manage/people/invite/?role=provider&location=pier"),
        ("Patients read no telephone number", "#facts-title"),
    ]
    form = browser.get(page.context["needs"][1].url).context["form"]
    assert form.initial == {"role": "coordinator", "locations": [Location.objects.get(slug="pier")]}


def test_a_place_half_made_names_the_room_the_device_and_the_people_that_lack_something(
    location, coordinator, provider, make_user
):
    catalogue()
    Location.objects.filter(pk=location.pk).update(phone="555 0100")
    needles = TreatmentType.objects.create(
        key="rf", name="Needles", kind="energy", mark="microneedling", position=9
    )
    room, empty = (Room.objects.create(location=location, name=name) for name in ("North", "South"))
    RoomUse.objects.create(room=room, treatment=needles)
    haddad = make_user("Haddad", "provider", location)
    Provider.objects.create(user=haddad, printed_name="Dr. Haddad")
    times = {"weekday": 1, "starts": 540, "ends": 600, "first": datetime.date(2027, 1, 4)}
    Shift.objects.create(provider=provider.provider, location=location, **times)

    found = needs(Location.objects.get(), datetime.date(2027, 1, 4))

    assert [(one.text, one.url) for one in found] == [
        ("South serves no treatment yet.", f"/manage/rooms/{empty.pk}/"),
        ("No device gives Needles here.", "#things-title"),
        ("Dr. Haddad has no shift here.", f"/manage/providers/{haddad.provider.pk}/"),
        ("Dr. June Ellis may give no treatment yet.", f"/manage/providers/{provider.provider.pk}/"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"facts": {"name": "park street"}}, "name", "There is a location called Park Street already."),
        ({"facts": {"name": "Park–Street"}}, "slug", "The short name parkstreet is Mill"),
        ({"facts": {"slug": "park-street"}}, "slug", "The short name park-street is Park Street"),
        ({"facts": {"slug": "Pier 7"}}, "slug", "valid “slug”"),
        ({"facts": {"name": "中央"}}, "slug", "give one in letters a to z"),
        ({"facts": {"time_zone": "Mars/Olympus"}}, "time_zone", "Select a valid choice"),
        ({"facts": {"notice_hours": 337}}, "notice_hours", "less than or equal to 336"),
        ({"hours-day_1": "", "hours-day_3": ""}, "", "Open on one day of the week at least"),
        ({"hours-day_1": "nine"}, "", "Write hours as"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_opened(
    signed_in, manager, location, other_location, changes, field, words
):
    Location.objects.filter(pk=other_location.pk).update(name="Mill", slug="parkstreet")

    page = signed_in(manager).post(OPEN, sent(**changes))

    assert page.status_code == 422
    assert words in page.text
    assert list(page.context["form"].errors) == [field][: bool(field)]
    assert (Location.objects.count(), manager.locations.count(), AuditEntry.objects.count()) == (2, 1, 0)


def test_only_a_manager_opens_a_location(coordinator):
    with pytest.raises(PermissionDenied):
        open_place(by=coordinator, name="Pier", slug="pier", time_zone="UTC", hours=HOURS)


def test_a_location_whose_hours_overlap_is_not_opened(manager, location):
    twice = [*HOURS, (1, 600, 660)]

    with pytest.raises(ValidationError, match="overlap"):
        open_place(by=manager, name="Pier", slug="pier", time_zone="UTC", hours=twice)

    assert list(Location.objects.all()) == [location]


def equipped(browser, pier: Location) -> None:
    """Add a room and a device to a location and say what they serve, as a manager does."""
    address = f"/manage/places/{pier.pk}/"
    for kind in ("room", "device"):
        browser.post(address, {"part": "thing", "thing-kind": kind, "thing-name": "One"})
    facts = {"name": "One", "position": 1, "is_active": "on", "treatments": ["botox", "mesobotox"]}
    browser.post(f"/manage/rooms/{Room.objects.get(location=pier).pk}/", facts)
    browser.post(f"/manage/devices/{Device.objects.get(location=pier).pk}/", facts)


def staffed(browser, pier: Location, *people: User) -> None:
    """Let people work at a location, and providers every day it is open, as a manager does."""
    for one in people:
        browser.post(f"/manage/people/{one.pk}/", shown_roles(browser, one) | {f"at_{pier.pk}": [one.role]})
        if one.role == "provider":
            page = f"/manage/providers/{one.provider.pk}/"
            names = {"printed_name": "Dr. June Ellis", "title": "", "treatments": ["botox", "mesobotox"]}
            hours = {"weekdays": [1, 3], "hours": "09:00 to 17:00", "first": "2026-01-01"}
            browser.post(page, names)
            browser.post(f"{page}shifts/", hours | {"location": pier.pk})


@time_machine.travel(NOON, tick=False)
def test_a_new_location_takes_patients_plans_and_visits(signed_in, manager, coordinator, provider):
    catalogue()
    browser = signed_in(manager)
    browser.post(OPEN, sent())
    pier = Location.objects.get(slug="pier")

    equipped(browser, pier)
    staffed(browser, pier, coordinator, provider)
    nora = signed_in(coordinator)
    born = {"first_name": "Ida", "last_name": "Holm", "birth_date": "1980-05-01", "location": pier.pk}
    nora.post("/patients/new/", born)
    plan = approved_plan(Patient.objects.get(first_name="Ida"), coordinator, provider, found_for(NECK)).plan
    nora.post(f"/plans/{plan.pk}/book/", {"key": "00000000-0000-0000-0000-000000000001"})

    visits = Booking.objects.filter(plan=plan)
    assert browser.get(f"/manage/places/{pier.pk}/").context["needs"] == ()
    assert visits.count() >= PlanVersion.objects.get(plan=plan).series.count() > 0
    assert {(one.location, one.date.isoweekday() in (1, 3), one.minute % 20) for one in visits} == {
        (pier, True, 0)
    }
    assert nora.get("/calendar/", {"location": "pier"}, follow=True).status_code == 200
    assert datetime.date(2027, 1, 4) <= min(one.date for one in visits)
