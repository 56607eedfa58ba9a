"""The numbers of a protocol, in versions that are written once."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from treatments import protocols
from treatments.flat import NAMES, WINDOW, flatten, rebuild
from treatments.models.catalogue import Protocol
from treatments.models.fields import DurationField, NominalDaysField, count_days
from treatments.models.protocol_constraints import PROTOCOL_CONSTRAINTS, ordered_window
from treatments.models.versions import Version, WrittenOnceModel, WrittenOnceQuerySet, version_constraints


class ProtocolVersion(Version):
    """One state of a protocol; `as_record` gives it as the frozen class the planner reads."""

    OWNER = "protocol"
    PARTS = ("taper_steps", "expectations")
    PARENTS = ("protocol__treatment", "protocol__area", "created_by")

    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="versions")

    offered = models.CharField(max_length=12)
    only_with = models.CharField(max_length=82, blank=True)
    sessions_mild = models.PositiveSmallIntegerField()
    sessions_moderate = models.PositiveSmallIntegerField()
    sessions_severe = models.PositiveSmallIntegerField()
    sessions_minimum = models.PositiveSmallIntegerField()
    sessions_maximum = models.PositiveSmallIntegerField(null=True, blank=True)

    window_minimum = DurationField()
    window_start = DurationField()
    window_end = DurationField()
    window_latest = DurationField()
    window_minimum_days = NominalDaysField(of="window_minimum")
    window_start_days = NominalDaysField(of="window_start")
    window_end_days = NominalDaysField(of="window_end")
    window_latest_days = NominalDaysField(of="window_latest")
    window_mild_minimum = DurationField(blank=True)
    window_mild_start = DurationField(blank=True)
    window_mild_end = DurationField(blank=True)
    window_mild_latest = DurationField(blank=True)
    window_mild_minimum_days = NominalDaysField(of="window_mild_minimum", null=True)
    window_mild_start_days = NominalDaysField(of="window_mild_start", null=True)
    window_mild_end_days = NominalDaysField(of="window_mild_end", null=True)
    window_mild_latest_days = NominalDaysField(of="window_mild_latest", null=True)
    maintenance = models.CharField(max_length=12)
    taper_step = DurationField(blank=True)

    minutes = models.PositiveSmallIntegerField()
    numbing_minutes = models.PositiveSmallIntegerField(default=0)
    numbing_in_chair = models.BooleanField(default=False)
    dental_block = models.BooleanField(default=False)

    dose_amount = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    dose_low = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    dose_high = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    dose_unit = models.CharField(max_length=10, blank=True)
    dose_volume_low = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    dose_volume_high = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    dose_note = models.CharField(max_length=200, blank=True)

    recovery_visible_low = models.PositiveSmallIntegerField()
    recovery_visible_high = models.PositiveSmallIntegerField()
    recovery_bruise = models.PositiveSmallIntegerField(default=0)
    recovery_function_low = models.PositiveSmallIntegerField(default=0)
    recovery_function_high = models.PositiveSmallIntegerField(default=0)
    recovery_function_tail = models.PositiveSmallIntegerField(default=0)

    event_blackout = models.PositiveSmallIntegerField()
    event_warn = models.PositiveSmallIntegerField()
    event_ideal = models.PositiveSmallIntegerField(null=True, blank=True)
    event_last_blackout = models.PositiveSmallIntegerField(null=True, blank=True)
    event_last_warn = models.PositiveSmallIntegerField(null=True, blank=True)
    event_last_ideal = models.PositiveSmallIntegerField(null=True, blank=True)

    target_cost = models.PositiveSmallIntegerField(default=0)
    weight = models.PositiveSmallIntegerField(default=1)
    rules = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["protocol", "number"]
        constraints = [*version_constraints("protocol_version", "protocol"), *PROTOCOL_CONSTRAINTS]

    def __str__(self):
        return f"{self.protocol_id} version {self.number}"

    def clean(self):
        """Count the days of the windows, which the constraints compare."""
        count_days(self)

    @classmethod
    def columns(cls, record: protocols.Protocol) -> dict:
        """Give the values of this table's columns for a record."""
        flat = flatten(record)
        columns = {name.replace(".", "_"): flat[name] for name in NAMES}
        for name, value in columns.items():
            if value is None and not cls._meta.get_field(name).null:
                columns[name] = ""
            elif isinstance(value, float):
                columns[name] = Decimal(str(value))
        return columns | {"rules": list(record.rules)}

    def parts(self, record: protocols.Protocol) -> list[models.Model]:
        """Make the taper's steps and the expectation texts."""
        steps = [
            TaperStep(version=self, number=number, **{part: getattr(step, part) for part in WINDOW})
            for number, step in enumerate(record.taper, start=1)
        ]
        words = [
            Expectation(version=self, position=position, rule=each.rule, text=each.text)
            for position, each in enumerate(record.expectations, start=1)
        ]
        return [*steps, *words]

    def as_record(self) -> protocols.Protocol:
        """Build the frozen class; the version must come from `with_details`, as this never queries."""
        flat = {name: getattr(self, name.replace(".", "_")) for name in NAMES}
        for step in self.taper_steps.all():
            flat |= {f"taper.{step.number}.{part}": getattr(step, part) for part in WINDOW}
        return rebuild(
            flat,
            key=self.protocol.key,
            treatment=self.protocol.treatment.key,
            area=self.protocol.area.key,
            rules=tuple(self.rules),
            expectations=tuple(each.as_record() for each in self.expectations.all()),
            citations=self.citations(),
        )


class TaperStep(WrittenOnceModel):
    """One interval after the initial sessions; the last one repeats or grows by the version's step."""

    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="taper_steps")
    number = models.PositiveSmallIntegerField()
    minimum = DurationField()
    start = DurationField()
    end = DurationField()
    latest = DurationField()
    minimum_days = NominalDaysField(of="minimum")
    start_days = NominalDaysField(of="start")
    end_days = NominalDaysField(of="end")
    latest_days = NominalDaysField(of="latest")

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            ordered_window("taper_step", ""),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="taper_step_counted_from_1",
                violation_error_message="The steps of a taper are counted from 1.",
            ),
            models.UniqueConstraint(
                fields=["version", "number"],
                name="taper_step_number_unique",
                violation_error_message="The taper already has this step.",
            ),
        ]

    def __str__(self):
        return f"step {self.number}"

    def clean(self):
        """Count the days, which the constraint compares."""
        count_days(self)


class Expectation(WrittenOnceModel):
    """A sentence a patient may read, of a protocol's version, and the rule it rests on."""

    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="expectations")
    position = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=6)
    text = models.CharField(max_length=300)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(rule="") & ~Q(text=""),
                name="expectation_has_rule_and_text",
                violation_error_message="An expectation needs its rule and its words.",
            ),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="expectation_position_unique",
                violation_error_message="Two expectations cannot stand in the same place.",
            ),
        ]

    def __str__(self):
        return self.text

    def as_record(self) -> protocols.Expectation:
        """Build the frozen class."""
        return protocols.Expectation(self.rule, self.text)
