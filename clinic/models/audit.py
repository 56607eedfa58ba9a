"""What was done, by whom, to what: written once, never changed."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models.location import Location


class AppendOnly(TypeError):
    """Raised when code tries to change or remove an audit entry."""

    def __init__(self):
        super().__init__("An audit entry is written once: it can be neither changed nor deleted.")


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Sets of audit entries, to be read and added to."""

    def record(self, *, by, action: str, on, **detail) -> "AuditEntry":
        """Write that `by` did `action` to `on`; the location is the object's own, if it has one."""
        location = on if isinstance(on, Location) else getattr(on, "location", None)
        return self.create(
            actor=by,
            action=action,
            object_kind=on._meta.label_lower,
            object_id=on.pk,
            location=location,
            detail=detail,
        )

    def about(self, thing):
        """Keep the entries about one object, oldest first."""
        return self.filter(object_kind=thing._meta.label_lower, object_id=thing.pk)

    def update(self, **kwargs):
        """Refuse."""
        raise AppendOnly

    def delete(self):
        """Refuse."""
        raise AppendOnly

    def bulk_update(self, objs, fields, batch_size=None):
        """Refuse."""
        raise AppendOnly


class AuditEntry(models.Model):
    """One thing somebody did, in the same transaction as the change itself."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="deeds"
    )
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["object_kind", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(action="") & ~Q(object_kind=""),
                name="audit_says_what",
                violation_error_message="Name the action and the kind of thing it was done to.",
            ),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_kind} {self.object_id}"

    def save(self, *args, **kwargs):
        """Write the entry the first time; refuse ever after."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refuse."""
        raise AppendOnly
