"""How long the planner may think: the only clock it is ever given."""

import time
from collections.abc import Callable


def stop_after(seconds: float) -> Callable[[], bool] | None:
    """A question for the planner that answers True once the time is over; None, no limit, for 0."""
    if not seconds > 0:
        return None
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
