"""JSON text read strictly: what other readers would silently bend is refused."""

import json

from scheduling.planning.reading import Malformed, shown

LONGEST_TEXT = 5_000_000
DEEPEST = 50


def read_json(content: bytes) -> object:
    """The value of JSON text in UTF-8; `Malformed` says where it is not JSON.

    A key that stands twice, NaN and Infinity, and nesting deeper than 50 are refused.
    """
    if len(content) > LONGEST_TEXT:
        raise Malformed("$", f"expected at most {LONGEST_TEXT:,} bytes, got {len(content):,}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("$", f"not text in UTF-8: byte {error.start} cannot be read") from None
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise Malformed("$", f"not JSON: {error.msg} at {place}") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("$", "a number has too many digits") from None
    _check_depth(value)
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        raise Malformed("$", f"the key {shown(twice)} stands twice in the same object")
    return found


def _constant(name: str) -> object:
    raise Malformed("$", f"{name} is not a number in JSON")


def _check_depth(value: object) -> None:
    layer, depth = [value], 0
    while layer:
        depth += 1
        if depth > DEEPEST:
            raise _too_deep()
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]


def _too_deep() -> Malformed:
    return Malformed("$", f"nested deeper than {DEEPEST} levels")
