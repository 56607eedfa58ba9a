"""What patients read of ours claims nothing: no lift, no promise, no guarantee."""

from pathlib import Path

import pytest

from scheduling.patient_page import check_ins, expecting, page
from scheduling.patient_page.care import SHEETS
from treatments.claims import claims

TEMPLATES = Path(__file__).parents[2] / "templates" / "scheduling"
# The page about stored data speaks of erasing records, not lines.
PAGES = sorted({*TEMPLATES.glob("my_*.html"), *TEMPLATES.glob("_my_*.html")} - {TEMPLATES / "my_data.html"})


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_page_of_a_patient_claims_anything(path):
    assert claims(path.read_text()) == ()


def test_no_care_sheet_claims_anything():
    texts = [text for sheet in SHEETS.values() for one in (*sheet.before, *sheet.after) for text in one.texts]

    assert [claims(text) for text in texts if claims(text)] == []


def test_no_sentence_of_the_pages_claims_anything():
    texts = (expecting.NO_GUARANTEE, expecting.ONE_STEP, check_ins.USUAL, check_ins.CALL)
    states = (*page.NO_PLAN, *page.REVISED, *page.UNBOOKED, *page.OVER)

    assert [claims(text) for text in (*texts, *states) if claims(text)] == []
