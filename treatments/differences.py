"""Where the practice's rules and the literature disagree; the rules stand, and a provider sees both."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """A rule of the practice, what was read against it, and what the software does."""

    key: str
    rule: str
    literature: str
    decision: str


DIFFERENCES = (
    Difference(
        "booster",
        "An extra Botox session may come before an event (R14).",
        "The label: closer than every 3 months was not studied; keep 90 days (L1, L3).",
        "A plan first moves the regular session to 28 to 56 days before the event. A true extra dose before "
        "90 days needs the provider's reason and the patient's consent; it is never blocked in silence.",
    ),
    Difference(
        "filler_first",
        "Dynamic filler comes before toxin, not after it (R40).",
        "General protocols give toxin first and filler 7 to 14 days later (L49), or either order (L45).",
        "The rule holds for dynamic filler. The literature holds for filler that is not dynamic.",
    ),
    Difference(
        "duration",
        "Results last months to years, years rather after a series (R30, R36).",
        "Published: 3 to 4 months for MicroBotox (L21), about 4 months for pores (L23), 2 to 3 months for "
        "the chest (L29).",
        "Patients read the rule's words with R31, that nothing is guaranteed. Providers see the published "
        "figures too. The interval of 3 to 4 months fits both.",
    ),
    Difference(
        "pores",
        "Pores and texture often change first (R26).",
        "One series found pores unchanged (L24), one trial no change in sebum (L25).",
        "The words for patients say often, never will.",
    ),
    Difference(
        "acne",
        "Active acne and rosacea are treated (R4).",
        "Filler labels put injection into pimples or a rash off (L46); a device manual leaves out skin with "
        "active disease (L55).",
        "An indication for MesoBotox, a discussion for dynamic filler, a stop at the site for RF "
        "microneedling.",
    ),
    Difference(
        "skin_types",
        "Safe in all skin types (R8).",
        "An RF device asks for care in the darkest skin (L55).",
        "No skin type is asked for before MesoBotox. RF microneedling asks for a discussion with skin types "
        "IV to VI.",
    ),
    Difference(
        "chest",
        "MesoBotox is repeated every 3 to 4 months (R33).",
        "On the chest the effect may end after 2 to 3 months (L29).",
        "At least 90 days stay between two sessions.",
    ),
)
