"""Who may see the messages to patients, and send one again."""

from clinic.models import Patient
from scheduling.models import Message
from tests.access import COORDINATOR, MANAGER, Row
from tests.scheduling.access_booking import of
from tests.scheduling.builders import NOON

SENDERS = (COORDINATOR, MANAGER)


def message_of(world, patient: Patient) -> Message:
    """Give a message to the patient that did not arrive."""
    facts = {"key": "plan_signed", "to": "somebody@example.com", "subject": "Read this", "body": "Here."}
    found, _ = Message.objects.update_or_create(
        once=f"access:{patient.pk}", defaults={"patient": patient, "due_at": NOON, "state": "failed", **facts}
    )
    return found


ROWS = {
    "scheduling:messages": Row(get=SENDERS),
    "scheduling:message_again": Row(get=None, post=SENDERS, **of(message_of)),
}
