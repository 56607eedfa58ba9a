"""The audit and the access log of a manager's locations, filtered, paged, and as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import role
from clinic.forms_manage import AccessFilter, AuditFilter
from clinic.models import AuditEntry, User
from clinic.people import accounts_of, zone_of
from scheduling.logs import audit as log
from scheduling.logs.sheet import sheet
from scheduling.logs.words import ACTIONS

PER_PAGE = 50
LONGEST_EXPORT = 10_000
managers = role("manager")


@require_safe
@managers
def audit(request):
    """Show what was done at the manager's locations."""
    form, found = asked_audit(request)
    page = Paginator(found.select_related("actor", "location"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "entries": log.in_words(page, request.user), "form": form, "tab": "audit"}
    return render(request, "scheduling/manage/audit.html", context | {"zone": zone_of(request.user)})


@require_safe
@managers
def audit_export(request):
    """Give what the audit shows as a file; that is recorded too."""
    _, found = asked_audit(request)
    entries = log.in_words(found.select_related("actor", "location")[:LONGEST_EXPORT], request.user)
    return exported(request, entries, "audit")


@require_safe
@managers
def access(request):
    """Show who of the staff opened pages about the manager's patients."""
    form, found = asked_looks(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "entries": log.looks_in_words(page), "form": form, "tab": "access"}
    return render(request, "scheduling/manage/access.html", context | {"zone": zone_of(request.user)})


@require_safe
@managers
def access_export(request):
    """Give what the access log shows as a file; that is recorded too."""
    _, found = asked_looks(request)
    return exported(request, log.looks_in_words(found[:LONGEST_EXPORT]), "access")


def asked_audit(request):
    """Read the filter of the audit, and the entries it keeps."""
    choices = sorted(ACTIONS.items(), key=lambda one: one[1])
    form = AuditFilter(request.GET or None, people=staff_of(request.user), actions=choices)
    found = log.entries_of(request.user)
    if not form.is_bound:
        return form, found
    if not form.is_valid():
        return form, found.none()
    asked = form.cleaned_data
    if asked["action"]:
        found = found.filter(action=asked["action"])
    if asked["patient"]:
        found = log.about_patients(found, request.user, asked["patient"])
    return form, narrowed(found, asked, request.user)


def asked_looks(request):
    """Read the filter of the access log, and the entries it keeps."""
    form, found = AccessFilter(request.GET or None, people=staff_of(request.user)), log.looks_of(request.user)
    if not form.is_bound:
        return form, found
    if not form.is_valid():
        return form, found.none()
    if form.cleaned_data["patient"]:
        found = found.filter(patient__in=list(log.matching(request.user, form.cleaned_data["patient"])))
    return form, narrowed(found, form.cleaned_data, request.user)


def narrowed(found, asked, manager: User):
    """Keep one person's entries of one day, where they were asked for."""
    if asked["person"]:
        found = found.filter(actor=asked["person"])
    return log.on_day(found, asked["day"], zone_of(manager)) if asked["day"] else found


def staff_of(manager: User):
    """Who works at the manager's locations."""
    return accounts_of(manager).exclude(role=User.Role.PATIENT).order_by("name", "pk")


def exported(request, entries, name: str) -> HttpResponse:
    """Answer with a file and record that it left."""
    AuditEntry.objects.record(by=request.user, action=f"{name}.exported", on=request.user, lines=len(entries))
    content = sheet(entries, zone_of(request.user))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8", headers=headers)
