"""From what a patient wants and where, to the treatment that answers it (R3 to R6, R10, R37 to R51)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from .protocols import SEVERITIES

UPPER_FACE = ("forehead", "glabella", "lateral_canthal")
AREAS = (
    *UPPER_FACE,
    "upper_face",
    "nose",
    "cheeks",
    "nasolabial",
    "marionette",
    "perioral",
    "jawline",
    "neck",
    "chest",
)
SKIN = (
    "pores",
    "texture",
    "tone",
    "mild_scarring",
    "skin_aging",
    "active_acne",
    "discoloration",
    "rosacea",
    "pigmentation",
)
CONCERNS = (*SKIN, "dynamic_wrinkles", "bands", "smile_lines", "wrinkles", "lift")
MESOBOTOX_AREAS = ("cheeks", "neck", "chest")


class Unrouted(ValueError):
    """A concern on an area that no treatment answers; the message names what would be right."""


@dataclass(frozen=True, slots=True)
class Want:
    """What a patient wants changed: a concern on an area, mild, moderate or severe."""

    concern: str
    area: str
    severity: str = "moderate"


@dataclass(frozen=True, slots=True)
class Route:
    """What some wants become.

    `kind` is series, discuss, decline or suggest; `key` the protocol's key, which is also the topic of a
    discussion; the first of `rules` is the one to name.
    """

    kind: str
    key: str
    rules: tuple[str, ...]
    text: str
    wants: tuple[Want, ...] = ()

    @property
    def severity(self) -> str:
        """The most severe of the wants."""
        return max((want.severity for want in self.wants), key=SEVERITIES.index, default="moderate")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the routing table; `gate` is what must hold first: nothing, cheeks beside it, or agreement."""

    concerns: tuple[str, ...]
    areas: tuple[str, ...]
    key: str
    rules: tuple[str, ...]
    text: str
    gate: str = ""


TABLE = (
    Row(SKIN, MESOBOTOX_AREAS, "mesobotox.{area}", ("R4", "R3"), "MesoBotox works on the skin itself here."),
    Row(
        SKIN,
        ("nose",),
        "mesobotox.nose",
        ("R42",),
        "MesoBotox of the nose goes with the cheeks; by itself it is discussed with the provider first.",
        gate="cheeks",
    ),
    Row(
        SKIN,
        ("perioral",),
        "mesobotox.perioral",
        ("R42", "R43", "R44"),
        "MesoBotox is usually not placed around the mouth, where it can hinder movement for about a month. "
        "If it matters to the patient, the provider discusses it first.",
        gate="agreed",
    ),
    Row(
        ("dynamic_wrinkles",),
        (*UPPER_FACE, "upper_face"),
        "botox.{area}",
        ("R16", "R11"),
        "Regular Botox softens the movement behind these lines.",
    ),
    Row(
        ("bands",), ("neck",), "botox.platysma", ("R16",), "Regular Botox softens the pull of the neck bands."
    ),
    Row(
        ("smile_lines",),
        ("cheeks",),
        "dynamic_filler.cheek_smile",
        ("R37", "R38", "R39"),
        "Filler placed while the patient smiles answers smile lines better and sooner than MesoBotox.",
    ),
    Row(
        ("wrinkles",),
        ("nasolabial", "marionette"),
        "dynamic_filler.{area}",
        ("R10",),
        "Deep lines of the lower face that come with movement do better with dynamic filler.",
    ),
    Row(
        ("wrinkles",),
        ("perioral",),
        "dynamic_filler.perioral",
        ("R45", "R46"),
        "Around the mouth dynamic filler is preferred, with a dental block for comfort.",
    ),
    Row(
        ("wrinkles",),
        ("perioral",),
        "rf_microneedling.perioral",
        ("R47", "R48"),
        "RF microneedling can help with deeper lines around the mouth; whether it suits is discussed first.",
        gate="agreed",
    ),
    Row(
        ("lift",),
        AREAS,
        "",
        ("R49", "R51"),
        "None of these treatments lifts the face. Sagging is a question for surgery; "
        "a surgical consultation can be arranged.",
        gate="declined",
    ),
)


def rows_for(concern: str, area: str) -> tuple[Row, ...]:
    """The rows that answer a concern on an area; Unrouted names what is allowed when there is none."""
    found = tuple(row for row in TABLE if concern in row.concerns and area in row.areas)
    if found:
        return found
    areas = tuple(dict.fromkeys(place for row in TABLE if concern in row.concerns for place in row.areas))
    if not areas:
        raise Unrouted(f"{concern!r} is not one of: {', '.join(CONCERNS)}")
    concerns = tuple(dict.fromkeys(name for row in TABLE if area in row.areas for name in row.concerns))
    here = f"; concerns for {area}: {', '.join(concerns)}" if concerns else ""
    raise Unrouted(f"{concern!r} is not treated on {area!r:.40}; its areas: {', '.join(areas)}{here}")


def routes(wants: Iterable[Want], outcomes: Mapping[str, str] | None = None) -> tuple[Route, ...]:
    """What the wants become, one route for each protocol however many concerns ask for it.

    `outcomes` says what discussions came to: agreed, declined or deferred, by topic. Raises Unrouted.
    """
    outcomes = outcomes or {}
    asked: dict[tuple[Row, str], list[Want]] = {}
    for want in wants:
        for row in rows_for(want.concern, want.area):
            key = row.key.format(area=want.area) if row.key else f"lift.{want.area}"
            asked.setdefault((row, key), []).append(want)
    _merge_upper_face(asked)
    keys = {key for _, key in asked}
    return tuple(
        Route(_kind(row, key, keys, outcomes), key, row.rules, row.text, tuple(wanted))
        for (row, key), wanted in asked.items()
    )


def _kind(row: Row, key: str, keys: Collection[str], outcomes: Mapping[str, str]) -> str:
    if row.gate == "declined":
        return "decline"
    open_gate = not row.gate or (row.gate == "cheeks" and "mesobotox.cheeks" in keys)
    if open_gate or outcomes.get(key) == "agreed":
        return "series"
    return "decline" if outcomes.get(key) == "declined" else "discuss"


def _merge_upper_face(asked: dict[tuple[Row, str], list[Want]]) -> None:
    """Botox of the whole upper face takes in its three parts."""
    whole = next((place for place in asked if place[1] == "botox.upper_face"), None)
    if whole is None:
        return
    for part in UPPER_FACE:
        asked[whole].extend(asked.pop((whole[0], f"botox.{part}"), []))


def suggestions(
    upper_face: Sequence[date], start: date, planned: Collection[str], years: int
) -> tuple[Route, ...]:
    """MesoBotox for what years of upper-face Botox have left behind (R5, R6); never a series by itself.

    `upper_face` are the dates of past Botox there, `planned` the keys already asked for.
    """
    if not upper_face or min(upper_face) + relativedelta(years=years) > start:
        return ()
    if len(upper_face) < 2:
        return ()
    text = (
        "After years of Botox in the upper face, the lower face, neck and chest often no longer match it; "
        "MesoBotox of the {area} could be discussed."
    )
    return tuple(
        Route("suggest", key, ("R6", "R5"), text.format(area=area))
        for area in MESOBOTOX_AREAS
        if (key := f"mesobotox.{area}") not in planned
    )
