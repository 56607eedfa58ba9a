"""What a patient may expect after a visit, area by area, with the dates worked out: always a band."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduling.models import BookedSession, Booking
from scheduling.naming import SeriesName
from scheduling.patient_page.course import Course
from scheduling.planning.reasons import spoken
from treatments.current import current_treatments
from treatments.protocols import Protocol, TreatmentType

NO_GUARANTEE = "Results differ from person to person, and there can be no guarantee."
ONE_STEP = "One visit moves you forward. It does not change everything at once."


@dataclass(frozen=True, slots=True)
class Smile:
    """Until when the smile may be less full: usually until some day of a band, for a few until the tail."""

    usual_from: datetime.date
    usual_to: datetime.date
    tail: datetime.date
    mouth: bool = False

    def words(self, today: datetime.date) -> str:
        """The band in one sentence, as far as it is not over: both edges and the tail; nothing in the end."""
        what = "Movement around your mouth" if self.mouth else "Your smile"
        how, tail = (
            "weaker" if self.mouth else "less full",
            f"for a few people until about {spoken(self.tail)}",
        )
        if self.tail < today:
            return ""
        if self.usual_to < today:
            return f"{what} may still be {how} {tail}. It passes."
        usual = until(self.usual_from, self.usual_to, today)
        return f"{what} may be {how} until about {usual}, {tail}. It passes."


@dataclass(frozen=True, slots=True)
class AreaCard:
    """One area of a visit: sentences with dates, and what belongs to its treatment."""

    name: SeriesName
    dated: tuple[str, ...]
    texts: tuple[str, ...]


def smile_after(protocol: Protocol, day: datetime.date) -> Smile | None:
    """How long a session of a day may be felt in the smile (R28, R43); None where it is not."""
    recovery = protocol.recovery
    if not recovery.function_tail:
        return None
    low, high, tail = (
        day + datetime.timedelta(days=days)
        for days in (recovery.function_low, recovery.function_high, recovery.function_tail)
    )
    return Smile(low, high, tail, mouth="R43" in protocol.rules and "R28" not in protocol.rules)


def dated(protocol: Protocol, day: datetime.date, today: datetime.date) -> Iterator[str]:
    """What may show after a session of a day, and until when; nothing that is over."""
    recovery = protocol.recovery
    low, high = (
        day + datetime.timedelta(days=days) for days in (recovery.visible_low, recovery.visible_high)
    )
    if recovery.visible_high and high >= today:
        yield f"Redness, swelling or small bumps may show until about {until(low, high, today)}."
    faded = day + datetime.timedelta(days=recovery.bruise)
    if recovery.bruise and faded >= today:
        yield f"A bruise, if you get one, fades by about {spoken(faded)}."
    if (smile := smile_after(protocol, day)) and (words := smile.words(today)):
        yield words


def until(low: datetime.date, high: datetime.date, today: datetime.date) -> str:
    """The end of a time as a band, or as its one day where the band has one or its lower edge is over."""
    return spoken(high) if low == high or low < today else f"{spoken(low)} to {spoken(high)}"


def cards(course: Course, booking: Booking) -> tuple[AreaCard, ...]:
    """What to expect after one visit, area by area."""
    treatments = current_treatments()
    sessions = [one for one in booking.sessions.all() if one.is_live]
    return tuple(card(course, one, booking.date, treatments) for one in sessions)


def card(
    course: Course, session: BookedSession, day: datetime.date, treatments: Mapping[str, TreatmentType]
) -> AreaCard:
    """One area; where its plan is being revised only what belongs to the treatment."""
    record, treatment = course.records.get(session.key), treatments.get(session.key.split(".", 1)[0])
    own = record.expectations if record else ()
    # The sentence of R28 stands among the dated ones already, with its dates.
    kept = [
        one for one in own if not (one.rule in ("R28", "R43") and record and record.recovery.function_tail)
    ]
    texts = [one.text for one in (*kept, *(treatment.expectations if treatment else ()))]
    ahead = tuple(dated(record, day, course.today)) if record else ()
    return AreaCard(session.name, ahead, tuple(dict.fromkeys(texts)))


def smile_now(course: Course) -> Smile | None:
    """The longest time from today on in which the smile may still be less full after a past visit."""
    found = (
        smile
        for one in course.given
        if (record := course.records.get(one.key)) and (smile := smile_after(record, one.date))
    )
    return latest(one for one in found if one.tail >= course.today)


def smile_next(course: Course) -> Smile | None:
    """The same after the next booked visit."""
    if course.next is None:
        return None
    records = [course.records.get(one.key) for one in course.next.sessions.all() if one.is_live]
    return latest(smile for one in records if one and (smile := smile_after(one, course.next.date)))


def latest(smiles: Iterable[Smile | None]) -> Smile | None:
    """The one that lasts longest."""
    return max((one for one in smiles if one), key=lambda one: one.tail, default=None)
