"""What the practice must still confirm: the page, its sums, and confirming with and without JavaScript."""

import re

import pytest
from django.urls import reverse

from tests.treatments.builders import in_force
from treatments.models import ValueSource
from treatments.waiting import groups

HEALTH, CONFIRM = reverse("treatments:health"), reverse("treatments:confirm")


def source_of(protocol, field: str) -> ValueSource:
    """Give the source of one number in force."""
    return in_force(protocol).sources.get(field=field)


def test_every_derived_or_remembered_number_waits_in_exactly_one_group(library):
    waiting = [source.pk for group in groups() for line in group.lines for source in line.sources]

    expected = ValueSource.objects.active().filter(grade__in="DM").values_list("pk", flat=True)
    assert sorted(waiting) == sorted(expected)


def test_groups_stand_in_the_order_of_the_catalogue(library):
    assert [group.key for group in groups()] == [
        "mesobotox.cheeks",
        "mesobotox.neck",
        "botox.upper_face",
        "separations",
        "findings",
        "products",
        "settings",
    ]


def test_numbers_that_share_a_source_wait_together(library):
    cheeks = groups()[0]

    line = cheeks.lines[0]
    assert line.topic == "Sessions"
    assert line.values == (("Mild", "3"), ("Moderate", "4"), ("Severe", "5"))
    assert line.source.grade == "D"


def test_the_page_counts_what_waits(signed_in, coordinator, cheeks):
    response = signed_in(coordinator).get(HEALTH)

    waiting = ValueSource.objects.active().unconfirmed().count()
    assert (response.context["waiting"], response.context["confirmed"]) == (waiting, 0)
    assert b"Confirm these" not in response.content


def test_a_provider_confirms_without_javascript(signed_in, provider, cheeks):
    source = source_of(cheeks, "minutes")
    back = f"{HEALTH}?open=mesobotox.cheeks#group-mesobotoxcheeks"

    response = signed_in(provider).post(CONFIRM, {"source": source.pk, "next": back})

    source.refresh_from_db()
    assert response["Location"] == back
    assert source.confirmed_by == provider


def test_the_page_shows_who_confirmed_and_when(signed_in, provider, cheeks):
    browser, source = signed_in(provider), source_of(cheeks, "minutes")
    browser.post(CONFIRM, {"source": source.pk})
    source.refresh_from_db()

    response = browser.get(HEALTH)

    text = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    assert f"Confirmed by Ellis, {source.confirmed_at:%a} {source.confirmed_at.day} " in text
    assert response.context["confirmed"] == 1


def test_htmx_gets_the_group_and_the_sums(signed_in, provider, cheeks):
    source = source_of(cheeks, "minutes")

    response = signed_in(provider).post(
        CONFIRM, {"source": source.pk, "group": "mesobotox.cheeks"}, headers={"hx-request": "true"}
    )

    assert response.status_code == 200
    assert response.context["group"].key == "mesobotox.cheeks"
    assert b'id="sums" hx-swap-oob="innerHTML"' in response.content
    assert b"Confirmed 1 number." in response.content and b"<html" not in response.content


def test_a_second_confirmation_says_that_nothing_was_left(signed_in, provider, manager, cheeks):
    source = source_of(cheeks, "minutes")
    signed_in(provider).post(CONFIRM, {"source": source.pk})

    response = signed_in(manager).post(CONFIRM, {"source": source.pk}, follow=True)

    source.refresh_from_db()
    assert b"These numbers were confirmed already" in response.content
    assert source.confirmed_by == provider


@pytest.mark.parametrize("sources", [[], ["x"], ["1" * 30], ["-1"], [str(number) for number in range(201)]])
def test_a_confirmation_of_nothing_in_particular_is_refused(signed_in, provider, cheeks, sources):
    response = signed_in(provider).post(CONFIRM, {"source": sources})

    assert response.status_code == 400
    assert not ValueSource.objects.exclude(confirmed_at=None).exists()


def test_a_confirmation_never_leads_off_the_site(signed_in, provider, cheeks):
    source = source_of(cheeks, "minutes")

    response = signed_in(provider).post(CONFIRM, {"source": source.pk, "next": "https://elsewhere.example/"})

    assert response["Location"] == HEALTH


@pytest.mark.parametrize("who", ["coordinator", "patient_user"])
def test_only_providers_and_managers_confirm(signed_in, request, cheeks, who):
    source = source_of(cheeks, "minutes")

    response = signed_in(request.getfixturevalue(who)).post(CONFIRM, {"source": source.pk})

    source.refresh_from_db()
    assert (response.status_code, source.confirmed_by) == (403, None)


def test_the_group_of_the_address_is_open(signed_in, provider, library):
    browser = signed_in(provider)

    assert browser.get(HEALTH, {"open": "settings"}).context["opened"] == "settings"
    assert browser.get(HEALTH, {"open": "nonsense"}).context["opened"] == "mesobotox.cheeks"
