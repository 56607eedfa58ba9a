"""Days as integers of five-minute bits, bit 0 first."""

from collections.abc import Iterable, Iterator
from functools import cache

UNIT = 5
Bits = int


def units(minutes: int) -> int:
    """How many five-minute units hold so many minutes, a begun one counted whole."""
    return -(-minutes // UNIT)


def span(first: int, count: int) -> Bits:
    """`count` bits from bit `first` on; none for a count below 1."""
    return ((1 << count) - 1) << first if count > 0 else 0


def union(spans: Iterable[tuple[int, int]]) -> Bits:
    """The bits of all (first, count)."""
    found = 0
    for first, count in spans:
        found |= span(first, count)
    return found


def starts(free: Bits, count: int) -> Bits:
    """The bits from which `count` free bits follow each other (itself the first); all free ones for 0."""
    have = 1
    while have < count:
        step = min(have, count - have)
        free &= free >> step
        have += step
    return free


def each(bits: Bits) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


@cache
def grid(step: int, length: int) -> Bits:
    """Every `step`-th bit of the first `length`, bit 0 among them."""
    found = 0
    for place in range(0, length, step):
        found |= 1 << place
    return found
