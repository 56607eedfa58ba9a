"""Where a proposed plan leaves the recommended way, as data: what a provider looks at before signing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scheduling.intake.recommendation import Caution, Recommendation
from scheduling.naming import Names, in_words
from scheduling.plan_page.overview import topic_name
from scheduling.plan_page.summary import days_outside
from scheduling.planning.check import Broken, broken, missed_targets
from scheduling.planning.reasons import days_in_words, spoken, spoken_range
from scheduling.planning.solution import Placed

# How a deviation is met: a rule is set aside by a reason, a discussion is settled, the rest is read.
AGAINST, OPEN, MIND = "against", "open", "mind"
# What weighs more stands first, within a plan and among plans; days outside a window weigh one each.
WEIGHTS = {
    "broken": 1000,
    "rounds": 800,
    "override": 400,
    "event": 300,
    "open": 200,
    "missed": 150,
    "warning": 100,
    "stretched": 60,
    "discussed": 40,
    "unproven": 20,
    "outside": 10,
}
BROKEN = {
    "window": "outside the days its interval allows",
    "closed": "on a day the practice is closed or the patient away",
    "forbidden": "on a day a rule keeps free",
    "weekdays": "on a weekday that was not chosen",
    "horizon": "outside the time the plan looks ahead",
    "separation": "too soon after another treatment",
    "length": "in a visit that is longer than the practice allows",
    "pinned": "not on the day it is held on",
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing to look at: the rule, the words with their numbers, and what kind it is (a key of WEIGHTS).

    `weight` orders; `level` is AGAINST (signing needs a reason), OPEN (the outcome of a discussion is
    missing) or MIND (read and acknowledged by signing). `series` and `number` name the session it is about,
    from 1, where it is about one; `topic` the discussion.
    """

    kind: str
    rule: str
    text: str
    weight: int
    level: str = MIND
    series: str | None = None
    number: int | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Rounds:
    """How many first sessions the rule of a series names, and how many counted before this plan."""

    least: int
    most: int
    done: int = 0


def deviations(
    found: Recommendation, names: Names, rounds: Mapping[str, Rounds] | None = None
) -> tuple[Deviation, ...]:
    """Everything of a solved recommendation that leaves the recommended way, what weighs most first.

    `rounds` says by series what its rule says about the number of first sessions.
    """
    each = [
        *_broken(found, names),
        *_rounds(found, names, rounds or {}),
        *_warnings(found, names),
        *_open(found, names),
        *_missed(found),
        *_discussed(found, names),
        *_stretched(found, names),
        *_outside(found, names),
        *_unproven(found),
    ]
    return tuple(sorted(each, key=lambda one: -one.weight))


def weight_of(each: Sequence[Deviation]) -> int:
    """How much a plan's deviations weigh together."""
    return sum(one.weight for one in each)


def set_aside(each: Sequence[Deviation]) -> tuple[str, ...]:
    """The rules a plan goes against, each once: signing it needs a reason."""
    return tuple(dict.fromkeys(one.rule for one in each if one.level == AGAINST))


def _broken(found: Recommendation, names: Names) -> Iterator[Deviation]:
    """Hard rules that the dates break, as a plan from elsewhere may."""
    dates = found.solution.dates if found.solution else ()
    for one in broken(found.problem, dates) if dates else ():
        rule = found.rule_for(one.kind, one.series, one.index)
        text = f"{_session(one.series, one.number, names)}: {spoken(one.day)} is {_how(one)}."
        key = rule.rule if rule else one.kind
        yield Deviation("broken", key, text, WEIGHTS["broken"], AGAINST, one.series, one.number)


def _how(one: Broken) -> str:
    than = f" ({spoken(one.other)})" if one.other else ""
    return f"{BROKEN.get(one.kind, one.kind)}{than}"


def _rounds(found: Recommendation, names: Names, rounds: Mapping[str, Rounds]) -> Iterator[Deviation]:
    """First sessions beyond what the rule names, or fewer because fewer were asked for (R33, R35)."""
    for key, asked in found.intake.rounds.items():
        says = rounds.get(key)
        if says is None or key not in names:
            continue
        total, rule = says.done + asked, found.rule_for("window", key)
        range_ = f"{says.least}" if says.least == says.most else f"{says.least} to {says.most}"
        if total > says.most:
            text = f"{names[key]}: {_nth(total)} round, the rule says {range_}."
            name = rule.rule if rule else "rounds"
            yield Deviation("rounds", name, text, WEIGHTS["rounds"], AGAINST, key, asked)
        elif total < says.least:
            word = "round" if total == 1 else "rounds"
            text = f"{names[key]}: {total} {word} asked for, the rule says {range_}."
            yield Deviation("rounds", "R35", text, WEIGHTS["warning"], MIND, key)


def _warnings(found: Recommendation, names: Names) -> Iterator[Deviation]:
    """What signing acknowledges: sessions near an event, overdue, near toxin elsewhere."""
    for one in found.warnings:
        if one.series not in names:
            continue
        kind = "event" if _before_an_event(one, found) else "warning"
        text = f"{_session(one.series, one.number, names)}: {in_words(one.text, names)}"
        yield Deviation(kind, one.rule, text, WEIGHTS[kind], MIND, one.series, one.number)


def _before_an_event(one: Caution, found: Recommendation) -> bool:
    return any(f"before {event.name}" in one.text for event in found.intake.events)


def _open(found: Recommendation, names: Names) -> Iterator[Deviation]:
    """Discussions without an outcome; what was put off is open as well."""
    settled = {topic for topic, outcome in found.intake.outcomes.items() if outcome != "deferred"}
    said: set[str] = set()
    for one in found.discuss:
        if one.topic not in settled | said:
            said.add(one.topic)
            text = f"{topic_name(one.topic, names)}: {in_words(one.text, names)}"
            yield Deviation("open", one.rule, text, WEIGHTS["open"], OPEN, topic=one.topic)


def _missed(found: Recommendation) -> Iterator[Deviation]:
    """Events whose best days the plan leaves out (R14)."""
    dates = found.solution.dates if found.solution else ()
    for target in missed_targets(found.problem, dates) if dates else ():
        event, span = target.span.reason.removeprefix("event: "), target.span
        text = f"Misses the best days before {event}, {spoken_range(span.first, span.last)}."
        yield Deviation("missed", "R14", text, WEIGHTS["missed"], series=target.series[0])


def _discussed(found: Recommendation, names: Names) -> Iterator[Deviation]:
    """Series that are planned because of what a discussion came to, with the reason where one was given."""
    rules = {one.key: one.because[0].rule for one in found.series if one.because}
    for one in found.intake.discussed:
        if one.topic in rules and one.outcome == "agreed":
            kind = "override" if one.reason else "discussed"
            more = f" Reason given: {one.reason}" if one.reason else ""
            text = f"{names[one.topic]}: discussed, outcome agreed.{more}"
            yield Deviation(kind, rules[one.topic], text, WEIGHTS[kind], series=one.topic, topic=one.topic)


def _stretched(found: Recommendation, names: Names) -> Iterator[Deviation]:
    """Botox that is spaced out for cost or time (R12)."""
    wish = found.intake.stretch
    refused = {
        one.series for one in found.warnings if one.rule in ("R12", "R13") and "Not spaced" in one.text
    }
    planned = {one.key for one in found.problem.series}
    if wish and wish.fading_observed and wish.series in planned - refused:
        text = f"{names[wish.series]}: interval stretched for {wish.reason}; fading was observed."
        yield Deviation("stretched", "R12", text, WEIGHTS["stretched"], series=wish.series)


def _outside(found: Recommendation, names: Names) -> Iterator[Deviation]:
    """Sessions outside their recommended days, by how many."""
    for one in found.solution.placed() if found.solution else ():
        days = days_outside(one)
        if days:
            rule = found.rule_for("window", one.series)
            text = f"{_session(one.series, one.number, names)}: {_shift(one, days)}."
            key = rule.rule if rule else "window"
            yield Deviation("outside", key, text, WEIGHTS["outside"] + days, MIND, one.series, one.number)


def _shift(one: Placed, days: int) -> str:
    late = one.date > one.window.end
    which = "after" if late else "before"
    ideal = spoken_range(one.window.start, one.window.end)
    sign = "+" if late else "\N{MINUS SIGN}"
    return f"{sign}{days_in_words(days)} {which} ideal ({ideal}), on {spoken(one.date)}"


def _unproven(found: Recommendation) -> Iterator[Deviation]:
    """A plan of which nobody has shown that it is the best."""
    solution = found.solution
    if solution is not None and solution.status != "optimal":
        gap = (solution.cost or 0) - solution.bound if solution.bound is not None else None
        more = f": a plan could be up to {gap} cost units better" if gap else ""
        yield Deviation("unproven", "plan", f"Not proven best{more}.", WEIGHTS["unproven"])


def _session(series: str, number: int, names: Names) -> str:
    return f"{names[series]}, session {number}"


def _nth(count: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if 10 < count % 100 < 14 else count % 10, "th")
    return f"{count}{ending}"
