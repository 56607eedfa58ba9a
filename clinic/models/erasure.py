"""A patient's wish to have what is stored about them erased."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Sets of wishes for erasure."""

    def visible_to(self, user):
        """Keep the wishes of a manager's patients, or the patient's own."""
        if user.role == user.Role.MANAGER:
            return self.filter(patient__location__in=user.locations.all())
        return self.filter(patient__user=user)

    def open(self):
        """Keep those that nobody has decided on."""
        return self.filter(decided_at=None)


class Erasure(models.Model):
    """A wish for erasure and what the practice decided: carried out, or refused with the reason."""

    class Outcome(models.TextChoices):
        ERASED = "erased", "Erased"
        REFUSED = "refused", "Refused"

    patient = models.ForeignKey("clinic.Patient", on_delete=models.PROTECT, related_name="erasures")
    asked_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    because = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(decided_at=None),
                name="erasure_asked_once",
                violation_error_message="Erasure was asked for already; the practice will decide.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, outcome="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, outcome__in=["erased", "refused"]),
                name="erasure_decided_by_somebody",
                violation_error_message="A decision names who made it, when, and what it was.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(because=""),
                name="erasure_refused_because",
                violation_error_message="Say why it is refused.",
            ),
        ]

    def __str__(self):
        return f"erasure asked for {self.asked_at:%Y-%m-%d}"

    @property
    def location(self):
        """Where the patient is treated, for the audit."""
        return self.patient.location
