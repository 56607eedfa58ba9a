"""A provider's word on a plan: signed, or declined with the reason."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, User
from clinic.text import is_blank
from scheduling.actions.outbox import tell_signed
from scheduling.models import Plan, PlanVersion
from scheduling.models.signature import MEANING, sign
from scheduling.review.waits import Waits

RULES = 4  # as many rules as a signature's meaning has room for beside the reason


@transaction.atomic
def approve(
    *,
    by: User,
    version: PlanVersion,
    now: datetime.datetime,
    meaning: str = MEANING,
    override: str = "",
    tells: bool = True,
) -> PlanVersion:
    """Sign the current version of a plan, so that it can be booked and its patient can see it.

    The signature carries the provider's printed name and is bound to the bytes of this version. `override`
    is the reason to set a rule aside: it becomes part of the signature's meaning, and so of what is sealed.
    Without `tells` the patient gets no message.
    Raises PermissionDenied for anybody but a provider, ValidationError when another version took its place,
    when the plan was declined, and when it goes against a rule and no reason is given (code "override").
    """
    plan, found = locked(by, version, "approve")
    if found.is_approved:
        return found
    if found.status == PlanVersion.Status.DECLINED:
        raise ValidationError("This version was declined. Adjust the plan, and sign what it becomes.")
    meaning = meant(found, meaning, override)
    signature = sign(found, signer=by, printed_name=by.provider.signs_as, meaning=meaning, at=now)
    signature.save()
    plan.versions.filter(pk=found.pk).update(
        status=PlanVersion.Status.APPROVED, approved_by=by, approved_at=now
    )
    facts = {"version": found.number, "hash": signature.content_hash}
    AuditEntry.objects.record(by=by, action="plan.approved", on=plan, **facts)
    if tells:
        tell_signed(found, plan.patient, now)
    return plan.versions.get(pk=found.pk)


@transaction.atomic
def decline(*, by: User, version: PlanVersion, because: str, now: datetime.datetime) -> PlanVersion:
    """Send the current version back to who proposed it, with the reason.

    Raises PermissionDenied for anybody but a provider, ValidationError without a reason, for a version that
    is signed, and when another one took its place.
    """
    plan, found = locked(by, version, "decline")
    if found.status != PlanVersion.Status.PROPOSED:
        raise ValidationError(f"This version is {found.get_status_display().lower()} already.")
    if is_blank(because):
        raise ValidationError({"because": "Say what should change, so that it can be adjusted."})
    plan.versions.filter(pk=found.pk).update(
        status=PlanVersion.Status.DECLINED, declined_by=by, declined_at=now, declined_because=because
    )
    AuditEntry.objects.record(by=by, action="plan.declined", on=plan, version=found.number, because=because)
    return plan.versions.get(pk=found.pk)


def meant(version: PlanVersion, meaning: str, override: str) -> str:
    """Give the meaning of a signature: with a reason, that reason and the rules it is about."""
    found = Waits(version)
    if is_blank(override):
        if found.set_aside:
            names = ", ".join(found.set_aside)
            raise ValidationError(f"This plan sets aside {names}. Sign it with a reason.", code="override")
        return meaning
    verb = "Set aside" if found.set_aside else "Acknowledged"
    rules = found.set_aside or tuple(dict.fromkeys(one.rule for one in found.deviations))
    about = f" {verb} with a reason ({', '.join(rules[:RULES])}): " if rules else " Reason: "
    return f"{meaning}{about}{override.strip()}"


def locked(by: User, version: PlanVersion, verb: str) -> tuple[Plan, PlanVersion]:
    """Lock a plan for a provider's word; PermissionDenied and ValidationError as the verbs say."""
    if by.role != User.Role.PROVIDER or not hasattr(by, "provider"):
        raise PermissionDenied(f"Only a provider may {verb} a plan.")
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=version.plan_id)
    found = plan.versions.current().get()
    if found.pk != version.pk:
        text = f"Version {found.number} was proposed meanwhile. Look at it before you {verb}."
        raise ValidationError(text, code="overtaken")
    return plan, found
