"""What the evidence suggests to change of a course: proposed with its reasons, never applied by itself.

An early responder may have the first series closed (R22, R23, R36); a result that holds lets the next
interval grow (R34). The next interval only ever becomes longer. No Django, no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduling.intake.windows import interval_of, stepped
from scheduling.planning.problem import Interval
from scheduling.planning.reasons import spoken, spoken_duration
from treatments import review
from treatments.protocols import Protocol
from treatments.review import GRADES

EARLY, TAPER = "early responder", "taper"
LATE = 10
NOT_FADING = "not"


@dataclass(frozen=True, slots=True)
class Graded:
    """The change since the first session, by its place among the grades, as a provider saw it on a day."""

    date: date
    grade: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What a patient answered so many weeks after the visit of a day, and when."""

    visit: date
    weeks: int
    fading: str
    words: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One series of a patient: `given` the days that count, `initial` how many the first series has in all.

    `closed` says that somebody closed the first series; `decided` is when the plan was last proposed: what
    was known then was weighed.
    """

    key: str
    given: tuple[date, ...]
    initial: int
    closed: bool
    decided: date
    grades: tuple[Graded, ...] = ()
    answers: tuple[Answered, ...] = ()

    @property
    def done(self) -> int:
        """How many sessions count."""
        return len(self.given)

    @property
    def grade(self) -> Graded | None:
        """The latest grade of change since the first session."""
        seen = [one for one in self.grades if one.date >= self.given[0]]
        return max(seen, key=lambda one: one.date, default=None)

    @property
    def seen(self) -> int | None:
        """What that grade says."""
        return self.grade.grade if self.grade else None

    @property
    def fading(self) -> Answered | None:
        """The latest answer about the last session."""
        own = [one for one in self.answers if one.visit == self.given[-1]]
        return max(own, key=lambda one: one.weeks, default=None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason, under its rule."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a series after its `round`: close the first series so many sessions ago (`closed`).

    `interval` is the next one then, in words, `now` what the plan has; `by_default` where nothing was
    observed.
    """

    kind: str
    key: str
    round: int
    closed: int
    interval: str
    now: str
    evidence: tuple[Evidence, ...]
    by_default: bool = False


def proposed(course: Course, protocol: Protocol, early_after: int) -> Proposal | None:
    """What the evidence suggests for a series of MesoBotox.

    A good result may end the first series after one session of the neck, elsewhere after `early_after`.
    """
    if not course.given or protocol.treatment != "mesobotox" or not protocol.taper:
        return None
    if course.done < course.initial:
        return early(course, protocol, early_after)
    return longer(course, protocol)


def early(course: Course, protocol: Protocol, early_after: int) -> Proposal | None:
    """Close the first series early: a good grade, or a result that does not fade."""
    first = review.closes_after(protocol, early_after)
    if first is None or course.done < first or not holds(course):
        return None
    grade = course.grade
    good = grade is not None and review.is_good(grade.grade) and grade.date >= course.decided
    if review.is_unmoved(course.seen) or (not good and fresh(course) is None):
        return None
    rule = ("R22" if course.done == 1 else "R23") if protocol.area == "neck" else "R36"
    evidence = [*seen(course, rule)]
    kind = EARLY if good else TAPER
    text = "The more it is done, the better it gets, and the less is needed: the provider may close early."
    evidence.append(Evidence("R36", text))
    return proposal(course, protocol, kind, 0, evidence)


def longer(course: Course, protocol: Protocol) -> Proposal | None:
    """Let the interval after the first series grow: one step more than the plan where the result holds."""
    step = course.done - course.initial
    if not holds(course):
        return None
    if fresh(course):
        rule = Evidence("R34", "Each interval is longer than the one before, never shorter.")
        return proposal(course, protocol, TAPER, step + 1, [*seen(course, "R34"), rule])
    if step or course.closed or course.fading or course.grade:
        return None
    text = "The first series is complete. Nothing was observed since: this is the setting's default."
    return proposal(course, protocol, TAPER, 0, [Evidence("R34", text)], by_default=True)


def holds(course: Course) -> bool:
    """Whether nothing says that the result is worse or fading."""
    unfaded = course.fading is None or course.fading.fading in (NOT_FADING, "unsure")
    return review.holds(course.seen) and unfaded


def fresh(course: Course) -> Answered | None:
    """A late answer that the result does not fade, given since the plan was last proposed."""
    one = course.fading
    late = one is not None and one.weeks >= LATE and one.fading == NOT_FADING
    return one if late and one is not None and one.on >= course.decided else None


def seen(course: Course, rule: str) -> Iterator[Evidence]:
    """What was observed: the sessions, the grade and the answer with their dates."""
    count = f"{course.done} session{'s' if course.done > 1 else ''} given"
    yield Evidence("R33", f"{count}, the last on {spoken(course.given[-1])}.")
    if course.grade:
        yield Evidence(rule, f"Graded “{GRADES[course.grade.grade]}” on {spoken(course.grade.date)}.")
    if course.fading:
        one = course.fading
        after = f"{one.weeks} weeks after {spoken(one.visit)}"
        yield Evidence("R34", f"The patient answered “{one.words}” {after}.")


def proposal(
    course: Course,
    protocol: Protocol,
    kind: str,
    closed: int,
    evidence: list[Evidence],
    by_default: bool = False,
) -> Proposal | None:
    """Make a proposal; None where the next interval would not be longer than the plan's."""
    then, now = stepped(protocol, closed + 1), planned(course, protocol)
    if then is None or (now is not None and not by_default and not is_longer(then, now)):
        return None
    words = in_words(now) if now else "none"
    return Proposal(kind, course.key, course.done, closed, in_words(then), words, tuple(evidence), by_default)


def planned(course: Course, protocol: Protocol) -> Interval | None:
    """The next interval as the plan has it."""
    if course.done < course.initial:
        return interval_of(protocol.window)
    return stepped(protocol, course.done - course.initial + 1)


def is_longer(one: Interval, other: Interval) -> bool:
    """Whether an interval begins later than another, counted from the same day."""
    day = date(2027, 1, 1)
    return one.start.after(day) > other.start.after(day)


def in_words(one: Interval) -> str:
    """An interval's recommended range in words."""
    low, high = spoken_duration(one.start), spoken_duration(one.end)
    if low == high:
        return low
    unit = high.rpartition(" ")[2]
    return f"{low.removesuffix(f' {unit}')} to {high}"
