"""Which series an intake gets, which are declined and which have to be discussed first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from treatments.protocols import Library
from treatments.routing import Route, routes, suggestions

from .findings import barriers
from .history import done
from .intake import Intake
from .recommendation import Declined, Discuss

UPPER_FACE_KEYS = ("botox.upper_face", "botox.forehead", "botox.glabella", "botox.lateral_canthal")


@dataclass(slots=True)
class Candidates:
    """The routes that become series, and what becomes of the others."""

    series: list[Route] = field(default_factory=list)
    declined: list[Declined] = field(default_factory=list)
    discuss: list[Discuss] = field(default_factory=list)

    def decline(self, route: Route, rule: str, text: str) -> None:
        self.declined += [Declined(want.concern, want.area, rule, text) for want in route.wants]


def candidates(intake: Intake, library: Library) -> Candidates:
    """Route every concern, then ask the findings, the discussions and the companions."""
    found = Candidates()
    for route in routes(intake.concerns, intake.outcomes):
        if route.kind == "decline":
            _decline(found, route)
        elif route.key not in library.protocols:
            found.decline(
                route, route.rules[0], "The practice does not offer this treatment here at present."
            )
        elif _barred(found, route, intake, library):
            continue
        elif route.kind == "discuss":
            found.discuss.append(Discuss(route.key, route.rules[0], route.text))
        else:
            found.series.append(route)
    _companions(found, intake, library)
    _together(found, intake, library)
    _suggest(found, intake, library)
    return found


def _decline(found: Candidates, route: Route) -> None:
    """No series, with the words why; what a discussion turned down is not offered again."""
    turned_down = not route.key.startswith("lift.")
    text = "Discussed with the provider and turned down." if turned_down else route.text
    found.decline(route, route.rules[0], text)


def _barred(found: Candidates, route: Route, intake: Intake, library: Library) -> bool:
    rules = barriers(intake, library.protocols[route.key], library)
    stops = [rule for rule in rules if rule.level != "discuss"]
    turned_down = intake.outcomes.get(route.key) == "declined"
    for rule in stops or rules:
        if stops or turned_down:
            found.decline(route, rule.key, rule.text)
        else:
            found.discuss.append(Discuss(route.key, rule.key, rule.text))
    return bool(rules)


def _companions(found: Candidates, intake: Intake, library: Library) -> None:
    """What is offered only beside another series waits when that one is not there (R42)."""
    keys = {route.key for route in found.series}
    for route in list(found.series):
        beside = library.protocols[route.key].only_with
        if beside and beside not in keys and intake.outcomes.get(route.key) != "agreed":
            found.series.remove(route)
            found.discuss.append(Discuss(route.key, route.rules[0], route.text))


def _together(found: Candidates, intake: Intake, library: Library) -> None:
    """Pairs that stay in the plan and still need the provider's word (X14, X3)."""
    keys = {route.key for route in found.series}
    agreed = {one.topic for one in intake.discussed}
    if "botox.forehead" in keys - agreed and "botox.glabella" not in keys:
        found.discuss.append(Discuss("botox.forehead", "X14", f"{library.separations['X14'].text}."))
    if {"botox.platysma", "mesobotox.neck"} <= keys and "botox.platysma" not in agreed:
        found.discuss.append(
            Discuss(
                "botox.platysma",
                "X3",
                "Botox of the neck bands beside MesoBotox of the neck: add up the units and watch "
                "swallowing; no source was found for the two together.",
            )
        )


def _suggest(found: Candidates, intake: Intake, library: Library) -> None:
    """MesoBotox for what years of upper-face Botox have left behind (R5, R6)."""
    upper = [past.date for past in intake.history if f"{past.treatment}.{past.area}" in UPPER_FACE_KEYS]
    planned = _keys(found.series) | {one.topic for one in found.discuss} | set(intake.outcomes)
    years = library.setting("mismatch_years")
    for route in suggestions(upper, intake.start, planned, years):
        protocol = library.protocols.get(route.key)
        if (
            protocol
            and not done(intake.history, protocol, library)
            and not barriers(intake, protocol, library)
        ):
            found.discuss.append(Discuss(route.key, route.rules[0], route.text))


def _keys(routed: Iterable[Route]) -> set[str]:
    return {route.key for route in routed}
