"""The days a patient told about, as staff see them: in which plans they stand, what is wished before them."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from clinic.models import Patient, User
from scheduling.booking_page.forms import ReasonForm
from scheduling.booking_page.words import State
from scheduling.course.boosters import Extra, Extras, event_words, near_to, span_words
from scheduling.course.situation import Situation
from scheduling.intake.intake import Event
from scheduling.models import PatientEvent, PlanSeries, PlanVersion
from scheduling.planning.reasons import spoken
from treatments.protocols import Protocol

ASKED = State("warn", "message-circle-question-mark", "Extra treatment asked for")
BOOKED = State("good", "calendar-check", "Extra treatment booked")
REFUSED = State("quiet", "message-circle-reply", "Extra treatment: not possible")
UNPLANNED = "No approved plan holds it now: change the plan, or say why it is not possible."
NO_DAY = "No recommended day keeps every distance. A provider may still give a reason to go against a rule."


class RefuseForm(ReasonForm):
    """Why an extra treatment is not possible, as the patient reads it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Why it is not possible"
        self.fields["reason"].error_messages["required"] = "Say why: the patient reads it."


@dataclass(frozen=True, slots=True)
class Lacking:
    """A plan that does not hold a day yet."""

    plan: int
    name: str


@dataclass(frozen=True)
class ToldEvent:
    """A day with the plans that do not hold it yet, and what is wished before it.

    `extra` is set while the wish is open and an approved plan holds its series.
    """

    event: PatientEvent
    name: str
    lacking: tuple[Lacking, ...] = ()
    planned: bool = False
    extra: Extra | None = None
    plan: int | None = None
    form: ReasonForm | None = None

    @property
    def wish(self) -> State | None:
        """What became of the wish for an extra treatment, as icon and word; none without one."""
        if not self.event.booster_key:
            return None
        if self.event.visit:
            return BOOKED
        return REFUSED if self.event.settled_at else ASKED

    @property
    def words(self) -> str:
        """When it is recommended, by the event and by what is near it."""
        return recommended(self.extra) if self.extra else UNPLANNED

    @property
    def book_url(self) -> str:
        """Where its times are shown, from the first recommended day on, the event carried along."""
        if self.extra is None:
            return ""
        days = self.extra.days
        asked = [("session", f"{self.extra.series.key}:0"), ("event", self.event.pk)]
        asked += [("day", days[0].first.isoformat())] if days else []
        return f"{reverse('scheduling:visit_new', args=[self.plan])}?{urlencode(asked)}"


def recommended(extra: Extra) -> str:
    """The recommended days of an extra treatment in one sentence, both ends said."""
    if extra.good:
        return f"Recommended {span_words(extra.good)}."
    if extra.near:
        near = (
            f"closer to {near_to(one, 'the day')} than recommended: {span_words(one.spans)}"
            for one in extra.near
        )
        return f"Only {'; '.join(near)}."
    return NO_DAY


def told_events(
    user: User, patient: Patient, now: datetime.datetime, refused: Mapping[int, ReasonForm] | None = None
) -> tuple[ToldEvent, ...]:
    """The days of a patient that stand and are to come, in a fixed number of queries for each plan.

    `refused` are forms, by the id of their event, that were sent without a reason.
    """
    today = now.astimezone(patient.location.zone).date()
    events = PatientEvent.objects.visible_to(user).coming(today).filter(patient=patient)
    events = list(events.select_related("booster"))
    if not events:
        return ()
    plans, wished = plans_of(user, patient, today), Wished(user, patient, now, events)
    return tuple(
        ToldEvent(
            one,
            wished.name(one),
            tuple(Lacking(pk, name) for pk, name, start, days in plans if start <= str(one.date) not in days),
            bool(plans),
            *wished.at_best(one),
            form=(refused or {}).get(one.pk) or RefuseForm(auto_id=f"refuse_{one.pk}_%s"),
        )
        for one in events
    )


def plans_of(user: User, patient: Patient, today: datetime.date) -> list[tuple[int, str, str, set[str]]]:
    """The plans that are not over, with the day each begins and the days of the events it was made around."""
    versions = PlanVersion.objects.visible_to(user).current().of(patient).filter(last_date__gte=today)
    columns = ("plan", "plan__number", "content__intake__start", "content__intake__events")
    rows = versions.order_by("plan__number").values_list(*columns)
    return [(pk, f"Plan {number}", start, {one["date"] for one in days}) for pk, number, start, days in rows]


class Wished:
    """The extra treatments wished before some days, with the approved plans that hold their series."""

    def __init__(self, user: User, patient: Patient, now: datetime.datetime, events: Iterable[PatientEvent]):
        keys = {one.booster_key for one in events if one.booster_key}
        versions = PlanVersion.objects.visible_to(user).approved().of(patient).with_details()
        self.versions = list(versions.order_by("-plan__number")) if keys else []
        series = PlanSeries.objects.filter(version__plan__patient=patient, key__in=keys).order_by("pk")
        self.names = {one.key: str(one.name) for one in series} if keys else {}
        self.extras = {one.pk: Extras(Situation(one, now)) for one in self.versions}

    def version(self, event: PatientEvent) -> PlanVersion | None:
        """The approved plan that holds what is wished, the newest first."""
        held = (one for one in self.versions if event.booster_key in {s.key for s in one.series.all()})
        return next(held, None)

    def name(self, event: PatientEvent) -> str:
        """What is wished, in words."""
        return self.names.get(event.booster_key, "")

    def at_best(self, event: PatientEvent) -> tuple[Extra | None, int | None]:
        """When an open wish could be had, and by which plan."""
        version = self.version(event) if event.is_asking else None
        if version is None:
            return None, None
        return self.extras[version.pk].of(event.booster_key, event.date), version.plan_id


def booster_notes(situation: Situation, event: PatientEvent) -> tuple[str, ...]:
    """What is to be known of a day for which an extra treatment gets its time."""
    found = Extras(situation).of(event.booster_key, event.date)
    asked = f"For {event.name} on {spoken(event.date)}, asked for by the patient. {recommended(found)}"
    recovery, band = found.protocol.recovery, found.protocol.event
    notes = [asked]
    if recovery.function_tail:
        near = f"Fewer than {band.warn} days before that day it may cost {what_it_costs(found.protocol)}"
        notes.append(f"{near}; fewer than {band.blackout} days before it only with a provider's reason.")
    return (*notes, *(other_note(found.protocol, one) for one in found.others))


def other_note(protocol: Protocol, one: Event) -> str:
    """How near to another event of the patient a session is advised against, and how near it is refused."""
    warn, floor = protocol.event.warn, protocol.event.blackout
    near = f"Also {event_words(one)}: closer than recommended fewer than {warn} days before it"
    return f"{near}, fewer than {floor} days before it only with a provider's reason."


def what_it_costs(protocol: Protocol) -> str:
    """What a session too near an event may cost on the day (R28, R43)."""
    if "R28" in protocol.rules:
        return "the smile, usually for 4 to 6 weeks, sometimes for about 2 months"
    return "movement around the mouth for about a month"
