"""Who may use the protocol lab: providers and managers; a draft belongs to the whole practice."""

from tests.access import MANAGER, PROVIDER, Row
from tests.scheduling.access_rows import plan_of
from tests.scheduling.builders import catalogue
from treatments.models import Protocol, ProtocolDraft

WRITERS = (PROVIDER, MANAGER)


def protocol(world) -> dict:
    """Name a protocol of a small catalogue."""
    catalogue()
    return {"key": "mesobotox.neck"}


def draft(world) -> dict:
    """Name an open draft."""
    return {"pk": make_draft(world.people[MANAGER], **protocol(world)).pk}


def of_plan(whose: str):
    """Name an open draft beside a plan of somebody."""
    return lambda world: draft(world) | {"plan": plan_of(getattr(world, whose)).plan_id}


def make_draft(by, key: str) -> ProtocolDraft:
    """Draft longer sessions of a protocol, unchecked."""
    found = Protocol.objects.get(key=key)
    facts = {"base": found.versions.get(), "changes": {"minutes": 40}, "reason": "Calmer"}
    opened = ProtocolDraft.objects.open().filter(protocol=found).first()
    return opened or ProtocolDraft.objects.create(protocol=found, drafted_by=by, **facts)


ROWS = {
    "scheduling:lab": Row(get=WRITERS),
    "scheduling:lab_draft": Row(get=WRITERS, post=WRITERS, own=protocol),
    "scheduling:lab_as_of": Row(get=WRITERS, own=protocol, leads=("/catalogue/protocols/mesobotox.neck/",)),
    "scheduling:lab_impact": Row(get=WRITERS, post=WRITERS, own=draft),
    "scheduling:lab_plan": Row(get=WRITERS, own=of_plan("patient"), foreign=of_plan("stranger")),
    "scheduling:lab_discard": Row(get=None, post=WRITERS, own=draft),
    "scheduling:lab_sign": Row(get=WRITERS, post=WRITERS, own=draft),
    "scheduling:lab_migrate": Row(get=None, post=WRITERS, own=draft),
}
