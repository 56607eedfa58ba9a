"""How long the demo practice takes in a real browser: previews, priced days, a series booked by one click.

Run as `python benchmarks/pages.py [--quick] [--json FILE]`, with Chromium installed (or CHROMIUM set). It
fills a demo practice of its own, serves it as a practice would be served, and times each answer from the
request to its last byte, beside the list of patients in the same run. A series is timed from the click to the
plan's page with its visits, and undone again; the exit status is 1 when that takes two seconds or more.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from statistics import median
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
SEED = ("migrate", "createcachetable", "collectstatic --no-input", "load_library", "seed_demo")
FEW, QUICK_SECONDS = 5, 12.0
GOAL_MS = 2_000  # for a series booked by one click
SERIES = "a series booked by one click"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few patients, under 45 s in all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clinic-pages-") as folder, served(Path(folder)) as address:
        measured = measure(address, options.quick)
    print(table(measured))
    if options.json:
        options.json.write_text(json.dumps(measured, indent=1) + "\n")
    return 0 if median(measured.get(SERIES, [0.0])) < GOAL_MS else 1


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Fill and serve a demo practice in `folder`, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "SECRET_KEY": "x" * 60,
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "DEMO": "1",
        "HTTPS": "0",
    }
    for command in SEED:
        subprocess.run(
            [sys.executable, "manage.py", *command.split(), "--verbosity", "0"], cwd=ROOT, env=env, check=True
        )
    serve = ["-m", "gunicorn", "clinic.wsgi", "--workers", "2", "--threads", "4", "--no-control-socket"]
    arguments = [sys.executable, *serve, "--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(arguments, cwd=ROOT, env=env) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield address
        finally:
            server.terminate()


def wait_for(address: str) -> None:
    """Wait until the server answers, half a minute at most."""
    for _ in range(300):
        with contextlib.suppress(OSError), urlopen(f"{address}/readyz") as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    sys.exit("The demo practice did not come up.")


def measure(address: str, quick: bool) -> dict[str, list[float]]:
    """Milliseconds of each answer, by what was asked for."""
    from playwright.sync_api import sync_playwright

    names = ("list of patients", "preview", "month of priced days", SERIES)
    found: dict[str, list[float]] = {name: [] for name in names}
    until = time.monotonic() + QUICK_SECONDS if quick else float("inf")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        page = browser.new_page()
        page.goto(f"{address}/accounts/login/")
        page.get_by_role("button", name="Nora").click()
        plans = plans_of(page, address, found["list of patients"])
        for plan in plans[:FEW] if quick else plans:
            if time.monotonic() > until:
                break
            found[SERIES] += clicks(page, address + plan)
            found["month of priced days"] += months(page, address + plan)
            found["preview"] += previews(page, address + plan)
        browser.close()
    return {name: times for name, times in found.items() if times}


def plans_of(page, address: str, times: list[float]) -> list[str]:
    """The address of the first plan of every patient who has one; times the list on the way."""
    patients = []
    for number in (1, 2, 1, 2):
        times.append(
            timed(
                page,
                lambda r: "/patients/" in r.url,
                lambda n=number: page.goto(f"{address}/patients/?page={n}"),
            )
        )
        if number > len(patients) // 20:
            patients += page.locator(".people a").evaluate_all(
                "links => links.map(link => link.getAttribute('href'))"
            )
    plans = []
    for patient in dict.fromkeys(patients):
        page.goto(address + patient)
        links = page.locator(".plan-row h3 a")
        if links.count():
            plans.append(links.first.get_attribute("href"))
    return plans


def clicks(page, plan: str) -> list[float]:
    """Three times one click that books all of a plan whose visits have no date yet; none for any other."""
    found = []
    for _ in range(3):
        page.goto(plan)
        button = page.get_by_role("button", name=re.compile(r"^Book all \d+ visits$"))
        if not button.count():
            break
        begun = time.perf_counter()
        button.click()
        undo = page.get_by_role("button", name="Undo")
        undo.first.wait_for(timeout=60_000)
        found.append((time.perf_counter() - begun) * 1000)
        undo.first.click()
        button.wait_for()
    return found


def months(page, plan: str) -> list[float]:
    """The month that the plan page fetches, and that of a session from the middle of the plan."""
    found = [timed(page, is_month, lambda: page.goto(plan))]
    marks = page.locator("a.mark")
    found.append(timed(page, is_month, lambda: marks.nth(marks.count() // 2).press("Enter")))
    return found


def is_month(response) -> bool:
    return response.request.headers.get("hx-target") == "month"


def previews(page, plan: str) -> list[float]:
    """Two changes in the composer: another preference, then a shorter time to look ahead."""
    page.goto(f"{plan}edit/")
    page.locator(".option-sum").first.wait_for()
    page.wait_for_load_state("networkidle")
    chosen = page.locator("[name=preference]:not(:checked)").first
    found = [timed(page, is_preview, chosen.check)]
    page.wait_for_load_state("networkidle")
    found.append(timed(page, is_preview, lambda: page.locator("[name=horizon_months]").select_option("12")))
    page.wait_for_load_state("networkidle")
    return found


def is_preview(response) -> bool:
    return response.request.headers.get("hx-target") == "preview"


def timed(page, wanted, act) -> float:
    """Milliseconds from a request to the last byte of its answer."""
    with page.expect_response(wanted, timeout=60_000) as waiting:
        act()
    waiting.value.finished()
    timing = waiting.value.request.timing
    return timing["responseEnd"] - timing["requestStart"]


def table(measured: dict[str, list[float]]) -> str:
    """The measurements as a markdown table, beside the list of patients."""
    beside = median(measured["list of patients"])
    lines = ["| answer | median | p95 | longest | beside the list |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, times in measured.items():
        ordered = sorted(times)
        p95 = ordered[ceil(0.95 * len(ordered)) - 1]
        lines.append(
            f"| {name} ({len(times)}) | {median(ordered):.0f} ms | {p95:.0f} ms "
            f"| {ordered[-1]:.0f} ms | {median(ordered) / beside:.1f} × |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
