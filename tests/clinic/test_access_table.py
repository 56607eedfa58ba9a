"""The access table as the command prints it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.http import HttpResponse

from clinic.route_access import allowed, routes


def printed(*arguments: str) -> str:
    """Run the command."""
    out = StringIO()
    call_command("access_table", *arguments, stdout=out)
    return out.getvalue()


def test_json_names_route_method_role_whose_object_and_answer():
    table = json.loads(printed("--json"))

    answers = {
        (row["role"], row["whose"]): row["answer"]
        for row in table
        if (row["route"], row["method"]) == ("clinic:patient_edit", "POST")
    }
    assert answers[("coordinator", "own")] == "ok"
    assert answers[("coordinator", "foreign")] == "404"
    assert answers[("patient", "own")] == "403"
    assert answers[("stranger", "own")] == "sign in"
    assert {row["route"] for row in table} == {route.name for route in routes()}


def test_json_says_of_every_address_what_it_answers_those_of_the_sign_in_included():
    table = json.loads(printed("--json"))

    login = {(row["method"], row["role"]): row["answer"] for row in table if row["route"] == "account_login"}
    assert (login["GET", "stranger"], login["GET", "patient"]) == ("ok", "leads on")
    assert {row["answer"] for row in table} == {"ok", "sign in", "leads on", "401", "403", "404", "405"}


def test_a_table_for_people_has_a_line_for_each_method_and_object():
    lines = printed().splitlines()

    start = lines.index("/patients/<int:pk>/edit/  (clinic:patient_edit)")
    assert [line.split()[:2] for line in lines[start + 1 : start + 7]] == [
        ["GET", "own"],
        ["GET", "other"],
        ["GET", "foreign"],
        ["POST", "own"],
        ["POST", "other"],
        ["POST", "foreign"],
    ]


def test_a_view_that_takes_any_method_is_refused():
    def careless(request):
        return HttpResponse()

    with pytest.raises(TypeError, match="takes any method"):
        allowed(careless)
