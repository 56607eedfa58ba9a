"""What holds whom and what, five minutes by five minutes: the database's own word against double booking."""

from django.db import models
from django.db.models import Q

from scheduling.models.booking import Booking


def never_twice(kind: str) -> models.UniqueConstraint:
    """Give the constraint that a patient, provider, room or device is in one place at a time."""
    return models.UniqueConstraint(
        fields=[kind, "unit"],
        condition=Q(**{f"{kind}__isnull": False}),
        name=f"claim_{kind}_never_twice",
        violation_error_message=f"The {kind} is already booked at this time.",
    )


class Claim(models.Model):
    """Five minutes of a booking and whom and what they hold; a step holds only what it needs.

    Written and removed in the transaction that changes the booking, all of them at once, in the order of
    the units and before any busy day: two who take free times wait for each other and never in a circle.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="claims")
    unit = models.PositiveIntegerField()
    patient = models.ForeignKey(
        "clinic.Patient", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    provider = models.ForeignKey(
        "clinic.Provider", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    room = models.ForeignKey(
        "clinic.Room", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    device = models.ForeignKey(
        "clinic.Device", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["unit", "pk"]
        constraints = [never_twice(kind) for kind in ("patient", "provider", "room", "device")]

    def __str__(self):
        return f"unit {self.unit}"


class BusyDay(models.Model):
    """The claims of one holder on one UTC day as bits, so that a free time is found without reading claims.

    `bits` are 36 bytes, the lowest first: bit n is the n-th five minutes of the day. Written once all claims
    of their transaction are, in the order of kind, holder and day; the claims alone decide.
    """

    kind = models.CharField(max_length=8)
    holder = models.PositiveBigIntegerField()
    day = models.PositiveIntegerField("days since 1970 in UTC")
    bits = models.BinaryField()

    class Meta:
        ordering = ["kind", "holder", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "holder", "day"],
                name="busy_day_once",
                violation_error_message="This day is already kept.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["patient", "provider", "room", "device"]),
                name="busy_day_kind_known",
                violation_error_message="Only patients, providers, rooms and devices are held.",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.holder}, day {self.day}"
