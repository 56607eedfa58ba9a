"""What every answer carries."""

import pytest

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
}


@pytest.mark.parametrize("path", ["/accounts/login/", "/patients/", "/nowhere", "/healthz"])
def test_every_answer_carries_the_strict_policy(client, db, path):
    response = client.get(path)

    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_signed_in_page_is_never_kept_by_a_cache(signed_in, coordinator):
    response = signed_in(coordinator).get("/patients/")

    assert response["Cache-Control"] == "no-store"


def test_another_origin_gets_no_permission(client, db):
    response = client.get("/accounts/login/", headers={"origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in response


def test_a_foreign_host_is_refused(client, db):
    response = client.get("/accounts/login/", headers={"host": "evil.example"})

    assert response.status_code == 400


def test_the_browser_finds_our_icon(client, db):
    response = client.get("/favicon.ico")

    assert (response.status_code, response["Location"]) == (302, "/static/favicon.svg")
