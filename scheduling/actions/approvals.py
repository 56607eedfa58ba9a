"""A provider's word on a plan."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, User
from scheduling.models import Plan, PlanVersion


@transaction.atomic
def approve(*, by: User, version: PlanVersion, now: datetime.datetime) -> PlanVersion:
    """Approve the current version of a plan, so that it can be booked.

    Raises PermissionDenied for anybody but a provider, ValidationError when another version took its place.
    """
    if by.role != User.Role.PROVIDER:
        raise PermissionDenied("Only a provider may approve a plan.")
    plan = Plan.objects.select_for_update(of=("self",)).with_details().get(pk=version.plan_id)
    found = plan.versions.current().get()
    if found.pk != version.pk:
        text = f"Version {found.number} was proposed meanwhile. Look at it before you approve."
        raise ValidationError(text, code="overtaken")
    if found.is_approved:
        return found
    plan.versions.filter(pk=found.pk).update(
        status=PlanVersion.Status.APPROVED, approved_by=by, approved_at=now
    )
    AuditEntry.objects.record(by=by, action="plan.approved", on=plan, version=found.number)
    return plan.versions.get(pk=found.pk)
