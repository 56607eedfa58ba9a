"""A recommendation as JSON that is kept, and the same recommendation read back, whatever changed since."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scheduling.planning.check import lay_out, terms
from scheduling.planning.problem import Problem
from scheduling.planning.solution import Solution
from scheduling.planning.wire import read_problem, write_problem
from treatments.routing import Want

from .intake import Away, Discussed, Event, Intake, Past, Stretch
from .recommendation import Because, Caution, Declined, Discuss, Expected, PlannedSeries, Recommendation

LISTED: Mapping[str, type] = {
    "declined": Declined,
    "discuss": Discuss,
    "warnings": Caution,
    "expectations": Expected,
}


def store(found: Recommendation) -> dict[str, Any]:
    """Everything of a recommendation that has a plan, as JSON; ValueError when it has none."""
    if found.solution is None or found.solution.terms is None:
        raise ValueError("only a recommendation with a plan can be kept")
    solution = found.solution
    return {
        "intake": write_intake(found.intake),
        "problem": write_problem(found.problem),
        "status": solution.status,
        "bound": solution.bound,
        "dates": [[day.isoformat() for day in days] for days in solution.dates],
        "series": [
            {
                "key": one.key,
                "severity": one.severity,
                "initial": one.initial,
                "because": [_fields(reason) for reason in one.because],
            }
            for one in found.series
        ],
        **{name: [_fields(one) for one in getattr(found, name)] for name in LISTED},
        "rules": [
            {"kind": kind, "series": series, "index": index, **_fields(reason)}
            for (kind, series, index), reason in found.rules.items()
        ],
    }


def restore(data: Mapping[str, Any]) -> Recommendation:
    """The recommendation that `store` wrote, to the last word, without asking today's library."""
    problem = read_problem(data["problem"])
    return Recommendation(
        intake=restore_intake(data["intake"]),
        problem=problem,
        solution=_solution(data, problem),
        series=tuple(
            PlannedSeries(one["key"], one["severity"], one["initial"], _each(Because, one["because"]))
            for one in data["series"]
        ),
        **{name: _each(kind, data[name]) for name, kind in LISTED.items()},
        rules={
            (one["kind"], one["series"], one["index"]): Because(one["rule"], one["text"], one["source"])
            for one in data["rules"]
        },
    )


def write_intake(intake: Intake) -> dict[str, Any]:
    """An intake as the contract's JSON: what `read_intake` reads."""
    found: dict[str, Any] = {
        "start": intake.start.isoformat(),
        "horizon_months": intake.horizon_months,
        "concerns": [_fields(want) for want in intake.concerns],
        "findings": list(intake.findings),
        "rounds": dict(intake.rounds),
        "history": [_past(past) for past in intake.history],
        "discussed": [
            {name: value for name, value in _fields(one).items() if value} for one in intake.discussed
        ],
        "events": [{"name": event.name, "date": event.date.isoformat()} for event in intake.events],
        "away": [{"from": away.first.isoformat(), "to": away.last.isoformat()} for away in intake.away],
        "weekdays": list(intake.weekdays),
        "preference": intake.preference,
    }
    if intake.age is not None:
        found["age"] = intake.age
    if intake.stretch is not None:
        found["stretch"] = _fields(intake.stretch)
    return found


def restore_intake(data: Mapping[str, Any]) -> Intake:
    """An intake that `write_intake` wrote; what was allowed then is not asked again."""
    day = date.fromisoformat
    stretch = data.get("stretch")
    return Intake(
        start=day(data["start"]),
        concerns=_each(Want, data["concerns"]),
        horizon_months=data["horizon_months"],
        age=data.get("age"),
        findings=tuple(data["findings"]),
        rounds=dict(data["rounds"]),
        stretch=Stretch(**stretch) if stretch else None,
        history=tuple(Past(**{**one, "date": day(one["date"])}) for one in data["history"]),
        discussed=_each(Discussed, data["discussed"]),
        events=tuple(Event(one["name"], day(one["date"])) for one in data["events"]),
        away=tuple(Away(day(one["from"]), day(one["to"])) for one in data["away"]),
        weekdays=tuple(data["weekdays"]),
        preference=data["preference"],
    )


def _solution(data: Mapping[str, Any], problem: Problem) -> Solution:
    dates = tuple(tuple(date.fromisoformat(text) for text in days) for days in data["dates"])
    return Solution(data["status"], dates, terms(problem, dates), lay_out(problem, dates), data["bound"])


def _past(past: Past) -> dict[str, Any]:
    found = {**_fields(past), "date": past.date.isoformat()}
    return found if not past.counts else {name: value for name, value in found.items() if name != "counts"}


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _each(kind: type, rows: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    return tuple(kind(**row) for row in rows)
