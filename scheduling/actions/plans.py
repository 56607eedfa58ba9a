"""Changes to plans: proposing one, and proposing another version of it."""

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from clinic.models import AuditEntry, Patient, User
from scheduling.intake.history import done
from scheduling.intake.recommendation import Recommendation
from scheduling.intake.stored import store, write_intake
from scheduling.models import Plan, PlanSeries, PlanVersion, Session, Signature, Visit
from scheduling.naming import Names, names_of
from scheduling.planning.solution import Visit as PlannedVisit
from treatments.citations import numbers
from treatments.models import ProtocolVersion
from treatments.protocols import Library


class NoPlan(ValidationError):
    """Raised when a recommendation holds no visit that could be proposed."""

    def __init__(self, text: str):
        super().__init__(text, code="no_plan")


class CatalogueChanged(ValidationError):
    """Raised when a protocol was edited since the plan was made from it."""

    def __init__(self, names: Iterable[str]):
        text = f"The catalogue was edited meanwhile: {'; '.join(names)}. Propose again to plan with it."
        super().__init__(text, code="catalogue")


class Overtaken(ValidationError):
    """Raised when somebody proposed another version since the editor opened the plan."""

    def __init__(self, number: int):
        text = f"Version {number} was proposed meanwhile. Look at it, then change it anew."
        super().__init__(text, code="overtaken")


@transaction.atomic
def propose(
    *,
    by: User,
    patient: Patient,
    found: Recommendation,
    library: Library,
    now: datetime.datetime,
    key: uuid.UUID | None = None,
) -> PlanVersion:
    """Save a recommendation as the patient's next plan, with the protocol versions it was made from.

    `found` must be solved; `library` is the one it was made from; `now` is aware. The same `key` with
    the same intake again gives the plan that was proposed with it, and saves nothing. Raises NoPlan when
    there is no visit to propose, CatalogueChanged when one of its protocols has been edited since.
    """
    refuse_empty(found)
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if same := proposed_with(key, PlanVersion.objects.of(patient), found):
        return same
    last = Plan.objects.filter(patient=patient).aggregate(last=Max("number"))["last"] or 0
    plan = Plan.objects.create(patient=patient, number=last + 1)
    version = write_version(plan, 1, found, library, by=by, at=now, key=unused(key))
    AuditEntry.objects.record(by=by, action="plan.proposed", on=plan, version=1)
    return version


@transaction.atomic
def revise(
    *,
    by: User,
    plan: Plan,
    seen: int,
    found: Recommendation,
    library: Library,
    now: datetime.datetime,
    reason: str = "",
    key: uuid.UUID | None = None,
) -> PlanVersion:
    """Propose another version of a plan in the place of version `seen`, which stays to be read.

    The same `key` with the same intake again gives the version that was proposed with it. Raises Overtaken
    when another version was proposed meanwhile, NoPlan when there is no visit to propose, CatalogueChanged
    when a protocol has been edited since, ValidationError when nothing changed.
    """
    refuse_empty(found)
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if same := proposed_with(key, plan.versions.all(), found):
        return same
    current = as_seen(plan, seen, found)
    supersede(current, now)
    number, key = current.number + 1, unused(key)
    version = write_version(plan, number, found, library, by=by, at=now, reason=reason, key=key)
    AuditEntry.objects.record(by=by, action="plan.revised", on=plan, version=version.number)
    return version


def as_seen(plan: Plan, seen: int, found: Recommendation) -> PlanVersion:
    """Give the current version of a locked plan; Overtaken, or ValidationError when `found` is the same."""
    current = plan.versions.current().get()
    if current.number != seen:
        raise Overtaken(current.number)
    if current.content == store(found):
        raise ValidationError("Nothing was changed, so there is no new version.", code="unchanged")
    return current


def supersede(current: PlanVersion, now: datetime.datetime) -> None:
    """Let another version take the place of a current one; the signature under it is void then."""
    PlanVersion.objects.filter(pk=current.pk).update(status=PlanVersion.Status.SUPERSEDED)
    voided = {"voided_at": now, "voided_because": f"Version {current.number + 1} was proposed."}
    Signature.objects.standing().filter(version=current).update(**voided)


def proposed_with(
    key: uuid.UUID | None, versions: QuerySet[PlanVersion], found: Recommendation
) -> PlanVersion | None:
    """Give the version that was proposed with a key from the same intake; another intake is another wish."""
    same = versions.filter(key=key).first() if key else None
    return same if same and same.content["intake"] == write_intake(found.intake) else None


def unused(key: uuid.UUID | None) -> uuid.UUID:
    """Give the key, or a new one where there is none or it stands for another proposal already."""
    return key if key and not PlanVersion.objects.filter(key=key).exists() else uuid.uuid4()


def refuse_empty(found: Recommendation) -> None:
    """Raise NoPlan, with the reason, for what holds no visit."""
    solution = found.solution
    if not found.problem.series:
        declined, discuss = (one.rule for one in found.declined), (one.rule for one in found.discuss)
        rules = dict.fromkeys([*declined, *discuss])
        raise NoPlan(
            f"Nothing here can be planned by itself ({', '.join(rules)}): "
            "see what is declined and what has to be discussed first."
        )
    if solution is None or solution.status == "unknown":
        raise NoPlan("No plan was found in the time allowed, and no proof that there is none. Ask again.")
    if not solution.visits:
        raise NoPlan("No dates satisfy every rule at once: see what stands in the way.")


def write_version(
    plan: Plan,
    number: int,
    found: Recommendation,
    library: Library,
    *,
    by: User,
    at: datetime.datetime,
    key: uuid.UUID,
    reason: str = "",
) -> PlanVersion:
    """Write a version and its rows."""
    visits = found.solution.visits if found.solution else ()
    version = PlanVersion.objects.create(
        plan=plan,
        number=number,
        content=store(found),
        library_version=library.version,
        proven=found.solution is not None and found.solution.status == "optimal",
        first_date=visits[0].date,
        last_date=visits[-1].date,
        proposed_by=by,
        proposed_at=at,
        reason=reason,
        key=key,
    )
    write_rows(version, visits, PlanSeries.objects.bulk_create(series_rows(version, found, library)))
    return version


def write_rows(version: PlanVersion, visits: Sequence[PlannedVisit], rows: Sequence[PlanSeries]) -> None:
    """Write the visits and sessions of a version whose series have their rows."""
    series = {one.key: one for one in rows}
    written = Visit.objects.bulk_create(
        Visit(version=version, date=visit.date, minutes=visit.minutes) for visit in visits
    )
    Session.objects.bulk_create(
        session
        for row, visit in zip(written, visits, strict=True)
        for session in session_rows(row, visit, series)
    )


def series_rows(version: PlanVersion, found: Recommendation, library: Library) -> Iterator[PlanSeries]:
    """Make a row for every series, with its numbers and the protocol version they are from."""
    names = names_of((one.key for one in found.series), library)
    versions = versions_of(library, names)
    minutes = {one.key: one.minutes for one in found.problem.series}
    history = found.intake.history
    for position, one in enumerate(found.series, start=1):
        name = names[one.key]
        yield PlanSeries(
            version=version,
            position=position,
            key=one.key,
            treatment=name.treatment,
            area=name.area,
            mark=name.mark,
            minutes=minutes[one.key],
            severity=one.severity,
            initial=one.initial,
            done=len(done(history, library.protocols[one.key], library)),
            protocol_version=versions[one.key],
        )


def versions_of(library: Library, names: Names) -> dict[str, ProtocolVersion]:
    """Give the versions in force of some protocols; CatalogueChanged when a library says otherwise."""
    active = ProtocolVersion.objects.active().filter(protocol__key__in=names).with_details()
    versions = {one.protocol.key: one for one in active}
    edited = [
        str(name)
        for key, name in names.items()
        if key not in versions or numbers(versions[key].as_record()) != numbers(library.protocols[key])
    ]
    if edited:
        raise CatalogueChanged(edited)
    return versions


def session_rows(row: Visit, visit: PlannedVisit, series: Mapping[str, PlanSeries]) -> Iterator[Session]:
    """Make a row for every session of a visit, in the order they are given."""
    for position, placed in enumerate(visit.sessions, start=1):
        window = placed.window
        yield Session(
            visit=row,
            series=series[placed.series],
            number=placed.number,
            position=position,
            earliest=window.earliest,
            start=window.start,
            end=window.end,
            latest=window.latest,
        )
