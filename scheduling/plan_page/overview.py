"""A plan as lists in words: its visits, what must be minded, what is to be discussed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from scheduling.intake.recommendation import Because, Recommendation
from scheduling.naming import Names, in_words
from scheduling.plan_page.stood import BOOKED, GIVEN, OPEN, PROPOSED, Stand, visits_of
from scheduling.plan_page.summary import outside_words
from scheduling.planning.reasons import spoken
from scheduling.planning.solution import Visit

STATES = {GIVEN: "given", BOOKED: "booked", OPEN: "booked", PROPOSED: "proposed"}


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session within its visit; `outside` says in words how far it lies outside its recommended days."""

    series: str
    number: int
    of: int
    name: str
    mark: str
    outside: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit: its number in the plan, its date, its minutes and its sessions in the order they are given.

    Once visits are booked `state` says given, booked, proposed or needs a new date, and `time` what the
    clock shows at a booked one.
    """

    number: int
    date: date
    minutes: int
    done: bool
    sessions: tuple[SessionLine, ...]
    state: str = ""
    time: str = ""

    @property
    def day(self) -> str:
        """The date with its weekday."""
        return spoken(self.date)


def visit_lines(
    found: Recommendation,
    names: Names,
    today: date,
    href: Callable[[str, int], str] | None = None,
    stand: Stand | None = None,
) -> tuple[VisitLine, ...]:
    """Every visit in the order of its date, as proposed or where it stands.

    `href` gives the address of a session.
    """
    counts = {one.key: len(one.sessions) for one in found.problem.series}
    stand = stand or {}
    visits = visits_of(found, stand)
    return tuple(
        VisitLine(
            number,
            visit.date,
            visit.minutes,
            visit.date < today,
            tuple(
                SessionLine(
                    one.series,
                    one.number,
                    counts[one.series],
                    str(names[one.series]),
                    names[one.series].mark,
                    outside_words(one),
                    href(one.series, one.number) if href else "",
                )
                for one in visit.sessions
            ),
            *state_of(visit, stand, today),
        )
        for number, visit in enumerate(visits, start=1)
    )


def state_of(visit: Visit, stand: Stand, today: date) -> tuple[str, str]:
    """The state of a visit in a word, and its time; nothing of a plan that only is proposed."""
    first = visit.sessions[0]
    at = stand.get((first.series, first.number))
    if at and at.look == PROPOSED and at.date < today:
        return "needs a new date", ""
    return (STATES[at.look], at.time) if at else ("", "")


def caution_lines(found: Recommendation, names: Names) -> tuple[Because, ...]:
    """What must be acknowledged, each with the session it is about."""
    return tuple(
        Because(one.rule, f"{names[one.series]}, session {one.number}: {in_words(one.text, names)}", "")
        for one in found.warnings
        if one.series in names
    )


def topic_name(topic: str, names: Names) -> str:
    """What a discussion is about: a series, or an extra treatment before an event."""
    key = topic.removeprefix("booster.")
    name = str(names.get(key, key))
    return name if key == topic else f"Extra treatment before an event: {name}"
