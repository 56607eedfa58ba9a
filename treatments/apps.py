"""The treatments room: what can be done, and how."""

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    """The catalogue of treatments and their protocols."""

    name = "treatments"
    verbose_name = "Catalogue"
