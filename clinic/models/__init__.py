"""Who and where: people, places and what was done."""

from clinic.models.audit import AuditEntry
from clinic.models.location import Closure, Location
from clinic.models.patient import Patient
from clinic.models.provider import Provider
from clinic.models.user import User

__all__ = ["AuditEntry", "Closure", "Location", "Patient", "Provider", "User"]
