"""How sources are written on a page: every R and L leads to the rule or reference it names."""

import re

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

register = template.Library()
NAMED = re.compile(r"\b([RL]\d{1,3})\b")


@register.filter
def cited(text: str):
    """Turn the R33 and L1 in a text into links; everything else is escaped."""
    pages = {"R": reverse("treatments:practice_rules"), "L": reverse("treatments:references")}
    # Splitting at a group puts what lies between the names at even places, the names at odd ones.
    pieces = enumerate(NAMED.split(text))
    return format_html_join(
        "", "{}", ((link(pages, piece) if place % 2 else piece,) for place, piece in pieces)
    )


def link(pages: dict[str, str], name: str):
    """Lead from a name such as R33 to its place on its page."""
    return format_html('<a class="cite" href="{}#{}">{}</a>', pages[name[0]], name, name)


@register.filter
def named(keys, names: dict) -> str:
    """Join keys by the names they have, or by their own words: dental_work becomes dental work."""
    return ", ".join(names.get(key, key.replace("_", " ")) for key in keys)


@register.filter
def words(key: str) -> str:
    """Read a key as words: cows_milk_allergy becomes Cows milk allergy."""
    return key.replace("_", " ").capitalize()
