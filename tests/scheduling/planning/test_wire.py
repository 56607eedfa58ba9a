"""Problems and solutions as JSON: what is not exactly right is refused with its path."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.planning.solution import Solution
from scheduling.planning.solver import solve
from scheduling.planning.wire import Malformed, read_problem, write_problem, write_solution

CASES = sorted((Path(__file__).parents[2] / "data" / "planning-cases").glob("*.json"))

PROBLEM = {
    "start": "2027-01-04",
    "end": "2028-07-04",
    "weekdays": [1, 2, 3, 4, 5],
    "closed": [{"from": "2027-12-24", "to": "2028-01-02", "reason": "closed: year end"}],
    "visit_cost": 21,
    "move_cost": 14,
    "max_visit_minutes": 150,
    "visit_overhead_minutes": 20,
    "series": [
        {
            "key": "botox.upper_face",
            "treatment": "botox",
            "area": "upper_face",
            "minutes": 30,
            "weight": 1,
            "sessions": [
                {"earliest": "2027-01-04", "from": "2027-01-04", "to": "2027-01-18", "latest": "2027-02-15"},
                {
                    "minimum": "P90D",
                    "from": "P3M",
                    "to": "P4M",
                    "latest": "P5M",
                    "booked": "2027-05-03",
                    "pinned": False,
                },
            ],
            "forbidden": [{"from": "2027-05-10", "to": "2027-06-12", "reason": "event: wedding"}],
            "discouraged": [{"from": "2027-04-11", "to": "2027-05-01", "reason": "wedding", "cost": 20}],
        }
    ],
    "separations": [
        {"before": ["botox"], "after": ["filler"], "days": 84, "same_visit": True, "reason": "toxin settles"}
    ],
    "targets": [
        {
            "series": ["botox.upper_face"],
            "from": "2027-04-17",
            "to": "2027-05-15",
            "cost": 40,
            "reason": "event: wedding",
        }
    ],
}
FIRST, LATER = ("series", 0, "sessions", 0), ("series", 0, "sessions", 1)
MISSING = object()


def changed(where, value):
    """The problem with the value at one place put in, or taken out when it is MISSING."""
    problem = deepcopy(PROBLEM)
    inner = problem
    for step in where[:-1]:
        inner = inner[step]
    if value is MISSING:
        del inner[where[-1]]
    else:
        inner[where[-1]] = value
    return problem


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_comes_back_as_it_was_written(path):
    problem = read_problem(json.loads(path.read_text())["problem"])

    again = read_problem(json.loads(json.dumps(write_problem(problem))))

    assert again == problem


def test_the_full_problem_is_written_as_it_was_read():
    assert write_problem(read_problem(PROBLEM)) == PROBLEM


def test_what_may_be_left_out_has_its_default():
    problem = {name: PROBLEM[name] for name in ("start", "end", "weekdays", "visit_cost")}
    series = {name: PROBLEM["series"][0][name] for name in ("key", "treatment", "area", "minutes")}
    session = PROBLEM["series"][0]["sessions"][0]

    found = read_problem({**problem, "series": [{**series, "sessions": [session]}]})

    assert (found.closed, found.separations, found.targets) == ((), (), ())
    assert (found.move_cost, found.max_visit_minutes, found.visit_overhead_minutes) == (0, None, 0)
    assert (found.series[0].weight, found.series[0].forbidden, found.series[0].discouraged) == (1, (), ())
    assert (found.series[0].sessions[0].booked, found.series[0].sessions[0].pinned) == (None, False)


def test_a_separation_may_share_the_visit_unless_it_says_otherwise():
    problem = changed(("separations", 0, "same_visit"), MISSING)

    assert read_problem(problem).separations[0].same_visit is True


SPAN = {"from": "2027-05-02", "to": "2027-05-01"}
MALFORMED = [
    (("start",), MISSING, "$", "'start' is missing"),
    (("series",), MISSING, "$", "'series' is missing"),
    (("colour",), "red", "$", "'colour' is not known here"),
    (("start",), "2027-02-30", "$.start", "2027-02-30 is not a day of the calendar"),
    (("start",), "04.01.2027", "$.start", "expected a date as YYYY-MM-DD, got '04.01.2027'"),
    (("start",), 20270104, "$.start", "expected a date as YYYY-MM-DD, got 20270104"),
    (("start",), "0027-01-04", "$.start", "expected a year from 1900 to 2200, got 27"),
    (("end",), "2027-01-03", "$.end", "the end lies before the start"),
    (("end",), "2199-01-01", "$.end", "at most 15 years after the start"),
    (("weekdays",), [], "$.weekdays", "expected 1 to 7 elements, got 0"),
    (("weekdays",), 5, "$.weekdays", "expected a list, got 5"),
    (("weekdays",), [1, 8], "$.weekdays[1]", "expected a whole number from 1 to 7, got 8"),
    (("weekdays",), [0], "$.weekdays[0]", "expected a whole number from 1 to 7, got 0"),
    (("weekdays",), [2, 2], "$.weekdays", "a weekday stands twice"),
    (("closed",), {}, "$.closed", "expected a list, got an object"),
    (("closed", 0), SPAN, "$.closed[0].to", "lies before 'from', 2027-05-02"),
    (("closed", 0, "from"), MISSING, "$.closed[0]", "'from' is missing"),
    (("closed", 0, "reason"), 7, "$.closed[0].reason", "expected text, got 7"),
    (("visit_cost",), -1, "$.visit_cost", "expected a whole number from 0 to 1000000, got -1"),
    (("visit_cost",), 2.5, "$.visit_cost", "expected a whole number, got 2.5"),
    (("visit_cost",), "21", "$.visit_cost", "expected a whole number, got '21'"),
    (("visit_cost",), 10**30, "$.visit_cost", "expected a whole number from 0 to 1000000, got 1000"),
    (("move_cost",), True, "$.move_cost", "expected a whole number, got true"),
    (("move_cost",), None, "$.move_cost", "expected a whole number, got null"),
    (("max_visit_minutes",), -5, "$.max_visit_minutes", "expected a whole number from 0 to"),
    (("visit_overhead_minutes",), [], "$.visit_overhead_minutes", "expected a whole number, got a list"),
    (("series",), "botox", "$.series", "expected a list, got 'botox'"),
    (("series",), PROBLEM["series"] * 2, "$.series[1].key", "is the key of an earlier series too"),
    (("series",), PROBLEM["series"] * 61, "$.series", "expected 0 to 60 elements, got 61"),
    (("series", 0), None, "$.series[0]", "expected an object, got null"),
    (("series", 0, "key"), "", "$.series[0].key", "expected text, got none"),
    (("series", 0, "key"), "x" * 501, "$.series[0].key", "expected at most 500 characters, got 501"),
    (("series", 0, "area"), "a\x00b", "$.series[0].area", "control character"),
    (("series", 0, "area"), "a\nb", "$.series[0].area", "control character"),
    (("series", 0, "minutes"), -30, "$.series[0].minutes", "expected a whole number from 0 to"),
    (("series", 0, "weight"), 0.5, "$.series[0].weight", "expected a whole number, got 0.5"),
    (("series", 0, "sessions"), [], "$.series[0].sessions", "expected 1 to 60 elements, got 0"),
    ((*FIRST, "minimum"), "P3M", "$.series[0].sessions[0]", "'minimum' is not known here"),
    ((*FIRST, "from"), "2027-01-03", "$.series[0].sessions[0].from", "lies before 'earliest', 2027-01-04"),
    ((*FIRST, "latest"), "2027-01-17", "$.series[0].sessions[0].latest", "lies before 'to', 2027-01-18"),
    ((*FIRST, "earliest"), "P3M", "$.series[0].sessions[0].earliest", "expected a date as YYYY-MM-DD"),
    ((*LATER, "minimum"), "P90", "$.series[0].sessions[1].minimum", "'P90' is not a date duration"),
    ((*LATER, "minimum"), 90, "$.series[0].sessions[1].minimum", "expected a duration such as P3M14D"),
    ((*LATER, "latest"), "PT5H", "$.series[0].sessions[1].latest", "'PT5H' is not a date duration"),
    ((*LATER, "from"), "-P3M", "$.series[0].sessions[1].from", "'-P3M' is not a date duration"),
    ((*LATER, "to"), MISSING, "$.series[0].sessions[1]", "'to' is missing"),
    ((*LATER, "pinned"), "yes", "$.series[0].sessions[1].pinned", "expected true or false, got 'yes'"),
    ((*LATER, "booked"), "soon", "$.series[0].sessions[1].booked", "expected a date as YYYY-MM-DD"),
    ((*FIRST, "pinned"), True, "$.series[0].sessions[0].pinned", "a pinned session needs its booked date"),
    (("series", 0, "forbidden", 0), SPAN, "$.series[0].forbidden[0].to", "lies before 'from'"),
    (("series", 0, "forbidden", 0, "cost"), 3, "$.series[0].forbidden[0]", "'cost' is not known here"),
    (("series", 0, "discouraged", 0), SPAN, "$.series[0].discouraged[0]", "'cost' is missing"),
    (("separations", 0, "before"), [], "$.separations[0].before", "expected 1 to 1000 elements, got 0"),
    (("separations", 0, "after", 0), 4, "$.separations[0].after[0]", "expected text, got 4"),
    (("separations", 0, "days"), -84, "$.separations[0].days", "expected a whole number from 0 to"),
    (("separations", 0, "same_visit"), 1, "$.separations[0].same_visit", "expected true or false, got 1"),
    (("targets", 0, "series", 0), "botox.neck", "$.targets[0].series[0]", "no series has the key"),
    (("targets", 0, "series"), [], "$.targets[0].series", "expected 1 to 1000 elements, got 0"),
    (("targets", 0, "cost"), MISSING, "$.targets[0]", "'cost' is missing"),
]


@pytest.mark.parametrize(("where", "value", "path", "message"), MALFORMED)
def test_a_malformed_problem_is_refused_with_its_path_on_one_line(where, value, path, message):
    with pytest.raises(Malformed) as refused:
        read_problem(changed(where, value))

    assert refused.value.path == path
    assert message in refused.value.message
    assert str(refused.value).splitlines() == [f"{path}: {refused.value.message}"]


@pytest.mark.parametrize("value", [None, [], "{}", 3, True, 0.5])
def test_what_is_no_object_is_no_problem(value):
    with pytest.raises(Malformed, match=r"^\$: expected an object"):
        read_problem(value)


@pytest.mark.parametrize("text", ["\n", "\u2028", "\u0085", "a\r\nb", "\ud800", "\x7f"])
def test_a_refusal_is_one_printable_line_whatever_it_quotes(text):
    with pytest.raises(Malformed) as key:
        read_problem(changed((text,), 1))
    with pytest.raises(Malformed) as named:
        read_problem(changed(("targets", 0, "series", 0), f"x{text}"))
    with pytest.raises(Malformed) as duration:
        read_problem(changed((*LATER, "minimum"), text))
    with pytest.raises(Malformed) as day:
        read_problem(changed(("start",), f"2027-01-04{text}"))

    for refused in (key, named, duration, day):
        assert str(refused.value).isprintable()


@pytest.mark.parametrize("text", ["a\u2028b", "a\u0085b", "a\x7fb"])
def test_a_refusal_stays_on_one_line_when_it_lists_the_known_keys(text):
    problem = changed(("series", 0, "key"), text)

    with pytest.raises(Malformed) as refused:
        read_problem(problem)

    assert str(refused.value).isprintable()


def test_an_optimal_solution_is_written_as_the_contract_says():
    opening = PROBLEM["series"][0]["sessions"][0]
    later = {"earliest": "2027-04-04", "from": "2027-04-04", "to": "2027-05-04", "latest": "2027-06-04"}

    found = write_solution(solve(read_problem(PROBLEM)))

    assert found == {
        "status": "optimal",
        "cost": 42,
        "terms": {"visits": 42, "drift": 0, "discouraged": 0, "moves": 0, "missed_targets": 0},
        "visits": [
            {
                "date": "2027-01-04",
                "minutes": 50,
                "sessions": [{"series": "botox.upper_face", "number": 1, "window": opening}],
            },
            {
                "date": "2027-05-03",
                "minutes": 50,
                "sessions": [{"series": "botox.upper_face", "number": 2, "window": later}],
            },
        ],
    }


def test_an_infeasible_solution_names_what_cannot_hold_together():
    problem = changed(("series", 0, "forbidden", 0), {"from": "2027-01-01", "to": "2027-02-20"})

    found = write_solution(solve(read_problem(problem)))

    assert found == {
        "status": "infeasible",
        "conflict": [
            {"kind": "window", "series": "botox.upper_face", "number": 1},
            {"kind": "forbidden", "series": "botox.upper_face", "index": 0},
        ],
    }


def test_a_plan_without_proof_is_written_with_its_bound():
    plan = replace(solve(read_problem(PROBLEM)), status="feasible", bound=40)

    found = write_solution(plan)

    assert list(found) == ["status", "cost", "bound", "terms", "visits"]
    assert (found["status"], found["cost"], found["bound"]) == ("feasible", 42, 40)


def test_an_unknown_solution_says_no_more():
    assert write_solution(Solution("unknown")) == {"status": "unknown"}
