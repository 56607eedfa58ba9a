"""Hold and give back the five-minute units of bookings, in the database's own transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet

from scheduling.availability.bits import span, units
from scheduling.availability.days import PLAIN
from scheduling.claiming.claim_rows import KINDS, BusyKey, Stretch, insert_claims, lock_busy, write_busy
from scheduling.models import Booking, Claim

BYTES = PLAIN // 8
DEADLOCK, WAITED_TOO_LONG, OUT_OF_TURN = "40P01", "55P03", "40001"  # PostgreSQL's own codes
Bits = dict[BusyKey, int]


class TakenMeanwhile(Exception):
    """Raised when whom or what a booking needs was booked a moment ago; `kind` says which kind it was."""

    def __init__(self, kind: str):
        super().__init__(f"The {kind} was booked a moment ago. Nothing was changed; look again.")
        self.kind = kind


def hold(bookings: Iterable[Booking]) -> None:
    """Claim the units of bookings that were just saved; TakenMeanwhile when one is not free.

    Call inside the transaction that saves them: on TakenMeanwhile all of it has to be rolled back.
    """
    exchange((), bookings)


def exchange(old: Iterable[Booking], new: Iterable[Booking]) -> None:
    """Give back the units of some bookings and claim those of others as one; a booking may be in both.

    A transaction calls this once, with all that it changes: claims come first, in the order of their units,
    busy days last, in the order of their keys. So two who take free times wait for each other and never in
    a circle. Two who each want what the other gives back do; the database ends one of them.
    TakenMeanwhile as for `hold`; who only gives back gets the database's own error and can begin anew.
    """
    leaving = [one.pk for one in old]
    claims = Claim.objects.filter(booking__in=leaving)
    stretches = [stretch for one in new for stretch in stretches_of(one)]
    freed, held = bits_of(claimed(claims) if leaving else ()), bits_of(stretches)
    try:
        with transaction.atomic(savepoint=False):
            if freed:
                claims.delete()
            insert_claims(stretches)
            busy = lock_busy([*{**freed, **held}], bytes(BYTES))
            write_busy({key: marked(bits, freed.get(key, 0), held.get(key, 0)) for key, bits in busy.items()})
    except IntegrityError as error:
        raise TakenMeanwhile(taken_kind(error)) from error
    except OperationalError as error:
        if stretches and gave_way(error):
            raise TakenMeanwhile("time") from error
        raise


def gave_way(error: BaseException | None) -> bool:
    """Whether the database ended an action for somebody else's: a circle, too long a wait, out of turn."""
    return code_of(error) in (DEADLOCK, WAITED_TOO_LONG, OUT_OF_TURN)


def code_of(error: BaseException | None) -> str:
    """The code PostgreSQL gave an error, which Django wraps; nothing for any other."""
    return getattr(getattr(error, "__cause__", None), "sqlstate", None) or ""


def taken_kind(error: IntegrityError) -> str:
    """Read from the database's message whose claim stood in the way."""
    said = str(error).replace("claim.", "claim_")
    return next((kind for kind in KINDS if f"claim_{kind}" in said), "time")


def stretches_of(booking: Booking) -> Iterator[Stretch]:
    """Give what each step of a booking holds, and when: one step after the other."""
    unit = booking.unit
    for _, minutes, holds in booking.steps:
        length = units(minutes)
        holders = {kind: getattr(booking, f"{kind}_id") for kind in holds.split()}
        yield booking.pk, unit, length, {kind: one for kind, one in holders.items() if one is not None}
        unit += length


def claimed(claims: QuerySet[Claim]) -> Iterator[Stretch]:
    """Give what claims hold, unit by unit."""
    for booking, unit, *holders in claims.order_by().values_list("booking", "unit", *KINDS):
        yield (
            booking,
            unit,
            1,
            {kind: one for kind, one in zip(KINDS, holders, strict=True) if one is not None},
        )


def bits_of(stretches: Iterable[Stretch]) -> Bits:
    """Give the units of stretches as bits of each holder's UTC days."""
    found: Bits = defaultdict(int)
    for _, unit, count, holders in stretches:
        for day in range(unit // PLAIN, (unit + count - 1) // PLAIN + 1):
            first, last = max(unit, day * PLAIN), min(unit + count, (day + 1) * PLAIN)
            bits = span(first - day * PLAIN, last - first)
            for kind, holder in holders.items():
                found[kind, holder, day] |= bits
    return dict(found)


def marked(bits: bytes, freed: int, held: int) -> bytes:
    """Clear and set bits of a busy day."""
    return (int.from_bytes(bits, "little") & ~freed | held).to_bytes(BYTES, "little")
