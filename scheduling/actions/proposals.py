"""What is done with a proposal to change a course: accepting leads to the composer, dismissing ends it."""

import datetime

from django.core.exceptions import ValidationError

from clinic.models import AuditEntry, User
from clinic.text import is_blank
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.models import Plan


class NotDismissed(ValidationError):
    """Raised when a proposal cannot be dismissed so."""


@as_one
def dismiss(
    *, by: User, plan: Plan, series: str, round: int, kind: str, reason: str, now: datetime.datetime
) -> AuditEntry:
    """Record that a proposal was seen and not followed: it is not shown again for that round.

    Raises NotDismissed without a reason, or from anybody but a provider.
    """
    if by.role != User.Role.PROVIDER:
        raise NotDismissed("Only a provider decides on a proposal.")
    if is_blank(reason):
        raise NotDismissed("Say why the course stays as it is.")
    locked_plan(plan.pk)
    facts = {"series": series, "round": round, "kind": kind, "reason": reason}
    return AuditEntry.objects.record(by=by, action="proposal.dismissed", on=plan, **facts)
