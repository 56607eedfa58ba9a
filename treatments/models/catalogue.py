"""What the practice treats with, where, and which pairs of the two have a protocol."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from clinic.text import fold

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"


class TreatmentTypeQuerySet(models.QuerySet):
    """Sets of treatment types."""

    def search(self, text: str):
        """Keep those whose name or synonym holds every word of the text: MicroBotox finds MesoBotox (R1)."""
        found = self
        for word in fold(text).split():
            found = found.filter(Q(name__icontains=word) | Q(synonyms__name__icontains=word))
        return found.distinct()


class TreatmentType(models.Model):
    """One kind of treatment, such as MesoBotox; its mark is a colour and a shape, the same everywhere."""

    class Mark(models.TextChoices):
        BOTOX = "botox", "rust diamond"
        MESOBOTOX = "mesobotox", "blue circle"
        FILLER = "filler", "violet square"
        MICRONEEDLING = "microneedling", "olive triangle"

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    technique = models.CharField(max_length=300)
    depth = models.CharField(max_length=80)
    mark = models.CharField(max_length=20, choices=Mark)
    product = models.CharField("default product", max_length=60, blank=True)
    rules = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField()

    objects = TreatmentTypeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=KEY_PATTERN) & ~Q(name=""),
                name="treatment_named",
                violation_error_message="A treatment needs a name, and a key of lower-case letters and _.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="treatment_name_unique",
                violation_error_message="Another treatment already has this name.",
            ),
            models.CheckConstraint(
                condition=Q(mark__in=["botox", "mesobotox", "filler", "microneedling"]),
                name="treatment_mark_known",
                violation_error_message="Choose one of the four marks.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["toxin", "filler", "energy"]),
                name="treatment_kind_known",
                violation_error_message="A treatment is a toxin, a filler or energy.",
            ),
        ]

    def __str__(self):
        return self.name


class TreatmentExpectation(models.Model):
    """A sentence a patient may read about a treatment wherever it is given, and the rule it rests on."""

    treatment = models.ForeignKey(TreatmentType, on_delete=models.CASCADE, related_name="expectations")
    position = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=6)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(rule="") & ~Q(text=""),
                name="treatment_expectation_has_rule_and_text",
                violation_error_message="An expectation needs its rule and its words.",
            ),
            models.UniqueConstraint(
                fields=["treatment", "position"],
                name="treatment_expectation_position_unique",
                violation_error_message="Two expectations cannot stand in the same place.",
            ),
        ]

    def __str__(self):
        return self.text


class Synonym(models.Model):
    """Another name of a treatment type, found by search (R1)."""

    treatment = models.ForeignKey(TreatmentType, on_delete=models.CASCADE, related_name="synonyms")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="synonym_names_one_treatment",
                violation_error_message="This name already stands for a treatment.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="synonym_named", violation_error_message="Enter the other name."
            ),
        ]

    def __str__(self):
        return self.name


class Area(models.Model):
    """A part of the face, the neck or the chest."""

    class Region(models.TextChoices):
        FACE = "face", "Face"
        NECK = "neck", "Neck"
        CHEST = "chest", "Chest"

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=8, choices=Region)
    parts = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=KEY_PATTERN) & ~Q(name=""),
                name="area_named",
                violation_error_message="An area needs a name, and a key of lower-case letters and _.",
            ),
            models.CheckConstraint(
                condition=Q(region__in=["face", "neck", "chest"]),
                name="area_region_known",
                violation_error_message="The region is face, neck or chest.",
            ),
        ]

    def __str__(self):
        return self.name


class ProtocolQuerySet(models.QuerySet):
    """Sets of protocols."""

    def search(self, text: str):
        """Keep those in whose treatment, synonyms or area every word of the text is found."""
        found = self
        for word in fold(text).split():
            found = found.filter(
                Q(treatment__name__icontains=word)
                | Q(treatment__synonyms__name__icontains=word)
                | Q(area__name__icontains=word)
                | Q(key__icontains=word)
            )
        return found.distinct()


class Protocol(models.Model):
    """How one treatment is given on one area; its numbers stand in its versions."""

    key = models.CharField(max_length=82, unique=True)
    treatment = models.ForeignKey(TreatmentType, on_delete=models.PROTECT, related_name="protocols")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="protocols")
    position = models.PositiveSmallIntegerField()

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["treatment", "area"],
                name="protocol_treatment_area_unique",
                violation_error_message="This treatment already has a protocol for this area.",
            ),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"),
                name="protocol_key_is_pair",
                violation_error_message="A protocol's key is treatment.area, such as mesobotox.neck.",
            ),
        ]

    def __str__(self):
        return f"{self.treatment.name}, {self.area.name}"
