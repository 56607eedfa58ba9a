"""Inviting a patient, and what somebody who was invited does with the link."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import role
from clinic.account_forms import AcceptForm, InvitePatientForm
from clinic.actions import invitations as actions
from clinic.models import Invitation, Patient, User
from clinic.views.errors import LOCKED_OUT_SECONDS, too_many_tries
from clinic.views.patients import to_patient

MOST_GUESSES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator", "provider")
def invite_patient(request, pk):
    """Invite a patient to see their plan, or show whom a link was sent to already."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).with_details(), pk=pk)
    form = InvitePatientForm(request.POST or None, initial={"email": patient.email})
    if request.method == "POST" and form.is_valid() and invited(request, patient, form):
        return to_patient(patient)
    sent = Invitation.objects.open(timezone.now()).filter(patient=patient).first()
    context = {"form": form, "patient": patient, "sent": sent}
    return render(request, "clinic/invitation_new.html", context, status=422 if form.is_bound else 200)


def invited(request, patient: Patient, form) -> bool:
    """Send the invitation and say so, or put into the form why it cannot be sent."""
    facts = {"email": form.cleaned_data["email"], "name": patient.full_name, "role": User.Role.PATIENT}
    try:
        sent = actions.invite(by=request.user, patient=patient, now=timezone.now(), **facts)
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return False
    messages.success(request, f"The invitation is on its way to {sent.email}.")
    return True


@require_POST
@role("coordinator", "provider")
def revoke(request, pk):
    """Take a patient's invitation back."""
    mine = Invitation.objects.visible_to(request.user).filter(role=User.Role.PATIENT)
    sent = get_object_or_404(mine.select_related("patient__location"), pk=pk)
    actions.revoke(by=request.user, invitation=sent, now=timezone.now())
    messages.success(request, f"The link sent to {sent.email} no longer works.")
    return redirect("clinic:invite_patient", sent.patient_id)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    """Show an invitation, and make the account when its password is sent; a GET changes nothing."""
    now = timezone.now()
    found = actions.usable(Invitation.objects.all(), token, now)
    if found is None:
        return closed(request)
    form = AcceptForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.is_valid():
        user = actions.accept(token=token, password=form.cleaned_data["password"], now=now)
        return perform_login(request, user) if user else closed(request)
    context = {"form": form, "invitation": found}
    return render(request, "clinic/invitation.html", context, status=422 if form.is_bound else 200)


def closed(request):
    """Answer alike whether an invitation never was, was used or revoked, ended, or is not needed.

    Whoever tries many gets 429 for a while; the limits of django-allauth do not count what is only looked at.
    """
    counter = f"invitation-guesses:{get_adapter().get_client_ip(request)}"
    if cache.get_or_set(counter, 0, LOCKED_OUT_SECONDS) >= MOST_GUESSES:
        return too_many_tries(request)
    cache.incr(counter)
    return render(request, "clinic/invitation_closed.html", status=404)
