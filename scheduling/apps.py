"""The app's place in Django."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """When: plans and their visits."""

    name = "scheduling"
    default_auto_field = "django.db.models.BigAutoField"
