"""The concerns chosen on the map: one panel for each area, one line for each concern."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from scheduling.composing.words import AREA_NAMES, CONCERN_NAMES, concerns_of
from scheduling.intake.intake import Intake
from treatments.routing import AREAS, CONCERNS

Chosen = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A concern on an area: `value` is its field's, `severity` the one chosen or offered."""

    value: str
    name: str
    chosen: bool
    severity: str


@dataclass(frozen=True, slots=True)
class Panel:
    """An area with everything that can be chosen there."""

    key: str
    name: str
    lines: tuple[Line, ...]

    @property
    def count(self) -> int:
        """How many concerns are chosen here."""
        return sum(line.chosen for line in self.lines)

    @property
    def words(self) -> str:
        """How many are chosen, in words; empty for none."""
        if not self.count:
            return ""
        return f"{self.count} concern{'' if self.count == 1 else 's'} chosen"


def posted(data: QueryDict) -> Chosen:
    """What a form holds: (area, concern) to severity. Names nobody knows are kept, to be refused."""
    found = {}
    for value in data.getlist("concern"):
        area, _, concern = value.partition(".")
        found[area, concern] = data.get(f"severity.{value}", "moderate")
    return found


def wanted(intake: Intake) -> Chosen:
    """What an intake holds, in the same form."""
    return {(want.area, want.concern): want.severity for want in intake.concerns}


def panels(chosen: Chosen) -> tuple[Panel, ...]:
    """A panel for every area, in the order of the map."""
    return tuple(
        Panel(
            area,
            AREA_NAMES[area],
            tuple(
                Line(
                    f"{area}.{concern}",
                    CONCERN_NAMES[concern],
                    (area, concern) in chosen,
                    chosen.get((area, concern), "moderate"),
                )
                for concern in concerns_of(area)
            ),
        )
        for area in AREAS
    )


def as_wants(chosen: Chosen) -> list[dict[str, str]]:
    """The concerns as the contract writes them, by area and concern in their usual order."""
    order = sorted(chosen, key=lambda one: (place(AREAS, one[0]), place(CONCERNS, one[1]), one))
    return [{"concern": concern, "area": area, "severity": chosen[area, concern]} for area, concern in order]


def place(names: tuple[str, ...], name: str) -> int:
    """Where a name stands among others; what is not there comes last."""
    return names.index(name) if name in names else len(names)
