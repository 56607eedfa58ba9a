"""What the practice must still confirm, and confirming it."""

import re

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, staff
from treatments import actions
from treatments.models import ValueSource
from treatments.waiting import groups

MOST_AT_ONCE = 200
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


@require_safe
@staff
def health(request):
    """Show what must still be confirmed, by protocol, with who confirmed the rest, and when."""
    return render(request, "treatments/health.html", health_context(request.GET.get("open", "")))


def health_context(opened: str) -> dict:
    """Gather the groups and their sums; `opened` is the key of the group to show open."""
    found = groups()
    total, waiting = sum(group.total for group in found), sum(group.waiting for group in found)
    if opened not in {group.key for group in found}:
        opened = next((group.key for group in found if group.waiting), "")
    return {
        "groups": found,
        "opened": opened,
        "total": total,
        "waiting": waiting,
        "confirmed": total - waiting,
        "tab": "health",
    }


@require_POST
@role("provider", "manager")
def confirm(request):
    """Put the person's name and the time to the numbers they confirm."""
    keys = request.POST.getlist("source")
    if not 0 < len(keys) <= MOST_AT_ONCE or not all(map(NUMBER.fullmatch, keys)):
        raise BadRequest("Name 1 to 200 numbers to confirm, each by its source.")
    found = actions.confirm(by=request.user, sources=ValueSource.objects.filter(pk__in=keys))
    count = len(found)
    if request.htmx:
        return confirmed_group(request, count)
    if count:
        messages.success(request, f"Confirmed {count} number{'' if count == 1 else 's'}.")
    else:
        messages.info(request, "These numbers were confirmed already, or belong to an older version.")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "treatments:health"
    return redirect(back)


def confirmed_group(request, count: int):
    """Answer htmx with the group anew, and the sums beside it."""
    context = health_context(request.POST.get("group", ""))
    group = next((group for group in context["groups"] if group.key == context["opened"]), None)
    context |= {"group": group, "count": count, "swapped": True}
    return render(request, "treatments/_health_swap.html", context)
