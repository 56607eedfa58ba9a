"""Addresses of patients' plans."""

import datetime

from django.urls import path, register_converter

from scheduling.views import composer, patients, plans


class DayConverter:
    """A date in an address: 2027-04-13; a day that does not exist is an address that does not exist."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, text: str) -> datetime.date:
        """Read the date."""
        return datetime.date.fromisoformat(text)

    def to_url(self, day: datetime.date) -> str:
        """Write the date."""
        return day.isoformat()


register_converter(DayConverter, "day")

app_name = "scheduling"
urlpatterns = [
    path("patients/<int:pk>/", patients.patient, name="patient"),
    path("patients/<int:pk>/plan/", composer.plan_new, name="plan_new"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/edit/", composer.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/print/", plans.plan_print, name="plan_print"),
    path("plans/<int:pk>/versions/<int:number>/", plans.version, name="version"),
    path("plans/<int:pk>/versions/<int:number>/changes/", plans.changes, name="changes"),
    path("plans/<int:pk>/sessions/<str:series>/<int:number>/", plans.session, name="session"),
    path("plans/<int:pk>/sessions/<str:series>/<int:number>/<day:day>/", plans.day, name="day"),
]
