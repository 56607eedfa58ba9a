"""Random planning cases: intakes of 1 to 6 series over 12 to 24 months, and re-plans of their plans.

Run as `python -m benchmarks.cases DIRECTORY --count 200 --seed 1`. The same seed gives the same cases.
"""

import argparse
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

from dateutil.relativedelta import relativedelta

from scheduling.planning.solution import Solution
from scheduling.planning.solver import solve
from scheduling.planning.wire import read_problem

Json = dict[str, object]

MESOBOTOX = ("mesobotox", 30, ("P90D", "P3M", "P4M", "P5M"), {12: 3, 18: 4, 24: 5})
BOTOX = ("botox", 20, ("P90D", "P3M", "P104D", "P4M"), {12: 3, 18: 5, 24: 5})
NEEDLING = ("rf_microneedling", 60, ("P28D", "P4W", "P6W", "P8W"), {12: 3, 18: 3, 24: 3})
FILLER = {12: 2, 18: 2, 24: 2}
KINDS = {
    "chest": MESOBOTOX,
    "cheeks": MESOBOTOX,
    "neck": MESOBOTOX,
    "upper_face": BOTOX,
    "platysma": BOTOX,
    "perioral": ("dynamic_filler", 60, ("P28D", "P6M", "P9M", "P12M"), FILLER),
    "cheek_smile": ("dynamic_filler", 45, ("P28D", "P9M", "P12M", "P15M"), FILLER),
    "perioral skin": NEEDLING,
}
WINDOW = ("minimum", "from", "to", "latest")
# Days before an event: (forbidden from, discouraged from); the event's day is the last forbidden one.
EVENT_BANDS = {
    "mesobotox": (41, 62),
    "botox": (13, 27),
    "dynamic_filler": (13, 41),
    "rf_microneedling": (13, 27),
}
# (before, after, days, same visit)
SEPARATIONS = (
    (("botox", "mesobotox"), ("dynamic_filler",), 84, True, "lines do not show soon after toxin"),
    (("rf_microneedling",), ("botox", "mesobotox", "dynamic_filler"), 14, False, "skin healing"),
    (("dynamic_filler",), ("rf_microneedling",), 28, False, "gel and heat"),
    (("botox", "mesobotox"), ("rf_microneedling",), 14, False, "toxin settles"),
)
PATIENCE_SECONDS = 20.0


def intake(draw: random.Random) -> Json:
    """A random intake as the planning contract's JSON."""
    start = date(2027, 1, 1) + timedelta(days=draw.randrange(730))
    months = draw.choice((12, 18, 24))
    end = start + relativedelta(months=months)
    length = (end - start).days
    areas = draw.sample(sorted(KINDS), draw.randint(1, 6))
    events = [start + timedelta(days=draw.randint(80, length - 7)) for _ in range(draw.choice((0, 0, 1, 2)))]
    series = [_series(draw, area, start, months, events) for area in areas]
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "weekdays": draw.choice(([1, 2, 3, 4, 5], [1, 3, 5], [2, 4], [1, 2, 3, 4, 5, 6])),
        "closed": [_away(draw, start, length) for _ in range(draw.choice((0, 1, 2, 4)))],
        "visit_cost": draw.choice((3, 21, 60)),
        "move_cost": 14,
        "max_visit_minutes": draw.choice((90, 120, 150, 240)),
        "visit_overhead_minutes": 20,
        "series": series,
        "separations": [
            {"before": [*before], "after": [*after], "days": days, "same_visit": same, "reason": reason}
            for before, after, days, same, reason in SEPARATIONS
        ],
        "targets": [
            _target(draw, one["key"], event)
            for event in events
            for one in series
            if one["treatment"] == "botox" and draw.random() < 0.66
        ],
    }


def _series(draw: random.Random, area: str, start: date, months: int, events: list[date]) -> Json:
    treatment, minutes, interval, counts = KINDS[area]
    area = area.removesuffix(" skin")
    first = start + timedelta(days=draw.choice((0, 0, 0, 7, 30)))
    later = [dict(zip(WINDOW, interval, strict=True)) for _ in range(counts[months] - 1)]
    opening = _dates(earliest=first, **{"from": first}, to=first + timedelta(days=14))
    opening["latest"] = (first + timedelta(days=draw.choice((42, 70)))).isoformat()
    far, near = EVENT_BANDS[treatment][1], EVENT_BANDS[treatment][0]
    return {
        "key": f"{treatment}.{area}",
        "treatment": treatment,
        "area": area,
        "minutes": minutes,
        "weight": draw.choice((1, 1, 1, 2)),
        "sessions": [opening, *later],
        "forbidden": [_range(event - timedelta(days=near), event, "event") for event in events],
        "discouraged": [
            {**_range(event - timedelta(days=far), event - timedelta(days=near + 1), "event"), "cost": 20}
            for event in events
        ],
    }


def _target(draw: random.Random, key: object, event: date) -> Json:
    span = _range(event - timedelta(days=56), event - timedelta(days=28), "event")
    return {"series": [key], **span, "cost": draw.choice((20, 40))}


def _away(draw: random.Random, start: date, length: int) -> Json:
    first = start + timedelta(days=draw.randrange(length))
    return _range(first, first + timedelta(days=draw.randint(2, 20)), "away")


def _range(first: date, last: date, reason: str) -> Json:
    return {**_dates(**{"from": first, "to": last}), "reason": reason}


def _dates(**days: date) -> Json:
    return {name: day.isoformat() for name, day in days.items()}


def replan(draw: random.Random, problem: Json, plan: Solution) -> Json:
    """The intake again with its plan booked, and a new closure or one session pinned to another day."""
    again = json.loads(json.dumps(problem))
    for series, days in zip(again["series"], plan.dates, strict=True):
        for session, day in zip(series["sessions"], days, strict=True):
            session["booked"] = day.isoformat()
    again["move_cost"] = draw.choice((5, 14, 40))
    session = draw.choice(draw.choice(again["series"])["sessions"])
    booked = date.fromisoformat(session["booked"])
    if draw.random() < 0.4:
        first = booked - timedelta(days=draw.randint(0, 9))
        again["closed"].append(_range(first, first + timedelta(days=draw.randint(3, 12)), "provider away"))
    else:
        moved = max(booked + timedelta(days=draw.randint(-7, 28)), date.fromisoformat(again["start"]))
        session |= {"booked": moved.isoformat(), "pinned": True}
    return again


def cases(count: int, seed: int) -> Iterator[tuple[str, Json]]:
    """`count` named problems; about every third is a re-plan of the one before it."""
    made = number = 0
    while made < count:
        draw = random.Random(f"{seed}/{number}")
        problem = intake(draw)
        yield f"{number:05}", problem
        made += 1
        if made < count and draw.random() < 0.5:
            limit = monotonic() + PATIENCE_SECONDS
            plan = solve(read_problem(problem), stop=lambda limit=limit: monotonic() > limit)
            if plan.dates:
                yield f"{number:05}r", replan(draw, problem, plan)
                made += 1
        number += 1


def main() -> None:
    parser = argparse.ArgumentParser(description="Write random planning cases as JSON files.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, problem in cases(options.count, options.seed):
        (options.directory / f"{name}.json").write_text(json.dumps({"problem": problem}) + "\n")


if __name__ == "__main__":
    main()
