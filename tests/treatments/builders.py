"""Rows of the catalogue for tests, made from records of the default library."""

import dataclasses
from functools import cache

from treatments.kinds import KINDS
from treatments.library import load_library
from treatments.models import Area, CrossTreatmentRule, Protocol, ProtocolVersion, Setting, TreatmentType
from treatments.protocols import Library
from treatments.writing import write_version

PROTOCOLS = ("mesobotox.cheeks", "mesobotox.neck", "botox.upper_face")
KEPT = {
    "separations": ("X1", "X2"),
    "findings": ("F2", "F9", "F25"),
    "products": ("ona", "abo"),
    "settings": ("first_window_days", "touch_up_first_day"),
}


@cache
def small_library() -> Library:
    """Three protocols, two rules, three findings, two products and two settings of the default library."""
    whole = load_library()
    kept = {
        group: {key: getattr(whole, group)[key] for key in keys}
        for group, keys in (KEPT | {"protocols": PROTOCOLS}).items()
    }
    return dataclasses.replace(whole, **kept)


def make_protocol(record=None, position: int = 1) -> Protocol:
    """Write one protocol with one version, the neck's unless told, once; nothing else of the library."""
    record = record or load_library().protocols["mesobotox.neck"]
    if found := Protocol.objects.filter(key=record.key).first():
        return found
    whole = load_library()
    kind = whole.treatments[record.treatment]
    treatment, _ = TreatmentType.objects.get_or_create(
        key=kind.key,
        defaults={
            name: getattr(kind, name) for name in ("name", "kind", "mark", "technique", "depth", "product")
        }
        | {"position": 1},
    )
    area, _ = Area.objects.get_or_create(
        key=record.area,
        defaults={"name": record.area.capitalize(), "region": "neck", "position": position},
    )
    protocol = Protocol.objects.create(key=record.key, treatment=treatment, area=area, position=position)
    write_version(protocol, record, reason="Default library 1")
    return protocol


def make_protocols(count: int) -> list[Protocol]:
    """Write protocols of MesoBotox for as many made-up areas."""
    record = load_library().protocols["mesobotox.neck"]
    return [
        make_protocol(
            dataclasses.replace(record, key=f"mesobotox.area_{number}", area=f"area_{number}"), number
        )
        for number in range(1, count + 1)
    ]


def make_records(group: str, count: int) -> None:
    """Write copies of the first record of a group, under made-up keys."""
    kind = next(kind for kind in KINDS if kind.group == group)
    record = next(iter(getattr(load_library(), group).values()))
    for number in range(1, count + 1):
        copy = dataclasses.replace(record, key=f"made_up_{number}")
        write_version(kind.owner.objects.create(key=copy.key, position=number), copy, reason="test")


def make_rule() -> CrossTreatmentRule:
    """Write X2, filler after toxin, once."""
    if found := CrossTreatmentRule.objects.filter(key="X2").first():
        return found
    rule = CrossTreatmentRule.objects.create(key="X2", position=1)
    write_version(rule, load_library().separations["X2"], reason="Default library 1")
    return rule


def make_setting() -> Setting:
    """Write the setting of how soon a first session comes, once."""
    if found := Setting.objects.filter(key="first_window_days").first():
        return found
    setting = Setting.objects.create(key="first_window_days", position=1)
    write_version(setting, load_library().settings["first_window_days"], reason="Default library 1")
    return setting


def in_force(protocol: Protocol) -> ProtocolVersion:
    """Give a protocol's version in force, with its parts."""
    return ProtocolVersion.objects.active().with_details().get(protocol=protocol)
