"""Addresses of the managers' pages about places, providers, messages, logs and erasure."""

from django.urls import path

from scheduling.views import (
    manage_erasures,
    manage_logs,
    manage_messages,
    manage_places,
    manage_providers,
)

urlpatterns = [
    path("places/", manage_places.places, name="manage_places"),
    path("places/open/", manage_places.place_open, name="manage_place_open"),
    path("places/<number:pk>/", manage_places.place, name="manage_place"),
    path("closures/<number:pk>/remove/", manage_places.closure_remove, name="manage_closure_remove"),
    path("rooms/<number:pk>/", manage_places.room, name="manage_room"),
    path("devices/<number:pk>/", manage_places.device, name="manage_device"),
    path("providers/<number:pk>/", manage_providers.provider, name="manage_provider"),
    path("providers/<number:pk>/shifts/", manage_providers.shift_add, name="manage_shift_add"),
    path("shifts/<number:pk>/end/", manage_providers.shift_end, name="manage_shift_end"),
    path("messages/", manage_messages.message_list, name="manage_messages"),
    path("messages/<slug:key>/", manage_messages.message, name="manage_message"),
    path("messages/<slug:key>/restore/", manage_messages.message_restore, name="manage_message_restore"),
    path("audit/", manage_logs.audit, name="manage_audit"),
    path("audit/export/", manage_logs.audit_export, name="manage_audit_export"),
    path("access/", manage_logs.access, name="manage_access"),
    path("access/export/", manage_logs.access_export, name="manage_access_export"),
    path("erasures/", manage_erasures.erasures, name="manage_erasures"),
    path("erasures/<number:pk>/", manage_erasures.erasure, name="manage_erasure"),
    path("erasures/<number:pk>/refuse/", manage_erasures.erasure_refuse, name="manage_erasure_refuse"),
    path(
        "erasures/<number:pk>/carry-out/",
        manage_erasures.erasure_carry_out,
        name="manage_erasure_carry_out",
    ),
]
