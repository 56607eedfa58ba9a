"""What stands against the words of a message: placeholders it lacks, claims, names of what is treated."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduling.messages.placeholders import missing, refused
from scheduling.messages.privacy import telling_words
from scheduling.messages.texts import Kind
from treatments.claims import Claim, claims


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, with the claim it makes if it makes one."""

    text: str
    claim: Claim | None = None


def placeholder_problems(kind: Kind, subject: str, body: str) -> Iterator[str]:
    """Say which placeholders cannot be replaced and which are missing, with what would work."""
    allowed = ", ".join(f"{{{name}}}" for name in kind.allowed)
    for one in refused(f"{subject}\n{body}", kind.allowed):
        yield f"{one} is nothing this message can replace. It knows: {allowed}."
    for name in missing(f"{subject}\n{body}", kind.needs):
        yield f"The message needs {{{name}}}: without it the patient does not know enough. Put it back."


def claim_problems(text: str) -> Iterator[str]:
    """Say which words of a text claim too much, the rule against each, and what to write instead."""
    for one in claims(text):
        yield f"“{one.words}” claims too much ({one.rule}). {one.instead}"


def privacy_problems(text: str, names: Iterable[str]) -> Iterator[str]:
    """Say which words of a text name what is treated, by the names of the catalogue, and why none may."""
    for words in telling_words(text, names):
        yield (
            f"“{words}” names what is treated or where. Nobody but the patient should read from the mail "
            "what it is for: leave it out, the patient reads it after signing in."
        )


def parts(text: str) -> tuple[Part, ...]:
    """Cut a text into what it claims and what lies between, so that a page can mark the claims."""
    found, at = [], 0
    for claim in claims(text):
        if claim.start > at:
            found.append(Part(text[at : claim.start]))
        found.append(Part(text[claim.start : claim.end], claim))
        at = claim.end
    return (*found, Part(text[at:])) if at < len(text) else tuple(found)
