"""What claims, busy days and bookings hold, each read by itself."""

import itertools

from scheduling.availability.days import PLAIN
from scheduling.models import Booking, BusyDay, Claim

KINDS = ("patient", "provider", "room", "device")
Held = tuple[str, int, int]  # kind, id, unit


def claimed() -> set[Held]:
    """What the claims hold, as (kind, id, unit)."""
    rows = Claim.objects.values_list("unit", *KINDS)
    return {(kind, pk, unit) for unit, *pks in rows for kind, pk in zip(KINDS, pks, strict=True) if pk}


def marked() -> set[Held]:
    """What the busy days hold, as (kind, id, unit)."""
    return {
        (one.kind, one.holder, one.day * PLAIN + bit)
        for one in BusyDay.objects.all()
        for bit in range(PLAIN)
        if int.from_bytes(one.bits, "little") >> bit & 1
    }


def overlaps() -> list[tuple[int, int]]:
    """Pairs of bookings whose steps hold somebody or something at the same time, by the steps alone."""
    pairs = itertools.combinations(Booking.objects.live().order_by("pk"), 2)
    return [(one.pk, other.pk) for one, other in pairs if held_units(one) & held_units(other)]


def held_units(booking: Booking) -> set[Held]:
    """What a booking's steps hold, as (kind, id, unit)."""
    found, unit = set(), booking.unit
    for _, minutes, holds in booking.steps:
        units = range(unit, unit + minutes // 5)
        found |= {(kind, getattr(booking, f"{kind}_id"), one) for kind in holds.split() for one in units}
        unit += minutes // 5
    return found
