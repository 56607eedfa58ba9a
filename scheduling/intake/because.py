"""The rules and numbers that made a series, in words."""

from collections.abc import Iterator

from treatments.durations import spoken
from treatments.protocols import Library, Protocol
from treatments.routing import Route

from .chain import Chain
from .recommendation import Because
from .windows import Course

TIMING = ("R33", "R11", "R41", "R44", "R47")
SAID_WITH_NUMBERS = ("R33", "R34")


def because(
    route: Route, course: Course, chain: Chain, library: Library, others: set[str]
) -> tuple[Because, ...]:
    """Why there is this series, with so many sessions, so far apart; each reason once.

    `others` are the treatments of the plan's other series.
    """
    protocol = course.protocol
    found = [
        *_treatment(route, protocol, library),
        *_order(protocol, library, others),
        *_count(course, chain),
        *_interval(course, library),
        *_rhythm(course, chain, library),
    ]
    return tuple(dict.fromkeys(found))


def timing_rule(protocol: Protocol) -> str:
    """The practice's rule that speaks of a protocol's count and rhythm."""
    return next((key for key in protocol.rules if key in TIMING), protocol.rules[0])


def rule(key: str, library: Library) -> Because:
    """A practice rule as a reason."""
    return Because(key, library.rules[key].text, "practice rule")


def _treatment(route: Route, protocol: Protocol, library: Library) -> Iterator[Because]:
    yield Because(route.rules[0], route.text, "practice rule")
    for key in (*route.rules[1:], *protocol.rules):
        if key not in (route.rules[0], *SAID_WITH_NUMBERS):
            yield rule(key, library)


def _order(protocol: Protocol, library: Library, others: set[str]) -> Iterator[Because]:
    """R40 wherever filler and toxin are planned for the same patient."""
    first = library.separations["X1"]
    filler, toxin = set(first.before), set(first.after)
    if (protocol.treatment in filler and others & toxin) or (protocol.treatment in toxin and others & filler):
        yield rule("R40", library)


def _count(course: Course, chain: Chain) -> Iterator[Because]:
    protocol, name = course.protocol, timing_rule(course.protocol)
    if course.single:
        yield Because("R35", "A single session was asked for; that is a plan of its own.", "practice rule")
        return
    if course.closed:
        text = f"The first series is closed after {_counted(max(course.initial, 0), 'session')}."
        yield Because("R36", text, "practice rule")
        return
    if course.rounds is not None:
        yield Because(name, f"{course.rounds} initial sessions were asked for.", "asked for in the intake")
        return
    count = course.initial
    text = f"{_counted(count, 'initial session')} for {course.severity} findings"
    if course.done:
        text += f", {min(course.done, count)} of them already given"
    if 0 < chain.initial < count - course.done:
        text += f"; {chain.initial} lie inside this plan"
    yield Because(name, f"{text}.", protocol.citations[f"sessions.{course.severity}"].words)


def _interval(course: Course, library: Library) -> Iterator[Because]:
    if (course.single and not course.done) or course.closed:
        return
    protocol, window = course.protocol, course.regular
    field = "window" if window is protocol.window else "window_mild"
    text = f"Recommended {between(window.start, window.end)} after the session before."
    yield Because(timing_rule(protocol), text, protocol.citations[f"{field}.start"].words)
    text = f"Never sooner than {spoken(window.minimum)}, at the latest after {spoken(window.latest)}."
    toxin = library.treatments[protocol.treatment].kind == "toxin"
    name = "X4" if toxin else timing_rule(protocol)
    yield Because(name, text, protocol.citations[f"{field}.minimum"].words)


def _rhythm(course: Course, chain: Chain, library: Library) -> Iterator[Because]:
    protocol = course.protocol
    if course.gate is not None:
        yield rule("R13", library)
    if chain.stretched is not None:
        yield rule("R12", library)
    if protocol.maintenance == "taper" and len(chain.sessions) > chain.initial and protocol.taper:
        name = "R34" if "R34" in protocol.rules else timing_rule(protocol)
        words = ", ".join(between(step.start, step.end) for step in protocol.taper)
        yield Because(name, f"After the first series: {words}.", protocol.citations["taper.1.start"].words)


def between(first: str, last: str) -> str:
    """Two durations in words: 3 to 4 months, 3 months to 104 days."""
    if first == last:
        return spoken(first)
    long = spoken(last)
    unit = long.partition(" ")[2]
    return f"{spoken(first).removesuffix(f' {unit}')} to {long}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
