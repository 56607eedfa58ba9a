"""A patient's plan, in versions that are written once."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import cached_property

from scheduling.intake.recommendation import Recommendation
from scheduling.intake.stored import restore
from scheduling.naming import Names, names_of
from treatments.library import load_library
from treatments.models.versions import WrittenOnceModel, WrittenOnceQuerySet


class PlanQuerySet(models.QuerySet["Plan"]):
    """Sets of plans."""

    def visible_to(self, user):
        """Keep the plans of patients at the person's locations; patients see their own, once signed."""
        if user.works_here:
            return self.filter(patient__location__in=user.locations.all())
        return self.filter(patient__user=user, versions__in=PlanVersion.objects.signed())

    def with_details(self):
        """Bring along the patient and their location, which every page of a plan names."""
        return self.select_related("patient__location")


class Plan(models.Model):
    """One treatment plan of a patient; what it says stands in its versions."""

    patient = models.ForeignKey("clinic.Patient", on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["patient", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "number"],
                name="plan_number_unique",
                violation_error_message="The patient already has a plan with this number.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="plan_number_positive",
                violation_error_message="A patient's plans are counted from 1.",
            ),
        ]

    def __str__(self):
        return f"Plan {self.number}"

    @property
    def location(self):
        """Where the patient is treated, for the audit."""
        return self.patient.location


class PlanVersionQuerySet(WrittenOnceQuerySet):
    """Sets of versions of plans."""

    def current(self):
        """Keep the version of each plan that is not superseded."""
        return self.exclude(status=PlanVersion.Status.SUPERSEDED)

    def approved(self):
        """Keep the current versions a provider approved: what may be booked."""
        return self.filter(status=PlanVersion.Status.APPROVED)

    def visible_to(self, user):
        """Keep the versions of plans the person may see; patients see signed ones only."""
        found = self if user.works_here else self.signed()
        return found.filter(plan__in=Plan.objects.visible_to(user))

    def signed(self):
        """Keep the current versions under which a provider's signature stands."""
        return self.approved().filter(signature__isnull=False, signature__voided_at=None)

    def of(self, patient):
        """Keep the versions of one patient's plans."""
        return self.filter(plan__patient=patient)

    def in_brief(self):
        """Bring along what a list of plans shows, the newest plan first, in a fixed number of queries."""
        found = self.select_related("plan", "proposed_by", "approved_by__provider", "declined_by__provider")
        found = found.prefetch_related("series")
        return found.annotate(visit_count=Count("visits")).order_by("-plan__number").defer("content")

    def with_details(self):
        """Bring along what a plan's page shows, in a fixed number of queries."""
        people = ("proposed_by", "approved_by__provider", "declined_by__provider", "signature")
        found = self.select_related("plan__patient__location", *people)
        return found.prefetch_related("series__protocol_version__protocol")


class PlanVersion(WrittenOnceModel):
    """One state of a plan as it was proposed: the whole recommendation, kept to the last word.

    `content` is what `scheduling.intake.stored` writes; the other tables hold the same dates as rows.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waits for review"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        SUPERSEDED = "superseded", "Superseded"

    CHANGEABLE: ClassVar[frozenset[str]] = frozenset(
        {"status", "approved_by", "approved_at", "declined_by", "declined_at", "declined_because"}
    )

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.PROPOSED)
    content = models.JSONField()
    library_version = models.PositiveIntegerField()
    proven = models.BooleanField("proven best")
    first_date = models.DateField("first visit")
    last_date = models.DateField("last visit")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_because = models.CharField("what should change", max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    key = models.UUIDField("idempotency key", unique=True, default=uuid.uuid4, editable=False)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="plan_version_number_unique",
                violation_error_message="The plan already has a version with this number.",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=~Q(status="superseded"),
                name="plan_one_current_version",
                violation_error_message="Only one version of a plan can be current.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="plan_version_number_positive",
                violation_error_message="Versions are counted from 1.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "approved", "declined", "superseded"]),
                name="plan_version_status_known",
                violation_error_message="A version is proposed, approved, declined or superseded.",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined")
                | (Q(declined_by__isnull=False, declined_at__isnull=False) & ~Q(declined_because="")),
                name="plan_version_declined_because",
                violation_error_message="A declined version names who declined it, when and why.",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="plan_version_approved_by_somebody",
                violation_error_message="An approved version names who approved it, and when.",
            ),
            models.CheckConstraint(
                condition=Q(first_date__lte=models.F("last_date")),
                name="plan_version_first_before_last",
                violation_error_message="The last visit must not lie before the first.",
            ),
        ]

    def __str__(self):
        return f"{self.plan}, version {self.number}"

    @property
    def is_current(self) -> bool:
        """Whether no later version took its place."""
        return self.status != self.Status.SUPERSEDED

    @property
    def is_approved(self) -> bool:
        """Whether a provider approved it and nothing took its place."""
        return self.status == self.Status.APPROVED

    @cached_property
    def recommendation(self) -> Recommendation:
        """What was proposed, with its solution and its reasons."""
        return restore(self.content)

    @property
    def names(self) -> Names:
        """What its series were called then, and everything else now; the series must be prefetched."""
        library = load_library()
        return names_of(library.protocols, library) | {one.key: one.name for one in self.series.all()}
