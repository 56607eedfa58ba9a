"""The demo practice's plans: made-up wishes of made-up people, the same for the same day."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from dateutil.relativedelta import relativedelta
from django.db import transaction

from clinic.demo import seed_clinic
from clinic.models import Patient, User
from scheduling.actions import plans as actions
from scheduling.composing.answers import closures_of
from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend
from scheduling.models import PlanVersion
from treatments.current import current_library
from treatments.protocols import Library

# How often the planner asks whether to stop, at most: no clock, so that the demo is the same everywhere.
PATIENCE = 300


@dataclass(frozen=True)
class Wish:
    """What a demo patient came for: (concern, area, severity) each, and an event so many days ahead."""

    concerns: tuple[tuple[str, str, str], ...]
    event: tuple[str, int] | None = None
    extra: dict[str, object] = field(default_factory=dict)


WISHES = (
    Wish(
        (
            ("pores", "cheeks", "moderate"),
            ("texture", "neck", "mild"),
            ("dynamic_wrinkles", "upper_face", "moderate"),
            ("smile_lines", "cheeks", "moderate"),
        ),
        ("Daughter's wedding", 200),
    ),
    Wish((("dynamic_wrinkles", "upper_face", "severe"), ("wrinkles", "nasolabial", "moderate"))),
    Wish((("rosacea", "cheeks", "moderate"), ("dynamic_wrinkles", "glabella", "mild"))),
    Wish((("texture", "neck", "severe"), ("tone", "chest", "moderate")), ("Anniversary", 240)),
    Wish((("wrinkles", "perioral", "moderate"), ("dynamic_wrinkles", "upper_face", "moderate"))),
    Wish((("pores", "cheeks", "mild"),), extra={"rounds": {"mesobotox.cheeks": 1}}),
    Wish((("bands", "neck", "moderate"), ("skin_aging", "cheeks", "severe"))),
    Wish(
        (("smile_lines", "cheeks", "severe"), ("pores", "cheeks", "moderate"), ("pores", "nose", "mild")),
        ("Graduation", 170),
    ),
    Wish((("dynamic_wrinkles", "lateral_canthal", "moderate"), ("lift", "jawline", "moderate"))),
    Wish(
        (("discoloration", "chest", "moderate"), ("dynamic_wrinkles", "forehead", "moderate")),
        extra={"preference": "fewest_visits"},
    ),
    Wish((("wrinkles", "marionette", "moderate"), ("texture", "cheeks", "moderate"))),
    Wish((("active_acne", "cheeks", "moderate"),), extra={"preference": "closest_to_protocol"}),
)
# Every seventh patient is new and has no plan yet; the others began so many months ago.
BEGAN = (0, 3, 1, 8, 0, 5, 12)
NEW = 6


def seed_demo(today: datetime.date, now: datetime.datetime) -> None:
    """Save the demo practice with its plans, adding only what is missing.

    `today` places the plans, `now` (aware) is when they were proposed, less the months they are old.
    """
    seed_clinic(today)
    library = current_library()
    everybody = Patient.objects.with_details().order_by("pk")
    planned = set(PlanVersion.objects.values_list("plan__patient", flat=True))
    for number, patient in enumerate(everybody):
        if number % 7 != NEW and patient.pk not in planned:
            seed_plan(number, patient, library, today, now)


@transaction.atomic
def seed_plan(
    number: int, patient: Patient, library: Library, today: datetime.date, now: datetime.datetime
) -> None:
    """Propose a patient's plan as its coordinator would have; every ninth was changed once since."""
    by = User.objects.filter(role=User.Role.COORDINATOR, locations=patient.location).order_by("pk")[0]
    ago = relativedelta(months=BEGAN[number % len(BEGAN)])
    wish = WISHES[number % len(WISHES)]
    facts = {"by": by, "library": library, "now": now - ago}
    version = actions.propose(patient=patient, found=found_for(wish, patient, library, today - ago), **facts)
    if number % 9 == 0:
        changed = Wish(wish.concerns, ("Reunion", 130), {**wish.extra, "preference": "fewest_visits"})
        reason = "A reunion came up; wants fewer trips"
        found = found_for(changed, patient, library, today - ago)
        actions.revise(plan=version.plan, seen=1, found=found, reason=reason, **facts)


def found_for(wish: Wish, patient: Patient, library: Library, start: datetime.date):
    """Recommend what a demo patient wished for, from a day on."""
    raw: dict[str, object] = {
        "start": start.isoformat(),
        "concerns": [
            {"concern": concern, "area": area, "severity": severity}
            for concern, area, severity in wish.concerns
        ],
        "weekdays": patient.location.weekdays,
        **wish.extra,
    }
    if wish.event:
        name, days = wish.event
        raw["events"] = [{"name": name, "date": (start + datetime.timedelta(days=days)).isoformat()}]
    intake = read_intake(raw, library=library)
    return recommend(intake, library, patience(), closures_of(patient.location))


def patience() -> Callable[[], bool]:
    """A question for the planner that answers True once it was asked often enough."""
    asked: Iterator[int] = count()
    return lambda: next(asked) >= PATIENCE
