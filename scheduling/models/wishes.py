"""When a patient likes to come."""

from django.db import models
from django.db.models import Q

from clinic.models.clock import DAY, MinuteField, within_a_day
from clinic.models.location import validate_weekdays


def every_day() -> list[int]:
    """Give all weekdays."""
    return [1, 2, 3, 4, 5, 6, 7]


class Wishes(models.Model):
    """A patient's preferred weekdays, hours and provider: kept to where it can be, never a refusal."""

    class Reminders(models.TextChoices):
        EMAIL = "email", "By e-mail"
        NONE = "none", "None"

    patient = models.OneToOneField("clinic.Patient", on_delete=models.CASCADE, related_name="wishes")
    weekdays = models.JSONField("preferred days", default=every_day, validators=[validate_weekdays])
    starts = MinuteField("not before", default=0)
    ends = MinuteField("done by", default=DAY)
    provider = models.ForeignKey(
        "clinic.Provider", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    reminders = models.CharField(max_length=5, choices=Reminders, default=Reminders.EMAIL)

    class Meta:
        verbose_name_plural = "wishes"
        constraints = [
            models.CheckConstraint(
                condition=within_a_day("starts", "ends"),
                name="wishes_start_before_end",
                violation_error_message="The preferred hours end after they start, in steps of 5 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(reminders__in=["email", "none"]),
                name="wishes_reminders_known",
                violation_error_message="Choose e-mail or none.",
            ),
        ]

    def __str__(self):
        return f"wishes of {self.patient}"
