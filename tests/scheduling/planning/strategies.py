"""Small random planning problems, odd in every way the model allows, that brute force can still judge."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from scheduling.planning.durations import Duration
from scheduling.planning.problem import (
    FourDates,
    Interval,
    Problem,
    Separation,
    Series,
    Session,
    Span,
    Target,
)

# The same examples on every machine; raise `max_examples` to look further.
JUDGED = settings(max_examples=80, derandomize=True, deadline=None, database=None)
GLANCED = settings(JUDGED, max_examples=30)

TREATMENTS = ("toxin", "filler", "needling")
STARTS = (date(2028, 1, 29), date(2027, 1, 31), date(2027, 12, 30), date(2028, 2, 28), date(2027, 6, 1))
# How many lists of dates brute force is given to try, about.
MOST_LISTS = 4_000
# Sessions of each series.
SHAPES = (
    (1,), (2,), (3,), (4,), (1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (4, 2), (4, 4), (1, 1, 1), (2, 2, 1),
    (2, 2, 2), (3, 2, 2), (3, 3, 1), (4, 3, 2), (1, 1, 1, 1), (2, 2, 1, 1), (2, 2, 2, 2), (3, 2, 1, 1),
    (3, 3, 3, 3),
)  # fmt: skip


@st.composite
def spans(draw, start: date, length: int, costs: tuple[int, ...] = (0,)):
    """A range that may begin before the start and end after the end."""
    first = start + timedelta(days=draw(st.integers(-2, length)))
    last = first + timedelta(days=draw(st.integers(0, max(1, length // 3))))
    return Span(first, last, "why", draw(st.sampled_from(costs)))


@st.composite
def first_windows(draw, start: date, length: int, width: int):
    earliest = draw(st.integers(-1, max(0, length // 4)))
    latest = earliest + draw(st.integers(1, width))
    inner = sorted(draw(st.lists(st.integers(earliest, latest), min_size=2, max_size=2)))
    return FourDates(*(start + timedelta(days=day) for day in (earliest, *inner, latest)))


@st.composite
def intervals(draw, most: int, width: int):
    """Days, weeks or months; `from` and `to` may lie outside of what the hard ends allow."""
    earliest = draw(st.integers(0, max(1, most)))
    latest = max(0, earliest + draw(st.integers(-1 if earliest > 9 else 1, width)))
    inner = sorted(draw(st.lists(st.integers(max(0, earliest - 3), latest + 3), min_size=2, max_size=2)))
    if earliest >= 12 and draw(st.booleans()):
        within = Duration(months=1, days=draw(st.integers(0, width)))
        start = draw(st.sampled_from((Duration(days=27), Duration(weeks=4), Duration(months=1))))
        return Interval(draw(st.sampled_from((Duration(days=28), Duration(months=1)))), start, within, within)
    days = [Duration(days=day) for day in (earliest, *inner, latest)]
    if earliest and earliest % 7 == 0:
        days[0] = Duration(weeks=earliest // 7)
    return Interval(*days)


@st.composite
def sessions(draw, start: date, length: int, count: int, width: int):
    found = []
    for number in range(count):
        later = intervals(length // count, width)
        window = draw(later if number else first_windows(start, length, width))
        booked = draw(st.integers(-1, length)) if draw(st.integers(0, 3)) == 0 else None
        day = None if booked is None else start + timedelta(days=booked)
        found.append(Session(window, day, day is not None and draw(st.integers(0, 3)) == 0))
    return tuple(found)


@st.composite
def series(draw, start: date, length: int, key: str, count: int, width: int):
    some = st.lists(spans(start, length), max_size=2)
    dear = st.lists(spans(start, length, (0, 1, 3, 10)), max_size=2)
    return Series(
        key=key,
        treatment=draw(st.sampled_from(TREATMENTS)),
        area=key,
        minutes=draw(st.sampled_from((0, 10, 20, 30))),
        sessions=draw(sessions(start, length, count, width)),
        weight=draw(st.sampled_from((0, 1, 1, 2, 5))),
        forbidden=tuple(draw(some) if draw(st.integers(0, 3)) == 0 else []),
        discouraged=tuple(draw(dear)),
    )


@st.composite
def separations(draw):
    """May name a treatment twice, on both sides, or one that no series has."""
    names = st.lists(st.sampled_from((*TREATMENTS, "laser")), min_size=1, max_size=3).map(tuple)
    return Separation(draw(names), draw(names), draw(st.integers(0, 6)), draw(st.booleans()), "why")


@st.composite
def targets(draw, start: date, length: int, keys: list[str]):
    named = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3).map(tuple))
    return Target(named, draw(spans(start, length, (0, 1, 4, 20))))


@st.composite
def problems(draw):
    start = draw(st.sampled_from(STARTS))
    counts = draw(st.sampled_from(SHAPES))
    length = (
        draw(st.integers(3, 30).map(lambda days: max(days, 4 * max(counts))))
        if draw(st.integers(0, 5))
        else 3
    )
    width = min(9, int(MOST_LISTS ** (1 / sum(counts))))
    keys = list("abcd"[: len(counts)])
    planned = [
        draw(series(start, length, key, count, width)) for key, count in zip(keys, counts, strict=True)
    ]
    if len(planned) > 1 and draw(st.integers(0, 2)) == 0:
        twin = planned[0]
        if len(twin.sessions) <= counts[-1]:
            planned[-1] = replace(twin, key=keys[-1])
    return Problem(
        start=start,
        end=start + timedelta(days=length),
        weekdays=draw(weekdays()),
        visit_cost=draw(st.sampled_from((0, 1, 3, 10))),
        series=tuple(planned),
        closed=tuple(
            draw(st.lists(spans(start, length // 2), max_size=2)) if draw(st.integers(0, 2)) == 0 else []
        ),
        separations=tuple(draw(st.lists(separations(), max_size=3)) if draw(st.booleans()) else []),
        targets=tuple(draw(st.lists(targets(start, length, keys), max_size=3))),
        move_cost=draw(st.sampled_from((0, 2, 7))),
        max_visit_minutes=draw(st.sampled_from((None, None, 25, 40, 50, 70))),
        visit_overhead_minutes=draw(st.sampled_from((0, 10))),
    )


@st.composite
def weekdays(draw):
    """Mostly many; a problem with few of them is seldom feasible."""
    dropped = draw(st.lists(st.integers(1, 7), max_size=3, unique=True))
    return tuple(day for day in range(1, 8) if day not in dropped)
