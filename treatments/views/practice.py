"""What the practice sets beside its protocols: cross-treatment rules and settings."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import role, staff
from treatments import actions
from treatments.forms import RuleForm, SettingForm
from treatments.models import CrossTreatmentRuleVersion, SettingVersion, TreatmentType
from treatments.views.protocols import show_problem


@require_safe
@staff
def separations(request):
    """Show what must lie between two treatments."""
    context = {
        "versions": CrossTreatmentRuleVersion.objects.active().with_details(),
        "names": dict(TreatmentType.objects.values_list("key", "name")),
        "tab": "separations",
    }
    return render(request, "treatments/separations.html", context)


@require_safe
@staff
def practice_settings(request):
    """Show the practice's numbers that belong to no single treatment."""
    versions = SettingVersion.objects.active().with_details()
    return render(request, "treatments/settings.html", {"versions": versions, "tab": "settings"})


@require_http_methods(["GET", "HEAD", "POST"])
@role("provider", "manager")
def separation_edit(request, key):
    """Change a cross-treatment rule."""
    version = get_object_or_404(CrossTreatmentRuleVersion.objects.active().with_details(), rule__key=key)
    form = RuleForm(request.POST or None, record=version.as_record(), number=version.number)

    def edit():
        return actions.edit_rule(by=request.user, rule=version.rule, changes=form.changes(), **why(form))

    return edited(request, form, edit, {"title": f"rule {key}", "version": version, "back": "separations"})


@require_http_methods(["GET", "HEAD", "POST"])
@role("provider", "manager")
def setting_edit(request, key):
    """Change a setting's value."""
    version = get_object_or_404(SettingVersion.objects.active().with_details(), setting__key=key)
    form = SettingForm(request.POST or None, record=version.as_record(), number=version.number)

    def edit():
        value = form.cleaned_data["value"]
        return actions.edit_setting(by=request.user, setting=version.setting, value=value, **why(form))

    return edited(request, form, edit, {"title": "a setting", "version": version, "back": "settings"})


def why(form) -> dict:
    """Give what every edit says beside its values."""
    return {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}


def edited(request, form, edit, context: dict):
    """Save a valid form and lead back to the list, or show what stands against it."""
    if request.method == "POST" and form.is_valid():
        try:
            edit()
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            messages.success(request, "Saved. Plans made before keep their numbers.")
            return redirect(f"treatments:{context['back']}")
    context |= {"form": form, "back": f"treatments:{context['back']}", "tab": context["back"]}
    return render(request, "treatments/record_edit.html", context, status=422 if form.is_bound else 200)
