"""Addresses of this app."""

app_name = "scheduling"
urlpatterns = []
