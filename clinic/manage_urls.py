"""Addresses of the managers' pages about people."""

from django.urls import path

from clinic.views import manage_people as people

urlpatterns = [
    path("", people.manage, name="manage"),
    path("people/", people.people_list, name="manage_people"),
    path("people/invite/", people.invite, name="manage_invite"),
    path("people/<int:pk>/", people.person, name="manage_person"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="manage_deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="manage_reactivate"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="manage_invitation_resend"),
    path("invitations/<int:pk>/revoke/", people.invitation_revoke, name="manage_invitation_revoke"),
]
