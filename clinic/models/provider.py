"""A person who treats."""

from django.db import models
from django.db.models import Q


class ProviderQuerySet(models.QuerySet["Provider"]):
    """Sets of providers."""

    def visible_to(self, user):
        """Keep the providers who work at a location the person belongs to."""
        if user.works_here:
            return self.filter(user__locations__staff=user).distinct()
        return self.filter(user__locations__patients__user=user).distinct()


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
