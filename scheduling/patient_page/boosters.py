"""An extra treatment before a day that matters (R14): when it could be, what it may cost, what became of it.

Nothing here is promised: the practice decides. Section 5 of the defaults has a regular session moved first.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scheduling.booking_page.words import State
from scheduling.course.boosters import DAY, Extra, Extras, Near, event_words, near_to, span_words
from scheduling.course.situation import Situation
from scheduling.course.standing import Standings
from scheduling.intake.events import GREEN
from scheduling.models import PatientEvent, Question
from scheduling.naming import SeriesName
from scheduling.patient_page.course import Course
from scheduling.patient_page.effects import booked
from scheduling.planning.reasons import spoken, spoken_duration
from treatments.protocols import Protocol

IN_TIME = State("good", "circle-check", "Well timed already")
GOOD = State("good", "calendar-check", "There is time for it")
NEAR = State("warn", "triangle-alert", "Close to your day")
NONE = State("stop", "octagon-alert", "No day fits")
ASKED = State("wait", "hourglass", "Asked: the practice decides")
BOOKED = State("good", "calendar-check", "Booked for your day")
REFUSED = State("warn", "message-circle-reply", "Not possible")
WELL_TIMED = "already lies on the recommended days before your day."
ROUND = "Your next round has no date yet and could be on such a day. The practice looks at that first."
CLOSE_VISIT = (
    "Your visit on {} treats this area in good time, but another area of it comes close to your day."
)
TOO_NEAR = "Your other treatments are too near: two treatments of one area lie at least"
NO_TIME = "Too little time is left before your day."
SMILE = (
    "Some people find their smile less full after a treatment here: usually for 4 to 6 weeks, "
    "a few for about 2 months."
)
MOUTH = "Movement around the mouth may be weaker for about a month after a treatment here."
SETTLE = "swelling and bruises need time to settle."
ASK_ANYWAY = "Write to the practice if it matters to you: your doctor can say more."
DECIDES = "Asking books nothing and moves nothing. The practice decides and answers here."


@dataclass(frozen=True, slots=True)
class Chance:
    """An extra treatment of one series of the plan: whether it fits before the day, and why."""

    name: SeriesName
    state: State
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key of its series."""
        return self.name.key

    @property
    def can_ask(self) -> bool:
        """Whether it can be asked for: some day fits, and no visit serves the day already."""
        return self.state in (GOOD, NEAR)


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of the extra treatment that was wished; `reason` is why it is not possible."""

    state: State
    name: str
    reason: str = ""
    by: str = ""


class EventBoosters:
    """Everything about an extra treatment before one day; `event` comes with its visit and who settled it."""

    def __init__(self, course: Course, event: PatientEvent):
        self.course, self.event = course, event

    @property
    def visit(self):
        """The visit that is booked for it, if any."""
        return self.event.visit

    @property
    def can_ask(self) -> bool:
        """Whether an extra treatment can be asked for now."""
        event = self.event
        if event.withdrawn_at or event.date <= self.course.today:
            return False
        return not event.visit and not event.is_asking

    @property
    def can_take_back(self) -> bool:
        """Whether the wish can be taken back."""
        return self.event.is_asking and not self.event.withdrawn_at

    @cached_property
    def names(self) -> dict[str, SeriesName]:
        """The series of the signed plans in words."""
        return {key: series.name for one in self.course.standings for key, series in one.series.items()}

    @cached_property
    def wish(self) -> Wish | None:
        """What was asked for and what became of it."""
        event = self.event
        if not event.booster_key:
            return None
        name = str(self.names.get(event.booster_key, "Extra treatment"))
        if event.visit:
            return Wish(BOOKED, name)
        if not event.settled_at:
            return Wish(ASKED, name)
        by = getattr(event.settled_by, "provider", None)
        return Wish(REFUSED, name, self._reason(), by.printed_name if by else event.settled_by.name)

    def _reason(self) -> str:
        """Why it is not possible: the answer to what was asked at that moment."""
        asked = Question.objects.visible_to(self.course.user).filter(
            patient=self.event.patient_id, asked_at=self.event.booster_asked_at
        )
        return asked.filter(settled_at=self.event.settled_at).values_list("answer", flat=True).first() or ""

    @cached_property
    def chances(self) -> tuple[Chance, ...]:
        """Each series of the signed plans, whether one can ask for it or not."""
        found: dict[str, Chance] = {}
        for standings in self.course.standings:
            extras = self._extras(standings)
            for key, series in standings.series.items():
                found[key] = self._chance(extras.of(key, self.event.date), series.name)
        return tuple(found.values())

    def _extras(self, standings: Standings) -> Extras:
        situation = Situation(standings.version, self.course.now)
        situation.standings, situation.told = standings, tuple(self.course.told)
        return Extras(situation)

    def _chance(self, extra: Extra, name: SeriesName) -> Chance:
        """Whether an extra treatment fits before the day; a visit close to it is not well timed."""
        near = [day for day in extra.in_time if day in self._close]
        extra = replace(extra, in_time=tuple(day for day in extra.in_time if day not in near))
        words = [] if extra.in_time else [CLOSE_VISIT.format(spoken(day)) for day in near]
        words += [*when_words(extra), *cost_words(extra.protocol, extra.event, self.course.today)]
        return Chance(name, state_of(extra), tuple(words))

    @cached_property
    def _close(self) -> frozenset[datetime.date]:
        """The days of the coming visits that one of their areas brings close to the day."""
        return frozenset(one.date for one in booked(self.course, self.event.date) if one.band != GREEN)


def state_of(extra: Extra) -> State:
    """How well it fits."""
    if extra.in_time:
        return IN_TIME
    return GOOD if extra.good else NEAR if extra.near else NONE


def when_words(extra: Extra) -> Iterator[str]:
    """On which days it could be, or why on none."""
    if extra.in_time:
        yield f"Your visit on {spoken(extra.in_time[-1])} {WELL_TIMED}"
        return
    if extra.could:
        yield ROUND
    if extra.days:
        yield f"It could be {span_words(extra.days)}."
    if not extra.good:
        yield from closer_words(extra)


def closer_words(extra: Extra) -> Iterator[str]:
    """Which days are closer than recommended, and to what; or why there are none at all."""
    if not extra.near:
        near = f"{TOO_NEAR} {spoken_duration(extra.minimum)} apart." if extra.kept else NO_TIME
        if extra.others and not extra.kept:
            near = f"{' and '.join(event_words(one) for one in extra.others)} is too close."
        yield f"{near} {ASK_ANYWAY}"
    for one in extra.near:
        spans = span_words(one.spans)
        what = "That" if len(extra.near) == 1 else f"{spans[:1].upper()}{spans[1:]}"
        closer = f"{what} is closer to {near_to(one, 'your day')} than recommended"
        yield f"{closer}{days_before(one, extra.event)}."


def days_before(one: Near, event: datetime.date) -> str:
    """How many days before the event alone some days are, both ends said."""
    if one.others:
        return ""
    low, high = (event - one.spans[-1].last).days, (event - one.spans[0].first).days
    return f": {low} to {high} days before it" if low < high else f": {low} days before it"


def cost_words(protocol: Protocol, event: datetime.date, today: datetime.date) -> Iterator[str]:
    """What it may cost on the day itself: the smile with both edges of its band (R28, R43), else marks."""
    recovery = protocol.recovery
    if not recovery.function_tail:
        yield f"At least {protocol.event.warn} days before your day are recommended: {SETTLE}"
    elif "R28" not in protocol.rules:
        start = max(event - recovery.function_tail * DAY, today + DAY)
        yield f"{MOUTH} One from {spoken(start)} on could still show on your day."
    else:
        cost = ", ".join(edges(protocol, event, today))
        yield SMILE
        yield f"So one could cost you part of your smile on your day: {cost}."


def edges(protocol: Protocol, event: datetime.date, today: datetime.date) -> Iterator[str]:
    """From which day on a treatment could cost the smile for a few, for more, and most likely."""
    recovery, soonest = protocol.recovery, today + DAY
    few, more, most = (
        event - days * DAY
        for days in (recovery.function_tail, recovery.function_high - 1, recovery.function_low - 1)
    )
    steps = (("for a few people", few, more), ("for more people", more, most), ("most likely", most, event))
    for words, start, after in steps:
        if after > soonest:
            yield f"{words} from {spoken(start) if start > soonest else 'now'} on"
