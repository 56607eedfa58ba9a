"""Grades a provider gives at a visit: recorded once on each scale, and withdrawn when they were wrong."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from clinic.models import AuditEntry, User
from scheduling.chairside.scales import scales_of
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.models import Booking, Observation


class NotObserved(ValidationError):
    """Raised when a grade cannot be recorded so."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of an area on a scale."""

    key: str
    scale: str
    grade: int
    note: str = ""


def record(
    by: User, booking: Booking, grades: Sequence[Grade], areas: Collection[str], now: datetime.datetime
) -> list[Observation]:
    """Save the grades of a visit, inside a transaction that holds its plan.

    Raises NotObserved for an area that is not of the visit, a scale it is not graded on, and a second grade.
    """
    if not grades:
        return []
    if by.role != User.Role.PROVIDER:
        raise NotObserved("Only a provider grades results.")
    standing = booking.observations.all().standing().values_list("key", "scale")
    refuse(grades, areas, set(standing))
    rows = Observation.objects.bulk_create(
        Observation(
            booking=booking,
            key=one.key,
            scale=one.scale,
            grade=one.grade,
            note=one.note,
            observed_by=by,
            observed_at=now,
        )
        for one in grades
    )
    facts = {"grades": [[one.key, one.scale, one.grade] for one in grades]}
    AuditEntry.objects.record(by=by, action="visit.observed", on=booking, **facts)
    return rows


def refuse(grades: Sequence[Grade], areas: Collection[str], standing: Collection[tuple[str, str]]) -> None:
    """Raise NotObserved for what cannot be recorded."""
    for one in grades:
        known = {scale.key: dict(scale.grades) for scale in scales_of(one.key)}
        if one.key not in areas:
            raise NotObserved(f"{one.key} is no area of this visit.")
        if one.grade not in known.get(one.scale, {}):
            raise NotObserved(f"{one.key} is not graded {one.grade} on the scale {one.scale}.")
        if (one.key, one.scale) in standing:
            raise NotObserved("This was graded already at this visit. Withdraw the wrong grade first.")


@as_one
def enter(
    *, by: User, booking: Booking, grades: Sequence[Grade], now: datetime.datetime
) -> list[Observation]:
    """Record grades of a completed visit that are missing, or that were withdrawn as wrong."""
    locked_plan(booking.plan_id)
    found = Booking.objects.select_for_update(of=("self",)).with_details().get(pk=booking.pk)
    if found.status != Booking.Status.COMPLETED:
        raise NotObserved("The visit is not completed yet. Complete it first.")
    return record(by, found, grades, {one.key for one in found.sessions.all()}, now)


@as_one
def withdraw(*, by: User, observation: Observation, now: datetime.datetime) -> Observation:
    """Take back a grade that was recorded wrongly; it stays on record, marked."""
    locked_plan(observation.booking.plan_id)
    rows = Observation.objects.standing().select_for_update(of=("self",))
    found = rows.filter(pk=observation.pk).first()
    if found is None:
        raise NotObserved("This grade was withdrawn already.")
    Observation.objects.filter(pk=found.pk).update(withdrawn_at=now)
    facts = {"observation": found.pk, "key": found.key, "scale": found.scale}
    AuditEntry.objects.record(by=by, action="observation.withdrawn", on=found.booking, **facts)
    found.withdrawn_at = now
    return found
