"""Sending what waits: claimed by one sender, tried again for a while, never sent once it is not true."""

import datetime
import logging
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from clinic.models import AuditEntry, User
from scheduling.messages.facts import address_of
from scheduling.messages.mail import UNREACHED, Answer, Handed, hand_over
from scheduling.messages.overtaken import overtaken
from scheduling.models import Message

logger = logging.getLogger(__name__)
State = Message.State
LEASE = datetime.timedelta(minutes=5)  # longer than a mail server may take to answer
WAITS = tuple(datetime.timedelta(minutes=one) for one in (1, 5, 30, 120))
TRIES = 12  # the last after about 17 hours
NOT_FAILED = "Only a message that was not delivered is sent again. Look at where this one stands now."
LATE = "It was of no use any more."
NOT_IN_TIME = "It could not be delivered in time."
NO_ADDRESS = "The patient has no e-mail address any more. Call them instead."


class NotSent(ValidationError):
    """Raised when a message cannot be sent again; it says what would work."""

    def __init__(self, text: str):
        super().__init__(text, code="not_sent")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message, and whether the mail server answered at all."""

    state: str
    is_down: bool = False


def send(once: str, now: datetime.datetime) -> Sent | None:
    """Send a message that was just written, unless the mail server is known to be down.

    Then the command that runs every few minutes tries again, and nobody waits for the server meanwhile.
    """
    if known_down(now):
        return None
    found = Message.objects.filter(once=once).values_list("pk", flat=True).first()
    return send_one(found, now) if found else None


def known_down(now: datetime.datetime) -> bool:
    """Whether a message waits as the mail server was not there; what one mailbox answers says nothing."""
    tried = Message.objects.filter(state=State.WAITING, attempts__gte=1, due_at__gt=now)
    return tried.filter(problem__startswith=UNREACHED).exists()


def send_one(pk: int, now: datetime.datetime, connection: BaseEmailBackend | None = None) -> Sent | None:
    """Send one message (id) if it is due; None when somebody else does, or it is not due."""
    message = claimed(pk, now)
    if message is None:
        return None
    if message.useful_until and message.useful_until <= now:
        if message.attempts > 1:
            return settled(message, State.FAILED, NOT_IN_TIME)
        return settled(message, State.DROPPED, LATE)
    if why := overtaken(message, now):
        return settled(message, State.DROPPED, why)
    if not addressed(message):
        return settled(message, State.DROPPED, NO_ADDRESS)
    return taken(message, hand_over(message, connection), now)


def claimed(pk: int, now: datetime.datetime) -> Message | None:
    """Hold a message that is due, so that nobody else sends it; one whose sender died may go out twice."""
    rows = Message.objects.select_related("patient", "booking__location")
    message = rows.due(now).filter(pk=pk).first()
    if message is None:
        return None
    if message.state == State.SENDING:
        logger.warning("Message %s is sent again: whoever sent it did not say how that ended.", pk)
    same = Message.objects.due(now).filter(pk=pk, attempts=message.attempts)
    message.attempts, message.lease_until = message.attempts + 1, now + LEASE
    facts = {"attempts": message.attempts, "lease_until": message.lease_until}
    return message if same.update(state=State.SENDING, **facts) else None


def addressed(message: Message) -> bool:
    """Put the address its patient has now on a message that is held; False when there is none any more."""
    to = address_of(message.patient, message.key)
    if to and to != message.to:
        message.to = to
        Message.objects.filter(pk=message.pk).update(to=to)
    return bool(to)


def taken(message: Message, handed: Handed, now: datetime.datetime) -> Sent:
    """Note what the mail server answered: sent, tried again a little later each time, or given up."""
    if handed.answer is Answer.TAKEN:
        return settled(message, State.SENT, sent_at=now)
    if handed.answer is Answer.NEVER:
        return settled(message, State.FAILED, handed.problem)
    is_down = handed.answer is Answer.DOWN
    if message.attempts >= TRIES:
        return settled(message, State.FAILED, f"Given up after {TRIES} tries. {handed.problem}", is_down)
    wait = WAITS[min(message.attempts, len(WAITS)) - 1]
    return settled(message, State.WAITING, handed.problem, is_down, due_at=now + wait)


def settled(message: Message, state: str, problem: str = "", is_down: bool = False, **facts) -> Sent:
    """Save what became of a message, if it is still ours to say."""
    ours = Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts)
    ours.update(state=state, problem=problem, lease_until=None, **facts)
    return Sent(state, is_down)


@transaction.atomic
def send_again(*, by: User, message: Message, now: datetime.datetime) -> Message:
    """Let a message that was not delivered be sent again, to the address its patient has now.

    `message` comes with its patient and booking. Raises PermissionDenied for anybody but coordinators and
    managers, NotSent when it waits or was sent, is of no use any more, or its words are gone.
    """
    if by.role not in (User.Role.COORDINATOR, User.Role.MANAGER):
        raise PermissionDenied("Coordinators and managers send messages again.")
    to = address_of(message.patient, message.key)
    refuse(message, to, now)
    failed = Message.objects.filter(pk=message.pk, state=State.FAILED)
    if not failed.update(state=State.WAITING, attempts=0, due_at=now, problem="", to=to):
        raise NotSent(NOT_FAILED)
    AuditEntry.objects.record(by=by, action="message.sent_again", on=message.patient, message=message.pk)
    transaction.on_commit(partial(send_one, message.pk, now), robust=True)
    return message


def refuse(message: Message, to: str, now: datetime.datetime) -> None:
    """Raise NotSent for a message that would not help its patient."""
    if message.state != State.FAILED:
        raise NotSent(NOT_FAILED)
    if not message.body:
        raise NotSent("Its words were removed after 30 days. Call the patient instead.")
    if message.useful_until and message.useful_until <= now:
        raise NotSent("It is too late for this message to help. Call the patient instead.")
    if not to:
        raise NotSent("The patient has no e-mail address now. Add one to their details first, or call them.")
    if why := overtaken(message, now):
        raise NotSent(f"{why} Nothing has to be sent again.")
