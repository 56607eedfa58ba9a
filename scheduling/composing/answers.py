"""What an intake comes to at the patient's own location, and at each option."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from clinic.models import Location
from scheduling.composing.starting import KEPT
from scheduling.composing.words import AS_NOW, PREFERENCES, ROUNDS
from scheduling.intake.intake import Intake
from scheduling.intake.recommend import SCOPES, by_preference, by_scope, recommend
from scheduling.intake.recommendation import Recommendation
from scheduling.naming import names_of
from scheduling.plan_page.summary import Summary, given_up, rounds_given_up, summary
from scheduling.planning.problem import Span
from scheduling.time_limit import stop_after
from treatments.protocols import Library

# Seconds the planner may take: while somebody types, for each option beside the plan, and for what is kept.
PREVIEW, OPTION, PROPOSE = 1.5, 0.6, 10.0


@dataclass(frozen=True, slots=True)
class Option:
    """One choice among others: its field and value, its words, and what it comes to once that is known."""

    field: str
    value: str
    name: str
    about: str
    chosen: bool
    summary: Summary | None = None
    gives_up: str = ""

    @property
    def key(self) -> str:
        """What the option is called on the page."""
        return f"{self.field}-{self.value or 'usual'}"


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


def offered(preference: str, rounds: str, kept: bool = False) -> Options:
    """The choices without what they come to; `kept` offers the rounds of the plan that is changed as well."""
    counts = ROUNDS | ({KEPT: AS_NOW} if kept else {})
    return Options(
        tuple(
            Option("preference", value, name, about, value == preference)
            for value, (name, about) in PREFERENCES.items()
        ),
        tuple(
            Option("rounds", value, name, about, value == rounds) for value, (name, about) in counts.items()
        ),
    )


def compared(intake: Intake, library: Library, location: Location, options: Options) -> Options:
    """Every option with what it comes to, each within `OPTION` seconds."""
    closures = closures_of(location)
    known: list[Recommendation] = []

    def solved(one: Intake) -> Recommendation:
        for found in known:
            if found.intake == one:
                return found
        known.append(recommend(one, library, stop_after(OPTION), closures))
        return known[-1]

    names = names_of(library.protocols, library)
    preferences = {value: solved(one) for value, one in by_preference(intake).items()}
    return Options(
        tuple(
            filled(option, preferences[option.value], given_up(preferences[option.value], names))
            for option in options.preferences
        ),
        tuple(with_rounds(intake, library, options, solved)),
        known=True,
    )


def with_rounds(
    intake: Intake, library: Library, options: Options, solved: Callable[[Intake], Recommendation]
) -> Iterator[Option]:
    """The choices of rounds with what they come to; none when no MesoBotox is planned."""
    scoped = {str(SCOPES[scope]): one for scope, one in by_scope(intake, library).items()}
    if not scoped:
        return
    usual = solved(replace(intake, rounds={}))
    counts = {one.key: one.initial for one in usual.series if one.key.startswith("mesobotox.")}
    for option in options.rounds:
        found = usual if option.value == "" else solved(scoped.get(option.value, intake))
        yield filled(option, found, rounds_given_up(found, counts))


def filled(option: Option, found: Recommendation, gives_up: str) -> Option:
    """An option with its figures, or with why it has none."""
    summed = summary(found)
    if summed is None:
        undecided = found.solution is not None and found.solution.status == "unknown"
        gives_up = "Not settled in the time allowed" if undecided else "No dates fit"
    return replace(option, summary=summed, gives_up=gives_up)
