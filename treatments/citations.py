"""Where the catalogue's numbers come from: a grade and a source for every one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass

GRADES = {
    "S": "practice rule",
    "A": "label or regulator",
    "B": "trial, review or consensus",
    "C": "clinic or maker's page",
    "D": "derived inside a sourced range",
    "M": "from memory, to be verified",
}
MUST_CONFIRM = frozenset("DM")
DURATION = re.compile(r"P(?=\d)(?:\d{1,3}Y)?(?:\d{1,3}M)?(?:\d{1,3}W)?(?:\d{1,4}D)?", re.ASCII)

Number = int | float | str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a number comes from: a grade of `GRADES` and the rules (R33), references (L1) or reasoning.

    `confirmed` says who at the practice confirmed the number and when: no part of what is cited, so two
    citations are equal without it.
    """

    grade: str
    source: str
    confirmed: str = field(default="", compare=False)

    @property
    def must_confirm(self) -> bool:
        """Whether the practice has to confirm the number before relying on it."""
        return self.grade in MUST_CONFIRM and not self.confirmed

    @property
    def words(self) -> str:
        """The source as a reader is shown it; a practice rule speaks for itself."""
        if self.grade == "S":
            return GRADES["S"]
        confirm = "; practice must confirm" if self.must_confirm else ""
        by = f"; confirmed by {self.confirmed}" if self.confirmed else ""
        return f"{GRADES[self.grade]} ({self.grade}): {self.source}{confirm}{by}"


def numbers(record: object) -> dict[str, Number]:
    """Every number of a record by its dotted name: minutes, window.minimum, taper.1.start.

    Durations count as numbers; the steps of a tuple are counted from 1. A field at its default says
    nothing and is left out.
    """
    return dict(_numbers(record, ""))


def _numbers(value: object, name: str) -> Iterator[tuple[str, Number]]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float) or (isinstance(value, str) and DURATION.fullmatch(value)):
        yield name, value
    elif is_dataclass(value):
        for each in fields(value):
            inner = getattr(value, each.name)
            if each.name != "citations" and inner != each.default:
                yield from _numbers(inner, f"{name}.{each.name}".lstrip("."))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, f"{name}.{key}")
    elif isinstance(value, tuple):
        for position, inner in enumerate(value, start=1):
            yield from _numbers(inner, f"{name}.{position}")
