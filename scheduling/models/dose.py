"""What was given, to the unit: product, lot, dilution and points of one area; and what was observed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scheduling.models.booking import Booking


class OfVisitQuerySet(models.QuerySet):
    """Rows that belong to one visit."""

    def visible_to(self, user):
        """Keep those of the visits the person may see."""
        return self.filter(booking__in=Booking.objects.visible_to(user))

    def standing(self):
        """Keep those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class DoseQuerySet(OfVisitQuerySet):
    """Sets of doses."""

    def of_lot(self, lot: str):
        """Keep those of one lot, whatever the case and spaces it is typed in."""
        return self.filter(lot_key=lot_key(lot))

    def toxin_between(self, patient, first, last):
        """Keep a patient's toxin, in units, on the days from first to last, both included."""
        days = {"booking__date__gte": first, "booking__date__lte": last}
        return self.standing().filter(booking__patient=patient, units__isnull=False, **days)


def lot_key(lot: str) -> str:
    """Give the form of a lot number that is compared: capitals, without spaces or dashes."""
    return "".join(character for character in lot.upper() if character.isalnum())


class Dose(models.Model):
    """One product of one lot, given at points of one area at a visit.

    `units` for toxins, `millilitres` for fillers; `dilution` is the millilitres of diluent to the vial.
    `points` are [x, y, amount] on the map, 0 to 1000 each way; x and y are null where they were only counted.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="doses")
    key = models.CharField("treatment and area", max_length=82)
    product = models.ForeignKey("treatments.Product", on_delete=models.PROTECT, related_name="+")
    lot = models.CharField(max_length=40)
    # Capitals of one letter can be three: the ligature ffi, or SS for the sharp s.
    lot_key = models.CharField(max_length=120, editable=False)
    expires = models.DateField("expiry of the lot")
    dilution = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    units = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    millilitres = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    points = models.JSONField(default=list, blank=True)
    over_label_because = models.CharField("reason for more than the label", max_length=200, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DoseQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["lot_key"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(lot="") & ~Q(lot_key=""),
                name="dose_names_its_lot",
                violation_error_message="Enter the lot number from the vial or syringe.",
            ),
            models.CheckConstraint(
                condition=Q(units__isnull=False, units__gt=0, millilitres=None)
                | Q(units=None, millilitres__isnull=False, millilitres__gt=0),
                name="dose_in_units_or_millilitres",
                violation_error_message="Enter units for a toxin, or millilitres for a filler, above 0.",
            ),
        ]

    def __str__(self):
        return f"{self.key}, lot {self.lot}"

    def save(self, *args, **kwargs):
        """Keep the comparable form of the lot beside it."""
        self.lot_key = lot_key(self.lot)
        super().save(*args, **kwargs)


class Observation(models.Model):
    """A grade a provider gave at a visit, on a named scale."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="observations")
    key = models.CharField("treatment and area", max_length=82)
    scale = models.CharField(max_length=30)
    grade = models.SmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    observed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    observed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        ordering = ["observed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "key", "scale"],
                condition=Q(withdrawn_at=None),
                name="observation_once",
                violation_error_message="This was graded already at this visit.",
            ),
            models.CheckConstraint(
                condition=~Q(scale=""),
                name="observation_names_its_scale",
                violation_error_message="Name the scale.",
            ),
        ]

    def __str__(self):
        return f"{self.key}: {self.scale} {self.grade}"
