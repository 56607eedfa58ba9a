"""Booked visits: when, with whom, where, and the sessions given at them."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models.clock import clock
from scheduling.availability.bits import UNIT
from scheduling.availability.days import EPOCH, LENGTH
from scheduling.models.plan import Plan
from scheduling.naming import SeriesName


class BookingQuerySet(models.QuerySet["Booking"]):
    """Sets of booked visits."""

    def visible_to(self, user):
        """Keep the bookings of patients at the person's locations; patients see their own visits.

        Where a patient comes to now decides, as for plans: who moved took their past visits along.
        """
        if user.works_here:
            return self.filter(patient__location__in=user.locations.all())
        return self.visits().filter(patient__user=user)

    def live(self):
        """Keep the bookings that hold their time: held, booked and arrived."""
        return self.filter(status__in=Booking.LIVE)

    def visits(self):
        """Keep the visits: a time that is only held for an offer has no sessions yet."""
        return self.filter(offer=None)

    def without_expired(self, now: datetime.datetime):
        """Leave out the times that were held for an offer until `now`, aware, or before."""
        return self.exclude(status=Booking.Status.HELD, held_until__lte=now)

    def unresolved(self, today: datetime.date):
        """Keep the visits of the year before `today` of which nobody said whether the patient came."""
        since = today - datetime.timedelta(days=366)
        return self.visits().filter(
            date__gte=since, date__lt=today, status__in=(Booking.Status.BOOKED, Booking.Status.ARRIVED)
        )

    def disturbed(self, absences):
        """Keep the visits booked for days on which their provider is away."""
        hit = Q(pk__in=())
        for one in absences:
            hit |= Q(provider=one.provider_id, date__range=(one.first, one.last))
        return self.visits().filter(hit, status=Booking.Status.BOOKED)

    def expected(self):
        """Keep the bookings somebody will come to or came to: booked, arrived and completed."""
        return self.filter(status__in=Booking.EXPECTED)

    def with_details(self):
        """Bring along the people, places, sessions and the event, in a fixed number of queries."""
        found = self.select_related("patient", "location", "provider", "room", "device", "plan", "event")
        return found.prefetch_related("sessions")


class Booking(models.Model):
    """One visit of a patient at a real time, holding its provider, room and device step by step.

    `date` and `minute` are what the location's clock shows; `unit` is the same moment on the line of
    five-minute units since 1970 in UTC, `units` its length; `steps` are copied from the protocols as
    [name, minutes, "patient provider room"].
    """

    class Status(models.TextChoices):
        HELD = "held", "Held"
        BOOKED = "booked", "Booked"
        ARRIVED = "arrived", "Arrived"
        COMPLETED = "completed", "Completed"
        MISSED = "missed", "Missed"
        CANCELLED = "cancelled", "Cancelled"

    class Kind(models.TextChoices):
        SERIES = "series", "Series"
        BOOSTER = "booster", "Booster"

    LIVE = (Status.HELD, Status.BOOKED, Status.ARRIVED)
    EXPECTED = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED)

    patient = models.ForeignKey("clinic.Patient", on_delete=models.PROTECT, related_name="bookings")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="bookings")
    location = models.ForeignKey("clinic.Location", on_delete=models.PROTECT, related_name="bookings")
    provider = models.ForeignKey("clinic.Provider", on_delete=models.PROTECT, related_name="bookings")
    room = models.ForeignKey("clinic.Room", on_delete=models.PROTECT, related_name="bookings")
    device = models.ForeignKey(
        "clinic.Device", on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    date = models.DateField()
    minute = models.PositiveSmallIntegerField("minutes after local midnight")
    unit = models.PositiveIntegerField("first five-minute unit since 1970 in UTC")
    units = models.PositiveSmallIntegerField("length in five-minute units")
    steps = models.JSONField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SERIES)
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    held_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("why this provider or time", max_length=300, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField("confirmed by the patient", null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "pk"]
        indexes = [
            models.Index(fields=["location", "date"]),
            models.Index(fields=["provider", "date"]),
            models.Index(fields=["plan", "status"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gte=1) & Q(units__lte=288),
                name="booking_takes_time",
                violation_error_message="A visit takes at least five minutes and at most a day.",
            ),
            models.CheckConstraint(
                condition=Q(minute__lt=1440),
                name="booking_starts_within_its_day",
                violation_error_message="A visit starts at a time of its day.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["held", "booked", "arrived", "completed", "missed", "cancelled"]),
                name="booking_status_known",
                violation_error_message="A booking is held, booked, arrived, completed, missed or cancelled.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["series", "booster"]),
                name="booking_kind_known",
                violation_error_message="A visit belongs to the series or is a booster.",
            ),
            models.CheckConstraint(
                condition=(Q(status="held") & Q(held_until__isnull=False))
                | (~Q(status="held") & Q(held_until=None)),
                name="booking_hold_ends",
                violation_error_message="A held time ends; a booked one does not.",
            ),
        ]

    def __str__(self):
        return f"{self.date} {self.starts}"

    @property
    def starts(self) -> str:
        """What the clock shows when it begins."""
        return clock(self.minute)

    @property
    def ends(self) -> str:
        """What the clock shows when its last step ends, on a day without a clock change."""
        return clock((self.minute + self.units * UNIT) % 1440)

    @property
    def at(self) -> datetime.datetime:
        """The moment it begins, on the clock of its location, which must be fetched."""
        return (EPOCH + self.unit * LENGTH).astimezone(self.location.zone)

    @property
    def is_live(self) -> bool:
        """Whether it holds its time."""
        return self.status in self.LIVE


class BookedSession(models.Model):
    """The session of a series that is given at a booked visit; `ordinal` counts the whole course.

    `is_live` is false once the visit was missed or cancelled, or this session was left out of it: then
    the ordinal is free to be booked again.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="sessions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField("place within the visit")
    key = models.CharField(max_length=82)
    ordinal = models.PositiveSmallIntegerField(null=True, blank=True)
    treatment = models.CharField(max_length=80)
    area = models.CharField(max_length=80)
    mark = models.CharField(max_length=20)
    minutes = models.PositiveSmallIntegerField()
    is_live = models.BooleanField(default=True)

    class Meta:
        ordering = ["booking", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key", "ordinal"],
                condition=Q(is_live=True),
                name="session_booked_once",
                violation_error_message="This session already has a booked date.",
            ),
            models.UniqueConstraint(
                fields=["booking", "position"],
                name="booked_session_position_unique",
                violation_error_message="Two sessions of a visit cannot stand in the same place.",
            ),
            models.CheckConstraint(
                condition=Q(ordinal=None) | Q(ordinal__gte=1),
                name="booked_session_counted_from_1",
                violation_error_message="Sessions are counted from 1.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, session {self.ordinal}" if self.ordinal else f"{self.name}, booster"

    def number_after(self, done: int) -> int:
        """Its number within a version before which so many sessions counted; 0 for a booster."""
        return self.ordinal - done if self.ordinal else 0

    @property
    def name(self) -> SeriesName:
        """What the series was called when it was booked."""
        return SeriesName(self.key, self.treatment, self.area, self.mark)
