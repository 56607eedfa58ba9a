"""What a first visit to a page costs: its HTML and every style sheet and script it names, compressed."""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.urls import reverse

from tests.access import PATIENT
from tests.test_access import OURS, TABLE, browsers, world  # noqa: F401

pytestmark = pytest.mark.django_db
MOST = 150_000
NAMED = re.compile(r'(?:src|href)="/static/([^"]+)"')
IMPORTED = re.compile(r'from "\./([^"]+)"')


def compressed(content: bytes) -> int:
    """The size as it travels."""
    return len(gzip.compress(content, 6, mtime=0))


@cache
def asset(name: str) -> tuple[int, frozenset[str]]:
    """A file's size as it travels, and the modules it imports."""
    path = Path(finders.find(name))
    modules = IMPORTED.findall(path.read_text()) if path.suffix == ".js" else ()
    return compressed(path.read_bytes()), frozenset(f"{name.rpartition('/')[0]}/{one}" for one in modules)


def weight(page: str) -> int:
    """A page with all it names, and what that imports."""
    wanted, seen = set(NAMED.findall(page)), set()
    while wanted - seen:
        name = (wanted - seen).pop()
        seen.add(name)
        wanted |= asset(name)[1]
    return compressed(page.encode()) + sum(asset(name)[0] for name in seen)


def pages(browsers, world):  # noqa: F811
    """Every page a role may GET, by its route, as the first role that may sees it."""
    for name in OURS:
        row = TABLE[name]
        if not row.get:
            continue
        role = row.get[0]
        with transaction.atomic():
            made = row.objects(world)
            own = made.get("mine" if role == PATIENT else "own", made.get("none"))
            answer = browsers[role].get(reverse(name, kwargs=own))
            transaction.set_rollback(True)
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code == 200:
            yield name, answer.text


def test_no_page_weighs_more_than_150_kilobytes(browsers, world):  # noqa: F811
    weights = {name: weight(text) for name, text in pages(browsers, world)}

    assert {name: bytes_ for name, bytes_ in weights.items() if bytes_ > MOST} == {}
    assert {"clinic:patients", "scheduling:plan", "scheduling:today"} <= set(weights)


def test_the_weight_counts_the_page_its_sheets_and_what_a_script_imports():
    page = '<link href="/static/shell.css"><script src="/static/js/app.js"></script>'

    parts = [asset(name)[0] for name in ("shell.css", "js/app.js", "js/announce.js")]

    assert weight(page) == compressed(page.encode()) + sum(parts)
