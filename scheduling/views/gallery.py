"""Every component on one page, drawn by the templates that the pages use, in both themes."""

import datetime
from functools import partial

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import staff
from clinic.forms import PatientForm
from clinic.models import Location
from scheduling.composing.concerns import panels
from scheduling.naming import SeriesName
from scheduling.plan_page.timeline_parts import (
    Band,
    Flag,
    Lane,
    Mark,
    Month,
    Timeline,
    VisitLine,
    Window,
    key_of,
)

REFUSED = {"first_name": "Maya", "last_name": "Okafor", "birth_date": "1850-01-01"}
STATES = (
    ("good", "badge-check", "Approved"),
    ("wait", "hourglass", "Waits for a review"),
    ("warn", "calendar-x", "Needs a date"),
    ("stop", "clock-alert", "9 days overdue"),
    ("quiet", "history", "Superseded"),
)
NOTICES = (
    ("info", "The calendar is closed on Mon 12 April."),
    ("success", "Maya Okafor is moved to Tue 13 Apr 2027, 10:20 to 11:45."),
    ("warning", "2 booked visits no longer hold."),
    ("error", "Nothing was booked: Dr. Ellis is away on Tue 13 April."),
)
CHOSEN = {("neck", "pores"): "moderate", ("cheeks", "pores"): "mild"}
TREATMENTS = (
    ("botox", "Botox"),
    ("mesobotox", "MesoBotox"),
    ("filler", "Dynamic filler"),
    ("microneedling", "RF microneedling"),
)
MONTHS = ("Jan", "Mar", "May", "Jul", "Sep", "Nov")
LOOKS = (
    (8, "done", "given"),
    (30, "booked", "booked"),
    (48, "open", "what happened?"),
    (86, "to-come", "to come"),
)
DAYS = ("12 Jan", "13 Apr", "22 Jun", "9 Nov")


@require_safe
@staff
def gallery(request):
    """Show the gallery; nothing on it is about a patient."""
    form = partial(PatientForm, REFUSED, user=request.user)
    themes = [(theme, form(auto_id=f"{theme}-%s")) for theme in ("light", "dark")]
    context = {
        "themes": themes,
        "states": STATES,
        "notices": NOTICES,
        "place": Location(phone="+1 518 555 0100"),
        "treatments": TREATMENTS,
        "page": Paginator(range(1, 61), 20).page(2),
        "timeline": drawn(),
        "zones": {one.key: one for one in panels(CHOSEN)},
    }
    return render(request, "scheduling/gallery.html", context)


def drawn() -> Timeline:
    """A timeline of one lane in which every sign stands once."""
    name = SeriesName("mesobotox.neck", "MesoBotox", "neck", "mesobotox")
    lane = Lane(
        y=106,
        band_y=88,
        name=name,
        sessions="4 sessions",
        bands=(
            Band(56, 7, "warn", "Better none before the wedding"),
            Band(63, 7, "blackout", "No session before the wedding"),
        ),
        windows=(Window(28, 34, "ideal"), Window(84, 90, "ideal")),
        marks=tuple(
            Mark(x, number, look, number == 2, "#timeline-piece", f"Session {number}, {words}")
            for number, (x, look, words) in enumerate(LOOKS, 1)
        ),
    )
    return Timeline(
        first=datetime.date(2027, 1, 1),
        last=datetime.date(2027, 12, 31),
        width=480,
        height=176,
        top=80,
        bottom=132,
        summary="MesoBotox, neck: one session given, one booked, two to come",
        months=tuple(
            Month(100 * at / 6, 100 * (at + 0.5) / 6, text, "" if at else "2027", not at)
            for at, text in enumerate(MONTHS)
        ),
        closed=(),
        lanes=(lane,),
        visits=tuple(VisitLine(x, 88, day, 152, x == 30) for (x, *_), day in zip(LOOKS, DAYS, strict=True)),
        flags=(Flag(70, 48, 0, 78, "event", "Wedding", "Wedding, Sat 12 June 2027"),),
        key=key_of((lane,), (), {}),
        before="",
        after="1 session later",
    )
