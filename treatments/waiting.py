"""What the practice must still confirm: its derived and remembered numbers, by protocol and rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import slugify

from treatments.citations import MUST_CONFIRM, numbers
from treatments.kinds import KINDS, Kind
from treatments.labels import label
from treatments.models import ProtocolVersion
from treatments.sheets import Line, lines_by_source

TITLES = {
    "separations": "Between treatments",
    "findings": "Findings",
    "products": "Products",
    "settings": "Settings",
}


@dataclass(frozen=True)
class Group:
    """The lines of one protocol, or of all rules of a kind."""

    key: str
    title: str
    url: str
    mark: str
    lines: tuple[Line, ...]

    @property
    def back(self) -> str:
        """Where a confirmation leads without JavaScript."""
        return f"{reverse('treatments:health')}?open={self.key}#group-{slugify(self.key)}"

    @property
    def total(self) -> int:
        """How many numbers had to be confirmed at first."""
        return sum(len(line.sources) for line in self.lines)

    @property
    def waiting(self) -> int:
        """How many still are."""
        return sum(source.must_confirm for line in self.lines for source in line.sources)

    @property
    def first_waiting(self) -> Line | None:
        """The next line to confirm."""
        return next((line for line in self.lines if line.waits), None)


def groups() -> list[Group]:
    """Gather every number of the versions in force that was derived or remembered, confirmed or not."""
    protocols = ProtocolVersion.objects.active().with_details()
    ordered = sorted(protocols, key=lambda version: version.protocol.treatment.position)
    found = [protocol_group(version) for version in ordered]
    for kind in KINDS:
        if kind.group in TITLES:
            found.append(kind_group(kind, kind.version.objects.active().with_details()))
    return [group for group in found if group.lines]


def protocol_group(version: ProtocolVersion) -> Group:
    """Gather one protocol's numbers, each under its heading."""
    protocol = version.protocol
    lines = lines_of(version, lambda name: label(name).topic)
    url = reverse("treatments:protocol", args=[protocol.key])
    return Group(protocol.key, str(protocol), url, protocol.treatment.mark, tuple(lines))


def kind_group(kind: Kind, versions: Iterable[Any]) -> Group:
    """Gather the numbers of all rules of a kind, each under its rule's own words."""
    lines = []
    for version in versions:
        words = str(version) if kind.group in ("products", "settings") else f"{version.owner}: {version.text}"
        lines += lines_of(version, lambda name, words=words: words)
    return Group(kind.group, TITLES[kind.group], reverse(f"treatments:{kind.group}"), "", tuple(lines))


def lines_of(version: Any, topic_of) -> list[Line]:
    """Lay out the numbers of a version that were derived or remembered."""
    record = version.as_record()
    values = numbers(record) | {"level": getattr(record, "level", None)}
    unit = record.dose.unit if getattr(record, "dose", None) else ""
    sources = [source for source in version.sources.all() if source.grade in MUST_CONFIRM]
    return lines_by_source(values, sources, unit, topic_of)
