"""Everything that changes the catalogue by hand: one function for each verb, recorded as it happens."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from clinic.models import AuditEntry, User
from treatments.citations import Citation, numbers
from treatments.current import current_library
from treatments.flat import flatten, rebuild
from treatments.kinds import kind_of
from treatments.labels import label, shown
from treatments.library import BadLibrary, check_library
from treatments.models import CrossTreatmentRule, Protocol, ProtocolVersion, Setting, ValueSource
from treatments.models.sources import OWNERS
from treatments.problems import crossed, problems
from treatments.protocols import Protocol as ProtocolRecord
from treatments.writing import write_version


class Overtaken(ValidationError):
    """Raised when somebody saved a newer version since the editor opened the page."""

    def __init__(self, number: int):
        text = f"Version {number} was saved meanwhile. Look at it, then enter your change again."
        super().__init__(text, code="overtaken")


@transaction.atomic
def edit_protocol(
    *,
    by: User,
    protocol: Protocol,
    changes: Mapping[str, Any],
    reason: str = "",
    source: Citation | None = None,
    seen: int | None = None,
) -> ProtocolVersion:
    """Make a new version with some values changed, by dotted name: {"window.minimum": "P80D"}.

    `source` is where the changed numbers come from, the practice itself unless told. `seen` is the
    number of the version the editor looked at. Raises ValidationError, by field where one is to blame,
    for numbers that contradict each other, a bound crossed without a reason, or no change at all.
    """
    active = lock(protocol, seen)
    before = active.as_record()
    after = changed_protocol(before, changes, source or own_source(by))
    refuse(before, after, reason)
    return save(by, protocol, after, reason, keep=[active])


def changed_protocol(before: ProtocolRecord, changes: Mapping[str, Any], source: Citation) -> ProtocolRecord:
    """Give the record with the changes made and a source for every number of it."""
    flat = flatten(before) | {name: value for name, value in changes.items() if name != "expectations"}
    after = rebuild(
        flat,
        key=before.key,
        treatment=before.treatment,
        area=before.area,
        rules=before.rules,
        expectations=changes.get("expectations", before.expectations),
        citations={},
    )
    was = numbers(before)
    cited = {
        name: before.citations[name] if was.get(name) == value else source
        for name, value in numbers(after).items()
    }
    return dataclasses.replace(after, citations=cited)


def refuse(before: ProtocolRecord, after: ProtocolRecord, reason: str) -> None:
    """Raise ValidationError for an edit that changes nothing, contradicts itself or needs a reason."""
    if dataclasses.replace(before, citations={}) == dataclasses.replace(after, citations={}):
        raise ValidationError("Nothing was changed, so there is no new version.", code="unchanged")
    if found := problems(after):
        by_field: dict[str, list[str]] = {}
        for problem in found:
            by_field.setdefault(problem.field, []).append(problem.text)
        raise ValidationError(by_field)
    if not reason and (bounds := crossed(before, after)):
        raise ValidationError({"reason": reason_needed(bounds)})
    refuse_bad(lambda library: {"protocols": {**library.protocols, after.key: after}})


def reason_needed(bounds) -> str:
    """Say which bounds an edit crosses and what they rest on."""
    named = "; ".join(
        f"{label(bound.field).whole} {shown(bound.field, bound.before)} "
        f"({bound.citation.grade}: {bound.citation.source})"
        for bound in bounds
    )
    return f"This crosses a bound of a practice rule or a label, so it needs a reason: {named}."


def refuse_bad(replacement) -> None:
    """Raise ValidationError when the library with a replacement would break one of its own rules."""
    library = current_library()
    try:
        check_library(dataclasses.replace(library, **replacement(library)))
    except BadLibrary as problem:
        raise ValidationError(problem.message, code="library") from problem


@transaction.atomic
def restore(*, by: User, version: ProtocolVersion, reason: str = "") -> ProtocolVersion:
    """Make a new version that says what an older one said; the versions between stay as they are."""
    active = lock(version.protocol)
    older = ProtocolVersion.objects.with_details().get(pk=version.pk)
    record = older.as_record()
    if record == active.as_record():
        raise ValidationError(f"Version {older.number} says what is in force already.", code="unchanged")
    refuse_bad(lambda library: {"protocols": {**library.protocols, record.key: record}})
    why = reason or f"Restored version {older.number}"
    return save(by, version.protocol, record, why, keep=[active, older])


@transaction.atomic
def edit_rule(
    *, by: User, rule: CrossTreatmentRule, changes: Mapping[str, Any], reason: str, seen: int | None = None
):
    """Make a new version of a cross-treatment rule: its days, level or words. The reason is required."""
    active = lock(rule, seen)
    return edit_record(by, active, changes, reason, keep=active)


@transaction.atomic
def edit_setting(*, by: User, setting: Setting, value: int, reason: str, seen: int | None = None):
    """Make a new version of a setting with another value. The reason is required."""
    active = lock(setting, seen)
    return edit_record(by, active, {"value": value}, reason, keep=active)


def edit_record(by: User, active, changes: Mapping[str, Any], reason: str, keep):
    """Write a changed record, every changed number with the practice as its source."""
    if not reason:
        raise ValidationError({"reason": "Say why."})
    before = active.as_record()
    after = dataclasses.replace(before, **changes)
    if after == before:
        raise ValidationError("Nothing was changed, so there is no new version.", code="unchanged")
    was = numbers(before)
    cited = {
        name: before.citations[name] if was.get(name) == value else own_source(by)
        for name, value in numbers(after).items()
    }
    after = dataclasses.replace(after, citations=cited)
    group = kind_of(active.owner).group
    refuse_bad(lambda library: {group: {**getattr(library, group), after.key: after}})
    return save(by, active.owner, after, reason, keep=[keep])


@transaction.atomic
def confirm(*, by: User, sources: Iterable[ValueSource]) -> list[ValueSource]:
    """Put the person's name and the time to numbers that nobody has confirmed yet, and give those back.

    A number of an old version, or one that is confirmed already, is left as it is.
    """
    keys = [source.pk for source in sources]
    waiting = ValueSource.objects.select_for_update(of=("self",)).filter(pk__in=keys).unconfirmed()
    waiting = waiting.select_related(*OWNERS)
    found = [source for source in waiting if source.version.is_active]
    pks = [source.pk for source in found]
    ValueSource.objects.filter(pk__in=pks).update(confirmed_by=by, confirmed_at=timezone.now())
    for version in {source.version for source in found}:
        fields = sorted(source.field for source in found if source.version == version)
        AuditEntry.objects.record(
            by=by, action="catalogue.confirmed", on=version.owner, version=version.number, fields=fields
        )
    return found


def own_source(by: User) -> Citation:
    """Cite the practice itself, by the name of who decided."""
    return Citation("S", f"This practice: {by.name}")


def lock(owner, seen: int | None = None):
    """Hold the owner's row and give its version in force; Overtaken when that is not the one seen."""
    type(owner).objects.select_for_update(of=("self",)).get(pk=owner.pk)
    active = owner.versions.active().with_details().get()
    if seen is not None and seen != active.number:
        raise Overtaken(active.number)
    return active


def save(by: User, owner, record, reason: str, keep):
    """Write the new version and record who did it."""
    version = write_version(owner, record, by=by, reason=reason, keep=keep)
    AuditEntry.objects.record(
        by=by,
        action=f"{owner._meta.model_name}.edited",
        on=owner,
        version=version.number,
        reason=reason,
    )
    return version
