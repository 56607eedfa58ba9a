"""Who may give a treatment, and which rooms and devices serve it."""

from django.db import models

from treatments.models.catalogue import TreatmentType


def once(owner: str, name: str, message: str) -> list[models.BaseConstraint]:
    """Give the constraint that a treatment is named once for each owner."""
    return [models.UniqueConstraint(fields=[owner, "treatment"], name=name, violation_error_message=message)]


class Credential(models.Model):
    """A provider may give this treatment."""

    provider = models.ForeignKey("clinic.Provider", on_delete=models.CASCADE, related_name="credentials")
    treatment = models.ForeignKey(TreatmentType, on_delete=models.CASCADE, related_name="credentials")

    class Meta:
        ordering = ["provider", "treatment__position"]
        constraints = once("provider", "credential_once", "The provider already may give this treatment.")

    def __str__(self):
        return f"{self.provider}: {self.treatment}"


class RoomUse(models.Model):
    """A room serves this treatment."""

    room = models.ForeignKey("clinic.Room", on_delete=models.CASCADE, related_name="uses")
    treatment = models.ForeignKey(TreatmentType, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["room", "treatment__position"]
        constraints = once("room", "room_use_once", "The room already serves this treatment.")

    def __str__(self):
        return f"{self.room}: {self.treatment}"


class DeviceUse(models.Model):
    """A device gives this treatment."""

    device = models.ForeignKey("clinic.Device", on_delete=models.CASCADE, related_name="uses")
    treatment = models.ForeignKey(TreatmentType, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["device", "treatment__position"]
        constraints = once("device", "device_use_once", "The device already gives this treatment.")

    def __str__(self):
        return f"{self.device}: {self.treatment}"
