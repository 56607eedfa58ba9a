"""What earlier treatments mean for a series: sessions done, the run of regular Botox, days to keep off."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from scheduling.planning.problem import Span
from scheduling.planning.reasons import spoken
from treatments.protocols import Library, Protocol, SeparationRule

from .intake import Past
from .recommendation import Because


def treated(history: Sequence[Past], protocol: Protocol, library: Library) -> tuple[date, ...]:
    """The dates this protocol's treatment was given on all of its area, in order, counting or not."""
    return tuple(sorted({past.date for past in history if _same(past, protocol, library)}))


def done(history: Sequence[Past], protocol: Protocol, library: Library) -> tuple[date, ...]:
    """The dates of the sessions that count, in order."""
    return treated([past for past in history if past.counts], protocol, library)


def _same(past: Past, protocol: Protocol, library: Library) -> bool:
    whole = protocol.area in (past.area, *library.areas[past.area].parts)
    return past.treatment == protocol.treatment and whole


def run(dates: Sequence[date], gap_days: int) -> tuple[date, ...]:
    """The last dates that follow each other without a gap of more than `gap_days` (R13)."""
    start = len(dates) - 1
    while start > 0 and (dates[start] - dates[start - 1]).days <= gap_days:
        start -= 1
    return tuple(dates[max(start, 0) :])


def kept_off(
    history: Sequence[Past], protocol: Protocol, library: Library, start: date
) -> Iterator[tuple[Span, Because]]:
    """The days from `start` that earlier treatments keep a series off, with the rule (R40, X4, X6 to X8)."""
    for past in history:
        for rule in library.separations.values():
            if not _concerns(rule, past, protocol, library):
                continue
            first = past.date if not rule.same_visit else past.date + timedelta(days=1)
            last = past.date + timedelta(days=rule.clear_days - 1)
            if last >= start:
                name = library.treatments[past.treatment].name
                yield Span(first, last, f"{rule.text} ({name} on {spoken(past.date)})"), rule_because(rule)


def _concerns(rule: SeparationRule, past: Past, protocol: Protocol, library: Library) -> bool:
    if past.treatment not in rule.before or protocol.treatment not in rule.after or not rule.clear_days:
        return False
    if rule.same_area:
        # The series' own window already counts from treatments of all of its area.
        own = past.treatment == protocol.treatment and _same(past, protocol, library)
        return not own and library.overlap(past.area, protocol.area)
    return rule.planned


def rule_because(rule: SeparationRule) -> Because:
    """A cross-treatment rule as a reason; the practice's own rule is named where there is one."""
    citation = rule.citations.get("clear_days")
    source = citation.words if citation else "practice rule"
    return Because(rule.rules[0] if rule.rules else rule.key, rule.text, source)
