"""The evidence of proposals: what was given, graded and answered, read for every plan a person may see."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models.fields.json import KeyTransform

from clinic.models import AuditEntry, Patient, User
from scheduling.chairside.proposals import Answered, Course, Graded, Proposal, proposed
from scheduling.chairside.scales import GAIS
from scheduling.models import CheckIn, Given, Observation, Plan, PlanSeries, PlanVersion
from scheduling.naming import SeriesName
from treatments.current import current_library

DISMISSED = "proposal.dismissed"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with the patient and the plan it is about."""

    plan: Plan
    patient: Patient
    name: SeriesName
    proposal: Proposal

    @property
    def token(self) -> str:
        """What the composer is told: the series, and how many sessions ago its first series was closed."""
        return f"{self.proposal.key}:{self.proposal.closed}"


def proposals_for(user: User, plan: int | None = None) -> list[Proposed]:
    """Everything proposed of the plans a person may see, of one plan if it is named; early responders first.

    The number of queries does not grow with the plans.
    """
    rows = PlanVersion.objects.visible_to(user).approved().filter(series__key__startswith="mesobotox.")
    rows = rows.filter(plan=plan) if plan else rows
    rounds = KeyTransform("rounds", KeyTransform("intake", "content"))
    rows = rows.annotate(rounds=rounds).select_related("plan__patient__location").prefetch_related("series")
    versions = {one.pk: one for one in rows.defer("content")}
    gone = dismissed(list(versions.values()))
    found = [one for one in read(list(versions.values())) if dismissal(one) not in gone]
    return sorted(found, key=lambda one: (one.proposal.by_default, one.proposal.kind, str(one.patient)))


def read(versions: Sequence[PlanVersion]) -> Iterator[Proposed]:
    """What is proposed of these versions, those dismissed with them."""
    plans = [one.plan_id for one in versions]
    if not (given := given_of(plans)):
        return
    library = current_library()
    after = library.setting("early_review_sessions")
    grades, answers = grades_of(plans), answers_of(plans)
    for version in versions:
        for series in version.series.all():
            protocol, key = library.protocols.get(series.key), (version.plan_id, series.key)
            if protocol is None or key not in given:
                continue
            course = course_of(version, series, given[key], grades[key], answers[version.plan_id])
            if (found := proposed(course, protocol, after)) is not None:
                yield Proposed(version.plan, version.plan.patient, series.name, found)


def course_of(version, series: PlanSeries, given, grades, answers) -> Course:
    """A series with what is on record of it."""
    asked = version.rounds.get(series.key) if isinstance(version.rounds, Mapping) else None
    closed = asked is not None and asked <= 0
    return Course(
        key=series.key,
        given=tuple(sorted(given)),
        initial=series.done + (asked if closed else series.initial),
        closed=closed,
        decided=version.proposed_at.astimezone(version.plan.patient.location.zone).date(),
        grades=tuple(grades),
        answers=tuple(answers),
    )


def given_of(plans: Sequence[int]) -> dict[tuple[int, str], list]:
    """The days of the sessions that count, by plan and series."""
    found: dict[tuple[int, str], list] = defaultdict(list)
    rows = Given.objects.standing().filter(plan__in=plans, counts=True)
    for plan, key, date in rows.values_list("plan", "key", "date"):
        found[plan, key].append(date)
    return dict(found)


def grades_of(plans: Sequence[int]) -> dict[tuple[int, str], list[Graded]]:
    """The grades of change since the first session, by plan and series."""
    found: dict[tuple[int, str], list[Graded]] = defaultdict(list)
    rows = Observation.objects.standing().filter(booking__plan__in=plans, scale=GAIS)
    for one in rows.select_related("booking__location"):
        day = one.observed_at.astimezone(one.booking.location.zone).date()
        found[one.booking.plan_id, one.key].append(Graded(day, one.grade))
    return found


def answers_of(plans: Sequence[int]) -> dict[int, list[Answered]]:
    """The patients' answers after their visits, by plan."""
    found: dict[int, list[Answered]] = defaultdict(list)
    for one in CheckIn.objects.filter(booking__plan__in=plans).select_related("booking__location"):
        on = one.answered_at.astimezone(one.booking.location.zone).date()
        words = one.get_fading_display().lower()
        answer = Answered(one.booking.date, one.weeks, one.fading, words, on)
        found[one.booking.plan_id].append(answer)
    return found


def dismissal(one: Proposed) -> tuple[int, str, int]:
    """What a dismissal is about: it holds for one round of one series."""
    return one.plan.pk, one.proposal.key, one.proposal.round


def dismissed(versions: Sequence[PlanVersion]) -> set[tuple[int, str, int]]:
    """What was dismissed of these plans."""
    kind, plans = Plan._meta.label_lower, [one.plan_id for one in versions]
    rows = AuditEntry.objects.filter(action=DISMISSED, object_kind=kind, object_id__in=plans)
    return {(pk, detail["series"], detail["round"]) for pk, detail in rows.values_list("object_id", "detail")}
