"""Read text as a person sees it: without what hides a word from a search, and with the way back.

Invisible and combining characters are dropped, look-alikes become the Latin letters they look like, and
runs of one letter are cut to two.
"""

import unicodedata
from dataclasses import dataclass

# Letters of other scripts, small capitals and strokes, each above the Latin letter it passes for.
LOOKALIKES = str.maketrans(
    "лаеорсухіїјѕԁһӏктнвмгпєαβεικνορτυχηγσıłøđƒŧʟɪꜰɢʀᴀʙᴄᴅᴇʜᴊᴋᴍɴᴏᴘꜱᴛᴜᴠᴡʏᴢոսօհցǀɩɑɡլƚɭᏻ",
    "laeopcyxiijsdhlkthbmrneabeiknoptuxnyoilodftlifgrabcdehjkmnopstuvwyznuohgliaglllo",
)
# Letters in boxes and discs, and the halves of flags: alphabets in order that have no other form.
ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)
FILLERS = "\u115f\u1160\u3164\uffa0"


@dataclass(frozen=True, slots=True)
class Seen:
    """Text as it is seen, in small letters, and where each of its characters stands in the original."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give where a part of the seen text stands in the original."""
        return self.at[start], self.at[end - 1] + 1


def seen(original: str) -> Seen:
    """Reduce text to what a reader sees of it."""
    letters: list[str] = []
    at: list[int] = []
    for index, character in enumerate(original):
        for letter in plain(character):
            if letters[-2:] == [letter, letter] and letter.isalpha():
                continue
            letters.append(letter)
            at.append(index)
    return Seen("".join(letters), tuple(at))


def plain(character: str) -> str:
    """Give the small Latin letters one character looks like; nothing for what nobody sees."""
    if character < "\x7f":
        return character.lower()
    if character in FILLERS:
        return ""
    for first in ALPHABETS:
        if first <= ord(character) < first + 26:
            return chr(ord("a") + ord(character) - first)
    parts = (part for part in unicodedata.normalize("NFKD", character))
    visible = "".join(part for part in parts if unicodedata.category(part) not in ("Mn", "Me", "Cf"))
    return visible.casefold().translate(LOOKALIKES)
