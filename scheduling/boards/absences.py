"""An absence and the visits it disturbs: plan by plan, each with what a re-plan would change."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clinic.models import Absence, Location, User
from scheduling.boards.rows import Disturbed, Row, by_plan, lines_of, rounds_of
from scheduling.booking_page.replan import Replan
from scheduling.booking_page.words import booking_state
from scheduling.course.situation import Situation
from scheduling.models import Booking, PlanVersion
from scheduling.time_limit import ARRANGING, stop_after


@dataclass(frozen=True, slots=True)
class Counted:
    """An absence and how many booked visits it disturbs at the locations of a person."""

    absence: Absence
    visits: int

    @property
    def words(self) -> str:
        """The number in words: 3 visits affected."""
        return f"{self.visits} visit{'s' if self.visits > 1 else ''} affected"


def counted_absences(
    absences: Sequence[Absence], locations: Sequence[Location], today: datetime.date
) -> list[Counted]:
    """Each absence with the number of visits it disturbs from today on, in one query."""
    if not absences:
        return []
    here = Booking.objects.filter(location__in=locations, date__gte=today).disturbed(absences)
    days = list(here.values_list("provider", "date"))
    return [
        Counted(one, sum(who == one.provider_id and one.first <= day <= one.last for who, day in days))
        for one in absences
    ]


class AbsencePage:
    """An absence as a person sees it at `now`, aware: what it disturbs at their locations."""

    def __init__(self, absence: Absence, user: User, now: datetime.datetime):
        self.absence, self.user, self.now = absence, user, now
        self.since = now.date() - datetime.timedelta(days=1)

    @cached_property
    def bookings(self) -> list[Booking]:
        """The visits it disturbs, at the person's locations."""
        ahead = Booking.objects.visible_to(self.user).filter(date__gte=self.since)
        return [one for one in ahead.disturbed([self.absence]).with_details() if one.at > self.now]

    @cached_property
    def elsewhere(self) -> int:
        """How many visits it disturbs at locations the person does not work at."""
        ahead = Booking.objects.filter(date__gte=self.now.date()).disturbed([self.absence])
        return ahead.exclude(location__in=self.user.locations.all()).count()

    @cached_property
    def plans(self) -> list[Disturbed]:
        """The plans of these visits, the soonest first."""
        rounds, why = rounds_of(self.bookings), f"{self.absence.provider} is away ({self.absence.reason})"
        return by_plan(
            Row(one, booking_state(one, one.at.date()), lines_of(one, rounds), why) for one in self.bookings
        )

    def replan(self, plan: int) -> Replan | None:
        """The before and after of one of these plans; None when no provider approved it as it stands."""
        versions = PlanVersion.objects.visible_to(self.user).approved().with_details()
        version = versions.filter(plan=plan).first()
        if version is None:
            return None
        return Replan(Situation(version, self.now), stop=stop_after(ARRANGING))
