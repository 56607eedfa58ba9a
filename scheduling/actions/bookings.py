"""Changes to booked visits: a whole series, one visit, a move, a cancellation; all of it or nothing."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction

from clinic.models import AuditEntry, User
from clinic.text import is_blank
from scheduling.actions.holds import closed, ended, exchange_with
from scheduling.actions.outbox import tell_change
from scheduling.actions.refusals import KeyUsed, NotApproved, Refused
from scheduling.claiming.booked_rows import (
    PLACED,
    before_it,
    give_up,
    leave_out,
    moved_to,
    snapshot,
    write,
)
from scheduling.claiming.claims import TakenMeanwhile, gave_way
from scheduling.claiming.turns import locked_plan
from scheduling.course.situation import Situation
from scheduling.course.wanted import Wanted
from scheduling.guard.away import away
from scheduling.guard.rules import PLACE, Against, against, still_broken
from scheduling.models import Booking, Change, Offer, Plan, PlanVersion

SERIES = "series.booked"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done as one: visits to book or move, bookings (ids) to give up, and what it is called.

    `override` is a provider's reason to go against a rule; a place that is shut cannot be overridden.
    `offer` is the open one, locked, that it takes up: its held time becomes the visit's. Without `tells`
    its patient gets no message: they know already, or there is nobody to write to.
    """

    wanted: tuple[Wanted, ...] = ()
    dropped: tuple[int, ...] = ()
    action: str = SERIES
    reason: str = ""
    override: str = ""
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    offer: Offer | None = None
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Carried:
    """What an order came to: the bookings it touched as they were, those it wrote, and what it overrode."""

    before: Mapping[str, Any]
    written: Sequence[Booking]
    problems: Sequence[Against]


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

    The patient is locked as well: the guard looks at their other plans, which may be booked at the same
    time. All claims change at once, with those of holds that have ended or are in the order's way.
    """
    plan = version.plan = locked_plan(version.plan_id)
    if done := made_with(order.key, plan.pk):
        return done
    if not PlanVersion.objects.approved().filter(pk=version.pk).exists():
        raise NotApproved
    situation = Situation(version, now)
    problems = against(situation, order.wanted, order.dropped)
    refuse(by, problems, order)
    old = touched(plan, order)
    before = {str(one.pk): before_it(one, [*away(situation.place, one)]) for one in old.values()}
    written = rewritten(by, situation, order, old, problems)
    exchange_with(holds_of(by, plan, order, now), old.values(), written)
    return record(by, plan, order, now, Carried(before, written, problems))


def rewritten(
    by: User, situation: Situation, order: Order, old: Mapping[int, Booking], problems: Sequence[Against]
) -> list[Booking]:
    """Write what an order gives up, moves and books anew; the bookings that moved or are new."""
    version, why = situation.version, overridden(problems, order)
    kept = reasons_kept(situation, order, old)
    if order.dropped:
        give_up(old[pk] for pk in order.dropped)
    moved = [
        moved_to(old[one.booking], one, why.get(one.date) or kept.get(one.booking, ""))
        for one in order.wanted
        if one.booking
    ]
    for one in moved:
        one.location_id = version.plan.patient.location_id
    leave_out(version, moved, order.wanted)
    Booking.objects.bulk_update(moved, PLACED)
    new = [one for one in order.wanted if not one.booking]
    return [*moved, *write(by, version, new, why, situation.now)]


def holds_of(by: User, plan: Plan, order: Order, now: datetime.datetime) -> list[Booking]:
    """Close the offers that end with an order, and give their holds.

    The one it takes up; those whose time is up; and the plan's own about a visit or a session it changes.
    """
    taken = [closed(by, order.offer, Offer.State.ACCEPTED, now)] if order.offer else []
    bookings = {*order.dropped, *(one.booking for one in order.wanted if one.booking)}
    sessions = {session for one in order.wanted for session in one.sessions}

    def touches(offer: Offer) -> bool:
        return offer.moves_id in bookings or any((key, number) in sessions for key, number in offer.sessions)

    return [*taken, *ended(by, plan.pk, now, touches)]


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


def record(by: User, plan: Plan, order: Order, now: datetime.datetime, carried: Carried) -> Change:
    """Write the change and the audit entry."""
    after = {str(one.pk): snapshot(one) for one in carried.written}
    change = Change.objects.create(
        plan=plan,
        key=order.key,
        action=order.action,
        before={**dict.fromkeys(after), **carried.before},
        after={**dict.fromkeys(carried.before), **after},
        reason=order.reason,
        by=by,
        at=now,
    )
    facts: dict[str, Any] = {"booked": len(carried.written), "given_up": len(order.dropped)}
    if carried.problems:
        facts |= {"override": order.override, "overrode": [one.text for one in carried.problems]}
    AuditEntry.objects.record(by=by, action=order.action, on=plan, change=change.pk, **facts)
    if order.tells:
        tell_change(change, plan.patient, now)
    return change
