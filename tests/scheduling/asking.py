"""Visits that tests ask for at a day and time of their own."""

import dataclasses
import datetime
from collections.abc import Sequence

from clinic.models import Provider, Room, User
from scheduling.actions.bookings import Order, book
from scheduling.availability.days import day_of
from scheduling.availability.steps import steps_of
from scheduling.course.giving import gives_of
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, Wanted
from scheduling.guard.rules import Against, against
from scheduling.models import Booking, Change, PlanVersion
from tests.scheduling.builders import NOON

NECK_KEY, FACE_KEY = "mesobotox.neck", "botox.upper_face"
TEN = 10 * 60
DAY = datetime.timedelta(days=1)


def asked(
    version: PlanVersion,
    sessions: Sequence[SessionId],
    day: datetime.date,
    minute: int = TEN,
    booking: Booking | None = None,
    **changes,
) -> Wanted:
    """Ask for sessions at a wall time, in the first room with the first provider unless changed."""
    location = version.plan.patient.location
    gives, keys = gives_of(version.series.all()), [key for key, _ in sessions]
    local = day_of(location.zone, day)
    wanted = Wanted(
        sessions=tuple(sessions),
        date=day,
        minute=minute,
        unit=local.first + local.bit_of(minute),
        provider=Provider.objects.filter(shifts__location=location).order_by("pk")[0].pk,
        room=Room.objects.filter(location=location)[0].pk,
        device=None,
        steps=steps_of([gives[key] for key in gives if key in keys]),
        booking=booking.pk if booking else None,
    )
    return dataclasses.replace(wanted, **changes)


def sessions_of(version: PlanVersion, booking: Booking) -> tuple[SessionId, ...]:
    """Give the sessions a booking holds, by number within a version."""
    done = {one.key: one.done for one in version.series.all()}
    return tuple((one.key, one.ordinal - done[one.key]) for one in booking.sessions.all())


def moved(version: PlanVersion, booking: Booking, day: datetime.date, minute: int = TEN, **changes) -> Wanted:
    """Ask for a booked visit on another day."""
    return asked(version, sessions_of(version, booking), day, minute, booking, **changes)


def do(version: PlanVersion, by: User, *wanted: Wanted, now=NOON, **fields) -> Change:
    """Book or move visits."""
    return book(by=by, version=version, order=Order(wanted=wanted, **fields), now=now)


def said(version: PlanVersion, *wanted: Wanted, now=NOON, dropped=()) -> list[str]:
    """Give what stands against visits, in words."""
    return [one.text for one in found(version, *wanted, now=now, dropped=dropped)]


def found(version: PlanVersion, *wanted: Wanted, now=NOON, dropped=()) -> tuple[Against, ...]:
    """Give what stands against visits."""
    return against(Situation(version, now), wanted, dropped)


def noon(day: datetime.date) -> datetime.datetime:
    """Give noon in New York in winter."""
    return datetime.datetime.combine(day, datetime.time(17), datetime.UTC)
