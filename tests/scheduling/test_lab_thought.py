"""What was shown of one plan: it answers while everything it says stands, and for a quarter of an hour."""

import dataclasses
import datetime

import pytest
import time_machine

from scheduling.intake.recommendation import Caution, Declined, Discuss, Expected
from scheduling.intake.stored import restore, store
from scheduling.lab.anew import Anew
from scheduling.lab.progress import Progress
from scheduling.lab.thought import NotShown, opened, seal
from scheduling.models import PlanVersion
from tests.scheduling.builders import NOON, UPPER_FACE
from tests.scheduling.intake.intakes import after, planned
from treatments.library import load_library
from treatments.models import ProtocolDraft

DRAFT, VERSION = ProtocolDraft(pk=1), PlanVersion(pk=2)
MORE = {
    "declined": Declined("tear_trough", "under_eyes", "R37", "Not treated."),
    "discuss": Discuss("booster.botox.upper_face", "R14", "An extra treatment."),
    "warnings": Caution("botox.upper_face", 1, "R13", "Longer than a year."),
    "expectations": Expected("R30", "Results last for a time."),
}


@pytest.fixture(scope="module")
def found():
    """A plan that misses the best days before an event, so that a booster is to be discussed."""
    events = [{"name": "Gala", "date": "2027-04-10"}, {"name": "Ball", "date": "2027-06-01"}]
    history = [{"treatment": "botox", "area": "upper_face", "date": "2026-11-02"}]
    return planned(UPPER_FACE, history=history, events=events, stop=after(50))


def still_asks(found) -> bool:
    """Whether a plan answers what its own intake asks by the library that ships."""
    return Anew(found.intake, (), {}).still_asks(found, load_library())


def test_a_plan_that_was_kept_answers_while_nothing_changed(found):
    assert found.discuss != ()
    assert still_asks(restore(store(found)))


@pytest.mark.parametrize("name", MORE)
def test_a_plan_that_tells_something_else_is_no_answer(found, name):
    more = dataclasses.replace(found, **{name: (*getattr(found, name), MORE[name])})

    assert not still_asks(more)


def test_a_plan_for_another_severity_is_no_answer(found):
    series = tuple(dataclasses.replace(one, severity="other") for one in found.series)

    assert not still_asks(dataclasses.replace(found, series=series))


def test_what_was_shown_is_kept_for_a_quarter_of_an_hour(found):
    with time_machine.travel(NOON, tick=False) as clock:
        thought = seal(DRAFT, VERSION, found)
        clock.shift(datetime.timedelta(minutes=15))
        in_time = opened(thought, DRAFT, VERSION)
        clock.shift(datetime.timedelta(seconds=2))

        with pytest.raises(NotShown, match=r"more than 15 minutes old\. Think again"):
            opened(thought, DRAFT, VERSION)

    assert in_time == found


def test_going_on_sends_a_field_for_each_result_however_many_plans():
    progress = Progress((), (), range(1, 2001), dict.fromkeys(range(2001, 4001), "refused"))

    kept = dict(progress.kept)

    assert (list(kept), kept["refused"].count(",")) == (["plan", "refused"], 1999)
    assert (progress.done, progress.total, progress.counts["refused"]) == (2000, 4000, 2000)
