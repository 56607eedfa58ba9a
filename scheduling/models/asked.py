"""What a patient tells the practice between visits: questions, check-ins, and days that matter to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scheduling.models.booking import Booking


class OfPatientQuerySet(models.QuerySet):
    """Rows that belong to one patient."""

    def visible_to(self, user):
        """Keep those of the patients of the person's locations; for a patient, their own."""
        if user.works_here:
            return self.filter(patient__location__in=user.locations.all())
        return self.filter(patient__user=user)

    def open(self):
        """Keep those that nobody at the practice has dealt with."""
        return self.filter(settled_at=None)


class OfPatient(models.Model):
    """A row a patient wrote, and who at the practice dealt with it."""

    patient = models.ForeignKey("clinic.Patient", on_delete=models.CASCADE, related_name="%(class)ss")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = OfPatientQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def location(self):
        """Where the patient is treated, for the audit."""
        return self.patient.location


class Question(OfPatient):
    """A question to the doctor and its answer."""

    class Topic(models.TextChoices):
        NEAR_MOUTH = "near_mouth", "Treatment near the mouth"
        RF = "rf_microneedling", "RF microneedling"
        LIFT = "lift", "Lifting"
        OTHER = "other", "Something else"

    topic = models.CharField(max_length=20, choices=Topic, default=Topic.OTHER)
    text = models.TextField(max_length=2000)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="question_asks",
                violation_error_message="Write your question.",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, answer="") | (Q(settled_at__isnull=False) & ~Q(answer="")),
                name="question_settled_by_an_answer",
                violation_error_message="A question is settled by its answer.",
            ),
        ]

    def __str__(self):
        return f"question of {self.asked_at:%Y-%m-%d}"


class CheckIn(OfPatient):
    """A patient's answer 2, 6 or 10 weeks after a visit: how the smile is, and whether the result fades."""

    class Smile(models.TextChoices):
        FULL = "full", "As before the visit"
        LESS = "less", "A little less full"
        RESTRICTED = "restricted", "Clearly less full"

    class Fading(models.TextChoices):
        NOT = "not", "Not fading"
        BEGINNING = "beginning", "Beginning to fade"
        GONE = "gone", "Faded"
        UNSURE = "unsure", "I cannot tell"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="check_ins")
    weeks = models.PositiveSmallIntegerField()
    smile = models.CharField(max_length=10, choices=Smile)
    fading = models.CharField(max_length=10, choices=Fading)
    note = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "weeks"],
                name="check_in_once",
                violation_error_message="This check-in was answered already.",
            ),
            models.CheckConstraint(
                condition=Q(weeks__in=[2, 6, 10]),
                name="check_in_weeks_known",
                violation_error_message="A check-in is 2, 6 or 10 weeks after a visit.",
            ),
            models.CheckConstraint(
                condition=Q(smile__in=["full", "less", "restricted"])
                & Q(fading__in=["not", "beginning", "gone", "unsure"]),
                name="check_in_answers_known",
                violation_error_message="Choose one of the answers.",
            ),
        ]

    def __str__(self):
        return f"check-in after {self.weeks} weeks"


class PatientEventQuerySet(OfPatientQuerySet):
    """Days that matter to patients."""

    def coming(self, today):
        """Keep those that stand and are not over on a local day."""
        return self.filter(withdrawn_at=None, date__gte=today)

    def asking(self, today):
        """Keep those for which an extra treatment is wished that nobody has booked or settled."""
        lost = Q(booster=None) | ~Q(booster__status__in=Booking.EXPECTED)
        return self.coming(today).open().filter(lost, booster_asked_at__isnull=False)


class PatientEvent(OfPatient):
    """A day the patient wants to look and feel at ease on, told by the patient themselves."""

    name = models.CharField(max_length=80)
    date = models.DateField()
    told_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # An extra treatment before the day (R14): the series it is of, since when it is wished, and its visit.
    booster_key = models.CharField("treatment and area of the booster", max_length=82, blank=True)
    booster_asked_at = models.DateTimeField(null=True, blank=True)
    booster = models.OneToOneField(
        Booking, on_delete=models.SET_NULL, null=True, blank=True, related_name="event"
    )

    objects: ClassVar = PatientEventQuerySet.as_manager()

    class Meta:
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(booster_key="", booster_asked_at=None)
                | (~Q(booster_key="") & Q(booster_asked_at__isnull=False)),
                name="patient_event_booster_asked_for",
                violation_error_message="A booster is asked for of one treatment and area, at a moment.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="patient_event_named",
                violation_error_message="Give the day a name, for example: wedding.",
            ),
            models.UniqueConstraint(
                fields=["patient", "name", "date"],
                condition=Q(withdrawn_at=None),
                name="patient_event_once",
                violation_error_message="You told us about this day already.",
            ),
        ]

    def __str__(self):
        return f"{self.name} on {self.date}"

    @property
    def visit(self) -> Booking | None:
        """The visit of the extra treatment, which must be fetched; none once it was cancelled or missed."""
        return self.booster if self.booster and self.booster.status in Booking.EXPECTED else None

    @property
    def is_asking(self) -> bool:
        """Whether an extra treatment is wished that nobody has booked or settled."""
        return bool(self.booster_key and not self.visit and not self.settled_at)
