"""How the series of a plan are called on pages: by treatment and area, never by key."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from treatments.protocols import Library


@dataclass(frozen=True, slots=True)
class SeriesName:
    """A series in words; `mark` is its treatment's colour and shape (botox, mesobotox, filler, …)."""

    key: str
    treatment: str
    area: str
    mark: str

    def __str__(self) -> str:
        return f"{self.treatment}, {self.area[:1].lower()}{self.area[1:]}"


Names = Mapping[str, SeriesName]
KEY = re.compile(r"\b[a-z_]+\.[a-z_]+\b")


def names_of(keys: Iterable[str], library: Library) -> dict[str, SeriesName]:
    """Name every series of these keys that the library has a protocol for."""
    found = {}
    for key in keys:
        protocol = library.protocols.get(key)
        if protocol is not None:
            treatment, area = library.treatments[protocol.treatment], library.areas[protocol.area]
            found[key] = SeriesName(key, treatment.name, area.name, treatment.mark)
    return found


def in_words(text: str, names: Names) -> str:
    """Put the names of series where a text has their keys."""
    return KEY.sub(lambda match: str(names.get(match[0], match[0])), text)
