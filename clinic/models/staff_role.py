"""What somebody of the staff is at a location; at another one they may be something else."""

from django.conf import settings
from django.db import models
from django.db.models import Q

STAFF = ("coordinator", "provider", "manager")


class StaffRole(models.Model):
    """One role of a person at one location; the same person may hold several, there and elsewhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_roles")
    location = models.ForeignKey("clinic.Location", on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=12, choices=[(one, one.capitalize()) for one in STAFF])

    class Meta:
        ordering = ["location__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "location", "role"],
                name="staff_role_once",
                violation_error_message="They hold this role at this location already.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=STAFF),
                name="staff_role_known",
                violation_error_message="Choose coordinator, provider or manager.",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} at {self.location}"
