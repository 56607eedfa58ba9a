"""A real browser that forgives nothing: no console or page error, no request that leaves the machine."""

import os

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults

from clinic.demo import ACCOUNTS, seed_clinic

LOCAL = ("http://localhost", "http://127.0.0.1", "data:", "blob:")
EVERY = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
LOOKS = ((390, "light", EVERY), (390, "dark", COLOURS), (1280, "dark", EVERY), (1280, "light", COLOURS))
RUN = "options => axe.run(document, options).then(found => found.violations)"
QUICK = {"resultTypes": ["violations"], "preload": False}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium; nothing is ever downloaded."""
    quiet = ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-component-update",
            *quiet,
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Ask for stillness: a colour half way through its change would be judged as if it stayed."""
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture
def refused() -> list[str]:
    """Chromium logs every 4xx answer as an error; these two any page may get, a test may add others."""
    return ["status of 422", "status of 409"]


@pytest.fixture
def context(context, refused):
    """Watch every page of the context and fail the test for what none of them may do."""
    problems = []

    def watch(page):
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))

    context.on("page", watch)
    context.on(
        "request",
        lambda request: None if request.url.startswith(LOCAL) else problems.append(f"outside: {request.url}"),
    )
    yield context
    assert [problem for problem in problems if not any(text in problem for text in refused)] == []


@pytest.fixture
def demo(settings, transactional_db):
    """Fill the database with the demo practice and open its doors on the sign-in page."""
    import datetime

    settings.DEMO = True
    seed_clinic(datetime.date(2026, 11, 24))


@pytest.fixture
def enter(page, live_server, demo):
    """Sign in as a demo person by first name, by keyboard, and give the page: `enter("Nora")`."""

    def sign_in(first_name: str):
        name = next(account.name for account in ACCOUNTS if first_name in account.name.split())
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_role("button", name=name).press("Enter")
        page.locator("summary", has_text=name).wait_for(state="attached")
        page.wait_for_load_state("load")
        return page

    return sign_in


@pytest.fixture
def axe():
    """Give a check of the page as it stands, narrow and wide, in light and in dark: it fails on a finding.

    Every rule at two of these four, each width and each theme once; what depends on the colours as well at
    the other two. The window is as tall as the page, so that no bar lies over what could be scrolled clear
    of it. The page must also not need sideways scrolling at either width.
    """

    def check(page) -> None:
        before = page.viewport_size
        page.evaluate(AXE_SCRIPT)
        for width, theme, rules in LOOKS:
            if rules is EVERY:
                page.set_viewport_size({"width": width, "height": 844})
                tall = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": width, "height": tall})
            page.emulate_media(color_scheme=theme)
            page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{page.url} is {wide} px wide in a window of {width} px"
            found = AxeResults({"violations": page.evaluate(RUN, rules | QUICK)})
            assert found.violations_count == 0, f"{page.url} {theme}, {width} px: {found.generate_report()}"
        page.set_viewport_size(before)
        page.emulate_media(color_scheme="light")

    return check
