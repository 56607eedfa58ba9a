"""Where each number comes from, and the rules and papers the sources name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from treatments.citations import MUST_CONFIRM, Citation
from treatments.models.protocol_version import ProtocolVersion
from treatments.models.rules import (
    CrossTreatmentRuleVersion,
    FindingRuleVersion,
    ProductVersion,
    SettingVersion,
)
from treatments.models.versions import WrittenOnceModel, WrittenOnceQuerySet

OWNERS = ("protocol_version", "rule_version", "finding_version", "product_version", "setting_version")


class Grade(models.TextChoices):
    """How far a number's source reaches, strongest first."""

    PRACTICE = "S", "Practice rule"
    REGULATOR = "A", "Label or regulator"
    TRIAL = "B", "Trial, review or consensus"
    CLINIC = "C", "Clinic or maker's page"
    DERIVED = "D", "Derived inside a sourced range"
    MEMORY = "M", "From memory, to be verified"


class ValueSourceQuerySet(WrittenOnceQuerySet):
    """Sets of sources."""

    def active(self):
        """Keep the sources of versions that are in force."""
        in_force = Q()
        for owner in OWNERS:
            in_force |= Q(**{f"{owner}__is_active": True})
        return self.filter(in_force)

    def unconfirmed(self):
        """Keep the derived or remembered numbers nobody has confirmed yet."""
        return self.filter(grade__in=MUST_CONFIRM, confirmed_at=None)

    def with_details(self):
        """Bring along who confirmed."""
        return self.select_related("confirmed_by")


class ValueSource(WrittenOnceModel):
    """Where one number of one version comes from, and who at the practice confirmed it, when."""

    CHANGEABLE: ClassVar[frozenset[str]] = frozenset({"confirmed_by", "confirmed_at"})

    protocol_version = models.ForeignKey(
        ProtocolVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    rule_version = models.ForeignKey(
        CrossTreatmentRuleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    finding_version = models.ForeignKey(
        FindingRuleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    product_version = models.ForeignKey(
        ProductVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    setting_version = models.ForeignKey(
        SettingVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    field = models.CharField(max_length=60)
    grade = models.CharField(max_length=1, choices=Grade)
    text = models.CharField("source", max_length=600)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ValueSourceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=[owner, "field"],
                    name=f"source_once_per_{owner}_field",
                    violation_error_message="This number already has a source.",
                )
                for owner in OWNERS
            ),
            models.CheckConstraint(
                condition=Q(
                    *(Q(**{f"{one}__isnull": one != owner for one in OWNERS}) for owner in OWNERS),
                    _connector=Q.OR,
                ),
                name="source_of_one_version",
                violation_error_message="A source belongs to exactly one version.",
            ),
            models.CheckConstraint(
                condition=Q(grade__in=["S", "A", "B", "C", "D", "M"]),
                name="source_grade_known",
                violation_error_message="The grade is one of S, A, B, C, D or M.",
            ),
            models.CheckConstraint(
                condition=~Q(field="") & ~Q(text=""),
                name="source_says_where_from",
                violation_error_message="Name the number and where it comes from.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="source_confirmed_by_and_at",
                violation_error_message="A confirmation has both a name and a time.",
            ),
        ]

    def __str__(self):
        return f"{self.field}: {self.grade} {self.text}"

    @property
    def must_confirm(self) -> bool:
        """Whether the practice has still to confirm the number."""
        return self.grade in MUST_CONFIRM and self.confirmed_at is None

    @property
    def version(self):
        """The version the number stands in."""
        return next(getattr(self, owner) for owner in OWNERS if getattr(self, f"{owner}_id"))

    def as_record(self) -> Citation:
        """Build the frozen class."""
        if self.confirmed_by is None:
            return Citation(self.grade, self.text)
        return Citation(self.grade, self.text, f"{self.confirmed_by.name} on {self.confirmed_at:%Y-%m-%d}")


class PracticeRule(models.Model):
    """One of the practice's rules R1 to R52, in our words."""

    key = models.CharField(max_length=6, unique=True)
    position = models.PositiveSmallIntegerField()
    kinds = models.JSONField()
    text = models.CharField(max_length=400)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^R[0-9]+$") & ~Q(text=""),
                name="practice_rule_named",
                violation_error_message="A practice rule is numbered R1, R2, … and has words.",
            ),
        ]

    def __str__(self):
        return self.key


class Reference(models.Model):
    """A label, paper or page that sources name as L1, L2, …"""

    key = models.CharField(max_length=6, unique=True)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=400)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^L[0-9]+$") & ~Q(text=""),
                name="reference_named",
                violation_error_message="A reference is numbered L1, L2, … and has words.",
            ),
        ]

    def __str__(self):
        return self.key


class LibraryRelease(models.Model):
    """A version of the default library that was loaded, and when."""

    version = models.PositiveIntegerField(unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__gte=1),
                name="library_release_counted_from_1",
                violation_error_message="Libraries are counted from 1.",
            ),
        ]

    def __str__(self):
        return f"library {self.version}"
