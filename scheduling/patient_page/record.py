"""Everything stored about a patient that is theirs to read, piece by piece as JSON."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from clinic.models import AccessEntry, Erasure, Patient, User
from scheduling.models import (
    Booking,
    CheckIn,
    Dose,
    Given,
    Message,
    Observation,
    PatientEvent,
    PlanVersion,
    Question,
    Signature,
    ToxinElsewhere,
    Wishes,
)

PERSON = ("first_name", "last_name", "birth_date", "email", "phone", "location__name")
BOOKING = (
    "date", "minute", "units", "steps", "kind", "status", "location__name", "provider__printed_name",
    "room__name", "reason", "booked_at", "confirmed_at",
)  # fmt: skip
GIVEN = ("date", "treatment", "area", "kind", "ordinal", "counts", "because", "recorded_at", "withdrawn_at")
DOSE = (
    "booking__date", "key", "product__key", "lot", "expires", "dilution", "units", "millilitres", "points",
    "over_label_because", "recorded_at", "withdrawn_at",
)  # fmt: skip
TOLD = ("date", "units", "product__key", "told_at", "withdrawn_at")
OBSERVED = ("booking__date", "key", "scale", "grade", "note", "observed_at", "withdrawn_at")
CHECK_IN = ("booking__date", "weeks", "smile", "fading", "note", "answered_at")
MESSAGE = ("written_at", "key", "to", "subject", "body", "state", "sent_at")
EVENT = (
    "name", "date", "told_at", "withdrawn_at", "booster_key", "booster_asked_at", "booster__date",
    "booster__status", "settled_at",
)  # fmt: skip
PLAN = ("plan__number", "number", "approved_at", "content")
SIGNED = ("version__plan__number", "version__number", "printed_name", "meaning", "signed_at", "content_hash")


def sections(user: User, patient: Patient) -> Iterator[tuple[str, QuerySet[Any, Any]]]:
    """Each part of the record under its name; plans only as signed."""
    yield "patient", Patient.objects.visible_to(user).values(*PERSON)
    yield "plans", PlanVersion.objects.visible_to(user).values(*PLAN)
    yield "signatures", Signature.objects.visible_to(user).values(*SIGNED)
    yield "visits", Booking.objects.visible_to(user).values(*BOOKING)
    yield "treatments", Given.objects.filter(patient=patient).values(*GIVEN)
    yield "doses", Dose.objects.visible_to(user).values(*DOSE)
    yield "toxin_elsewhere", ToxinElsewhere.objects.filter(patient=patient).values(*TOLD)
    yield "observations", Observation.objects.visible_to(user).values(*OBSERVED)
    yield (
        "questions",
        Question.objects.visible_to(user).values("asked_at", "topic", "text", "answer", "settled_at"),
    )
    yield "check_ins", CheckIn.objects.visible_to(user).values(*CHECK_IN)
    yield "events", PatientEvent.objects.visible_to(user).values(*EVENT)
    yield "messages", Message.objects.visible_to(user).values(*MESSAGE)
    wishes = Wishes.objects.filter(patient=patient)
    yield "preferences", wishes.values("weekdays", "starts", "ends", "provider__printed_name", "reminders")
    yield "who_looked", AccessEntry.objects.visible_to(user).values("at", "actor__name", "page")
    yield "erasures", Erasure.objects.visible_to(user).values("asked_at", "outcome", "because", "decided_at")


def as_json(user: User, patient: Patient) -> Iterator[str]:
    """The whole record as one JSON object, written row by row so that its size does not matter."""
    opening = "{"
    for name, rows in sections(user, patient):
        yield f"{opening}\n{json.dumps(name)}: ["
        comma = ""
        for row in rows.iterator(chunk_size=200):
            yield f"{comma}\n{json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)}"
            comma = ","
        yield "]"
        opening = ","
    yield "\n}\n"
