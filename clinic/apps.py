"""The app that knows who works and comes here, and where."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = "Clinic"

    def ready(self):
        """Register the deployment checks."""
        from clinic import checks  # noqa: F401
