"""Write a record as a new version: the one place where versions and their sources come into being."""

from typing import Any

from treatments.citations import numbers
from treatments.kinds import Kind, kind_of
from treatments.models import ValueSource


def write_version(owner, record, *, by=None, reason: str = "", keep=()) -> Any:
    """Make `record` the version in force of its owner; a shipped version has nobody in `by`.

    A number that did not change, nor its source, keeps the confirmation it has in a version of `keep`.
    Raises ValidationError with the words of the constraint a value breaks. Call it in a transaction.
    """
    kind = kind_of(owner)
    previous = owner.versions.order_by("-number").first()
    owner.versions.active().update(is_active=False)
    version = kind.version(
        **{kind.version.OWNER: owner},
        number=previous.number + 1 if previous else 1,
        created_by=by,
        reason=reason,
        **kind.version.columns(record),
    )
    version.full_clean()
    version.save()
    for row in version.parts(record):
        row.save()
    write_sources(kind, version, record, keep)
    return version


def write_sources(kind: Kind, version: Any, record: Any, keep) -> None:
    """Write where each number of a version comes from, with the confirmations it keeps."""
    confirmed = confirmations(keep, record)
    sources = [
        ValueSource(
            **{kind.source: version},
            field=name,
            grade=citation.grade,
            text=citation.source,
            **confirmed.get(name, {}),
        )
        for name, citation in record.citations.items()
    ]
    for source in sources:
        source.clean_fields(exclude=[kind.source])
    ValueSource.objects.bulk_create(sources)


def confirmations(versions, record) -> dict[str, dict]:
    """Find who confirmed the very numbers of `record` in other versions; the first version wins."""
    found: dict[str, dict] = {}
    values = numbers(record)
    for version in versions:
        before = version.as_record()
        was = numbers(before)
        for source in version.sources.all():
            name = source.field
            same = was.get(name) == values.get(name) and before.citations[name] == record.citations.get(name)
            if same and source.confirmed_at and name not in found:
                found[name] = {"confirmed_by": source.confirmed_by, "confirmed_at": source.confirmed_at}
    return found
