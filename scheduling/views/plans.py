"""The plan page: its timeline, each session with its reasons, every other day with its price."""

import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.access import seen, staff
from scheduling.booking_page.page import PlanStand
from scheduling.composing.told import Told
from scheduling.models import PlanVersion
from scheduling.plan_page.changes import changes_between
from scheduling.plan_page.page import ZOOMS, NotInPlan, PlanPage


@require_safe
@staff
def plan(request, pk):
    """Show a plan as it stands."""
    return render(request, "scheduling/plan.html", parts(opened(request, pk)))


@require_safe
@staff
def version(request, pk, number):
    """Show one version of a plan, the current one or one from before."""
    return render(request, "scheduling/plan.html", parts(opened(request, pk, number)))


@require_safe
@staff
def session(request, pk, series, number):
    """Show a session of a plan: why it is on its date, and a month of other days."""
    page = opened(request, pk, selected=(series, number))
    part = {"session": "_session_swap", "month": "_month"}.get(request.htmx.target)
    return render(request, f"scheduling/{part}.html" if part else "scheduling/plan.html", parts(page, part))


@require_safe
@staff
def day(request, pk, series, number, day):
    """Show what one other day for a session costs, or everything that stands against it."""
    page = opened(request, pk, selected=(series, number), day=day)
    part = "_day" if request.htmx.target == "day" else None
    return render(request, f"scheduling/{part}.html" if part else "scheduling/plan.html", parts(page, part))


@require_safe
@staff
def changes(request, pk, number):
    """Show what a version changed against the one before it."""
    now = fetched(request, pk, number)
    before = fetched(request, pk, number - 1)
    seen(request, now.plan.patient, "changes of a plan")
    names = {**before.names, **now.names}
    found = changes_between(before.recommendation, now.recommendation, names)
    context = {"version": now, "before": before, "changes": found}
    return render(request, "scheduling/changes.html", context)


@require_safe
@staff
def plan_print(request, pk):
    """Show a plan on plain paper: its visits, what to expect, and that nothing is guaranteed."""
    return render(request, "scheduling/plan_print.html", {"page": opened(request, pk)})


def fetched(request, pk: int, number: int | None = None) -> PlanVersion:
    """Fetch a version the person may see; without a number the current one."""
    versions = PlanVersion.objects.visible_to(request.user).with_details()
    if number is None:
        return get_object_or_404(versions.current(), plan=pk)
    return get_object_or_404(versions, plan=pk, number=number)


def opened(request, pk: int, number: int | None = None, **chosen) -> PlanPage:
    """Open a plan's page on the local date of its location; 404 for what the plan does not have."""
    version = fetched(request, pk, number)
    if not request.htmx:
        seen(request, version.plan.patient, "plan")
    today = timezone.localdate(timezone=version.plan.patient.location.zone)
    chosen |= {"month": asked_month(request), "zoom": asked_zoom(request)}
    if version.is_current:
        chosen["stand"] = PlanStand(version, timezone.now())
    try:
        return PlanPage(version, today, **chosen)
    except NotInPlan as missing:
        raise Http404(str(missing)) from None


def parts(page: PlanPage, part: str | None = None) -> dict[str, object]:
    """Give a template what it draws; a card that was asked for alone fetches its month of days later."""
    if part == "_day":
        return {"day": page.day}
    if part == "_month":
        return {"month": page.priced_month}
    shown = {"page": page, "card": page.card, "month": None if part else page.month, "day": page.day}
    if page.version.is_current and not part:
        shown["told"] = Told(page.plan.patient, page.today, page.version.recommendation.intake)
    return shown | ({"stand": page.stand} if page.stand else {})


def asked_month(request) -> datetime.date | None:
    """Read ?month=2027-04 as the first of that month; another text is an address that does not exist."""
    text = request.GET.get("month")
    if text is None:
        return None
    try:
        return datetime.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise Http404(f"{text} is not a month.") from None


def asked_zoom(request) -> str:
    """Read ?zoom=12; the whole plan unless told."""
    zoom = request.GET.get("zoom", "all")
    if zoom not in ZOOMS:
        raise Http404(f"{zoom} is not one of {', '.join(ZOOMS)}.")
    return zoom
