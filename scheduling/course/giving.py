"""How the sessions of a plan are given: what the steps of its visits are made from."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from scheduling.availability.steps import Treated
from scheduling.models import PlanSeries

BLOCK_MINUTES = 10


def gives_of(series: Iterable[PlanSeries]) -> dict[str, Treated]:
    """How each series is given, by key; what is not fetched yet comes in a fixed number of queries."""
    rows = list(series)
    prefetch_related_objects(rows, "protocol_version__protocol__treatment")
    return {one.key: giving(one) for one in rows}


def giving(series: PlanSeries) -> Treated:
    """One series' steps: its numbers are those of the protocol version it was planned with.

    A protocol's minutes include its dental block (R46); cream numbs before the treatment, once a visit.
    """
    protocol = series.protocol_version
    block = BLOCK_MINUTES if protocol.dental_block else 0
    return Treated(
        name=str(series.name),
        kind=protocol.protocol.treatment.kind,
        minutes=max(5, protocol.minutes - block),
        numbing=protocol.numbing_minutes,
        block=block,
    )
