"""What a message may say: a first name, a place, a time with its zone, and where to read the rest."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from clinic.models import Location, Patient, User

# Where the link of a message leads, when it is not to the patient's visits.
PAGES = {
    "plan_signed": "scheduling:my_plan",
    "question_answered": "scheduling:my_questions",
    "check_in_due": "scheduling:my_check_ins",
}
# These only say where to read something: of no use to whoever cannot sign in.
READ_THERE = frozenset(PAGES)


def about(patient: Patient, location: Location, key: str) -> dict[str, str]:
    """Give the facts every message has, by placeholder."""
    page = reverse(PAGES.get(key, "scheduling:my_visits"))
    return {
        "first_name": patient.first_name,
        "location": location.name,
        "address": location.address,
        "place": f"{location.name}, {location.address}" if location.address else location.name,
        "call": f"call us on {location.phone}" if location.phone else "call us",
        "zone": zone_of(location),
        "link": settings.SITE_URL.rstrip("/") + page,
    }


def zone_of(location: Location) -> str:
    """Name the clock of a location as people do: New York time."""
    return f"{location.time_zone.rpartition('/')[2].replace('_', ' ')} time"


def address_of(patient: Patient, key: str) -> str:
    """Give the address of the patient's account, to which its link was sent, or the one on record.

    Nothing when there is neither, or it is no address of one mailbox.
    """
    own = None
    if patient.user_id:
        accounts = User.objects.filter(pk=patient.user_id, is_active=True)
        own = accounts.values_list("email", flat=True).first()
    to = own or ("" if key in READ_THERE else patient.email)
    try:
        validate_email(to)
    except ValidationError:
        return ""
    return to
