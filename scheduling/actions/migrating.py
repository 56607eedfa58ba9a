"""Migrating a plan to a protocol's signed version: another version of the plan, to be signed anew."""

import datetime
import uuid
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError

from clinic.models import User
from scheduling.actions.plans import Overtaken, revise
from scheduling.intake.recommend import Stop
from scheduling.lab.impact import CHANGES, UNAFFECTED
from scheduling.lab.subjects import subjects
from scheduling.lab.trial import Trial
from scheduling.models import PlanVersion
from treatments.models import ProtocolVersion

PLACE = uuid.UUID("9a3d8b56-7c0e-4d0c-9a52-3f6f5b0f6a11")


class NotMigrated(ValidationError):
    """Raised when a plan cannot be migrated as it stands, with what would work."""

    def __init__(self, text: str):
        super().__init__(text, code="not_migrated")


class Unchanged(ValidationError):
    """Raised when a change of a protocol does nothing to a plan."""

    def __init__(self, text: str):
        super().__init__(text, code="unchanged")


def migrate(
    *,
    by: User,
    version: PlanVersion,
    trial: Trial,
    now: datetime.datetime,
    patience: Callable[[], Stop | None] = lambda: None,
) -> PlanVersion:
    """Propose a plan anew by a protocol's signed version, in the place of `version`, which was looked at.

    `version` comes `with_details`; its signature is void then, and booked visits stay where they are. The
    same plan, version and draft again give the version that was made, and save nothing. Raises NotMigrated,
    Unchanged, and what `revise` raises.
    """
    if by.role not in (User.Role.PROVIDER, User.Role.MANAGER):
        raise PermissionDenied("Only a provider or manager migrates plans.")
    key = key_of(trial, version)
    if made := PlanVersion.objects.filter(key=key).first():
        return made
    target = followed(trial)
    current = version.plan.versions.current().get()
    if current.pk != version.pk:
        raise Overtaken(current.number)
    impact = trial.impact(subjects([version], now)[0], patience())
    if impact.state == UNAFFECTED:
        raise Unchanged(impact.why)
    if impact.state != CHANGES or impact.found is None:
        raise NotMigrated(f"{impact.why} The plan stays as it is; change it on its own page.")
    reason = f"Follows version {target.number} of {trial.draft.protocol}: {target.reason}"[:300]
    return revise(
        by=by,
        plan=version.plan,
        seen=version.number,
        found=impact.found,
        library=trial.library,
        now=now,
        reason=reason,
        key=key,
    )


def followed(trial: Trial) -> ProtocolVersion:
    """The version a draft became and that is in force; NotMigrated when there is none."""
    if trial.target is None:
        raise NotMigrated("This change is not signed yet. Sign it first; nothing follows a draft.")
    if not trial.target.is_active:
        number = trial.target.number
        text = f"Version {trial.active.number} is in force now, not {number}: nothing new follows it."
        raise NotMigrated(text)
    return trial.target


def key_of(trial: Trial, version: PlanVersion) -> uuid.UUID:
    """What makes migrating one version of a plan to one draft happen once."""
    return uuid.uuid5(PLACE, f"{trial.draft.pk}:{version.plan_id}:{version.number}")
