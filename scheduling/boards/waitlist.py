"""What the waitlist and the page of one freed time show."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from clinic.models import Location
from scheduling.boards.due import round_of
from scheduling.boards.freed import Freed, freed_times
from scheduling.boards.waiting import Candidate, Matching, Unsuited
from scheduling.booking_page.words import Line, line_of
from scheduling.composing.words import WEEKDAYS
from scheduling.models import Booking, Offer, Waiting
from scheduling.planning.reasons import spoken


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An open offer: what is held, for whom and until when on the location's clock."""

    offer: Offer
    lines: tuple[Line, ...]
    until: str

    @property
    def day(self) -> str:
        """The day that is held, with its weekday."""
        return spoken(self.offer.date)


class WaitlistPage:
    """A location's waitlist at `now`, aware, in a fixed number of queries."""

    def __init__(self, location: Location, now: datetime.datetime):
        self.location, self.now = location, now
        self.today = now.astimezone(location.zone).date()

    @cached_property
    def offers(self) -> list[OfferRow]:
        """The times that are held, the first to end first."""
        here = Offer.objects.holding(self.now).filter(waiting__plan__patient__location=self.location)
        rows = here.with_details().prefetch_related("version__series").order_by("hold__held_until")
        return [
            OfferRow(one, lines_of(one), f"{one.hold.held_until.astimezone(self.location.zone):%H:%M}")
            for one in rows.defer("version__content")
        ]

    @cached_property
    def freed(self) -> list[tuple[Freed, str, str]]:
        """The freed times with their day in words, and where they are offered."""
        return [(one, spoken(one.date), address(one)) for one in freed_times(self.location, self.now)]

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Who waits, with `next_date`, the day of their next booked visit."""
        ahead = Booking.objects.filter(
            plan=OuterRef("plan"), status=Booking.Status.BOOKED, date__gte=self.today
        )
        here = Waiting.objects.active().filter(plan__patient__location=self.location).with_details()
        return list(here.annotate(next_date=Subquery(ahead.order_by("unit").values("date")[:1])))

    @property
    def rows(self) -> list[tuple[Waiting, str]]:
        """Who waits, with their wishes in words."""
        return [(one, wishes_words(one, self.location)) for one in self.waiting]


class OfferPage:
    """One freed time: whom it suits, the most urgent first, and whom it does not."""

    def __init__(self, time: Freed, now: datetime.datetime):
        self.time, self.now = time, now

    @property
    def day(self) -> str:
        """Its day with the weekday."""
        return spoken(self.time.date)

    @cached_property
    def sorted(self) -> tuple[list[Candidate], list[Unsuited]]:
        """Everybody who waits at the location, judged."""
        here = Waiting.objects.active().filter(plan__patient__location=self.time.location)
        return Matching(self.time, list(here.with_details()), self.now).sorted()

    @property
    def suited(self) -> list[tuple[Candidate, tuple[Line, ...]]]:
        """Whom the time suits, with the sessions they would get."""
        return [(one, tuple(line_of(session) for session in one.proposal.sessions)) for one in self.sorted[0]]

    @property
    def unsuited(self) -> list[Unsuited]:
        """Whom it does not suit, and why."""
        return self.sorted[1]


def lines_of(offer: Offer) -> tuple[Line, ...]:
    """The sessions of an offer in words; its version comes with its series."""
    series = {one.key: one for one in offer.version.series.all()}
    return tuple(
        Line(
            str(one.name),
            one.name.mark,
            round_of(number + one.done, one.done + one.initial, number > one.initial),
        )
        for key, number in offer.sessions
        if (one := series.get(key))
    )


def address(time: Freed) -> str:
    """Where a freed time is offered."""
    parts = [time.location.slug, time.provider, time.date, time.minute, time.minutes]
    return reverse("scheduling:freed", args=parts)


def wishes_words(waiting: Waiting, location: Location) -> str:
    """When a waiting patient could come, in words."""
    days = [day for day in location.weekdays if day in waiting.weekdays]
    every = len(days) == len(location.weekdays)
    said = "Any open day" if every else ", ".join(WEEKDAYS[day] for day in days)
    return f"{said}, not before {spoken(waiting.not_before)}" if waiting.not_before else said
