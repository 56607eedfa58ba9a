"""This planner beside two CP-SAT models on the same cases, in one run with one worker each.

Run as `python benchmarks/planning.py [--quick] [--json FILE] [--limit SECONDS] [--cases DIRECTORY]`.
Each planner is timed from the problem to the proof of both levels of the optimum (least cost, then least
day sum), the building of its model included, and given up after the time limit. The exit status is 1 when
answers disagree.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cpsat import Model
from benchmarks.order_model import OrderModel
from benchmarks.plain_model import PlainModel
from benchmarks.standing import Measured, as_json, disagreements, summary, table
from scheduling.planning.problem import Problem
from scheduling.planning.solver import solve
from scheduling.planning.wire import read_problem

Cases = dict[str, tuple[Problem, Measured | None]]

CASES = Path(__file__).resolve().parent.parent / "tests" / "data" / "planning-cases"
OURS = "this planner"
LIMIT_SECONDS, QUICK_LIMIT_SECONDS = 60.0, 10.0
QUICK_SECONDS = 42.0
QUICK_CASES = 9


def ours(problem: Problem, limit: float) -> Measured:
    """Time this planner; `limit` in seconds."""
    begin = monotonic()
    solution = solve(problem, stop=lambda: monotonic() > begin + limit)
    seconds = monotonic() - begin
    if solution.cost is None:
        return Measured(solution.status, seconds)
    return Measured(solution.status, seconds, solution.cost, solution.day_sum(problem.start))


def theirs(model: type[Model]) -> Callable[[Problem, float], Measured]:
    """Time a CP-SAT model, built within the same limit."""

    def measure(problem: Problem, limit: float) -> Measured:
        begin = monotonic()
        built = model(problem)
        answer = built.solve(begin + limit - monotonic())
        return Measured(answer.status, monotonic() - begin, answer.cost, answer.day_sum)

    return measure


PLANNERS = {
    OURS: ours,
    "CP-SAT, order encoding": theirs(OrderModel),
    "CP-SAT, straightforward": theirs(PlainModel),
}


def read_cases(folder: Path) -> Cases:
    """Every case with its known answer, where it holds one."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        case = json.loads(path.read_text())
        if not isinstance(case, dict) or "problem" not in case:
            continue
        known = case.get("expected")
        expected = known and Measured(known["status"], 0.0, known.get("cost"), known.get("day_sum"))
        found[path.stem] = (read_problem(case["problem"]), expected)
    return found


def few(cases: Cases) -> Cases:
    """A few cases, evenly spread over the half with the fewest sessions."""
    names = sorted(cases, key=lambda name: sum(len(one.sessions) for one in cases[name][0].series))
    smaller = names[: max(QUICK_CASES, len(names) // 2)]
    count = min(QUICK_CASES, len(smaller))
    return {name: cases[name] for name in (smaller[len(smaller) * n // count] for n in range(count))}


def measure_all(cases: Cases, limit: float, until: float) -> Iterator[tuple[str, dict[str, Measured]]]:
    """Time every planner on every case; none is begun that could end after `until`, but the first."""
    for number, (name, (problem, _)) in enumerate(cases.items()):
        if number and monotonic() + limit * len(PLANNERS) > until:
            return
        yield name, {planner: measure(problem, limit) for planner, measure in PLANNERS.items()}


def progress(case: str, answers: dict[str, Measured]) -> None:
    """Tell on standard error what a case took."""
    times = ", ".join(f"{name} {one.status} {one.seconds:.2f} s" for name, one in answers.items())
    print(f"{case}: {times}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few cases, 10 s each, under 45 s in all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to this file")
    parser.add_argument(
        "--limit",
        type=float,
        default=LIMIT_SECONDS,
        metavar="SECONDS",
        help="give a case up after these (60)",
    )
    parser.add_argument("--cases", type=Path, default=CASES, metavar="DIRECTORY", help="the cases to plan")
    return parser.parse_args()


def main() -> int:
    begin, options = monotonic(), arguments()
    cases = read_cases(options.cases)
    if not cases:
        print(f"{options.cases} holds no planning case (a JSON file with a problem)", file=sys.stderr)
        return 2
    limit, until = options.limit, float("inf")
    if options.quick:
        limit, until = QUICK_LIMIT_SECONDS, begin + QUICK_SECONDS
        cases = few(cases)
    measured: dict[str, dict[str, Measured]] = {}
    for name, answers in measure_all(cases, limit, until):
        progress(name, answers)
        measured[name] = answers
    return report(cases, measured, options.json)


def report(
    cases: Cases,
    measured: dict[str, dict[str, Measured]],
    file: Path | None,
) -> int:
    """Print the table and every disagreement; write all of it to `file` when there is one."""
    wrong = []
    for name, answers in measured.items():
        expected = cases[name][1]
        wrong += disagreements(name, [*([("the case", expected)] if expected else []), *answers.items()])
    summaries = {
        planner: summary([answers[planner] for answers in measured.values()]) for planner in PLANNERS
    }
    print(table(summaries, len(measured), OURS))
    print()
    print("\n".join(wrong) if wrong else "Every answer agrees with every other, and with the proven ones.")
    if file:
        file.write_text(json.dumps(as_json(measured, summaries, wrong), indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
