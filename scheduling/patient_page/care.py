"""Before and after a treatment: what to do, by kind of treatment (protocol defaults, section 9)."""

from collections.abc import Iterable
from dataclasses import dataclass

TOXIN, FILLER, ENERGY = "toxin", "filler", "energy"


@dataclass(frozen=True, slots=True)
class Care:
    """What to do at one time, in sentences."""

    when: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The care sheet of one kind of treatment."""

    kind: str
    title: str
    before: tuple[Care, ...]
    after: tuple[Care, ...]


THINNERS = (
    "If your doctor agrees, pause blood-thinning items that nobody prescribed for you: aspirin for pain, "
    "anti-inflammatory painkillers, fish oil, vitamin E, ginkgo, garlic. Keep taking prescribed medicines."
)
NO_ALCOHOL = Care("The day before", ("No alcohol.",))
CALL = "Call the practice if anything worries you."
BLOCK = Care(
    "After numbing at the mouth",
    ("Your lips stay numb for 1 to 3 hours: no hot food or drink, and no chewing until feeling is back.",),
)
SHEETS = {
    TOXIN: Sheet(
        TOXIN,
        "Botox and MesoBotox",
        (Care("7 to 10 days before", (THINNERS,)), NO_ALCOHOL),
        (
            Care(
                "The first 4 hours",
                (
                    "Stay upright, do not rub or massage the area, and no hard exercise.",
                    "No tight headband or hat.",
                ),
            ),
            Care("The first 24 hours", ("No facial, massage, sauna, hard exercise or alcohol.",)),
            Care(
                "The first 2 weeks",
                (
                    "Small bumps after MesoBotox flatten within hours to a day.",
                    f"Small bruises fade in 1 to 2 weeks. {CALL}",
                ),
            ),
            Care("After 2 weeks", ("Your check: at the practice or by your answers here.",)),
        ),
    ),
    FILLER: Sheet(
        FILLER,
        "Dynamic filler",
        (
            Care("2 weeks before", ("No dental work and no vaccine.",)),
            Care("7 to 10 days before", (THINNERS,)),
            NO_ALCOHOL,
        ),
        (
            BLOCK,
            Care("The first 12 hours", ("No make-up on the area.",)),
            Care("The first 24 hours", ("No hard exercise, no strong sun or heat, no alcohol.",)),
            Care(
                "The first 2 weeks",
                (
                    "Call the practice at once if you have pain, if the skin changes colour, "
                    "or if you see differently.",
                ),
            ),
            Care("After 2 to 4 weeks", ("Your check at the practice.",)),
        ),
    ),
    ENERGY: Sheet(
        ENERGY,
        "RF microneedling",
        (
            Care("2 weeks before", ("No tanning.",)),
            Care("7 to 10 days before", (THINNERS,)),
            Care(
                "3 to 7 days before",
                (
                    "Stop retinoids and acids on the skin.",
                    "If you get cold sores, ask the practice about medicine to prevent them.",
                ),
            ),
            Care("The day before", ("No alcohol. Come with clean skin.",)),
        ),
        (
            BLOCK,
            Care("The first 24 to 48 hours", ("No exercise and no make-up.",)),
            Care("The first 7 to 10 days", ("Sunscreen, no strong sun, no retinoids or acids.",)),
            Care("After 2 weeks", (f"Your check. {CALL}",)),
        ),
    ),
}


def sheets(kinds: Iterable[str]) -> tuple[Sheet, ...]:
    """The care sheets of these kinds of treatment, each once, in a fixed order."""
    asked = set(kinds)
    return tuple(sheet for kind, sheet in SHEETS.items() if kind in asked)
