"""One message as an e-mail, and what the mail server said to it."""

import hashlib
import logging
from enum import Enum
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from scheduling.models import Message

logger = logging.getLogger(__name__)
FOR_GOOD = 500  # SMTP answers from here on are about this mail and stay the same
# How every problem begins that is the server's and no mail's: `known_down` finds it again by these words.
UNREACHED = "The mail server could not be reached"


class Answer(Enum):
    """What became of handing a mail over."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"
    DOWN = "down"


class Handed(NamedTuple):
    """The mail server's answer, and why not in words that name nobody."""

    answer: Answer
    problem: str = ""


def hand_over(message: Message, connection: BaseEmailBackend | None = None) -> Handed:
    """Hand one message to the mail server: to its one recipient, with an identity that stays the same.

    Whatever goes wrong is an answer, as whoever booked a visit must not notice.
    """
    try:
        taken = mail_of(message, connection).send()
    except SMTPRecipientsRefused as refused:
        return refused_with(max((code for code, _ in refused.recipients.values()), default=FOR_GOOD))
    except SMTPDataError as refused:
        return refused_with(refused.smtp_code)
    except OSError as error:
        logger.warning("The mail server did not take message %s: %s", message.pk, type(error).__name__)
        return Handed(Answer.DOWN, f"{UNREACHED} ({type(error).__name__}).")
    except Exception as error:
        logger.warning("Message %s cannot be sent: %s", message.pk, type(error).__name__)
        return Handed(Answer.NEVER, f"This message cannot be made into a mail ({type(error).__name__}).")
    return Handed(Answer.TAKEN) if taken else Handed(Answer.DOWN, f"{UNREACHED} (it took nothing).")


def refused_with(code: int) -> Handed:
    """Read a refusal of this one mail: from 500 on it is for good, below it is worth another try."""
    problem = f"The mail server refused the mail or its address ({code})."
    return Handed(Answer.NEVER if code >= FOR_GOOD else Answer.LATER, problem)


def mail_of(message: Message, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """Make the mail: plain text, one recipient, nobody in copy."""
    headers = {"Message-ID": identity(message), "Auto-Submitted": "auto-generated"}
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        headers=headers,
        connection=connection,
    )


def identity(message: Message) -> str:
    """Give the Message-ID, the same at every try, so that a mailbox keeps a mail only once."""
    told = f"{message.pk} {message.once} {message.written_at.isoformat()}"
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:32]}@{host}>"
