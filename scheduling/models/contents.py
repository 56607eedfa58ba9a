"""What a version of a plan holds, as rows: its series, its visits and the sessions given on them."""

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q

from scheduling.models.booking import BookedSession, Booking
from scheduling.models.given import Given
from scheduling.models.plan import Plan, PlanVersion
from scheduling.naming import SeriesName
from treatments.models.versions import WrittenOnceModel, WrittenOnceQuerySet


class PlanSeries(WrittenOnceModel):
    """One treatment on one area, with the numbers copied from the protocol's version of that day."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="series")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=82)
    treatment = models.CharField(max_length=80)
    area = models.CharField(max_length=80)
    mark = models.CharField(max_length=20)
    minutes = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=10)
    initial = models.PositiveSmallIntegerField("sessions of the first series")
    done = models.PositiveSmallIntegerField("sessions that counted before this version", default=0)
    protocol_version = models.ForeignKey(
        "treatments.ProtocolVersion", on_delete=models.PROTECT, related_name="+"
    )

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        verbose_name_plural = "plan series"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"],
                name="plan_series_once",
                violation_error_message="The plan already has this series.",
            ),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="plan_series_position_unique",
                violation_error_message="Two series cannot stand in the same place.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1),
                name="plan_series_takes_time",
                violation_error_message="A session takes at least a minute.",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["mild", "moderate", "severe"]),
                name="plan_series_severity_known",
                violation_error_message="Severity is mild, moderate or severe.",
            ),
        ]

    def __str__(self):
        return self.key

    @property
    def name(self) -> SeriesName:
        """What the series was called when it was planned."""
        return SeriesName(self.key, self.treatment, self.area, self.mark)


class Visit(WrittenOnceModel):
    """One date of a plan, a local date of the patient's location, and the minutes it takes."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="visits")
    date = models.DateField()
    minutes = models.PositiveSmallIntegerField()

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        ordering = ["version", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "date"],
                name="visit_once_a_day",
                violation_error_message="The plan already has a visit on this day.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1),
                name="visit_takes_time",
                violation_error_message="A visit takes at least a minute.",
            ),
        ]

    def __str__(self):
        return f"visit on {self.date}"


class SessionQuerySet(WrittenOnceQuerySet):
    """Sets of sessions of plans."""

    def visible_to(self, user):
        """Keep the sessions of plans the person may see."""
        return self.filter(series__version__plan__in=Plan.objects.visible_to(user))

    def of_patients(self, patients):
        """Keep the sessions of these patients' plans."""
        return self.filter(series__version__plan__patient__in=patients)

    def undated(self, locations: Sequence[int]):
        """Give (plan, key, ordinal) of the sessions of approved plans that are neither given nor booked.

        Of patients of these locations (ids); `ordinal` counts the whole course. Three lists and their
        difference: whatever a database believes of its tables, it never reads one for each row of another.
        """
        approved = self.filter(
            series__version__status=PlanVersion.Status.APPROVED,
            series__version__plan__patient__location__in=locations,
        )
        ordinal = F("number") + F("series__done")
        asked = approved.order_by().values_list("series__version__plan", "series__key", ordinal)
        settled = ("plan", "key", "ordinal")
        here = {"plan__patient__location__in": locations, "ordinal__isnull": False}
        given = Given.objects.standing().filter(counts=True, **here).order_by().values_list(*settled)
        booked = BookedSession.objects.filter(is_live=True, booking__status__in=Booking.LIVE, **here)
        return asked.difference(given, booked.order_by().values_list(*settled))


class Session(WrittenOnceModel):
    """The n-th treatment of a series, its place within the visit, and the window it was chosen from."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="sessions")
    series = models.ForeignKey(PlanSeries, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField("place within the visit")
    earliest = models.DateField()
    start = models.DateField("recommended from")
    end = models.DateField("recommended to")
    latest = models.DateField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["visit", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                name="session_number_unique",
                violation_error_message="The series already has a session with this number.",
            ),
            models.UniqueConstraint(
                fields=["visit", "position"],
                name="session_position_unique",
                violation_error_message="Two sessions of a visit cannot stand in the same place.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(position__gte=1),
                name="session_counted_from_1",
                violation_error_message="Sessions are counted from 1.",
            ),
            models.CheckConstraint(
                condition=Q(earliest__lte=F("latest")) & Q(start__lte=F("end")),
                name="session_window_ordered",
                violation_error_message="The last day of a window must not lie before its first.",
            ),
        ]

    def __str__(self):
        return f"session {self.number}"
