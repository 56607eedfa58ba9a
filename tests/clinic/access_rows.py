"""Who may use the clinic's routes, and the routes django-allauth brings."""

import datetime

from django.utils import timezone

from clinic.models import Invitation, Patient
from clinic.models.invitation import hashed
from tests.access import COORDINATOR, EVERYONE, PROVIDER, STAFF, Row, World

BOOKERS = (COORDINATOR, PROVIDER)
ALLAUTH = (
    "account_change_password",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "account_signup",
    "mfa_activate_totp",
    "mfa_authenticate",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "usersessions_list",
)
KEYS = {
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
    "account_confirm_email": {"key": "abc"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc"},
}


def invitation_of(world: World, patient: Patient) -> Invitation:
    """Give an open invitation of a patient; its token is `token-` and their number."""
    ends = timezone.now() + datetime.timedelta(days=1)
    facts = {"email": "new@example.com", "name": "New", "role": "patient", "expires_at": ends}
    key = hashed(f"token-{patient.pk}")
    return Invitation.objects.get_or_create(
        token_hash=key, patient=patient, defaults=facts | {"invited_by": world.people[COORDINATOR]}
    )[0]


def token_of(world: World) -> str:
    """Give the token of an open invitation, of somebody who has no account yet."""
    born = {"birth_date": datetime.date(1990, 1, 2), "location": world.location}
    ida = Patient.objects.get_or_create(first_name="Ida", last_name="Holm", defaults=born)[0]
    return f"token-{invitation_of(world, ida).patient_id}"


ROWS = {
    "clinic:home": Row(leads=("/today/", "/my/plan/")),
    "clinic:patients": Row(get=STAFF),
    "clinic:patient_create": Row(get=BOOKERS, post=BOOKERS),
    "clinic:patient_edit": Row(
        get=BOOKERS,
        post=BOOKERS,
        own=lambda world: {"pk": world.patient.pk},
        foreign=lambda world: {"pk": world.stranger.pk},
    ),
    "clinic:invite_patient": Row(
        get=BOOKERS,
        post=BOOKERS,
        own=lambda world: {"pk": world.patient.pk},
        foreign=lambda world: {"pk": world.stranger.pk},
    ),
    "clinic:invitation_revoke": Row(
        get=None,
        post=BOOKERS,
        own=lambda world: {"pk": invitation_of(world, world.patient).pk},
        foreign=lambda world: {"pk": invitation_of(world, world.stranger).pk},
    ),
    "clinic:invitation": Row(post=EVERYONE, own=lambda world: {"token": token_of(world)}, public=True),
    "clinic:work": Row(get=STAFF),
    "clinic:work_as": Row(get=None, post=STAFF, data=lambda world: {"role": PROVIDER}),
    "clinic:session_end": Row(get=None, post=EVERYONE),
    "clinic:demo_sign_in": Row(library=True),
    "clinic:healthz": Row(public=True),
    "clinic:readyz": Row(public=True),
    "clinic:favicon": Row(public=True, leads=("/static/favicon",)),
} | {name: Row(library=True, own=lambda world, name=name: KEYS.get(name, {})) for name in ALLAUTH}
