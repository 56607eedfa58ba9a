"""One-click sign-in for the demo practice."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from clinic.demo import ACCOUNTS
from clinic.models import User


@login_not_required
@require_POST
def demo_sign_in(request):
    """Sign in as one of the demo practice's people; there is no such page unless DEMO is on."""
    if not settings.DEMO:
        raise Http404
    email = request.POST.get("email", "")
    if email not in {account.email for account in ACCOUNTS}:
        raise Http404
    user = get_object_or_404(User, email=email, is_active=True)
    return perform_login(request, user)
