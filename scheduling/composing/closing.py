"""Closing the first series of a plan that is changed: how a proposal comes into the composer."""

import re
from collections.abc import Mapping

from django.http import QueryDict

from scheduling.models import PlanVersion

CLOSED = re.compile(r"([a-z_]{1,40}\.[a-z_]{1,40}):([0-9]{1,2})", re.ASCII)
MOST = 12


def closing_of(data: QueryDict) -> dict[str, int]:
    """Read close=mesobotox.neck:0: a series and how many sessions ago it was closed; leave the rest out."""
    matches = (CLOSED.fullmatch(text) for text in data.getlist("close"))
    found = {match[1]: int(match[2]) for match in matches if match}
    return {key: ago for key, ago in found.items() if key.startswith("mesobotox.") and ago <= MOST}


def closing_words(closing: Mapping[str, int], base: PlanVersion) -> str:
    """The reason for the change, to begin with."""
    names = {one.key: str(one.name) for one in base.series.all()}
    listed = "; ".join(names[key] for key in closing if key in names)
    return f"The result holds: the next interval grows (R34, R36). {listed}"[:300]
