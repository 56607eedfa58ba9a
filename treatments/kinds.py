"""The five kinds of record that carry numbers: where each stands in a library and in the database."""

from dataclasses import dataclass
from typing import Any

from treatments.models import (
    CrossTreatmentRule,
    CrossTreatmentRuleVersion,
    FindingRule,
    FindingRuleVersion,
    Product,
    ProductVersion,
    Protocol,
    ProtocolVersion,
    Setting,
    SettingVersion,
)


@dataclass(frozen=True)
class Kind:
    """One kind: its mapping in a `Library`, its tables, and its column in the table of sources."""

    group: str
    noun: str
    owner: Any
    version: Any
    source: str


KINDS = (
    Kind("protocols", "protocol", Protocol, ProtocolVersion, "protocol_version"),
    Kind(
        "separations", "cross-treatment rule", CrossTreatmentRule, CrossTreatmentRuleVersion, "rule_version"
    ),
    Kind("findings", "finding", FindingRule, FindingRuleVersion, "finding_version"),
    Kind("products", "product", Product, ProductVersion, "product_version"),
    Kind("settings", "setting", Setting, SettingVersion, "setting_version"),
)


def kind_of(owner) -> Kind:
    """Find the kind of a protocol, rule, finding, product or setting."""
    return next(kind for kind in KINDS if isinstance(owner, kind.owner))
