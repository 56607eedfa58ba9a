"""Write the reminders and check-ins that are due and send what waits: manage.py send_messages.

Run it every few minutes. It sends each message once however often it runs, also twice at the same time, and
prints one line of what it did. While the mail server is down it tries one message and leaves the others.
"""

from collections import Counter
from contextlib import suppress

from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.utils import timezone

from scheduling.actions.outbox import forget_words, write_due
from scheduling.actions.sending import send_one
from scheduling.models import Message

State = Message.State


class Command(BaseCommand):
    """Sends."""

    help = __doc__

    def add_arguments(self, parser):
        """Bound what one run sends, so that a mail server is never flooded."""
        parser.add_argument("--limit", type=int, default=200, help="the most messages to send (200)")

    def handle(self, *args, limit, **options):
        """Write, send, and empty the words that were kept long enough."""
        reminded, asked = write_due(timezone.now())
        done = sent_now(limit)
        forgotten = forget_words(timezone.now())
        self.stdout.write(
            f"Reminders written: {reminded}. Check-ins written: {asked}. Sent: {done[State.SENT]}. "
            f"To be tried again: {done[State.WAITING]}. Not delivered: {done[State.FAILED]}. "
            f"Not true any more: {done[State.DROPPED]}. Words removed: {forgotten}."
        )


def sent_now(limit: int) -> Counter[str]:
    """Send what is due, in the order in which it was written, over one connection; what became of it."""
    due = Message.objects.due(timezone.now()).order_by("written_at", "pk").values_list("pk", flat=True)
    found: Counter[str] = Counter()
    connection = get_connection()
    with suppress(OSError):  # what is wrong with it, the first message says
        connection.open()
    try:
        for pk in due[:limit]:
            one = send_one(pk, timezone.now(), connection)
            if one:
                found[one.state] += 1
            if one and one.is_down:
                break
    finally:
        connection.close()
    return found
