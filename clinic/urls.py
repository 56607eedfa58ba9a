"""Every address of the application."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from clinic.views import demo, health, home, invitations, patients, sessions, work


@login_not_required
@require_safe
def favicon(request):
    """Lead the address every browser asks for to our own drawing."""
    return RedirectView.as_view(url=staticfiles_storage.url("favicon.svg"))(request)


clinic_urls = [
    path("", home.home, name="home"),
    path("patients/", patients.patient_list, name="patients"),
    path("patients/new/", patients.patient_create, name="patient_create"),
    path("patients/<int:pk>/edit/", patients.patient_edit, name="patient_edit"),
    path("patients/<int:pk>/invite/", invitations.invite_patient, name="invite_patient"),
    path("invitations/<int:pk>/revoke/", invitations.revoke, name="invitation_revoke"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("work/", work.work, name="work"),
    path("work/as/", work.work_as, name="work_as"),
    path("accounts/sessions/end/", sessions.session_end, name="session_end"),
    path("manage/", include("clinic.manage_urls")),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", favicon, name="favicon"),
]

urlpatterns = [
    path("", include((clinic_urls, "clinic"))),
    path("accounts/", include("allauth.urls")),
    path("catalogue/", include("treatments.urls")),
    path("", include("scheduling.urls")),
]

handler400 = "clinic.views.errors.bad_request"
handler429 = "clinic.views.errors.too_many_tries"
handler500 = "clinic.views.errors.server_error"
