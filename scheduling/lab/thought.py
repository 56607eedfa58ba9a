"""What the planner came to for one plan, sealed into the page that shows it.

Migrating from that page takes what was shown: nothing is worked out again, so nothing else can come of it.
It stands for a quarter of an hour; who comes back later is asked to think again.
"""

import datetime

from django.core import signing
from django.core.exceptions import ValidationError

from scheduling.intake.recommendation import Recommendation
from scheduling.intake.stored import restore, store
from scheduling.models import PlanVersion
from treatments.models import ProtocolDraft

SALT = "scheduling.lab.thought"
KEPT_FOR = datetime.timedelta(minutes=15)


class NotShown(ValidationError):
    """Raised when what was sent along is not, or no longer, what a page showed."""

    def __init__(self, why: str):
        super().__init__(f"{why} Think again.", code="not_shown")


def seal(draft: ProtocolDraft, version: PlanVersion, found: Recommendation) -> str:
    """A solved recommendation for a plan as text that nobody can change, bound to the draft and version."""
    return signing.dumps([draft.pk, version.pk, store(found)], salt=SALT, compress=True)


def opened(text: str, draft: ProtocolDraft, version: PlanVersion) -> Recommendation:
    """The recommendation that was sealed for this draft and version.

    Raises NotShown when it is older than a quarter of an hour, and for any other text.
    """
    try:
        *whose, content = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
    except signing.SignatureExpired:
        raise NotShown("What was shown is more than 15 minutes old.") from None
    except signing.BadSignature:
        raise NotShown("What was sent is not what was shown.") from None
    if whose != [draft.pk, version.pk]:
        raise NotShown("What was sent was shown of another plan or change.")
    return restore(content)
