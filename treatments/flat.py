"""A protocol as one flat mapping of dotted names, the form that columns and form fields have in common."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from treatments.protocols import Dose, EventBand, Protocol, Recovery, Sessions, Window

GROUPS: dict[str, Any] = {
    "sessions": Sessions,
    "window": Window,
    "window_mild": Window,
    "dose": Dose,
    "recovery": Recovery,
    "event": EventBand,
    "event_last": EventBand,
}
OPTIONAL = ("window_mild", "dose", "event_last")
SINGLE = (
    "offered",
    "only_with",
    "maintenance",
    "taper_step",
    "minutes",
    "numbing_minutes",
    "numbing_in_chair",
    "dental_block",
    "target_cost",
    "weight",
)
NAMES = SINGLE + tuple(f"{group}.{each.name}" for group, kind in GROUPS.items() for each in fields(kind))
WINDOW = ("minimum", "start", "end", "latest")


def flatten(protocol: Protocol) -> dict[str, Any]:
    """Spread a protocol's values by dotted name; those of an absent group are None."""
    flat = {name: getattr(protocol, name) for name in SINGLE}
    for group, kind in GROUPS.items():
        inner = getattr(protocol, group)
        for each in fields(kind):
            flat[f"{group}.{each.name}"] = None if inner is None else getattr(inner, each.name)
    for number, step in enumerate(protocol.taper, start=1):
        flat |= {f"taper.{number}.{part}": getattr(step, part) for part in WINDOW}
    return flat


def rebuild(flat: Mapping[str, Any], **identity: Any) -> Protocol:
    """Build a protocol from its flat values; `identity` holds what is not flat, such as key and citations.

    An optional group without values is absent, and the taper ends before its first step without values.
    """
    groups = {group: _group(flat, group) for group in GROUPS}
    single = {name: flat[name] for name in SINGLE}
    single |= {name: single[name] or None for name in ("only_with", "taper_step")}
    return Protocol(**single, **groups, taper=_taper(flat), **identity)


def _group(flat: Mapping[str, Any], group: str) -> Any:
    values = {each.name: _plain(flat[f"{group}.{each.name}"]) for each in fields(GROUPS[group])}
    if group in OPTIONAL and all(value in (None, "") for value in values.values()):
        return None
    if group == "dose":
        values["note"] = values["note"] or ""
    return GROUPS[group](**values)


def _taper(flat: Mapping[str, Any]) -> tuple[Window, ...]:
    steps: list[Window] = []
    while any(flat.get(f"taper.{len(steps) + 1}.{part}") for part in WINDOW):
        steps.append(Window(*(flat.get(f"taper.{len(steps) + 1}.{part}") or "" for part in WINDOW)))
    return tuple(steps)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
