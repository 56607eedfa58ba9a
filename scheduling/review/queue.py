"""The plans that wait for a provider's word: those that leave the rules first, then the oldest."""

from dataclasses import dataclass

from django.db.models import QuerySet

from clinic.models import Patient
from scheduling.models import Plan, PlanVersion
from scheduling.review.briefs import Brief, briefs
from scheduling.review.waits import Waits

SHOWN = 60  # lines of the list beside the card; the rest is counted


@dataclass(frozen=True, slots=True)
class InLine:
    """A waiting version as the list shows it, with its figures; it comes without its content."""

    version: PlanVersion
    brief: Brief

    @property
    def plan(self) -> Plan:
        """Its plan."""
        return self.version.plan

    @property
    def patient(self) -> Patient:
        """Whose it is."""
        return self.version.plan.patient


@dataclass(frozen=True, slots=True)
class Queue:
    """The waiting plans in order, and the one that is looked at; None when nothing waits.

    `place` is where that one stands, counted from 0.
    """

    waiting: tuple[InLine, ...]
    current: Waits | None
    place: int = 0

    @property
    def before(self) -> InLine | None:
        """The plan before the current one."""
        return self.waiting[self.place - 1] if self.place else None

    @property
    def after(self) -> InLine | None:
        """The plan after the current one."""
        return next(iter(self.waiting[self.place + 1 : self.place + 2]), None)

    @property
    def next(self) -> InLine | None:
        """Where to go on once the current plan is decided: the one after it, or the first of the others."""
        others = (one for at, one in enumerate(self.waiting) if at != self.place)
        return self.after or next(others, None)

    @property
    def to_look_at(self) -> int:
        """How many of them leave the recommended way."""
        return sum(bool(one.brief.count) for one in self.waiting)

    @property
    def shown(self) -> tuple[InLine, ...]:
        """The lines beside the card: as many as a page bears, the current one among them."""
        first = max(0, min(self.place - SHOWN // 2, len(self.waiting) - SHOWN))
        return self.waiting[first : first + SHOWN]

    @property
    def more(self) -> int:
        """How many wait that are not shown."""
        return len(self.waiting) - len(self.shown)


def queue_of(versions: QuerySet[PlanVersion], plan: int | None = None) -> Queue:
    """Order proposed versions; `plan` is the id of the one to look at, the first of all without one.

    Only the one that is looked at is read as a whole, in four queries; the list is one, and three more when
    it holds versions that nobody looked at yet.
    """
    rows = list(versions.select_related("plan__patient").defer("content").order_by("proposed_at", "pk"))
    each = [InLine(one, brief) for one, brief in zip(rows, briefs(rows), strict=True)]
    each.sort(key=lambda one: -one.brief.weight)
    places = (at for at, one in enumerate(each) if plan in (None, one.plan.pk))
    place = next(places, None)
    if place is None:
        return Queue(tuple(each), None)
    whole = PlanVersion.objects.with_details().get(pk=each[place].version.pk)
    return Queue(tuple(each), Waits(whole), place)
