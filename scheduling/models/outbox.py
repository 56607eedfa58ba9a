"""Messages to patients: written with the change they are about, sent after it."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from scheduling.models.asked import OfPatientQuerySet
from scheduling.models.booking import Booking


class MessageQuerySet(OfPatientQuerySet):
    """Sets of messages."""

    def due(self, now: datetime.datetime):
        """Keep those to be sent now; one whose sender died comes again when its lease is over."""
        again = Q(state="waiting") | Q(state="sending", lease_until__lte=now)
        return self.filter(again, due_at__lte=now)


class Message(models.Model):
    """One e-mail to one patient, with the words as they were when it was written.

    `once` names what it is about, so that the same thing is never told twice. `due_at` is the first moment
    it may be sent, from `useful_until` on it is of no use and dropped.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        DROPPED = "dropped", "Not sent any more"

    patient = models.ForeignKey("clinic.Patient", on_delete=models.CASCADE, related_name="messages")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    key = models.CharField("message", max_length=40)
    once = models.CharField(max_length=100, unique=True)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=250)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    written_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["waiting", "sending"]), name="message_to_send"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "failed", "dropped"]),
                name="message_state_known",
                violation_error_message="A message waits, is being sent, was sent, failed or was dropped.",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="message_sent_at_a_moment",
                violation_error_message="What was sent was sent at a moment, and nothing else was.",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="message_sending_has_a_lease",
                violation_error_message="Whoever sends a message holds it until a moment.",
            ),
        ]

    def __str__(self):
        return f"{self.key} to {self.to}"

    @property
    def location(self):
        """Where the patient is treated, for the audit."""
        return self.patient.location
