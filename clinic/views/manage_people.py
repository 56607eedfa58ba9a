"""The people of a manager's locations: who they are, what they may do, and the invitations to join them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import role
from clinic.actions import invitations, people
from clinic.forms_manage import InviteStaffForm, PeopleFilter, WorkForm
from clinic.models import Invitation, Location, StaffRole
from clinic.people import accounts_of, elsewhere, with_details, zone_of

PER_PAGE = 25
INVITATIONS = 50
managers = role("manager")


@require_safe
@managers
def manage(request):
    """Lead to the first of the managers' pages."""
    return redirect("clinic:manage_people")


@require_safe
@managers
def people_list(request):
    """Show who works at the manager's locations or comes there with an account, and open invitations."""
    form = PeopleFilter(request.GET or None, user=request.user)
    found = with_details(accounts_of(request.user))
    if form.is_bound:
        found = narrowed(found, form.cleaned_data) if form.is_valid() else found.none()
    page = Paginator(found.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    sent = Invitation.objects.visible_to(request.user).open(timezone.now())
    facts = {"invitations": sent[:INVITATIONS], "zone": zone_of(request.user)}
    context = {"page": page, "form": form, "tab": "people"} | facts
    return render(request, "clinic/manage/people.html", context)


def narrowed(found, asked):
    """Keep the accounts that were asked for."""
    for word in asked["q"].split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if asked["role"]:
        holds = StaffRole.objects.filter(role=asked["role"]).values("user")
        found = found.filter(Q(role=asked["role"]) | Q(pk__in=holds))
    if place := asked["location"]:
        works = StaffRole.objects.filter(location=place).values("user")
        found = found.filter(Q(patient__location=place) | Q(pk__in=works))
    if asked["state"]:
        found = found.filter(is_active=asked["state"] == "active")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def person(request, pk):
    """Show one account, and change its roles."""
    found = get_object_or_404(with_details(accounts_of(request.user)), pk=pk)
    form = WorkForm(request.POST if request.method == "POST" else None, user=request.user, person=found)
    facts = {"by": request.user, "person": found, "now": timezone.now()}
    if form.is_valid() and tried(form, people.change_work, roles=form.roles(), seen=form.shown(), **facts):
        messages.success(request, f"{found.name}'s work is changed.")
        return redirect("clinic:manage_people")
    facts = {"elsewhere": elsewhere(request.user, found), "zone": zone_of(request.user)}
    context = {"person": found, "form": form, "tab": "people"} | facts
    return render(request, "clinic/manage/person.html", context, status=422 if form.is_bound else 200)


def tried(form, action, **facts) -> bool:
    """Carry out an action; when it refuses, its reasons go into the form."""
    try:
        action(**facts)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True


@require_POST
@managers
def deactivate(request, pk):
    """End somebody's account and their sessions."""
    return switched(request, pk, people.deactivate, "can no longer sign in, and is signed out everywhere.")


@require_POST
@managers
def reactivate(request, pk):
    """Open somebody's account again."""
    return switched(request, pk, people.reactivate, "can sign in again.")


def switched(request, pk: int, action, said: str):
    """End or open an account, and say what happened or why it did not."""
    found = get_object_or_404(accounts_of(request.user), pk=pk)
    try:
        action(by=request.user, person=found)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{found.name} {said}")
    return redirect("clinic:manage_person", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def invite(request):
    """Invite somebody to work at the manager's locations."""
    form = InviteStaffForm(request.POST or None, user=request.user, initial=asked_for(request))
    if request.method == "POST" and form.is_valid():
        facts = {"by": request.user, "now": timezone.now()} | form.cleaned_data
        if tried(form, invitations.invite, **facts):
            messages.success(request, f"The invitation is on its way to {form.cleaned_data['email']}.")
            return redirect("clinic:manage_people")
    context = {"form": form, "tab": "people"}
    return render(request, "clinic/manage/invite.html", context, status=422 if form.is_bound else 200)


def asked_for(request) -> dict:
    """Give what a link to the form asks for: a role, and the short name of a location."""
    places = Location.objects.visible_to(request.user).filter(slug=request.GET.get("location", ""))
    return {"role": request.GET.get("role", ""), "locations": list(places)}


@require_POST
@managers
def invitation_resend(request, pk):
    """Send a new link to the manager's locations; an invitation to these alone ends, and that is said."""
    found = get_object_or_404(opened(request), pk=pk)
    places = list(found.locations.filter(pk__in=request.user.locations))
    facts = {"email": found.email, "name": found.name, "role": found.role, "patient": found.patient}
    try:
        invitations.invite(by=request.user, now=timezone.now(), locations=places, **facts)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"A new link is on its way to {found.email}; {what_of(found)}")
    return redirect("clinic:manage_people")


def what_of(earlier: Invitation) -> str:
    """Say what became of an earlier link once a new one was sent."""
    earlier.refresh_from_db(fields=["revoked_at"])
    if earlier.revoked_at or earlier.expires_at <= timezone.now():
        return "the old one no longer works."
    return "the one sent before also leads to locations of others, so it is left as it was."


@require_POST
@managers
def invitation_revoke(request, pk):
    """Take an invitation back."""
    found = get_object_or_404(opened(request), pk=pk)
    invitations.revoke(by=request.user, invitation=found, now=timezone.now())
    messages.success(request, f"The link sent to {found.email} no longer works.")
    return redirect("clinic:manage_people")


def opened(request):
    """The invitations of the manager's locations that nobody accepted yet."""
    mine = Invitation.objects.visible_to(request.user).filter(accepted_at=None)
    return mine.select_related("patient__location")
