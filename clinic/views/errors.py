"""Pages that say what went wrong and what to do next."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 10


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


def csrf_failed(request, reason=""):
    """Answer 403 when a form's protection token is missing or old."""
    return render(request, "403_csrf.html", status=403)
