"""An intake with what a discussion came to, planned from today as the composer would."""

import datetime
from dataclasses import replace

from scheduling.composing.past import known_of
from scheduling.composing.starting import first_open, rounds_left
from scheduling.intake.intake import Discussed, Intake
from scheduling.models import PlanVersion


def settled(version: PlanVersion, said: Discussed, today: datetime.date) -> Intake:
    """Put what was said of a topic in the place of what was said before, with what was given since.

    A plan that should have begun by now starts on the next open day from `today` on, as in the composer.
    """
    before, location = version.recommendation.intake, version.plan.patient.location
    known = known_of(version.plan.patient, today)
    others = tuple(one for one in before.discussed if one.topic != said.topic)
    begins = before.start if before.start >= today else first_open(today, location.weekdays)
    return replace(
        before,
        start=begins,
        discussed=(*others, said),
        history=tuple(known.history(before.history)),
        rounds=rounds_left(before, known),
        events=tuple(event for event in before.events if event.date >= today),
        away=tuple(away for away in before.away if away.last >= today),
    )


def topics_of(version: PlanVersion) -> frozenset[str]:
    """What can be settled: the open topics of a plan, and those that were settled before."""
    found = version.recommendation
    return frozenset({one.topic for one in found.discuss} | set(found.intake.outcomes))
