"""Which window each session has: initial sessions, taper, and Botox spaced out (R11 to R13, R33 to R35)."""

from dataclasses import dataclass
from datetime import date

from scheduling.planning.durations import Duration
from scheduling.planning.problem import Interval
from treatments.protocols import Protocol, Window

GATE_TOLERANCE_DAYS = 3  # four times three months, clipped at month ends, may fall short of a year by this


@dataclass(frozen=True, slots=True)
class Course:
    """How a patient goes through a protocol.

    `done` sessions lie behind the patient; `rounds` sets the initial sessions still to come: 0 closes the
    first series with the last session given, -1 with the one before it, and so on. `gate` is how many
    months Botox keeps its regular rhythm, counted from `run_start`; None leaves the gate open.
    """

    protocol: Protocol
    severity: str
    done: int = 0
    rounds: int | None = None
    stretched: bool = False
    gate: int | None = None
    run_start: date | None = None

    @property
    def initial(self) -> int:
        """The initial sessions of the whole course, those behind the patient included."""
        if self.rounds is not None:
            return self.done + self.rounds
        return self.protocol.sessions.at(self.severity)

    @property
    def regular(self) -> Window:
        """The window between initial sessions."""
        mild = self.protocol.window_mild
        return mild if mild is not None and self.severity == "mild" else self.protocol.window

    @property
    def closed(self) -> bool:
        """Whether a provider closed the first series (R22, R36)."""
        return self.rounds is not None and self.rounds <= 0

    @property
    def single(self) -> bool:
        """Whether one session was asked for, a plan of its own (R35)."""
        return self.rounds == 1

    def opens(self, earliest: date) -> bool:
        """Whether an interval that starts on `earliest` at the soonest may be longer than regular (R13)."""
        if self.gate is None:
            return True
        if self.run_start is None:
            return False
        year = Duration(months=self.gate).after(self.run_start)
        return (year - earliest).days <= GATE_TOLERANCE_DAYS

    def stretches(self, earliest: date) -> bool:
        """Whether the interval that starts on `earliest` at the soonest is stretched (R12)."""
        return self.stretched and self.protocol.maintenance == "regular" and self.opens(earliest)

    def interval(self, number: int, earliest: date, stretched_before: int = 0) -> Interval | None:
        """The window of session `number` (from 1, done ones included), or None when there is none.

        `earliest` is the soonest day of the session before it, `stretched_before` how many intervals were
        stretched already.
        """
        if self.protocol.maintenance == "regular":
            if number > self.initial and self.single:
                return None
            if self.stretches(earliest):
                return stepped(self.protocol, stretched_before + 1)
            return self._held()
        if number <= self.initial:
            return interval_of(self.regular)
        if self.single or self.protocol.maintenance == "none":
            return None
        return stepped(self.protocol, number - self.initial)

    def _held(self) -> Interval:
        """The regular window; while stretching waits for the year, sessions may not cut it short."""
        window = self.regular
        if self.stretched:
            window = Window(window.start, window.start, window.end, window.latest)
        return interval_of(window)


def interval_of(window: Window) -> Interval:
    """A protocol's window as the planner counts it."""
    texts = (window.minimum, window.start, window.end, window.latest)
    return Interval(*(Duration.parse(text) for text in texts))


def stepped(protocol: Protocol, step: int) -> Interval | None:
    """The `step`-th interval of the taper, from 1; past its last each is longer by `taper_step`."""
    if not protocol.taper:
        return None
    last = len(protocol.taper)
    interval = interval_of(protocol.taper[min(step, last) - 1])
    if step <= last or protocol.taper_step is None:
        return interval
    more = Duration.parse(protocol.taper_step)
    parts = (interval.minimum, interval.start, interval.end, interval.latest)
    return Interval(*(_sum(part, more, step - last) for part in parts))


def _sum(duration: Duration, more: Duration, times: int) -> Duration:
    return Duration(
        duration.years + times * more.years,
        duration.months + times * more.months,
        duration.weeks + times * more.weeks,
        duration.days + times * more.days,
    )
