"""Every list asks the database as much for 1 row as for 30; a new list fails here until its test is named.

A list is a page that somebody may GET whose template repeats something, paged or not. It is in LISTS with the
test that counts, or in BOUNDED with what bounds it.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# The view that draws a list, and the test that counts its queries at 1 and at 30 rows.
LISTS = {
    "clinic/views/patients.py:patient_list": (
        "clinic/test_patient_pages.py:test_the_list_asks_the_same_four_questions_however_long_it_is"
    ),
    "clinic/views/manage_people.py:people_list": (
        "clinic/test_manage_people.py:test_the_list_asks_as_often_for_one_person_as_for_thirty"
    ),
    "scheduling/views/manage_erasures.py:erasures": (
        "clinic/test_manage_erasures.py:test_the_list_asks_as_often_for_one_wish_as_for_thirty"
    ),
    "scheduling/views/manage_logs.py:access": (
        "clinic/test_manage_logs.py:test_a_log_asks_as_often_for_one_line_as_for_thirty"
    ),
    "scheduling/views/manage_logs.py:audit": (
        "clinic/test_manage_logs.py:test_a_log_asks_as_often_for_one_line_as_for_thirty"
    ),
    "scheduling/views/lots.py:lots": (
        "scheduling/test_lots.py:test_the_page_costs_the_same_at_one_and_at_thirty"
    ),
    "scheduling/views/outbox.py:messages": (
        "scheduling/test_send_messages.py:test_the_list_asks_as_often_for_one_message_as_for_thirty"
    ),
    "scheduling/views/proposals.py:page": (
        "scheduling/test_proposals.py:test_the_page_costs_the_same_at_one_and_at_thirty"
    ),
    "scheduling/views/review.py:review": (
        "scheduling/test_review_pages.py:test_the_queue_asks_the_same_questions_however_many_plans_wait"
    ),
    "scheduling/views/lab.py:lab": (
        "scheduling/test_lab_pages.py:test_the_lab_takes_the_same_queries_however_many_drafts"
    ),
    "scheduling/views/absences.py:absences": (
        "scheduling/test_absences.py:test_the_absences_ask_so_many_questions"
    ),
    "scheduling/views/affected.py:affected": (
        "scheduling/test_affected.py:test_what_is_affected_takes_ten_questions"
    ),
    "scheduling/views/due.py:due_list": (
        "scheduling/test_waitlist_pages.py:test_the_due_page_asks_so_many_questions"
    ),
    "scheduling/views/absences.py:absence": (
        "scheduling/test_lists.py:test_what_an_absence_disturbs_asks_so_many_questions"
    ),
    "scheduling/views/calendar.py:calendar_day": (
        "scheduling/test_calendar.py:test_a_day_asks_the_same_questions_for_1_and_for_30_visits"
    ),
    "scheduling/views/calendar.py:calendar_week": (
        "scheduling/test_calendar.py:test_a_week_asks_the_same_questions_for_1_and_for_30_visits"
    ),
    "scheduling/views/find.py:find": ("scheduling/test_lists.py:test_what_is_found_asks_so_many_questions"),
    "scheduling/views/manage_places.py:places": (
        "clinic/test_manage_places.py:test_the_list_asks_as_often_for_one_room_as_for_thirty"
    ),
    "scheduling/views/manage_places.py:place": (
        "scheduling/test_lists.py:test_a_managers_place_asks_so_many_questions"
    ),
    "scheduling/views/manage_providers.py:provider": (
        "scheduling/test_lists.py:test_a_managers_provider_asks_so_many_questions"
    ),
    "scheduling/views/patient_asking.py:my_questions": (
        "scheduling/test_my_asking.py:test_questions_cost_the_same_at_1_and_at_30"
    ),
    "scheduling/views/patient_events.py:my_events": (
        "scheduling/test_lists.py:test_a_patients_days_ask_so_many_questions"
    ),
    "scheduling/views/patient_plan.py:my_visits": (
        "scheduling/test_my_plan.py:test_the_lists_of_visits_cost_the_same_at_1_and_at_30"
    ),
    "scheduling/views/patient_record.py:my_documents": (
        "scheduling/test_lists.py:test_a_patients_documents_ask_so_many_questions"
    ),
    "scheduling/views/review.py:review_plan": (
        "scheduling/test_review_pages.py:test_the_queue_asks_the_same_questions_however_many_plans_wait"
    ),
    "scheduling/views/proposals.py:proposals": (
        "scheduling/test_proposals.py:test_the_page_costs_the_same_at_one_and_at_thirty"
    ),
    "scheduling/views/patients.py:patient": (
        "scheduling/test_plan_pages.py:test_a_patients_page_asks_the_same_questions_however_many_plans"
    ),
    "scheduling/views/today.py:today": "scheduling/test_today.py:test_the_board_asks_so_many_questions",
    "scheduling/views/transfers.py:transfer": (
        "scheduling/test_transfers.py:test_the_page_asks_the_same_questions_however_many_plans"
    ),
    "scheduling/views/waitlist.py:waitlist": (
        "scheduling/test_waitlist_pages.py:test_the_waitlist_asks_so_many_questions"
    ),
    "scheduling/views/waitlist.py:freed": (
        "scheduling/test_waitlist_pages.py:test_whom_a_time_suits_asks_so_many_questions"
    ),
    **{
        f"treatments/views/{view}": (
            "treatments/test_pages.py:test_a_list_takes_the_same_queries_at_1_and_at_30_rows"
        )
        for view in (
            "catalogue.py:catalogue",
            "catalogue.py:findings",
            "catalogue.py:products",
            "confirming.py:health",
            "practice.py:practice_settings",
            "practice.py:separations",
        )
    },
}
PLAN = "the sessions, visits and events of one plan, which is read as one"
VISIT = "the steps, sessions and doses of one visit"
PROTOCOL = "the numbers of one protocol"
SHIPPED = "what is shipped with the software"
BOUNDED = {
    "clinic/views/work.py:work": "the roles of one person",
    "treatments/views/catalogue.py:practice_rules": SHIPPED,
    "treatments/views/catalogue.py:references": SHIPPED,
    "treatments/views/catalogue.py:differences": "the protocols that differ from the shipped ones",
    "treatments/views/protocols.py:protocol": PROTOCOL,
    "treatments/views/protocols.py:protocol_edit": PROTOCOL,
    "treatments/views/protocols.py:version": PROTOCOL,
    "scheduling/views/absences.py:absence_replan": "one plan at a time",
    "scheduling/views/booking.py:wishes": "the days and providers of a form",
    "scheduling/views/booking.py:replan": PLAN,
    "scheduling/views/calendar.py:calendar_move": "the three nearest times",
    "scheduling/views/chairside.py:card": VISIT,
    "scheduling/views/chairside.py:complete": VISIT,
    "scheduling/views/composer.py:plan_new": PLAN,
    "scheduling/views/composer.py:plan_edit": PLAN,
    "scheduling/views/doses.py:doses": VISIT,
    "scheduling/views/gallery.py:gallery": "made-up rows, no table behind them",
    "scheduling/views/lab.py:lab_sign": PROTOCOL,
    "scheduling/views/lab_impact.py:lab_impact": "eight plans an answer; test_lab_pages counts 1 and 7",
    "scheduling/views/lab_migrate.py:lab_plan": PLAN,
    "scheduling/views/manage_erasures.py:erasure": "what stands in the way of one wish",
    "scheduling/views/manage_messages.py:message_list": SHIPPED,
    "scheduling/views/manage_messages.py:message": "the versions of one text",
    "scheduling/views/patient_asking.py:my_check_ins": "three questions for each visit of ten weeks",
    "scheduling/views/patient_asking.py:my_check_in": "the answers of a form",
    "scheduling/views/patient_asking.py:my_check_in_done": "the answers of one check-in",
    "scheduling/views/patient_events.py:my_event_new": PLAN,
    "scheduling/views/patient_events.py:my_event": PLAN,
    "scheduling/views/patient_plan.py:my_plan": PLAN,
    "scheduling/views/patient_plan.py:my_visit": VISIT,
    "scheduling/views/patient_plan.py:my_visit_move": "the safe days of one visit",
    "scheduling/views/patient_record.py:my_document": PLAN,
    "scheduling/views/patient_record.py:my_care": SHIPPED,
    "scheduling/views/patient_record.py:my_preferences": "the days and providers of a form",
    "scheduling/views/patient_record.py:my_data": "a patient's wishes for erasure, one open at a time",
    "scheduling/views/plans.py:plan": PLAN,
    "scheduling/views/plans.py:version": PLAN,
    "scheduling/views/plans.py:session": PLAN,
    "scheduling/views/plans.py:day": PLAN,
    "scheduling/views/plans.py:changes": PLAN,
    "scheduling/views/plans.py:plan_print": PLAN,
    "scheduling/views/times.py:visit_move": "the times of one day",
    "scheduling/views/times.py:visit_new": "the times of one day",
    "scheduling/views/toxin.py:toxin": "what one patient had elsewhere in three months",
    "scheduling/views/visits.py:visit": VISIT,
}
COUNTED = "django_assert_num_queries"
TEMPLATES = ROOT / "templates"
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
INCLUDE = re.compile(r'{% include "([^"]+)"')


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """The functions of a file by name."""
    tree = ast.parse(path.read_text())
    return {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def names(node: ast.AST) -> set[str]:
    """The plain names that stand in a piece of code, arguments included."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {
        one.arg for one in ast.walk(node) if isinstance(one, ast.arg)
    }


def lists() -> set[str]:
    """The pages that somebody may GET whose templates repeat something."""
    return {
        f"{path.relative_to(ROOT)}:{name}"
        for package in ("clinic", "treatments", "scheduling")
        for path in (ROOT / package / "views").glob("*.py")
        for name, function in functions(path).items()
        if function.decorator_list and "require_POST" not in names_over(function)
        if any(repeats(one) for one in templates(functions(path), name, set()))
    }


def names_over(function: ast.FunctionDef) -> set[str]:
    """The names of a view's decorators."""
    return {
        node.id for one in function.decorator_list for node in ast.walk(one) if isinstance(node, ast.Name)
    }


def templates(known: dict[str, ast.FunctionDef], name: str, seen: set[str]) -> set[str]:
    """The templates that a function of a file draws, by itself or by others of the file."""
    if name in seen:
        return set()
    seen.add(name)
    texts = {one.value for one in ast.walk(known[name]) if isinstance(one, ast.Constant)}
    drawn = {one for one in texts if isinstance(one, str) and one.endswith(".html")}
    return drawn.union(*(templates(known, one, seen) for one in names(known[name]) & set(known)))


@cache
def repeats(template: str) -> bool:
    """Whether a template, or one that it includes, repeats something."""
    path = TEMPLATES / template
    text = COMMENT.sub("", path.read_text()) if path.exists() else ""
    return "{% for " in text or any(repeats(one) for one in INCLUDE.findall(text) if one != template)


def counts(test: ast.FunctionDef) -> list[str]:
    """What a test allows its pages to ask, once for each time it counts."""
    calls = [one for one in ast.walk(test) if isinstance(one, ast.Call)]
    return [ast.unparse(one.args[0]) for one in calls if ast.unparse(one.func) == COUNTED]


def test_every_list_is_counted_or_says_what_bounds_it():
    assert lists() - set(LISTS) - set(BOUNDED) == set()
    assert set(BOUNDED) & set(LISTS) == set()
    assert set(BOUNDED) - lists() == set()


@pytest.mark.parametrize("view", LISTS)
def test_a_registered_list_is_a_view_whose_test_counts_at_1_and_at_30_rows(view):
    (path, name), (test_path, test_name) = view.split(":"), LISTS[view].split(":")
    test = functions(ROOT / "tests" / test_path)[test_name]
    counted = counts(test)

    assert name in functions(ROOT / path)
    assert len(set(counted)) == 1  # one number for few rows and for many
    assert len(counted) == 2 or "[1, 30]" in ast.unparse(test)
