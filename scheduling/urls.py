"""Addresses of patients' plans."""

import datetime

from django.urls import path, register_converter
from django.urls.converters import IntConverter

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


class NumberConverter(IntConverter):
    """A number in an address, of at most 18 digits: a database can be asked for no larger one."""

    regex = r"[0-9]{1,18}"


class CountConverter(IntConverter):
    """A count from 1 in an address, of at most 4 digits."""

    regex = r"[0-9]{1,4}"


register_converter(DayConverter, "day")
register_converter(NumberConverter, "number")
register_converter(CountConverter, "count")

app_name = "scheduling"
urlpatterns = [
    path("patients/<number:pk>/", patients.patient, name="patient"),
    path("patients/<number:pk>/plan/", composer.plan_new, name="plan_new"),
    path("plans/<number:pk>/", plans.plan, name="plan"),
    path("plans/<number:pk>/edit/", composer.plan_edit, name="plan_edit"),
    path("plans/<number:pk>/print/", plans.plan_print, name="plan_print"),
    path("plans/<number:pk>/versions/<count:number>/", plans.version, name="version"),
    path("plans/<number:pk>/versions/<count:number>/changes/", plans.changes, name="changes"),
    path("plans/<number:pk>/sessions/<str:series>/<count:number>/", plans.session, name="session"),
    path("plans/<number:pk>/sessions/<str:series>/<count:number>/<day:day>/", plans.day, name="day"),
]
