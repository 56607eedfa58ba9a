"""Where treatments happen, and when a place is shut."""

import datetime
import re
import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from clinic.models.clock import hours_in_words

GRIDS = (5, 10, 15, 20, 30, 60)
MOST_NOTICE, MOST_REMINDER = 336, 14
FIRST_YEAR, LAST_YEAR = 1900, 2200
PHONE = re.compile(r"\+?[0-9 ()./-]*", re.ASCII)
FEWEST_DIGITS = 3


def validate_time_zone(name: str) -> None:
    """Refuse a zone the time-zone database does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name like America/New_York.", code="zone")


def validate_weekdays(days) -> None:
    """Refuse anything but a sorted list of different ISO weekdays (1 Monday to 7 Sunday), at least one."""
    whole = isinstance(days, list) and all(type(day) is int and 1 <= day <= 7 for day in days)
    if not whole or not days or days != sorted(set(days)):
        raise ValidationError(
            "Give the open weekdays as a sorted list of numbers, 1 for Monday to 7 for Sunday, "
            "each once: [1, 2, 3, 4, 5].",
            code="weekdays",
        )


def refuse_far_days(**days: datetime.date | None) -> None:
    """Refuse days outside the years that every page and calculation can show, each under its field's name."""
    wrong = {
        name: f"Enter a day of the years {FIRST_YEAR} to {LAST_YEAR}: {day.year} is not one of them."
        for name, day in days.items()
        if isinstance(day, datetime.date) and not FIRST_YEAR <= day.year <= LAST_YEAR
    }
    if wrong:
        raise ValidationError({name: ValidationError(text, code="year") for name, text in wrong.items()})


def validate_phone(number: str) -> None:
    """Refuse what no telephone could dial; nothing at all is fine."""
    if number and (not PHONE.fullmatch(number) or sum(map(str.isdigit, number)) < FEWEST_DIGITS):
        raise ValidationError(
            "Write the number with digits, spaces and ( ) . / - alone, such as +1 518 555 0100.", code="phone"
        )


def monday_to_friday() -> list[int]:
    """Give the usual open weekdays."""
    return [1, 2, 3, 4, 5]


class LocationQuerySet(models.QuerySet["Location"]):
    """Sets of locations."""

    def visible_to(self, user):
        """Keep those where the person works in their role of now; for a patient, the one they come to."""
        if user.works_here:
            return self.filter(staff_roles__user=user, staff_roles__role=user.role)
        return self.filter(patients__user=user)

    def managed_by(self, user):
        """Keep those a person manages, whatever they work as at the moment."""
        return self.filter(staff_roles__user=user, staff_roles__role="manager")


class Location(models.Model):
    """A place of the practice, with its own clock and open weekdays."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=50, unique=True)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    weekdays = models.JSONField("open weekdays", default=monday_to_friday, validators=[validate_weekdays])
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    grid = models.PositiveSmallIntegerField("minutes between offered times", default=15)
    notice_hours = models.PositiveSmallIntegerField("hours of notice patients give", default=24)
    reminder_days = models.PositiveSmallIntegerField("days before a visit its reminder goes out", default=2)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(slug="") & ~Q(time_zone=""),
                name="location_named",
                violation_error_message="A location needs a name, a short name and a time zone.",
            ),
            models.CheckConstraint(
                condition=Q(grid__in=GRIDS),
                name="location_grid_divides_an_hour",
                violation_error_message="Offer times every 5, 10, 15, 20, 30 or 60 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(notice_hours__gte=1, notice_hours__lte=MOST_NOTICE),
                name="location_notice_within_two_weeks",
                violation_error_message="The notice is 1 to 336 hours: an hour to two weeks.",
            ),
            models.CheckConstraint(
                condition=Q(reminder_days__gte=1, reminder_days__lte=MOST_REMINDER),
                name="location_reminder_within_two_weeks",
                violation_error_message="A reminder goes out 1 to 14 days before a visit.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The clock on this location's wall."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def notice(self) -> datetime.timedelta:
        """How long before a visit patients still change it themselves."""
        return datetime.timedelta(hours=self.notice_hours)

    @property
    def notice_words(self) -> str:
        """The notice in words: 24 hours, 2 days."""
        return hours_in_words(self.notice_hours)

    @property
    def dial(self) -> str:
        """The number as a telephone dials it (RFC 3966): digits, a plus before the code of a country.

        The (0) that people write after such a code is not dialled.
        """
        abroad = self.phone.startswith("+")
        number = self.phone.replace("(0)", "") if abroad else self.phone
        return "+" * abroad + "".join(filter(str.isdigit, number))

    def clean(self):
        """Refuse a number that cannot be called."""
        try:
            validate_phone(self.phone)
        except ValidationError as wrong:
            raise ValidationError({"phone": wrong}) from None


class Closure(models.Model):
    """Days on which a location is shut, both ends included."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="closures")
    first = models.DateField("first closed day")
    last = models.DateField("last closed day")
    reason = models.CharField(max_length=100)

    class Meta:
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last")),
                name="closure_first_before_last",
                violation_error_message="The last closed day must not lie before the first.",
            ),
            models.UniqueConstraint(
                fields=["location", "first", "last"],
                name="closure_once",
                violation_error_message="These days are already closed at this location.",
            ),
        ]

    def __str__(self):
        return f"{self.reason}, {self.first} to {self.last}"

    def clean(self):
        """Refuse days of years nobody plans for."""
        refuse_far_days(first=self.first, last=self.last)
