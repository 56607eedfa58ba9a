"""What a first visit to a page costs: its HTML and all it loads, compressed, none of it from elsewhere."""

import gzip
import posixpath
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
IN_A_SHEET = re.compile(r"""(?:@import\s+|url\(\s*)["']?(?!data:)([^"')\s]+)""")
OURS_ALONE = r"(?!/(?!/)|#|data:)"
ELSEWHERE = re.compile(rf'<(?:link|script|img|iframe|source|use)\b[^>]*?\s(?:src|href)="{OURS_ALONE}([^"]+)"')


def compressed(content: bytes) -> int:
    """The size as it travels."""
    return len(gzip.compress(content, 6, mtime=0))


@cache
def asset(name: str) -> tuple[int, frozenset[str]]:
    """A file's size as it travels, and the modules, sheets, fonts and pictures it asks for."""
    path = Path(finders.find(name))
    return compressed(path.read_bytes()), asked_for(name, path.read_text() if is_read(path) else "")


def is_read(path: Path) -> bool:
    """Whether a file can ask for others."""
    return path.suffix in (".css", ".js")


def asked_for(name: str, text: str) -> frozenset[str]:
    """What a script or a style sheet asks for, each by its name below /static/."""
    found = (IN_A_SHEET if name.endswith(".css") else IMPORTED).findall(text)
    assert not [one for one in found if ":" in one or one.startswith("//")], f"{name} asks elsewhere: {found}"
    return frozenset(posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in found)


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


def test_no_page_weighs_more_than_150_kilobytes_or_loads_from_elsewhere(browsers, world):  # noqa: F811
    shown = dict(pages(browsers, world))

    weights = {name: weight(text) for name, text in shown.items()}

    assert {name: ELSEWHERE.findall(text) for name, text in shown.items() if ELSEWHERE.search(text)} == {}
    assert {name: bytes_ for name, bytes_ in weights.items() if bytes_ > MOST} == {}
    assert {"clinic:patients", "scheduling:plan", "scheduling:today"} <= set(weights)


def test_the_weight_counts_the_page_its_sheets_and_what_a_script_imports():
    page = '<link href="/static/shell.css"><script src="/static/js/app.js"></script>'

    parts = [asset(name)[0] for name in ("shell.css", "js/app.js", "js/announce.js")]

    assert weight(page) == compressed(page.encode()) + sum(parts)


def test_what_a_sheet_asks_for_is_counted_and_nothing_from_elsewhere():
    sheet = """@import "parts/ink.css"; a { background: url('../art/dot.svg') } b { src: url(data:font/x) }"""

    assert asked_for("look/app.css", sheet) == {"look/parts/ink.css", "art/dot.svg"}
    with pytest.raises(AssertionError, match=r"look/app\.css asks elsewhere"):
        asked_for("look/app.css", "@import url(https://fonts.example/x.css);")
