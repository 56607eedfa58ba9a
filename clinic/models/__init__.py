"""Who and where: people, places and what was done."""

from clinic.models.access_log import AccessEntry
from clinic.models.audit import AuditEntry
from clinic.models.equipment import Device, Room
from clinic.models.erasure import Erasure
from clinic.models.hours import Absence, OpeningHours, Shift
from clinic.models.invitation import Invitation
from clinic.models.location import Closure, Location
from clinic.models.patient import Patient
from clinic.models.provider import Provider
from clinic.models.staff_role import StaffRole
from clinic.models.user import User

__all__ = [
    "Absence",
    "AccessEntry",
    "AuditEntry",
    "Closure",
    "Device",
    "Erasure",
    "Invitation",
    "Location",
    "OpeningHours",
    "Patient",
    "Provider",
    "Room",
    "Shift",
    "StaffRole",
    "User",
]
