"""Where every page of a patient begins: with their own record and what is signed for them."""

from functools import wraps

from django.shortcuts import render
from django.utils import timezone

from clinic.access import role
from clinic.models import Patient
from scheduling.patient_page.course import Course


def own(view):
    """Let patients use a view, which gets their `Course`; an account without a record is told what to do."""

    @role("patient")
    @wraps(view)
    def opened(request, *args, **kwargs):
        patient = Patient.objects.visible_to(request.user).with_details().first()
        if patient is None:
            return render(request, "clinic/own_page.html")
        return view(request, Course(request.user, patient, timezone.now()), *args, **kwargs)

    return opened
