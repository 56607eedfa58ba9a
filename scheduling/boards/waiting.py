"""Which waiting patients a freed time suits: it is legal, better, and no later visit gets worse."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from scheduling.arranging.seats import Seats, minutes_of
from scheduling.availability.bits import UNIT
from scheduling.availability.days import unit_of
from scheduling.availability.place import Calendar, Place
from scheduling.availability.steps import PATIENT, PROVIDER
from scheduling.boards.freed import Freed
from scheduling.boards.gains import Proposal, gained, proposals
from scheduling.claiming.free_times import calendar_of, place_of, without_expired
from scheduling.course.giving import gives_of
from scheduling.course.situation import Situation
from scheduling.course.standing import Standings
from scheduling.course.wanted import Wanted, wanted_at
from scheduling.guard.beside import Spacing, beside, live_sessions
from scheduling.guard.rules import against
from scheduling.models import BookedSession, Booking, Given, Offer, PlanVersion, Waiting
from scheduling.planning.reasons import spoken

FAR = datetime.timedelta(days=366 * 15)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A waiting patient whom the freed time suits: what would be given, and why that is better."""

    waiting: Waiting
    version: PlanVersion
    proposal: Proposal
    wanted: Wanted
    days: int
    gain: str

    @property
    def rank(self) -> tuple:
        """Whom to ask first: the fewest days to overdue, then who has waited longest."""
        return (self.days, self.waiting.added_at, self.waiting.pk)


@dataclass(frozen=True, slots=True)
class Unsuited:
    """A waiting patient whom the freed time does not suit, and why."""

    waiting: Waiting
    because: str


class Matching:
    """A freed time and everybody who waits at its location, read in a fixed number of queries.

    `waiting` come with their details; `now` is aware.
    """

    def __init__(self, time: Freed, waiting: Sequence[Waiting], now: datetime.datetime):
        self.time, self.waiting, self.now = time, list(waiting), now
        self.today = now.astimezone(time.location.zone).date()
        plans = [one.plan_id for one in self.waiting]
        patients = [one.plan.patient_id for one in self.waiting]
        approved = PlanVersion.objects.approved().with_details().filter(plan__in=plans)
        self.versions = {one.plan_id: one for one in approved}
        self.bookings = grouped(Booking.objects.live().visits().filter(plan__in=plans), "plan_id")
        self.given = grouped(Given.objects.standing().filter(patient__in=patients), "patient_id")
        self.sessions: dict[int, list[BookedSession]] = defaultdict(list)
        for one in live_sessions(patients):
            self.sessions[one.booking.patient_id].append(one)
        self.offers = grouped(
            Offer.objects.filter(waiting__in=self.waiting).select_related("hold"), "waiting_id"
        )
        self.place: Place = place_of(time.location, self.today, self.today + FAR)
        read = calendar_of(time.location, time.date, time.date, patients, self.place)
        calendar = without_expired(read, now)
        past = (1 << max(unit_of(now) + 1 - calendar.base, 0)) - 1
        self.calendar: Calendar = calendar.with_held({(PATIENT, one): past for one in patients})

    def sorted(self) -> tuple[list[Candidate], list[Unsuited]]:
        """Whom the time suits, the most urgent first, and whom it does not, with why."""
        judged = [self.judged(one) for one in self.waiting]
        suited = [one for one in judged if isinstance(one, Candidate)]
        return sorted(suited, key=lambda one: one.rank), [one for one in judged if isinstance(one, Unsuited)]

    def judged(self, waiting: Waiting) -> Candidate | Unsuited:
        """What the time would be for one waiting patient."""
        version = self.versions.get(waiting.plan_id)
        if why := self.unwished(waiting):
            return Unsuited(waiting, why)
        if version is None:
            return Unsuited(waiting, "The plan was changed and waits for a provider's review.")
        situation = self.situation(version)
        because = "Nothing is left that could come sooner."
        for proposal in proposals(situation.standings):
            found = self.tried(waiting, situation, proposal)
            if isinstance(found, Candidate):
                return found
            because = found
        return Unsuited(waiting, because)

    def unwished(self, waiting: Waiting) -> str:
        """What the patient's own wishes or earlier answers say against the time, if anything."""
        date = self.time.date
        if self.time.unit + self.time.units <= unit_of(self.now):
            return f"{spoken(date)}, {self.time.starts} has passed. Offer a time that is still to come."
        if waiting.not_before and date < waiting.not_before:
            return f"Not before {spoken(waiting.not_before)}, as wished."
        if date.isoweekday() not in waiting.weekdays:
            return f"Not on a {date:%A}, as wished."
        for offer in self.offers[waiting.pk]:
            if offer.holds_at(self.now):
                return "Another time is held for them. Decide that offer first."
            if offer.state == Offer.State.DECLINED and self.holds(offer):
                return "Declined this time already."
        return ""

    def holds(self, offer: Offer) -> bool:
        """Whether what was offered began within this time."""
        first, last = self.time.minute, self.time.minute + self.time.minutes
        same = (offer.provider_id, offer.date) == (self.time.provider, self.time.date)
        return same and first <= offer.minute < last

    def situation(self, version: PlanVersion) -> Situation:
        """Where a plan stands, from what was read for all of them at once."""
        found = Situation(version, self.now)
        found.place = self.place
        given = self.given[version.plan.patient_id]
        found.standings = Standings(version, self.today, self.bookings[version.plan_id], given)
        sessions = self.sessions[version.plan.patient_id]
        found.beside = beside(version, found.standings, sessions)
        if not found.beside.is_empty:
            found.spacing = self.spacing
        return found

    @cached_property
    def spacing(self) -> Spacing:
        """The practice's rules between treatments, read once and only where they are needed."""
        return Spacing.current()

    def tried(self, waiting: Waiting, situation: Situation, proposal: Proposal) -> Candidate | str:
        """A proposal at the time, or the first thing that stands against it."""
        at = proposal.booking
        if at and at.date <= self.time.date:
            return f"Comes sooner already: {spoken(at.date)}."
        seats = self.seats(situation.version)
        wanted = self.wanted(seats, proposal)
        if wanted is None:
            return self.no_seat(seats, proposal)
        if problems := against(situation, [wanted]):
            return problems[0].text
        gain = gained(situation.standings, proposal, self.time.date)
        if at and not gain:
            return f"Leads farther from the recommended days than {spoken(at.date)}."
        days = min(one.days_to_overdue(self.today) for one in proposal.sessions)
        return Candidate(waiting, situation.version, proposal, wanted, days, gain)

    def seats(self, version: PlanVersion) -> Seats:
        """The free times of a plan's patient on the day."""
        gives = gives_of(version.series.all())
        return Seats(self.calendar, self.time.location.zone, version.plan.patient_id, gives)

    def wanted(self, seats: Seats, proposal: Proposal) -> Wanted | None:
        """The proposal at the first start within the freed time at which all it needs is free."""
        first = self.time.unit - seats.day(self.time.date).first
        booking = proposal.booking.pk if proposal.booking else None
        for start in range(first, first + self.time.units, self.time.location.grid // UNIT):
            seat = seats.at(proposal.keys, self.time.date, start, {PROVIDER: self.time.provider})
            if seat:
                return wanted_at(seat, proposal.ids, booking)
        return None

    def no_seat(self, seats: Seats, proposal: Proposal) -> str:
        """Why a visit does not fit into the freed time."""
        holder = seats.names.get((PROVIDER, self.time.provider))
        if holder is None or not seats.treatments(proposal.keys) <= holder.serves:
            return f"{self.time.name} does not give this here."
        minutes = minutes_of(seats.steps(proposal.keys))
        return f"Takes {minutes} min: no start fits {self.time.name}, a room and the patient's other visits."


def grouped(rows, field: str) -> dict[int, list]:
    """Rows by one of their numbers, each list in the order of the rows; bookings bring their sessions."""
    found: dict[int, list] = defaultdict(list)
    for row in rows.with_details() if rows.model is Booking else rows:
        found[getattr(row, field)].append(row)
    return found
