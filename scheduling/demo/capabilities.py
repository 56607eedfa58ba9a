"""Who may give what in the demo practice, and which rooms and devices serve it."""

from clinic.demo import MANAGER
from clinic.demo_hours import ROOMS
from clinic.models import Device, Provider, Room, User
from treatments import capabilities

BOTOX, MESOBOTOX, FILLER, RF = "botox", "mesobotox", "dynamic_filler", "rf_microneedling"
# Nurse practitioners give no dynamic fillers; the surgeon leaves MesoBotox to the others.
CREDENTIALS = {
    "ellis": (BOTOX, MESOBOTOX, FILLER, RF),
    "haddad": (BOTOX, FILLER, RF),
    "brandt": (BOTOX, MESOBOTOX),
    "okoye": (BOTOX, MESOBOTOX, RF),
}
EVERYTHING = (BOTOX, MESOBOTOX, FILLER, RF)
WITHOUT_RF = "Small room"


def seed_capabilities() -> None:
    """Say it of every demo provider, room and device of which nothing was said yet."""
    by = User.objects.get(email=MANAGER.email)
    for name, treatments in CREDENTIALS.items():
        provider = Provider.objects.get(user__email=f"{name}@example.com")
        if not provider.credentials.exists():
            capabilities.set_credentials(by=by, provider=provider, treatments=treatments)
    for room in Room.objects.filter(location__slug__in=ROOMS, uses=None):
        treatments = EVERYTHING[:-1] if room.name == WITHOUT_RF else EVERYTHING
        capabilities.set_room_uses(by=by, room=room, treatments=treatments)
    for device in Device.objects.filter(location__slug__in=ROOMS, uses=None):
        capabilities.set_device_uses(by=by, device=device, treatments=[RF])
