"""What a discussion between provider and patient came to, recorded on the plan."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, User
from scheduling.actions.plans import revise
from scheduling.composing.words import OUTCOMES
from scheduling.intake.intake import Discussed
from scheduling.intake.recommendation import Recommendation
from scheduling.models import PlanVersion
from scheduling.plan_page.overview import topic_name
from treatments.protocols import Library


@transaction.atomic
def settle(
    *,
    by: User,
    version: PlanVersion,
    said: Discussed,
    found: Recommendation,
    library: Library,
    now: datetime.datetime,
) -> PlanVersion:
    """Propose what a plan becomes by the outcome of a discussion, as its next version, to be signed.

    `found` is solved from the plan's intake with `said` in it. Raises PermissionDenied for anybody but a
    provider, ValidationError when `said` is not in it, and whatever `revise` raises.
    """
    refuse(by, said, found)
    plan, seen, reason = version.plan, version.number, reason_of(version, said)
    after = revise(by=by, plan=plan, seen=seen, found=found, library=library, now=now, reason=reason)
    detail = {"version": after.number, "topic": said.topic, "outcome": said.outcome, "reason": said.reason}
    AuditEntry.objects.record(by=by, action="plan.discussed", on=plan, **detail)
    return after


def refuse(by: User, said: Discussed, found: Recommendation) -> None:
    """Raise for anybody but a provider, and for an outcome that the plan was not made from."""
    if by.role != User.Role.PROVIDER or not hasattr(by, "provider"):
        raise PermissionDenied("Only a provider records what a discussion came to.")
    if said not in found.intake.discussed:
        raise ValidationError("The plan was not made from this outcome.", code="topic")


def reason_of(version: PlanVersion, said: Discussed) -> str:
    """Why the next version is proposed: what was discussed, and what it came to."""
    name = topic_name(said.topic, version.names)
    return f"Discussed: {name}. Outcome: {OUTCOMES[said.outcome].lower()}."[:300]
