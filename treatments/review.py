"""What a graded result lets a provider choose: the one rule about grades (R22, R23, R34, R36).

A grade is the change since the first session, by its place among `GRADES`; None where nobody graded.
"""

from .protocols import Protocol

GRADES = ("worse", "no change", "improved", "much improved", "very much improved")
NO_CHANGE, IMPROVED, MUCH_IMPROVED = (GRADES.index(one) for one in ("no change", "improved", "much improved"))


def closes_after(protocol: Protocol, early_after: int) -> int | None:
    """From how many sessions on the first series may be closed early; None where no taper follows it.

    The neck can respond remarkably to a single one (R22); elsewhere it takes `early_after` (R23).
    """
    if protocol.maintenance != "taper" or not protocol.taper:
        return None
    return 1 if protocol.area == "neck" else early_after


def is_good(grade: int | None) -> bool:
    """Whether a grade lets the first series be closed early (R36)."""
    return grade is not None and grade >= MUCH_IMPROVED


def is_unmoved(grade: int | None) -> bool:
    """Whether somebody looked and saw no improvement: the first series goes on."""
    return grade is not None and grade < IMPROVED


def holds(grade: int | None) -> bool:
    """Whether no grade speaks against a longer interval; where one does, the last is repeated (R34)."""
    return grade is None or grade >= NO_CHANGE
