"""Times of day as whole minutes after local midnight, on the five-minute base everything is booked on."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact

BASE = 5
DAY = 24 * 60


def validate_minute(value: int) -> None:
    """Refuse a time that is not on the five-minute base of a day, 0 to 1440."""
    if value % BASE or not 0 <= value <= DAY:
        raise ValidationError(
            f"{value} is no time of day: give minutes after midnight from 0 to {DAY}, in steps of {BASE}.",
            code="minute",
        )


class MinuteField(models.PositiveSmallIntegerField):
    """A time of day in minutes after local midnight: 540 is nine o'clock, 1440 the end of the day."""

    default_validators = [validate_minute]


def within_a_day(first: str, last: str) -> Q:
    """Keep rows that go from one time of day to a later one, both on the five-minute base."""
    in_order = Q(**{f"{first}__lt": F(last), f"{last}__lte": DAY})
    return in_order & Q(Exact(F(first) % BASE, 0)) & Q(Exact(F(last) % BASE, 0))


def clock(minutes: int) -> str:
    """Write minutes after midnight as a clock shows them: 09:05."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def hours_in_words(hours: int) -> str:
    """Write so many hours as people say them: 24 hours, 36 hours, 2 days."""
    days, rest = divmod(hours, 24)
    if days > 1 and not rest:
        return f"{days} days"
    return "1 hour" if hours == 1 else f"{hours} hours"
