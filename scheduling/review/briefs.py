"""How much each of many plans has to be looked at, without reading every plan anew for every page.

A version and all it is made of are written once, so what was read off it holds for ever: each process reads
a version once, and keeps three figures of it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from scheduling.models import PlanVersion
from scheduling.review.waits import Waits

MOST = 10_000  # versions remembered before a process begins anew; a practice has some hundred waiting
_known: dict[uuid.UUID, "Brief"] = {}


@dataclass(frozen=True, slots=True)
class Brief:
    """How much the deviations of a version weigh, how many there are, and whether signing needs a reason."""

    weight: int
    count: int
    set_aside: bool


def briefs(versions: Sequence[PlanVersion]) -> list[Brief]:
    """The figures of some versions, which may come without their content; in three queries, or none."""
    if len(_known) > MOST:
        _known.clear()
    unknown = [one.pk for one in versions if one.key not in _known]
    read = PlanVersion.objects.filter(pk__in=unknown).select_related("plan__patient")
    whole = read.prefetch_related("series__protocol_version") if unknown else ()
    found = {one.key: brief_of(one) for one in whole}
    _known.update(found)
    return [_known[one.key] for one in versions]


def brief_of(version: PlanVersion) -> Brief:
    """Read the figures off a version."""
    waits = Waits(version)
    return Brief(waits.weight, len(waits.deviations), bool(waits.set_aside))
