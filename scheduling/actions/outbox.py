"""Messages to patients: written with the change they are about, handed over after it."""

import datetime
from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models import Q

from clinic.models import Patient
from scheduling.actions.sending import send
from scheduling.messages.differences import Telling, Visits, as_kept, differences, telling, when_booked
from scheduling.messages.facts import about, address_of
from scheduling.messages.known import VISITS, Base, known, standing
from scheduling.messages.texts import written
from scheduling.messages.upcoming import CheckInDue, check_ins, reminders, unwritten
from scheduling.models import Booking, Change, Message, Offer, PlanVersion, Question
from scheduling.planning.reasons import spoken

State = Message.State
KEPT = datetime.timedelta(days=30)
REPLACED = "A newer message says it as well."


def tell(patient: Patient, said: Telling, once: str, now: datetime.datetime) -> None:
    """Write a message within the transaction of what it is about, and hand it over after the commit.

    Nothing that goes wrong while it is sent reaches whoever made the change.
    """
    if write(patient, said, once, now):
        transaction.on_commit(partial(send, once, now), robust=True)


def write(patient: Patient, said: Telling, once: str, now: datetime.datetime) -> bool:
    """Write a message, once; False when there is no address it could go to. `patient` has the location."""
    to = address_of(patient, said.key)
    if not to:
        return False
    words = written(said.key, {**about(patient, patient.location, said.key), **said.facts})
    row = Message(patient=patient, booking_id=said.booking, key=said.key, once=once, to=to, due_at=now)
    row.subject, row.body = words.subject[:250], words.body
    row.useful_until, row.written_at = said.useful_until, now
    Message.objects.bulk_create([row], ignore_conflicts=True)
    return True


def tell_change(change: Change, patient: Patient, now: datetime.datetime) -> None:
    """Tell a patient what a change made different about visits to come, all of it in one message."""
    tell_visits(patient, as_kept(change.before), as_kept(change.after), Base(change.pk), str(change.pk), now)


def tell_undone(change: Change, patient: Patient, now: datetime.datetime) -> None:
    """Tell a patient that a change was undone; nothing when they were not told of it, or not yet."""
    about = Message.objects.filter(patient=patient, once__startswith=f"{VISITS}:")
    if not about.filter(once__endswith=f":{change.pk}").exists():
        return
    base, last = Base(change.pk, undone=1), f"{change.pk}-undone"
    tell_visits(patient, as_kept(change.after), as_kept(change.before), base, last, now)


def tell_given_back(patient: Patient, coming: Sequence[Booking], now: datetime.datetime) -> None:
    """Tell a patient that visits were cancelled as they come to another place."""
    if found := differences({one.pk: when_booked(one) for one in coming}, {}, now):
        tell(patient, telling(found), f"given_back:{max(one.pk for one in coming)}", now)


def tell_visits(
    patient: Patient, before: Visits, after: Visits, base: Base, last: str, now: datetime.datetime
) -> None:
    """Tell what is different for a patient; with what an earlier message says that did not go out."""
    if not (patient.user_id or patient.email):
        return
    if earlier := unsaid(patient):
        base = earlier
        before = {**before, **known(patient, base)}
        after = standing(before)
    if found := differences(before, after, now):
        tell(patient, telling(found), base.once(last), now)


def unsaid(patient: Patient) -> Base | None:
    """Drop the messages about a patient's visits that did not go out; the first change that they tell of."""
    rows = Message.objects.filter(
        patient=patient, once__startswith=f"{VISITS}:", state__in=(State.WAITING, State.FAILED)
    )
    names = list(rows.values_list("once", flat=True))
    dropped = [
        Base.of(once)
        for once in names
        if rows.filter(once=once).update(state=State.DROPPED, problem=REPLACED)
    ]
    return min(dropped, default=None)


def tell_signed(version: PlanVersion, patient: Patient, now: datetime.datetime) -> None:
    """Tell a patient with an account that a plan of theirs can be read."""
    tell(patient, Telling("plan_signed"), f"plan_signed:{version.pk}", now)


def tell_answered(question: Question, now: datetime.datetime) -> None:
    """Tell a patient with an account that their question was answered."""
    tell(question.patient, Telling("question_answered"), f"question:{question.pk}", now)


def tell_offered(offer: Offer, hold: Booking, patient: Patient, now: datetime.datetime) -> None:
    """Tell a waiting patient which time is held for them, and until when."""
    until = hold.held_until
    if until is None:
        return
    local = until.astimezone(patient.location.zone)
    facts = {**when_booked(hold).facts(), "held_until": f"{local:%H:%M}"}
    tell(patient, Telling("waitlist_offer", facts, None, until), f"offer:{offer.pk}", now)


def write_due(now: datetime.datetime) -> tuple[int, int]:
    """Write the reminders and check-ins that are due, each once however often this runs; how many."""
    reminded = unwritten(reminders(now))
    asked = {f"check_in:{one.booking.pk}:{one.weeks}": one for one in check_ins(now)}
    done = set(Message.objects.filter(once__in=asked).values_list("once", flat=True))
    counts = [
        sum(remind(one, once, now) for once, one in reminded.items()),
        sum(ask(one, once, now) for once, one in asked.items() if once not in done),
    ]
    return counts[0], counts[1]


def remind(booking: Booking, once: str, now: datetime.datetime) -> bool:
    """Write the reminder of a visit at its time, of use until it begins."""
    when = when_booked(booking)
    return write(booking.patient, Telling("reminder", when.facts(), booking.pk, when.at), once, now)


def ask(due: CheckInDue, once: str, now: datetime.datetime) -> bool:
    """Write that the questions some weeks after a visit are due."""
    facts = {"weeks": str(due.weeks), "visit_date": spoken(due.booking.date)}
    said = Telling("check_in_due", facts, due.booking.pk, due.until)
    return write(due.booking.patient, said, once, now)


def forget_words(now: datetime.datetime) -> int:
    """Empty the words of messages thirty days after they were sent, or given up; how many that were."""
    gone = Q(state__in=(State.FAILED, State.DROPPED), written_at__lt=now - KEPT)
    old = Message.objects.filter(Q(sent_at__lt=now - KEPT) | gone).exclude(body="")
    return old.update(body="")
