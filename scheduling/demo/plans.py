"""Plans of the demo proposed, approved and booked, each on its day."""

import datetime
from collections.abc import Mapping
from dataclasses import replace

from clinic.models import Patient, User
from scheduling.actions import approvals
from scheduling.actions.bookings import Order, book
from scheduling.actions.plans import propose
from scheduling.arranging.arrange import Arranger
from scheduling.arranging.seats import Seats, treatment_of
from scheduling.availability.place import Calendar
from scheduling.availability.steps import PROVIDER
from scheduling.course.replanning import difference
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, wanted_of
from scheduling.demo.cast import Cast
from scheduling.demo.wishes import patience
from scheduling.intake.recommendation import Recommendation
from scheduling.models import PlanVersion

Dates = Mapping[SessionId, datetime.date]


def proposed(cast: Cast, patient: Patient, found: Recommendation, now: datetime.datetime) -> PlanVersion:
    """Propose a plan as the location's coordinator would."""
    by = cast.coordinator(patient.location)
    return propose(by=by, patient=patient, found=found, library=cast.library, now=now)


def approved(version: PlanVersion, by: User, now: datetime.datetime) -> PlanVersion:
    """Approve a plan, and fetch it as everything that books it wants it."""
    approvals.approve(by=by, version=version, now=now, tells=False)
    return PlanVersion.objects.with_details().get(pk=version.pk)


def treatments_of(found: Recommendation) -> frozenset[str]:
    """The treatments a plan gives."""
    return frozenset(treatment_of(one.key) for one in found.problem.series)


def booked(cast: Cast, version: PlanVersion, now: datetime.datetime, wanted: Dates | None = None) -> None:
    """Book a plan, each visit on the legal day with a time that is nearest to its wanted one.

    `wanted` are the planned dates unless given; the planner is not asked again. Whoever approved the plan
    gives all of it, or everybody who can where they cannot.
    """
    situation = Situation(version, now)
    left, seats = situation.left(), situation.seats()
    wanted = wanted or situation.standings.wanted
    arranged = Arranger(left, by_one_provider(seats), wanted, {}).one_by_one()
    if arranged.unplaced:
        arranged = Arranger(left, seats, wanted, {}).one_by_one()
    order = Order(wanted=tuple(wanted_of(one) for one in arranged.placed), tells=False)
    book(by=cast.coordinator(situation.location), version=version, order=order, now=now)


def by_one_provider(seats: Seats) -> Seats:
    """The same free times with nobody but the provider a patient likes to come to."""
    calendar, holders = seats.calendar, seats.calendar.place.holders
    liked = tuple(one for one in holders[PROVIDER] if one.id == seats.likes.provider)
    place = replace(calendar.place, holders={**holders, PROVIDER: liked})
    only = Calendar(place, calendar.base, calendar.end, calendar.busy)
    return Seats(only, seats.zone, seats.patient, seats.gives, seats.likes)


def replanned(cast: Cast, version: PlanVersion, now: datetime.datetime, reason: str) -> None:
    """Arrange what is left of a plan anew around what is booked, and apply it."""
    situation = Situation(version, now)
    change = difference(situation, situation.arrange(stop=patience()))
    if not change.is_empty:
        by = cast.coordinator(situation.location)
        order = replace(change.order("plan.replanned", reason), tells=False)
        book(by=by, version=version, order=order, now=now)
