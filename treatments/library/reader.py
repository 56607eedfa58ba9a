"""Turn the parsed TOML of the library's files into its frozen classes."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from treatments.citations import Citation
from treatments.protocols import (
    Area,
    Dose,
    EventBand,
    Expectation,
    FindingRule,
    Library,
    PracticeRule,
    Product,
    Protocol,
    Recovery,
    SeparationRule,
    Sessions,
    Setting,
    TreatmentType,
    Window,
)

from .check import BadLibrary, check_library, expanded

T = TypeVar("T")
Raw = dict[str, Any]

TABLES = {"version", "treatment", "area", "protocol", "product", "separation", "finding", "rule", "setting"}
TABLES |= {"reference"}
NESTED: dict[str, type] = {
    "sessions": Sessions,
    "window": Window,
    "window_mild": Window,
    "dose": Dose,
    "recovery": Recovery,
    "event": EventBand,
    "event_last": EventBand,
}


def read_library(files: Mapping[str, Raw]) -> Library:
    """The library of some parsed files by name; BadLibrary names the file and key that is wrong."""
    for name, content in files.items():
        if unknown := set(content) - TABLES:
            raise BadLibrary(name, ", ".join(sorted(unknown)), "no such table in a library")
    versions = [content["version"] for content in files.values() if "version" in content]
    if len(versions) != 1 or not isinstance(versions[0], int):
        raise BadLibrary(", ".join(files), "version", "exactly one file states the version, a whole number")
    library = Library(
        version=versions[0],
        treatments=_keyed(files, "treatment", _treatment),
        areas=_keyed(files, "area", lambda raw: _build(Area, raw)),
        protocols=_keyed(files, "protocol", _protocol, _inherited),
        products=_keyed(files, "product", lambda raw: _build(Product, raw)),
        separations=_keyed(files, "separation", lambda raw: _build(SeparationRule, raw)),
        findings=_keyed(files, "finding", lambda raw: _build(FindingRule, raw)),
        rules=_keyed(files, "rule", lambda raw: _build(PracticeRule, raw)),
        settings=_keyed(files, "setting", lambda raw: _build(Setting, raw)),
        references={
            key: text for content in files.values() for key, text in content.get("reference", {}).items()
        },
    )
    check_library(library)
    return library


def _keyed(
    files: Mapping[str, Raw],
    table: str,
    read: Callable[[Raw], T],
    prepare: Callable[[list[Raw]], list[Raw]] = list,
) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, content in files.items():
        raws = content.get(table, [])
        if isinstance(raws, dict):
            raws = [{"key": key, **raw} for key, raw in raws.items()]
        try:
            prepared = prepare(raws)
        except KeyError as error:
            raise BadLibrary(name, table, f"{error} is not a key of an earlier one in this file") from None
        for raw in prepared:
            key = raw.get("key", "?")
            if key in found:
                raise BadLibrary(name, key, "stands in the library twice")
            try:
                found[key] = read(raw)
            except (TypeError, ValueError) as error:
                raise BadLibrary(name, key, str(error)) from None
    return found


def _inherited(raws: list[Raw]) -> list[Raw]:
    """Give every protocol its key and what it takes over from the one it is `like`."""
    known: dict[str, Raw] = {}
    for raw in raws:
        key = f"{raw['treatment']}.{raw['area']}"
        base = known[raw["like"]] if "like" in raw else {}
        own = {name: value for name, value in raw.items() if name != "like"}
        merged = base | own | {"key": key, "cite": base.get("cite", {}) | raw.get("cite", {})}
        known[key] = {name: value for name, value in merged.items() if value not in ({}, "")}
    return list(known.values())


def _protocol(raw: Raw) -> Protocol:
    values = {name: NESTED[name](**value) if name in NESTED else value for name, value in raw.items()}
    values["taper"] = tuple(Window(**step) for step in raw.get("taper", ()))
    values["expectations"] = _expectations(raw)
    return _build(Protocol, values)


def _treatment(raw: Raw) -> TreatmentType:
    return _build(TreatmentType, {**raw, "expectations": _expectations(raw)})


def _expectations(raw: Raw) -> tuple[Expectation, ...]:
    return tuple(Expectation(**one) for one in raw.get("expectations", ()))


def _build(kind: Callable[..., T], raw: Raw) -> T:
    """The record of a raw table: lists become tuples, the citations one for each number."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    cite: Raw = raw.get("cite", {})
    values.pop("cite", None)
    cited = {name: _citation(name, text) for name, text in cite.items()}
    if "citations" not in inspect.signature(kind).parameters:
        return kind(**values)
    values["citations"] = expanded(kind(**values, citations=cited), cited)
    return kind(**values)


def _citation(name: str, text: str) -> Citation:
    grade, _, source = text.partition(" ")
    if not source.strip():
        raise ValueError(f"the source of {name!r} is missing; write its grade and source, such as 'A L1'")
    return Citation(grade, source.strip())
