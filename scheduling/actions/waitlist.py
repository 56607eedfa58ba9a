"""The waitlist: who waits, and freed times offered to them one after the other."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry, User
from scheduling.actions.bookings import Order, book
from scheduling.actions.holds import decide, release_expired
from scheduling.availability.steps import Step
from scheduling.boards.freed import Freed
from scheduling.boards.waiting import Candidate, Matching
from scheduling.claiming.booked_rows import row_of
from scheduling.claiming.claims import hold
from scheduling.course.wanted import Wanted
from scheduling.models import Booking, Change, Offer, Plan, PlanVersion, Waiting

HELD_FOR = datetime.timedelta(minutes=15)
ACCEPTED = "offer.taken"


class NoOffer(ValidationError):
    """Raised when a time cannot be offered, or an offer not be decided any more."""

    def __init__(self, text: str):
        super().__init__(text, code="no_offer")


@transaction.atomic
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
    waiting = Waiting(plan=plan, weekdays=list(weekdays), not_before=not_before, note=note.strip())
    waiting.added_by, waiting.added_at = by, now
    waiting.full_clean()
    waiting.save()
    AuditEntry.objects.record(by=by, action="waitlist.added", on=plan, waiting=waiting.pk)
    return waiting


@transaction.atomic
def stop_waiting(*, by: User, waiting: Waiting, now: datetime.datetime) -> Waiting:
    """Take a patient off the waitlist; a time held for them is given back."""
    found = active(waiting)
    if found is None:
        return waiting
    for offer in Offer.objects.open().filter(waiting=found).with_details().select_for_update(of=("self",)):
        decide(by, offer, Offer.State.DECLINED, now)
    return ended(by, found)


def active(waiting: Waiting) -> Waiting | None:
    """Lock a plan and then who waits for it, in that order everywhere; None when they do not any more."""
    Plan.objects.select_for_update(of=("self",)).get(pk=waiting.plan_id)
    rows = Waiting.objects.active().with_details().select_for_update(of=("self",))
    return rows.filter(pk=waiting.pk).first()


def ended(by: User, waiting: Waiting) -> Waiting:
    """Save that somebody does not wait any more."""
    waiting.is_active = False
    waiting.save(update_fields=["is_active"])
    AuditEntry.objects.record(by=by, action="waitlist.removed", on=waiting.plan, waiting=waiting.pk)
    return waiting


@transaction.atomic
def offer(*, by: User, waiting: Waiting, time: Freed, now: datetime.datetime) -> Offer:
    """Hold a freed time for a waiting patient for a quarter of an hour.

    Raises NoOffer unless it is legal and better for them and no later visit suffers, TakenMeanwhile when it
    was booked a moment ago.
    """
    release_expired(now=now)
    found = active(waiting)
    if found is None:
        raise NoOffer("This patient does not wait any more.")
    if found.location != time.location:
        raise NoOffer(f"{found.plan.patient} comes to {found.location}, not to {time.location}.")
    match Matching(time, [found], now).judged(found):
        case Candidate() as candidate:
            return held(by, candidate, now)
        case unsuited:
            raise NoOffer(unsuited.because)


def held(by: User, candidate: Candidate, now: datetime.datetime) -> Offer:
    """Save the hold with its claims, and the offer it is for."""
    one, plan = candidate.wanted, candidate.waiting.plan
    until, state = now + HELD_FOR, Booking.Status.HELD
    booking = row_of(plan, one, status=state, held_until=until, booked_by=by, booked_at=now)
    booking.save()
    hold([booking])
    try:
        with transaction.atomic():
            made = Offer.objects.create(
                waiting=candidate.waiting,
                version=candidate.version,
                hold=booking,
                moves_id=one.booking,
                sessions=[list(session) for session in one.sessions],
                date=one.date,
                minute=one.minute,
                provider_id=one.provider,
                offered_by=by,
                offered_at=now,
            )
    except IntegrityError as error:
        raise NoOffer("Another time is held for this patient already.") from error
    AuditEntry.objects.record(by=by, action="offer.made", on=plan, offer=made.pk)
    return made


@transaction.atomic
def accept(*, by: User, offer: Offer, now: datetime.datetime) -> Change:
    """Book the offered time: the hold becomes the visit, or the visit moves there; they wait no more.

    Raises NoOffer once it is decided or its time is up, and what `book` raises; then the hold stays.
    """
    found = locked(offer)
    booking = found.hold
    if booking is None or booking.held_until is None or booking.held_until <= now:
        raise NoOffer(f"The time was held {until(found)} and is not any more. Offer it again.")
    wanted = wanted_of(found, booking)
    version = PlanVersion.objects.with_details().get(pk=found.version_id)
    decide(by, found, Offer.State.ACCEPTED, now)
    change = book(by=by, version=version, order=Order((wanted,), action=ACCEPTED), now=now)
    ended(by, found.waiting)
    return change


@transaction.atomic
def decline(*, by: User, offer: Offer, now: datetime.datetime) -> Offer:
    """Record that the patient cannot take the time: it is free for the next; they wait on."""
    return decide(by, locked(offer), Offer.State.DECLINED, now)


def locked(offer: Offer) -> Offer:
    """Lock the plan and then the open offer; NoOffer when it was decided already."""
    Plan.objects.select_for_update(of=("self",)).get(versions=offer.version_id)
    rows = Offer.objects.with_details().select_for_update(of=("self",))
    found = rows.get(pk=offer.pk)
    if found.state != Offer.State.OPEN:
        raise NoOffer(f"This offer is decided already: {found.get_state_display().lower()}.")
    return found


def until(offer: Offer) -> str:
    """Until when the time was held, on the clock of its location."""
    ended = offer.offered_at + HELD_FOR
    return f"until {ended.astimezone(offer.waiting.plan.location.zone):%H:%M}"


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
