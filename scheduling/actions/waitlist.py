"""The waitlist: who waits, and freed times offered to them one after the other."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry, User
from scheduling.actions.bookings import Order, book
from scheduling.actions.holds import closed, ended, exchange_with
from scheduling.actions.outbox import tell_offered
from scheduling.availability.steps import Step
from scheduling.boards.freed import Freed
from scheduling.boards.waiting import Candidate, Matching
from scheduling.claiming.booked_rows import row_of
from scheduling.claiming.turns import as_one, locked_plan
from scheduling.course.wanted import Wanted
from scheduling.models import Booking, Change, Offer, Plan, PlanVersion, Waiting
from scheduling.models.waitlist import HELD_FOR

ACCEPTED = "offer.taken"


class NoOffer(ValidationError):
    """Raised when a time cannot be offered, or an offer not be decided any more."""

    def __init__(self, text: str):
        super().__init__(text, code="no_offer")


@as_one
def wait(
    *,
    by: User,
    plan: Plan,
    now: datetime.datetime,
    weekdays: Sequence[int],
    not_before: datetime.date | None = None,
    note: str = "",
) -> Waiting:
    """Put a plan's patient on the waitlist; ValidationError names what cannot be kept, or that they wait."""
    if Waiting.objects.active().filter(plan=plan).exists():
        text = "This plan is on the waitlist already. Take it off there to add it with other days."
        raise ValidationError(text, code="waits")
    waiting = Waiting(plan=plan, weekdays=list(weekdays), not_before=not_before, note=note.strip())
    waiting.added_by, waiting.added_at = by, now
    waiting.full_clean()
    waiting.save()
    AuditEntry.objects.record(by=by, action="waitlist.added", on=plan, waiting=waiting.pk)
    return waiting


@as_one
def stop_waiting(*, by: User, waiting: Waiting, now: datetime.datetime) -> Waiting:
    """Take a patient off the waitlist; a time held for them is given back."""
    found = active(waiting)
    if found is None:
        return waiting
    offers = Offer.objects.open().filter(waiting=found).with_details().select_for_update(of=("self",))
    exchange_with([closed(by, one, Offer.State.DECLINED, now) for one in offers])
    return removed(by, found)


def active(waiting: Waiting) -> Waiting | None:
    """Lock a plan and then who waits for it, in that order everywhere; None when they do not any more."""
    locked_plan(waiting.plan_id)
    rows = Waiting.objects.active().with_details().select_for_update(of=("self",))
    return rows.filter(pk=waiting.pk).first()


def removed(by: User, waiting: Waiting) -> Waiting:
    """Save that somebody does not wait any more."""
    waiting.is_active = False
    waiting.save(update_fields=["is_active"])
    AuditEntry.objects.record(by=by, action="waitlist.removed", on=waiting.plan, waiting=waiting.pk)
    return waiting


@as_one
def offer(*, by: User, waiting: Waiting, time: Freed, now: datetime.datetime, tells: bool = True) -> Offer:
    """Hold a freed time for a waiting patient for a quarter of an hour, and tell them so.

    Raises NoOffer unless it is legal and better for them and no later visit suffers, TakenMeanwhile when it
    was booked a moment ago.
    """
    found = active(waiting)
    if found is None:
        raise NoOffer("This patient does not wait any more. Put them on the waitlist again first.")
    if found.location != time.location:
        raise NoOffer(f"{found.plan.patient} comes to {found.location}, not to {time.location}.")
    match Matching(time, [found], now).judged(found):
        case Candidate() as candidate:
            made = held(by, candidate, now)
            if tells and made.hold:
                tell_offered(made, made.hold, found.plan.patient, now)
            return made
        case unsuited:
            raise NoOffer(unsuited.because)


def held(by: User, candidate: Candidate, now: datetime.datetime) -> Offer:
    """Save the hold with its claims, and the offer it is for; ended holds are given back with it."""
    holds, plan = ended(by, None, now), candidate.waiting.plan
    until, state = now + HELD_FOR, Booking.Status.HELD
    booking = row_of(plan, candidate.wanted, status=state, held_until=until, booked_by=by, booked_at=now)
    booking.save()
    made = offer_of(by, candidate, booking, now)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise NoOffer("Another time is held for this patient already. Decide that offer first.") from error
    exchange_with(holds, new=[booking])
    AuditEntry.objects.record(by=by, action="offer.made", on=plan, offer=made.pk)
    return made


def offer_of(by: User, candidate: Candidate, hold: Booking, now: datetime.datetime) -> Offer:
    """Make the offer of a held time to a patient whom it suits, not saved yet."""
    one = candidate.wanted
    return Offer(
        waiting=candidate.waiting,
        version=candidate.version,
        hold=hold,
        moves_id=one.booking,
        sessions=[list(session) for session in one.sessions],
        date=one.date,
        minute=one.minute,
        provider_id=one.provider,
        offered_by=by,
        offered_at=now,
    )


@as_one
def accept(*, by: User, offer: Offer, now: datetime.datetime) -> Change:
    """Book the offered time: the hold becomes the visit, or the visit moves there; they wait no more.

    Raises NoOffer once it is decided or its time is up, and what `book` raises; then the hold stays.
    """
    found = locked(offer)
    hold = found.hold
    if hold is None or not found.holds_at(now):
        raise NoOffer(f"The time was held {until(found)} and is not any more. Offer it again.")
    version = PlanVersion.objects.with_details().get(pk=found.version_id)
    order = Order((wanted_of(found, hold),), action=ACCEPTED, offer=found)
    change = book(by=by, version=version, order=order, now=now)
    removed(by, found.waiting)
    return change


@as_one
def decline(*, by: User, offer: Offer, now: datetime.datetime) -> Offer:
    """Record that the patient cannot take the time: it is free for the next; they wait on."""
    found = locked(offer)
    exchange_with([closed(by, found, Offer.State.DECLINED, now)])
    return found


def locked(offer: Offer) -> Offer:
    """Lock the plan and then the open offer; NoOffer when it was decided already, or its visit changed."""
    locked_plan(PlanVersion.objects.values_list("plan", flat=True).get(pk=offer.version_id))
    rows = Offer.objects.with_details().select_for_update(of=("self",))
    found = rows.get(pk=offer.pk)
    if found.is_overtaken:
        text = "The visit it was about was changed meanwhile, so the time was given back."
        raise NoOffer(f"{text} Offer a freed time anew.")
    if found.state != Offer.State.OPEN:
        decided = found.get_state_display().lower()
        raise NoOffer(f"This offer is decided already: {decided}. Offer a freed time anew.")
    return found


def until(offer: Offer) -> str:
    """Until when the time was held, on the clock of its location."""
    end = offer.offered_at + HELD_FOR
    return f"until {end.astimezone(offer.waiting.plan.location.zone):%H:%M}"


def wanted_of(offer: Offer, booking: Booking) -> Wanted:
    """What an open offer would book, as it is held."""
    return Wanted(
        sessions=tuple((key, number) for key, number in offer.sessions),
        date=booking.date,
        minute=booking.minute,
        unit=booking.unit,
        provider=booking.provider_id,
        room=booking.room_id,
        device=booking.device_id,
        steps=tuple(Step(name, minutes, frozenset(holds.split())) for name, minutes, holds in booking.steps),
        booking=offer.moves_id,
    )
