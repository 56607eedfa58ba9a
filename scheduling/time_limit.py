"""How long the planner may think: the only clock it is ever given."""

import time
from collections.abc import Callable

# Seconds the planner may take over the free times: what asks for it is to be done in two.
ARRANGING = 1.0


def stop_after(seconds: float) -> Callable[[], bool] | None:
    """A question for the planner that answers True once the time is over; None, no limit, for 0."""
    if not seconds > 0:
        return None
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
