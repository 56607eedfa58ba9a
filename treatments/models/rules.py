"""What must lie between treatments, what a finding does, what products allow, and the practice's settings."""

from django.db import models
from django.db.models import F, Q

from treatments import protocols
from treatments.models.versions import Version, WrittenOnceModel, WrittenOnceQuerySet, version_constraints


class Keyed(models.Model):
    """Something of the catalogue that is known by its key and shown in its place."""

    key = models.CharField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return self.key


class CrossTreatmentRule(Keyed):
    """What must lie between two treatments (X1, X2, …); its days stand in its versions."""


class FindingRule(Keyed):
    """What a finding does to some treatments (F1, F2, …)."""


class Product(Keyed):
    """A product whose units are never converted to another's."""


class Setting(Keyed):
    """A number of the practice that belongs to no single treatment."""


class CrossTreatmentRuleVersion(Version):
    """One state of a cross-treatment rule."""

    OWNER = "rule"
    PARENTS = ("rule", "created_by")

    rule = models.ForeignKey(CrossTreatmentRule, on_delete=models.PROTECT, related_name="versions")
    before = models.JSONField()
    after = models.JSONField()
    text = models.CharField(max_length=300)
    level = models.CharField(max_length=10)
    stop_days = models.PositiveSmallIntegerField(default=0)
    clear_days = models.PositiveSmallIntegerField(default=0)
    same_visit = models.BooleanField(default=True)
    same_area = models.BooleanField(default=False)
    planned = models.BooleanField(default=False)
    rules = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["rule", "number"]
        constraints = [
            *version_constraints("cross_rule", "rule"),
            models.CheckConstraint(
                condition=Q(stop_days__lte=F("clear_days")),
                name="cross_rule_stop_before_clear",
                violation_error_message="The days that stop may not exceed the days until it is clear.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["stop", "override", "discuss", "info"]) & ~Q(text=""),
                name="cross_rule_says_what",
                violation_error_message="A rule stops, asks for an override or a discussion, or informs.",
            ),
        ]

    def __str__(self):
        return f"{self.rule} version {self.number}"

    @classmethod
    def columns(cls, record: protocols.SeparationRule) -> dict:
        """Give the values of this table's columns for a record."""
        same = ("text", "level", "stop_days", "clear_days", "same_visit", "same_area", "planned")
        lists = {name: list(getattr(record, name)) for name in ("before", "after", "rules")}
        return {name: getattr(record, name) for name in same} | lists

    def as_record(self) -> protocols.SeparationRule:
        """Build the frozen class."""
        return protocols.SeparationRule(
            key=self.rule.key,
            before=tuple(self.before),
            after=tuple(self.after),
            text=self.text,
            level=self.level,
            stop_days=self.stop_days,
            clear_days=self.clear_days,
            same_visit=self.same_visit,
            same_area=self.same_area,
            planned=self.planned,
            rules=tuple(self.rules),
            citations=self.citations(),
        )


class FindingRuleVersion(Version):
    """One state of a finding's rule."""

    OWNER = "finding_rule"
    PARENTS = ("finding_rule", "created_by")

    finding_rule = models.ForeignKey(FindingRule, on_delete=models.PROTECT, related_name="versions")
    finding = models.CharField(max_length=60)
    treatments = models.JSONField()
    level = models.CharField(max_length=10)
    text = models.CharField(max_length=300)
    areas = models.JSONField(default=list, blank=True)
    products = models.JSONField(default=list, blank=True)
    below_age = models.PositiveSmallIntegerField("below the age of", null=True, blank=True)

    class Meta:
        ordering = ["finding_rule", "number"]
        constraints = [
            *version_constraints("finding_rule", "finding_rule"),
            models.CheckConstraint(
                condition=Q(level__in=["stop", "override", "discuss"]) & ~Q(text="") & ~Q(finding=""),
                name="finding_rule_says_what",
                violation_error_message="A finding stops, needs an override or a discussion, in words.",
            ),
            models.CheckConstraint(
                condition=Q(below_age=None) | Q(below_age__gte=1, below_age__lte=120),
                name="finding_rule_age_possible",
                violation_error_message="An age lies between 1 and 120 years.",
            ),
        ]

    def __str__(self):
        return f"{self.finding_rule} version {self.number}"

    @classmethod
    def columns(cls, record: protocols.FindingRule) -> dict:
        """Give the values of this table's columns for a record."""
        same = {name: getattr(record, name) for name in ("finding", "level", "text", "below_age")}
        return same | {name: list(getattr(record, name)) for name in ("treatments", "areas", "products")}

    def as_record(self) -> protocols.FindingRule:
        """Build the frozen class."""
        return protocols.FindingRule(
            key=self.finding_rule.key,
            finding=self.finding,
            treatments=tuple(self.treatments),
            level=self.level,
            text=self.text,
            areas=tuple(self.areas),
            products=tuple(self.products),
            below_age=self.below_age,
            citations=self.citations(),
        )


class ProductVersion(Version):
    """One state of a product and its label."""

    OWNER = "product"
    PARENTS = ("product", "created_by")
    PARTS = ("label_units",)

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=120)
    treatments = models.JSONField()
    active = models.BooleanField("in use")
    minimum_days = models.PositiveSmallIntegerField()
    facts = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["product", "number"]
        constraints = [
            *version_constraints("product", "product"),
            models.CheckConstraint(
                condition=~Q(name="") & Q(minimum_days__gte=1),
                name="product_named_and_spaced",
                violation_error_message="A product has a name and at least one day between two sessions.",
            ),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def columns(cls, record: protocols.Product) -> dict:
        """Give the values of this table's columns for a record."""
        same = {name: getattr(record, name) for name in ("name", "active", "minimum_days")}
        return same | {"treatments": list(record.treatments), "facts": list(record.facts)}

    def parts(self, record: protocols.Product) -> list[models.Model]:
        """Make the rows of the label's units."""
        return [
            LabelUnits(version=self, position=position, use=use, units=units)
            for position, (use, units) in enumerate(record.label_units.items(), start=1)
        ]

    def as_record(self) -> protocols.Product:
        """Build the frozen class."""
        return protocols.Product(
            key=self.product.key,
            name=self.name,
            treatments=tuple(self.treatments),
            active=self.active,
            minimum_days=self.minimum_days,
            label_units={each.use: each.units for each in self.label_units.all()},
            facts=tuple(self.facts),
            citations=self.citations(),
        )


class LabelUnits(WrittenOnceModel):
    """How many units a product's label names for one use."""

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="label_units")
    position = models.PositiveSmallIntegerField()
    use = models.CharField(max_length=60)
    units = models.PositiveSmallIntegerField()

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "use"],
                name="label_units_once_per_use",
                violation_error_message="The label already names units for this use.",
            ),
            models.CheckConstraint(
                condition=Q(units__gte=1) & ~Q(use=""),
                name="label_units_positive",
                violation_error_message="The label names at least one unit for a use.",
            ),
        ]

    def __str__(self):
        return f"{self.units} units, {self.use}"


class SettingVersion(Version):
    """One state of a setting."""

    OWNER = "setting"
    PARENTS = ("setting", "created_by")

    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, related_name="versions")
    value = models.PositiveIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["setting", "number"]
        constraints = [
            *version_constraints("setting", "setting"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(value__lte=100000),
                name="setting_says_what",
                violation_error_message="A setting says in words what it sets, up to 100,000.",
            ),
        ]

    def __str__(self):
        return self.text

    @classmethod
    def columns(cls, record: protocols.Setting) -> dict:
        """Give the values of this table's columns for a record."""
        return {"value": record.value, "text": record.text}

    def as_record(self) -> protocols.Setting:
        """Build the frozen class."""
        return protocols.Setting(self.setting.key, self.value, self.text, self.citations())
