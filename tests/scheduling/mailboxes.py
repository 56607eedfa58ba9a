"""Mail servers of tests that do not take every mail."""

from smtplib import SMTPRecipientsRefused

from django.core.mail.backends.locmem import EmailBackend


class Closed(EmailBackend):
    """A server that nobody answers at."""

    def send_messages(self, messages):
        """Fail as a closed port does."""
        raise ConnectionRefusedError(111, "Connection refused for alice@example.com")


class Refusing(EmailBackend):
    """A server that knows no such mailbox."""

    def send_messages(self, messages):
        """Refuse the recipient for good."""
        raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"No such user")})


class Busy(EmailBackend):
    """A server that wants to be asked again later."""

    def send_messages(self, messages):
        """Refuse the recipient for now."""
        raise SMTPRecipientsRefused({messages[0].to[0]: (451, b"Try again later")})


CLOSED, REFUSING, BUSY = (f"tests.scheduling.mailboxes.{name}" for name in ("Closed", "Refusing", "Busy"))
