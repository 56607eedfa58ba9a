"""The arrows between the packages, and the purity of the planner."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ("clinic", "treatments", "scheduling")
PURE_PACKAGES = ("scheduling/planning", "scheduling/availability", "scheduling/arranging")
PURE_MODULES = ("treatments/protocols.py", "treatments/routing.py")
BANNED = {"utils", "helpers", "common", "services", "selectors", "managers", "signals", "misc"}


def sources(*folders: str) -> list[Path]:
    """List the Python files of the packages, without migrations."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def imported(path: Path) -> set[str]:
    """List the modules a file imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = list(path.relative_to(ROOT).parts[: -node.level]) if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return names


def pure() -> list[Path]:
    """List the files that must not know Django."""
    return sources(*PURE_PACKAGES) + [ROOT / name for name in PURE_MODULES if (ROOT / name).exists()]


@pytest.mark.parametrize("package", ORDER)
def test_imports_run_one_way(package):
    later = ORDER[ORDER.index(package) + 1 :]

    wrong = [
        (path.name, name)
        for path in sources(package)
        for name in imported(path)
        if name.split(".")[0] in later
    ]

    assert wrong == []


def test_the_planner_imports_neither_django_nor_our_other_packages():
    banned = {"django", "clinic", "treatments"}

    wrong = [
        (str(path.relative_to(ROOT)), name)
        for path in sources(*PURE_PACKAGES)
        for name in imported(path)
        if name.split(".")[0] in banned
    ]

    assert wrong == []


def test_the_pure_modules_load_without_django():
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in pure()]
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "sys.exit('django' in sys.modules)"
    )

    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert (result.returncode, result.stderr) == (0, "")


def test_the_pure_modules_read_no_clock_and_draw_no_lots():
    banned = {"random", "secrets", "time", "os", "environs"}

    wrong = [
        (str(path.relative_to(ROOT)), name) for path in pure() for name in imported(path) if name in banned
    ]

    assert wrong == []


def test_no_module_is_a_junk_drawer():
    names = {path.stem for path in sources(*ORDER)} | {path.parent.name for path in sources(*ORDER)}

    assert names & BANNED == set()


def test_forms_name_their_fields_and_views_fetch_through_visible_to():
    wrong = []
    for path in sources(*ORDER):
        text = path.read_text()
        if "__all__" in text and "forms" in path.stem:
            wrong.append(f"{path.name}: fields = __all__")
        if "views" in (*path.parts, path.stem) and ".objects.get(pk=" in text:
            wrong.append(f"{path.name}: objects.get(pk=…)")
        if "csrf_exempt" in text:
            wrong.append(f"{path.name}: csrf_exempt")

    assert wrong == []
