"""Migrating plans to a signed version: the chosen ones batch by batch, one that is thought about longer."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from scheduling.lab.thought import NotShown, opened
from scheduling.models import Booking, PlanVersion
from scheduling.views import lab_impact, lab_migrate
from tests.scheduling.builders import NOON, UPPER_FACE, found_for
from tests.scheduling.laboratory import drafted, page, readable, signed
from tests.scheduling.practice import approved_plan, booked
from treatments.models import ProtocolDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Let every page stand at noon of the day the plans start on."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def think(browser, draft: ProtocolDraft, version: PlanVersion):
    """Open the page on which the planner thinks longer about one plan."""
    return browser.get(reverse("scheduling:lab_plan", args=[draft.pk, version.plan_id]))


def send_plan(browser, draft: ProtocolDraft, response):
    """Migrate the plan of such a page by what it shows."""
    data = {"plan": response.context["row"].version.pk, "thought": response.context["thought"]}
    return browser.post(reverse("scheduling:lab_migrate", args=[draft.pk]), data)


def dates_of(version: PlanVersion) -> list[datetime.date]:
    """The days of a version's visits."""
    return list(version.visits.order_by("date").values_list("date", flat=True))


def test_a_plan_not_proven_in_a_list_is_refused_and_leads_to_thinking_longer(
    signed_in, manager, plan, monkeypatch
):
    monkeypatch.setattr(lab_migrate, "stop_after", lambda seconds: lambda: seconds < 5)
    draft, browser = signed(manager), signed_in(manager)

    response = browser.post(reverse("scheduling:lab_migrate", args=[draft.pk]), {"plan": plan.pk})

    assert "Not yet known The planner ran out of time" in readable(response)
    assert reverse("scheduling:lab_plan", args=[draft.pk, plan.plan_id]) in response.text
    assert plan.plan.versions.count() == 1


def test_thinking_longer_proves_a_plan_and_migrates_just_what_it_shows(signed_in, manager, plan, monkeypatch):
    draft, browser = signed(manager), signed_in(manager)
    shown = think(browser, draft, plan)
    monkeypatch.setattr(lab_migrate, "stop_after", lambda seconds: lambda: True)

    response = send_plan(browser, draft, shown)

    made = plan.plan.versions.current().get()
    impact = shown.context["row"].impact
    assert "Proven best" in readable(shown) and "Migrate this plan" in readable(shown)
    assert [one.date for one in impact.found.solution.visits] == dates_of(made)
    assert (made.number, made.proven) == (2, True)
    assert len(response.context["progress"].now[0].replan) == len(impact.outside) == 5


def test_what_cannot_be_proven_is_migrated_only_where_it_is_chosen(signed_in, manager, plan, monkeypatch):
    for module in (lab_impact, lab_migrate):
        monkeypatch.setattr(module, "stop_after", lambda seconds: lambda: True)
    draft, browser = signed(manager), signed_in(manager)
    listed = page(browser, draft)
    among_others = browser.post(reverse("scheduling:lab_migrate", args=[draft.pk]), {"plan": plan.pk})

    shown = think(browser, draft, plan)
    chosen = send_plan(browser, draft, shown)

    made = plan.plan.versions.current().get()
    assert b'type="checkbox" name="plan"' not in listed.content
    assert "Not yet known The planner ran out of time" in readable(among_others)
    text, impact = readable(shown), shown.context["row"].impact
    above = f"it is the best found, at most {impact.summary.gap} above the best possible"
    assert f"Nobody has shown that this is the best plan : {above}" in text
    assert "Would change, not proven" in text and "Migrate with the best found" in text
    assert "Migrated: version 2" in readable(chosen)
    assert (made.number, made.proven) == (2, False)
    assert dates_of(made) == [one.date for one in impact.found.solution.visits]
    assert "Best found, not proven best." in readable(chosen)


def test_what_was_shown_is_no_answer_once_something_is_booked_otherwise(signed_in, manager, plan):
    draft, browser = signed(manager), signed_in(manager)
    shown = think(browser, draft, plan)
    first = booked(plan)[0]
    Booking.objects.filter(pk=first.pk).update(date=first.date + datetime.timedelta(days=1))

    response = send_plan(browser, draft, shown)

    assert "Think again. The plan stays as it is." in readable(response)
    assert plan.plan.versions.count() == 1


def test_what_was_shown_of_one_plan_stands_for_no_other_and_nobody_writes_it_by_hand(
    signed_in, manager, plan, coordinator, provider, make_patient
):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    draft = signed(manager)
    thought = think(signed_in(manager), draft, plan).context["thought"]

    assert opened(thought, draft, plan).solution is not None
    with pytest.raises(NotShown, match=r"shown of another plan or change\. Think again"):
        opened(thought, draft, other)
    with pytest.raises(NotShown, match="What was sent is not what was shown"):
        opened(f"x{thought}", draft, plan)


def test_what_was_shown_too_long_ago_migrates_nothing_and_leads_to_thinking_again(signed_in, manager, plan):
    draft, browser = signed(manager), signed_in(manager)
    shown = think(browser, draft, plan)

    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=16)):
        response = send_plan(browser, draft, shown)

    assert "What was shown is more than 15 minutes old. Think again. The plan stays as it is." in (
        readable(response)
    )
    assert reverse("scheduling:lab_plan", args=[draft.pk, plan.plan_id]) in response.text
    assert plan.plan.versions.count() == 1


def test_a_draft_that_is_not_signed_shows_one_plan_and_offers_nothing(signed_in, manager, plan):
    response = think(signed_in(manager), drafted(manager), plan)

    assert "thought" not in response.context
    assert "Back to all plans" in readable(response)


def test_the_chosen_plans_are_migrated_and_the_others_not(
    signed_in, manager, plan, coordinator, provider, make_patient
):
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    draft, browser = signed(manager), signed_in(manager)
    before = page(browser, draft)

    response = browser.post(reverse("scheduling:lab_migrate", args=[draft.pk]), {"plan": [plan.pk]})

    text = readable(response)
    assert "signature under it is void" in readable(before)
    assert b'type="checkbox" name="plan"' in before.content and b" checked" not in before.content
    assert "Migrated: version 2 Waits for review." in text
    assert len(response.context["progress"].now[0].replan) == before.context["tally"].outside == 5
    assert list(other.plan.versions.values_list("number", "status")) == [(1, "approved")]
    after = page(browser, draft).context["tally"]
    assert (after.change, after.outside) == (1, 0)


def test_choosing_all_that_change_ticks_them(signed_in, manager, plan):
    response = page(signed_in(manager), signed(manager), chosen="all")

    assert response.content.count(b" checked") == 1


def test_many_plans_go_batch_by_batch_and_each_answer_says_how_far_it_is(
    signed_in, manager, plan, coordinator, provider, make_patient, monkeypatch
):
    monkeypatch.setattr(lab_migrate, "AT_ONCE", 2)
    others = [approved_plan(make_patient("Bob", name), coordinator, provider) for name in ("Burns", "Cole")]
    draft, browser = signed(manager), signed_in(manager)
    address = reverse("scheduling:lab_migrate", args=[draft.pk])
    chosen = [plan.pk, *(one.pk for one in others)]

    first = browser.post(address, {"plan": chosen})
    last = browser.post(address, dict(first.context["progress"].kept))

    assert "2 of 3 plans done 2 migrated 0 unchanged 1 still to do" in readable(first)
    assert sorted(first.context["progress"].kept) == sorted(
        [("migrated", f"{chosen[0]},{chosen[1]}"), ("plan", f"{chosen[2]}")]
    )
    assert 'hx-trigger="load, submit"' in first.text and "Migrate the next 1" in readable(first)
    assert "3 of 3 plans done 3 migrated 0 unchanged" in readable(last)
    assert [len(last.context["progress"].before), len(last.context["progress"].now)] == [2, 1]
    assert "Migrate the next" not in last.text
    assert list(PlanVersion.objects.current().values_list("number", flat=True)) == [2, 2, 2]


def test_an_answer_that_takes_long_ends_early_and_goes_on_with_the_rest(
    signed_in, manager, plan, coordinator, provider, make_patient, monkeypatch
):
    monkeypatch.setattr(lab_migrate, "ANSWER", 1e-9)
    other = approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    draft = signed(manager)

    response = signed_in(manager).post(
        reverse("scheduling:lab_migrate", args=[draft.pk]), {"plan": [plan.pk, other.pk]}
    )

    progress = response.context["progress"]
    assert (progress.done, progress.total, list(progress.waiting)) == (1, 2, [other.pk])


def test_the_chosen_plans_are_kept_from_page_to_page(
    signed_in, manager, plan, coordinator, provider, make_patient, monkeypatch
):
    monkeypatch.setattr(lab_impact, "BATCH", 1)
    approved_plan(make_patient("Bob", "Burns"), coordinator, provider)
    draft, browser = signed(manager), signed_in(manager)
    first = page(browser, draft)

    rest = browser.post(first.context["next_batch"], {"plan": [plan.pk]})

    assert f'formaction="{first.context["next_batch"]}"'.replace("&", "&amp;") in first.text
    assert "1 chosen on the pages before stay chosen." in readable(rest)
    assert f'<input type="hidden" name="plan" value="{plan.pk}">' in rest.text
    assert plan.plan.versions.count() == 1


@pytest.mark.parametrize(
    ("chosen", "status"),
    [([], 200), (["x"], 400), (["0,x"], 400), (["0,"], 400), ([""], 400), (["0"], 404), (["0,0"], 404)],
)
def test_nonsense_migrates_nothing(signed_in, manager, plan, chosen, status):
    draft = signed(manager)

    response = signed_in(manager).post(reverse("scheduling:lab_migrate", args=[draft.pk]), {"plan": chosen})

    assert (response.status_code, PlanVersion.objects.count()) == (status, 1)


def test_plans_that_nobody_here_sees_any_more_are_refused_and_the_rest_goes_on(signed_in, manager, plan):
    draft = signed(manager)
    address = reverse("scheduling:lab_migrate", args=[draft.pk])
    away = [str(plan.pk + number) for number in range(1, 1200)]
    data = {"plan": [str(plan.pk), ",".join(away[:-9])], "migrated": ",".join(away[-9:])}

    response = signed_in(manager).post(address, data)

    progress = response.context["progress"]
    assert progress.counts == {"migrated": 10, "unchanged": 0, "unproven": 0, "refused": 1190}
    assert (progress.done, progress.total, list(progress.waiting)) == (1200, 1200, [])
    assert "1199 of the chosen plans are at none of your locations any more" in readable(response)
    assert plan.plan.versions.count() == 2


def test_more_plans_than_one_form_takes_are_refused_as_a_whole(signed_in, manager, plan):
    chosen = ",".join(str(plan.pk + number) for number in range(lab_impact.MOST + 1))

    response = signed_in(manager).post(
        reverse("scheduling:lab_migrate", args=[signed(manager).pk]), {"plan": chosen}
    )

    assert (response.status_code, plan.plan.versions.count()) == (400, 1)


def test_a_plan_of_another_location_does_not_exist(signed_in, manager, plan, other_location):
    draft = signed(manager)
    plan.plan.patient.location = other_location
    plan.plan.patient.save()
    browser = signed_in(manager)

    response = browser.post(reverse("scheduling:lab_migrate", args=[draft.pk]), {"plan": [plan.pk]})

    assert response.status_code == 404
    assert "Ames" not in page(browser, draft).content.decode()
    assert PlanVersion.objects.count() == 1


def test_a_plan_without_the_protocol_is_refused_not_broken(
    signed_in, manager, practice, patient, coordinator, provider
):
    other = approved_plan(patient, coordinator, provider, found_for(UPPER_FACE))
    draft = signed(manager)

    response = signed_in(manager).post(reverse("scheduling:lab_migrate", args=[draft.pk]), {"plan": other.pk})

    assert "Unchanged This plan does not use MesoBotox, Neck." in readable(response)
