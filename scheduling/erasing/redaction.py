"""Take what a patient called their days out of a stored plan; every date and rule stays."""

import re
from collections.abc import Callable
from typing import Any

EVENT, AWAY = "an event", "away"
FREE_TEXTS = frozenset({"reason", "override_reason", "note"})
SHORT = 3
Words = Callable[[str], str]


def without_names(content: dict[str, Any]) -> dict[str, Any]:
    """Give a plan's content with every event's and absence's own words replaced, and nothing else.

    Names stand in the intake, in what was written about a discussion, as “event: …” at spans of the problem,
    and as “before …” in cautions and offers. Keys, dates, rules and the library's texts are never touched,
    as a patient may call an event “botox” or “2027”. A name of fewer than three letters is not looked for
    in what was written about a discussion: there it would be found by chance.
    """
    intake = content.get("intake", {})
    names = [one["name"] for one in intake.get("events", []) if one.get("name")]
    reasons = [one["reason"] for one in intake.get("away", []) if one.get("reason")]
    spans, written = instead("event: ", names, "$"), instead("before ", names, "(?=[:,])")
    said = instead(r"(?<!\w)", [one for one in (*names, *reasons) if len(one) >= SHORT], r"(?!\w)")
    found = content | {
        "intake": intake
        | {
            "events": [one | {"name": EVENT} for one in intake.get("events", [])],
            "away": [one | {"reason": AWAY} if one.get("reason") else one for one in intake.get("away", [])],
            "discussed": with_texts(intake.get("discussed", []), "reason", said),
        },
    }
    if "problem" in content:
        found["problem"] = with_texts(content["problem"], "reason", spans)
    return found | {
        name: with_texts(content[name], "text", written)
        for name in ("warnings", "discuss")
        if name in content
    }


def instead(before: str, names: list[str], after: str) -> Words:
    """Give what replaces names in a text where they stand between two patterns, the longest name first."""
    if not names:
        return lambda text: text
    choice = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    pattern = re.compile(f"({before})(?:{choice}){after}")
    return lambda text: pattern.sub(rf"\g<1>{EVENT}", text)


def with_texts(value: Any, key: str, words: Words) -> Any:
    """Rewrite the texts under one key of a JSON value, wherever it stands, keeping its shape."""
    if isinstance(value, list):
        return [with_texts(one, key, words) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: words(one) if name == key and isinstance(one, str) else with_texts(one, key, words)
        for name, one in value.items()
    }


def without_free_text(value: Any) -> Any:
    """Empty the free texts of a stored booking, keeping its shape."""
    if isinstance(value, list):
        return [without_free_text(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: "" if key in FREE_TEXTS and isinstance(one, str) else without_free_text(one)
        for key, one in value.items()
    }
