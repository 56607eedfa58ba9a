"""Booked visits and their sessions as rows: written, moved, given up, and as they were before a change."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from clinic.models import User
from scheduling.course.wanted import Wanted
from scheduling.models import BookedSession, Booking, Plan, PlanSeries, PlanVersion

NAMES = ("status", "date", "minute", "unit", "units", "steps", "reason", "override_reason", "held_until")
PLACED = (*NAMES[1:-1], "provider", "room", "device", "location", "confirmed_at")


def write(
    by: User,
    version: PlanVersion,
    wanted: Sequence[Wanted],
    overridden: Mapping[datetime.date, str],
    now: datetime.datetime,
) -> list[Booking]:
    """Save new bookings and their sessions; `overridden` holds a provider's reason by day."""
    plan = version.plan
    rows = Booking.objects.bulk_create(
        row_of(
            plan,
            one,
            kind=Booking.Kind.SERIES if any(number for _, number in one.sessions) else Booking.Kind.BOOSTER,
            reason=one.reason,
            override_reason=overridden.get(one.date, ""),
            booked_by=by,
            booked_at=now,
        )
        for one in wanted
    )
    series = {one.key: one for one in version.series.all()}
    BookedSession.objects.bulk_create(
        session
        for booking, one in zip(rows, wanted, strict=True)
        for session in sessions_of(booking, one, series)
    )
    return rows


def row_of(plan: Plan, wanted: Wanted, **facts) -> Booking:
    """Make the row of a visit of a plan, not saved yet: its time, what it holds, and further facts."""
    return Booking(
        patient_id=plan.patient_id,
        plan=plan,
        location_id=plan.patient.location_id,
        date=wanted.date,
        minute=wanted.minute,
        unit=wanted.unit,
        units=wanted.units,
        provider_id=wanted.provider,
        room_id=wanted.room,
        device_id=wanted.device,
        steps=steps_of(wanted),
        **facts,
    )


def steps_of(wanted: Wanted) -> list[list[Any]]:
    """The steps of a visit as a booking keeps them."""
    return [[step.name, step.minutes, " ".join(sorted(step.holds))] for step in wanted.steps]


def sessions_of(
    booking: Booking, wanted: Wanted, series: Mapping[str, PlanSeries]
) -> Iterator[BookedSession]:
    """Make the sessions of a new booking, counted in the whole course."""
    for position, (key, number) in enumerate(wanted.sessions, start=1):
        one = series[key]
        yield BookedSession(
            booking=booking,
            plan_id=booking.plan_id,
            position=position,
            key=key,
            ordinal=number + one.done if number else None,
            treatment=one.treatment,
            area=one.area,
            mark=one.mark,
            minutes=one.minutes,
        )


def moved_to(booking: Booking, wanted: Wanted, overridden: str = "") -> Booking:
    """Put a booking at another time, with the steps its sessions have now and a provider's reason if any.

    What its patient confirmed was the time before: another one is not confirmed.
    """
    if booking.unit != wanted.unit:
        booking.confirmed_at = None
    for name in ("date", "minute", "unit", "units", "reason"):
        setattr(booking, name, getattr(wanted, name))
    booking.steps, booking.override_reason = steps_of(wanted), overridden
    for name in ("provider", "room", "device"):
        setattr(booking, f"{name}_id", getattr(wanted, name))
    return booking


def leave_out(version: PlanVersion, moved: Sequence[Booking], wanted: Sequence[Wanted]) -> None:
    """Give up the sessions of moved visits that the plan does not hold any more."""
    done = {one.key: one.done for one in version.series.all()}
    kept = {one.booking: set(one.sessions) for one in wanted if one.booking}
    gone = [
        session.pk
        for booking in moved
        for session in booking.sessions.all()
        if session.is_live
        and (session.key, session.number_after(done.get(session.key, 0))) not in kept[booking.pk]
    ]
    if gone:
        BookedSession.objects.filter(pk__in=gone).update(is_live=False)


def give_up(bookings: Iterable[Booking]) -> None:
    """Cancel bookings; their sessions can be booked again."""
    pks = [one.pk for one in bookings]
    Booking.objects.filter(pk__in=pks).update(status=Booking.Status.CANCELLED, held_until=None)
    BookedSession.objects.filter(booking__in=pks).update(is_live=False)


def snapshot(booking: Booking) -> dict[str, Any]:
    """What an undo compares and brings back of a booking, as JSON keeps it."""
    ids = ("provider_id", "room_id", "device_id", "location_id")
    found = {name: getattr(booking, name) for name in (*NAMES, *ids)}
    until = booking.held_until.isoformat() if booking.held_until else None
    return {**found, "date": booking.date.isoformat(), "held_until": until}


def before_it(booking: Booking, away: Sequence[str] = ()) -> dict[str, Any]:
    """A booking before a change, with the ids of the sessions it holds, and who was `away` in words."""
    sessions = [one.pk for one in booking.sessions.all() if one.is_live]
    return {**snapshot(booking), "sessions": sessions, "away": list(away)}


def restored(booking: Booking, before: Mapping[str, Any]) -> Booking:
    """Give a booking back what it was."""
    for name in snapshot(booking):
        setattr(booking, name, before[name])
    until = before["held_until"]
    booking.date = datetime.date.fromisoformat(before["date"])
    booking.held_until = datetime.datetime.fromisoformat(until) if until else None
    return booking
