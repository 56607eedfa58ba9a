"""What the JSON interface is sent, read strictly: each field by itself, all that is wrong said at once."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from clinic.models.clock import BASE
from clinic.text import is_blank
from scheduling.intake.strict_json import read_json
from scheduling.planning.reading import Malformed, Place, shown

LONGEST_BODY, LONGEST_REASON, LARGEST_ID = 10_000, 300, 10**18
JSON = "application/json"
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
KEY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
Readers = Mapping[str, Callable[[Place], Any]]


class Wrong(Exception):
    """Raised for what cannot be understood; `fields` holds a message for each field."""

    def __init__(self, fields: Mapping[str, str], status: int = 422):
        super().__init__("; ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields, self.status = dict(fields), status


def wall_time(place: Place) -> int:
    """A time of day as HH:MM on the five-minute base, in minutes after midnight."""
    found = CLOCK.fullmatch(place.text())
    if not found or int(found[2]) % BASE:
        raise place.wrong(f"expected a time as HH:MM in steps of {BASE} minutes, got {shown(place.value)}")
    return int(found[1]) * 60 + int(found[2])


def key(place: Place) -> uuid.UUID:
    """An idempotency key: a UUID of one's own making."""
    text = place.text()
    if not KEY.fullmatch(text):
        raise place.wrong(f"expected a UUID, got {shown(text)}")
    return uuid.UUID(text)


MOVE: Readers = {
    "date": Place.day,
    "time": wall_time,
    "fold": lambda place: place.whole(0, 1),
    "provider": lambda place: place.whole(1, LARGEST_ID),
    "room": lambda place: place.whole(1, LARGEST_ID),
    "override_reason": lambda place: _seen(place.text(LONGEST_REASON, empty=True)),
    "key": key,
}
BOOK: Readers = {"key": key}


def read_body(request, readers: Readers, required: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a request's JSON object; Wrong names every one that is missing, unknown or malformed."""
    if request.content_type != JSON:
        raise Wrong({"body": f"Send JSON, with the content type {JSON}."}, status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        raise Wrong({"body": f"{LONGEST_BODY:,} bytes is the most."}, status=413)
    try:
        value = read_json(request.body)
    except Malformed as wrong:
        raise Wrong({"body": wrong.message}) from None
    if not isinstance(value, dict):
        raise Wrong({"body": f"expected an object, got {shown(value)}"})
    return fields_of(value, readers, required)


def fields_of(value: Mapping[str, object], readers: Readers, required: tuple[str, ...]) -> dict[str, Any]:
    """Read every field of an object."""
    wrong = {name: "is missing" for name in required if name not in value}
    allowed = ", ".join(readers)
    wrong |= {shown(name): f"is not known here; allowed: {allowed}" for name in value if name not in readers}
    found = {}
    for name, reader in readers.items():
        if name in value:
            try:
                found[name] = reader(Place(value[name], name))
            except Malformed as problem:
                wrong[name] = problem.message
    if wrong:
        raise Wrong(wrong)
    return found


def asked_series(request, known: Mapping[str, object]) -> tuple[str, ...]:
    """Read ?series=…&series=…: each a series of the plan, each once."""
    asked = request.GET.getlist("series")
    unknown = [shown(name) for name in asked if name not in known]
    if unknown or not asked or len(set(asked)) < len(asked):
        text = f"{', '.join(unknown)} is no series of this plan" if unknown else "name each series once"
        raise Wrong({"series": f"{text}; known: {', '.join(known)}"})
    return tuple(asked)


def asked_plan(request) -> int:
    """Read ?plan=7."""
    text = request.GET.get("plan", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Wrong({"plan": f"expected the number of a plan, got {shown(text)}"})
    return int(text)


def _seen(text: str) -> str:
    """A text without what nobody can see at its ends; empty when all of it is that."""
    return "" if is_blank(text) else text.strip()
