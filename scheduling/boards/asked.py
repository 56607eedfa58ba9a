"""What patients wait for an answer to: questions, and extra treatments wished before a day that matters."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from clinic.models import Location
from scheduling.models import PatientEvent, PlanSeries, Question


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a patient asked: whose, what, and since when on the location's clock.

    `part` is where it stands on the patient's page.
    """

    patient: int
    name: str
    born: datetime.date
    words: str
    since: datetime.datetime
    part: str

    @property
    def is_wish(self) -> bool:
        """Whether it is an extra treatment that is wished."""
        return self.part == "events"


class AskedList:
    """What the patients of a location asked that is open, the oldest first; the first `shown` in words."""

    def __init__(self, location: Location, today: datetime.date, shown: int):
        self.questions = Question.objects.open().filter(patient__location=location)
        self.wishes = PatientEvent.objects.asking(today).filter(patient__location=location)
        self.shown = shown

    @cached_property
    def all(self) -> list[Asked]:
        """Everything, in three queries."""
        wishes = list(self.wishes.select_related("patient"))
        keys = {one.booster_key for one in wishes}
        series = PlanSeries.objects.filter(
            key__in=keys, version__plan__patient__in={one.patient_id for one in wishes}
        )
        names = {one.key: str(one.name) for one in series.order_by("pk")} if keys else {}
        found = [of_question(one) for one in self.questions.select_related("patient")]
        found += [of_wish(one, names.get(one.booster_key, "")) for one in wishes]
        return sorted(found, key=lambda one: (one.since, one.name))

    def __len__(self) -> int:
        return len(self.all)

    @property
    def first(self) -> list[Asked]:
        """Those that are shown."""
        return self.all[: self.shown]


def of_question(one: Question) -> Asked:
    """A question in a line."""
    return told(one, f"{one.get_topic_display()}: {one.text}", one.asked_at, "questions")


def of_wish(one: PatientEvent, series: str) -> Asked:
    """A wish for an extra treatment in a line."""
    words = f"Extra treatment before {one.name}, {one.date:%a} {one.date.day} {one.date:%b %Y}: {series}"
    return told(one, words, one.booster_asked_at, "events")


def told(one: Question | PatientEvent, words: str, since: datetime.datetime, part: str) -> Asked:
    """What a patient wrote, with whose it is."""
    patient = one.patient
    return Asked(patient.pk, patient.full_name, patient.birth_date, words, since, part)
