"""Who may open what: the role is asked here, the object by `visible_to`."""

from functools import wraps

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied

from clinic.models import AccessEntry, Patient


def role(*roles: str):
    """Let a view be used only in the named roles; everyone else who is signed in gets 403.

    Which objects a person may see is not decided here: a view fetches from `visible_to(request.user)`,
    so what is not theirs is 404, the same as what does not exist.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.user.role not in roles:
                raise PermissionDenied(f"This page is for: {', '.join(roles)}.")
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(roles)
        return guarded

    return decorate


staff = role("coordinator", "provider", "manager")


def reauthenticated(view):
    """Let what a view POSTs happen only to somebody who has just proved again who they are: for signing.

    Put it under `role`. Everybody else is asked for their password or second factor first; what they sent
    is kept in the session meanwhile and done as soon as they gave it. An account with neither, as the
    demo's, passes: there is nothing it could be asked for.
    """
    return reauthentication_required(view, enabled=lambda request: request.method == "POST")


def seen(request, patient: Patient, page: str) -> None:
    """Write into the access log that somebody of the staff opened a page about a patient."""
    if request.user.works_here:
        AccessEntry.objects.create(actor=request.user, patient=patient, page=page)
