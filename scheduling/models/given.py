"""What was really given, and whether it counts as a session of its series."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scheduling.models.booking import Booking
from scheduling.models.plan import Plan


class GivenQuerySet(models.QuerySet["Given"]):
    """Sets of treatments that were given."""

    def standing(self):
        """Keep those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Given(models.Model):
    """A treatment of one area on one day, here or elsewhere.

    `counts` says whether it is a session of its series, `because` why or why not in words; `ordinal` is
    its place in the whole course when it counts. Nothing is removed: what was recorded wrongly is withdrawn.
    """

    class Kind(models.TextChoices):
        SERIES = "series", "Series"
        BOOSTER = "booster", "Booster"
        ELSEWHERE = "elsewhere", "Given elsewhere"

    patient = models.ForeignKey("clinic.Patient", on_delete=models.PROTECT, related_name="given")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="given")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="given"
    )
    key = models.CharField("treatment and area", max_length=82)
    treatment = models.CharField(max_length=80)
    area = models.CharField(max_length=80)
    mark = models.CharField(max_length=20)
    date = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SERIES)
    ordinal = models.PositiveSmallIntegerField(null=True, blank=True)
    counts = models.BooleanField()
    because = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = GivenQuerySet.as_manager()

    class Meta:
        ordering = ["date", "pk"]
        verbose_name_plural = "given treatments"
        indexes = [models.Index(fields=["patient", "date"])]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key", "ordinal"],
                condition=Q(withdrawn_at=None, counts=True),
                name="given_ordinal_once",
                violation_error_message="This session of the series was already given.",
            ),
            models.CheckConstraint(
                condition=Q(counts=True, ordinal__gte=1, ordinal__isnull=False)
                | Q(counts=False, ordinal=None),
                name="given_counts_with_an_ordinal",
                violation_error_message="What counts has its place in the series; what does not has none.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["series", "booster", "elsewhere"]),
                name="given_kind_known",
                violation_error_message="A treatment is of the series, a booster, or was given elsewhere.",
            ),
            models.CheckConstraint(
                condition=~Q(because=""),
                name="given_says_why",
                violation_error_message="Say why it counts or does not.",
            ),
        ]

    def __str__(self):
        return f"{self.key} on {self.date}"
