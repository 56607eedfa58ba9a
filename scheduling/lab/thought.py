"""What the planner came to for one plan, sealed into the page that shows it.

Migrating from that page takes what was shown: nothing is worked out again, so nothing else can come of it.
"""

from django.core import signing

from scheduling.intake.recommendation import Recommendation
from scheduling.intake.stored import restore, store
from scheduling.models import PlanVersion
from treatments.models import ProtocolDraft

SALT = "scheduling.lab.thought"


def seal(draft: ProtocolDraft, version: PlanVersion, found: Recommendation) -> str:
    """A solved recommendation for a plan as text that nobody can change, bound to the draft and version."""
    return signing.dumps([draft.pk, version.pk, store(found)], salt=SALT, compress=True)


def opened(text: str, draft: ProtocolDraft, version: PlanVersion) -> Recommendation | None:
    """The recommendation that was sealed for this draft and version; None for any other text."""
    try:
        *whose, content = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return restore(content) if whose == [draft.pk, version.pk] else None
