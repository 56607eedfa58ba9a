"""Pages that say what went wrong and where to go next."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string

from clinic.views.errors import with_a_page
from tests.staff import let_work


def never(execute, sql, params, many, context):
    """Fail when the database is asked at all."""
    raise AssertionError(f"asked the database: {sql}")


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "409", "429", "500", "503"])
def test_an_error_page_is_drawn_without_the_database(db, code):
    with connection.execute_wrapper(never):
        page = render_to_string(f"{code}.html")

    assert f"Error {code[:3]}" in page
    assert page.count("<h1") == 1
    assert '<a class="btn btn-primary" href="/">Go to the start</a>' in page


@pytest.mark.parametrize("path", ["/nowhere/", "/patients/999/"])
def test_what_is_not_there_leads_staff_to_their_day_and_the_search(signed_in, coordinator, path):
    response = signed_in(coordinator).get(path)

    assert response.status_code == 404
    assert 'href="/today/"' in response.text
    assert "Find a patient" in response.text


def test_what_is_not_there_leads_a_patient_to_their_plan(signed_in, patient_user):
    response = signed_in(patient_user).get("/nowhere/")

    assert response.status_code == 404
    assert "Open my plan" in response.text
    assert "location you do not work at" not in response.text


def test_a_page_of_others_names_the_role_that_was_refused(signed_in, manager):
    response = signed_in(manager).get("/patients/new/")

    assert response.status_code == 403
    assert "You work as manager now" in response.text
    assert "ask your manager to give you the role" in response.text
    assert "What I work as</a></p>" not in response.text


def test_a_page_of_another_role_that_one_holds_leads_to_changing_it(signed_in, manager, other_location):
    let_work(manager, other_location, role="provider")

    response = signed_in(manager).get("/review/")

    assert response.status_code == 403
    assert "You hold another role as well: provider." in response.text
    assert "ask your manager" not in response.text
    assert response.text.count('href="/work/"') == 2  # in the menu, and here


def test_an_address_opened_that_only_takes_a_form_says_so(signed_in, coordinator):
    response = signed_in(coordinator).get("/changes/1/undo/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response["Content-Length"] == str(len(response.content))
    assert "This address only takes what a form sends" in response.text


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (409, b"", "Somebody changed this meanwhile"),
        (409, b"taken", "taken"),
        (204, b"", ""),
    ],
)
def test_only_a_wordless_refusal_is_given_a_page(rf, status, content, expected):
    answer = with_a_page(lambda request: HttpResponse(content, status=status))(rf.get("/"))

    assert answer.status_code == status
    assert expected in answer.text
    assert (answer.text == "") == (expected == "")
