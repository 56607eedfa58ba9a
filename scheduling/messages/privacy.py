"""Words of a message that name what is treated: an e-mail is read by others than its patient as well."""

import re
from collections.abc import Iterable, Iterator

from treatments.claim_letters import seen
from treatments.models import Area, ProductVersion, Synonym, TreatmentType

TOKEN, BETWEEN = re.compile(r"[a-z0-9]+"), "[^a-z0-9.!?]{0,3}"
SHORTEST = 5  # letters from which a single word of a longer name says enough: filler, cheeks, not face
# What longer names are made of and any message may say.
EVERYDAY = {"around", "between", "cosmetic", "dynamic", "lines", "lower", "smile", "upper", "whole"}


def catalogue_names() -> list[str]:
    """Every treatment with its synonyms, area and product of the catalogue, by its name."""
    treatments = TreatmentType.objects.order_by().values_list("name", flat=True)
    synonyms = Synonym.objects.order_by().values_list("name", flat=True)
    areas = Area.objects.order_by().values_list("name", flat=True)
    products = ProductVersion.objects.filter(is_active=True).order_by().values_list("name", flat=True)
    return list(treatments.union(synonyms, areas, products))


def telling_words(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """List the words of a text that name one of these, or say it with a single word of it, as they stand."""
    patterns = {pattern for name in names for pattern in patterns_of(name)}
    if not patterns:
        return ()
    as_seen, either = seen(text), "|".join(sorted(patterns, key=len, reverse=True))
    spans = (as_seen.span(*hit.span()) for hit in re.finditer(rf"\b(?:{either})\b", as_seen.text))
    return tuple(dict.fromkeys(text[start:end] for start, end in spans))


def patterns_of(name: str) -> Iterator[str]:
    """Give how a name is written: as a whole however its words are joined, and each word that tells."""
    words = TOKEN.findall(seen(name).text)
    if words:
        yield BETWEEN.join((*words[:-1], one_or_more(words[-1])))
    yield from (one_or_more(one) for one in words if len(one) >= SHORTEST and one not in EVERYDAY)


def one_or_more(word: str) -> str:
    """Give a word as it is written of one and of several."""
    return f"{word.removesuffix('s')}s?"
