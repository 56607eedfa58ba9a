"""Find what a text to patients may not claim, however it is written; honest sentences pass.

Rules R9, R19, R25, R27, R30, R31, R49 and R51: no promise, no guarantee, nothing permanent, no lift. A word
is forgiven where its own sentence plainly denies it, or uses it for something else.
"""

import re
from dataclasses import dataclass

from treatments.claim_honest import attributed, denied, harmless
from treatments.claim_letters import Seen, seen
from treatments.claim_rules import BANS, Ban


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """Words of a text that claim too much: where they stand, the rule against them, what to write instead."""

    start: int
    end: int
    words: str
    rule: str
    instead: str


# Abbreviations whose full stop ends no sentence.
TITLES = re.compile(r"\b(?:dr|mr|mrs|ms|st|prof|no|approx|e\.g|i\.e)\.(?= ?[a-z0-9])")
STOPS = re.compile(r"[.!?;…]+(?=[\s\"”’')\]]|$)|\n\s*\n|\n(?=\s*[-*•])")


def claims(text: str) -> tuple[Claim, ...]:
    """List what a text claims, from its beginning to its end; where two overlap, the longer one."""
    as_seen = seen(text)
    found = sorted(
        (found_claim(text, as_seen, one, hit) for one in BANS for hit in hits(as_seen.text, one)),
        key=lambda claim: (claim.start, -claim.end),
    )
    apart: list[Claim] = []
    for claim in found:
        if not apart or claim.start >= apart[-1].end:
            apart.append(claim)
    return tuple(apart)


def hits(text: str, one: Ban):
    """Find where a seen text makes one kind of claim and means it."""
    for hit in one.pattern.finditer(text):
        first, last, ending, after = sentence(text, hit.start(), hit.end())
        before, behind, words = text[first : hit.start()], text[hit.end() : last], hit.group()
        if denied(before, words, behind, ending, after, has_no=one.has_no):
            continue
        if harmless(before, words, behind, one.rule) or (one.rule == "R9" and attributed(before + words)):
            continue
        yield hit


def sentence(text: str, start: int, end: int) -> tuple[int, int, str, str]:
    """Give where the sentence around a part begins and ends, what ends it, and what follows it."""
    calm = TITLES.sub(lambda title: title.group()[:-1] + " ", text)
    first, last, ending = 0, len(text), ""
    for stop in STOPS.finditer(calm):
        if stop.end() <= start:
            first = stop.end()
        elif stop.start() >= end:
            last, ending = stop.start(), stop.group()
            break
    return first, last, ending, text[last + len(ending) : last + len(ending) + 60]


def found_claim(text: str, as_seen: Seen, one: Ban, hit: re.Match[str]) -> Claim:
    """Describe one hit by its place in the text as it was typed."""
    start, end = as_seen.span(hit.start(), hit.end())
    return Claim(start, end, text[start:end], one.rule, one.instead)
