"""Read plain JSON values strictly: what is not exactly right is refused with its path."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from .durations import Duration

T = TypeVar("T")
MOST = 1_000_000
LONGEST_TEXT = 500
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Malformed(ValueError):
    """Input that is not of the contract's form: the JSON path and what would be right."""

    def __init__(self, path: str, message: str):
        super().__init__(f"{path}: {message}")
        self.path, self.message = path, message


class Place:
    """A JSON value and where it stands; every reader raises `Malformed` with that path."""

    def __init__(self, value: object, path: str = "$"):
        self.value, self.path = value, path

    def wrong(self, message: str) -> Malformed:
        return Malformed(self.path, message)

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Place"]:
        """An object's fields by name; unknown and missing ones are refused."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"expected an object, got {shown(self.value)}")
        required, optional = tuple(required), tuple(optional)
        for name in required:
            if name not in self.value:
                raise self.wrong(f"{name!r} is missing")
        for name in self.value:
            if name not in required and name not in optional:
                allowed = ", ".join((*required, *optional))
                raise self.wrong(f"{shown(name)} is not known here; allowed: {allowed}")
        return {name: Place(value, f"{self.path}.{name}") for name, value in self.value.items()}

    def items(self, least: int = 0, most: int = 1000) -> list["Place"]:
        """A list's elements, at least `least` and at most `most` of them."""
        if not isinstance(self.value, list):
            raise self.wrong(f"expected a list, got {shown(self.value)}")
        if not least <= len(self.value) <= most:
            raise self.wrong(f"expected {least} to {most} elements, got {len(self.value)}")
        return [Place(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def whole(self, least: int = 0, most: int = MOST) -> int:
        """A whole number; true and false are not numbers."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.wrong(f"expected a whole number, got {shown(self.value)}")
        if not least <= self.value <= most:
            raise self.wrong(f"expected a whole number from {least} to {most}, got {shown(self.value)}")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong(f"expected true or false, got {shown(self.value)}")
        return self.value

    def text(self, longest: int = LONGEST_TEXT, empty: bool = False) -> str:
        """Text of at most `longest` characters that can be stored and shown."""
        if not isinstance(self.value, str):
            raise self.wrong(f"expected text, got {shown(self.value)}")
        if len(self.value) > longest:
            raise self.wrong(f"expected at most {longest} characters, got {len(self.value)}")
        if not self.value.strip() and not empty:
            raise self.wrong("expected text, got none")
        if any(character < " " or "\ud800" <= character <= "\udfff" for character in self.value):
            raise self.wrong("the text has a control character or half a character in it; remove it")
        return self.value

    def one_of(self, allowed: Iterable[str]) -> str:
        allowed = tuple(allowed)
        if self.value not in allowed or not isinstance(self.value, str):
            raise self.wrong(f"{shown(self.value)} is not one of: {', '.join(allowed)}")
        return self.value

    def day(self) -> date:
        """A calendar date, YYYY-MM-DD, of the years 1900 to 2200."""
        if not isinstance(self.value, str) or not _DAY.fullmatch(self.value):
            raise self.wrong(f"expected a date as YYYY-MM-DD, got {shown(self.value)}")
        try:
            found = date.fromisoformat(self.value)
        except ValueError:
            raise self.wrong(f"{self.value} is not a day of the calendar") from None
        if not 1900 <= found.year <= 2200:
            raise self.wrong(f"expected a year from 1900 to 2200, got {found.year}")
        return found

    def duration(self) -> Duration:
        """An ISO 8601 date duration such as P3M14D."""
        if not isinstance(self.value, str):
            raise self.wrong(f"expected a duration such as P3M14D, got {shown(self.value)}")
        try:
            return Duration.parse(self.value)
        except ValueError as error:
            raise self.wrong(str(error)) from None

    def each(self, read: "Callable[[Place], T]", least: int = 0, most: int = 1000) -> "tuple[T, ...]":
        return tuple(read(item) for item in self.items(least, most))


def shown(value: object) -> str:
    """A value as a message quotes it: one line, short."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."
