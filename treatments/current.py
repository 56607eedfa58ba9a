"""The library as the practice has it now: the active versions, as the planner's frozen classes."""

from collections.abc import Mapping
from typing import Any

from treatments import protocols
from treatments.kinds import KINDS
from treatments.models import Area, LibraryRelease, PracticeRule, Reference, TreatmentType


def current_library() -> protocols.Library:
    """Build the library of the active versions, in a number of queries that does not grow with it.

    Raises LibraryRelease.DoesNotExist when `load_library` was never run.
    """
    return protocols.Library(
        version=LibraryRelease.objects.latest("version").version,
        treatments=current_treatments(),
        areas={
            area.key: protocols.Area(area.key, area.name, area.region, tuple(area.parts))
            for area in Area.objects.all()
        },
        rules={
            rule.key: protocols.PracticeRule(rule.key, tuple(rule.kinds), rule.text)
            for rule in PracticeRule.objects.all()
        },
        references={reference.key: reference.text for reference in Reference.objects.all()},
        **{kind.group: records_of(kind) for kind in KINDS},
    )


def records_of(kind) -> Mapping[str, Any]:
    """Give the active records of one kind by their keys, in the order they are shown."""
    records = (version.as_record() for version in kind.version.objects.active().with_details())
    return {record.key: record for record in records}


def current_treatments() -> dict[str, protocols.TreatmentType]:
    """Give the treatment types by their keys, in the order they are shown."""
    found = TreatmentType.objects.prefetch_related("synonyms", "expectations")
    return {
        treatment.key: protocols.TreatmentType(
            key=treatment.key,
            name=treatment.name,
            kind=treatment.kind,
            mark=treatment.mark,
            technique=treatment.technique,
            depth=treatment.depth,
            product=treatment.product,
            synonyms=tuple(synonym.name for synonym in treatment.synonyms.all()),
            rules=tuple(treatment.rules),
            expectations=tuple(
                protocols.Expectation(each.rule, each.text) for each in treatment.expectations.all()
            ),
        )
        for treatment in found
    }
