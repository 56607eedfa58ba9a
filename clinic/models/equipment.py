"""The rooms and devices of a location."""

from django.db import models
from django.db.models import Q

from clinic.models.location import Location


class EquipmentQuerySet(models.QuerySet):
    """Sets of rooms or of devices."""

    def visible_to(self, user):
        """Keep those of the person's locations; a patient's own visits name theirs."""
        if not user.works_here:
            return self.none()
        return self.filter(location__in=user.locations.all())

    def in_use(self):
        """Keep those that can be booked."""
        return self.filter(is_active=True)


class Equipment(models.Model):
    """A thing of a location that one visit holds at a time; `position` is its place in lists."""

    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="%(class)ss")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField("can be booked", default=True)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["location", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "name"],
                name="%(class)s_name_unique",
                violation_error_message="The location already has one of this name.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="%(class)s_named",
                violation_error_message="Enter a name.",
            ),
        ]

    def __str__(self):
        return self.name


class Room(Equipment):
    """A room with a chair, held from numbing to turn-over."""


class Device(Equipment):
    """A device such as an RF microneedling unit, held while it treats."""
