"""How django-allauth treats accounts in this practice."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedDoor(DefaultAccountAdapter):
    """Keeps sign-up shut: the practice makes the accounts, nobody makes their own."""

    def is_open_for_signup(self, request):
        """Say no to everyone."""
        return False
