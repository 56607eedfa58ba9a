"""Turn an intake into a planning problem, with the rule behind each of its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from scheduling.planning.durations import Duration
from scheduling.planning.problem import Problem, Separation, Series, Span, Target
from scheduling.planning.reasons import spoken
from treatments.protocols import Library, Protocol
from treatments.routing import Route

from .because import because, timing_rule
from .candidates import candidates
from .cautions import cautions_before
from .chain import Chain, Horizon, chain
from .events import bands, best_days, reachable
from .expectations import expectations
from .history import done, kept_off, rule_because, run, treated
from .intake import Intake
from .recommendation import Because, Caution, Discuss, PlannedSeries, Recommendation
from .windows import Course

Rules = dict[tuple[str, str | None, int | None], Because]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A series on its way into the problem."""

    route: Route
    protocol: Protocol
    course: Course
    chain: Chain
    forbidden: tuple[tuple[Span, Because], ...]
    discouraged: tuple[tuple[Span, Because], ...]

    @property
    def series(self) -> Series:
        protocol = self.protocol
        return Series(
            key=protocol.key,
            treatment=protocol.treatment,
            area=protocol.area,
            minutes=protocol.chair_minutes,
            sessions=self.chain.sessions,
            weight=protocol.weight,
            forbidden=tuple(span for span, _ in self.forbidden),
            discouraged=tuple(span for span, _ in self.discouraged),
        )


def compose(intake: Intake, library: Library, closures: Sequence[Span] = ()) -> Recommendation:
    """Everything of a recommendation but its solution; `closures` are days the practice is shut."""
    found = candidates(intake, library)
    horizon = horizon_of(intake, library)
    drafts = [_draft(route, intake, library, horizon) for route in found.series]
    planned = [draft for draft in drafts if draft.chain.sessions]
    inside = (span for span in closures if _inside(span, horizon))
    closed = (*inside, *(Span(away.first, away.last, "away") for away in intake.away))
    targets, boosters = _targets(planned, intake, horizon, closed)
    separations = _separations(planned, library)
    rules = _rules(planned, separations, targets, library)
    problem = Problem(
        start=horizon.start,
        end=horizon.end,
        weekdays=intake.weekdays,
        visit_cost=intake.visit_cost,
        series=tuple(draft.series for draft in planned),
        closed=closed,
        separations=tuple(separation for separation, _ in separations),
        targets=targets,
        move_cost=library.setting("move_cost"),
        max_visit_minutes=library.setting("max_visit_minutes"),
        visit_overhead_minutes=library.setting("visit_overhead_minutes"),
    )
    return Recommendation(
        intake=intake,
        problem=problem,
        series=tuple(_planned(draft, planned, library) for draft in planned),
        declined=tuple(found.declined),
        discuss=(*found.discuss, *boosters),
        warnings=_warnings(drafts, intake, library),
        expectations=expectations(found, planned_keys(planned), library),
        rules=rules,
    )


def horizon_of(intake: Intake, library: Library) -> Horizon:
    """The days a plan may use: the horizon, and two months more for the last windows."""
    last = Duration(months=intake.horizon_months).after(intake.start)
    return Horizon(
        start=intake.start,
        last=last,
        end=Duration(months=library.setting("tail_months")).after(last),
        weekdays=intake.weekdays,
        first_days=library.setting("first_window_days"),
        first_latest_days=library.setting("first_latest_days"),
    )


def planned_keys(drafts: Sequence[Drafted]) -> tuple[str, ...]:
    return tuple(draft.protocol.key for draft in drafts)


def _draft(route: Route, intake: Intake, library: Library, horizon: Horizon) -> Drafted:
    protocol = library.protocols[route.key]
    dates = treated(intake.history, protocol, library)
    course = _course(route, protocol, dates, intake, library)
    kept = list(kept_off(intake.history, protocol, library, intake.start))
    marked = list(bands(intake.events, protocol, library.setting("warn_cost")))
    near = [(kind, span, reason) for kind, span, reason in marked if _inside(span, horizon)]
    forbidden = (*((s, r) for kind, s, r in near if kind == "forbidden"), *kept)
    discouraged = tuple((s, r) for kind, s, r in near if kind == "discouraged")
    links = chain(course, dates[-1] if dates else None, [span for span, _ in forbidden], horizon)
    return Drafted(route, protocol, course, links, forbidden, discouraged)


def _inside(span: Span, horizon: Horizon) -> bool:
    return span.first <= horizon.end and span.last >= horizon.start


def _course(
    route: Route, protocol: Protocol, dates: Sequence[date], intake: Intake, library: Library
) -> Course:
    regular = protocol.maintenance == "regular"
    wish = intake.stretch if intake.stretch and intake.stretch.series == protocol.key else None
    latest = run(dates, library.setting("run_gap_days"))
    return Course(
        protocol=protocol,
        severity=route.severity,
        done=len(done(intake.history, protocol, library)),
        rounds=intake.rounds.get(protocol.key),
        stretched=wish is not None and wish.fading_observed,
        gate=library.setting("stretch_gate_months") if regular and route.severity != "mild" else None,
        run_start=latest[0] if latest else None,
    )


def _separations(drafts: Sequence[Drafted], library: Library) -> list[tuple[Separation, Because]]:
    """The cross-treatment rules that concern two of these series (R40, section X of the library)."""
    treatments = {draft.protocol.treatment for draft in drafts}
    return [
        (Separation(rule.before, rule.after, rule.clear_days, rule.same_visit, rule.text), rule_because(rule))
        for rule in library.separations.values()
        if rule.planned and treatments & set(rule.before) and treatments & set(rule.after)
    ]


def _targets(
    drafts: Sequence[Drafted], intake: Intake, horizon: Horizon, closed: Sequence[Span]
) -> tuple[tuple[Target, ...], tuple[Discuss, ...]]:
    """The best days before each event that a session can reach; the others as boosters to discuss (R14)."""
    targets, boosters = [], []
    for draft in drafts:
        usable = _usable([*closed, *(span for span, _ in draft.forbidden)], intake)
        for event in intake.events:
            span = best_days(event, draft.protocol)
            if span is None or event.date > horizon.end:
                continue
            if reachable(span, draft.chain.sessions, horizon.end, usable):
                targets.append(Target((draft.protocol.key,), span))
            elif f"booster.{draft.protocol.key}" not in intake.outcomes:
                boosters.append(booster(draft.protocol.key, span, event.name))
    return tuple(targets), tuple(boosters)


def booster(key: str, span: Span, event: str) -> Discuss:
    """The offer of an extra treatment before an event, for the provider to discuss (R14)."""
    return Discuss(
        f"booster.{key}",
        "R14",
        f"No regular session of {key} falls in the best days before {event}, "
        f"{spoken(span.first)} to {spoken(span.last)}. The provider may discuss an extra treatment.",
    )


def _usable(off: Sequence[Span], intake: Intake) -> Callable[[date], bool]:
    return lambda day: day.isoweekday() in intake.weekdays and not any(day in span for span in off)


def _rules(
    drafts: Sequence[Drafted],
    separations: Sequence[tuple[Separation, Because]],
    targets: Sequence[Target],
    library: Library,
) -> Rules:
    found: Rules = {("separation", None, index): reason for index, (_, reason) in enumerate(separations)}
    for draft in drafts:
        key = draft.protocol.key
        window = "window" if draft.course.regular is draft.protocol.window else "window_mild"
        source = draft.protocol.citations[f"{window}.start"].words
        name = timing_rule(draft.protocol)
        found["window", key, None] = Because(name, library.rules[name].text, source)
        for kind, marked in (("forbidden", draft.forbidden), ("discouraged", draft.discouraged)):
            found |= {(kind, key, index): reason for index, (_, reason) in enumerate(marked)}
    for index, target in enumerate(targets):
        citation = library.protocols[target.series[0]].citations["event.ideal"]
        found["target", None, index] = Because("R14", "The best days before an event.", citation.words)
    return found


def _planned(draft: Drafted, drafts: Sequence[Drafted], library: Library) -> PlannedSeries:
    others = {other.protocol.treatment for other in drafts if other is not draft}
    return PlannedSeries(
        draft.protocol.key,
        draft.course.severity,
        draft.chain.initial,
        because(draft.route, draft.course, draft.chain, library, others),
    )


def _warnings(drafts: Sequence[Drafted], intake: Intake, library: Library) -> tuple[Caution, ...]:
    return tuple(
        caution
        for draft in drafts
        for caution in cautions_before(draft.protocol, draft.course, draft.chain, intake)
    )
