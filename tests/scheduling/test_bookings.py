"""Booking a whole plan: all of it or nothing, once, and never twice at a time."""

import pytest

from tests.scheduling.builders import NECK, UPPER_FACE, found_for
from tests.scheduling.practice import approved_plan, book_all, booked, open_practice, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(location, coordinator, provider, make_patient):
    open_practice(location)
    work(provider, location)
    return approved_plan(make_patient(), coordinator, provider, found_for(NECK, UPPER_FACE))


def test_booking_a_plan_places_every_session_on_its_planned_day(version, coordinator):
    change = book_all(version, coordinator)

    rows = booked(version)
    assert [one.date for one in rows] == [one.date for one in version.visits.order_by("date")]
    assert len(change.after) == len(rows)
