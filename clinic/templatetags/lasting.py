"""How long something lasts, in words."""

import datetime

from django import template
from django.utils.timesince import timesince

register = template.Library()
ANY = datetime.datetime(2001, 1, 1)


@register.filter
def lasting(seconds: int) -> str:
    """Write seconds as words: 1800 becomes 30 minutes, in which no line is broken."""
    return timesince(ANY, ANY + datetime.timedelta(seconds=seconds))
