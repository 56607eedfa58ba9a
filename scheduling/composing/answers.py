"""What an intake comes to at the patient's own location, and at each option."""

from dataclasses import dataclass, replace

from clinic.models import Location
from scheduling.composing.words import PREFERENCES, ROUNDS
from scheduling.intake.intake import Intake
from scheduling.intake.recommend import SCOPES, by_preference, by_scope, recommend
from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names, names_of
from scheduling.planning.problem import Span
from scheduling.summary import Summary, given_up, rounds_given_up, summary
from scheduling.time_limit import stop_after
from treatments.protocols import Library

# Seconds the planner may take: while somebody types, for each option beside the plan, and for what is kept.
PREVIEW, OPTION, PROPOSE = 1.5, 1.0, 10.0


@dataclass(frozen=True, slots=True)
class Option:
    """One choice among three: the field's value, its words, and what it comes to once that is known."""

    value: str
    name: str
    about: str
    chosen: bool
    summary: Summary | None = None
    gives_up: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The two choices: how dates are weighed, and how many first rounds; the second may be empty."""

    preferences: tuple[Option, ...]
    rounds: tuple[Option, ...]
    known: bool = False


def closures_of(location: Location) -> tuple[Span, ...]:
    """The days a location is shut, as the planner reads them."""
    return tuple(Span(one.first, one.last, f"closed: {one.reason}") for one in location.closures.all())


def answer(intake: Intake, library: Library, location: Location, seconds: float) -> Recommendation:
    """The best plan found in so many seconds, proven or with a bound."""
    return recommend(intake, library, stop_after(seconds), closures_of(location))


def offered(preference: str, rounds: str) -> Options:
    """The choices without what they come to."""
    return Options(
        tuple(
            Option(value, name, about, value == preference) for value, (name, about) in PREFERENCES.items()
        ),
        tuple(Option(value, name, about, value == rounds) for value, (name, about) in ROUNDS.items()),
    )


def compared(
    intake: Intake, library: Library, location: Location, rounds: str, seconds: float = OPTION
) -> Options:
    """Every choice with what it comes to: `rounds` is the one made, empty for the protocol's own number."""
    closures = closures_of(location)

    def solved(one: Intake) -> Recommendation:
        return recommend(one, library, stop_after(seconds), closures)

    preferences = {value: solved(one) for value, one in by_preference(intake).items()}
    by_severity = replace(intake, rounds={})
    scoped = {str(SCOPES[scope]): solved(one) for scope, one in by_scope(intake, library).items()}
    if scoped:
        scoped = {"": solved(by_severity)} | scoped
    names = names_of(library.protocols, library)
    plain = offered(intake.preference, rounds)
    return Options(
        tuple(_filled(option, preferences[option.value], names) for option in plain.preferences),
        tuple(
            _with_rounds(option, scoped[option.value], scoped[""])
            for option in plain.rounds
            if option.value in scoped
        ),
        known=True,
    )


def _filled(option: Option, found: Recommendation, names: Names) -> Option:
    return Option(
        option.value, option.name, option.about, option.chosen, summary(found), given_up(found, names)
    )


def _with_rounds(option: Option, found: Recommendation, usual: Recommendation) -> Option:
    counts = {one.key: one.initial for one in usual.series if one.key.startswith("mesobotox.")}
    return Option(
        option.value,
        option.name,
        option.about,
        option.chosen,
        summary(found),
        rounds_given_up(found, counts),
    )
