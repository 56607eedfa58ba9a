"""The navigation of each role."""

import re

import pytest

from clinic import navigation as places

LONG = tuple((f"Place {number}", "sun", "scheduling:today") for number in range(9))


def labels(entries) -> list[str]:
    """What the entries are called."""
    return [one.label for one in entries]


def shown(signed_in, user, path: str):
    """The navigation of a page: the bar, and what is under “More”."""
    context = signed_in(user).get(path).context
    return context["navigation"], context["more_places"]


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["coordinator", "provider", "manager"])
def test_at_most_six_places_stand_in_the_bar_of_staff(request, signed_in, person):
    user = request.getfixturevalue(person)

    bar, more = shown(signed_in, user, "/patients/")

    assert labels(bar)[:2] == ["Today", "Calendar"]
    assert set(labels(bar + more)) >= {"Due", "Waitlist", "Patients", "Catalogue"}
    assert len(bar) <= 6


def test_a_manager_has_manage_in_the_bar_and_a_provider_review(signed_in, manager, provider):
    of_manager, of_provider = (labels(shown(signed_in, one, "/patients/")[0]) for one in (manager, provider))

    assert of_manager == ["Today", "Calendar", "Manage", "Patients", "Messages", "Lab"]
    assert of_provider == ["Today", "Calendar", "Review", "Due", "Waitlist", "Patients"]


@pytest.mark.django_db
@pytest.mark.parametrize(("person", "words"), [("coordinator", ["Coordinator"]), ("patient_user", [])])
def test_staff_read_in_the_head_what_they_work_as(request, signed_in, person, words):
    page = signed_in(request.getfixturevalue(person)).get("/nowhere/")

    assert re.findall(r'<span class="menu-role">([^<]*)</span>', page.text) == words


def test_what_the_bar_cannot_hold_stands_under_more_in_its_order(signed_in, coordinator, monkeypatch):
    monkeypatch.setattr(places, "STAFF", LONG)

    bar, more = shown(signed_in, coordinator, "/patients/")

    assert labels(bar + more) == [label for label, *_ in LONG]
    assert (len(bar), len(more)) == (6, 3)


def test_an_entry_that_names_roles_is_seen_by_them_alone(signed_in, coordinator, provider, monkeypatch):
    entry = ("Only doctors", "sun", "scheduling:today", "provider")
    monkeypatch.setattr(places, "STAFF", (entry, *places.STAFF))

    of_coordinator, of_provider = (
        labels(shown(signed_in, user, "/patients/")[0]) for user in (coordinator, provider)
    )

    assert of_coordinator.count("Only doctors") == 0
    assert of_provider.count("Only doctors") == 1


def test_an_entry_without_a_page_falls_out(signed_in, coordinator, monkeypatch):
    monkeypatch.setattr(places, "STAFF", (("Nowhere", "sun", "scheduling:nowhere"), *places.STAFF[:1]))

    bar, more = shown(signed_in, coordinator, "/patients/")

    assert labels(bar + more) == ["Today"]


def test_only_the_nearest_place_is_current(signed_in, coordinator, monkeypatch):
    near = ("All", "sun", "treatments:catalogue"), ("Findings", "sun", "treatments:findings")
    monkeypatch.setattr(places, "STAFF", near)

    bar, _ = shown(signed_in, coordinator, "/catalogue/findings/")

    assert [(one.label, one.current) for one in bar] == [("All", False), ("Findings", True)]


@pytest.mark.parametrize(("demo", "expected"), [(True, 1), (False, 0)])
def test_the_gallery_is_offered_in_the_demo_alone(signed_in, coordinator, settings, demo, expected):
    settings.DEMO = demo

    _, more = shown(signed_in, coordinator, "/patients/")

    assert labels(more).count("Gallery") == expected


def test_nobody_signed_in_has_places(client, db):
    context = client.get("/accounts/login/").context

    assert (context["navigation"], context["more_places"]) == ((), ())
