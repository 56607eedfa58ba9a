"""When: plans in versions with the numbers they were made from, bookings, and what was given."""

from scheduling.models.asked import CheckIn, PatientEvent, Question
from scheduling.models.booking import BookedSession, Booking
from scheduling.models.change import Change
from scheduling.models.claims import BusyDay, Claim
from scheduling.models.contents import PlanSeries, Session, Visit
from scheduling.models.dose import Dose, Observation
from scheduling.models.elsewhere import ToxinElsewhere
from scheduling.models.given import Given
from scheduling.models.message import MessageText
from scheduling.models.outbox import Message
from scheduling.models.plan import Plan, PlanVersion
from scheduling.models.signature import Signature
from scheduling.models.waitlist import Offer, Waiting
from scheduling.models.wishes import Wishes

__all__ = [
    "BookedSession",
    "Booking",
    "BusyDay",
    "Change",
    "CheckIn",
    "Claim",
    "Dose",
    "Given",
    "Message",
    "MessageText",
    "Observation",
    "Offer",
    "PatientEvent",
    "Plan",
    "PlanSeries",
    "PlanVersion",
    "Question",
    "Session",
    "Signature",
    "ToxinElsewhere",
    "Visit",
    "Waiting",
    "Wishes",
]
