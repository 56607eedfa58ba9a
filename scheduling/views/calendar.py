"""The calendar: a day of a location, a week of one provider, room or device, and moving a visit."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import role, staff
from clinic.models import Location
from scheduling.actions.moves import NotMoved, move
from scheduling.actions.refusals import Refused
from scheduling.availability.days import NoSuchTime
from scheduling.availability.steps import PROVIDER
from scheduling.booking_page.words import held_by, hours_of, moved_words
from scheduling.calendar.asked import KINDS, Asked
from scheduling.calendar.days import DayCalendar, WeekCalendar
from scheduling.calendar.move_form import MoveForm
from scheduling.claiming.free_times import place_of
from scheduling.course.nearest import in_words, nearest_times, query
from scheduling.models import Booking, Change
from scheduling.planning.reasons import spoken

YEARS = range(2000, 2200)


@require_safe
@staff
def calendar(request):
    """Lead to the day asked for with ?day=, else to today."""
    asked = asked_for(request, None)
    if asked is None:
        return render(request, "scheduling/calendar_nowhere.html")
    return redirect(asked.href("calendar_week" if request.GET.get("view") == "week" else "calendar_day"))


@require_safe
@staff
def calendar_day(request, day):
    """Show a location's day by provider, room or device."""
    page = DayCalendar(found(asked_for(request, day)), timezone.now())
    return render(request, "scheduling/calendar_day.html", {"page": page})


@require_safe
@staff
def calendar_week(request, day):
    """Show the week of one provider, room or device."""
    page = WeekCalendar(found(asked_for(request, day)), timezone.now())
    if page.asked.who and page.who is None:
        raise Http404("Nobody of this number is at the location.")
    return render(request, "scheduling/calendar_week.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role("coordinator", "provider")
def calendar_move(request, pk):
    """Move a visit by a form, as dragging it in the calendar does."""
    bookings = Booking.objects.visible_to(request.user).with_details()
    booking = get_object_or_404(bookings, pk=pk)
    place = place_of(booking.location, booking.date, booking.date)
    data = request.POST if request.method == "POST" else None
    form = MoveForm(data, booking=booking, place=place, user=request.user, asked=request.GET)
    answer = moved(request, booking, form) if form.is_valid() else None
    if isinstance(answer, Change):
        now = bookings.get(pk=pk)
        words = f"{now.patient} is moved to {moved_words(now)}"
        messages.success(request, words, extra_tags=str(answer.pk))
        return redirect(day_of(now, now.date))
    return move_page(request, booking, form, answer)


def moved(request, booking: Booking, form: MoveForm) -> Change | Refused | None:
    """Move the visit; what stands against it otherwise, None when there is no such time."""
    facts = {"to": form.destination, "key": form.cleaned_data["key"], "now": timezone.now()}
    try:
        return move(by=request.user, booking=booking, override=form.cleaned_data.get("override", ""), **facts)
    except Refused as refusal:
        return refusal
    except NoSuchTime as wrong:
        form.ask_which(f"{wrong}.")
    return None


def move_page(request, booking: Booking, form: MoveForm, refusal: Refused | None):
    """Draw the form, with what stands against the move and the nearest times that work."""
    moving = refusal.moving if isinstance(refusal, NotMoved) else None
    near = nearest_times(moving, refusal.to) if moving else ()
    now = {"day": spoken(booking.date), "hours": hours_of(booking), "held": held_by(booking)}
    context = {
        "form": form,
        "booking": booking,
        "now": now | {"href": day_of(booking, booking.date)},
        "refusal": refusal,
        "nearest": [(query(one), in_words(moving, one)) for one in near],
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "scheduling/calendar_move.html", context, status=status)


def day_of(booking: Booking, day: datetime.date) -> str:
    """The address of a day at the location of a visit."""
    return f"{reverse('scheduling:calendar_day', args=[day])}?location={booking.location.slug}"


def found(asked: Asked | None) -> Asked:
    """What was asked for; 404 for a person who works at no location."""
    if asked is None:
        raise Http404("You work at no location yet.")
    return asked


def asked_for(request, day: datetime.date | None) -> Asked | None:
    """Read what is asked for; 404 for what does not exist, None for a person without a location."""
    locations = tuple(Location.objects.visible_to(request.user))
    if not locations:
        return None
    query = request.GET
    slug = query.get("location", locations[0].slug)
    location = next((one for one in locations if one.slug == slug), None)
    by, who = query.get("by", PROVIDER), query.get("who", "")
    day = day or asked_day(query.get("day"), location)
    if location is None or by not in KINDS or day is None or day.year not in YEARS:
        raise Http404("There is no such calendar.")
    if who and not (who.isascii() and who.isdecimal() and len(who) <= 18):
        raise Http404("There is no such calendar.")
    return Asked(request.user, day, locations, location, by, int(who) if who else None)


def asked_day(text: str | None, location: Location | None) -> datetime.date | None:
    """Read ?day=2027-04-13; today at the location without one, None for no date."""
    if not text:
        return timezone.localdate(timezone=location.zone) if location else None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
