"""The catalogue as frozen classes: what the practice treats with, how often, and where each number is from.

A `Library` is read from the files of `treatments/library/` or built from database rows. Durations are
ISO 8601 date durations (P90D, P3M), days are calendar days, minutes minutes, doses the product's units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .citations import Citation

SEVERITIES = ("mild", "moderate", "severe")
OFFERED = ("offered", "only_with", "discuss")
MAINTENANCE = ("taper", "regular", "none")
REGIONS = ("face", "neck", "chest")
LEVELS = ("stop", "override", "discuss", "info")


@dataclass(frozen=True, slots=True)
class Window:
    """When the next session may come, counted from the session before it.

    Not before `minimum` and not after `latest` (both hard); `start` to `end` is recommended.
    """

    minimum: str
    start: str
    end: str
    latest: str


@dataclass(frozen=True, slots=True)
class Sessions:
    """How many sessions the initial series has, by severity; `maximum` None is open-ended."""

    mild: int
    moderate: int
    severe: int
    minimum: int
    maximum: int | None = None

    def at(self, severity: str) -> int:
        """The count for a severity of `SEVERITIES`."""
        return {"mild": self.mild, "moderate": self.moderate, "severe": self.severe}[severity]


@dataclass(frozen=True, slots=True)
class Dose:
    """The default dose of one session with its range, and the volume in mL where it matters."""

    amount: float
    low: float
    high: float
    unit: str
    volume_low: float | None = None
    volume_high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long a session may show or be felt, in days.

    `visible_*` is redness, swelling and small bumps, `bruise` the longest a bruise stays; `function_*`
    is restricted movement, as a band with a tail (R28 gives two edges, never one number).
    """

    visible_low: int
    visible_high: int
    bruise: int = 0
    function_low: int = 0
    function_high: int = 0
    function_tail: int = 0


@dataclass(frozen=True, slots=True)
class EventBand:
    """Days before an event: fewer than `blackout` no session, fewer than `warn` discouraged.

    From `warn` to `ideal`, both included, is the ideal time; `ideal` None means the earlier the better.
    """

    blackout: int
    warn: int
    ideal: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """A sentence a patient may read, and the rule it rests on."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How one treatment is given on one area.

    `window` spaces the initial sessions (`window_mild` in its place for mild findings), `taper` those
    after them; past its last step every duration grows by `taper_step` each time, or repeats without
    one. `maintenance` says what follows the initial sessions: the taper; sessions at the regular window,
    with the taper only once stretching was agreed; or none.
    `citations` holds one entry for every key of `numbers(protocol)`.
    """

    key: str
    treatment: str
    area: str
    sessions: Sessions
    window: Window
    minutes: int
    recovery: Recovery
    event: EventBand
    citations: Mapping[str, Citation]
    offered: str = "offered"
    only_with: str | None = None
    window_mild: Window | None = None
    taper: tuple[Window, ...] = ()
    taper_step: str | None = None
    maintenance: str = "taper"
    numbing_minutes: int = 0
    numbing_in_chair: bool = False
    dental_block: bool = False
    dose: Dose | None = None
    event_last: EventBand | None = None
    target_cost: int = 0
    weight: int = 1
    rules: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()

    @property
    def chair_minutes(self) -> int:
        """Minutes a session takes of its visit.

        Cream numbing that runs before the patient takes the chair, once for the whole visit, adds none.
        """
        return self.minutes + (self.numbing_minutes if self.numbing_in_chair else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentType:
    """A kind of treatment; `mark` is its colour and shape, `kind` toxin, filler or energy."""

    key: str
    name: str
    kind: str
    mark: str
    technique: str
    depth: str
    product: str = ""
    synonyms: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the face, the neck or the chest; `parts` are areas it takes in."""

    key: str
    name: str
    region: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product and its label; doses in units are never converted from one product to another."""

    key: str
    name: str
    treatments: tuple[str, ...]
    active: bool
    minimum_days: int
    label_units: Mapping[str, int]
    facts: tuple[str, ...]
    citations: Mapping[str, Citation]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparationRule:
    """What must lie between a treatment of `before` and a later one of `after`, in days (X1, X2, …).

    Fewer than `stop_days` is stopped, fewer than `clear_days` needs a discussion. `planned` rules keep
    the planner off every day before `clear_days`. `same_area` limits the rule to areas that overlap.
    """

    key: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    text: str
    level: str
    stop_days: int = 0
    clear_days: int = 0
    same_visit: bool = True
    same_area: bool = False
    planned: bool = False
    rules: tuple[str, ...] = ()
    citations: Mapping[str, Citation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """What a finding does to some treatments.

    `level`: stop (never), override (a physician may, with a reason) or discuss. `products` limits the
    rule to these; `areas` to these areas; `below_age` makes the patient's age the finding, in years.
    """

    key: str
    finding: str
    treatments: tuple[str, ...]
    level: str
    text: str
    areas: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    below_age: int | None = None
    citations: Mapping[str, Citation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PracticeRule:
    """One of the practice's rules R1 to R52, in our words.

    `kinds` are HARD, SOFT, TEXT, WARN, DISCUSS and DATA.
    """

    key: str
    kinds: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A number of the practice that belongs to no single treatment."""

    key: str
    value: int
    text: str
    citations: Mapping[str, Citation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything the practice can do, and by which rules; every mapping is in the order it is shown."""

    version: int
    treatments: Mapping[str, TreatmentType]
    areas: Mapping[str, Area]
    protocols: Mapping[str, Protocol]
    products: Mapping[str, Product]
    separations: Mapping[str, SeparationRule]
    findings: Mapping[str, FindingRule]
    rules: Mapping[str, PracticeRule]
    settings: Mapping[str, Setting]
    references: Mapping[str, str]

    def setting(self, key: str) -> int:
        """The value of a setting."""
        return self.settings[key].value

    def finding_keys(self) -> tuple[str, ...]:
        """The findings an intake may name, each once."""
        return tuple(dict.fromkeys(rule.finding for rule in self.findings.values() if rule.below_age is None))

    def overlap(self, one: str, other: str) -> bool:
        """Whether two areas share skin or muscle: upper face and glabella do."""
        parts = [{key, *(self.areas[key].parts if key in self.areas else ())} for key in (one, other)]
        return bool(parts[0] & parts[1])
