"""The texts of messages: what ships, what is in force, and a message written from them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scheduling.messages.placeholders import EXAMPLES, filled, refused
from scheduling.models.message import MessageText
from scheduling.models.outbox import Message

SHIPPED = Path(__file__).parent / "shipped.toml"


@dataclass(frozen=True, slots=True)
class Kind:
    """One message the practice sends: its name, when it goes out, its placeholders and its shipped words."""

    key: str
    title: str
    when: str
    needs: tuple[str, ...]
    may: tuple[str, ...]
    subject: str
    body: str

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every placeholder it may use."""
        return (*self.needs, *self.may)


class Text(NamedTuple):
    """The words in force of a message; `number` is 0 for those that ship."""

    subject: str
    body: str
    number: int = 0


class Written(NamedTuple):
    """A message as it is sent."""

    subject: str
    body: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Every message by its key, in the order of the file."""
    read = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["message"]
    return {key: kind_of(key, facts) for key, facts in read.items()}


def kind_of(key: str, facts: dict) -> Kind:
    """Make one message of its table in the file."""
    words = {name: facts[name].strip() for name in ("title", "when", "subject", "body")}
    return Kind(key, needs=tuple(facts["needs"]), may=tuple(facts["may"]), **words)


def with_titles(messages: Iterable[Message]) -> list[tuple[Message, str]]:
    """Give messages with what their kind is called; a kind that is not sent any more keeps its key."""
    known = kinds()
    return [(one, known[one.key].title if one.key in known else one.key) for one in messages]


def in_force(key: str) -> Text:
    """Give the words of one message that are in force: the newest a manager wrote, or those that ship."""
    newest = MessageText.objects.filter(key=key).order_by("-number").first()
    if newest:
        return Text(newest.subject, newest.body, newest.number)
    return Text(kinds()[key].subject, kinds()[key].body)


def outdated(kind: Kind, text: Text) -> tuple[str, ...]:
    """List the placeholders of words written long ago that messages do not have any more.

    Such words cannot be filled in, so the shipped ones are sent in their place until a manager writes others.
    """
    return refused(f"{text.subject}\n{text.body}", kind.allowed)


def written(key: str, facts: Mapping[str, str]) -> Written:
    """Write a message from the words in force; facts are by placeholder's name, as text.

    Words that hold what cannot be replaced any more give way to those that ship. The subject stays on one
    line whatever the facts hold. Raises KeyError naming a fact that is missing.
    """
    kind, text = kinds()[key], in_force(key)
    if outdated(kind, text):
        text = Text(kind.subject, kind.body)
    return Written(" ".join(filled(text.subject, facts).split()), filled(text.body, facts))


def preview(subject: str, body: str) -> Written:
    """Write a message about made-up people, to be looked at."""
    return Written(" ".join(filled(subject, EXAMPLES).split()), filled(body, EXAMPLES))
