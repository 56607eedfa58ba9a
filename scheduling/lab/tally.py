"""What was found of the open plans so far, carried from one batch of them to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from scheduling.lab.impact import CHANGES, IMPOSSIBLE, UNKNOWN, Impact


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of plans looked at, by what would become of them, and of booked visits and dates."""

    looked: int = 0
    change: int = 0
    outside: int = 0
    moves: int = 0
    unknown: int = 0
    impossible: int = 0

    def with_impacts(self, impacts: Iterable[Impact]) -> "Tally":
        """The counts with more plans looked at."""
        found = asdict(self)
        for one in impacts:
            found["looked"] += 1
            found["change"] += one.state == CHANGES
            found["outside"] += len(one.outside)
            found["moves"] += one.moves
            found["unknown"] += one.state == UNKNOWN
            found["impossible"] += one.state == IMPOSSIBLE
        return Tally(**found)

    def query(self, **more: object) -> str:
        """The counts as an address carries them, with what else it says."""
        return urlencode({**{name: value for name, value in asdict(self).items() if value}, **more})


def read_tally(query: Mapping[str, str]) -> Tally:
    """The counts that an address carries; what is no count is none."""
    texts = {name: query.get(name, "") for name in asdict(Tally())}
    return Tally(
        **{
            name: int(text)
            for name, text in texts.items()
            if text.isascii() and text.isdigit() and len(text) < 7
        }
    )
