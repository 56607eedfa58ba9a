"""A way in for somebody who has no account yet: sent once, used once, and it ends."""

import datetime
import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models.user import User

LASTS = datetime.timedelta(days=14)


def hashed(token: str) -> str:
    """Give what is kept of an invitation's token: its SHA-256 in hex, from which nobody gets back."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Sets of invitations."""

    def visible_to(self, user):
        """Keep those to patients and staff of the person's locations; patients see none."""
        if not user.works_here:
            return self.none()
        mine = user.locations.all()
        return self.filter(Q(patient__location__in=mine) | Q(patient=None, locations__in=mine)).distinct()

    def open(self, now: datetime.datetime):
        """Keep those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def with_token(self, token: str):
        """Keep the one this token was sent for."""
        return self.filter(token_hash=hashed(token))


class Invitation(models.Model):
    """An invitation by e-mail: of a patient to their own record, or of somebody to work here in a role.

    Only the hash of the token is kept; the link that holds it is sent once and shown nowhere else.
    """

    email = models.EmailField("e-mail", max_length=254)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=12, choices=User.Role)
    patient = models.ForeignKey(
        "clinic.Patient", on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    locations = models.ManyToManyField("clinic.Location", blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role="patient", patient__isnull=False) | (~Q(role="patient") & Q(patient=None)),
                name="invitation_of_a_patient_names_them",
                violation_error_message="Only a patient's invitation leads to a patient's record.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["coordinator", "provider", "patient", "manager"]),
                name="invitation_role_known",
                violation_error_message="Choose coordinator, provider, patient or manager.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("invited_at")),
                name="invitation_ends_later",
                violation_error_message="An invitation ends after it was sent.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
                violation_error_message="An accepted invitation names who accepted it, and when.",
            ),
        ]

    def __str__(self):
        return f"invitation of {self.name}"

    @property
    def location(self):
        """Where the invited patient is treated, for the audit; None for staff."""
        return self.patient.location if self.patient else None
