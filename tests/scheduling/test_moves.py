"""A visit is moved in one way, with one result: by its page, the calendar's form and the interface."""

import datetime
import json
import uuid

import pytest

from clinic.actions.hours import add_absence
from clinic.models import Device, Provider, Room
from scheduling.actions.bookings import Order, book
from scheduling.actions.moves import NotMoved, book_visit, move
from scheduling.actions.refusals import KeyUsed
from scheduling.course.moving import Destination
from scheduling.models import Booking, Change
from tests.scheduling.asking import DAY, NECK_KEY, TEN, asked, do
from tests.scheduling.builders import NECK, NOON, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work
from treatments.models import TreatmentType

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
KEY = uuid.UUID(int=7)
TUESDAY = datetime.date(2027, 4, 6)


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck and the upper face, booked with Dr. Ellis."""
    work(provider, open_practice(location))
    found = approved_plan(patient, coordinator, provider, found_for(NECK, UPPER_FACE))
    book_all(found, coordinator)
    return found


@pytest.fixture
def visit(version) -> Booking:
    """Alice's second visit, on Monday 5 April at nine in Room 1."""
    return booked(version)[1]


@pytest.fixture
def haddad(version, make_user, location):
    """Dr. Haddad, who works at Park Street as well."""
    return work(make_user("Haddad", "provider", location), location)


@pytest.fixture
def away(visit, coordinator):
    """Dr. Ellis is away on Tuesday 6 April."""
    add_absence(by=coordinator, provider=visit.provider, first=TUESDAY, last=TUESDAY, reason="Congress")


def by_page(browser, visit: Booking, time: str, provider=None):
    """Choose a time on Tuesday 6 April on the visit's own page, in New York's summer."""
    hour, minute = map(int, time.split(":"))
    at = datetime.datetime(2027, 4, 6, hour + 4, minute, tzinfo=datetime.UTC)
    chosen = str(int(at.timestamp()) // 300)
    sent = {"key": KEY, "at": f"{chosen}-{provider.pk}" if provider else chosen}
    return browser.post(f"/visits/{visit.pk}/move/", sent)


def by_form(browser, visit: Booking, time: str, provider=None):
    """Send the calendar's form for Tuesday 6 April."""
    sent = {"date": TUESDAY, "time": time, "key": KEY, "provider": provider.pk if provider else ""}
    return browser.post(f"/calendar/move/{visit.pk}/", sent)


def by_api(browser, visit: Booking, time: str, provider=None):
    """Ask the interface for Tuesday 6 April, as dragging does."""
    sent = {"date": str(TUESDAY), "time": time, "key": str(KEY)}
    sent |= {"provider": provider.pk} if provider else {}
    return browser.post(f"/api/visits/{visit.pk}/move", json.dumps(sent), content_type="application/json")


doors = pytest.mark.parametrize("door", [by_page, by_form, by_api])


def told(browser, response) -> str:
    """Read what the page says to which a redirect leads, or what the interface answers."""
    if response.status_code != 302:
        return json.dumps(response.json()) if "json" in response["Content-Type"] else response.text
    return " ".join(str(one) for one in browser.get(response["Location"]).context["messages"])


@doors
def test_a_visit_keeps_its_provider_and_room(door, nora, visit, haddad):
    door(nora, visit, "11:05")

    visit.refresh_from_db()
    assert (visit.date, visit.starts, str(visit.provider), visit.room.name, visit.reason) == (
        TUESDAY,
        "11:05",
        "Dr. June Ellis",
        "Room 1",
        "",
    )


@doors
def test_where_its_provider_cannot_another_is_held_and_it_is_said_why(door, nora, visit, haddad, away):
    response = door(nora, visit, "11:05")

    visit.refresh_from_db()
    assert (visit.starts, visit.provider) == ("11:05", haddad)
    assert visit.reason == "Dr. June Ellis is away (Congress)"
    assert "Dr. June Ellis is away (Congress)" in told(nora, response)
    assert "Dr. June Ellis is away (Congress)." in nora.get(f"/visits/{visit.pk}/").text


@doors
def test_who_is_asked_for_by_name_is_held_or_nobody(door, nora, visit, haddad, away):
    response = door(nora, visit, "11:05", provider=visit.provider)

    visit.refresh_from_db()
    assert (response.status_code, visit.date) == (409, datetime.date(2027, 4, 5))
    assert "Tue 6 Apr 2027, 11:05: Dr. June Ellis is away (Congress)." in told(nora, response)


@doors
def test_who_is_asked_for_by_name_is_held_without_a_word(door, nora, visit, haddad):
    door(nora, visit, "11:05", provider=haddad)

    visit.refresh_from_db()
    assert (visit.provider, visit.reason) == (haddad, "")


@doors
def test_the_same_move_sent_twice_is_made_once(door, nora, visit):
    first, again = door(nora, visit, "11:05"), door(nora, visit, "11:05")

    assert first.status_code == again.status_code
    assert Change.objects.filter(action="visit.moved").count() == 1


@doors
def test_a_visit_whose_patient_is_here_says_what_would_work(door, nora, visit):
    Booking.objects.filter(pk=visit.pk).update(status=Booking.Status.ARRIVED)

    text = told(nora, door(nora, visit, "11:05"))

    assert "The patient is here for the visit on Mon 5 Apr 2027. Complete it:" in text
    assert "No other time works" not in text
    visit.refresh_from_db()
    assert visit.date == datetime.date(2027, 4, 5)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("arrived", "The patient is here for the visit on Mon 5 Apr 2027. Complete it:"),
        ("completed", "This visit is done."),
        ("missed", "The patient did not come. The sessions need a date: book them from the plan."),
        ("cancelled", "This visit is cancelled. Its sessions can be booked from the plan."),
    ],
)
def test_the_address_of_a_move_says_in_a_sentence_why_there_is_none(nora, visit, status, words):
    Booking.objects.filter(pk=visit.pk).update(status=status)

    response = nora.get(f"/visits/{visit.pk}/move/")

    assert response["Location"] == f"/visits/{visit.pk}/"
    assert told(nora, response).startswith(words)


def test_the_times_of_another_provider_say_why_it_is_not_the_own(nora, visit, haddad, away):
    page = nora.get(f"/visits/{visit.pk}/move/", {"day": TUESDAY})

    (group,) = page.context["times"].days[0].groups
    assert (group.provider, group.reason) == ("Haddad", "Dr. June Ellis is away (Congress)")
    assert "because Dr. June Ellis is away (Congress)" in page.text
    assert f'value="{group.slots[0].at}-{haddad.pk}"' in page.text


def test_only_the_times_of_a_provider_who_is_named_are_shown(nora, visit, haddad, away):
    query = {"day": TUESDAY, "provider": visit.provider_id}

    tuesday, wednesday, *_ = nora.get(f"/visits/{visit.pk}/move/", query).context["times"].days

    assert [one.text for one in tuesday.blockers] == ["Dr. June Ellis is away (Congress)"]
    assert [group.provider for group in wednesday.groups] == ["Dr. June Ellis"]


def test_a_time_shown_with_one_provider_is_not_booked_with_another(
    nora, visit, haddad, version, coordinator, provider, make_patient
):
    bea = approved_plan(make_patient("Bea", "Ball"), coordinator, provider, found_for(NECK))
    wanted = asked(bea, [(NECK_KEY, 1)], TUESDAY, 11 * 60 + 5, room=Room.objects.get(name="Room 2").pk)
    second = Booking.objects.get(pk=visit.pk)
    book(by=provider, version=bea, order=Order((wanted,), override="Late"), now=NOON)

    response = by_page(nora, second, "11:05", provider=second.provider)

    second.refresh_from_db()
    assert (response.status_code, second.starts) == (409, "09:00")
    assert "Dr. June Ellis is booked already." in response.text


def test_the_replan_around_a_choice_keeps_the_provider_that_was_chosen(nora, version, visit, haddad):
    late = visit.date + 7 * DAY
    page = nora.get(f"/visits/{visit.pk}/move/", {"day": late, "provider": haddad.pk})
    slot = page.context["times"].days[0].groups[0].slots[0]

    replan = nora.get(f"/plans/{version.plan_id}/replan/", {"move": visit.pk, "at": slot.value})

    assert replan.context["replan"].moving.provider == haddad.pk


@pytest.fixture
def energy(location, coordinator, provider, make_user, make_patient):
    """Plans of Alice's and Bea's neck, given by one of two devices, with two providers at work."""
    work(provider, open_practice(location, devices=2))
    work(make_user("Haddad", "provider", location), location)
    TreatmentType.objects.filter(key="mesobotox").update(kind="energy")
    patients = (make_patient(name, "Ames") for name in ("Alice", "Bea"))
    return [approved_plan(one, coordinator, provider, found_for(NECK)) for one in patients]


def test_a_device_and_a_room_are_kept_where_they_are_free(energy, coordinator):
    alice, bea = energy
    day, (first, second) = datetime.date(2027, 1, 5), Device.objects.all()
    facts = {"device": second.pk, "room": Room.objects.get(name="Room 2").pk}
    do(alice, coordinator, asked(alice, [(NECK_KEY, 1)], day, **facts))
    haddad = Provider.objects.get(printed_name="Haddad").pk
    do(bea, coordinator, asked(bea, [(NECK_KEY, 1)], day, 14 * 60 + 30, provider=haddad, **facts))
    held = []

    for minute in (13 * 60, 14 * 60 + 30):
        move(by=coordinator, booking=booked(alice)[0], to=Destination(day, minute), now=NOON)
        visit = booked(alice)[0]
        held.append((visit.starts, visit.device, visit.room.name, str(visit.provider)))

    assert held == [
        ("13:00", second, "Room 2", "Dr. June Ellis"),
        ("14:30", first, "Room 1", "Dr. June Ellis"),
    ]


def test_a_key_that_moved_a_visit_books_no_other_and_says_what_it_did(version, coordinator, visit):
    move(by=coordinator, booking=visit, to=Destination(TUESDAY, TEN), now=NOON, key=KEY)

    with pytest.raises(KeyUsed, match="already: Nora moved 1 visit, now on Tue 6 Apr 2027 at 10:00"):
        book_visit(
            by=coordinator,
            version=version,
            sessions=[(NECK_KEY, 0)],
            to=Destination(TUESDAY, TEN),
            now=NOON,
            key=KEY,
        )


def test_what_was_never_chosen_is_not_booked(version, coordinator):
    with pytest.raises(NotMoved, match="Choose what to book"):
        book_visit(by=coordinator, version=version, sessions=(), to=Destination(TUESDAY, TEN), now=NOON)
