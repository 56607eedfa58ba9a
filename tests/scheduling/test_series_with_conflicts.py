"""A five-round MesoBotox, Botox and filler plan booked in one click, with conflicts in the way."""

import datetime

import pytest
from django.urls import reverse

from clinic.actions.hours import add_absence
from scheduling.course.standing import Standings
from scheduling.models import Booking, Claim
from scheduling.planning.check import broken
from tests.scheduling.builders import NOON, TODAY, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, booked, open_practice, work

pytestmark = pytest.mark.django_db
WANTS = (
    ("pores", "cheeks", "severe"),
    (*UPPER_FACE, "severe"),
    ("smile_lines", "cheeks", "moderate"),
)
CONFLICTS = (3, 6, 9)


@pytest.fixture
def doctor(location, provider):
    open_practice(location)
    return work(provider, location)


@pytest.fixture
def version(doctor, coordinator, provider, patient, time_machine):
    """Alice's plan of at least nine visits, approved, at noon of the day it begins."""
    time_machine.move_to(NOON)
    found = found_for(*WANTS, preference="closest_to_protocol", horizon_months=27)
    return approved_plan(patient, coordinator, provider, found)


def book_in_one_click(browser, version):
    """Press the button of the plan's page."""
    return browser.post(
        reverse("scheduling:book_series", args=[version.plan_id]),
        {"key": "6f2c8f0e-9d0f-4b0b-8a55-3f0a3c1f2d4e"},
    )


def planned_days(version) -> list[datetime.date]:
    """Give the planned visits' days."""
    return list(version.visits.order_by("date").values_list("date", flat=True))


def test_conflicts_at_visits_3_6_and_9_move_them_within_their_windows(
    version, doctor, coordinator, signed_in
):
    days = planned_days(version)
    for number in CONFLICTS:
        add_absence(
            by=coordinator, provider=doctor, first=days[number - 1], last=days[number - 1], reason="Training"
        )

    response = book_in_one_click(signed_in(coordinator), version)

    standings = Standings.of(version, TODAY)
    dates = [
        [standings.dates[one.key, number] for number in range(1, len(one.sessions) + 1)]
        for one in standings.problem.series
    ]
    assert response.status_code == 302
    assert len(days) >= max(CONFLICTS)
    assert standings.needs_a_date == ()
    assert broken(standings.problem, dates) == ()
    assert not {one.date for one in booked(version)} & {days[number - 1] for number in CONFLICTS}


def test_a_window_without_any_day_is_named_with_what_stands_in_it_and_nothing_is_booked(
    version, doctor, coordinator, signed_in
):
    days = planned_days(version)
    first, last = days[2] - datetime.timedelta(days=75), days[2] + datetime.timedelta(days=75)
    add_absence(by=coordinator, provider=doctor, first=first, last=last, reason="Sabbatical")

    response = book_in_one_click(signed_in(coordinator), version)

    assert response.status_code == 409
    assert "Dr. June Ellis is away (Sabbatical)" in response.content.decode()
    assert (Booking.objects.count(), Claim.objects.count()) == (0, 0)
