"""Invitations: the way in for somebody who has no account yet."""

import datetime
import secrets
import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from clinic.actions.users import add_user
from clinic.models import AuditEntry, Invitation, Location, Patient, User
from clinic.models.invitation import LASTS, InvitationQuerySet, hashed


@transaction.atomic
def invite(
    *,
    by: User,
    email: str,
    name: str,
    role: str,
    now: datetime.datetime,
    patient: Patient | None = None,
    locations: Iterable[Location] = (),
) -> Invitation:
    """Invite a patient to their record, or somebody to work at locations, and mail them the link.

    An earlier invitation to the same ends, so only the newest link works; one to locations of which the
    inviter has no say stays. The link is in the mail alone: neither the database nor the audit holds it.
    Raises ValidationError naming the field.
    """
    email, places = plain_address(email), list(locations)
    refuse_what_cannot_join(email, role, patient, places)
    token = secrets.token_urlsafe(32)
    facts = {"email": email, "name": name, "role": role, "patient": patient, "invited_by": by}
    invitation = Invitation(**facts, token_hash=hashed(token), invited_at=now, expires_at=now + LASTS)
    invitation.full_clean()
    for earlier in replaced(by, email, patient, now):
        revoke(by=by, invitation=earlier, now=now)
    invitation.save()
    invitation.locations.set(places)
    AuditEntry.objects.record(by=by, action="invitation.sent", on=invitation, role=role)
    transaction.on_commit(lambda: mail(invitation, token))
    return invitation


def replaced(by: User, email: str, patient: Patient | None, now: datetime.datetime) -> list[Invitation]:
    """List the open invitations to the same that the inviter may end: to their own locations alone."""
    found = Invitation.objects.open(now)
    if patient:
        return list(found.filter(patient=patient))
    foreign = Location.objects.exclude(pk__in=by.locations.values("pk"))
    return list(found.filter(email=email, patient=None).exclude(locations__in=foreign))


def plain_address(email: str) -> str:
    """Write an address in the one form we keep, so that no other spelling of it is somebody else."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def refuse_what_cannot_join(
    email: str, role: str, patient: Patient | None, locations: list[Location]
) -> None:
    """Raise for somebody who has an account already, and for staff who would work nowhere."""
    if patient and patient.user_id:
        raise ValidationError(f"{patient.full_name} already has an account.", code="joined")
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": "Another account already uses this e-mail address."})
    if role != User.Role.PATIENT and not locations:
        raise ValidationError({"locations": "Choose where they will work."})


def mail(invitation: Invitation, token: str) -> None:
    """Send the link, the one time it exists."""
    link = settings.SITE_URL.rstrip("/") + reverse("clinic:invitation", args=[token])
    body = render_to_string("email/invitation.txt", {"invitation": invitation, "link": link})
    send_mail("Your account at the practice", body, settings.DEFAULT_FROM_EMAIL, [invitation.email])


@transaction.atomic
def revoke(*, by: User, invitation: Invitation, now: datetime.datetime) -> Invitation:
    """End an invitation that nobody accepted; twice is the same as once."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        AuditEntry.objects.record(by=by, action="invitation.revoked", on=invitation)
    return invitation


def usable(invitations: InvitationQuerySet, token: str, now: datetime.datetime) -> Invitation | None:
    """Give the one of these invitations that a token still makes an account of; None when it makes none.

    That is when the token is wrong, used, revoked or too old, when who invited staff may not do so any more,
    and when there is an account of that address or for that patient by now: an account that exists is never
    changed by an invitation.
    """
    found = invitations.open(now).with_token(token).first()
    if found is None or User.objects.filter(email__iexact=found.email).exists():
        return None
    may_join = not found.patient.user_id if found.patient else still_invites(found)
    return found if may_join else None


@transaction.atomic
def accept(*, token: str, password: str, now: datetime.datetime) -> User | None:
    """Make the account a usable invitation is for, with its password; None when it makes none."""
    found = usable(Invitation.objects.select_for_update(of=("self",)), token, now)
    if found is None:
        return None
    try:
        user = add_user(
            by=found.invited_by,
            email=found.email,
            name=found.name,
            role=found.role,
            locations=found.locations.all(),
            password=password,
        )
    except ValidationError:
        return None
    if found.patient:
        Patient.objects.filter(pk=found.patient.pk).update(user=user)
    found.accepted_at, found.accepted_by = now, user
    found.save(update_fields=["accepted_at", "accepted_by"])
    AuditEntry.objects.record(by=user, action="invitation.accepted", on=found, role=found.role)
    return user


def still_invites(invitation: Invitation) -> bool:
    """Tell whether who invited somebody of the staff still manages every location they would work at."""
    by = invitation.invited_by
    foreign = invitation.locations.exclude(pk__in=Location.objects.managed_by(by))
    return by.is_active and not foreign.exists()
