"""Locations as managers look after them: facts, opening hours, closures, rooms and devices."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import role
from clinic.actions import equipment, hours, locations
from clinic.models import Closure, Device, Location, Room
from scheduling.actions.places import edit_place
from scheduling.boards.affected import affected
from scheduling.managing.forms import (
    ClosureForm,
    EquipmentForm,
    FactsForm,
    HoursForm,
    OpeningForm,
    ThingForm,
)
from scheduling.managing.needs import needs
from treatments import capabilities

managers = role("manager")
PARTS = ("facts", "hours", "closure", "thing")


@require_safe
@managers
def places(request):
    """Show the manager's locations."""
    found = Location.objects.visible_to(request.user).prefetch_related("hours", "rooms", "devices", "shifts")
    return render(request, "scheduling/manage/places.html", {"locations": found, "tab": "places"})


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def place_open(request):
    """Open a location with its hours, then show what it still needs."""
    like = Location.objects.visible_to(request.user).first()
    new = Location(time_zone=like.time_zone if like else "UTC")
    form = OpeningForm(request.POST or None, location=new, prefix="facts")
    weekly = HoursForm(request.POST or None, location=new, prefix="hours")
    if request.method == "POST" and form.is_valid() and weekly.is_valid():
        try:
            opened = locations.open_place(by=request.user, hours=weekly.hours(), **form.cleaned_data)
        except ValidationError as refusal:
            explain(form if hasattr(refusal, "error_dict") else weekly, refusal)
        else:
            messages.success(request, f"{opened.name} is open, and you work there. See what it still needs.")
            return redirect("scheduling:manage_place", opened.pk)
    context = {"form": form, "weekly": weekly, "tab": "places"}
    return render(request, "scheduling/manage/place_open.html", context, status=422 if form.is_bound else 200)


def explain(form, refusal: ValidationError) -> None:
    """Put why something cannot be kept beside its field, or above all of them."""
    by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
    for name, reasons in by_field.items():
        form.add_error(name if name in form.fields else None, reasons)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def place(request, pk):
    """Show one location, and change the part of it that was sent."""
    location = get_object_or_404(Location.objects.visible_to(request.user), pk=pk)
    part = request.POST.get("part", "")
    found = forms_of(location, request.POST if part in PARTS else None, part)
    if part in PARTS and found[part].is_valid() and changed(request, location, part, found[part]):
        return redirect("scheduling:manage_place", pk)
    today = timezone.now().astimezone(location.zone).date()
    context = {
        "location": location,
        "forms": found,
        "closures": location.closures.filter(last__gte=today),
        "rooms": location.rooms.prefetch_related("uses__treatment"),
        "devices": location.devices.prefetch_related("uses__treatment"),
        "affected": len(affected(location, today)),
        "needs": needs(location, today),
        "tab": "places",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scheduling/manage/place.html", context, status=status)


def forms_of(location: Location, data, part: str) -> dict:
    """Give the forms of a location's page; only the part that was sent is filled from what was sent."""
    sent = {name: data if name == part else None for name in PARTS}
    return {
        "facts": FactsForm(sent["facts"], location=location, prefix="facts"),
        "hours": HoursForm(sent["hours"], location=location, prefix="hours"),
        "closure": ClosureForm(sent["closure"], prefix="closure"),
        "thing": ThingForm(sent["thing"], prefix="thing"),
    }


def changed(request, location: Location, part: str, form) -> bool:
    """Change one part of a location; why it cannot be goes into the form."""
    asked, by = dict(form.cleaned_data), {"by": request.user, "location": location}
    try:
        if part == "facts":
            edit_place(**by, now=timezone.now(), **asked)
        elif part == "hours":
            hours.open_weekly(**by, hours=form.hours())
        elif part == "closure":
            hours.close_days(**by, **asked)
        else:
            add = equipment.add_room if asked["kind"] == "room" else equipment.add_device
            add(**by, name=asked["name"], position=1 + place_in_lists(location, asked["kind"]))
    except ValidationError as refusal:
        explain(form, refusal)
        return False
    messages.success(request, f"{location.name} is changed.")
    return True


def place_in_lists(location: Location, kind: str) -> int:
    """Count the rooms or devices a location has."""
    return (location.rooms if kind == "room" else location.devices).count()


@require_POST
@managers
def closure_remove(request, pk):
    """Take a closure back."""
    mine = Closure.objects.filter(location__in=Location.objects.visible_to(request.user))
    closure = get_object_or_404(mine.select_related("location"), pk=pk)
    hours.reopen_days(by=request.user, closure=closure)
    messages.success(request, f"{closure.location.name} is open on these days after all.")
    return redirect("scheduling:manage_place", closure.location_id)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def room(request, pk):
    """Show a room and change it."""
    found = get_object_or_404(Room.objects.visible_to(request.user).select_related("location"), pk=pk)
    return thing(
        request, found, lambda keys: capabilities.set_room_uses(by=request.user, room=found, treatments=keys)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def device(request, pk):
    """Show a device and change it."""
    found = get_object_or_404(Device.objects.visible_to(request.user).select_related("location"), pk=pk)
    return thing(
        request,
        found,
        lambda keys: capabilities.set_device_uses(by=request.user, device=found, treatments=keys),
    )


def thing(request, found: Room | Device, serve):
    """Show a room or device with what it serves, and change both."""
    facts = {name: getattr(found, name) for name in ("name", "position", "is_active")}
    facts["treatments"] = [one.treatment.key for one in found.uses.select_related("treatment")]
    form = EquipmentForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        keys = asked.pop("treatments")
        try:
            with transaction.atomic():
                equipment.edit(by=request.user, thing=found, **asked)
                serve(keys)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{asked['name']} is changed.")
            return redirect("scheduling:manage_place", found.location_id)
    context = {"thing": found, "form": form, "tab": "places"}
    return render(request, "scheduling/manage/thing.html", context, status=422 if form.is_bound else 200)
