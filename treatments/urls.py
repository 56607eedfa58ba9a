"""Addresses of this app."""

app_name = "treatments"
urlpatterns = []
