"""Changes to booked visits: a whole series, one visit, a move, a cancellation; all of it or nothing."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q

from clinic.models import AuditEntry, User
from clinic.text import is_blank
from scheduling.actions.holds import release_expired
from scheduling.claiming.booked_rows import (
    PLACED,
    before_it,
    give_up,
    leave_out,
    moved_to,
    restored,
    snapshot,
    write,
)
from scheduling.claiming.claims import TakenMeanwhile, exchange, gave_way
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted
from scheduling.guard.rules import PLACE, Against, against, still_broken
from scheduling.models import BookedSession, Booking, Change, Given, Plan, PlanVersion

SERIES = "series.booked"


class Refused(ValidationError):
    """Raised when rules or the place stand against a change; `against` holds every one of them."""

    def __init__(self, problems: Sequence[Against]):
        super().__init__([one.text for one in problems], code="refused")
        self.against = tuple(problems)


class NotApproved(Refused):
    """Raised when a plan that no provider approved is to be booked."""

    def __init__(self) -> None:
        text = "A provider has to approve this plan before it is booked."
        super().__init__([Against(PLACE, text, datetime.date.min)])


class KeyUsed(Refused):
    """Raised when an idempotency key stands for another change already, or for one that was undone."""

    def __init__(self, for_what: str = "for something else already") -> None:
        text = f"This form was sent {for_what}. Open the plan anew."
        super().__init__([Against(PLACE, text, datetime.date.min)])


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
    against it, TakenMeanwhile when a time was booked a moment ago, KeyUsed when the key is another plan's,
    PermissionDenied when anybody but a provider overrides a rule.
    """
    try:
        with transaction.atomic():
            return carry_out(by, version, order, now)
    except IntegrityError as error:
        if done := made_with(order.key, version.plan_id):
            return done
        raise TakenMeanwhile("visit") from error
    except OperationalError as error:
        if gave_way(error):
            raise TakenMeanwhile("time") from error
        raise


def made_with(key: uuid.UUID, plan: int) -> Change | None:
    """The change of a plan that a key stands for; KeyUsed when it is another plan's or was undone."""
    done = Change.objects.filter(key=key).first()
    if done and done.plan_id != plan:
        raise KeyUsed
    if done and done.undone_at:
        raise KeyUsed("already, and what it did was undone")
    return done


def carry_out(by: User, version: PlanVersion, order: Order, now: datetime.datetime) -> Change:
    """Lock the plan, ask the guard, write bookings, claims, the change and the audit entry.

    The patient is locked as well: the guard looks at their other plans, which may be booked at the same time.
    """
    locked = Plan.objects.select_for_update(of=("self", "patient"), no_key=True).with_details()
    plan = locked.get(pk=version.plan_id)
    if done := made_with(order.key, plan.pk):
        return done
    if not PlanVersion.objects.approved().filter(pk=version.pk).exists():
        raise NotApproved
    release_expired(now=now)
    situation = Situation(version, now)
    problems = against(situation, order.wanted, order.dropped)
    refuse(by, problems, order)
    old = touched(plan, order)
    kept = reasons_kept(situation, order, old)
    before = {str(one.pk): before_it(one) for one in old.values()}
    if order.dropped:
        give_up(old[pk] for pk in order.dropped)
    why = overridden(problems, order)
    moved = [
        moved_to(old[one.booking], one, why.get(one.date) or kept.get(one.booking, ""))
        for one in order.wanted
        if one.booking
    ]
    for one in moved:
        one.location_id = plan.patient.location_id
    leave_out(version, moved, order.wanted)
    Booking.objects.bulk_update(moved, PLACED)
    new = write(by, version, [one for one in order.wanted if not one.booking], why, now)
    exchange(old.values(), [*moved, *new])
    return record(by, plan, order, now, before, [*moved, *new], problems)


def refuse(by: User, problems: Sequence[Against], order: Order) -> None:
    """Raise Refused for what stands against an order, unless a provider overrides rules with a reason."""
    if not (order.wanted or order.dropped):
        raise Refused([Against(PLACE, "Nothing was chosen to be booked.", datetime.date.min)])
    if not problems:
        return
    override = "" if is_blank(order.override) else order.override
    if override and by.role != User.Role.PROVIDER:
        raise PermissionDenied("Only a provider may override a rule.")
    if not override or any(one.kind == PLACE for one in problems):
        raise Refused(problems)


def overridden(problems: Sequence[Against], order: Order) -> dict[datetime.date, str]:
    """A provider's reason by the days of the order's visits whose rules it overrides.

    Where one of them breaks a rule of a visit that stays, the reason stands on all of them.
    """
    broken, days = {one.date for one in problems}, {one.date for one in order.wanted}
    return dict.fromkeys(broken if broken <= days else days, order.override.strip()) if problems else {}


def reasons_kept(situation: Situation, order: Order, old: Mapping[int, Booking]) -> dict[int, str]:
    """The reasons that moved visits keep, as a rule that a provider overrode for them stays broken."""
    found = {pk: one.override_reason for pk, one in old.items() if one.override_reason}
    return found if found and still_broken(situation, order.wanted, frozenset(order.dropped)) else {}


def touched(plan: Plan, order: Order) -> dict[int, Booking]:
    """Lock the live bookings that an order moves or gives up; Refused when one is not live any more."""
    wanted = {*order.dropped, *(one.booking for one in order.wanted if one.booking)}
    if not wanted:
        return {}
    rows = Booking.objects.live().filter(plan=plan, pk__in=wanted).select_for_update(of=("self",))
    found = {one.pk: one for one in rows.prefetch_related("sessions").order_by("pk")}
    if set(found) != wanted:
        text = "A visit was changed meanwhile. Nothing was done; look at the plan again."
        raise Refused([Against(PLACE, text, plan_date(order))])
    return found


def plan_date(order: Order) -> datetime.date:
    """The first day an order concerns."""
    return min((one.date for one in order.wanted), default=datetime.date.min)


def record(
    by: User,
    plan: Plan,
    order: Order,
    now: datetime.datetime,
    before: dict[str, Any],
    written: Sequence[Booking],
    problems: Sequence[Against],
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
        **({"override": order.override, "overrode": [one.text for one in problems]} if problems else {}),
    )
    return change


@transaction.atomic
def undo(*, by: User, change: Change, now: datetime.datetime) -> Change:
    """Bring every booking of a change back to where it was.

    Raises TooLate after ten minutes, when it is undone already, or when anything that rules depend on was
    changed for the patient since: so what it brings back breaks nothing that it did not break before.
    TakenMeanwhile when a time that was given up has been booked by somebody else.
    """
    locked = Plan.objects.select_for_update(of=("self", "patient"), no_key=True).with_details()
    plan = locked.get(pk=change.plan_id)
    change = Change.objects.select_for_update(of=("self",)).get(pk=change.pk)
    refuse_late(change, now)
    rows = Booking.objects.filter(pk__in=change.after).select_for_update(of=("self",)).order_by("pk")
    bookings = {str(one.pk): one for one in rows}
    refuse_changed(change, bookings)
    give_up(one for pk, one in bookings.items() if change.before[pk] is None)
    back = [restored(one, change.before[pk]) for pk, one in bookings.items() if change.before[pk]]
    Booking.objects.bulk_update(back, [*PLACED, "status", "held_until"])
    bring_back(plan, back, [pk for one in back for pk in change.before[str(one.pk)]["sessions"]])
    refuse_overtaken(change, plan)
    exchange(bookings.values(), [one for one in back if one.is_live])
    Change.objects.filter(pk=change.pk).update(undone_at=now)
    AuditEntry.objects.record(by=by, action="change.undone", on=plan, change=change.pk)
    change.undone_at = now
    return change


def refuse_late(change: Change, now: datetime.datetime) -> None:
    """Raise TooLate for a change that is undone already or was made more than ten minutes ago."""
    if change.undone_at is not None:
        raise TooLate("It is undone already.")
    if not change.undoable(now):
        raise TooLate("It was done more than ten minutes ago. Move or cancel its visits instead.")


def refuse_overtaken(change: Change, plan: Plan) -> None:
    """Raise TooLate when another change of the patient's visits followed, or a treatment was recorded."""
    later = Change.objects.filter(plan__patient=plan.patient_id, pk__gt=change.pk, undone_at=None)
    since = Q(recorded_at__gt=change.at) | Q(withdrawn_at__gt=change.at)
    if later.exists() or Given.objects.filter(since, patient=plan.patient_id).exists():
        raise TooLate("Something else was changed for this patient since. Move or cancel visits instead.")


def refuse_changed(change: Change, bookings: Mapping[str, Booking]) -> None:
    """Raise TooLate when a booking is not as the change left it."""
    for pk, booking in bookings.items():
        after = change.after[pk]
        given_up = after is None and booking.status == Booking.Status.CANCELLED
        if not given_up and snapshot(booking) != after:
            raise TooLate("A visit of this change was changed since.")


def bring_back(plan: Plan, bookings: Sequence[Booking], sessions: Sequence[int]) -> None:
    """Let restored bookings hold the sessions (ids) they held; TooLate when one has another visit by now."""
    rows = BookedSession.objects.filter(booking__in=bookings)
    rows.update(is_live=False)
    wanted = set(rows.filter(pk__in=sessions, ordinal__isnull=False).values_list("key", "ordinal"))
    booked = BookedSession.objects.filter(plan=plan, is_live=True).values_list("key", "ordinal")
    given = Given.objects.standing().filter(plan=plan, counts=True).values_list("key", "ordinal")
    if wanted & {*booked, *given}:
        raise TooLate("A session of this change was booked or given anew.")
    rows.filter(pk__in=sessions).update(is_live=True)
