"""The protocol lab's pages: draft, look, sign, find an old version again."""

import datetime

import pytest
from django.urls import reverse

from scheduling.views import lab_impact
from tests.scheduling.access_lab import make_draft
from tests.scheduling.builders import NOON, catalogue
from tests.scheduling.laboratory import DOSE_NOTE, NECK, drafted, page, readable
from tests.scheduling.practice import approved_plan
from tests.treatments.builders import in_force, make_protocols
from treatments import actions
from treatments.models import ProtocolDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Let every page stand at noon of the day the plans start on."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def send_draft(browser, **changes):
    """Send the form of a draft with some fields changed."""
    address = reverse("scheduling:lab_draft", args=[NECK])
    form = browser.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    return browser.post(address, data | changes)


def test_an_empty_lab_names_the_next_step(signed_in, manager):
    catalogue()

    text = readable(signed_in(manager).get(reverse("scheduling:lab")))

    assert "No open draft Choose a protocol below and draft a change" in text
    assert "Draft a change of MesoBotox, Cheeks to jawline MesoBotox, Neck" in text


def test_a_draft_is_made_by_form_and_shown_with_what_it_does(signed_in, manager, plan):
    browser = signed_in(manager)

    response = send_draft(
        browser, **{"window.minimum": "100 days", "window.start": "104 days"}, reason="Slow"
    )

    draft = ProtocolDraft.objects.get()
    assert response["Location"] == reverse("scheduling:lab_impact", args=[draft.pk])
    text = readable(page(browser, draft))
    assert "Interval: not before Before: 90 days After: 100 days" in text
    assert "1 open plan 1 would change 5 booked visits would fall outside their windows" in text
    assert "MesoBotox, neck: 9 days too soon, its window would be Wed 14 Apr 2027 to Fri 4 Jun 2027" in text
    assert in_force(draft.protocol).number == 1


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"minutes": "35", "reason": ""}, "reason", "This field is required."),
        ({"minutes": "0", "reason": "Why"}, "minutes", "A session takes at least 1 minute."),
        ({"minutes": "35", "reason": "Why", "seen": "7"}, "__all__", "Version 1 was saved meanwhile."),
        ({"reason": "Why"}, "__all__", "Nothing was changed, so there is no new version."),
    ],
)
def test_a_draft_that_cannot_stand_is_refused_beside_its_field(signed_in, manager, changes, field, message):
    catalogue()

    response = send_draft(signed_in(manager), **changes)

    assert response.status_code == 422
    assert message in " ".join(response.context["form"].errors[field])
    assert ProtocolDraft.objects.count() == 0


def test_an_open_draft_is_edited_from_its_own_values(signed_in, manager):
    catalogue()
    drafted(manager, {"minutes": 40})
    browser = signed_in(manager)

    form = browser.get(reverse("scheduling:lab_draft", args=[NECK])).context["form"]
    send_draft(browser, numbing_minutes="25")

    assert (form["minutes"].value(), form["reason"].value()) == (40, "Slower is enough")
    assert ProtocolDraft.objects.get().changes == {"minutes": 40, "numbing_minutes": 25}


def test_a_plan_that_stays_as_it_is_says_so(signed_in, manager, plan):
    text = readable(page(signed_in(manager), drafted(manager, DOSE_NOTE)))

    assert "Not affected No window, date or minute of it would change." in text
    assert "0 would change" in text


def test_what_ran_out_of_time_is_called_not_yet_known(signed_in, manager, plan, monkeypatch):
    monkeypatch.setattr(lab_impact, "stop_after", lambda seconds: lambda: True)

    text = readable(page(signed_in(manager), drafted(manager)))

    assert "0 would change" in text and "1 not yet known" in text
    assert "nothing is said about this one. Think longer about the plan of Alice Ames" in text


def test_batches_go_on_with_the_counts_so_far(
    signed_in, manager, coordinator, provider, plan, make_patient, monkeypatch
):
    monkeypatch.setattr(lab_impact, "BATCH", 1)
    approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    browser, draft = signed_in(manager), drafted(manager)

    first = page(browser, draft)
    rest = browser.get(first.context["next_batch"], headers={"hx-request": "true"})

    assert (first.context["tally"].looked, first.context["tally"].outside) == (1, 5)
    assert (rest.context["tally"].looked, rest.context["tally"].change) == (2, 2)
    assert "next_batch" not in rest.context
    assert b"<html" not in rest.content and b'hx-swap-oob="true"' in rest.content


@pytest.mark.parametrize("count", [1, 7])
def test_a_batch_takes_the_same_queries_however_many_plans(
    signed_in, manager, coordinator, provider, practice, make_patient, django_assert_num_queries, count
):
    for number in range(count):
        approved_plan(make_patient("Bob", f"Number {number}"), coordinator, provider)
    browser, draft = signed_in(manager), drafted(manager)

    with django_assert_num_queries(34):
        response = page(browser, draft)

    assert response.context["tally"].change == count


@pytest.mark.parametrize("count", [1, 30])
def test_the_lab_takes_the_same_queries_however_many_drafts(
    signed_in, manager, django_assert_num_queries, count
):
    for one in make_protocols(count):
        make_draft(manager, one.key)
    browser = signed_in(manager)

    with django_assert_num_queries(5):
        response = browser.get(reverse("scheduling:lab"))

    assert len(response.context["drafts"]) == count


def test_a_discarded_draft_leaves_what_is_in_force(signed_in, manager):
    catalogue()
    draft = drafted(manager)

    response = signed_in(manager).post(reverse("scheduling:lab_discard", args=[draft.pk]), follow=True)

    assert "The draft of MesoBotox, Neck is discarded. What is in force stays." in readable(response)
    assert ProtocolDraft.objects.open().count() == 0


def test_signing_says_under_which_name_and_puts_it_in_force(signed_in, manager):
    catalogue()
    draft, browser = drafted(manager), signed_in(manager)
    address = reverse("scheduling:lab_sign", args=[draft.pk])

    shown = readable(browser.get(address))
    response = browser.post(address, follow=True)

    assert "Sign as Vera, manager" in shown
    assert "Version 2 is in force, signed by Vera, manager. New plans follow it." in readable(response)
    assert in_force(draft.protocol).number == 2


def test_signing_asks_for_the_password_again(signed_in, manager):
    catalogue()
    draft = drafted(manager)

    browser = signed_in(manager, recently=False)
    response = browser.post(reverse("scheduling:lab_sign", args=[draft.pk]))

    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert in_force(draft.protocol).number == 1


def test_an_overtaken_draft_is_not_signed_and_says_what_changed(signed_in, manager, provider):
    catalogue()
    draft, browser = drafted(manager), signed_in(manager)
    actions.edit_protocol(by=provider, protocol=draft.protocol, changes={"minutes": 35})

    response = browser.post(reverse("scheduling:lab_sign", args=[draft.pk]), follow=True)

    text = readable(response)
    assert "Version 2 was saved since this draft was made on version 1, so it cannot be signed" in text
    assert [change.after for change in response.context["meanwhile"]] == ["35 min"]
    assert in_force(draft.protocol).number == 2


def test_the_version_of_a_day_is_found_again(signed_in, manager):
    catalogue()
    browser, address = signed_in(manager), reverse("scheduling:lab_as_of", args=[NECK])

    today = browser.get(address, {"day": datetime.datetime.now(datetime.UTC).date().isoformat()})
    before = browser.get(address, {"day": "1999-12-31"}, follow=True)
    wrong = browser.get(address, {"day": "2027-13-01"})

    assert today["Location"] == reverse("treatments:version", args=[NECK, 1])
    assert "no MesoBotox, Neck on that day yet" in readable(before)
    assert wrong["Location"] == reverse("treatments:protocol", args=[NECK])
