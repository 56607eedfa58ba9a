"""Changes to the words of messages to patients."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from clinic.models import AuditEntry, User
from scheduling.messages.checking import claim_problems, placeholder_problems, privacy_problems
from scheduling.messages.privacy import catalogue_names
from scheduling.messages.texts import Kind, in_force, kinds
from scheduling.models import MessageText


class ChangedMeanwhile(ValidationError):
    """Raised when somebody else wrote newer words than those that were edited."""

    def __init__(self):
        text = "Somebody else changed these words meanwhile. Read theirs below, then enter yours again."
        super().__init__(text, code="changed")


@transaction.atomic
def write(*, by: User, key: str, subject: str, body: str, base: int) -> MessageText:
    """Put new words in force for a message; `base` is the number of the words they were made from.

    Raises ValidationError by field for words that claim too much, name what is treated or use placeholders
    the message does not have, ChangedMeanwhile when `base` is no longer in force, KeyError for an unknown
    message.
    """
    kind = kinds()[key]
    if by.role != User.Role.MANAGER:
        raise PermissionDenied("Managers write the words of messages.")
    if problems := problems_of(kind, subject, body):
        raise ValidationError(problems)
    if in_force(key).number != base:
        raise ChangedMeanwhile
    text = MessageText(key=key, number=base + 1, subject=subject, body=body, written_by=by)
    text.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            text.save()
    except IntegrityError as taken:
        raise ChangedMeanwhile from taken
    AuditEntry.objects.record(by=by, action="message.written", on=text, key=key, number=text.number)
    return text


def problems_of(kind: Kind, subject: str, body: str) -> dict[str, list[str]]:
    """What stands against words, by field; nothing by a field against which nothing does."""
    names = catalogue_names()
    found = {
        name: [*claim_problems(words), *privacy_problems(words, names)]
        for name, words in (("subject", subject), ("body", body))
    }
    found["body"] += placeholder_problems(kind, subject, body)
    return {name: texts for name, texts in found.items() if texts}


def restore(*, by: User, key: str, base: int) -> MessageText:
    """Put the shipped words of a message in force again, as its next version."""
    kind = kinds()[key]
    return write(by=by, key=key, subject=kind.subject, body=kind.body, base=base)
