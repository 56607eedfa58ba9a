"""Versions that are written once, each kind of them under one owner."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from treatments.citations import Citation


class WrittenOnce(TypeError):
    """Raised when code tries to change or remove what a version holds."""

    def __init__(self):
        super().__init__("A version is written once. Save a new version instead of changing this one.")


class WrittenOnceQuerySet(models.QuerySet):
    """Rows that may be added and read; the model names the few columns that may change."""

    def update(self, **values):
        """Change only columns the model lists as changeable."""
        model: Any = self.model
        if set(values) - model.CHANGEABLE:
            raise WrittenOnce
        return super().update(**values)

    def bulk_update(self, objs, fields, batch_size=None):
        """Refuse."""
        raise WrittenOnce

    def delete(self):
        """Refuse."""
        raise WrittenOnce


class WrittenOnceModel(models.Model):
    """A row that is saved once and never removed; its manager is a `WrittenOnceQuerySet` or a kind of it."""

    CHANGEABLE: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Write the row the first time; refuse ever after."""
        if not self._state.adding:
            raise WrittenOnce
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refuse."""
        raise WrittenOnce


class VersionQuerySet(WrittenOnceQuerySet):
    """Sets of versions."""

    def active(self):
        """Keep the version in force of each protocol or rule."""
        return self.filter(is_active=True)

    def shipped(self):
        """Keep the versions that came with the software."""
        return self.filter(created_by=None)

    def with_details(self):
        """Bring along everything `as_record` reads, in the owners' order, in a fixed number of queries."""
        model: Any = self.model
        sources = model._meta.get_field("sources").related_model.objects.with_details()
        found = self.select_related(*model.PARENTS)
        found = found.prefetch_related(models.Prefetch("sources", sources), *model.PARTS)
        return found.order_by(f"{model.OWNER}__position", "number")


class Version(WrittenOnceModel):
    """One state of a protocol or rule: who wrote it, when, and why; `created_by` is empty when shipped.

    `OWNER` names the column of what it is a version of, `PARENTS` and `PARTS` what `as_record` reads.
    """

    CHANGEABLE: ClassVar[frozenset[str]] = frozenset({"is_active"})
    OWNER: ClassVar[str] = ""
    PARENTS: ClassVar[tuple[str, ...]] = ()
    PARTS: ClassVar[tuple[str, ...]] = ()
    sources: Any

    number = models.PositiveSmallIntegerField()
    is_active = models.BooleanField("in force", default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def owner(self):
        """The protocol, rule or setting this is a version of."""
        return getattr(self, self.OWNER)

    @property
    def is_shipped(self) -> bool:
        """Whether the version came with the software rather than from the practice."""
        return self.created_by_id is None

    def parts(self, record) -> list[models.Model]:
        """Make the rows that belong to the version beside its columns; most kinds have none."""
        return []

    def citations(self) -> dict[str, Citation]:
        """Give the source of every number by its name; the sources must have been prefetched."""
        return {source.field: source.as_record() for source in self.sources.all()}


def version_constraints(kind: str, owner: str) -> list:
    """Give the constraints every kind of version shares, named after the kind."""
    return [
        models.UniqueConstraint(
            fields=[owner, "number"],
            name=f"{kind}_number_unique",
            violation_error_message="This version number is already taken.",
        ),
        models.UniqueConstraint(
            fields=[owner],
            condition=Q(is_active=True),
            name=f"{kind}_one_active",
            violation_error_message="Only one version can be in force at a time.",
        ),
        models.CheckConstraint(
            condition=Q(number__gte=1),
            name=f"{kind}_number_positive",
            violation_error_message="Versions are counted from 1.",
        ),
    ]
