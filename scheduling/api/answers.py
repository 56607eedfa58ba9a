"""Every answer of the interface as JSON: what a view gives, what it raises, what never reached a view."""

from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.urls import reverse

from scheduling.actions.moves import NotMoved
from scheduling.actions.refusals import Refused
from scheduling.actions.series import NotBooked
from scheduling.api import words
from scheduling.api.reading import Wrong

API, JSON = "/api/", "application/json"
KEPT_HEADERS = ("Allow", "Retry-After")
WORDS = {
    400: "The address or the query holds what nobody would type.",
    401: "Sign in first.",
    403: "Send the page's token as the header x-csrftoken.",
    404: "There is no such address.",
    405: "This address is asked in another way: {allow}.",
    503: "The database cannot be reached. Try again in a few seconds.",
}
ELSE = "Something went wrong here. Nothing was changed."


def answered(view):
    """Answer what a view gives as JSON, and what it raises as JSON with the status that it means."""

    @wraps(view)
    def answering(request, *args, **kwargs):
        try:
            return JsonResponse(view(request, *args, **kwargs))
        except Wrong as wrong:
            return JsonResponse({"errors": wrong.fields}, status=wrong.status)
        except Http404:
            return JsonResponse({"error": "There is nothing here that you may see."}, status=404)
        except PermissionDenied as denied:
            return JsonResponse({"error": str(denied)}, status=403)
        except Refused as refusal:
            return JsonResponse(refused(refusal), status=409)

    return answering


def refused(refusal: Refused) -> words.Json:
    """What stands against a change, and what would work."""
    found: words.Json = {"against": words.against_json(refusal.against)}
    if isinstance(refusal, NotMoved) and refusal.moving and not refusal.moving.stays:
        found["nearest"] = words.nearest_json(refusal.moving, refusal.to)
    if isinstance(refusal, NotBooked):
        situation = refusal.situation
        found["unplaced"] = [words.unplaced_json(situation, one) for one in refusal.arranged.unplaced]
    return found


def json_only(get_response):
    """Turn every page that an address of the interface would answer with into JSON that says the same.

    The sign-in page is 401; a token that is missing or old is 403, an address that is none 404.
    """

    def middleware(request):
        response = get_response(request)
        if not request.path.startswith(API) or response.headers.get("Content-Type", "").startswith(JSON):
            return response
        sign_in = response.headers.get("Location", "").startswith(reverse(settings.LOGIN_URL))
        return in_json(response, 401 if sign_in else response.status_code)

    return middleware


def in_json(response, status: int) -> JsonResponse:
    """A page that was to be answered as JSON, with its headers that still mean something."""
    text = WORDS.get(status, ELSE).format(allow=response.headers.get("Allow", ""))
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    if status == 401:
        headers["WWW-Authenticate"] = "Session"
    answer = JsonResponse({"error": text}, status=status, headers=headers)
    answer.cookies = response.cookies
    return answer
