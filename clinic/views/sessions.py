"""Where somebody is signed in, and ending one of those sessions."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clinic.access import role
from clinic.account_forms import SessionForm
from clinic.models import User


@require_POST
@role(*User.Role.values)
def session_end(request):
    """End one of one's own sessions: its next request is asked to sign in.

    One that has ended, never was, or is somebody else's gets the same answer, and nothing is done.
    """
    form = SessionForm(request.POST)
    number = form.cleaned_data["session"] if form.is_valid() else None
    end_sessions(request, UserSession.objects.filter(user=request.user, pk=number))
    messages.success(request, "That browser is signed out.")
    return redirect("usersessions_list")
