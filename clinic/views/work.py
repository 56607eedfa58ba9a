"""What somebody of the staff is, where, and the role they work in now."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinic.access import staff
from clinic.actions.users import work_as as change_role
from clinic.forms import RoleForm
from clinic.models.staff_role import STAFF


@require_safe
@staff
def work(request):
    """Show the roles a person holds by location, and the one they work in now."""
    rows = request.user.staff_roles.select_related("location")
    held = {value: [str(one.location) for one in rows if one.role == value] for value in STAFF}
    roles = [(value, value.capitalize(), places) for value, places in held.items() if places]
    return render(request, "clinic/work.html", {"roles": roles})


@require_POST
@staff
def work_as(request):
    """Work in another of one's roles from now on."""
    form = RoleForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "You hold this role at no location. A manager gives roles on Manage, People.")
        return redirect("clinic:work")
    person = change_role(by=request.user, role=form.cleaned_data["role"])
    messages.success(request, f"You work as {person.get_role_display().lower()} now.")
    return redirect("clinic:home")
