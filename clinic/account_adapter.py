"""How django-allauth treats accounts in this practice."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError

from clinic.views.errors import too_many_tries


class ClosedDoor(DefaultAccountAdapter):
    """Keeps sign-up shut: the practice makes the accounts, nobody makes their own."""

    def is_open_for_signup(self, request):
        """Say no to everyone."""
        return False

    def pre_authenticate(self, request, **credentials):
        """Answer 429 once an account or an address has had its tries, even for the right password."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(too_many_tries(request)) from error
