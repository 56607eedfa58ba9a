"""Deployment checks of our own, run by `manage.py check --deploy`."""

from django.conf import settings
from django.core.checks import Warning, register


@register(deploy=True)
def demo_is_off(app_configs, **kwargs):
    """Warn when the one-click demo accounts would be offered in a deployment."""
    if not settings.DEMO:
        return []
    return [
        Warning(
            "DEMO is on: anyone who opens the sign-in page can enter as a member of staff.",
            hint="Unset DEMO where real patients are kept.",
            id="clinic.W001",
        )
    ]


@register(deploy=True)
def mail_is_sent(app_configs, **kwargs):
    """Warn when mail would only be printed, so nobody could reset a password."""
    if settings.DEMO or "console" not in settings.EMAIL_BACKEND:
        return []
    return [
        Warning(
            "EMAIL_URL is not set: mail is printed instead of sent, and nobody can reset a password.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example.com:587.",
            id="clinic.W002",
        )
    ]
