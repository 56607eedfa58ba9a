"""What holds for every recommendation, whatever rules made it."""

from dataclasses import replace

from scheduling.intake.compose import compose
from scheduling.intake.parse import read_intake
from tests.scheduling.intake.intakes import (
    CHEEKS,
    MOUTH,
    NECK,
    RF_AGREED,
    SMILE,
    UPPER_FACE,
    composed,
    raw,
)
from treatments.library import load_library

LIBRARY = load_library()


def test_every_reason_names_a_rule_of_the_library_and_a_source():
    found = composed(CHEEKS, NECK, UPPER_FACE, SMILE, MOUTH, discussed=[RF_AGREED])

    known = {*LIBRARY.rules, *LIBRARY.separations, *LIBRARY.findings}
    reasons = [reason for one in found.series for reason in one.because]
    assert {reason.rule for reason in reasons} <= known
    assert all(reason.text and reason.source for reason in reasons)


def test_another_library_changes_the_plan():
    cheeks = LIBRARY.protocols["mesobotox.cheeks"]
    fewer = replace(cheeks, sessions=replace(cheeks.sessions, moderate=3), minutes=25)
    library = replace(LIBRARY, protocols={**LIBRARY.protocols, "mesobotox.cheeks": fewer})

    found = compose(read_intake(raw(CHEEKS)), library)

    assert (found.series[0].initial, found.problem.series[0].minutes) == (3, 25)
