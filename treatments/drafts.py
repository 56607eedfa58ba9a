"""A change of a protocol in the lab: drafted, put aside, or signed and in force from then on."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from clinic.models import AuditEntry, User
from clinic.text import is_blank
from treatments.actions import changed_protocol, edit_protocol, lock, own_source, refuse
from treatments.citations import Citation
from treatments.models import Protocol, ProtocolDraft, ProtocolVersion
from treatments.protocols import Expectation
from treatments.protocols import Protocol as ProtocolRecord

MEANING = "I have read this change and what it does to open plans: new plans follow it from now on."
SOURCE, WORDS = "source", "expectations"


class Closed(ValidationError):
    """Raised when a draft was signed or put aside already."""

    def __init__(self, draft: ProtocolDraft):
        done = "signed" if draft.signed_at else "discarded"
        super().__init__(f"This draft is {done} already. Draft another change.", code="closed")


class Outdated(ValidationError):
    """Raised when the version that a draft changes is no longer in force."""

    def __init__(self, draft: ProtocolDraft, active: ProtocolVersion):
        text = (
            f"Version {active.number} was saved since this draft was made on version {draft.base.number}. "
            "See what changed, then edit the draft: it is kept as it is and put on the version in force."
        )
        super().__init__(text, code="overtaken")


@transaction.atomic
def draft(
    *,
    by: User,
    protocol: Protocol,
    changes: Mapping[str, Any],
    reason: str,
    source: Citation | None = None,
    seen: int | None = None,
) -> ProtocolDraft:
    """Keep a change of a protocol as its open draft; nothing follows it until it is signed.

    The same checks as for an edit, and the reason is always needed. An open draft of the protocol takes the
    new values, on the version that is in force now. Raises what `edit_protocol` raises.
    """
    refuse_others(by)
    active = lock(protocol, seen)
    if is_blank(reason):
        raise ValidationError({"reason": "Say why. It stands in the history once the change is signed."})
    before = active.as_record()
    refuse(before, changed_protocol(before, changes, source or own_source(by)), reason)
    found = ProtocolDraft.objects.open().filter(protocol=protocol).first() or ProtocolDraft(protocol=protocol)
    verb = "drafted" if found.pk is None else "redrafted"
    found.base, found.reason, found.drafted_by = active, reason, by
    found.changes = written(changes, source)
    found.full_clean()
    found.save()
    facts = {"draft": found.pk, "base": active.number, "reason": reason}
    AuditEntry.objects.record(by=by, action=f"protocol.{verb}", on=protocol, **facts)
    return found


@transaction.atomic
def discard(*, by: User, draft: ProtocolDraft, now: datetime.datetime) -> ProtocolDraft:
    """Put an open draft aside for good; Closed when it is signed or put aside already."""
    refuse_others(by)
    found = opened(draft)
    found.discarded_at = now
    found.save(update_fields=["discarded_at"])
    AuditEntry.objects.record(by=by, action="protocol.draft_discarded", on=found.protocol, draft=found.pk)
    return found


@transaction.atomic
def sign(*, by: User, draft: ProtocolDraft, now: datetime.datetime, meaning: str = MEANING) -> ProtocolDraft:
    """Sign a draft: it becomes the version in force, with the signer's printed name under it.

    Plans made before keep the numbers they copied. Raises PermissionDenied for anybody but a provider or
    manager who works somewhere, Closed, Outdated when the version it changes is no longer in force, and
    what `edit_protocol` raises.
    """
    refuse_others(by)
    found = opened(draft)
    active = lock(found.protocol)
    if active.pk != found.base_id:
        raise Outdated(found, active)
    changes, source = changes_of(found)
    facts = {"changes": changes, "source": source, "reason": found.reason, "seen": active.number}
    found.version = edit_protocol(by=by, protocol=found.protocol, **facts)
    found.signed_by, found.signed_at, found.printed_name = by, now, printed_name(by)
    found.save(update_fields=["version", "signed_by", "signed_at", "printed_name"])
    detail: dict[str, Any] = {"draft": found.pk, "printed_name": found.printed_name, "meaning": meaning}
    detail["version"] = found.version.number
    AuditEntry.objects.record(by=by, action="protocol.signed", on=found.protocol, **detail)
    return found


def refuse_others(by: User) -> None:
    """Raise PermissionDenied for anybody but the providers and managers who work at a location."""
    may = by.role in (User.Role.PROVIDER, User.Role.MANAGER) and by.locations.exists()
    if not may:
        raise PermissionDenied("Only a provider or manager who works here changes protocols.")


def opened(draft: ProtocolDraft) -> ProtocolDraft:
    """Hold the row of a draft that is still open; Closed when it is not."""
    found = ProtocolDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if found.signed_at or found.discarded_at:
        raise Closed(found)
    return found


def printed_name(by: User) -> str:
    """The name that stands under what somebody signs: a provider's own, a manager's with the role."""
    provider = getattr(by, "provider", None)
    return provider.signs_as if provider else f"{by.name}, {by.get_role_display().lower()}"


def written(changes: Mapping[str, Any], source: Citation | None) -> dict[str, Any]:
    """Changes as JSON: sentences for patients as [rule, text], the source under a name of its own."""
    found = dict(changes)
    if WORDS in found:
        found[WORDS] = [[one.rule, one.text] for one in found[WORDS]]
    return found | ({SOURCE: [source.grade, source.source]} if source else {})


def changes_of(draft: ProtocolDraft) -> tuple[dict[str, Any], Citation | None]:
    """The changes of a draft as `edit_protocol` takes them, and the source of what they change."""
    found = dict(draft.changes)
    source = found.pop(SOURCE, None)
    if WORDS in found:
        found[WORDS] = tuple(Expectation(rule, text) for rule, text in found[WORDS])
    return found, Citation(*source) if source else None


def drafted_record(draft: ProtocolDraft, base: ProtocolVersion) -> ProtocolRecord:
    """The protocol as a draft would make it of `base`, a version with details."""
    changes, source = changes_of(draft)
    return changed_protocol(base.as_record(), changes, source or own_source(draft.drafted_by))
