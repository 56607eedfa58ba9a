"""A visit at another time with later visits moved along: shown as a whole before anything is moved."""

from collections.abc import Iterator
from functools import cached_property

from scheduling.booking_page.replan import Replan
from scheduling.course.wanted import Wanted
from scheduling.guard.rules import against
from scheduling.models import Booking
from scheduling.patient_page.moving import LaterLine, MovePage
from scheduling.planning.reasons import spoken
from scheduling.time_limit import stop_after

SECONDS = 2.0


class Along:
    """What moving a visit does to the later visits that would break a rule where they are."""

    def __init__(self, page: MovePage, wanted: Wanted):
        self.page, self.wanted, self.situation = page, wanted, page.situation
        first = min(wanted.unit, page.booking.unit)
        earlier = [one.pk for one in self.situation.standings.bookings if one.unit < first]
        self.replan = Replan(self.situation, earlier, wanted, stop_after(SECONDS))

    @cached_property
    def is_safe(self) -> bool:
        """Whether every visit keeps its sessions at a time that breaks no rule."""
        found = self.replan.difference
        if found.unplaced or found.dropped or found.new:
            return False
        return not against(self.situation, self.replan.order().wanted)

    @property
    def signed(self) -> str:
        """The whole change for the form that carries it out: exactly what is shown."""
        return self.replan.signed

    @property
    def lines(self) -> tuple[LaterLine, ...]:
        """Every other coming visit before and after, in order of time."""
        return tuple(line for _, line in sorted(self._lines(), key=lambda one: one[0]))

    def _lines(self) -> Iterator[tuple[int, LaterLine]]:
        for one in self.replan.difference.moved:
            after = f"{spoken(one.wanted.date)}, {one.wanted.starts}"
            yield one.wanted.unit, LaterLine(names_of(one.booking), when(one.booking), after)
        for booking in self.replan.difference.kept:
            if booking.unit > self.page.booking.unit and booking.pk != self.page.booking.pk:
                yield booking.unit, LaterLine(names_of(booking), when(booking), when(booking))


def names_of(booking: Booking) -> tuple[str, ...]:
    """What is treated at a visit."""
    return tuple(str(one.name) for one in booking.sessions.all() if one.is_live)


def when(booking: Booking) -> str:
    """When a visit is."""
    return f"{spoken(booking.date)}, {booking.starts}"
