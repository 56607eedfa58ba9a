"""Who may use the catalogue's routes."""

from tests.access import MANAGER, PROVIDER, STAFF, Row
from tests.treatments.builders import make_protocol, make_rule, make_setting

EDITORS = (PROVIDER, MANAGER)


def protocol(world) -> dict:
    """Name a protocol."""
    return {"key": make_protocol().key}


def first_version(world) -> dict:
    """Name a protocol's first version."""
    return protocol(world) | {"number": 1}


ROWS = {
    "treatments:catalogue": Row(get=STAFF),
    "treatments:protocol": Row(get=STAFF, own=protocol),
    "treatments:protocol_edit": Row(get=EDITORS, post=EDITORS, own=protocol),
    "treatments:version": Row(get=STAFF, own=first_version),
    "treatments:restore": Row(get=None, post=EDITORS, own=first_version),
    "treatments:health": Row(get=STAFF),
    "treatments:confirm": Row(get=None, post=EDITORS),
    "treatments:separations": Row(get=STAFF),
    "treatments:separation_edit": Row(get=EDITORS, post=EDITORS, own=lambda world: {"key": make_rule().key}),
    "treatments:findings": Row(get=STAFF),
    "treatments:products": Row(get=STAFF),
    "treatments:settings": Row(get=STAFF),
    "treatments:setting_edit": Row(get=EDITORS, post=EDITORS, own=lambda world: {"key": make_setting().key}),
    "treatments:practice_rules": Row(get=STAFF),
    "treatments:references": Row(get=STAFF),
    "treatments:differences": Row(get=EDITORS),
}
