"""What: treatments, their protocols in versions, and where every number comes from."""

from treatments.models.capability import Credential, DeviceUse, RoomUse
from treatments.models.catalogue import Area, Protocol, Synonym, TreatmentExpectation, TreatmentType
from treatments.models.draft import ProtocolDraft
from treatments.models.protocol_version import Expectation, ProtocolVersion, TaperStep
from treatments.models.rules import (
    CrossTreatmentRule,
    CrossTreatmentRuleVersion,
    FindingRule,
    FindingRuleVersion,
    LabelUnits,
    Product,
    ProductVersion,
    Setting,
    SettingVersion,
)
from treatments.models.sources import Grade, LibraryRelease, PracticeRule, Reference, ValueSource
from treatments.models.versions import WrittenOnce

__all__ = [
    "Area",
    "Credential",
    "CrossTreatmentRule",
    "CrossTreatmentRuleVersion",
    "DeviceUse",
    "Expectation",
    "FindingRule",
    "FindingRuleVersion",
    "Grade",
    "LabelUnits",
    "LibraryRelease",
    "PracticeRule",
    "Product",
    "ProductVersion",
    "Protocol",
    "ProtocolDraft",
    "ProtocolVersion",
    "Reference",
    "RoomUse",
    "Setting",
    "SettingVersion",
    "Synonym",
    "TaperStep",
    "TreatmentExpectation",
    "TreatmentType",
    "ValueSource",
    "WrittenOnce",
]
