"""A change to bookings is undone as one, within ten minutes."""

import datetime
from collections.abc import Mapping, Sequence

from django.db.models import Q

from clinic.models import AuditEntry, User
from scheduling.actions.holds import ended, exchange_with, waits_again
from scheduling.actions.outbox import tell_undone
from scheduling.actions.refusals import TooLate
from scheduling.availability.days import wall_time
from scheduling.claiming.booked_rows import PLACED, give_up, restored, snapshot
from scheduling.claiming.free_times import place_of
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.course.deeds import CANCELLED
from scheduling.guard.away import away
from scheduling.models import BookedSession, Booking, Change, Given, Plan


@as_one
def undo(*, by: User, change: Change, now: datetime.datetime) -> Change:
    """Bring every booking of a change back to where it was, and who took an offer back on the waitlist.

    Raises TooLate after ten minutes, when it is undone already, when anything that rules depend on was
    changed for the patient since, and for a day on which somebody is away or the place is shut by now: so
    what it brings back breaks nothing that it did not break before. TakenMeanwhile when a time that was
    given up has been booked by somebody else.
    """
    plan = locked_plan(change.plan_id)
    change = Change.objects.select_for_update(of=("self",)).get(pk=change.pk)
    refuse_late(change, now)
    rows = Booking.objects.filter(pk__in=change.after).select_for_update(of=("self",)).order_by("pk")
    bookings = {str(one.pk): one for one in rows}
    refuse_changed(change, bookings)
    back = brought_back(plan, change, bookings)
    refuse_overtaken(change, plan)
    refuse_away(change, plan, back, now)
    pks = {one.pk for one in rows}
    holds = ended(by, plan.pk, now, lambda offer: offer.moves_id is None or offer.moves_id in pks)
    exchange_with(holds, bookings.values(), [one for one in back if one.is_live])
    Change.objects.filter(pk=change.pk).update(undone_at=now)
    AuditEntry.objects.record(by=by, action="change.undone", on=plan, change=change.pk)
    if change.action == CANCELLED:
        for one in back:
            AuditEntry.objects.record(by=by, action="visit.reinstated", on=one, change=change.pk)
    waits_again(by, change)
    tell_undone(change, plan.patient, now)
    change.undone_at = now
    return change


def brought_back(plan: Plan, change: Change, bookings: Mapping[str, Booking]) -> list[Booking]:
    """Give up the bookings a change made, and write those it moved or gave up as they were."""
    give_up(one for pk, one in bookings.items() if change.before[pk] is None)
    back = [restored(one, change.before[pk]) for pk, one in bookings.items() if change.before[pk]]
    Booking.objects.bulk_update(back, [*PLACED, "status", "held_until"])
    bring_back(plan, back, [pk for one in back for pk in change.before[str(one.pk)]["sessions"]])
    return back


def refuse_away(change: Change, plan: Plan, back: Sequence[Booking], now: datetime.datetime) -> None:
    """Raise TooLate for a visit on whose day its provider is away or the place shut since the change."""
    location = plan.patient.location
    today = now.astimezone(location.zone).date()
    ahead = [one for one in back if one.is_live and one.date >= today]
    if not ahead:
        return
    if any((one.date, one.minute) != wall_time(one.unit, location.zone) for one in ahead):
        raise TooLate(f"The clock at {location} was set to another time zone since. Move or cancel visits.")
    place = place_of(location, today, max(one.date for one in ahead))
    found = [
        text
        for one in ahead
        for text in away(place, one)
        if text not in change.before[str(one.pk)].get("away", ())
    ]
    if found:
        raise TooLate(f"{' '.join(found)} Move or cancel visits instead.")


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
