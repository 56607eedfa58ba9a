"""Toxin that another practice gave, as the patient told it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scheduling.models.booking import Booking


class ToxinElsewhereQuerySet(models.QuerySet):
    """Sets of toxin given elsewhere."""

    def visible_to(self, user):
        """Keep those of the patients of the person's locations; patients do not read the shelf's record."""
        if user.works_here:
            return self.filter(patient__location__in=user.locations.all())
        return self.none()

    def standing(self):
        """Keep those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def toxin_between(self, patient, first, last):
        """Keep a patient's, on the days from first to last, both included, that were not withdrawn."""
        return self.standing().filter(patient=patient, date__gte=first, date__lte=last)


class ToxinElsewhere(models.Model):
    """Units of a toxin given by somebody else: they count for the three months after `date` (X3, X5).

    `product` is empty where nobody knows it; `date` is the day it was told on where nobody knows the day,
    which counts it for longer, never shorter. `booking` is the visit at which it was told.
    """

    patient = models.ForeignKey("clinic.Patient", on_delete=models.PROTECT, related_name="toxin_elsewhere")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="toxin_elsewhere"
    )
    product = models.ForeignKey(
        "treatments.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    units = models.DecimalField(max_digits=5, decimal_places=1)
    date = models.DateField("given on")
    told_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ToxinElsewhereQuerySet.as_manager()

    class Meta:
        ordering = ["date", "pk"]
        verbose_name_plural = "toxin given elsewhere"
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0),
                name="toxin_elsewhere_above_zero",
                violation_error_message="Enter the units, above 0.",
            ),
        ]

    def __str__(self):
        return f"{self.units} U elsewhere on {self.date}"

    @property
    def location(self):
        """Where the patient is treated, for the audit."""
        return self.patient.location
