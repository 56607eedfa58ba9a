"""Absences: who is away, refused where they overlap, what they disturb, and re-planning it plan by plan."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinic.actions.hours import add_absence
from clinic.models import Absence, Provider
from scheduling.intake.recommendation import Recommendation
from scheduling.models import Booking
from tests.scheduling.builders import NECK, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work
from tests.staff import let_work

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def doctor(location, provider):
    open_practice(location)
    return work(provider, location)


@pytest.fixture
def now() -> datetime.datetime:
    """This moment: views have a clock, so plans of these tests begin today."""
    return timezone.now()


@pytest.fixture
def today(location, now) -> datetime.date:
    return now.astimezone(location.zone).date()


def from_today(today: datetime.date) -> Recommendation:
    """A plan of the neck that begins in a week."""
    return found_for(NECK, start=(today + 7 * DAY).isoformat())


@pytest.fixture
def version(doctor, coordinator, provider, patient, today, now):
    """Alice's plan, booked whole."""
    version = approved_plan(patient, coordinator, provider, from_today(today))
    book_all(version, coordinator, now)
    return version


def entered(provider: Provider, first: datetime.date, last: datetime.date) -> dict:
    """What the form sends."""
    return {
        "provider": provider.pk,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "reason": "Training",
    }


def spoken(day: datetime.date) -> str:
    """A day as pages write it."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def test_a_saved_absence_shows_the_visits_it_affects(version, doctor, coordinator, signed_in):
    first = booked(version)[0]
    browser = signed_in(coordinator)

    response = browser.post("/absences/", entered(doctor, first.date, first.date + DAY), follow=True)

    page = response.context["page"]
    assert [one.pk for one in page.bookings] == [first.pk]
    assert [one.booking.plan_id for one in page.plans] == [version.plan_id]
    text = response.content.decode()
    assert "1 visit of 1 plan affected" in text
    assert f"/plans/{version.plan_id}/replan/" in text


def test_an_absence_is_listed_with_how_many_visits_it_affects(version, doctor, coordinator, signed_in):
    first = booked(version)[0]
    add_absence(by=coordinator, provider=doctor, first=first.date, last=first.date, reason="Ill")

    response = signed_in(coordinator).get("/absences/")

    assert [(str(one.absence.provider), one.words) for one in response.context["absences"]] == [
        ("Dr. June Ellis", "1 visit affected")
    ]


def test_an_overlapping_absence_is_refused_and_names_the_other(doctor, coordinator, signed_in, today):
    add_absence(
        by=coordinator, provider=doctor, first=today + 5 * DAY, last=today + 9 * DAY, reason="Conference"
    )

    response = signed_in(coordinator).post("/absences/", entered(doctor, today + 9 * DAY, today + 20 * DAY))

    days = f"from {spoken(today + 5 * DAY)} to {spoken(today + 9 * DAY)} (Conference)"
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        f"Dr. June Ellis is away {days} already. Take that back first, or choose other days."
    ]
    assert Absence.objects.count() == 1


def test_the_action_itself_refuses_an_overlap(doctor, coordinator, today):
    add_absence(by=coordinator, provider=doctor, first=today, last=today + DAY, reason="Ill")

    with pytest.raises(ValidationError, match="is away"):
        add_absence(by=coordinator, provider=doctor, first=today + DAY, last=today + DAY, reason="Ill")


def test_absences_that_touch_do_not_overlap(doctor, coordinator, today):
    add_absence(by=coordinator, provider=doctor, first=today, last=today + DAY, reason="Ill")

    add_absence(by=coordinator, provider=doctor, first=today + 2 * DAY, last=today + 2 * DAY, reason="Ill")

    assert Absence.objects.count() == 2


@pytest.mark.parametrize(("first", "last", "field"), [(5, 3, None), (-9, -5, "last")])
def test_days_that_make_no_sense_are_refused(doctor, coordinator, signed_in, today, first, last, field):
    data = entered(doctor, today + first * DAY, today + last * DAY)

    response = signed_in(coordinator).post("/absences/", data)

    assert response.status_code == 422
    assert response.context["form"].errors.get(field or "__all__")
    assert Absence.objects.count() == 0


def test_only_providers_of_ones_own_locations_can_be_entered(
    make_user, other_location, coordinator, signed_in, today
):
    other = Provider.objects.create(user=make_user("Odd", "provider", other_location), printed_name="Dr. Odd")

    response = signed_in(coordinator).post("/absences/", entered(other, today, today))

    assert list(response.context["form"].errors) == ["provider"]
    assert Absence.objects.count() == 0


def test_an_absence_that_is_taken_back_affects_nobody(version, doctor, coordinator, signed_in):
    first = booked(version)[0]
    away = add_absence(by=coordinator, provider=doctor, first=first.date, last=first.date, reason="Ill")

    response = signed_in(coordinator).post(f"/absences/{away.pk}/end/")

    assert response["Location"] == "/absences/"
    assert Absence.objects.count() == 0


def test_replanning_all_goes_through_the_plans_one_after_the_other(
    version, doctor, coordinator, provider, make_patient, signed_in, today, now
):
    other = approved_plan(make_patient("Ben", "Bell"), coordinator, provider, from_today(today))
    book_all(other, coordinator, now)
    days = {booked(version)[0].date, booked(other)[0].date}
    away = add_absence(
        by=coordinator, provider=doctor, first=min(days), last=max(days) + DAY, reason="Conference"
    )
    browser, address = signed_in(coordinator), f"/absences/{away.pk}/replan/"

    for left in (2, 1):
        response = browser.get(address)
        page = response.context
        assert ("data-undo" in response.text) == (left == 1)
        assert len(page["page"].plans) == left
        chosen = page["chosen"]
        form = {"key": str(page["replan"].key), "order": page["replan"].signed}
        assert browser.post(f"{address}?plan={chosen}", form)["Location"] == address

    assert browser.get(address)["Location"] == f"/absences/{away.pk}/"
    live = Booking.objects.live().filter(provider=doctor)
    assert not live.filter(date__range=(away.first, away.last)).exists()
    assert {one.plan_id for one in Booking.objects.live()} == {version.plan_id, other.plan_id}


def test_a_replan_that_was_not_shown_is_not_applied(version, doctor, coordinator, signed_in):
    first = booked(version)[0]
    away = add_absence(by=coordinator, provider=doctor, first=first.date, last=first.date, reason="Ill")
    browser, address = signed_in(coordinator), f"/absences/{away.pk}/replan/"
    shown = browser.get(address).context["replan"]

    response = browser.post(address, {"key": str(shown.key), "order": "forged"})

    assert response.status_code == 409
    assert Booking.objects.get(pk=first.pk).date == first.date


def test_a_plan_that_is_not_affected_is_not_replanned_here(version, doctor, coordinator, signed_in):
    first = booked(version)[0]
    away = add_absence(by=coordinator, provider=doctor, first=first.date, last=first.date, reason="Ill")

    response = signed_in(coordinator).get(f"/absences/{away.pk}/replan/", {"plan": version.plan_id + 1})

    assert response.status_code == 404


def test_visits_elsewhere_are_counted_but_not_named(
    version, doctor, coordinator, other_coordinator, other_location, signed_in
):
    let_work(doctor.user, other_location)
    first = booked(version)[0]
    away = add_absence(by=coordinator, provider=doctor, first=first.date, last=first.date, reason="Ill")

    page = signed_in(other_coordinator).get(f"/absences/{away.pk}/").content.decode()

    assert "1 more at locations you do not work at" in page
    assert "Alice" not in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_absences_ask_so_many_questions(
    location, doctor, make_user, coordinator, signed_in, today, django_assert_num_queries, rows
):
    for number in range(rows):
        user = make_user(f"P{number}", "provider", location)
        other = Provider.objects.create(user=user, printed_name=f"Dr. {number}")
        add_absence(by=coordinator, provider=other, first=today, last=today + DAY, reason="Ill")
    browser = signed_in(coordinator)

    with django_assert_num_queries(6):
        response = browser.get("/absences/")

    assert len(response.context["absences"]) == rows
