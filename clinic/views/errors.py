"""Pages that say what went wrong and what to do next."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 10
WORDLESS = (405, 409)
# No limit on tries is longer, so whoever waits as long may try again.
LOCKED_OUT_SECONDS = 5 * 60


def unavailable(request):
    """Answer 503: the database cannot be reached. Rendered without the request, which would ask it."""
    page = render_to_string("503.html")
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def server_error(request):
    """Answer 500, or 503 when what failed, in a view or before it, was the database."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def bad_request(request, exception):
    """Answer 400 with the reason, when we gave one."""
    reason = str(exception) if type(exception).__name__ == "BadRequest" else ""
    return HttpResponse(render_to_string("400.html", {"reason": reason}), status=400)


def too_many_tries(request):
    """Answer 429 to whoever tried too often, with how long to wait."""
    answer = render(request, "429.html", status=429)
    answer.headers["Retry-After"] = str(LOCKED_OUT_SECONDS)
    return answer


def with_a_page(get_response):
    """Give an answer that refuses without a word, as `require_POST` does, the page that says what to do."""

    def middleware(request):
        response = get_response(request)
        if response.status_code in WORDLESS and not response.streaming and not response.content:
            response.content = render_to_string(f"{response.status_code}.html")
            response.headers["Content-Type"] = "text/html; charset=utf-8"
            response.headers["Content-Length"] = str(len(response.content))  # CommonMiddleware said 0
        return response

    return middleware


def csrf_failed(request, reason=""):
    """Answer 403 when a form's protection token is missing or old."""
    return render(request, "403_csrf.html", status=403)
