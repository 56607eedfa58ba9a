"""What every request passes through: text hardening, no caching, limits of sessions, a database away."""

import time
from urllib.parse import urlencode, urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from clinic.text import unstorable

LONGEST_QUERY_VALUE = 2_000
LONGEST_POSTED_VALUE = 100_000
# A session's last use is written down at most this often, as every time would be a write for each page.
NOTED_EVERY_SECONDS = 60
BEGAN, SEEN = "began_at", "seen_at"
# What somebody without a second factor may still do: set one up, prove who they are, sign out.
BEFORE_SECOND_FACTOR = (
    "mfa_",
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "clinic:demo_sign_in",
)


def refuse_broken_text(get_response):
    """Answer 400 to text that no database can keep or no person would type, before any view sees it."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if problem := broken_text(request):
            raise BadRequest(problem)

    middleware.process_view = process_view
    return middleware


def broken_text(request) -> str | None:
    """Say what is wrong with the path, the query or the posted fields; None when nothing is."""
    if character := unstorable(request.path):
        return f"The address holds the character {character}, which cannot be stored."
    for source, data, longest in (
        ("query", request.GET, LONGEST_QUERY_VALUE),
        ("form", request.POST, LONGEST_POSTED_VALUE),
    ):
        for name, values in data.lists():
            for text in (name, *values):
                if character := unstorable(text):
                    return f"A value in the {source} holds the character {character}, which cannot be stored."
                if len(text) > longest:
                    return f"A value in the {source} has {len(text):,} characters; {longest:,} is the most."
    return None


def no_store(get_response):
    """Keep pages out of every cache, so the back button after sign-out shows no patient."""

    def middleware(request):
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def lead_to_sign_in(get_response):
    """Lead the whole page to the sign-in when htmx asked for a part of it and the session has ended.

    A redirect would be followed by the browser and the sign-in page put where the part belongs. So would
    the pages that ask somebody again who they are, or for their second factor.
    """

    def middleware(request):
        response = get_response(request)
        target = response.headers.get("Location", "")
        if not request.headers.get("hx-request") or not target.startswith("/accounts/"):
            return response
        if target.startswith(sign_in := reverse(settings.LOGIN_URL)):
            back = urlsplit(request.headers.get("hx-current-url", "")).path or "/"
            target = f"{sign_in}?{urlencode({'next': back})}"
        led = HttpResponse(headers={"HX-Redirect": target})
        led.cookies = response.cookies
        return led

    return middleware


def end_old_sessions(get_response):
    """Sign out whoever did nothing for too long, or has been signed in for too long altogether.

    A page that asks by itself, every minute say, sends `X-Refresh: 1`: that is no sign of anybody being
    there, so it does not keep the session, though it is answered while the session lasts.
    """

    def middleware(request):
        if request.user.is_authenticated:
            now = time.time()
            if too_old(request, now):
                logout(request)
            elif SEEN not in request.session or not request.headers.get("x-refresh"):
                note_use(request.session, now)
        return get_response(request)

    return middleware


def too_old(request, now: float) -> bool:
    """Whether the session's person has been away, or signed in, for longer than their kind may be."""
    idle, longest = request.user.session_limits
    began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
    return now - seen > idle or now - began > longest


def note_use(session, now: float) -> None:
    """Write down that the session was used, and when it began."""
    if now - session.get(SEEN, 0) > NOTED_EVERY_SECONDS:
        session[SEEN] = now
        session.setdefault(BEGAN, now)


def ask_for_second_factor(get_response):
    """Lead staff who have no second factor to the page that sets one up, before they use anything else."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if may_go_on(request, view):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"error": "Set up a second factor first."}, status=403)
        return redirect("mfa_index")

    middleware.process_view = process_view
    return middleware


def may_go_on(request, view) -> bool:
    """Whether the person has a second factor, needs none, or is about to set it up."""
    user = request.user
    if not settings.STAFF_SECOND_FACTOR or not user.is_authenticated or not user.works_here:
        return True
    if not getattr(view, "login_required", True) and not request.path.startswith("/accounts/"):
        return True
    if request.resolver_match.view_name.startswith(BEFORE_SECOND_FACTOR):
        return True
    return is_mfa_enabled(user, types=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


class DatabaseDown:
    """Turns a database that is away or busy into a 503 page that says to try again."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Answer for the view that could not reach the database; other errors go on."""
        from clinic.views.errors import unavailable

        if isinstance(exception, OperationalError | InterfaceError):
            return unavailable(request)
        return None
