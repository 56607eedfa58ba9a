"""Addresses of the catalogue."""

from django.urls import path

from treatments.views import catalogue, confirming, practice, protocols

app_name = "treatments"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("protocols/<str:key>/", protocols.protocol, name="protocol"),
    path("protocols/<str:key>/edit/", protocols.protocol_edit, name="protocol_edit"),
    path("protocols/<str:key>/versions/<int:number>/", protocols.version, name="version"),
    path("protocols/<str:key>/versions/<int:number>/restore/", protocols.restore, name="restore"),
    path("to-confirm/", confirming.health, name="health"),
    path("to-confirm/confirm/", confirming.confirm, name="confirm"),
    path("between-treatments/", practice.separations, name="separations"),
    path("between-treatments/<str:key>/edit/", practice.separation_edit, name="separation_edit"),
    path("findings/", catalogue.findings, name="findings"),
    path("products/", catalogue.products, name="products"),
    path("settings/", practice.practice_settings, name="settings"),
    path("settings/<str:key>/edit/", practice.setting_edit, name="setting_edit"),
    path("rules/", catalogue.practice_rules, name="practice_rules"),
    path("references/", catalogue.references, name="references"),
    path("differences/", catalogue.differences, name="differences"),
]
