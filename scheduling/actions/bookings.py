"""Changes to booked visits: a whole series, one visit, a move, a cancellation; all of it or nothing."""

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry, User
from scheduling.claiming import TakenMeanwhile, hold, release
from scheduling.guard import PLACE, Against, against
from scheduling.models import BookedSession, Booking, Change, Plan, PlanSeries, PlanVersion
from scheduling.situation import Situation
from scheduling.wanted import Wanted

SERIES = "series.booked"
PLACED = ["date", "minute", "unit", "units", "provider", "room", "device", "reason", "override_reason"]


class Refused(ValidationError):
    """Raised when rules or the place stand against a change; `against` holds every one of them."""

    def __init__(self, problems: Sequence[Against]):
        super().__init__([one.text for one in problems], code="refused")
        self.against = tuple(problems)


class NotApproved(ValidationError):
    """Raised when a plan that no provider approved is to be booked."""

    def __init__(self) -> None:
        super().__init__("A provider has to approve this plan before it is booked.", code="not_approved")


class TooLate(ValidationError):
    """Raised when a change can no longer be undone."""

    def __init__(self, why: str):
        super().__init__(f"This cannot be undone. {why}", code="too_late")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done as one: visits to book or move, bookings (ids) to give up, and what it is called.

    `override` is a provider's reason to go against a rule; a place that is shut cannot be overridden.
    """

    wanted: tuple[Wanted, ...] = ()
    dropped: tuple[int, ...] = ()
    action: str = SERIES
    reason: str = ""
    override: str = ""
    key: uuid.UUID = field(default_factory=uuid.uuid4)


def book(*, by: User, version: PlanVersion, order: Order, now: datetime.datetime) -> Change:
    """Carry out an order: every visit in it, or nothing.

    `version` comes `with_details` and must be its plan's approved one; `now` is aware. The same key again
    gives the change that was made with it. Raises NotApproved, Refused with everything that stands
    against it, TakenMeanwhile when a time was booked a moment ago.
    """
    if done := Change.objects.filter(key=order.key, plan=version.plan_id).first():
        return done
    try:
        with transaction.atomic():
            return carry_out(by, version, order, now)
    except IntegrityError as error:
        if done := Change.objects.filter(key=order.key, plan=version.plan_id).first():
            return done
        raise TakenMeanwhile("visit") from error


def carry_out(by: User, version: PlanVersion, order: Order, now: datetime.datetime) -> Change:
    """Lock the plan, ask the guard, write bookings, claims, the change and the audit entry."""
    plan = Plan.objects.select_for_update(of=("self",)).with_details().get(pk=version.plan_id)
    if done := Change.objects.filter(key=order.key, plan=plan).first():
        return done
    if not PlanVersion.objects.approved().filter(pk=version.pk).exists():
        raise NotApproved
    situation = Situation(version, now)
    refuse(by, against(situation, order.wanted, order.dropped), order.override)
    old = touched(plan, order)
    before = {str(one.pk): snapshot(one) for one in old.values()}
    release(old.values())
    give_up(old[pk] for pk in order.dropped)
    moved = [moved_to(old[one.booking], one) for one in order.wanted if one.booking]
    Booking.objects.bulk_update(moved, PLACED)
    new = write(by, version, [one for one in order.wanted if not one.booking], order, now)
    hold([*moved, *new])
    return record(by, plan, order, now, before, [*moved, *new])


def refuse(by: User, problems: Sequence[Against], override: str) -> None:
    """Raise Refused for what stands against an order, unless a provider overrides rules with a reason."""
    if not problems:
        return
    if override and by.role != User.Role.PROVIDER:
        raise PermissionDenied("Only a provider may override a rule.")
    if not override or any(one.kind == PLACE for one in problems):
        raise Refused(problems)


def touched(plan: Plan, order: Order) -> dict[int, Booking]:
    """Lock the live bookings that an order moves or gives up; Refused when one is not live any more."""
    wanted = {*order.dropped, *(one.booking for one in order.wanted if one.booking)}
    rows = Booking.objects.live().filter(plan=plan, pk__in=wanted).select_for_update(of=("self",))
    found = {one.pk: one for one in rows.prefetch_related("sessions").order_by("pk")}
    if set(found) != wanted:
        text = "A visit was changed meanwhile. Nothing was done; look at the plan again."
        raise Refused([Against(PLACE, text, plan_date(order))])
    return found


def plan_date(order: Order) -> datetime.date:
    """The first day an order concerns."""
    return min((one.date for one in order.wanted), default=datetime.date.min)


def give_up(bookings: Iterable[Booking]) -> None:
    """Cancel bookings; their sessions can be booked again."""
    pks = [one.pk for one in bookings]
    Booking.objects.filter(pk__in=pks).update(status=Booking.Status.CANCELLED, held_until=None)
    BookedSession.objects.filter(booking__in=pks).update(is_live=False)


def moved_to(booking: Booking, wanted: Wanted) -> Booking:
    """Put a booking at another time; its sessions and steps stay."""
    for name in ("date", "minute", "unit", "units", "reason"):
        setattr(booking, name, getattr(wanted, name))
    for name in ("provider", "room", "device"):
        setattr(booking, f"{name}_id", getattr(wanted, name))
    return booking


def write(
    by: User, version: PlanVersion, wanted: Sequence[Wanted], order: Order, now: datetime.datetime
) -> list[Booking]:
    """Save new bookings with their sessions, in two queries."""
    plan = version.plan
    rows = Booking.objects.bulk_create(
        Booking(
            patient_id=plan.patient_id,
            plan=plan,
            location_id=plan.patient.location_id,
            date=one.date,
            minute=one.minute,
            unit=one.unit,
            units=one.units,
            provider_id=one.provider,
            room_id=one.room,
            device_id=one.device,
            steps=[[step.name, step.minutes, " ".join(sorted(step.holds))] for step in one.steps],
            kind=Booking.Kind.SERIES if any(number for _, number in one.sessions) else Booking.Kind.BOOSTER,
            reason=one.reason,
            override_reason=order.override,
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


def snapshot(booking: Booking) -> dict[str, Any]:
    """What an undo brings back of a booking."""
    names = ("status", "date", "minute", "unit", "units", "reason", "override_reason")
    ids = ("provider_id", "room_id", "device_id")
    found = {name: getattr(booking, name) for name in (*names, *ids)}
    return {**found, "date": booking.date.isoformat()}


def record(
    by: User,
    plan: Plan,
    order: Order,
    now: datetime.datetime,
    before: dict[str, Any],
    written: Sequence[Booking],
) -> Change:
    """Write the change and the audit entry."""
    after = {str(one.pk): snapshot(one) for one in written}
    change = Change.objects.create(
        plan=plan,
        key=order.key,
        action=order.action,
        before={**dict.fromkeys(after), **before},
        after={**dict.fromkeys(before), **after},
        reason=order.reason,
        by=by,
        at=now,
    )
    AuditEntry.objects.record(
        by=by,
        action=order.action,
        on=plan,
        change=change.pk,
        booked=len(written),
        given_up=len(order.dropped),
        **({"override": order.override} if order.override else {}),
    )
    return change


@transaction.atomic
def undo(*, by: User, change: Change, now: datetime.datetime) -> Change:
    """Bring every booking of a change back to where it was.

    Raises TooLate after ten minutes or when one of them was changed since, TakenMeanwhile when a time that
    was given up has been booked by somebody else.
    """
    plan = Plan.objects.select_for_update(of=("self",)).with_details().get(pk=change.plan_id)
    change = Change.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if not change.undoable(now):
        raise TooLate("It was done more than ten minutes ago, or is undone already.")
    bookings = {
        str(one.pk): one
        for one in Booking.objects.filter(pk__in=change.after).select_for_update(of=("self",)).order_by("pk")
    }
    for pk, booking in bookings.items():
        after = change.after[pk]
        if snapshot(booking) != after and not (after is None and booking.status == Booking.Status.CANCELLED):
            raise TooLate("A visit of this change was changed since.")
    release(bookings.values())
    give_up(one for pk, one in bookings.items() if change.before[pk] is None)
    back = [restored(one, change.before[pk]) for pk, one in bookings.items() if change.before[pk]]
    Booking.objects.bulk_update(back, [*PLACED, "status"])
    BookedSession.objects.filter(booking__in=back).update(is_live=True)
    hold([one for one in back if one.is_live])
    Change.objects.filter(pk=change.pk).update(undone_at=now)
    AuditEntry.objects.record(by=by, action="change.undone", on=plan, change=change.pk)
    change.undone_at = now
    return change


def restored(booking: Booking, before: Mapping[str, Any]) -> Booking:
    """Give a booking back what it was."""
    for name, value in before.items():
        setattr(booking, name, value)
    booking.date = datetime.date.fromisoformat(before["date"])
    return booking
