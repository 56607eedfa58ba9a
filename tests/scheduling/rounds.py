"""What is on record of a course of tests, and what of it needs a date again."""

import datetime

from scheduling.course.standing import Standings
from scheduling.models import Given, PlanVersion
from tests.scheduling.asking import NECK_KEY


def given(key: str = NECK_KEY) -> list[tuple]:
    """Give what is on record of a series, in order of date."""
    rows = Given.objects.filter(key=key).order_by("date", "pk")
    return [(one.date, one.counts, one.ordinal) for one in rows if one.withdrawn_at is None]


def needs(version: PlanVersion, today: datetime.date) -> list[tuple]:
    """Give the sessions that need a date, without those that were never booked."""
    standings = Standings.of(version, today)
    return [(one.key, one.ordinal) for one in standings.needs_a_date if one.number <= 3]
