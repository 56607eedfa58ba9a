"""What a message's text may have replaced: a closed list of names, each with an example. No expressions."""

import re
from collections.abc import Iterable, Mapping

# Every name there is, with what the preview shows for it. None says what is treated, by whom or for how much:
# an e-mail lies open on many screens.
EXAMPLES = {
    "first_name": "Maya",
    "visit_date": "Tue 13 Apr 2027",
    "visit_time": "09:30",
    "old_date": "Mon 12 Apr 2027",
    "old_time": "14:00",
    "visit_length": "45 min",
    "zone": "New York time",
    "location": "Park Street",
    "address": "12 Park Street",
    "place": "Park Street, 12 Park Street",
    "call": "call us on 555 0100",
    "visits": "Tue 13 Apr 2027 at 09:30\nTue 20 Jul 2027 at 10:00",
    "changes": "Tue 13 Apr 2027 at 09:30 instead of Mon 12 Apr 2027 at 14:00\n"
    "Mon 3 May 2027 at 10:00 is cancelled",
    "visit_count": "2",
    "weeks": "6",
    "held_until": "12:15",
    "link": "https://practice.example/my/",
}
NAME = re.compile(r"\{([a-z_]{1,30})\}")
# What other languages of templates would take for a command; it is refused wherever it stands.
FOREIGN = re.compile(r"\{\{[^}]*\}?\}?|\{%[^}]*%?\}?|\$\{[^}]*\}?|%\([^)]*\)\w?|\{[^{}]*\}?|\}")


def refused(text: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """List everything in a text that looks like a placeholder and is none of the allowed, as it stands."""
    known = {f"{{{name}}}" for name in allowed}
    found = (hit.group() for hit in FOREIGN.finditer(text))
    return tuple(dict.fromkeys(one for one in found if one not in known))


def missing(text: str, needed: Iterable[str]) -> tuple[str, ...]:
    """List the needed placeholders that do not stand in a text."""
    return tuple(name for name in needed if f"{{{name}}}" not in text)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Put facts in the place of their names, once: what a fact itself says is never read as a placeholder.

    Raises KeyError for a name without a fact.
    """
    return NAME.sub(lambda hit: str(facts[hit.group(1)]), text)
