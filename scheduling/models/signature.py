"""A provider's signature under one version of a plan."""

import datetime
import hashlib
import json
from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils import timezone

from scheduling.models.plan import PlanVersion
from treatments.models.versions import WrittenOnceModel, WrittenOnceQuerySet

SALT = "scheduling.signature"
MEANING = "I have reviewed this plan and approve it: it may be booked and shown to the patient."


def signed_bytes(version: PlanVersion) -> bytes:
    """Give what a signature is bound to: whose plan it is, which version, and its whole content.

    JSON with sorted keys and no spaces, in ASCII, so that every database gives the same bytes back.
    """
    facts = {
        "patient": version.plan.patient_id,
        "plan": version.plan.number,
        "version": version.number,
        "library": version.library_version,
        "content": version.content,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode("ascii")


class SignatureQuerySet(WrittenOnceQuerySet):
    """Sets of signatures."""

    def visible_to(self, user):
        """Keep the signatures under the plans the person may see."""
        return self.filter(version__in=PlanVersion.objects.visible_to(user))

    def standing(self):
        """Keep those that no later edit made void."""
        return self.filter(voided_at=None)


class Signature(WrittenOnceModel):
    """Who approved a version, under which printed name, when, and what that means.

    `content_hash` is the SHA-256 of `signed_bytes`; `seal` is that hash with signer, time and meaning,
    signed with the practice's secret key, so that a change of either in the database shows.
    """

    CHANGEABLE: ClassVar[frozenset[str]] = frozenset({"voided_at", "voided_because"})

    version = models.OneToOneField(PlanVersion, on_delete=models.PROTECT, related_name="signature")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_name = models.CharField(max_length=200)
    meaning = models.CharField(max_length=300, default=MEANING)
    signed_at = models.DateTimeField(default=timezone.now)
    content_hash = models.CharField(max_length=64)
    seal = models.TextField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_because = models.CharField(max_length=300, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(printed_name="") & ~Q(meaning="") & ~Q(content_hash="") & ~Q(seal=""),
                name="signature_whole",
                violation_error_message="A signature has a printed name, a meaning, a hash and a seal.",
            ),
        ]

    def __str__(self):
        return f"{self.printed_name}, {self.signed_at:%Y-%m-%d %H:%M}"

    @property
    def is_standing(self) -> bool:
        """Whether no later edit made it void."""
        return self.voided_at is None

    def facts(self) -> dict[str, object]:
        """Give what the seal is over; the time in UTC, as it comes back from the database."""
        return {
            "version": self.version_id,
            "hash": self.content_hash,
            "signer": self.signer_id,
            "name": self.printed_name,
            "meaning": self.meaning,
            "at": self.signed_at.astimezone(datetime.UTC).isoformat(),
        }

    def seal_now(self) -> str:
        """Give the seal over what stands here; it is kept in `seal`."""
        return signing.Signer(salt=SALT).sign_object(self.facts())

    def verifies(self) -> bool:
        """Whether the version's bytes and the signature's own words are those that were signed."""
        try:
            sealed = signing.Signer(salt=SALT).unsign_object(self.seal)
        except signing.BadSignature:
            return False
        found = hashlib.sha256(signed_bytes(self.version)).hexdigest()
        return sealed == self.facts() and found == self.content_hash


def sign(version: PlanVersion, *, signer, printed_name: str, meaning: str, at) -> Signature:
    """Make a signature under a version, sealed and not yet saved."""
    found = Signature(
        version=version,
        signer=signer,
        printed_name=printed_name,
        meaning=meaning,
        signed_at=at,
        content_hash=hashlib.sha256(signed_bytes(version)).hexdigest(),
    )
    found.seal = found.seal_now()
    return found
