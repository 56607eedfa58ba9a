"""Everything the page of a plan shows of one version: its figures, its timeline, a session and its days."""

import datetime
from functools import cached_property, partial
from urllib.parse import urlencode

from django.urls import reverse

from scheduling.booking_page.page import PlanStand
from scheduling.composing.preview import Advice, advice
from scheduling.models import PlanVersion
from scheduling.plan_page.day_details import Day, day_details
from scheduling.plan_page.month import Month, month_of
from scheduling.plan_page.overview import VisitLine, visit_lines
from scheduling.plan_page.session_card import SessionCard, session_card
from scheduling.plan_page.stood import GIVEN, Stand, stand_of, visits_of
from scheduling.plan_page.summary import Summary, given_up, summary
from scheduling.plan_page.timeline import timeline
from scheduling.plan_page.timeline_parts import Timeline
from scheduling.planning.price import price_days, why_blocked
from scheduling.time_limit import stop_after

# Seconds the planner may take over the days of a month, and over one day with the days around it.
MONTH, DAY = 1.0, 2.0
ZOOMS = {"6": 6, "12": 12, "24": 24, "all": None}


class NotInPlan(LookupError):
    """Raised for a session, a month or a day that a plan does not have."""


class PlanPage:
    """One version of a plan on the local date `today`; what is drawn is made when it is asked for.

    `selected` is a session (series key, number from 1), the next to come unless told; `day` another day
    for it, `month` the first of the month of days shown, `zoom` a key of `ZOOMS`; `stand` is asked for what
    became of the sessions, where it is given. Raises NotInPlan for what the plan does not have.
    """

    def __init__(
        self,
        version: PlanVersion,
        today: datetime.date,
        *,
        selected: tuple[str, int] | None = None,
        day: datetime.date | None = None,
        month: datetime.date | None = None,
        zoom: str = "all",
        stand: PlanStand | None = None,
    ):
        self.version, self.today, self.zoom, self.stand = version, today, zoom, stand
        self.plan, self.patient = version.plan, version.plan.patient
        self.found, self.names = version.recommendation, version.names
        self.asked, self._day, self._month = selected, day, month
        self.selected = selected or self._next()
        if self.selected not in self._dates:
            raise NotInPlan(f"The plan has no session {self.selected[1]} of {self.selected[0]}.")
        problem = self.found.problem
        for shown in (day, month):
            if shown and not problem.start.replace(day=1) <= shown.replace(day=1) <= problem.end:
                raise NotInPlan(f"The plan has no days in {shown:%B %Y}.")

    @cached_property
    def _dates(self) -> dict[tuple[str, int], datetime.date]:
        placed = self.found.solution.placed() if self.found.solution else ()
        return {(one.series, one.number): one.date for one in placed}

    @cached_property
    def stood(self) -> Stand:
        """Where its sessions stand; nothing while the plan only is proposed, or is one from before."""
        return stand_of(self.stand.standings) if self.stand else {}

    def _next(self) -> tuple[str, int]:
        """The first session on a day to come that was not given, or else the last of all."""
        visits = visits_of(self.found, self.stood)
        sessions = [(one.series, one.number, one.date) for visit in visits for one in visit.sessions]
        given = {session for session, at in self.stood.items() if at.look == GIVEN}
        ahead = (one[:2] for one in sessions if one[2] >= self.today and one[:2] not in given)
        return next(ahead, sessions[-1][:2])

    @cached_property
    def summary(self) -> Summary | None:
        """The plan in figures."""
        return summary(self.found)

    @property
    def gives_up(self) -> str:
        """What the plan gives up, in a sentence."""
        return given_up(self.found, self.names)

    @cached_property
    def visits(self) -> tuple[VisitLine, ...]:
        """Every visit in words."""
        return visit_lines(self.found, self.names, self.today, self.session_url, self.stood)

    @cached_property
    def advice(self) -> Advice:
        """What is declined, to be discussed and to be minded."""
        return advice(self.found, self.names)

    @cached_property
    def timeline(self) -> Timeline:
        """The lanes of the plan, over as many months as the zoom says."""
        return timeline(
            self.found,
            self.names,
            today=self.today,
            months=ZOOMS[self.zoom],
            selected=self.selected,
            href=self.session_url,
            stand=self.stood,
        )

    @cached_property
    def card(self) -> SessionCard:
        """The selected session and why it is on its date."""
        return session_card(self.found, self.names, *self.selected, self.today, self.stood)

    @property
    def visit_url(self) -> str:
        """The address of the visit at which the selected session is booked; nothing without one."""
        booking = self.card.stood and self.card.stood.booking
        return reverse("scheduling:visit", args=[booking]) if booking else ""

    @property
    def month(self) -> Month | None:
        """A month of other days for the session; None where it is fetched later, or no other is weighed."""
        return self.priced_month if self.asked and self.weighs_days else None

    @property
    def weighs_days(self) -> bool:
        """Whether other days can be weighed for the session: the version is current, nothing is booked."""
        return self.version.is_current and not self.card.is_settled

    @cached_property
    def priced_month(self) -> Month:
        """Every day of the month shown, as free, costly or blocked."""
        month = self._month or (self._day or self._dates[self.selected]).replace(day=1)
        return month_of(
            self.found,
            self.names,
            *self.selected,
            month,
            self.today,
            partial(price_days, stop=stop_after(MONTH)),
            href=self.day_url,
            month_href=self.month_url,
        )

    @cached_property
    def day(self) -> Day | None:
        """What the chosen day comes to; None when none was chosen."""
        if self._day is None:
            return None
        stop = stop_after(DAY)
        return day_details(
            self.found,
            self.names,
            *self.selected,
            self._day,
            self.today,
            partial(price_days, stop=stop),
            href=self.day_url,
            why=partial(why_blocked, stop=stop),
            stop=stop,
        )

    @property
    def zooms(self) -> tuple[tuple[str, str, bool], ...]:
        """The zooms of the timeline: words, address, and whether it is the one shown."""
        words = {"6": "6 months", "12": "12 months", "24": "24 months", "all": "Whole plan"}
        return tuple((words[key], f"?{urlencode({'zoom': key})}", key == self.zoom) for key in ZOOMS)

    def session_url(self, series: str, number: int, **query: str) -> str:
        """The address of a session of this plan; of a version from before, its place on the page."""
        if not self.version.is_current:
            return "#visits"
        if self.zoom != "all":
            query["zoom"] = self.zoom
        address = reverse("scheduling:session", args=[self.plan.pk, series, number])
        return f"{address}?{urlencode(query)}" if query else address

    def month_url(self, month: datetime.date) -> str:
        """The address of another month of days for the session."""
        return self.session_url(*self.selected, month=f"{month:%Y-%m}")

    def day_url(self, day: datetime.date) -> str:
        """The address of what another day comes to."""
        return reverse("scheduling:day", args=[self.plan.pk, *self.selected, day])

    @property
    def earlier(self) -> range:
        """The numbers of the versions before this one, the newest first."""
        return range(self.version.number - 1, 0, -1)

    @property
    def later_url(self) -> str:
        """Where the month of days is fetched once the page stands."""
        return self.session_url(*self.selected)
