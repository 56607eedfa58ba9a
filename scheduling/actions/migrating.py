"""Migrating a plan to a protocol's signed version: another version of the plan, to be signed anew."""

import datetime
import uuid
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError

from clinic.models import User
from scheduling.actions.plans import Overtaken, revise
from scheduling.intake.recommendation import Recommendation
from scheduling.lab.impact import UNAFFECTED, UNKNOWN, Impact
from scheduling.lab.subjects import Subject, subjects
from scheduling.lab.trial import Trial
from scheduling.models import PlanVersion
from treatments.models import ProtocolVersion

PLACE = uuid.UUID("9a3d8b56-7c0e-4d0c-9a52-3f6f5b0f6a11")


class NotMigrated(ValidationError):
    """Raised when a plan cannot be migrated as it stands, with what would work."""

    def __init__(self, text: str):
        super().__init__(text, code="not_migrated")


class NotProven(NotMigrated):
    """Raised when the best plan is not known in the time allowed: thinking longer may help."""


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
    think: Callable[[Subject], Impact] | None = None,
) -> PlanVersion:
    """Propose a plan anew by a protocol's signed version, in the place of `version`, which was looked at.

    `version` comes `with_details`; its signature is void then, and booked visits stay where they are.
    `think` says what the plan becomes: `Trial.impact` within a time, or `Trial.shown`; without it the planner
    has all the time it needs. The same plan, version and draft again give the version that was made, and
    save nothing. Raises NotMigrated, NotProven, Unchanged, and what `revise` raises.
    """
    if by.role not in (User.Role.PROVIDER, User.Role.MANAGER):
        raise PermissionDenied("Only a provider or manager migrates plans.")
    if made := PlanVersion.objects.filter(key=key_of(trial, version)).first():
        return made
    followed(trial)
    refuse_overtaken(version)
    one = subjects([version], now)[0]
    found = decided(think(one) if think else trial.impact(one, None))
    return propose_anew(by, version, trial, found, now)


def propose_anew(
    by: User, version: PlanVersion, trial: Trial, found: Recommendation, now: datetime.datetime
) -> PlanVersion:
    """Propose what was found in the place of a version, and say what it follows."""
    target = followed(trial)
    return revise(
        by=by,
        plan=version.plan,
        seen=version.number,
        found=found,
        library=trial.library,
        now=now,
        reason=f"Follows version {target.number} of {trial.draft.protocol}: {target.reason}"[:300],
        key=key_of(trial, version),
    )


def decided(impact: Impact) -> Recommendation:
    """What a plan becomes; Unchanged, NotProven or NotMigrated when that is nothing, or not known."""
    if impact.state == UNAFFECTED:
        raise Unchanged(impact.why)
    if impact.state == UNKNOWN:
        raise NotProven(f"{impact.why} The plan stays as it is.")
    if impact.found is None:
        raise NotMigrated(f"{impact.why} The plan stays as it is; change it on its own page.")
    return impact.found


def refuse_overtaken(version: PlanVersion) -> None:
    """Raise Overtaken when another version took the place of the one that was looked at."""
    current = version.plan.versions.current().get()
    if current.pk != version.pk:
        raise Overtaken(current.number)


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
