"""What a provider may choose after reviewing a result (R22, R23, R34, R36)."""

from .protocols import Library, Protocol

GRADES = ("worse", "no change", "improved", "much improved", "very much improved")
CONTINUE, TAPER_EARLY, REPEAT, LENGTHEN = "continue", "taper early", "repeat the interval", "lengthen"


def after_session(
    protocol: Protocol, done: int, severity: str, grade: str, library: Library
) -> tuple[str, ...]:
    """The choices after `done` sessions with a graded change since the first.

    Inside the first series: go on, or taper early once the result is good (R23, R36). After it the
    interval grows only while the result holds (R34); otherwise the last one is repeated.
    """
    if grade not in GRADES:
        raise ValueError(f"{grade!r} is no grade of change; grades: {', '.join(GRADES)}")
    if done < protocol.sessions.at(severity):
        early = protocol.maintenance == "taper" and done >= library.setting("early_review_sessions")
        good = GRADES.index(grade) >= GRADES.index("much improved")
        return (CONTINUE, TAPER_EARLY) if early and good else (CONTINUE,)
    return (LENGTHEN,) if GRADES.index(grade) >= GRADES.index("no change") else (REPEAT,)
