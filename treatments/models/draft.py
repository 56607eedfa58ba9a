"""A change of a protocol that is tried before it is signed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ProtocolDraftQuerySet(models.QuerySet["ProtocolDraft"]):
    """Sets of drafts."""

    def open(self):
        """Keep those that were neither signed nor given up."""
        return self.filter(signed_at=None, discarded_at=None)


class ProtocolDraft(models.Model):
    """Values of a protocol as they might become; nothing follows them until they are signed.

    `changes` are by dotted name, as `treatments.actions.edit_protocol` takes them; `base` is the version
    they were made on, `version` what signing them made.
    """

    protocol = models.ForeignKey("treatments.Protocol", on_delete=models.PROTECT, related_name="drafts")
    base = models.ForeignKey("treatments.ProtocolVersion", on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField()
    reason = models.CharField(max_length=300)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    printed_name = models.CharField(max_length=200, blank=True)
    version = models.OneToOneField(
        "treatments.ProtocolVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="draft"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = ProtocolDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocol"],
                condition=Q(signed_at=None, discarded_at=None),
                name="draft_one_open",
                violation_error_message="This protocol has an open draft already. Go on with that one.",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None, version=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False, version__isnull=False),
                name="draft_signed_by_somebody",
                violation_error_message="A signed draft names who signed it, when, and what it made.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="draft_says_why",
                violation_error_message="Say why.",
            ),
        ]

    def __str__(self):
        return f"draft of {self.protocol}"
