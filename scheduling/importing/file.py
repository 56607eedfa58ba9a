"""Bookings of another system, brought in through the action that books: all of them or none."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from django.db import transaction

from clinic.models import Patient, User
from scheduling.actions.bookings import Order, Refused, book
from scheduling.claiming.claims import TakenMeanwhile
from scheduling.course.situation import Situation
from scheduling.course.wanted import SessionId, Wanted
from scheduling.importing.rows import BadImport, Problem, Row, short
from scheduling.importing.times import Times
from scheduling.models import Plan, PlanVersion

IMPORTED = "bookings.imported"


@dataclass(frozen=True, slots=True)
class Imported:
    """How much was booked."""

    visits: int
    sessions: int
    plans: int


@dataclass(frozen=True, slots=True)
class Visit:
    """The rows of one patient on one date and time."""

    rows: tuple[Row, ...]
    sessions: tuple[SessionId, ...]

    @property
    def row(self) -> Row:
        """The first of its rows, by which it is named."""
        return self.rows[0]


def import_bookings(
    *, by: User, rows: Sequence[Row], now: datetime.datetime, check: bool = False
) -> Imported:
    """Book every visit of the rows, or nothing; with `check` nothing is kept, but everything is tried.

    `now` is aware. Raises BadImport with everything that stands against it, by line, and what would work.
    """
    problems: list[Problem] = []
    plans: dict[int, tuple[PlanVersion, list[Row]]] = {}
    for wanted, same in plans_in(rows).items():
        found = version_of(by, *wanted)
        if isinstance(found, str):
            problems += [Problem(row.line, found) for row in same]
        else:
            plans[found.plan_id] = (found, same)
    with transaction.atomic():
        visits = 0
        for plan in locked(plans):
            one = PlanImport(by, *plans[plan.pk], now)
            problems += one.carried_out()
            visits += len(one.visits)
        if problems or check:
            transaction.set_rollback(True)
    if problems:
        raise BadImport(problems)
    return Imported(visits, len(rows), len(plans))


def locked(plans: Iterable[int]) -> list[Plan]:
    """Lock plans (ids) with their patients, all before the first is booked and in one order."""
    found = Plan.objects.select_for_update(of=("self", "patient"), no_key=True).select_related("patient")
    return list(found.filter(pk__in=list(plans)).order_by("pk"))


def plans_in(rows: Sequence[Row]) -> dict[tuple[str, datetime.date, int], list[Row]]:
    """The rows by patient (e-mail and date of birth) and number of plan."""
    found: dict[tuple[str, datetime.date, int], list[Row]] = defaultdict(list)
    for row in rows:
        found[row.email.lower(), row.birth_date, row.plan].append(row)
    return found


def version_of(by: User, email: str, birth_date: datetime.date, number: int) -> PlanVersion | str:
    """The approved version of a patient's plan, or why there is none."""
    people = list(Patient.objects.visible_to(by).filter(email__iexact=email, birth_date=birth_date)[:2])
    if len(people) != 1:
        how_many = "more than one patient has" if people else "no patient at your locations has"
        return f"{how_many} the e-mail “{short(email)}” and the date of birth {birth_date}."
    plans = PlanVersion.objects.of(people[0]).current().with_details()
    version = plans.filter(plan__number=number).first()
    if version is None:
        numbers = ", ".join(str(one.plan.number) for one in plans.order_by("plan__number"))
        return f"the patient has no plan {number}; " + (
            f"there is: {numbers}." if numbers else "make one first."
        )
    if not version.is_approved:
        return f"a provider has to approve plan {number} before it is booked."
    return version


class PlanImport:
    """The rows of one plan."""

    def __init__(self, by: User, version: PlanVersion, rows: Sequence[Row], now: datetime.datetime):
        self.by, self.version, self.rows = by, version, rows
        self.situation = Situation(version, now)
        self.problems: list[Problem] = []

    def carried_out(self) -> list[Problem]:
        """Book the visits of the plan as one, unless something stands against it; all that does."""
        placed = {visit: wanted for visit in self.visits if (wanted := self.placed(visit))}
        self.problems += overlapping(placed)
        if self.problems:
            return self.problems
        order = Order(tuple(placed.values()), action=IMPORTED, tells=False)
        try:
            book(by=self.by, version=self.version, order=order, now=self.situation.now)
        except Refused as refused:
            self.refused(refused, placed)
        except TakenMeanwhile as taken:
            self.problems.append(Problem(self.rows[0].line, f"{taken} Import the file again."))
        return self.problems

    @cached_property
    def visits(self) -> list[Visit]:
        """The visits, in order of time; what is wrong with their rows is noted."""
        grouped: dict[tuple[datetime.date, int], list[Row]] = defaultdict(list)
        for row in self.rows:
            grouped[row.date, row.minute].append(row)
        return [visit for when in sorted(grouped) if (visit := self.visit(grouped[when]))]

    def visit(self, rows: Sequence[Row]) -> Visit | None:
        """The rows of one visit with their sessions; None when something is wrong with them."""
        found: dict[SessionId, Row] = {}
        known = len(self.problems)
        for row in rows:
            session = self.session(row)
            if isinstance(session, str):
                self.problems.append(Problem(row.line, session))
            elif session in found:
                text = f"the same session stands in line {found[session].line} already."
                self.problems.append(Problem(row.line, text))
            else:
                found[session] = row
            for name in ("provider", "room"):
                if getattr(row, name).casefold() != getattr(rows[0], name).casefold():
                    text = f"another {name} than in line {rows[0].line}; one visit has one."
                    self.problems.append(Problem(row.line, text))
        return Visit(tuple(rows), tuple(found)) if len(self.problems) == known else None

    def session(self, row: Row) -> SessionId | str:
        """The session of a row by key and number within the version, or why there is none."""
        series = {one.key: one for one in self.situation.standings.series.values()}
        wanted = row.series.casefold()
        key = next((key for key, one in series.items() if wanted in (key, str(one.name).casefold())), None)
        if key is None:
            return f"the plan has no series “{short(row.series)}”; it has: {', '.join(sorted(series))}."
        done = series[key].done
        numbers = [number + done for one, number in self.situation.standings.numbers if one == key]
        if row.number not in numbers:
            return f"{key} has no session {row.number} in this plan; it has {min(numbers)} to {max(numbers)}."
        return key, row.number - done

    @cached_property
    def times(self) -> Times:
        """The free times of the patient."""
        return Times(self.situation)

    def placed(self, visit: Visit) -> Wanted | None:
        """A visit at its time; None, and why with what would work, when it cannot be had."""
        found = self.times.at(visit.row, visit.sessions)
        if isinstance(found, Wanted):
            return found
        self.problems.append(
            Problem(visit.row.line, found + self.times.instead(visit.row, visit.sessions, ()))
        )
        return None

    def refused(self, refused: Refused, placed: Mapping[Visit, Wanted]) -> None:
        """Note what the guard has against the visits, with what would work for each."""
        dates = {visit.row.date for visit in placed}
        for visit, wanted in placed.items():
            texts = [one.text for one in refused.against if one.date == visit.row.date]
            if visit is next(iter(placed)):
                texts += [one.text for one in refused.against if one.date not in dates]
            if texts:
                others = [one for one in placed.values() if one is not wanted]
                texts[-1] += self.times.instead(visit.row, visit.sessions, others)
                self.problems += [Problem(visit.row.line, text) for text in texts]


def overlapping(placed: Mapping[Visit, Wanted]) -> Iterator[Problem]:
    """The visits of one patient that begin before the one before them ends."""
    ordered = sorted(placed, key=lambda visit: placed[visit].unit)
    for before, visit in pairwise(ordered):
        if placed[visit].unit < placed[before].unit + placed[before].units:
            text = f"the visit of line {before.row.line} lasts until {placed[before].ends}."
            yield Problem(visit.row.line, text)
