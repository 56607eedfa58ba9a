"""What a patient really had, for the composer's list of earlier treatments."""

import datetime
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from clinic.models import Patient
from scheduling.intake.intake import Past
from scheduling.models import BookedSession, Booking, Given

Day = tuple[str, datetime.date]
EXPECTED = (Booking.Status.BOOKED, Booking.Status.ARRIVED)


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record: `past` was given, or booked for a day that has passed; `not_given` was not.

    `not_given` are keys with dates of visits that were missed or cancelled, and of treatments withdrawn.
    """

    past: tuple[Past, ...] = ()
    not_given: frozenset[Day] = frozenset()

    def history(self, before: Sequence[Past] = ()) -> list[Past]:
        """The earlier treatments: those entered `before` unless the record says otherwise, and its own."""
        recorded = {day_of(past) for past in self.past} | self.not_given
        return [*(past for past in before if day_of(past) not in recorded), *self.past]

    def since(self, before: Sequence[Past]) -> list[Past]:
        """What was given since, beside the treatments entered `before`."""
        known = {day_of(past) for past in before}
        return [past for past in self.past if day_of(past) not in known]


def day_of(past: Past) -> Day:
    """The key and date of a treatment."""
    return f"{past.treatment}.{past.area}", past.date


def known_of(patient: Patient, today: datetime.date) -> Known:
    """Read what is on record of a patient until `today`, in two queries.

    A booked visit whose day has passed counts as if the patient had come, until somebody says otherwise.
    """
    return known_of_all({patient.pk: today})[patient.pk]


def known_of_all(todays: Mapping[int, datetime.date]) -> dict[int, Known]:
    """The same of several patients, each by id with the local date of their location, in two queries."""
    given = Given.objects.filter(patient__in=todays).order_by("date", "pk")
    booked = BookedSession.objects.filter(booking__patient__in=todays).order_by("booking__unit", "position")
    found: dict[int, dict[Day, bool]] = {patient: {} for patient in todays}
    lost: dict[int, set[Day]] = {patient: set() for patient in todays}
    for patient, key, date, counts, withdrawn in given.values_list(
        "patient", "key", "date", "counts", "withdrawn_at"
    ):
        if date > todays[patient]:
            continue
        if withdrawn:
            lost[patient].add((key, date))
        else:
            found[patient][key, date] = counts or found[patient].get((key, date), False)
    columns = ("booking__patient", "key", "booking__date", "ordinal", "is_live", "booking__status")
    for patient, key, date, ordinal, is_live, status in booked.values_list(*columns):
        if date >= todays[patient]:
            continue
        if is_live and status in EXPECTED:
            found[patient].setdefault((key, date), ordinal is not None)
        else:
            lost[patient].add((key, date))
    return {patient: known(found[patient], lost[patient]) for patient in todays}


def known(found: Mapping[Day, bool], lost: Set[Day]) -> Known:
    """Put what was given, and what was not, in order."""
    past = (past_of(key, date, counts) for (key, date), counts in sorted(found.items(), key=by_date))
    return Known(tuple(past), frozenset(lost - set(found)))


def past_of(key: str, date: datetime.date, counts: bool) -> Past:
    """A treatment of the record as an intake's earlier treatment."""
    treatment, _, area = key.partition(".")
    return Past(treatment, area, date, counts)


def by_date(item: tuple[Day, bool]) -> tuple[datetime.date, str]:
    """Where a treatment stands in the list."""
    (key, date), _ = item
    return date, key
