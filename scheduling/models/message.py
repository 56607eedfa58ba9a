"""The words of messages to patients, as the practice wants them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class MessageText(models.Model):
    """One state of one message's words; the newest of its key is in force, older ones stay.

    `key` names the message (scheduling/messages has the shipped words); none here means those are in force.
    """

    key = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=120)
    body = models.TextField(max_length=4000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"],
                name="message_text_number_unique",
                violation_error_message="Somebody saved these words meanwhile. Look at theirs first.",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""),
                name="message_text_says_something",
                violation_error_message="A message has a subject and a text.",
            ),
        ]

    def __str__(self):
        return f"{self.key}, {self.number}"
