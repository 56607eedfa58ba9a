"""A plan walks past its patient: proposed, signed, edited, signed anew; seen while a signature stands."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.urls import URLPattern, get_resolver, reverse

from scheduling.actions.approvals import approve, decline
from scheduling.models import Plan, PlanVersion, Session, Signature
from tests.scheduling.builders import NECK, NOON, another, found_for, make_plan

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
CANARY = "canary row"  # names of areas begin with a small letter within a sentence
STAGES = ("proposed", "signed", "edited", "declined", "adjusted", "signed anew")
SIGNED = {"signed", "signed anew"}
# Where a patient sees a plan as soon as it is signed; every other route only has to keep quiet before.
SHOWS = {"scheduling:my_plan", "scheduling:my_document"}
ARGUMENTS = {"number": 1, "weeks": 2, "kind": "toxin", "series": "mesobotox.neck", "day": NOON.date()}
OF_THE_STAFF = {
    "plan": (),
    "plan_print": (),
    "plan_edit": (),
    "review_plan": (),
    "version": (1,),
    "changes": (1,),
    "session": ("mesobotox.neck", 1),
}


def patient_routes(patterns=None, namespace: str = "") -> dict[str, set[str]]:
    """Name every route that a patient's role may use, with the names of its arguments."""
    found = {}
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            if "patient" in getattr(one.callback, "roles", ()):
                found[f"{namespace}{one.name}"] = set(one.pattern.converters)
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            found |= patient_routes(one.url_patterns, inner)
    return found


ROUTES = patient_routes()


@pytest.fixture
def walk(patient_user, coordinator, provider):
    """Give Maya's plan at every stage in turn, its areas named so that they are found wherever they show."""

    def stages():
        version = marked(make_plan(patient_user.patient, coordinator))
        yield "proposed", version
        approve(by=provider, version=version, now=NOON)
        yield "signed", version
        version = marked(another(version, coordinator, found_for(NECK, preference="fewest_visits")))
        yield "edited", version
        decline(by=provider, version=version, because="Closer together.", now=NOON)
        yield "declined", version
        version = marked(another(version, coordinator, found_for(NECK, preference="closest_to_protocol")))
        yield "adjusted", version
        approve(by=provider, version=version, now=NOON + HOUR)
        yield "signed anew", version

    with time_machine.travel(NOON):
        yield stages()


def marked(version: PlanVersion) -> PlanVersion:
    """Name the areas of a version's series after the canary."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scheduling_planseries SET area = %s", [CANARY])
    return version


def body(response) -> str:
    """Read what came back, whatever it is."""
    return b"".join(response).decode(errors="replace") if response.streaming else response.text


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_route_shows_a_plan_without_a_standing_signature(walk, signed_in, patient_user, name):
    browser, seen = signed_in(patient_user), []

    for stage, version in walk:
        given = {**ARGUMENTS, "pk": version.plan_id}
        address = reverse(name, kwargs={key: given[key] for key in ROUTES[name]})
        if CANARY in body(browser.get(address, follow=True)):
            seen.append(stage)

    assert set(seen) <= SIGNED
    assert set(seen) == SIGNED or name not in SHOWS


@pytest.mark.parametrize("name", OF_THE_STAFF)
def test_the_pages_of_the_staff_show_a_patient_nothing_at_any_stage(walk, signed_in, patient_user, name):
    browser = signed_in(patient_user)

    answers = {
        browser.get(reverse(f"scheduling:{name}", args=[version.plan_id, *OF_THE_STAFF[name]])).status_code
        for _, version in walk
    }

    assert answers == {403}


def test_no_set_holds_a_plan_without_a_standing_signature(walk, patient_user):
    sets = (Plan, PlanVersion, Session, Signature)

    seen = {stage: [bool(one.objects.visible_to(patient_user)) for one in sets] for stage, _ in walk}

    assert seen == {stage: [stage in SIGNED] * len(sets) for stage in STAGES}


def test_of_a_plan_signed_anew_only_that_version_is_seen(walk, patient_user):
    *_, (_, last) = walk

    assert list(PlanVersion.objects.visible_to(patient_user)) == [last]
    assert list(Signature.objects.visible_to(patient_user).values_list("version", flat=True)) == [last.pk]
