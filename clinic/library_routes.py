"""What the routes answer whose views say too little of themselves: django-allauth's, and the demo's own.

Each row has the answers to GET and POST (with nothing filled in) of strangers, then of people who are signed
in, whatever their role: nothing there is somebody else's. tests/test_access.py asks every one of them.
"""

STRANGER = "stranger"
OK, SIGN_IN, ONWARD, MISSING, NO_METHOD = "ok", "sign in", "leads on", "404", "405"
Answers = tuple[str, str, str, str]

FOR_ALL = (OK, OK, OK, OK)
READ_BY_ALL = (OK, NO_METHOD, OK, NO_METHOD)
BEFORE_SIGN_IN = (OK, OK, ONWARD, ONWARD)
MID_SIGN_IN = (SIGN_IN, SIGN_IN, ONWARD, ONWARD)
OWN_FORM = (SIGN_IN, SIGN_IN, OK, OK)
OWN_LIST = (SIGN_IN, SIGN_IN, OK, ONWARD)
OWN_PAGE = (SIGN_IN, SIGN_IN, OK, NO_METHOD)
OWN_FACTOR = (SIGN_IN, SIGN_IN, MISSING, MISSING)  # of a factor that nobody of the test has

ANSWERS: dict[str, Answers] = {
    "account_change_password": OWN_FORM,
    "account_confirm_email": (OK, MISSING, OK, MISSING),
    "account_confirm_login_code": (ONWARD, ONWARD, ONWARD, ONWARD),
    "account_email": OWN_LIST,
    "account_email_verification_sent": READ_BY_ALL,
    "account_inactive": READ_BY_ALL,
    "account_login": BEFORE_SIGN_IN,
    "account_logout": (SIGN_IN, SIGN_IN, OK, SIGN_IN),
    "account_reauthenticate": OWN_FORM,
    "account_request_login_code": BEFORE_SIGN_IN,
    "account_reset_password": FOR_ALL,
    "account_reset_password_done": READ_BY_ALL,
    "account_reset_password_from_key": FOR_ALL,
    "account_reset_password_from_key_done": READ_BY_ALL,
    "account_set_password": MID_SIGN_IN,
    "account_signup": BEFORE_SIGN_IN,
    "mfa_activate_totp": OWN_FORM,
    "mfa_add_webauthn": OWN_FORM,
    "mfa_authenticate": MID_SIGN_IN,
    "mfa_deactivate_totp": OWN_FACTOR,
    "mfa_download_recovery_codes": OWN_FACTOR,
    "mfa_edit_webauthn": OWN_FACTOR,
    "mfa_generate_recovery_codes": OWN_FORM,
    "mfa_index": OWN_PAGE,
    "mfa_list_webauthn": OWN_PAGE,
    "mfa_login_webauthn": MID_SIGN_IN,
    "mfa_reauthenticate": MID_SIGN_IN,
    "mfa_reauthenticate_webauthn": MID_SIGN_IN,
    "mfa_remove_webauthn": OWN_FACTOR,
    "mfa_view_recovery_codes": (SIGN_IN, SIGN_IN, MISSING, NO_METHOD),
    "usersessions_list": OWN_LIST,
    # Outside the demo practice; there it signs anybody in.
    "clinic:demo_sign_in": (NO_METHOD, MISSING, NO_METHOD, MISSING),
}


def library_answer(name: str, method: str, role: str) -> str:
    """What a route answers a role; `unknown` for one without a row here."""
    row = ANSWERS.get(name)
    if row is None:
        return "unknown"
    return row[(0 if role == STRANGER else 2) + (method == "POST")]
