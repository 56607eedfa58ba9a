"""What a patient is treated with beside the sessions of one plan, and the days it keeps them off.

Visits of the patient's other plans, boosters, and what was given elsewhere lie outside the plan's own
windows; the library's rules and the minimum of each series hold between all of them.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from scheduling.arranging.seats import treatment_of
from scheduling.course.standing import Standings
from scheduling.intake.history import rule_because
from scheduling.intake.recommendation import Because
from scheduling.models import BookedSession, Booking, Given, PlanSeries, PlanVersion
from scheduling.naming import SeriesName
from scheduling.planning.durations import Duration
from scheduling.planning.problem import Span
from scheduling.planning.reasons import spoken, spoken_duration
from treatments.models import Area, CrossTreatmentRuleVersion
from treatments.protocols import SeparationRule

DAY = datetime.timedelta(days=1)
Kept = tuple[Span, Because]


@dataclass(frozen=True, slots=True)
class Dated:
    """A treatment of one area on a day: what it is called, and the booking it belongs to, if any."""

    key: str
    name: str
    date: datetime.date
    booking: int | None = None

    @property
    def treatment(self) -> str:
        """The treatment of its key: botox of botox.upper_face."""
        return treatment_of(self.key)

    @property
    def area(self) -> str:
        """The area of its key."""
        return self.key.partition(".")[2]


@dataclass(frozen=True)
class Spacing:
    """The rules between treatments as the practice has them now, and the parts of its areas."""

    rules: tuple[SeparationRule, ...]
    parts: Mapping[str, frozenset[str]]

    @classmethod
    def current(cls) -> "Spacing":
        """Read the active rules, in a fixed number of queries."""
        versions = CrossTreatmentRuleVersion.objects.active().with_details()
        areas = Area.objects.values_list("key", "parts")
        parts = {key: frozenset([key, *inner]) for key, inner in areas}
        return cls(tuple(one.as_record() for one in versions), parts)

    def keeps_off(self, rule: SeparationRule, one: Dated, key: str) -> bool:
        """Whether a rule with days of its own binds a series and a treatment of another one."""
        if not rule.clear_days or one.key == key:
            return False
        return self.overlap(one.area, key.partition(".")[2]) if rule.same_area else rule.planned

    def overlap(self, one: str, other: str) -> bool:
        """Whether two areas share skin or muscle."""
        return bool(self.parts.get(one, frozenset([one])) & self.parts.get(other, frozenset([other])))

    def after(self, key: str, minimum: Duration, one: Dated) -> Iterator[Kept]:
        """The days from a treatment on that it keeps a series off, with the rule."""
        if one.key == key:
            yield Span(one.date, minimum.after(one.date) - DAY, apart(minimum, one)), least(minimum)
        for rule in self.rules:
            binds = one.treatment in rule.before and treatment_of(key) in rule.after
            if binds and self.keeps_off(rule, one, key):
                first = one.date + int(rule.same_visit) * DAY
                last = one.date + (rule.clear_days - 1) * DAY
                yield Span(first, last, f"{rule.text} ({one.name} on {spoken(one.date)})"), rule_because(rule)

    def before(self, key: str, minimum: Duration, one: Dated) -> Iterator[Kept]:
        """The days up to a treatment on which a series would come too close before it, with the rule."""
        if one.key == key:
            first = one.date
            while minimum.after(first - DAY) > one.date:
                first -= DAY
            yield Span(first, one.date, apart(minimum, one)), least(minimum)
        for rule in self.rules:
            binds = treatment_of(key) in rule.before and one.treatment in rule.after
            if binds and self.keeps_off(rule, one, key):
                first = one.date - (rule.clear_days - 1) * DAY
                last = one.date - int(rule.same_visit) * DAY
                yield Span(first, last, f"{rule.text} ({one.name} on {spoken(one.date)})"), rule_because(rule)


def apart(minimum: Duration, one: Dated) -> str:
    """How far apart two treatments of one area are, in words."""
    return f"at least {spoken_duration(minimum)} from {one.name} on {spoken(one.date)}"


def least(minimum: Duration) -> Because:
    """The minimum of a series as a reason."""
    return Because("", f"At least {spoken_duration(minimum)} between two sessions.", "protocol")


@dataclass(frozen=True)
class Beside:
    """Everything beside the plan: booked by `others`, its own `boosters`, and what was `given` besides."""

    others: tuple[Dated, ...] = ()
    boosters: tuple[Dated, ...] = ()
    given: tuple[Dated, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing, so that no rule has to be read."""
        return not (self.others or self.boosters or self.given)

    def kept_off(
        self,
        series: PlanSeries,
        spacing: Spacing,
        planned: AbstractSet[str],
        booked: Sequence[datetime.date],
    ) -> Iterator[Kept]:
        """The days that all of it keeps a series of the plan off.

        What was given is left out where the plan minds it: in the window of the series itself, and by the
        rules that are `planned`, in the words of their reasons. Days as close before a booster
        as one `booked` already are agreed to, closer ones are not.
        """
        minimum = minimum_of(series)
        for one in (*self.others, *self.boosters):
            yield from spacing.after(series.key, minimum, one)
        for one in self.others:
            yield from spacing.before(series.key, minimum, one)
        yield from self._before_boosters(series.key, spacing, minimum, booked)
        unplanned = replace(spacing, rules=tuple(one for one in spacing.rules if one.text not in planned))
        for one in self.given:
            if one.key != series.key:
                yield from unplanned.after(series.key, minimum, one)

    def _before_boosters(
        self, key: str, spacing: Spacing, minimum: Duration, booked: Sequence[datetime.date]
    ) -> Iterator[Kept]:
        for one in self.boosters:
            for span, because in spacing.before(key, minimum, one):
                agreed = max((day + DAY for day in booked if day in span), default=span.first)
                if agreed <= span.last:
                    yield replace(span, first=agreed), because


def minimum_of(series: PlanSeries) -> Duration:
    """The least time between two sessions of a series, by the protocol it was planned with."""
    protocol = series.protocol_version
    mild = protocol.window_mild_minimum if series.severity == "mild" else ""
    return Duration.parse(mild or protocol.window_minimum)


def live_sessions(patients: Iterable[int]) -> QuerySet[BookedSession]:
    """What patients are booked for, by any of their plans, with the visits."""
    booked = BookedSession.objects.filter(
        is_live=True, booking__patient__in=patients, booking__status__in=Booking.LIVE
    )
    return booked.select_related("booking").order_by("booking__date", "pk")


def beside(
    version: PlanVersion, standings: Standings, booked: Iterable[BookedSession] | None = None
) -> Beside:
    """What a patient has beside a plan; in one query, or none where their live sessions are handed over."""
    if booked is None:
        booked = live_sessions([version.plan.patient_id]).exclude(plan=version.plan_id)
    ahead = (one for one in standings.bookings if one.date >= standings.today)
    own = ((one, booking) for booking in ahead for one in booking.sessions.all())
    return Beside(
        others=tuple(dated(one, one.booking) for one in booked if one.plan_id != version.plan_id),
        boosters=tuple(dated(one, booking) for one, booking in own if one.is_live and not one.ordinal),
        given=tuple(
            given_on(one)
            for one in standings.given
            if not (one.counts and one.plan_id == version.plan_id and one.key in standings.series)
        ),
    )


def had(version: PlanVersion, standings: Standings) -> Iterator[Dated]:
    """Everything a patient had, as far as it is on record or was entered for the plan's own series.

    With the plan's visits whose day has passed, as if the patient had come, while nobody has said so.
    """
    yield from (given_on(one) for one in standings.had)
    past = (one for one in standings.bookings if one.date < standings.today)
    yield from (dated(one, booking) for booking in past for one in booking.sessions.all() if one.is_live)
    for one in version.recommendation.intake.history:
        key = f"{one.treatment}.{one.area}"
        if key in standings.series:
            yield Dated(key, str(standings.series[key].name), one.date)


def given_on(one: Given) -> Dated:
    """A treatment that was given, on its day."""
    return Dated(one.key, str(SeriesName(one.key, one.treatment, one.area, one.mark)), one.date)


def dated(session: BookedSession, booking: Booking) -> Dated:
    """A booked session on its day."""
    return Dated(session.key, str(session.name), booking.date, booking.pk)
