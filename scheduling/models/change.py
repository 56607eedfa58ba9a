"""What was changed about bookings as one, so that it can be undone as one."""

import datetime
import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from scheduling.models.plan import Plan

UNDO = datetime.timedelta(minutes=10)


class Change(models.Model):
    """One applied change; the same `key` again applies nothing.

    `before` and `after` hold the bookings it touched, by id; what did not exist before is null. One that
    touched none, such as a patient's move to another location, only closes those before it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="changes")
    key = models.UUIDField("idempotency key", unique=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=40)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.action} of {self.plan}"

    def undoable(self, now: datetime.datetime) -> bool:
        """Whether it can still be undone at `now`, aware."""
        return bool(self.after) and self.undone_at is None and now - self.at <= UNDO
