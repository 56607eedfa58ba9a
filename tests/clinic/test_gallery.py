"""The gallery: every component once, in both themes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"


@pytest.fixture
def drawn_page(signed_in, coordinator):
    return signed_in(coordinator).get("/gallery/")


def test_the_gallery_draws_every_component_of_the_pages(drawn_page):
    drawn = {str(template.name).rpartition("/")[2] for template in drawn_page.templates if template.name}

    shared = {path.name for path in COMPONENTS.glob("_*.html")}

    assert shared - drawn == {"_ways_out.html"}  # of the error pages, which tests/clinic/test_errors.py draws


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_stand_beside_each_other(drawn_page, theme):
    assert drawn_page.text.count(f'<section class="gallery" data-bs-theme="{theme}"') == 1


def test_a_refused_field_names_its_error_in_both_themes(drawn_page):
    assert drawn_page.text.count("Enter a day between 1 January 1900 and today.") == 2


def test_no_two_parts_of_the_gallery_share_an_id(drawn_page):
    ids = re.findall(r'\sid="([^"]+)"', drawn_page.text)

    assert sorted(ids) == sorted(set(ids))


def test_the_gallery_is_not_for_patients(signed_in, patient_user):
    assert signed_in(patient_user).get("/gallery/").status_code == 403
