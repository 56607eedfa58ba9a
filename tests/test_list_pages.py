"""Every list asks the database as much for 1 row as for 30; a new list fails here until its test is named."""

import ast
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
    "treatments/views/catalogue.py:catalogue": (
        "treatments/test_pages.py:test_a_list_takes_the_same_queries_at_1_and_at_30_rows"
    ),
}
COUNTED = "django_assert_num_queries"
NO_TABLE_BEHIND_IT = {"scheduling/views/gallery.py:gallery"}


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """The functions of a file by name."""
    tree = ast.parse(path.read_text())
    return {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def names(node: ast.AST) -> set[str]:
    """The plain names that stand in a piece of code, arguments included."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {
        one.arg for one in ast.walk(node) if isinstance(one, ast.arg)
    }


def paged() -> set[str]:
    """The views that page their rows."""
    return {
        f"{path.relative_to(ROOT)}:{name}"
        for package in ("clinic", "treatments", "scheduling")
        for path in (ROOT / package / "views").glob("*.py")
        for name, function in functions(path).items()
        if "Paginator" in names(function)
    }


def counts(test: ast.FunctionDef) -> list[str]:
    """What a test allows its pages to ask, once for each time it counts."""
    calls = [one for one in ast.walk(test) if isinstance(one, ast.Call)]
    return [ast.unparse(one.args[0]) for one in calls if ast.unparse(one.func) == COUNTED]


def test_every_paged_list_is_registered():
    assert paged() - NO_TABLE_BEHIND_IT - set(LISTS) == set()


@pytest.mark.parametrize("view", LISTS)
def test_a_registered_list_is_a_view_whose_test_counts_at_1_and_at_30_rows(view):
    (path, name), (test_path, test_name) = view.split(":"), LISTS[view].split(":")
    test = functions(ROOT / "tests" / test_path)[test_name]
    counted = counts(test)

    assert name in functions(ROOT / path)
    assert len(set(counted)) == 1  # one number for few rows and for many
    assert len(counted) == 2 or "[1, 30]" in ast.unparse(test)
