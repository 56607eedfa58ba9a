"""What patients read of ours claims nothing: no lift, no promise, no guarantee."""

import datetime
from pathlib import Path

import pytest

from scheduling.actions import confirmations
from scheduling.booking_page.words import State
from scheduling.patient_page import boosters, check_ins, effects, expecting, moving, page
from scheduling.patient_page.care import SHEETS
from treatments.claims import claims
from treatments.library import load_library

TEMPLATES = Path(__file__).parents[2] / "templates" / "scheduling"
# The page about stored data speaks of erasing records, not lines.
PAGES = sorted({*TEMPLATES.glob("my_*.html"), *TEMPLATES.glob("_my_*.html")} - {TEMPLATES / "my_data.html"})


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_page_of_a_patient_claims_anything(path):
    assert claims(path.read_text()) == ()


def test_no_care_sheet_claims_anything():
    texts = [text for sheet in SHEETS.values() for one in (*sheet.before, *sheet.after) for text in one.texts]

    assert [claims(text) for text in texts if claims(text)] == []


def sentences(module) -> list[str]:
    """Every sentence a module keeps by name, the words of states among them."""
    kept = [value for name, value in vars(module).items() if name.isupper()]
    states = [value.word for value in kept if isinstance(value, State)]
    tables = [one.word for value in kept if isinstance(value, dict) for one in value.values()]
    return [*states, *tables, *(value for value in kept if isinstance(value, str))]


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (boosters, boosters.CLOSE_VISIT),
        (effects, effects.SEEN),
        (confirmations, confirmations.NEAR),
        (moving, moving.NO_TIME),
    ],
    ids=lambda one: getattr(one, "__name__", "").rpartition(".")[2],
)
def test_no_sentence_about_a_day_or_a_move_claims_anything(module, sentence):
    found = sentences(module)

    assert sentence in found
    assert [claims(text) for text in found if claims(text)] == []


@pytest.mark.parametrize("key", ["mesobotox.cheeks", "mesobotox.neck", "mesobotox.perioral"])
def test_nothing_said_of_the_days_before_an_event_claims_anything(key):
    protocol, event = load_library().protocols[key], datetime.date(2027, 6, 20)

    said = [effects.words_of(protocol, event - datetime.timedelta(days=n), event) for n in range(-1, 120)]

    assert [claims(text) for text in said if claims(text)] == []


def test_no_sentence_of_the_pages_claims_anything():
    texts = (expecting.NO_GUARANTEE, expecting.ONE_STEP, check_ins.USUAL, check_ins.CALL)
    states = (
        page.ON_TRACK,
        page.NEEDS_A_DATE,
        page.CLOSE,
        *page.NO_PLAN,
        *page.REVISED,
        *page.UNBOOKED,
        *page.OVER,
    )

    assert [claims(text) for text in (*texts, *states) if claims(text)] == []
