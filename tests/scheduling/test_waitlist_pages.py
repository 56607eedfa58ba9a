"""The pages of the waitlist and of the due list."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scheduling.actions import visits, waitlist
from scheduling.boards.freed import freed_times
from scheduling.boards.waitlist import address
from scheduling.models import Booking, Offer, Waiting
from tests.scheduling.builders import NECK, found_for, make_plan
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
WAITLIST = "/waitlist/?location=park-street"


@pytest.fixture
def doctor(location, provider):
    open_practice(location)
    return work(provider, location)


@pytest.fixture
def now() -> datetime.datetime:
    """This moment: views have a clock, so plans of these tests begin in a week."""
    return timezone.now()


def planned(patient, coordinator, provider, now):
    """A plan of the neck that begins in a week, approved."""
    start = (now + 7 * DAY).date().isoformat()
    return approved_plan(patient, coordinator, provider, found_for(NECK, start=start))


@pytest.fixture
def version(doctor, coordinator, provider, patient, now):
    """Alice's plan: not booked, so that a freed time gives it a date."""
    return planned(patient, coordinator, provider, now)


@pytest.fixture
def waiting(version, coordinator, now):
    return waitlist.wait(by=coordinator, plan=version.plan, now=now, weekdays=EVERY_DAY)


@pytest.fixture
def time(version, coordinator, provider, make_patient, location, now):
    """A time that Ben gave up."""
    other = planned(make_patient("Ben", "Bell"), coordinator, provider, now)
    book_all(other, coordinator, now)
    visits.cancel(by=coordinator, booking=booked(other)[0], reason="ill", now=now)
    (time,) = freed_times(location, now)
    return time


def test_a_patient_is_put_on_the_waitlist(version, coordinator, signed_in):
    data = {"weekdays": [1, 3], "not_before": "", "note": "Mornings"}

    response = signed_in(coordinator).post(f"/plans/{version.plan_id}/wait/", data, follow=True)

    (one,) = Waiting.objects.all()
    assert (one.plan, one.weekdays, one.note, one.added_by) == (version.plan, [1, 3], "Mornings", coordinator)
    text = response.content.decode()
    assert "Alice Ames is on the waitlist." in text
    assert "Mon, Wed · nothing booked" in text


def test_who_waits_already_is_not_put_on_the_list_again(waiting, version, coordinator, signed_in):
    response = signed_in(coordinator).post(f"/plans/{version.plan_id}/wait/", {"weekdays": [1]})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "This plan is on the waitlist already. Take it off there to add it with other days."
    ]


def test_a_freed_time_leads_to_whom_it_suits(waiting, time, coordinator, signed_in):
    browser = signed_in(coordinator)

    page = browser.get(WAITLIST).content.decode()
    response = browser.get(address(time))

    assert address(time) in page
    assert [one.waiting for one, _ in response.context["page"].suited] == [waiting]
    assert "Gets a date: the session has none." in response.content.decode()


def test_a_time_is_held_offered_and_booked(waiting, time, version, coordinator, signed_in):
    browser = signed_in(coordinator)

    held = browser.post(address(time), {"waiting": waiting.pk}, follow=True).content.decode()
    made = Offer.objects.select_related("hold").get()
    accepted = browser.post(f"/offers/{made.pk}/accept/", follow=True).text

    assert f'action="/changes/{version.plan.changes.first().pk}/undo/" data-undo' in accepted
    until = made.hold.held_until.astimezone(time.location.zone)
    assert f"Held until {until:%H:%M}" in held
    assert [(one.status, one.date) for one in booked(version)] == [("booked", time.date)]


def test_a_declined_time_can_be_offered_to_the_next(waiting, time, coordinator, signed_in):
    browser = signed_in(coordinator)
    browser.post(address(time), {"waiting": waiting.pk})

    browser.post(f"/offers/{Offer.objects.get().pk}/decline/")

    page = browser.get(address(time)).content.decode()
    assert "Declined this time already." in page
    assert not Booking.objects.filter(status="held").exists()


def test_a_time_whose_hold_has_ended_is_offered_anew_and_looking_writes_nothing(
    waiting, time, coordinator, signed_in, now
):
    made = waitlist.offer(by=coordinator, waiting=waiting, time=time, now=now)
    Booking.objects.filter(pk=made.hold_id).update(held_until=now - DAY)
    browser = signed_in(coordinator)

    with CaptureQueriesContext(connection) as asked:
        page = browser.get(WAITLIST).content.decode()
        suited = browser.get(address(time)).context["page"].suited
        browser.get("/today/")

    assert "Held until" not in page and address(time) in page
    assert [one.waiting for one, _ in suited] == [waiting]
    written = [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in written if "scheduling_" in sql or "clinic_audit" in sql] == []


def test_a_time_whose_hold_has_ended_is_held_for_the_next(waiting, time, coordinator, signed_in, now):
    made = waitlist.offer(by=coordinator, waiting=waiting, time=time, now=now)
    Booking.objects.filter(pk=made.hold_id).update(held_until=now - DAY)

    signed_in(coordinator).post(address(time), {"waiting": waiting.pk})

    assert [one.state for one in Offer.objects.order_by("pk")] == ["expired", "open"]
    assert [one.pk for one in Booking.objects.filter(status="held")] == [Offer.objects.first().hold_id]


def test_whom_a_time_does_not_suit_is_named_with_the_reason(waiting, time, coordinator, signed_in):
    Waiting.objects.filter(pk=waiting.pk).update(not_before=time.date + DAY)

    response = signed_in(coordinator).get(address(time))

    assert response.context["page"].suited == []
    assert "as wished." in response.content.decode()


def test_an_offer_that_does_not_suit_is_refused(waiting, time, coordinator, signed_in):
    Waiting.objects.filter(pk=waiting.pk).update(weekdays=[time.date.isoweekday() % 7 + 1])

    response = signed_in(coordinator).post(address(time), {"waiting": waiting.pk}, follow=True)

    assert "as wished." in response.content.decode()
    assert Offer.objects.count() == 0


def test_nobody_of_another_location_is_offered_a_time(
    time, coordinator, other_coordinator, other_location, make_patient, signed_in
):
    bob = make_patient("Bob", "Burns", location=other_location)
    plan = make_plan(bob, other_coordinator).plan
    stranger = Waiting.objects.create(plan=plan, added_by=other_coordinator)

    response = signed_in(coordinator).post(address(time), {"waiting": stranger.pk})

    assert response.status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        "park-street/{pk}/2027-03-02/601/60/",
        "park-street/{pk}/2027-03-02/600/0/",
        "x/{pk}/2027-03-02/600/60/",
    ],
)
def test_a_time_that_does_not_exist_is_not_found(doctor, coordinator, signed_in, wrong):
    response = signed_in(coordinator).get(f"/waitlist/{wrong.format(pk=doctor.pk)}")

    assert response.status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_waitlist_asks_so_many_questions(
    time, coordinator, provider, make_patient, signed_in, now, django_assert_num_queries, rows
):
    for number in range(rows):
        version = planned(make_patient("Ann", f"Ames {number}"), coordinator, provider, now)
        Waiting.objects.create(plan=version.plan, added_by=coordinator)
    browser = signed_in(coordinator)

    with django_assert_num_queries(16):
        response = browser.get(WAITLIST)

    assert len(response.context["page"].waiting) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_whom_a_time_suits_asks_so_many_questions(
    time, coordinator, provider, make_patient, signed_in, now, django_assert_num_queries, rows
):
    for number in range(rows):
        version = planned(make_patient("Ann", f"Ames {number}"), coordinator, provider, now)
        Waiting.objects.create(plan=version.plan, added_by=coordinator)
    browser = signed_in(coordinator)

    with django_assert_num_queries(23):
        response = browser.get(address(time))

    assert len(response.context["page"].suited) == rows


def test_the_due_list_brings_sessions_of_a_visit_together(version, coordinator, signed_in):
    response = signed_in(coordinator).get("/due/")

    (plan,) = response.context["page"]
    first = plan.visits[0]
    assert plan.first.patient_name == "Alice Ames"
    assert f"/plans/{version.plan_id}/visits/new/?session=" in first.book_url
    assert first.book_url in response.content.decode().replace("&amp;", "&")


def test_the_due_list_is_searched_by_name(version, coordinator, provider, make_patient, signed_in, now):
    planned(make_patient("Ben", "Bell"), coordinator, provider, now)

    response = signed_in(coordinator).get("/due/", {"q": "ames"})

    assert {one.first.patient_name for one in response.context["page"]} == {"Alice Ames"}


def test_the_due_list_shows_nobody_of_another_location(version, other_coordinator, signed_in):
    response = signed_in(other_coordinator).get("/due/")

    assert len(response.context["page"]) == 0
    assert "Every session has a date" in response.content.decode()


def test_an_unknown_filter_is_named(coordinator, signed_in):
    page = signed_in(coordinator).get("/due/", {"due": "never"}).content.decode()

    assert "Which sessions: Select a valid choice." in page


def test_a_manager_sees_the_due_list_and_books_nothing(version, manager, signed_in):
    page = signed_in(manager).get("/due/").content.decode()

    assert "Alice Ames" in page
    assert "/visits/new/" not in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_due_page_asks_so_many_questions(
    doctor, coordinator, provider, make_patient, signed_in, now, django_assert_num_queries, rows
):
    for number in range(rows):
        planned(make_patient("Ann", f"Ames {number}"), coordinator, provider, now)
    browser = signed_in(coordinator)

    with django_assert_num_queries(10):
        response = browser.get("/due/")

    assert response.context["sessions"] >= rows
