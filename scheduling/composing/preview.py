"""What stands beside the composer's form: the plan it comes to, and what the patient has to know first."""

from dataclasses import dataclass, replace

from scheduling.composing.answers import Options, compared
from scheduling.composing.composer import Composer
from scheduling.composing.words import AREA_NAMES, CONCERN_NAMES
from scheduling.intake.intake import Discussed
from scheduling.intake.recommendation import Because, Declined, Discuss, Recommendation
from scheduling.naming import Names, in_words, names_of
from scheduling.plan_page.conflicts import conflict_lines
from scheduling.plan_page.overview import VisitLine, caution_lines, topic_name, visit_lines
from scheduling.plan_page.summary import Summary, given_up, summary
from scheduling.plan_page.timeline import timeline
from scheduling.plan_page.timeline_parts import Timeline


@dataclass(frozen=True, slots=True)
class DeclinedLine:
    """A concern that gets no treatment, in words."""

    what: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class DiscussLine:
    """A topic for the provider, in words, with the outcome so far; `held` ones are not planned yet."""

    topic: str
    name: str
    rule: str
    text: str
    outcome: str = ""
    reason: str = ""
    held: bool = False

    @property
    def slug(self) -> str:
        """The topic as a part of an id that style sheets and htmx can select."""
        return self.topic.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Advice:
    """What a plan leaves out, what waits for the provider, and what has to be minded."""

    declined: tuple[DeclinedLine, ...] = ()
    discuss: tuple[DiscussLine, ...] = ()
    cautions: tuple[Because, ...] = ()

    @property
    def open(self) -> tuple[DiscussLine, ...]:
        """What nobody has discussed yet, or what was put off."""
        return tuple(line for line in self.discuss if line.outcome in ("", "deferred"))


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything beside the form; without a plan `conflict` may say why none fits.

    `undrawn` are fields of the form that were posted and have no control here this time: they are kept.
    """

    options: Options
    summary: Summary | None = None
    gives_up: str = ""
    timeline: Timeline | None = None
    visits: tuple[VisitLine, ...] = ()
    advice: Advice = Advice()
    conflict: tuple[Because, ...] = ()
    undecided: bool = False
    undrawn: tuple[tuple[str, str], ...] = ()


def preview(composer: Composer, found: Recommendation | None, *, with_options: bool = False) -> Preview:
    """Draw what was found for a composer; the options only where asked, as each has to be solved."""
    options = composer.options
    if found is None:
        return Preview(options, undrawn=composer.posted_discussion)
    if with_options and composer.intake is not None:
        options = compared(composer.intake, composer.library, composer.patient.location, options)
    library = composer.library
    names = names_of(library.protocols, library)
    summed = summary(found)
    solution = found.solution
    visits = visit_lines(found, names, composer.today)
    places = {
        (one.series, one.number): f"#visit-{visit.number}" for visit in visits for one in visit.sessions
    }

    def href(series: str, number: int) -> str:
        return places[series, number]

    said = advice(found, names)
    drawn = {f"{part}.{line.topic}" for line in said.discuss for part in ("discussed", "reason")}
    return Preview(
        options=options,
        summary=summed,
        gives_up=given_up(found, names) if summed else "",
        timeline=timeline(found, names, today=composer.today, href=href) if summed else None,
        visits=visits,
        advice=said,
        conflict=conflict_lines(found, names),
        undecided=solution is not None and solution.status == "unknown",
        undrawn=tuple(one for one in composer.posted_discussion if one[0] not in drawn),
    )


def advice(found: Recommendation, names: Names) -> Advice:
    """Put in words what is declined, what is to be discussed and what must be acknowledged."""
    return Advice(
        tuple(_declined(one) for one in found.declined),
        _discuss(found, names),
        caution_lines(found, names),
    )


def _declined(one: Declined) -> DeclinedLine:
    what = f"{CONCERN_NAMES.get(one.concern, one.concern)}, {AREA_NAMES.get(one.area, one.area).lower()}"
    return DeclinedLine(what, one.rule, one.text)


def _discuss(found: Recommendation, names: Names) -> tuple[DiscussLine, ...]:
    """What is still to discuss, then what was discussed already."""
    recorded = {one.topic: one for one in found.intake.discussed}
    planned = {one.key for one in found.problem.series}
    lines = [
        replace(_open(one, names, recorded.pop(one.topic, None)), held=one.topic not in planned)
        for one in _merged(found.discuss)
    ]
    lines += [
        DiscussLine(topic, topic_name(topic, names), "", "Recorded.", one.outcome, one.reason)
        for topic, one in recorded.items()
    ]
    return tuple(lines)


def _merged(topics: tuple[Discuss, ...]) -> list[Discuss]:
    """Each topic once, with all that is to be said about it."""
    found: dict[str, Discuss] = {}
    for one in topics:
        before = found.get(one.topic)
        found[one.topic] = Discuss(one.topic, before.rule, f"{before.text} {one.text}") if before else one
    return list(found.values())


def _open(one: Discuss, names: Names, recorded: Discussed | None) -> DiscussLine:
    outcome, reason = (recorded.outcome, recorded.reason) if recorded else ("", "")
    return DiscussLine(
        one.topic, topic_name(one.topic, names), one.rule, in_words(one.text, names), outcome, reason
    )
