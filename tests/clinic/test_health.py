"""Health, and the answer when the database is away."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def away(execute, sql, params, many, context):
    """Behave as a database that cannot be reached."""
    raise OperationalError("connection refused at 10.0.0.7")


def broken(execute, sql, params, many, context):
    """Behave as a fault in our own code would."""
    raise ArithmeticError("secret detail")


def test_healthz_asks_nothing_of_the_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readyz_is_ready_when_every_migration_is_there(client, db):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok"})


def test_readyz_is_503_when_a_migration_is_missing(client, db):
    newest = MigrationLoader(connection).graph.leaf_nodes("clinic")[0]
    MigrationRecorder(connection).record_unapplied(*newest)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "migrations missing"}


def test_readyz_is_503_when_the_database_is_away(client, db):
    with connection.execute_wrapper(away):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "unreachable"}


@pytest.mark.parametrize(("method", "path"), [("get", "/patients/"), ("post", "/patients/new/")])
def test_a_database_away_is_503_with_a_page_that_says_when_to_return(signed_in, coordinator, method, path):
    browser = signed_in(coordinator)
    browser.raise_request_exception = False

    with connection.execute_wrapper(away):
        response = getattr(browser, method)(path)

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "Nothing was saved" in response.text
    assert "10.0.0.7" not in response.text


def test_a_fault_of_ours_is_500_without_its_details(signed_in, coordinator):
    browser = signed_in(coordinator)
    browser.raise_request_exception = False

    with connection.execute_wrapper(broken):
        response = browser.get("/patients/")

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "secret detail" not in response.text


def test_a_page_that_does_not_exist_names_the_next_step(client, db):
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert "Check the address, or begin at the start." in response.text


def test_a_form_without_its_token_is_403_and_says_to_reload(coordinator, location):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(coordinator)

    response = browser.post("/patients/new/", {"first_name": "Ottilie"})

    assert response.status_code == 403
    assert "reload the page" in response.text
