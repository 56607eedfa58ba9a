"""The protocol lab: drafting a change of a protocol, putting it aside, and signing it."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import reauthenticated, role
from clinic.models import Location
from treatments import drafts
from treatments.forms import DraftForm
from treatments.models import Protocol, ProtocolDraft, ProtocolVersion
from treatments.sheets import changes
from treatments.views.protocols import in_force, show_problem

PAST = 20
WRITERS = ("provider", "manager")
PEOPLE = ("protocol__treatment", "protocol__area", "base", "version", "drafted_by", "signed_by")


@require_safe
@role(*WRITERS)
def lab(request):
    """Show the open drafts, what was signed, and the protocols a change can be drafted of."""
    found = ProtocolDraft.objects.select_related(*PEOPLE)
    drafted = list(found.open())
    protocols = Protocol.objects.exclude(pk__in=[one.protocol_id for one in drafted])
    context = {
        "drafts": drafted,
        "signed": found.filter(signed_at__isnull=False).order_by("-signed_at")[:PAST],
        "protocols": protocols.select_related("treatment", "area"),
    }
    return render(request, "scheduling/lab.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role(*WRITERS)
def lab_draft(request, key):
    """Draft a change of a protocol, or go on with the open draft; nothing follows it until it is signed."""
    version = in_force(key)
    opened = ProtocolDraft.objects.open().select_related("base").filter(protocol=version.protocol).first()
    form = DraftForm(
        request.POST or None,
        record=version.as_record(),
        number=version.number,
        drafted=fields_of(opened) if opened else None,
    )
    if request.method == "POST" and form.is_valid() and (made := save(request, version.protocol, form)):
        messages.success(request, "The draft is kept. Nothing follows it until it is signed.")
        return redirect("scheduling:lab_impact", made.pk)
    context = {"form": form, "version": version, "protocol": version.protocol, "draft": opened}
    return render(request, "scheduling/lab_draft.html", context, status=422 if form.is_bound else 200)


def fields_of(draft: ProtocolDraft) -> dict:
    """The fields of a draft's form, as they were entered."""
    changes, source = drafts.changes_of(draft)
    tidy = {name: f"{value:g}" for name, value in changes.items() if isinstance(value, float)}
    cited = {"grade": source.grade, "source": source.source} if source else {}
    return changes | tidy | cited | {"reason": draft.reason}


def save(request, protocol: Protocol, form: DraftForm) -> ProtocolDraft | None:
    """Keep the draft, or put what stands against it beside its fields and give None."""
    facts = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}
    facts |= {"changes": form.changes(), "source": form.citation()}
    try:
        return drafts.draft(by=request.user, protocol=protocol, **facts)
    except ValidationError as problem:
        show_problem(form, problem)
        return None


@require_POST
@role(*WRITERS)
def lab_discard(request, pk):
    """Put an open draft aside."""
    draft = get_object_or_404(ProtocolDraft.objects.select_related(*PEOPLE), pk=pk)
    try:
        drafts.discard(by=request.user, draft=draft, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"The draft of {draft.protocol} is discarded. What is in force stays.")
    return redirect("scheduling:lab")


@require_http_methods(["GET", "HEAD", "POST"])
@role(*WRITERS)
@reauthenticated
def lab_sign(request, pk):
    """Show what would be signed and under which name; sign it."""
    draft = get_object_or_404(ProtocolDraft.objects.select_related(*PEOPLE), pk=pk)
    if request.method == "POST":
        return signed(request, draft)
    if draft.signed_at or draft.discarded_at:
        messages.error(request, drafts.Closed(draft).messages[0])
        return redirect("scheduling:lab_impact", pk)
    base = ProtocolVersion.objects.with_details().get(pk=draft.base_id)
    context = {
        "draft": draft,
        "changes": changes(base.as_record(), drafts.drafted_record(draft, base)),
        "printed_name": drafts.printed_name(request.user),
        "meaning": drafts.MEANING,
    }
    return render(request, "scheduling/lab_sign.html", context)


def signed(request, draft: ProtocolDraft):
    """Sign, or say why not; both lead to the draft's own page."""
    try:
        made = drafts.sign(by=request.user, draft=draft, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = (
            f"Version {made.version.number} is in force, signed by {made.printed_name}. New plans follow it."
        )
        messages.success(request, text)
    return redirect("scheduling:lab_impact", draft.pk)


@require_safe
@role(*WRITERS)
def lab_as_of(request, key):
    """Lead to the version of a protocol that was in force at the end of a day, ?day=2027-04-13."""
    protocol = get_object_or_404(Protocol, key=key)
    end = end_of(request, request.GET.get("day", ""))
    if end is None:
        messages.error(request, "Give a day that exists: 2027-04-13.")
        return redirect("treatments:protocol", key)
    version = protocol.versions.filter(created_at__lt=end).order_by("-number").first()
    if version is None:
        messages.info(request, f"The practice had no {protocol} on that day yet. Here is its first version.")
    return redirect("treatments:version", key, version.number if version else 1)


def end_of(request, text: str) -> datetime.datetime | None:
    """The end of a day at the person's first location; None for what is no day."""
    zone = next((one.zone for one in Location.objects.visible_to(request.user)), datetime.UTC)
    try:
        day = datetime.date.fromisoformat(text) + datetime.timedelta(days=1)
        return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
