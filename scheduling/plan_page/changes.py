"""What one version of a plan changed against another: what was asked for, and which sessions moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduling.composing.words import AREA_NAMES, CONCERN_NAMES, PREFERENCES, finding_name
from scheduling.intake.intake import Intake, Stretch
from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names
from scheduling.plan_page.overview import topic_name
from scheduling.planning.reasons import spoken


@dataclass(frozen=True, slots=True)
class Change:
    """Something that differs; an empty side means that it was not there."""

    what: str
    was: str
    now: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What was asked for differently, and every session whose date is not what it was."""

    wishes: tuple[Change, ...]
    sessions: tuple[Change, ...]
    kept: int


def changes_between(before: Recommendation, now: Recommendation, names: Names) -> Changes:
    """Compare two recommendations for one patient; `names` knows every series and topic of both.

    Sessions before the start of the later one are past: those still to come are counted anew.
    """
    was, is_now = _wishes(before.intake, names), _wishes(now.intake, names)
    wishes = tuple(Change(what, was[what], is_now[what]) for what in was if was[what] != is_now[what])
    old, new = _dates(before, now.intake.start), _dates(now, now.intake.start)
    sessions = tuple(_moved(old, new, names))
    return Changes(wishes, sessions, sum(old.get(session) == day for session, day in new.items()))


def _moved(
    old: dict[tuple[str, int], date], new: dict[tuple[str, int], date], names: Names
) -> Iterator[Change]:
    for session in sorted({*old, *new}, key=lambda one: (new.get(one) or old[one], one)):
        was, now = old.get(session), new.get(session)
        if was != now:
            name = names[session[0]]
            words = tuple(spoken(day) if day else "" for day in (was, now))
            yield Change(f"{name}, session {session[1]}", *words, mark=name.mark)


def _dates(found: Recommendation, start: date) -> dict[tuple[str, int], date]:
    """The dates from `start` on by series and number; what lies before it is past and not counted."""
    solution, keys = found.solution, [one.key for one in found.problem.series]
    ahead = {
        key: [day for day in days if day >= start]
        for key, days in zip(keys, solution.dates if solution else (), strict=False)
    }
    return {(key, number): day for key, days in ahead.items() for number, day in enumerate(days, start=1)}


def _wishes(intake: Intake, names: Names) -> dict[str, str]:
    """Everything that was asked for, in words."""
    stretch = intake.stretch
    spaced = _stretched(stretch, names) if stretch else ""
    return {
        "Concerns": _listed(
            f"{CONCERN_NAMES[want.concern]}, {AREA_NAMES[want.area].lower()} ({want.severity})"
            for want in intake.concerns
        ),
        "Start": spoken(intake.start),
        "Look ahead": f"{intake.horizon_months} months",
        "Dates weighed": PREFERENCES[intake.preference][0],
        "First rounds": _listed(f"{names.get(key, key)}: {count}" for key, count in intake.rounds.items()),
        "Events": _listed(f"{event.name}, {spoken(event.date)}" for event in intake.events),
        "Days away": _listed(f"{spoken(away.first)} to {spoken(away.last)}" for away in intake.away),
        "Weekdays": _listed(f"{date(2024, 1, day):%a}" for day in intake.weekdays),
        "Findings": _listed(finding_name(key) for key in intake.findings),
        "Earlier treatments": _listed(
            f"{names.get(f'{past.treatment}.{past.area}', past.treatment)}, {spoken(past.date)}"
            for past in intake.history
        ),
        "Discussed": _listed(
            f"{topic_name(one.topic, names)}: {one.outcome}{f' ({one.reason})' if one.reason else ''}"
            for one in intake.discussed
        ),
        "Space Botox out": spaced,
    }


def _stretched(stretch: Stretch, names: Names) -> str:
    seen = "fading seen" if stretch.fading_observed else "fading not seen yet"
    return f"{names.get(stretch.series, stretch.series)}, for {stretch.reason}, {seen}"


def _listed(words: Iterator[str]) -> str:
    return "; ".join(words)
