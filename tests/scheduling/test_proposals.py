"""Proposals to change a course: only by evidence, only longer, never by themselves."""

import datetime

import pytest
import time_machine

from clinic.models import AuditEntry
from scheduling.actions import visits
from scheduling.chairside.proposals import EARLY, TAPER, Answered, Course, Graded, planned, proposed
from scheduling.intake.windows import stepped
from scheduling.models import Booking, CheckIn, Observation, PlanVersion
from tests.scheduling.asking import NECK_KEY, asked, do, noon
from tests.scheduling.builders import found_for
from tests.scheduling.practice import approved_plan, booked, open_practice, work
from treatments.library import load_library

LIBRARY = load_library()
FIRST = datetime.date(2027, 1, 5)
WEEK = datetime.timedelta(weeks=1)
QUARTER = datetime.timedelta(days=91)
DECIDED = datetime.date(2027, 1, 4)
MUCH, SAME, WORSE = 3, 1, 0
# Five to six, six to nine, nine to twelve months, each begun past the longest the one before allows.
FIRST_STEP, SECOND_STEP = "154 days to 6 months", "216 days to 9 months"
THIRD_STEP = "307 days to 12 months"


def course(done: int, *, key: str = NECK_KEY, initial: int = 5, grade=None, fading=None, **fields) -> Course:
    """A series with a session every quarter, graded and asked about ten weeks after the last."""
    given = tuple(FIRST + number * QUARTER for number in range(done))
    last = given[-1] if given else FIRST
    grades = (Graded(last + 2 * WEEK, grade),) if grade is not None else ()
    answers = (Answered(last, 10, fading, fading, last + 10 * WEEK),) if fading else ()
    facts = {"closed": False, "decided": DECIDED, "grades": grades, "answers": answers} | fields
    return Course(key=key, given=given, initial=initial, **facts)


def ask(one: Course):
    """What is proposed of a course, by the default library."""
    return proposed(one, LIBRARY.protocols[one.key], LIBRARY.setting("early_review_sessions"))


def said(one: Course) -> tuple | None:
    """What is proposed, how many sessions ago the first series closes, and the next interval."""
    found = ask(one)
    return found and (found.kind, found.closed, found.interval, found.by_default)


def test_r22_a_neck_much_improved_after_round_1_may_close():
    found = ask(course(1, grade=MUCH))

    assert (found.kind, found.round, found.now, found.interval) == (
        EARLY,
        1,
        "3 to 4 months",
        FIRST_STEP,
    )
    assert [one.rule for one in found.evidence] == ["R33", "R22", "R36"]
    assert found.evidence[1].text == "Graded “much improved” on Tue 19 Jan 2027."


@pytest.mark.parametrize("grade", [None, WORSE, SAME, 2])
def test_a_neck_that_is_only_improved_goes_on(grade):
    assert ask(course(1, grade=grade)) is None


def test_v14_a_mild_neck_much_improved_after_round_2_may_go_on_or_taper_early():
    initial = LIBRARY.protocols[NECK_KEY].sessions.at("mild")

    found = ask(course(2, initial=initial, grade=MUCH))

    assert (found.kind, found.now, found.interval) == (EARLY, "3 to 4 months", FIRST_STEP)
    assert [one.rule for one in found.evidence] == ["R33", "R23", "R36"]


def test_v14_after_round_2_the_face_may_close_early_and_not_before():
    cheeks = "mesobotox.cheeks"

    assert said(course(1, key=cheeks, grade=MUCH)) is None
    assert said(course(2, key=cheeks, grade=MUCH)) == (EARLY, 0, FIRST_STEP, False)


def test_r34_a_completed_series_without_data_falls_back_to_the_setting():
    found = ask(course(5))

    assert (found.kind, found.closed, found.interval, found.by_default) == (TAPER, 0, FIRST_STEP, True)
    assert "the setting's default" in found.evidence[-1].text


def test_r34_an_answer_that_it_does_not_fade_lengthens_by_one_step():
    assert said(course(5, fading="not")) == (TAPER, 1, SECOND_STEP, False)
    assert said(course(6, fading="not")) == (TAPER, 2, THIRD_STEP, False)


def test_the_interval_only_ever_becomes_longer():
    protocol, day = LIBRARY.protocols[NECK_KEY], FIRST
    for done in range(1, 9):
        one = course(done, fading="not")
        found = ask(one)

        if found is not None:
            now = planned(one, protocol).start.after(day)
            then = stepped(protocol, found.closed + 1).start.after(day)
            assert then > now


@pytest.mark.parametrize("fields", [{"fading": "gone"}, {"fading": "beginning"}, {"grade": WORSE}])
def test_nothing_is_proposed_where_the_result_fades_or_is_worse(fields):
    assert ask(course(5, **fields)) is None
    assert ask(course(2, **({"grade": MUCH} | fields))) is None


def test_what_was_known_when_the_plan_was_proposed_is_not_proposed_again():
    after = FIRST + 40 * QUARTER

    assert ask(course(1, grade=MUCH, decided=after)) is None
    assert ask(course(5, fading="not", decided=after)) is None


def test_a_first_series_is_not_closed_while_nothing_has_improved():
    assert ask(course(2, fading="not", grade=SAME)) is None
    assert said(course(2, fading="not")) == (TAPER, 0, FIRST_STEP, False)


@pytest.mark.parametrize("key", ["botox.upper_face", "dynamic_filler.cheek_smile"])
def test_other_treatments_keep_their_own_rhythm(key):
    assert ask(course(5, key=key, grade=MUCH, fading="not")) is None


@pytest.fixture
def version(location, coordinator, provider, patient):
    """Alice's plan of the neck, with its first round given and graded much improved."""
    open_practice(location)
    work(provider, location)
    version = approved_plan(patient, coordinator, provider, found_for())
    do(version, coordinator, asked(version, [(NECK_KEY, 1)], FIRST))
    visits.complete(by=provider, booking=booked(version)[0], treated=[NECK_KEY], now=noon(FIRST))
    graded(version, provider, FIRST + 2 * WEEK)
    with time_machine.travel(noon(FIRST + 3 * WEEK), tick=False):
        yield version


def graded(version: PlanVersion, by, day: datetime.date) -> None:
    """Grade the neck much improved."""
    booking = Booking.objects.filter(plan=version.plan_id).latest("unit")
    facts = {"booking": booking, "key": NECK_KEY, "scale": "gais", "grade": MUCH, "observed_by": by}
    Observation.objects.create(observed_at=noon(day), **facts)


@pytest.fixture
def ellis(signed_in, provider, version):
    """The browser of Dr. Ellis, signed in once the clock stands where it does."""
    return signed_in(provider)


def shown(browser) -> list[tuple]:
    """What the page proposes."""
    page = browser.get("/proposals/").context["page"]
    return [(str(one.patient), one.proposal.kind, one.token) for one in page]


def test_a_proposal_leads_to_the_composer_and_becomes_a_version_to_sign(ellis, version):
    assert shown(ellis) == [("Alice Ames", EARLY, "mesobotox.neck:0")]
    page = ellis.get(f"/plans/{version.plan_id}/edit/?close=mesobotox.neck:0")
    form = page.context["composer"]
    sent = {"close": "mesobotox.neck:0", "seen": "1", "key": form.key, "concern": "neck.texture"}
    sent |= {
        f"severity.{'neck.texture'}": "moderate",
        "rounds": "kept",
        "reason": form.wish["reason"].value(),
    }
    sent |= {"start": "2027-01-26", "horizon_months": "18", "weekdays": ["1", "2", "3", "4", "5"]}
    sent |= {"history-0-what": NECK_KEY, "history-0-date": FIRST.isoformat(), "action": "propose"}
    for rows in ("events", "away", "history"):
        sent |= {f"{rows}-TOTAL_FORMS": "1", f"{rows}-INITIAL_FORMS": "0"}

    response = ellis.post(f"/plans/{version.plan_id}/edit/", sent)

    assert response.status_code == 302, response.context["composer"].problems
    new = PlanVersion.objects.current().get(plan=version.plan_id)
    assert (new.status, new.recommendation.intake.rounds) == ("proposed", {NECK_KEY: 0})
    first = min(one.date for one in new.recommendation.solution.placed())
    assert first >= FIRST + datetime.timedelta(days=150)
    assert shown(ellis) == []


def test_a_dismissed_proposal_is_recorded_and_not_shown_again(ellis, version, provider):
    address = f"/plans/{version.plan_id}/proposals/dismiss/"

    refused = ellis.post(address, {"series": NECK_KEY, "reason": " "})
    ellis.post(address, {"series": NECK_KEY, "reason": "Wants the full series"})

    assert (refused.status_code, "Say why the course stays as it is." in refused.text) == (422, True)
    entry = AuditEntry.objects.get(action="proposal.dismissed")
    assert (entry.actor, entry.detail) == (
        provider,
        {"series": NECK_KEY, "round": 1, "kind": EARLY, "reason": "Wants the full series"},
    )
    assert shown(ellis) == []


def test_the_proposals_of_another_location_are_not_shown(signed_in, version, make_user, other_location):
    stranger = make_user("Ines", "provider", other_location)

    assert shown(signed_in(stranger)) == []


PROPOSALS = 27


def test_the_page_costs_the_same_at_one_and_at_thirty(
    ellis, version, coordinator, provider, make_patient, django_assert_num_queries
):
    ellis.get("/proposals/")
    with django_assert_num_queries(PROPOSALS):
        ellis.get("/proposals/")
    first = booked(version)[0]
    for number in range(29):
        copied(first, make_patient("Ann", f"Abel {number}"), coordinator, provider)

    with django_assert_num_queries(PROPOSALS):
        page = ellis.get("/proposals/").context["page"]

    assert (len(page), page.paginator.count) == (15, 30)


def copied(first: Booking, patient, coordinator, provider) -> None:
    """Give another patient the same plan, its first round given and graded."""
    version = approved_plan(patient, coordinator, provider, found_for())
    given, booking = first.given.get(), Booking.objects.get(pk=first.pk)
    booking.pk, booking.patient, booking.plan = None, patient, version.plan
    booking.save(force_insert=True)
    given.pk, given.patient, given.plan, given.booking = None, patient, version.plan, booking
    given.save(force_insert=True)
    graded(version, provider, FIRST + 2 * WEEK)


def test_an_answer_of_the_patient_is_part_of_the_evidence(ellis, version, patient):
    booking = booked(version)[0]
    answered = noon(FIRST + 2 * WEEK)
    facts = {"smile": "full", "fading": "not", "answered_at": answered}
    CheckIn.objects.create(patient=patient, booking=booking, weeks=2, **facts)

    page = ellis.get("/proposals/").text

    assert "The patient answered “not fading” 2 weeks after Tue 5 Jan 2027." in page
