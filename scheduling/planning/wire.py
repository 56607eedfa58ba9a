"""The planning problem and its solution as JSON."""

from datetime import timedelta

from .problem import FourDates, Interval, Problem, Separation, Series, Session, Span, Target
from .reading import Malformed, Place, shown
from .solution import Conflict, Solution, Visit

__all__ = ["Malformed", "read_problem", "write_problem", "write_solution"]

LONGEST_YEARS = 15
MOST_SERIES = MOST_SESSIONS = 60


def read_problem(data: object) -> Problem:
    """Read parsed JSON into a problem; `Malformed` names the JSON path and what would be right."""
    place = Place(data)
    fields = place.fields(
        ("start", "end", "weekdays", "visit_cost", "series"),
        ("closed", "move_cost", "max_visit_minutes", "visit_overhead_minutes", "separations", "targets"),
    )
    start, end = fields["start"].day(), fields["end"].day()
    if end < start:
        raise fields["end"].wrong(f"the end lies before the start, {start}")
    if end - start > timedelta(days=366 * LONGEST_YEARS):
        raise fields["end"].wrong(f"at most {LONGEST_YEARS} years after the start")
    series = fields["series"].each(_series, most=MOST_SERIES)
    _refuse_twice(fields["series"], [one.key for one in series])
    limit = fields.get("max_visit_minutes")
    return Problem(
        start=start,
        end=end,
        weekdays=_weekdays(fields["weekdays"]),
        visit_cost=fields["visit_cost"].whole(),
        series=series,
        closed=fields["closed"].each(_span) if "closed" in fields else (),
        separations=fields["separations"].each(_separation) if "separations" in fields else (),
        targets=_targets(fields, {one.key for one in series}),
        move_cost=fields["move_cost"].whole() if "move_cost" in fields else 0,
        max_visit_minutes=None if limit is None or limit.value is None else limit.whole(),
        visit_overhead_minutes=fields["visit_overhead_minutes"].whole()
        if "visit_overhead_minutes" in fields
        else 0,
    )


def _weekdays(place: Place) -> tuple[int, ...]:
    days = place.each(lambda item: item.whole(1, 7), least=1, most=7)
    if len(set(days)) < len(days):
        raise place.wrong("a weekday stands twice")
    return tuple(sorted(days))


def _refuse_twice(place: Place, keys: list[str]) -> None:
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise Malformed(f"{place.path}[{index}].key", f"{shown(key)} is the key of an earlier series too")


def _series(place: Place) -> Series:
    fields = place.fields(
        ("key", "treatment", "area", "minutes", "sessions"), ("weight", "forbidden", "discouraged")
    )
    sessions = fields["sessions"].items(1, MOST_SESSIONS)
    return Series(
        key=fields["key"].text(),
        treatment=fields["treatment"].text(),
        area=fields["area"].text(),
        minutes=fields["minutes"].whole(),
        sessions=tuple(_session(item, index == 0) for index, item in enumerate(sessions)),
        weight=fields["weight"].whole() if "weight" in fields else 1,
        forbidden=fields["forbidden"].each(_span) if "forbidden" in fields else (),
        discouraged=fields["discouraged"].each(_priced_span) if "discouraged" in fields else (),
    )


def _session(place: Place, first: bool) -> Session:
    earliest = "earliest" if first else "minimum"
    fields = place.fields((earliest, "from", "to", "latest"), ("booked", "pinned"))
    booked = fields["booked"].day() if "booked" in fields and fields["booked"].value is not None else None
    pinned = fields["pinned"].flag() if "pinned" in fields else False
    if pinned and booked is None:
        raise fields["pinned"].wrong("a pinned session needs its booked date")
    names = (earliest, "from", "to", "latest")
    if not first:
        return Session(Interval(*(fields[name].duration() for name in names)), booked, pinned)
    days = [fields[name].day() for name in names]
    for index in range(1, len(names)):
        if days[index] < days[index - 1]:
            raise fields[names[index]].wrong(f"lies before {names[index - 1]!r}, {days[index - 1]}")
    return Session(FourDates(*days), booked, pinned)


def _range(fields: dict[str, Place], cost: int) -> Span:
    first, last = fields["from"].day(), fields["to"].day()
    if last < first:
        raise fields["to"].wrong(f"lies before 'from', {first}")
    return Span(first, last, fields["reason"].text(empty=True) if "reason" in fields else "", cost)


def _span(place: Place) -> Span:
    return _range(place.fields(("from", "to"), ("reason",)), 0)


def _priced_span(place: Place) -> Span:
    fields = place.fields(("from", "to", "cost"), ("reason",))
    return _range(fields, fields["cost"].whole())


def _separation(place: Place) -> Separation:
    fields = place.fields(("before", "after", "days"), ("same_visit", "reason"))
    return Separation(
        before=fields["before"].each(lambda item: item.text(), least=1),
        after=fields["after"].each(lambda item: item.text(), least=1),
        days=fields["days"].whole(),
        same_visit=fields["same_visit"].flag() if "same_visit" in fields else True,
        reason=fields["reason"].text(empty=True) if "reason" in fields else "",
    )


def _targets(fields: dict[str, Place], keys: set[str]) -> tuple[Target, ...]:
    def read(place: Place) -> Target:
        inner = place.fields(("series", "from", "to", "cost"), ("reason",))
        for item in inner["series"].items(1):
            if item.text() not in keys:
                known = ", ".join(shown(key) for key in sorted(keys)) or "none"
                raise item.wrong(f"no series has the key {shown(item.value)}; known: {known}")
        return Target(inner["series"].each(lambda item: item.text()), _range(inner, inner["cost"].whole()))

    return fields["targets"].each(read) if "targets" in fields else ()


def write_problem(problem: Problem) -> dict[str, object]:
    """The contract's JSON; `read_problem` of it is equal to the problem."""
    limit = {} if problem.max_visit_minutes is None else {"max_visit_minutes": problem.max_visit_minutes}
    return {
        "start": problem.start.isoformat(),
        "end": problem.end.isoformat(),
        "weekdays": list(problem.weekdays),
        "closed": [_write_span(span) for span in problem.closed],
        "visit_cost": problem.visit_cost,
        "move_cost": problem.move_cost,
        **limit,
        "visit_overhead_minutes": problem.visit_overhead_minutes,
        "series": [_write_series(series) for series in problem.series],
        "separations": [
            {
                "before": list(rule.before),
                "after": list(rule.after),
                "days": rule.days,
                "same_visit": rule.same_visit,
                "reason": rule.reason,
            }
            for rule in problem.separations
        ],
        "targets": [
            {"series": list(target.series), **_write_span(target.span), "cost": target.span.cost}
            for target in problem.targets
        ],
    }


def _write_span(span: Span) -> dict[str, object]:
    return {"from": span.first.isoformat(), "to": span.last.isoformat(), "reason": span.reason}


def _write_series(series: Series) -> dict[str, object]:
    return {
        "key": series.key,
        "treatment": series.treatment,
        "area": series.area,
        "minutes": series.minutes,
        "weight": series.weight,
        "sessions": [_write_session(session) for session in series.sessions],
        "forbidden": [_write_span(span) for span in series.forbidden],
        "discouraged": [{**_write_span(span), "cost": span.cost} for span in series.discouraged],
    }


def _write_session(session: Session) -> dict[str, object]:
    window = session.window
    if isinstance(window, FourDates):
        found: dict[str, object] = write_window(window)
    else:
        names = ("minimum", "from", "to", "latest")
        values = (window.minimum, window.start, window.end, window.latest)
        found = {name: str(value) for name, value in zip(names, values, strict=True)}
    if session.booked is not None:
        found |= {"booked": session.booked.isoformat(), "pinned": session.pinned}
    return found


def write_window(window: FourDates) -> dict[str, object]:
    """A window's four dates as JSON."""
    names = ("earliest", "from", "to", "latest")
    values = (window.earliest, window.start, window.end, window.latest)
    return {name: value.isoformat() for name, value in zip(names, values, strict=True)}


def write_solution(solution: Solution) -> dict[str, object]:
    """The contract's JSON of an answer."""
    if solution.status == "infeasible":
        return {"status": "infeasible", "conflict": [_write_conflict(one) for one in solution.conflict]}
    if solution.terms is None:
        return {"status": solution.status}
    terms = solution.terms
    bound = {} if solution.bound is None else {"bound": solution.bound}
    return {
        "status": solution.status,
        "cost": terms.total,
        **bound,
        "terms": {
            "visits": terms.visits,
            "drift": terms.drift,
            "discouraged": terms.discouraged,
            "moves": terms.moves,
            "missed_targets": terms.missed_targets,
        },
        "visits": [_write_visit(visit) for visit in solution.visits],
    }


def _write_visit(visit: Visit) -> dict[str, object]:
    return {
        "date": visit.date.isoformat(),
        "minutes": visit.minutes,
        "sessions": [
            {"series": placed.series, "number": placed.number, "window": write_window(placed.window)}
            for placed in visit.sessions
        ],
    }


def _write_conflict(conflict: Conflict) -> dict[str, object]:
    named = {"series": conflict.series, "number": conflict.number, "index": conflict.index}
    return {"kind": conflict.kind, **{name: value for name, value in named.items() if value is not None}}
