"""The two planning commands, as a shell runs them; none of these tests may touch a database."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from scheduling.intake.parse import read_intake
from scheduling.intake.recommend import recommend, write_recommendation
from scheduling.planning.solver import solve
from scheduling.planning.wire import read_problem, write_solution
from tests.scheduling.intake.intakes import CHEEKS, raw

ROOT = Path(__file__).parents[2]
INTAKE = raw(CHEEKS, rounds={"mesobotox.cheeks": 2}, horizon_months=6)
FIRST = {"earliest": "2027-01-04", "from": "2027-01-04", "to": "2027-01-18", "latest": "2027-02-15"}
SERIES = {"key": "botox.neck", "treatment": "botox", "area": "neck", "minutes": 30, "sessions": [FIRST]}
PROBLEM = {
    "start": "2027-01-04",
    "end": "2027-07-04",
    "weekdays": [1, 2, 3, 4, 5],
    "visit_cost": 21,
    "series": [SERIES],
}
INFEASIBLE = {**PROBLEM, "weekdays": [7], "end": "2027-01-09"}
TWICE = json.dumps(PROBLEM)[:-1] + ', "visit_cost": 3}'
NO_DATABASE = (
    "import sys; from django.db.backends.base.base import BaseDatabaseWrapper as Base; "
    "Base.connect = lambda self: sys.exit('a database was asked for'); "
    "from django.core.management import execute_from_command_line as run; run(['manage.py', *sys.argv[1:]])"
)
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT), "PATH": ""}


def run(*arguments: str, given: str | bytes = "") -> tuple[int, str, str]:
    """Run a command without any database: its exit status, standard output and standard error."""
    result = subprocess.run(
        [sys.executable, "-c", NO_DATABASE, *arguments],
        input=given.encode() if isinstance(given, str) else given,
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
    )
    return result.returncode, result.stdout.decode(), result.stderr.decode()


@pytest.fixture
def written(tmp_path):
    """Write JSON, or text as it is, to a file and give its name."""

    def write(content: object) -> str:
        path = tmp_path / "input.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def test_solve_plan_prints_the_solution_of_a_file(written):
    status, out, err = run("solve_plan", written(PROBLEM))

    assert (status, json.loads(out), err) == (0, write_solution(solve(read_problem(PROBLEM))), "")


def test_solve_plan_reads_standard_input():
    status, out, err = run("solve_plan", "-", given=json.dumps(PROBLEM))

    assert (status, json.loads(out)["status"], err) == (0, "optimal", "")


def test_solve_plan_calls_a_proven_conflict_a_success():
    status, out, err = run("solve_plan", "-", given=json.dumps(INFEASIBLE))

    assert (status, json.loads(out)["status"], err) == (0, "infeasible", "")


def test_solve_plan_answers_every_line_with_a_line():
    lines = [json.dumps(problem) for problem in (PROBLEM, INFEASIBLE, PROBLEM)]

    status, out, err = run("solve_plan", "--lines", "-", given="\n".join(lines) + "\n")

    answers = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert answers == [write_solution(solve(read_problem(json.loads(line)))) for line in lines]


def test_solve_plan_answers_no_line_when_one_is_malformed():
    bad = json.dumps({**PROBLEM, "weekdays": [8]})

    found = run("solve_plan", "--lines", "-", given=f"{json.dumps(PROBLEM)}\n{bad}\n")

    message = "line 2: $.weekdays[0]: expected a whole number from 1 to 7, got 8"
    assert found == (2, "", f"CommandError: {message}\n")


def test_recommend_prints_the_recommendation_of_a_file(written):
    status, out, err = run("recommend", written(INTAKE))

    assert (status, err) == (0, "")
    assert json.loads(out) == json.loads(json.dumps(write_recommendation(recommend(read_intake(INTAKE)))))


def test_recommend_reads_standard_input_and_a_start_today():
    status, out, err = run("recommend", "-", "--today", "2027-01-04", given=json.dumps(INTAKE))

    assert (status, json.loads(out)["solution"]["status"], err) == (0, "optimal", "")


def event(name: str, day: str) -> dict:
    return {"name": name, "date": day}


MANY = [{"concern": "pores", "area": "cheeks"}] * 50
MALFORMED_INTAKES = {
    "unknown area": (
        {**INTAKE, "concerns": [{"concern": "pores", "area": "elbow"}]},
        "$.concerns[0].area: 'elbow' is not one of: forehead, glabella",
    ),
    "events out of order": (
        {**INTAKE, "events": [event("Gala", "2027-06-12"), event("Ball", "2027-05-01")]},
        "$.events[1].date: 2027-05-01 lies before the event in front of it, 2027-06-12",
    ),
    "name of 10,000 characters": (
        {**INTAKE, "events": [event("x" * 10_000, "2027-06-12")]},
        "$.events[0].name: expected at most 100 characters, got 10000",
    ),
    "NUL in a name": (
        {**INTAKE, "events": [event("Ga\0la", "2027-06-12")]},
        "$.events[0].name: the text has a control character",
    ),
    "50 concerns": ({**INTAKE, "concerns": MANY}, "$.concerns: expected 1 to 40 elements, got 50"),
    "not JSON": ("{start: 1}", "$: not JSON: "),
    "duplicate keys": ('{"start": 1, "start": 2}', "$: the key 'start' stands twice in the same object"),
    "deep nesting": ("[" * 100_000 + "]" * 100_000, "$: nested deeper than 50 levels"),
    "nothing": ("", "$: not JSON: "),
}
MALFORMED_PROBLEMS = {
    "unknown field": ({**PROBLEM, "colour": "red"}, "$: 'colour' is not known here"),
    "61 series": ({**PROBLEM, "series": [SERIES] * 61}, "$.series: expected 0 to 60 elements, got 61"),
    "50 series of one key": (
        {**PROBLEM, "series": [SERIES] * 50},
        "$.series[1].key: 'botox.neck' is the key of an earlier series too",
    ),
    "key of 10,000 characters": (
        {**PROBLEM, "series": [{**SERIES, "key": "x" * 10_000}]},
        "$.series[0].key: expected at most 500 characters, got 10000",
    ),
    "NUL in a key": (
        {**PROBLEM, "series": [{**SERIES, "key": "a\0b"}]},
        "$.series[0].key: the text has a control character",
    ),
    "not JSON": (json.dumps(PROBLEM)[:-1], "$: not JSON: "),
    "duplicate keys": (TWICE, "$: the key 'visit_cost' stands twice in the same object"),
    "deep nesting": ('{"a":' * 60 + "1" + "}" * 60, "$: nested deeper than 50 levels"),
    "NaN": ('{"visit_cost": NaN}', "$: NaN is not a number in JSON"),
    "not UTF-8": (b'{"start": "\xff"}', "$: not text in UTF-8: byte 11 cannot be read"),
}


def is_refused(found: tuple[int, str, str], message: str) -> None:
    """Exit status 2, nothing on standard output, one printable line on standard error."""
    status, out, err = found
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.removesuffix("\n").isprintable()
    assert err.removeprefix("CommandError: ").startswith(message)


@pytest.mark.parametrize("name", MALFORMED_INTAKES)
def test_recommend_refuses_a_malformed_intake_on_one_line(name):
    content, message = MALFORMED_INTAKES[name]

    found = run("recommend", "-", given=content if isinstance(content, str) else json.dumps(content))

    is_refused(found, message)


@pytest.mark.parametrize("name", MALFORMED_PROBLEMS)
def test_solve_plan_refuses_a_malformed_problem_on_one_line(name):
    content, message = MALFORMED_PROBLEMS[name]

    found = run("solve_plan", "-", given=json.dumps(content) if isinstance(content, dict) else content)

    is_refused(found, message)


def test_recommend_refuses_a_start_before_today():
    found = run("recommend", "-", "--today", "2027-01-05", given=json.dumps(INTAKE))

    is_refused(found, "$.start: 2027-01-04 lies in the past; the first possible start is 2027-01-05")


def test_recommend_asks_no_clock_of_a_stored_intake():
    old = {**INTAKE, "start": "2020-01-06"}

    status, out, err = run("recommend", "-", given=json.dumps(old))

    assert (status, err) == (0, "")
    assert date.fromisoformat(json.loads(out)["solution"]["visits"][0]["date"]) == date(2020, 1, 6)


@pytest.mark.parametrize("command", ["recommend", "solve_plan"])
def test_a_missing_file_is_named(command, tmp_path):
    missing = str(tmp_path / "none.json")

    is_refused(run(command, missing), f"{missing}: No such file or directory")


@pytest.mark.parametrize("command", ["recommend", "solve_plan"])
def test_a_folder_is_no_file(command, tmp_path):
    is_refused(run(command, str(tmp_path)), f"{tmp_path}: Is a directory")


def test_fifty_series_that_fit_are_solved():
    series = [{**SERIES, "key": f"botox.{number}"} for number in range(50)]

    status, out, err = run("solve_plan", "-", given=json.dumps({**PROBLEM, "series": series}))

    assert (status, err) == (0, "")
    assert (json.loads(out)["status"], len(json.loads(out)["visits"])) == ("optimal", 1)
