"""What a version of a plan holds, as rows: its series, its visits and the sessions given on them."""

import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

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


OF_PLAN = {"plan": OuterRef("series__version__plan"), "key": OuterRef("series__key")}


class SessionQuerySet(WrittenOnceQuerySet):
    """Sets of sessions of plans."""

    def visible_to(self, user):
        """Keep the sessions of plans the person may see."""
        return self.filter(series__version__plan__in=Plan.objects.visible_to(user))

    def of_patients(self, patients):
        """Keep the sessions of these patients' plans."""
        return self.filter(series__version__plan__patient__in=patients)

    def needing_a_date(self, today: datetime.date):
        """Keep the sessions of approved plans that are neither given nor booked, with what moves them.

        `ordinal` counts the whole course; `before` is the real day of the session before where it was given
        or is booked, `planned_before` the day it was planned for. `treated` is the last day on which the area
        was treated, `unresolved` the last day before `today` on which it was to be, both since the version.
        """
        approved = self.filter(series__version__status=PlanVersion.Status.APPROVED)
        found = approved.annotate(ordinal=F("number") + F("series__done"), previous=F("ordinal") - 1)
        planned = Session.objects.filter(series=OuterRef("series"), number=OuterRef("number") - 1)
        return found.filter(~Exists(given("ordinal")), ~Exists(booked("ordinal"))).annotate(
            before=Coalesce(
                Subquery(given("previous").values("date")[:1]),
                Subquery(booked("previous").values("booking__date")[:1]),
            ),
            planned_before=Subquery(planned.values("visit__date")[:1]),
            treated=last_treated(),
            unresolved=last_unresolved(today),
        )

    def due(self, today: datetime.date, within: int):
        """Keep those that need a date and whose recommended days end within so many days, or may do so.

        As planned, or counted from another day than planned: `scheduling.boards.due` works those out.
        """
        ends = Q(end__lte=today + datetime.timedelta(days=within))
        planned = F("planned_before")
        moved = Q(before__lt=planned) | Q(before__gt=planned) | Q(before=None, planned_before__lt=today)
        moved |= Q(treated__gt=planned) | Q(unresolved__gt=planned) | Q(number=1, treated__isnull=False)
        return self.needing_a_date(today).filter(ends | moved)

    def overdue(self, today: datetime.date):
        """Keep those that need a date and whose recommended days have passed, or may have."""
        return self.due(today, -1)


def given(ordinal: str):
    """The treatment that counts as the session of this ordinal."""
    return Given.objects.standing().filter(**OF_PLAN, counts=True, ordinal=OuterRef(ordinal))


def booked(ordinal: str):
    """The live booking of the session of this ordinal."""
    live = BookedSession.objects.filter(**OF_PLAN, is_live=True, booking__status__in=Booking.LIVE)
    return live.filter(ordinal=OuterRef(ordinal))


def last_treated() -> Subquery:
    """The last day on which the patient's area was treated, not counting what the version knew of."""
    of_patient = {"patient": OuterRef("series__version__plan__patient"), "key": OuterRef("series__key")}
    known = Q(counts=True, plan=OuterRef("series__version__plan"), ordinal__lte=OuterRef("series__done"))
    return latest(Given.objects.standing().filter(~known, **of_patient), "date")


def last_unresolved(today: datetime.date) -> Subquery:
    """The last day before today on which the area was booked and nobody said whether the patient came."""
    live = BookedSession.objects.filter(**OF_PLAN, is_live=True, booking__status__in=Booking.LIVE)
    past = live.filter(booking__date__lt=today)
    return latest(past.exclude(ordinal__lte=OuterRef("series__done")), "booking__date")


def latest(rows, date: str) -> Subquery:
    """The latest of these rows' dates."""
    return Subquery(rows.order_by(f"-{date}").values(date)[:1])


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
