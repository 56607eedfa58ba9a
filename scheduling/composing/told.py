"""The days a patient told about themselves, as rows of the composer's list of events."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from clinic.models import Patient
from scheduling.intake.intake import Intake
from scheduling.models import PatientEvent
from scheduling.planning.reasons import spoken


class Told:
    """What a patient told that stands and is to come, in one query; `before` is the plan that is changed."""

    def __init__(self, patient: Patient, today: datetime.date, before: Intake | None = None):
        self.events = list(PatientEvent.objects.coming(today).filter(patient=patient))
        self.zone, self.is_change = patient.location.zone, before is not None
        self.start = before.start if before else today
        self.planned = {one.date for one in before.events} if before else set()

    @property
    def since(self) -> tuple[PatientEvent, ...]:
        """The days that the plan which is changed does not hold yet; none for a new plan."""
        return tuple(self.lacking(self.planned, self.start)) if self.is_change else ()

    def rows(
        self, rows: Sequence[Mapping[str, Any]], start: datetime.date, most: int
    ) -> list[dict[str, Any]]:
        """The rows of the list with the days from `start` on that do not stand in it yet, `most` in all."""
        lacking = self.lacking({row["date"] for row in rows}, start)
        new = [{"name": one.name, "date": one.date} for one in lacking][: max(0, most - len(rows))]
        return sorted(({**row} for row in (*rows, *new)), key=lambda row: row["date"])

    def lacking(self, days: Iterable[datetime.date], start: datetime.date) -> Iterator[PatientEvent]:
        """Those on none of some days, each day once: a plan keeps clear of a day, whatever it is called.

        A day before a plan begins is none of its business.
        """
        seen = set(days)
        for one in self.events:
            if one.date >= start and one.date not in seen:
                seen.add(one.date)
                yield one

    @property
    def notes(self) -> dict[str, str]:
        """By the day as a form sends it, when the patient told about it."""
        return {
            one.date.isoformat(): f"Told by the patient on {spoken(one.told_at.astimezone(self.zone).date())}"
            for one in self.events
        }
