"""Take what a patient called their days out of a stored plan; every date and rule stays."""

from typing import Any

EVENT, AWAY = "an event", "away"
FREE_TEXTS = frozenset({"reason", "override_reason", "note"})
SHORT = 3


def without_names(content: dict[str, Any]) -> dict[str, Any]:
    """Give a plan's content with every event's and absence's own words replaced, wherever they stand.

    A name of fewer than three letters is replaced where it stands alone or after “event: ”: inside other
    words it would be found by chance.
    """
    intake = content.get("intake", {})
    names = {one["name"]: EVENT for one in intake.get("events", []) if one.get("name")}
    names |= {one["reason"]: AWAY for one in intake.get("away", []) if one.get("reason")}
    return replaced(content, dict(sorted(names.items(), key=lambda one: -len(one[0]))))


def replaced(value: Any, names: dict[str, str]) -> Any:
    """Replace names in every text of a JSON value, keeping its shape."""
    if isinstance(value, dict):
        return {key: replaced(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, names) for one in value]
    if not isinstance(value, str):
        return value
    for name, instead in names.items():
        if value == name or value.endswith(f": {name}"):
            value = value[: -len(name)] + instead
        elif len(name) >= SHORT:
            value = value.replace(name, instead)
    return value


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
