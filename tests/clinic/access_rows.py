"""Who may use the clinic's routes, and the routes django-allauth brings."""

from tests.access import COORDINATOR, PROVIDER, STAFF, Row

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
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "usersessions_list",
)
KEYS = {
    "account_confirm_email": {"key": "abc"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc"},
}

ROWS = {
    "clinic:home": Row(),
    "clinic:patients": Row(get=STAFF),
    "clinic:patient_create": Row(get=BOOKERS, post=BOOKERS),
    "clinic:patient_edit": Row(
        get=BOOKERS,
        post=BOOKERS,
        own=lambda world: {"pk": world.patient.pk},
        foreign=lambda world: {"pk": world.stranger.pk},
    ),
    "clinic:demo_sign_in": Row(library=True),
    "clinic:healthz": Row(public=True),
    "clinic:readyz": Row(public=True),
    "clinic:favicon": Row(public=True),
} | {name: Row(library=True, own=lambda world, name=name: KEYS.get(name, {})) for name in ALLAUTH}
