"""One protocol: to read, to edit, and its versions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import role, staff
from treatments import actions, drawings
from treatments.forms import ProtocolForm
from treatments.models import Protocol, ProtocolVersion
from treatments.sheets import changes, sheet


@require_safe
@staff
def protocol(request, key):
    """Show the version in force with every number's source, and the history."""
    version = in_force(key)
    record = version.as_record()
    context = {
        "version": version,
        "protocol": version.protocol,
        "sections": sheet(version),
        "waiting": [source for source in version.sources.all() if source.must_confirm],
        "intervals": drawings.intervals(record),
        "recovery": drawings.recovery(record),
        "before_event": drawings.before_event(record),
        "expectations": [*record.expectations, *version.protocol.treatment.expectations.all()],
        "history": version.protocol.versions.select_related("created_by").order_by("-number"),
        "rules": record.rules,
        "here": f"{request.path}#all-numbers",
        "tab": "catalogue",
    }
    return render(request, "treatments/protocol.html", context)


def in_force(key: str) -> ProtocolVersion:
    """Give the version in force of a protocol, or answer 404."""
    return get_object_or_404(ProtocolVersion.objects.active().with_details(), protocol__key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@role("provider", "manager")
def protocol_edit(request, key):
    """Change numbers of a protocol: a new version, then the page that shows the difference."""
    version = in_force(key)
    form = ProtocolForm(request.POST or None, record=version.as_record(), number=version.number)
    if request.method == "POST" and form.is_valid() and (made := save(request, version.protocol, form)):
        messages.success(request, f"Saved as version {made.number}. Plans made before keep their numbers.")
        return redirect("treatments:version", key, made.number)
    context = {"form": form, "version": version, "protocol": version.protocol, "tab": "catalogue"}
    return render(request, "treatments/protocol_edit.html", context, status=422 if form.is_bound else 200)


def save(request, protocol: Protocol, form: ProtocolForm) -> ProtocolVersion | None:
    """Edit the protocol, or put what stands against it beside its fields and give None."""
    try:
        return actions.edit_protocol(
            by=request.user,
            protocol=protocol,
            changes=form.changes(),
            reason=form.cleaned_data["reason"],
            source=form.citation(),
            seen=form.cleaned_data["seen"],
        )
    except ValidationError as problem:
        show_problem(form, problem)
        return None


def show_problem(form, problem: ValidationError) -> None:
    """Put an action's refusal beside the fields it names, and what names none above the form."""
    by_field = problem.message_dict if hasattr(problem, "error_dict") else {None: problem.messages}
    for field, texts in by_field.items():
        form.add_error(field if field in form.fields else None, texts)


@require_safe
@staff
def version(request, key, number):
    """Show what one version changed against the one before it, or against the one `against` names."""
    versions = ProtocolVersion.objects.with_details().filter(protocol__key=key)
    after = get_object_or_404(versions, number=number)
    against = request.GET.get("against", "")
    wanted = int(against) if against.isascii() and against.isdigit() and len(against) < 5 else number - 1
    before = versions.filter(number=wanted).first()
    context = {
        "protocol": after.protocol,
        "before": before,
        "after": after,
        "changes": changes(before.as_record(), after.as_record()) if before else (),
        "others": [one.number for one in versions if one.pk != after.pk],
        "tab": "catalogue",
    }
    return render(request, "treatments/version.html", context)


@require_POST
@role("provider", "manager")
def restore(request, key, number):
    """Bring an older version back as a new one."""
    older = get_object_or_404(
        ProtocolVersion.objects.select_related("protocol"), protocol__key=key, number=number
    )
    try:
        made = actions.restore(by=request.user, version=older)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("treatments:version", key, number)
    messages.success(request, f"Version {number} is back, as version {made.number}.")
    return redirect("treatments:version", key, made.number)
