"""Who looked at whose record, and when."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AccessEntryQuerySet(models.QuerySet["AccessEntry"]):
    """Sets of entries of the access log, to be read and added to."""

    def visible_to(self, user):
        """Keep what concerns patients of a manager's locations, or the patient's own record."""
        if user.role == user.Role.MANAGER:
            return self.filter(patient__location__in=user.locations.all())
        return self.filter(patient__user=user)


class AccessEntry(models.Model):
    """One page about one patient, opened by one person."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("clinic.Patient", on_delete=models.CASCADE, related_name="accesses")
    page = models.CharField(max_length=80)

    objects = AccessEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "access entries"
        indexes = [models.Index(fields=["patient", "at"])]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.page} {self.patient_id}"
