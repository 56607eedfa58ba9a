"""A visit placed by itself breaks no rule of the visits placed before it, whichever comes first."""

from datetime import date, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from scheduling.arranging.arrange import Arranger
from scheduling.arranging.seats import Seats
from scheduling.availability.place import Calendar, Place
from scheduling.planning.problem import FourDates, Problem, Separation, Series, Session
from scheduling.planning.remaining import Remaining

ZONE = ZoneInfo("America/New_York")
START, END = date(2027, 1, 4), date(2027, 6, 30)
RF, FILLER = ("rf.lips", 1), ("filler.lips", 1)


@pytest.fixture
def arranger() -> Arranger:
    """RF and filler of the lips, four weeks apart when filler comes first."""
    session = (Session(FourDates(START, START, END, END)),)
    series = tuple(Series(key, key.split(".")[0], "lips", 30, session) for key, _ in (RF, FILLER))
    apart = Separation(("filler",), ("rf",), 28, reason="Filler settles first")
    problem = Problem(START, END, (1, 2, 3, 4, 5), 21, series, separations=(apart,))
    seats = Seats(Calendar(Place(()), 0, 0, {}), ZONE, 1, {})
    return Arranger(Remaining(problem, {}), seats, MappingProxyType({}), {})


@pytest.mark.parametrize(
    ("days", "kinds"), [(27, ["separation"]), (28, []), (0, []), (-7, [])], ids="{} days before RF".format
)
def test_the_earlier_of_two_visits_keeps_the_days_to_the_later_one(arranger, days, kinds):
    rf = START + timedelta(days=63)
    filler = rf - timedelta(days=days)

    against = arranger.breaks(filler, [FILLER], {RF: rf})

    assert [one.kind for one in against if one.kind != "weekdays"] == kinds
