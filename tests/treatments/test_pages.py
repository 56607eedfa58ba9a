"""The catalogue's pages: what each role reads and may change."""

import re

import pytest
from django.urls import reverse

from clinic.models import AuditEntry
from tests.treatments.builders import in_force, make_protocols, make_records
from treatments import actions
from treatments.models import CrossTreatmentRule, PracticeRule, Reference, Setting, ValueSource

EDIT = {"key": "mesobotox.cheeks"}


def page(browser, name: str, **arguments) -> str:
    """Open a page of the catalogue and give its text without tags, single-spaced."""
    response = browser.get(reverse(f"treatments:{name}", kwargs=arguments))
    assert response.status_code == 200
    return readable(response)


def readable(response) -> str:
    """Give the text of an answer as a reader sees it."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def form_data(browser, **changes) -> dict:
    """Give what the edit page of the cheeks would send, with some fields changed."""
    form = browser.get(reverse("treatments:protocol_edit", kwargs=EDIT)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    return data | changes


def edit(browser, **changes):
    """Send the edit page with some fields changed."""
    return browser.post(reverse("treatments:protocol_edit", kwargs=EDIT), form_data(browser, **changes))


def test_the_catalogue_names_treatments_with_their_other_names(signed_in, coordinator, library):
    text = page(signed_in(coordinator), "catalogue")

    assert "MesoBotox also MicroBotox" in text
    assert "Cheeks to jawline 3 to 5 sessions every 3 to 4 months 30 min and 20 min numbing" in text


def test_the_catalogue_is_searched_by_the_other_name(signed_in, coordinator, library):
    response = signed_in(coordinator).get(reverse("treatments:catalogue"), {"q": "microbotox"})

    names = [treatment.name for treatment, _ in response.context["groups"]]
    assert (names, response.context["count"]) == (["MesoBotox"], 2)


def test_a_search_without_result_says_what_to_try(signed_in, coordinator, library):
    response = signed_in(coordinator).get(reverse("treatments:catalogue"), {"q": "knee"})

    assert "Nothing found" in readable(response)
    assert "Cheeks to jawline" not in readable(response)


def test_a_search_with_htmx_gives_only_the_list(signed_in, coordinator, library):
    response = signed_in(coordinator).get(
        reverse("treatments:catalogue"), {"q": "neck"}, headers={"hx-request": "true"}
    )

    assert b"<html" not in response.content
    assert b'data-announce="1 found"' in response.content


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("catalogue", "The catalogue is empty"),
        ("health", "Nothing to confirm"),
        ("separations", "Nothing here yet"),
        ("findings", "Nothing here yet"),
        ("products", "Nothing here yet"),
        ("settings", "Nothing here yet"),
        ("practice_rules", "Nothing here yet"),
        ("references", "Nothing here yet"),
    ],
)
def test_an_empty_page_names_the_next_step(signed_in, manager, name, words):
    assert words in page(signed_in(manager), name)


def test_a_protocol_shows_every_number_with_its_source(signed_in, coordinator, cheeks):
    text = page(signed_in(coordinator), "protocol", key=cheeks.key)

    assert "Not before 90 days" in text
    assert "Grade A L1 L3 : closer than every 3 months was not studied; keep 90 days" in text
    assert "Weaker movement usually 28 to 42 days, for a few about 60" in text
    assert "none in the last 42 days, discouraged until 63; ideal 63 to 112 days before" in text
    assert "Some find their smile less full for about 4 to 6 weeks" in text


def test_a_source_leads_to_its_rule_and_reference(signed_in, coordinator, cheeks):
    response = signed_in(coordinator).get(reverse("treatments:protocol", kwargs={"key": cheeks.key}))

    assert b'<a class="cite" href="/catalogue/rules/#R33">R33</a>' in response.content
    assert b'<a class="cite" href="/catalogue/references/#L1">L1</a>' in response.content


def test_an_unknown_protocol_does_not_exist(signed_in, coordinator, library):
    browser = signed_in(coordinator)

    for address in ("/catalogue/protocols/botox.knee/", "/catalogue/protocols/botox.knee/versions/1/"):
        assert browser.get(address).status_code == 404


def test_a_coordinator_reads_without_buttons_to_change(signed_in, coordinator, provider, cheeks):
    mine = page(signed_in(coordinator), "protocol", key=cheeks.key)
    theirs = page(signed_in(provider), "protocol", key=cheeks.key)

    assert "A provider confirms it" in mine and "Confirm these" not in mine
    assert "Confirm these" in theirs and "A provider confirms it" not in theirs


def test_an_edit_leads_to_the_difference(signed_in, provider, cheeks):
    browser = signed_in(provider)

    response = edit(browser, minutes="35", reason="A second room")

    assert response["Location"] == reverse("treatments:version", kwargs=EDIT | {"number": 2})
    text = page(browser, "version", **EDIT, number=2)
    assert "Why: A second room" in text
    assert "Visit: minutes of treatment Before: 30 min" in text
    assert "After: 35 min S Grade S This practice: Ellis" in text


def test_a_saved_form_without_changes_says_so(signed_in, provider, cheeks):
    response = edit(signed_in(provider))

    assert response.status_code == 422
    assert "Nothing was changed, so there is no new version." in readable(response)
    assert cheeks.versions.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"window.minimum": "5 months"}, "window.start", "3 months is shorter than the minimum, 5 months."),
        ({"window.minimum": "soon"}, "window.minimum", "“soon” is not a duration."),
        ({"window.minimum": ""}, "window.minimum", "This field is required."),
        ({"sessions.mild": "7"}, "sessions.mild", "7 is more than the most, 5."),
        ({"sessions.mild": "-1"}, "sessions.mild", "greater than or equal to 0"),
        ({"minutes": "0"}, "minutes", "A session takes at least 1 minute."),
        ({"dose.amount": "nan"}, "dose.amount", "Enter a number."),
        ({"dose.low": ""}, "dose.amount", "Give the default dose with both ends of its range"),
        ({"window.minimum": "80 days"}, "reason", "Interval: not before 90 days (A: L1 L3"),
        ({"expectations": "R20 no colon"}, "expectations", "Line 1: write the rule, a colon, the words."),
        ({"expectations": "R20: It lifts."}, "expectations", "“lifts” promises what cannot be promised"),
        ({"expectations": "R20: Guaranteed."}, "expectations", "“Guaranteed” promises"),
        ({"taper.4.start": "3 years"}, "taper.4.minimum", "Give all four durations of the window"),
        ({"only_with": "botox.knee", "offered": "only_with"}, None, "'botox.knee' is not known"),
        ({"only_with": "botox.upper_face"}, None, "Offer it freely, after a discussion, or only with"),
        ({"expectations": "R99: Words."}, None, "'R99' is not known"),
        ({"seen": "7"}, None, "Version 1 was saved meanwhile."),
    ],
)
def test_nonsense_is_refused_beside_its_field_and_nothing_is_saved(
    signed_in, provider, cheeks, changes, field, message
):
    response = edit(signed_in(provider), **changes)

    errors = response.context["form"].errors.get(field or "__all__", [])
    assert response.status_code == 422
    assert message in " ".join(errors)
    assert (cheeks.versions.count(), AuditEntry.objects.about(cheeks).count()) == (1, 0)


def test_a_broken_form_keeps_what_was_typed(signed_in, provider, cheeks):
    response = edit(signed_in(provider), **{"window.minimum": "soon", "minutes": "35"})

    assert b'value="soon"' in response.content
    assert b'value="35"' in response.content


def test_two_versions_can_be_compared_that_do_not_follow_each_other(signed_in, provider, cheeks):
    actions.edit_protocol(by=provider, protocol=cheeks, changes={"minutes": 35})
    actions.edit_protocol(by=provider, protocol=cheeks, changes={"numbing_minutes": 25})
    browser = signed_in(provider)
    address = reverse("treatments:version", kwargs=EDIT | {"number": 3})

    response = browser.get(address, {"against": "1"})

    assert [change.before for change in response.context["changes"]] == ["30 min", "20 min"]
    assert browser.get(address, {"against": "x"}).context["before"].number == 2


def test_the_first_version_has_nothing_before_it(signed_in, provider, cheeks):
    assert "Nothing came before it" in page(signed_in(provider), "version", **EDIT, number=1)


def test_an_older_version_is_restored(signed_in, provider, cheeks):
    actions.edit_protocol(by=provider, protocol=cheeks, changes={"minutes": 35})

    response = signed_in(provider).post(
        reverse("treatments:restore", kwargs=EDIT | {"number": 1}), follow=True
    )

    assert "Version 1 is back, as version 3." in readable(response)
    assert in_force(cheeks).minutes == 30


def test_restoring_the_version_in_force_says_why_not(signed_in, provider, cheeks):
    response = signed_in(provider).post(
        reverse("treatments:restore", kwargs=EDIT | {"number": 1}), follow=True
    )

    assert "Version 1 says what is in force already." in readable(response)


def test_a_rule_between_treatments_is_edited(signed_in, manager, library):
    browser, address = signed_in(manager), reverse("treatments:separation_edit", kwargs={"key": "X2"})
    form = browser.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"clear_days": "70", "reason": "Ours"}
    data = {name: value for name, value in data.items() if value is not None and value is not False}

    response = browser.post(address, data, follow=True)

    assert "clear from 70 days" in readable(response)
    assert "Version 2 · Vera" in readable(response)


@pytest.mark.parametrize(
    ("changes", "field"), [({"clear_days": "10"}, "clear_days"), ({"reason": ""}, "reason")]
)
def test_a_rule_that_cannot_stand_is_refused(signed_in, manager, library, changes, field):
    browser, address = signed_in(manager), reverse("treatments:separation_edit", kwargs={"key": "X2"})
    data = {"level": "override", "stop_days": "56", "clear_days": "84", "text": "Words", "seen": "1"}

    response = browser.post(address, data | {"reason": "Ours"} | changes)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert CrossTreatmentRule.objects.get(key="X2").versions.count() == 1


def test_a_setting_is_edited(signed_in, manager, library):
    address = reverse("treatments:setting_edit", kwargs={"key": "first_window_days"})

    response = signed_in(manager).post(address, {"value": "21", "reason": "Busy", "seen": "1"}, follow=True)

    assert "21 A first session is recommended" in readable(response)
    assert Setting.objects.get(key="first_window_days").versions.count() == 2


def test_findings_rules_and_references_are_shown(signed_in, coordinator, library):
    browser = signed_in(coordinator)

    assert "Cows milk allergy Stops Botox, MesoBotox (abo)" in page(browser, "findings")
    assert "below 18 years" in page(browser, "findings")
    assert "R1 MesoBotox and MicroBotox are one treatment under two names." in page(browser, "practice_rules")
    assert "L1 Botox Cosmetic PI" in page(browser, "references")
    assert "Glabella 20 U" in page(browser, "products")
    assert PracticeRule.objects.count() == 52 and Reference.objects.count() == 98


def test_differences_are_for_providers(signed_in, coordinator, provider, library):
    address = reverse("treatments:differences")

    assert signed_in(coordinator).get(address).status_code == 403
    assert address not in signed_in(coordinator).get(reverse("treatments:catalogue")).content.decode()
    assert "Dynamic filler comes before toxin" in page(signed_in(provider), "differences")


MADE = {
    "catalogue": (make_protocols, 9),
    "health": (make_protocols, 10),
    "separations": (lambda count: make_records("separations", count), 5),
    "findings": (lambda count: make_records("findings", count), 5),
    "products": (lambda count: make_records("products", count), 5),
    "settings": (lambda count: make_records("settings", count), 4),
}


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("name", MADE)
def test_a_list_takes_the_same_queries_at_1_and_at_30_rows(
    signed_in, provider, django_assert_num_queries, name, count
):
    make, queries = MADE[name]
    make(count)
    browser = signed_in(provider)

    with django_assert_num_queries(queries):
        response = browser.get(reverse(f"treatments:{name}"))

    assert response.status_code == 200


def test_a_protocol_takes_the_same_queries_however_long_its_history(
    signed_in, provider, django_assert_num_queries, cheeks
):
    for minutes in range(31, 41):
        actions.edit_protocol(by=provider, protocol=cheeks, changes={"minutes": minutes})
    actions.confirm(by=provider, sources=ValueSource.objects.active())
    browser = signed_in(provider)

    with django_assert_num_queries(8):
        text = page(browser, "protocol", key=cheeks.key)

    assert "All confirmed" in text
