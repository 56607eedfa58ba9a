"""A person who treats."""

from django.db import models
from django.db.models import Q

from clinic.models.location import Location


class ProviderQuerySet(models.QuerySet["Provider"]):
    """Sets of providers."""

    def visible_to(self, user):
        """Keep the providers who treat at a location the person belongs to."""
        return self.who_treat_at(Location.objects.visible_to(user))

    def who_treat_at(self, locations):
        """Keep those who are providers at one of the locations, whatever they work as at the moment."""
        roles = {"user__staff_roles__role": "provider", "user__staff_roles__location__in": locations}
        return self.filter(**roles).distinct()


class Provider(models.Model):
    """The clinical side of a user who treats: the name and title patients read."""

    user = models.OneToOneField("clinic.User", on_delete=models.PROTECT, related_name="provider")
    printed_name = models.CharField(max_length=100)
    title = models.CharField(max_length=100, blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["printed_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(printed_name=""),
                name="provider_name_given",
                violation_error_message="Enter the name as patients should read it.",
            ),
        ]

    def __str__(self):
        return self.printed_name

    @property
    def signs_as(self) -> str:
        """The name and title as they stand under what the provider signs."""
        return f"{self.printed_name}, {self.title}" if self.title else self.printed_name
