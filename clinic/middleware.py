"""What every request passes through: text hardening, no caching, and an answer when the database is down."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.urls import reverse

from clinic.text import unstorable

LONGEST_QUERY_VALUE = 2_000
LONGEST_POSTED_VALUE = 100_000


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

    A redirect would be followed by the browser and the sign-in page put where the part belongs.
    """

    def middleware(request):
        response = get_response(request)
        sign_in = reverse(settings.LOGIN_URL)
        if request.headers.get("hx-request") and response.headers.get("Location", "").startswith(sign_in):
            back = urlsplit(request.headers.get("hx-current-url", "")).path or "/"
            return HttpResponse(headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': back})}"})
        return response

    return middleware


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
