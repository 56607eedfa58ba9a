"""The pages that no other browser test opens: accessible, narrow in light and wide in dark."""

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe

from clinic.models import Patient, User
from tests.scheduling.builders import NECK, NOON, found_for
from tests.scheduling.practice import approved_plan, open_practice, work

pytestmark = pytest.mark.django_db(transaction=True)
LOOKS = ((390, "light"), (1280, "dark"))
PATHS = (
    "/gallery/",
    "/find/?q=maya",
    "/affected/",
    "/absences/",
    "/plans/{plan}/print/",
    "/plans/{plan}/wishes/",
    "/plans/{plan}/elsewhere/",
    "/plans/{plan}/versions/1/",
)


def findings(page) -> list[str]:
    """What axe finds in each look, and where the page is wider than its window."""
    found = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=theme)
        page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        result = Axe().run(page)
        if result.violations_count:
            found.append(f"{page.url} {width} {theme}: {result.generate_report()}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{page.url} is {wide} px wide in {width} px")
    return found


def test_the_other_pages_are_accessible_and_fit(demo, enter, live_server):
    maya = Patient.objects.get(email="maya@example.com")
    nora, ellis = (User.objects.get(email=f"{name}@example.com") for name in ("nora", "ellis"))
    work(ellis, open_practice(maya.location))
    with time_machine.travel(NOON):
        version = approved_plan(maya, nora, ellis, found_for(NECK))
        page, found = enter("Nora"), []
        for path in PATHS:
            page.goto(live_server.url + path.format(plan=version.plan_id))
            found += findings(page)

    assert found == []
