"""What becomes of a booked visit: the patient arrives, is treated, or does not come."""

import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError

from clinic.models import AuditEntry, User
from clinic.text import is_blank
from scheduling.actions import doses as dosed
from scheduling.actions import observations as observed
from scheduling.actions.doses import NOTHING, Entered
from scheduling.actions.holds import ended, exchange_with
from scheduling.actions.outbox import tell_change
from scheduling.claiming.booked_rows import before_it
from scheduling.claiming.free_times import place_of
from scheduling.claiming.given_rows import close_up, give, hold_again
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.course.deeds import CANCELLED
from scheduling.guard.away import away
from scheduling.models import BookedSession, Booking, Change, Given
from scheduling.planning.reasons import spoken

Status = Booking.Status


class NotPossible(ValidationError):
    """Raised when what is to be recorded does not fit what became of the visit already."""

    def __init__(self, text: str):
        super().__init__(text, code="not_possible")


SETTLED = {
    Status.HELD: "This is no visit yet: its time is held for an offer. Accept or decline it on the waitlist.",
    Status.BOOKED: "This visit is not completed yet. Complete it: what was treated is recorded then.",
    Status.ARRIVED: "The patient is here already. Complete the visit, or record that they did not come.",
    Status.COMPLETED: "This visit is completed already. What was recorded wrongly is withdrawn on the plan.",
    Status.MISSED: "This visit is missed already. Book its sessions for another day on the plan.",
    Status.CANCELLED: "This visit is cancelled already. Book its sessions for another day on the plan.",
}


def locked(booking: Booking, *states: str) -> Booking:
    """Lock a booking and its plan; NotPossible, with what would work, unless it is in one of the states."""
    locked_plan(booking.plan_id)
    found = Booking.objects.select_for_update(of=("self",)).with_details().get(pk=booking.pk)
    if found.status not in states:
        raise NotPossible(SETTLED[Status(found.status)])
    return found


@as_one
def arrive(*, by: User, booking: Booking, now: datetime.datetime) -> Booking:
    """Record that the patient is here; on the day of the visit only."""
    found = locked(booking, Status.BOOKED)
    if found.date != now.astimezone(found.location.zone).date():
        raise NotPossible(f"The visit is on {spoken(found.date)}; it can be checked in on that day.")
    return became(by, found, Status.ARRIVED, "visit.arrived", now)


@as_one
def miss(*, by: User, booking: Booking, now: datetime.datetime) -> Booking:
    """Record that the patient did not come: the sessions are not consumed and need a date again.

    Raises NotPossible before the visit begins, or when something was recorded of it already.
    """
    found = locked(booking, Status.BOOKED, Status.ARRIVED)
    if found.at > now:
        raise NotPossible("The visit has not begun yet. Cancel it instead.")
    return became(by, found, Status.MISSED, "visit.missed", now)


@as_one
def cancel(*, by: User, booking: Booking, reason: str, now: datetime.datetime, tells: bool = True) -> Change:
    """Give a visit up, on its day at the latest: the time is free, the sessions need a date again.

    It can be undone like every change of bookings; without `tells` the patient gets no message. Raises
    NotPossible without a reason, or once its day has passed: then it was missed or it took place.
    """
    found = locked(booking, Status.BOOKED)
    if is_blank(reason):
        raise NotPossible("Say why the visit is cancelled.")
    if found.date < now.astimezone(found.location.zone).date():
        raise NotPossible(f"The visit was on {spoken(found.date)}. Record whether the patient came.")
    before = before_it(found, [*away(place_of(found.location, found.date, found.date), found)])
    became(by, found, Status.CANCELLED, CANCELLED, now, reason=reason)
    change = Change.objects.create(
        plan=found.plan,
        action=CANCELLED,
        before={str(found.pk): before},
        after={str(found.pk): None},
        reason=reason[:300],
        by=by,
        at=now,
    )
    if tells:
        tell_change(change, found.patient, now)
    return change


@as_one
def complete(
    *,
    by: User,
    booking: Booking,
    treated: Iterable[str],
    now: datetime.datetime,
    left_out: str = "",
    entered: Entered = NOTHING,
) -> Booking:
    """Record what was really given at a visit: the keys of the sessions treated, with what was `entered`.

    A session left out is not consumed and needs a date again; `left_out` says why. Raises NotPossible before
    the day of the visit, for a key that was not booked, and while nobody has said what became of an earlier
    visit of the same series: sessions are counted in their order. Raises NotGiven for doses that may not be
    given, NotObserved for grades. Either all of it is recorded, or nothing.
    """
    found = locked(booking, Status.BOOKED, Status.ARRIVED)
    sessions = [one for one in found.sessions.all() if one.is_live]
    keys = completed_with(found, treated, sessions, left_out, now)
    dosed.record(by, found, entered.doses, keys, now)
    observed.record(by, found, entered.grades, {one.key for one in sessions}, now)
    return completed(by, found, [one for one in sessions if one.key in keys], left_out, now)


def completed_with(
    booking: Booking,
    treated: Iterable[str],
    sessions: Sequence[BookedSession],
    left_out: str,
    now: datetime.datetime,
) -> set[str]:
    """The keys treated of a visit's live sessions; NotPossible while it cannot be completed with them."""
    if booking.date > now.astimezone(booking.location.zone).date():
        raise NotPossible(f"The visit is on {spoken(booking.date)}; it cannot be completed before.")
    keys = known(treated, sessions)
    if len(keys) < len(sessions) and is_blank(left_out):
        raise NotPossible("Say why an area was left out.")
    refuse_unordered(booking, keys)
    return keys


def completed(
    by: User, booking: Booking, given: Sequence[BookedSession], left_out: str, now: datetime.datetime
) -> Booking:
    """Save a visit as completed with the sessions that were given, or as cancelled where none was."""
    if not given:
        return became(by, booking, Status.CANCELLED, "visit.not_treated", now, reason=left_out)
    keys = sorted(one.key for one in given)
    BookedSession.objects.filter(booking=booking).exclude(key__in=keys).update(is_live=False)
    give(by, booking, given, now)
    facts = {"treated": keys, "left_out": left_out}
    return became(by, booking, Status.COMPLETED, "visit.completed", now, **facts)


@as_one
def add_given(*, by: User, booking: Booking, treated: Iterable[str], now: datetime.datetime) -> Booking:
    """Record sessions of a completed visit that were given and left out by mistake, by their keys.

    Each counts by the day of the visit, and those given after it as one more. Raises NotPossible unless
    the visit is completed, and for a key that it does not hold or that is on record.
    """
    found = locked(booking, Status.COMPLETED)
    missing = not_recorded(found, found.given.standing())
    keys = known(treated, missing)
    if not keys:
        raise NotPossible("Choose what else was treated at this visit.")
    refuse_unordered(found, keys)
    give(by, found, [one for one in missing if one.key in keys], now)
    AuditEntry.objects.record(by=by, action="visit.added_to", on=found, treated=sorted(keys))
    return found


def not_recorded(booking: Booking, given: Iterable[Given]) -> list[BookedSession]:
    """The sessions a completed visit was booked for that are not on record; `given` are its own."""
    standing = {one.key for one in given}
    return [one for one in booking.sessions.all() if one.key not in standing]


def known(treated: Iterable[str], sessions: Iterable[BookedSession]) -> set[str]:
    """The keys treated; NotPossible for one that is none of these sessions'."""
    keys, booked = set(treated), {one.key: str(one.name) for one in sessions}
    if unknown := sorted(keys - set(booked)):
        could = ", ".join(booked.values()) or "nothing"
        raise NotPossible(f"Not booked for this visit: {', '.join(unknown)}. What can be recorded: {could}.")
    return keys


def refuse_unordered(booking: Booking, keys: Iterable[str]) -> None:
    """Raise NotPossible while nobody has said what became of an earlier visit of these series."""
    if earlier := unresolved_before(booking, keys):
        text = f"Record first what became of the visit on {spoken(earlier.date)}, {earlier.starts}."
        raise NotPossible(f"{text} Sessions are counted in their order.")


def unresolved_before(booking: Booking, keys: Iterable[str]) -> Booking | None:
    """The first earlier visit of these series of which nobody has said what became of it."""
    rows = Booking.objects.filter(
        plan=booking.plan_id,
        status__in=(Status.BOOKED, Status.ARRIVED),
        unit__lt=booking.unit,
        sessions__key__in=keys,
        sessions__is_live=True,
    )
    return rows.exclude(pk=booking.pk).order_by("unit").first()


@as_one
def withdraw(*, by: User, given: Given, now: datetime.datetime) -> Given:
    """Take back a treatment that was recorded wrongly; the record stays, marked.

    Its session needs a date again, and those of the series that were given later count as one less. Only
    what the plan took for its history when it was changed stays counted until it is changed again. Where
    nothing of its visit stands any more, the patient is here again: what was really given is recorded anew.
    Its doses and grades are withdrawn with it; NotPossible for anybody but a provider while there are any.
    """
    if given.plan_id:
        locked_plan(given.plan_id)
    found = Given.objects.standing().select_for_update(of=("self",)).filter(pk=given.pk).first()
    if found is None:
        raise NotPossible("This was withdrawn already: it counts no more.")
    if by.role != User.Role.PROVIDER and dosed.stands(found.booking, found.key):
        raise NotPossible("Doses or grades of this area are on record. Ask a provider to withdraw it.")
    Given.objects.filter(pk=found.pk).update(withdrawn_at=now)
    BookedSession.objects.filter(booking=found.booking_id, key=found.key).update(is_live=False)
    dosed.withdraw_of(by, found.booking, found.key, now)
    AuditEntry.objects.record(by=by, action="given.withdrawn", on=found.patient, given=found.pk)
    found.withdrawn_at = now
    if found.counts and found.plan_id:
        close_up(found)
    reopen(by, found)
    return found


def reopen(by: User, withdrawn: Given) -> None:
    """Set the visit of a withdrawn treatment back to arrived when nothing of it stands any more."""
    if withdrawn.booking_id is None:
        return
    rows = Booking.objects.select_for_update(of=("self",)).with_details()
    booking = withdrawn.booking = rows.get(pk=withdrawn.booking_id)
    if booking.status != Status.COMPLETED or booking.given.standing().exists():
        return
    if hold_again(booking):
        booking.status = Status.ARRIVED
        booking.save(update_fields=["status"])
        AuditEntry.objects.record(by=by, action="visit.reopened", on=booking, given=withdrawn.pk)


def became(by: User, booking: Booking, status: str, action: str, now: datetime.datetime, **detail) -> Booking:
    """Save what became of a visit, with the audit entry; an offer to move it is closed.

    One that does not take place gives its time and its sessions back.
    """
    holds = ended(by, booking.plan_id, now, lambda offer: offer.moves_id == booking.pk)
    gone = [booking] if status in (Status.MISSED, Status.CANCELLED) else []
    BookedSession.objects.filter(booking__in=gone).update(is_live=False)
    if holds or gone:
        exchange_with(holds, gone)
    booking.status, booking.held_until = status, None
    booking.save(update_fields=["status", "held_until"])
    AuditEntry.objects.record(by=by, action=action, on=booking, **detail)
    return booking
