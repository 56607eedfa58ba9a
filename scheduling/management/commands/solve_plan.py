"""Solve a planning problem: manage.py solve_plan problem.json, or - for standard input.

Prints the solution as JSON: the best plan with its proof, or the constraints that cannot hold together.
Exit status 2 and one line that names the JSON path when the problem is malformed; 1 when the time ran
out with neither plan nor proof. With --lines every line is a problem; all are read before the first is
solved, so that a malformed line leaves nothing on standard output.
"""

from scheduling.intake.strict_json import read_json
from scheduling.management.planning_command import PlanningCommand
from scheduling.planning.problem import Problem
from scheduling.planning.reading import Malformed
from scheduling.planning.solver import solve
from scheduling.planning.wire import read_problem, write_solution
from scheduling.time_limit import stop_after


class Command(PlanningCommand):
    """Solves problems."""

    help = __doc__
    what = "a planning problem"

    def add_arguments(self, parser):
        """Name the file, the time and the batch mode."""
        super().add_arguments(parser)
        parser.add_argument(
            "--lines", action="store_true", help="one problem per line, one solution per line"
        )

    def answer(self, content: bytes, options: dict) -> bool:
        """Solve one problem, or one for every line."""
        problems = read_lines(content) if options["lines"] else [read_problem(read_json(content))]
        undecided = False
        for problem in problems:
            solution = solve(problem, stop_after(options["seconds"]))
            self.print_json(write_solution(solution), indent=None if options["lines"] else 2)
            undecided |= solution.status == "unknown"
        return undecided


def read_lines(content: bytes) -> list[Problem]:
    """The problem of every line; Malformed names the line."""
    found = []
    for number, line in enumerate(content.rstrip().split(b"\n"), start=1):
        try:
            found.append(read_problem(read_json(line)))
        except Malformed as error:
            raise Malformed(f"line {number}: {error.path}", error.message) from None
    return found
