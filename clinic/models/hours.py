"""When a location is open, and when a provider works there."""

from django.db import models
from django.db.models import F, Q

from clinic.models.clock import MinuteField, clock, within_a_day
from clinic.models.location import Location, refuse_far_days
from clinic.models.provider import Provider

WEEKDAY = Q(weekday__gte=1, weekday__lte=7)
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class OpeningHours(models.Model):
    """From when to when a location is open on one weekday; a lunch break makes two rows."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField("weekday, 1 for Monday")
    opens = MinuteField()
    closes = MinuteField()

    class Meta:
        ordering = ["location", "weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints = [
            models.CheckConstraint(
                condition=WEEKDAY,
                name="hours_weekday_known",
                violation_error_message="A weekday is a number from 1 (Monday) to 7 (Sunday).",
            ),
            models.CheckConstraint(
                condition=within_a_day("opens", "closes"),
                name="hours_open_before_close",
                violation_error_message="Opening comes before closing, in steps of 5 minutes of one day.",
            ),
            models.UniqueConstraint(
                fields=["location", "weekday", "opens"],
                name="hours_once",
                violation_error_message="The location already opens at this time.",
            ),
        ]

    def __str__(self):
        return f"{NAMES[self.weekday - 1]} {clock(self.opens)} to {clock(self.closes)}"


class Shift(models.Model):
    """From when to when a provider works at a location on one weekday, from `first` to `last` if it ends."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="shifts")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField("weekday, 1 for Monday")
    starts = MinuteField()
    ends = MinuteField()
    first = models.DateField("first day")
    last = models.DateField("last day", null=True, blank=True)

    class Meta:
        ordering = ["provider", "weekday", "starts", "pk"]
        indexes = [models.Index(fields=["location", "weekday"])]
        constraints = [
            models.CheckConstraint(
                condition=WEEKDAY,
                name="shift_weekday_known",
                violation_error_message="A weekday is a number from 1 (Monday) to 7 (Sunday).",
            ),
            models.CheckConstraint(
                condition=within_a_day("starts", "ends"),
                name="shift_start_before_end",
                violation_error_message="A shift starts before it ends, in steps of 5 minutes of one day.",
            ),
            models.CheckConstraint(
                condition=Q(last=None) | Q(first__lte=F("last")),
                name="shift_first_before_last",
                violation_error_message="The last day of a shift must not lie before its first.",
            ),
        ]

    def __str__(self):
        return f"{self.provider}, {NAMES[self.weekday - 1]} {clock(self.starts)} to {clock(self.ends)}"

    def clean(self):
        """Refuse days of years nobody plans for."""
        refuse_far_days(first=self.first, last=self.last)


class Absence(models.Model):
    """Days on which a provider does not work anywhere, both ends included."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="absences")
    first = models.DateField("first day away")
    last = models.DateField("last day away")
    reason = models.CharField(max_length=100)

    class Meta:
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last")),
                name="absence_first_before_last",
                violation_error_message="The last day away must not lie before the first.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="absence_has_a_reason",
                violation_error_message="Say why the provider is away: holiday, training, ill.",
            ),
            models.UniqueConstraint(
                fields=["provider", "first", "last"],
                name="absence_once",
                violation_error_message="The provider is already away on these days.",
            ),
        ]

    def __str__(self):
        return f"{self.provider} away {self.first} to {self.last}: {self.reason}"

    def clean(self):
        """Refuse days of years nobody plans for."""
        refuse_far_days(first=self.first, last=self.last)

    @property
    def location(self):
        """An absence holds everywhere, so its audit entry names no location."""
        return None
