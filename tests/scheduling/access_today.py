"""Who may use Today, the due list, the search, absences and the waitlist."""

import datetime

from clinic.models import Absence, Location, Patient, Provider, User
from scheduling.models import Booking, Offer, Waiting
from tests.access import COORDINATOR, MANAGER, PROVIDER, STAFF, Row
from tests.scheduling.access_booking import VISIT, approved, of, visit_of
from tests.scheduling.access_rows import BOOKERS, foreign, own
from tests.scheduling.builders import NOON
from tests.staff import let_work

PLANNERS = (COORDINATOR, MANAGER)
DAY = datetime.date(2027, 4, 13)


def provider_at(world, location: Location) -> Provider:
    """Give a provider of a location: Dr. Ellis at Park Street, somebody else elsewhere."""
    if location == world.location:
        return world.people[PROVIDER].provider
    user, made = User.objects.get_or_create(email="odd@example.com", name="Odd", role="provider")
    if made:
        let_work(user, location)
    return Provider.objects.get_or_create(user=user, printed_name="Dr. Odd")[0]


def absence_of(world, patient: Patient) -> Absence:
    """Give an absence of a provider of the patient's location, far from everything booked."""
    provider = provider_at(world, patient.location)
    return Absence.objects.get_or_create(provider=provider, first=DAY, last=DAY, reason="Holiday")[0]


def waiting_of(world, patient: Patient) -> Waiting:
    """Give the patient's place on the waitlist."""
    by, plan = world.people[COORDINATOR], approved(world, patient).plan
    return Waiting.objects.get_or_create(plan=plan, added_by=by, is_active=True)[0]


def offer_of(world, patient: Patient) -> Offer:
    """Give an offer to the patient whose hold has not ended."""
    waiting, by = waiting_of(world, patient), world.people[COORDINATOR]
    found = Offer.objects.filter(waiting=waiting, state=Offer.State.OPEN).first()
    if found:
        return found
    hold = visit_of(world, patient)
    until = NOON + datetime.timedelta(days=3650)
    Booking.objects.filter(pk=hold.pk).update(status="held", held_until=until)
    facts = {"hold": hold, "sessions": [], "date": hold.date, "minute": hold.minute, "offered_by": by}
    version = approved(world, patient)
    return Offer.objects.create(waiting=waiting, version=version, provider=hold.provider, **facts)


def time_at(location: Location, provider: Provider) -> dict:
    """Name an hour of a provider's day."""
    return {"place": location.slug, "pk": provider.pk, "day": DAY, "minute": 600, "length": 60}


OFFER, WAITING, ABSENCE = of(offer_of), of(waiting_of), of(absence_of)
ROWS = {
    "scheduling:today": Row(get=STAFF),
    "scheduling:check_in": Row(get=None, post=BOOKERS, **VISIT),
    "scheduling:due": Row(get=STAFF),
    "scheduling:find": Row(get=STAFF),
    "scheduling:absences": Row(get=PLANNERS, post=PLANNERS),
    "scheduling:absence": Row(get=PLANNERS, **ABSENCE),
    "scheduling:absence_end": Row(get=None, post=PLANNERS, **ABSENCE),
    "scheduling:absence_replan": Row(
        get=(COORDINATOR,), post=(COORDINATOR,), leads=("/absences/",), **ABSENCE
    ),
    "scheduling:waitlist": Row(get=STAFF),
    "scheduling:wait": Row(get=BOOKERS, post=BOOKERS, own=own, foreign=foreign),
    "scheduling:wait_end": Row(get=None, post=BOOKERS, **WAITING),
    "scheduling:freed": Row(
        get=BOOKERS,
        post=BOOKERS,
        own=lambda world: time_at(world.location, provider_at(world, world.location)),
        foreign=lambda world: time_at(world.other_location, provider_at(world, world.other_location)),
        data=lambda world: {"waiting": waiting_of(world, world.patient).pk},
    ),
    "scheduling:offer_accept": Row(get=None, post=BOOKERS, **OFFER),
    "scheduling:offer_decline": Row(get=None, post=BOOKERS, **OFFER),
}
