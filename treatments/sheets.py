"""A record's values laid out for reading: under headings, those of one source on one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from treatments.citations import Citation
from treatments.flat import WINDOW, flatten
from treatments.labels import TOPIC_ORDER, Label, label, shown, window_name, window_words
from treatments.models import ProtocolVersion, ValueSource
from treatments.protocols import Protocol


@dataclass(frozen=True)
class Line:
    """Values of one heading that share their source; a choice or a note has none."""

    topic: str
    values: tuple[tuple[str, str], ...]
    sources: tuple[ValueSource, ...] = ()

    @property
    def source(self) -> ValueSource | None:
        """The source they share."""
        return self.sources[0] if self.sources else None

    @property
    def waits(self) -> bool:
        """Whether any of them is still to be confirmed."""
        return any(source.must_confirm for source in self.sources)


@dataclass(frozen=True)
class Section:
    """Lines under one heading."""

    topic: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Change:
    """One value that differs between two versions; what is no number has no sources."""

    label: Label
    before: str
    after: str
    before_source: Citation | None
    after_source: Citation | None


def sheet(version: ProtocolVersion) -> tuple[Section, ...]:
    """Lay out every value of a version that says something, in the order a reader asks for them."""
    flat = flatten(version.as_record())
    sources = {source.field: source for source in version.sources.all()}
    unit = flat["dose.unit"] or ""
    plain = {
        name: value
        for name, value in flat.items()
        if name not in sources
        and name != "dose.unit"
        and (value is True or (value and isinstance(value, str)))
    }
    lines = [
        Line(label(name).topic, ((label(name).name, shown(name, value)),)) for name, value in plain.items()
    ]
    lines += lines_by_source(flat, sources.values(), unit, lambda name: label(name).topic)
    sections = {topic: tuple(line for line in lines if line.topic == topic) for topic in TOPIC_ORDER}
    return tuple(Section(topic, inner) for topic, inner in sections.items() if inner)


def lines_by_source(flat, sources: Iterable[ValueSource], unit: str, topic_of) -> list[Line]:
    """Put the numbers that share heading, source and confirmation on one line, in their first one's place."""
    lines: dict[Any, list[ValueSource]] = {}
    for source in sources:
        key = (topic_of(source.field), source.grade, source.text, source.confirmed_by_id, source.confirmed_at)
        lines.setdefault(key, []).append(source)
    return [
        Line(key[0], values_of(flat, [source.field for source in found], unit), tuple(found))
        for key, found in lines.items()
    ]


def values_of(flat, names: list[str], unit: str) -> tuple[tuple[str, str], ...]:
    """Name and write each value; a window that is whole becomes one sentence."""
    found: dict[str, tuple[str, str]] = {}
    for name in names:
        window = name.rpartition(".")[0]
        whole = [f"{window}.{part}" for part in WINDOW]
        if name in whole and set(whole) <= set(names):
            found[window] = (window_name(window), window_words(*(flat[each] for each in whole)))
        else:
            found[name] = (label(name).name, shown(name, flat[name], unit))
    return tuple(found.values())


def changes(before: Protocol, after: Protocol) -> tuple[Change, ...]:
    """Find every value, and every patient's sentence, that differs between two versions."""
    was, now = flatten(before), flatten(after)
    found = [
        change(name, was.get(name), now.get(name), before, after)
        for name in dict.fromkeys([*was, *now])
        if was.get(name) != now.get(name)
    ]
    if before.expectations != after.expectations:
        words = [
            " ".join(f"{each.text} ({each.rule})" for each in one.expectations) for one in (before, after)
        ]
        found.append(Change(label("expectations"), words[0] or "–", words[1] or "–", None, None))
    return tuple(found)


def change(name: str, was: Any, now: Any, before: Protocol, after: Protocol) -> Change:
    """Write one difference with the sources on both sides."""
    units = [one.dose.unit if one.dose else "" for one in (before, after)]
    return Change(
        label(name),
        shown(name, was, units[0]),
        shown(name, now, units[1]),
        before.citations.get(name),
        after.citations.get(name),
    )
