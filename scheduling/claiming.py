"""Hold and give back the five-minute units of bookings, in the database's own transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q, QuerySet

from scheduling.availability.bits import units
from scheduling.availability.days import PLAIN
from scheduling.models import Booking, BusyDay, Claim

KINDS = ("patient", "provider", "room", "device")
BYTES = PLAIN // 8
DEADLOCK = "40P01"
Bits = dict[tuple[str, int, int], int]


class TakenMeanwhile(Exception):
    """Raised when whom or what a booking needs was booked a moment ago; `kind` says which kind it was."""

    def __init__(self, kind: str):
        super().__init__(f"The {kind} was booked a moment ago. Nothing was changed; look again.")
        self.kind = kind


def hold(bookings: Sequence[Booking]) -> None:
    """Claim the units of bookings that were just saved; TakenMeanwhile when one is not free.

    Call inside the transaction that saves them: on TakenMeanwhile all of it has to be rolled back.
    """
    claims = sorted((claim for one in bookings for claim in claims_of(one)), key=lambda claim: claim.unit)
    try:
        with transaction.atomic(savepoint=False):
            Claim.objects.bulk_create(claims)
    except IntegrityError as error:
        raise TakenMeanwhile(taken_kind(error)) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == DEADLOCK:
            raise TakenMeanwhile("time") from error
        raise
    mark(bits_of(claims), held=True)


def release(bookings: Iterable[Booking]) -> None:
    """Give back the units of bookings."""
    claims = Claim.objects.filter(booking__in=[one.pk for one in bookings])
    bits = bits_of(claims.order_by())
    claims.delete()
    mark(bits, held=False)


def taken_kind(error: IntegrityError) -> str:
    """Read from the database's message whose claim stood in the way."""
    said = str(error).replace("claim.", "claim_")
    return next((kind for kind in KINDS if f"claim_{kind}" in said), "time")


def claims_of(booking: Booking) -> list[Claim]:
    """Make the claims of a booking: each step holds what it needs, unit after unit."""
    found, unit = [], booking.unit
    for _, minutes, holds in booking.steps:
        holders = {f"{kind}_id": getattr(booking, f"{kind}_id") for kind in holds.split()}
        length = units(minutes)
        found += [Claim(booking=booking, unit=one, **holders) for one in range(unit, unit + length)]
        unit += length
    return found


def bits_of(claims: Iterable[Claim]) -> Bits:
    """Give the units of claims as bits of each holder's UTC days."""
    found: Bits = defaultdict(int)
    for claim in claims:
        day, bit = divmod(claim.unit, PLAIN)
        for kind in KINDS:
            holder = getattr(claim, f"{kind}_id")
            if holder is not None:
                found[kind, holder, day] |= 1 << bit
    return found


def mark(bits: Bits, held: bool) -> None:
    """Set or clear bits of busy days, each row locked while it is rewritten, always in the same order."""
    if held:
        BusyDay.objects.bulk_create(
            (
                BusyDay(kind=kind, holder=holder, day=day, bits=bytes(BYTES))
                for kind, holder, day in sorted(bits)
            ),
            ignore_conflicts=True,
        )
    rows = [row for row in locked(bits) if (row.kind, row.holder, row.day) in bits]
    for row in rows:
        old, ours = int.from_bytes(row.bits, "little"), bits[row.kind, row.holder, row.day]
        row.bits = (old | ours if held else old & ~ours).to_bytes(BYTES, "little")
    BusyDay.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["bits"], unique_fields=["kind", "holder", "day"]
    )


def locked(bits: Bits) -> QuerySet[BusyDay]:
    """Lock the busy days of these holders on these days until the transaction ends."""
    holders: dict[str, set[int]] = defaultdict(set)
    for kind, holder, _ in bits:
        holders[kind].add(holder)
    wanted = Q(pk__in=())
    for kind, keys in holders.items():
        wanted |= Q(kind=kind, holder__in=keys)
    rows = BusyDay.objects.filter(wanted, day__in={day for _, _, day in bits})
    return rows.select_for_update().order_by("kind", "holder", "day")
