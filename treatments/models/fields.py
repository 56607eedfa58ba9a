"""Columns that hold date durations, and how long they are for the database to compare."""

from django.core.exceptions import ValidationError
from django.db import models

from treatments.durations import nominal_days


def validate_duration(text: str) -> None:
    """Refuse what is not an ISO 8601 date duration."""
    try:
        nominal_days(text)
    except ValueError as problem:
        raise ValidationError(str(problem), code="duration") from problem


class DurationField(models.CharField):
    """An ISO 8601 date duration kept as it was written: P90D, P3M."""

    default_validators = [validate_duration]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 20} | kwargs)


class NominalDaysField(models.PositiveIntegerField):
    """About how many days the duration in another column lasts, so that a constraint can order them."""

    def __init__(self, *args, of: str = "", **kwargs):
        self.of = of
        super().__init__(*args, **{"editable": False} | kwargs)

    def deconstruct(self):
        """Name the other column in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance, add):
        """Count the days anew, so the column can never be stale."""
        text = getattr(model_instance, self.of)
        days = nominal_days(text) if text else None
        setattr(model_instance, self.attname, days)
        return days


def count_days(instance: models.Model) -> None:
    """Fill an unsaved row's day counts, as its constraints are checked before it is saved."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, NominalDaysField):
            try:
                field.pre_save(instance, add=True)
            except ValueError:
                setattr(instance, field.attname, None)
