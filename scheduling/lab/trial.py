"""A protocol as a draft makes it, tried on the open plans that use it."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from django.core.exceptions import ValidationError

from scheduling.actions.plans import refuse_empty
from scheduling.composing.answers import closures_of
from scheduling.intake.history import done, treated
from scheduling.intake.intake import Intake
from scheduling.intake.recommend import Stop
from scheduling.intake.recommendation import Recommendation
from scheduling.lab.anew import Anew, Session, differs, intake_now
from scheduling.lab.impact import (
    CHANGES,
    IMPOSSIBLE,
    UNAFFECTED,
    UNKNOWN,
    UNPROVEN,
    Course,
    Dates,
    Effect,
    Impact,
    course,
    effects,
)
from scheduling.lab.subjects import Subject
from scheduling.models import PlanVersion
from scheduling.naming import Names, names_of
from treatments.current import current_library
from treatments.drafts import drafted_record
from treatments.models import ProtocolDraft, ProtocolVersion
from treatments.protocols import Library
from treatments.protocols import Protocol as ProtocolRecord

NOT_KNOWN = "The planner ran out of time before it had the best plan, so nothing is said about this one."
OUTDATED = "What is on record, booked or in force is not what it was when this was worked out. Think again."
FOLLOWS = "It follows version {} already."
SAME = "No window, date or minute of it would change."


class Trial:
    """A draft and the library it makes; a signed one is tried as the version it made.

    `draft` comes with its protocol, base and version.
    """

    def __init__(self, draft: ProtocolDraft):
        self.draft = draft
        self.key = draft.protocol.key
        self.in_force = current_library()
        found = ProtocolVersion.objects.filter(protocol=draft.protocol).with_details()
        self.versions = {one.pk: one for one in found}

    @cached_property
    def active(self) -> ProtocolVersion:
        """The version of the protocol that is in force."""
        return next(one for one in self.versions.values() if one.is_active)

    @property
    def target(self) -> ProtocolVersion | None:
        """The version that signing made; None while the draft is open."""
        return self.versions.get(self.draft.version_id or 0)

    @property
    def is_current(self) -> bool:
        """Whether what is in force is what the draft was made on, or what it became."""
        return self.active.pk in (self.draft.version_id, None if self.target else self.draft.base_id)

    @cached_property
    def record(self) -> ProtocolRecord:
        """The protocol as the draft makes it."""
        return (self.target and self.target.as_record()) or drafted_record(self.draft, self.base)

    @cached_property
    def base(self) -> ProtocolVersion:
        """The version the draft was made on, with details."""
        return self.versions[self.draft.base_id]

    @cached_property
    def library(self) -> Library:
        """The library in force with the draft in the protocol's place."""
        return self.with_record(self.record)

    def with_record(self, record: ProtocolRecord) -> Library:
        """The library in force with another record of the protocol."""
        return replace(self.in_force, protocols={**self.in_force.protocols, self.key: record})

    def impact(self, one: Subject, stop: Stop | None, best: bool = False) -> Impact:
        """What the change would do to a plan, around what was given and what is booked.

        `stop` ends the planner's time; what it did not prove by then is not known, and nothing is guessed,
        unless the `best` found is asked for as well.
        """
        asked = self.asked(one)
        return self.spared(one, asked) or self.judged(one, asked.recommended(self.library, stop), best)

    def shown(self, one: Subject, found: Recommendation) -> Impact:
        """What a plan becomes by what somebody was shown; not known once that answers nothing any more."""
        asked = self.asked(one)
        if spared := self.spared(one, asked):
            return spared
        if not asked.still_asks(found, self.library):
            return Impact(UNKNOWN, why=OUTDATED)
        return self.judged(one, found, best=True)

    def asked(self, one: Subject) -> Anew:
        """What a plan would be made from now."""
        location = one.version.plan.location
        last = max((each.date for each in one.booked.values()), default=None)
        intake = intake_now(one.version.recommendation.intake, location, one.today, one.known, last)
        booked = {session: each.date for session, each in one.booked.items()}
        return Anew(intake, closures_of(location), booked)

    def spared(self, one: Subject, asked: Anew) -> Impact | None:
        """Why the change does nothing to a plan; None where it does."""
        series = next((each for each in one.version.series.all() if each.key == self.key), None)
        if series is None:
            return Impact(UNAFFECTED, why=f"This plan does not use {self.draft.protocol}.")
        if self.target and series.protocol_version_id == self.target.pk:
            return Impact(UNAFFECTED, why=FOLLOWS.format(self.target.number))
        own = self.with_record(self.versions[series.protocol_version_id].as_record())
        if not differs(asked.intake, own, self.library, asked.closures):
            return Impact(UNAFFECTED, why=SAME)
        return None

    def judged(self, one: Subject, found: Recommendation, best: bool) -> Impact:
        """What a plan would become, or why that is not known or cannot be."""
        status = found.solution.status if found.solution else "unknown"
        if found.problem.series and (status == "unknown" or (status == "feasible" and not best)):
            return Impact(UNKNOWN, why=NOT_KNOWN)
        try:
            refuse_empty(found)
        except ValidationError as problem:
            return Impact(IMPOSSIBLE, why=problem.messages[0])
        names = names_of(self.library.protocols, self.library)
        names |= {each.key: each.name for each in one.version.series.all()}
        state = UNPROVEN if status == "feasible" else CHANGES
        return Impact(state, tuple(self.effects(one, found, names)), found=found)

    def effects(self, one: Subject, found: Recommendation, names: Names) -> Iterator[Effect]:
        """Every session to come of a plan, as it stands and as it would be."""
        keys = {each.key for each in one.version.series.all()} | {each.key for each in found.series}
        keys &= set(self.library.protocols)
        counts, real = had(found.intake, keys, self.library)
        real |= {session: each.date for session, each in one.booked.items()}
        before = ahead(standing(one.version, real), counts)
        return effects(
            before, course(found.problem, counts, by_place(found, counts), real), one.booked, names
        )


def had(
    intake: Intake, keys: set[str], library: Library
) -> tuple[dict[str, int], dict[Session, datetime.date]]:
    """How many sessions of each series count as given, and the days of those, by place in the course.

    A treatment that does not count stands in the place of the last that does: windows are counted from it.
    """
    counts: dict[str, int] = {}
    days: dict[Session, datetime.date] = {}
    for key in keys:
        protocol = library.protocols[key]
        given = done(intake.history, protocol, library)
        counts[key] = len(given)
        days |= {(key, count): day for count, day in enumerate(given, start=1)}
        if given:
            days[key, len(given)] = treated(intake.history, protocol, library)[-1]
    return counts, days


def ahead(found: Course, counts: Mapping[str, int]) -> Course:
    """A course without the sessions that were given."""
    left = {session for session in found.windows if session[1] > counts.get(session[0], 0)}
    return Course(
        {session: day for session, day in found.dates.items() if session in left},
        {session: window for session, window in found.windows.items() if session in left},
    )


def standing(version: PlanVersion, real: Dates) -> Course:
    """The sessions of a version as they stand."""
    found, counts = version.recommendation, {one.key: one.done for one in version.series.all()}
    return course(found.problem, counts, by_place(found, counts), real)


def by_place(found: Recommendation, done: Mapping[str, int]) -> dict[Session, datetime.date]:
    """The planned days by key and place in the course, of a plan that begins after `done` sessions."""
    placed = found.solution.placed() if found.solution else ()
    return {(one.series, done[one.series] + one.number): one.date for one in placed}
