"""What a patient may expect: the approved sentences that belong to a plan."""

from collections.abc import Sequence

from treatments.protocols import Library

from .candidates import Candidates
from .recommendation import Expected

ALWAYS = ("R19", "R31")


def expectations(found: Candidates, keys: Sequence[str], library: Library) -> tuple[Expected, ...]:
    """R19 and R31 on every plan, then what belongs to its treatments and areas, each once."""
    texts = [Expected(rule, library.rules[rule].text) for rule in ALWAYS]
    protocols = [library.protocols[key] for key in keys]
    for treatment in dict.fromkeys(protocol.treatment for protocol in protocols):
        texts += [Expected(one.rule, one.text) for one in library.treatments[treatment].expectations]
    for protocol in protocols:
        texts += [Expected(one.rule, one.text) for one in protocol.expectations]
    if any(one.concern == "lift" for one in found.declined):
        texts.append(Expected("R49", library.rules["R49"].text))
    return tuple(dict.fromkeys(texts))
