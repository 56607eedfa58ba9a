"""Plans of the neck that follow a protocol, and changes of it to try."""

import re

from django.urls import reverse

from clinic.models import Patient, User
from scheduling.intake.recommendation import Recommendation
from scheduling.lab.impact import Impact
from scheduling.lab.subjects import subjects
from scheduling.lab.trial import Trial
from scheduling.models import PlanVersion
from tests.scheduling.builders import NOON
from tests.scheduling.practice import approved_plan, book_all
from treatments import drafts
from treatments.models import Protocol, ProtocolDraft

NECK = "mesobotox.neck"
SLOWER = {"window.minimum": "P100D", "window.start": "P104D"}
DOSE_NOTE = {"dose.note": "Less near the midline"}


def booked_plan(
    patient: Patient, by: User, provider: User, found: Recommendation | None = None
) -> PlanVersion:
    """An approved plan, of the neck unless told, with every visit booked."""
    version = approved_plan(patient, by, provider, found)
    book_all(version, by)
    return version


def drafted(by: User, changes: dict | None = None, reason: str = "Slower is enough") -> ProtocolDraft:
    """A draft of the neck: slower unless told."""
    protocol = Protocol.objects.get(key=NECK)
    return drafts.draft(by=by, protocol=protocol, changes=changes or SLOWER, reason=reason)


def signed(by: User, changes: dict | None = None) -> ProtocolDraft:
    """A signed change of the neck."""
    return drafts.sign(by=by, draft=drafted(by, changes), now=NOON)


def tried(draft: ProtocolDraft, version: PlanVersion, now=NOON, stop=None) -> Impact:
    """What a draft would do to a plan."""
    version = PlanVersion.objects.with_details().get(pk=version.pk)
    return Trial(draft).impact(subjects([version], now)[0], stop)


def readable(response) -> str:
    """Give the text of an answer as a reader sees it."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page(browser, draft: ProtocolDraft, **query):
    """Open a draft's page."""
    return browser.get(reverse("scheduling:lab_impact", args=[draft.pk]), query)
