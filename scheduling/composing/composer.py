"""From what was entered on the composer's page to an intake, or to what is wrong with it."""

import datetime
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.http import QueryDict

from clinic.models import Patient, User
from scheduling.composing.answers import Options, offered
from scheduling.composing.closing import closing_words
from scheduling.composing.concerns import Chosen, Panel, as_wants, panels, posted, wanted
from scheduling.composing.forms import MOST_ROWS, AwayRows, EventRows, PastRows, WishForm
from scheduling.composing.past import day_of, known_of
from scheduling.composing.problems import Problem, form_problems, from_path, row_problems
from scheduling.composing.starting import KEPT, blank, from_plan, rounds_left
from scheduling.composing.told import Told
from scheduling.composing.words import OUTCOMES, SEVERITIES
from scheduling.intake.intake import Intake
from scheduling.intake.parse import Malformed, read_intake
from scheduling.intake.stored import write_intake
from scheduling.models import PlanVersion
from treatments.protocols import Library
from treatments.routing import AREAS, CONCERNS, Unrouted, Want, routes, rows_for

OLDEST = 120  # the most the contract takes; nobody older is treated otherwise
FARTHEST = relativedelta(years=3)


class Composer:
    """What was entered for one patient; `base` is the version that is being changed, if any.

    `today` is the local date of the patient's location. With `drafts`, rows that are only begun do not count
    yet. `closing` are series whose first rounds end, by how many sessions ago. `intake` is set
    once `is_valid` said yes.
    """

    severities, outcomes = tuple(SEVERITIES.items()), tuple(OUTCOMES.items())

    def __init__(
        self,
        patient: Patient,
        user: User,
        today: datetime.date,
        library: Library,
        *,
        base: PlanVersion | None = None,
        data: QueryDict | None = None,
        drafts: bool = False,
        closing: Mapping[str, int] | None = None,
    ):
        self.closing = {} if base is None else dict(closing or {})
        self.patient, self.user, self.today, self.library, self.base = patient, user, today, library, base
        self.before: Intake | None = base.recommendation.intake if base else None
        self.data = data = with_spare_rows(data)
        location = patient.location
        self.known = known = known_of(patient, today)
        found = base.recommendation if base else None
        initial = from_plan(found, location, today, known) if found else blank(location, today, known)
        if self.closing:
            initial |= {"rounds": KEPT, "reason": closing_words(self.closing, base)}
        self.wish = WishForm(data, initial=initial, library=library, open_days=location.weekdays)
        self.told = Told(patient, today, self.before)
        rows = {"drafts": drafts}
        own = self.told.rows(initial.get("events", ()), initial["start"], MOST_ROWS["events"])
        told = rows | {"notes": self.told.notes}
        self.events = EventRows(data, prefix="events", initial=own, form_kwargs=told)
        self.away = AwayRows(data, prefix="away", initial=initial.get("away"), form_kwargs=rows)
        rows = {**rows, "library": library}
        self.history = PastRows(data, prefix="history", initial=initial.get("history"), form_kwargs=rows)
        self.chosen: Chosen = posted(data) if data is not None else wanted(self.before) if self.before else {}
        self.intake: Intake | None = None
        self.problems: tuple[Problem, ...] = ()

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """One panel for each area of the map."""
        return panels(self.chosen)

    @property
    def zones(self) -> dict[str, Panel]:
        """The panels by the name of their area, for the map."""
        return {panel.key: panel for panel in self.panels}

    @property
    def first_chosen(self) -> str:
        """The first area of the map on which something is chosen, whose panel stands open."""
        return next((panel.key for panel in self.panels if panel.count), "")

    @property
    def knows_health(self) -> bool:
        """Whether something is entered about the patient's health or earlier treatments."""
        return bool(self.wish["findings"].value() or self.history.initial or self.history.errors)

    @property
    def opens_stale(self) -> bool:
        """Whether the plan beside the form lacks a day that stands in it, as it was just opened."""
        return self.data is None and bool(self.told.since)

    @property
    def may_discuss(self) -> bool:
        """Whether the person may record what a discussion came to."""
        return self.user.role == User.Role.PROVIDER

    @property
    def preference(self) -> str:
        """How dates are weighed, as entered."""
        return self.wish["preference"].value() or "balanced"

    @property
    def rounds(self) -> str:
        """How many first rounds of MesoBotox were asked for; empty for the protocol's own number."""
        return str(self.wish["rounds"].value() or "")

    @property
    def options(self) -> Options:
        """The plans to choose from side by side, without what they come to."""
        kept = self.wish.initial.get("rounds") == KEPT
        return offered(self.preference, self.rounds, kept)

    @property
    def posted_discussion(self) -> tuple[tuple[str, str], ...]:
        """The fields a provider posted about discussions, which stand beside the form."""
        if self.data is None or not self.may_discuss:
            return ()
        names = [name for name in self.data if name.startswith(("discussed.", "reason."))]
        return tuple((name, self.data[name]) for name in names)

    @property
    def key(self) -> uuid.UUID:
        """What makes proposing twice from one form one proposal; a new one where the form has none."""
        try:
            return uuid.UUID(self.data["key"] if self.data is not None else "")
        except (KeyError, ValueError):
            return uuid.uuid4()

    @property
    def seen(self) -> int:
        """The number of the version that the person was looking at; 0 when the form does not say."""
        text = self.data.get("seen", "") if self.data is not None else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0

    def refuse(self, refusal: ValidationError) -> None:
        """Keep why an action refused what was entered."""
        self.problems = tuple(Problem("Plan", "#preview", text) for text in refusal.messages)

    def is_valid(self) -> bool:
        """Read everything that was entered; say whether it is an intake, and keep what is wrong."""
        parts = {"events": self.events, "away": self.away, "history": self.history}
        if not self.chosen:
            self.problems = (
                Problem("Concerns", "#map", "Choose at least one concern on the map. ($.concerns)"),
            )
            return False
        whole = [self.wish.is_valid(), *(rows.is_valid() for rows in parts.values())]
        if not all(whole):
            self.problems = (*form_problems(self.wish), *row_problems(parts))
            return False
        if self.wish.cleaned_data["start"] > self.today + FARTHEST:
            text = f"Start within three years, by {self.today + FARTHEST:%-d %B %Y}. ($.start)"
            self.problems = (Problem("Start", "#id_start", text),)
            return False
        try:
            self.intake = read_intake(self.raw(), today=self.today, library=self.library)
        except Malformed as error:
            self.problems = (from_path(error),)
        return self.intake is not None

    def raw(self) -> dict[str, Any]:
        """What was entered, as the contract's JSON; empty rows are left out."""
        given = self.wish.cleaned_data
        found: dict[str, Any] = {
            "start": given["start"].isoformat(),
            "horizon_months": given["horizon_months"],
            "age": _years(given["start"], self.patient.birth_date),
            "concerns": as_wants(self.chosen),
            "findings": given["findings"],
            "events": [_event(row) for row in sorted(_filled(self.events), key=lambda row: row["date"])],
            "away": [_away(row) for row in _filled(self.away)],
            "history": [self._past(row) for row in _filled(self.history)],
            "weekdays": sorted(given["weekdays"]),
            "preference": given["preference"] or "balanced",
            "discussed": self._discussed(),
        }
        if given["rounds"]:
            found["rounds"] = self._rounds(given["rounds"])
        if given["stretch_series"]:
            found["stretch"] = {
                "series": given["stretch_series"],
                "reason": given["stretch_reason"] or "cost",
                "fading_observed": given["fading_observed"],
            }
        return found

    @property
    def kept_rounds(self) -> dict[str, int]:
        """The rounds of the plan that is changed, less those that were given."""
        left = rounds_left(self.before, self.known) if self.before else {}
        return left | {key: -ago for key, ago in self.closing.items()}

    def _rounds(self, choice: str) -> dict[str, int]:
        """As many initial rounds for every MesoBotox series as were chosen, within each protocol's most."""
        keys = {route.key for route in routes(_known(self.chosen))}
        if choice == KEPT:
            return {key: count for key, count in self.kept_rounds.items() if key in keys}
        found = {}
        for key in sorted(keys):
            protocol = self.library.protocols.get(key)
            if protocol is not None and protocol.treatment == "mesobotox":
                found[key] = min(int(choice), protocol.sessions.maximum or int(choice))
        return found

    def _past(self, row: dict[str, Any]) -> dict[str, Any]:
        """An earlier treatment; whether it counts is read from the record, or from the plan, not posted."""
        treatment, _, area = row["what"].partition(".")
        found = {"treatment": treatment, "area": area, "date": row["date"].isoformat()}
        past = self.known.history(self.before.history if self.before else ())
        uncounted = {day_of(one) for one in past if not one.counts}
        return found | {"counts": False} if (row["what"], row["date"]) in uncounted else found

    def _discussed(self) -> list[dict[str, str]]:
        """What was discussed before, and what a provider has just recorded in its place."""
        before = write_intake(self.before)["discussed"] if self.before else []
        found = {one["topic"]: one for one in before}
        if not self.may_discuss or self.data is None:
            return list(found.values())
        for name in self.data:
            topic = name.removeprefix("discussed.")
            if topic == name:
                continue
            outcome, reason = self.data[name], self.data.get(f"reason.{topic}", "").strip()
            was = found.pop(topic, {})
            said = {"topic": topic, "outcome": outcome} | ({"reason": reason} if reason else {})
            if outcome:
                same = {**was, "by": ""} == {**said, "by": ""}
                found[topic] = was if same else {**said, "by": "provider"}
        return list(found.values())


def with_spare_rows(data: QueryDict | None) -> QueryDict | None:
    """The form's data with one more empty row in each list, so that it can grow without script."""
    if data is None:
        return None
    data = data.copy()
    for name, most in MOST_ROWS.items():
        count = data.get(f"{name}-TOTAL_FORMS", "")
        if count.isascii() and count.isdigit() and int(count[:4]) < most:
            data[f"{name}-TOTAL_FORMS"] = str(int(count) + 1)
    return data


def _known(chosen: Chosen) -> list[Want]:
    """The concerns that have a route; the others are refused by the intake's reader."""
    found = []
    for area, concern in chosen:
        if area in AREAS and concern in CONCERNS:
            try:
                rows_for(concern, area)
            except Unrouted:
                continue
            found.append(Want(concern, area))
    return found


def _filled(rows) -> list[dict[str, Any]]:
    return [form.cleaned_data for form in rows if form.cleaned_data]


def _event(row: dict[str, Any]) -> dict[str, str]:
    return {"name": row["name"], "date": row["date"].isoformat()}


def _away(row: dict[str, Any]) -> dict[str, str]:
    return {"from": row["first"].isoformat(), "to": row["last"].isoformat()}


def _years(day: datetime.date, born: datetime.date) -> int:
    return min(OLDEST, max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day))))
