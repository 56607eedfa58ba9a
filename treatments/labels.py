"""What the numbers of the catalogue are called on its pages, and how their values are read."""

from dataclasses import dataclass
from decimal import Decimal

from treatments.durations import parts, spoken

WINDOW_PARTS = {"minimum": "not before", "start": "from", "end": "to", "latest": "not after"}
EVENT_PARTS = {
    "blackout": "no session in the last",
    "warn": "discouraged in the last",
    "ideal": "ideal until",
}
TOPICS = {
    "offered": "Offer",
    "only_with": "Offer",
    "sessions": "Sessions",
    "window": "Interval",
    "window_mild": "Interval, mild findings",
    "maintenance": "After the series",
    "taper": "After the series",
    "taper_step": "After the series",
    "minutes": "Visit",
    "numbing_minutes": "Visit",
    "numbing_in_chair": "Visit",
    "dental_block": "Visit",
    "dose": "Dose",
    "recovery": "Recovery",
    "event": "Before an event",
    "event_last": "Before an event, last session",
    "target_cost": "Planning",
    "weight": "Planning",
    "expectations": "Expectations",
}
TOPIC_ORDER = (
    "Offer",
    "Sessions",
    "Interval",
    "Interval, mild findings",
    "After the series",
    "Visit",
    "Dose",
    "Recovery",
    "Before an event",
    "Before an event, last session",
    "Planning",
)
NAMES = {
    "offered": "Offered",
    "only_with": "Only together with",
    "sessions.mild": "Mild",
    "sessions.moderate": "Moderate",
    "sessions.severe": "Severe",
    "sessions.minimum": "Fewest",
    "sessions.maximum": "Most",
    "maintenance": "What follows",
    "taper_step": "Each further interval grows by",
    "minutes": "Minutes of treatment",
    "numbing_minutes": "Minutes of numbing",
    "numbing_in_chair": "Numbing happens in the treatment room",
    "dental_block": "Dental block",
    "dose.amount": "Default",
    "dose.low": "Lowest",
    "dose.high": "Highest",
    "dose.unit": "Unit",
    "dose.volume_low": "Volume from",
    "dose.volume_high": "Volume to",
    "dose.note": "Note",
    "recovery.visible_low": "Shows for at least",
    "recovery.visible_high": "Shows for at most",
    "recovery.bruise": "A bruise stays at most",
    "recovery.function_low": "Movement is weaker from",
    "recovery.function_high": "Movement is weaker to",
    "recovery.function_tail": "For a few until",
    "target_cost": "Weight of meeting an event's ideal time",
    "weight": "Weight of a day outside the interval",
    "stop_days": "Stopped below",
    "clear_days": "Clear from",
    "value": "Value",
    "level": "Level",
    "below_age": "Below the age of",
    "minimum_days": "Shortest interval",
    "expectations": "Words for patients",
}
CHOICES = {
    "offered": {
        "offered": "Freely",
        "discuss": "Only after a recorded discussion",
        "only_with": "Only together with another protocol",
    },
    "maintenance": {
        "taper": "Longer and longer intervals",
        "regular": "The regular interval, longer only once agreed",
        "none": "Nothing",
    },
    "level": {
        "stop": "Stops",
        "override": "Stops, a provider may override",
        "discuss": "Discuss first",
        "info": "For information",
    },
}
DAYS = ("stop_days", "clear_days", "minimum_days")


@dataclass(frozen=True)
class Label:
    """The heading a number stands under, and its name there."""

    topic: str
    name: str

    @property
    def whole(self) -> str:
        """Heading and name together, where the number stands alone."""
        return self.name if self.topic == "" else f"{self.topic}: {self.name[0].lower()}{self.name[1:]}"


def label(field: str) -> Label:
    """Name a value by its dotted name: taper.2.start is After the series, Taper 2 from."""
    group, _, part = field.partition(".")
    topic = TOPICS.get(group, "")
    if group == "taper":
        number, _, part = part.partition(".")
        return Label(topic, f"Taper {number} {WINDOW_PARTS[part]}")
    if group in ("window", "window_mild"):
        return Label(topic, WINDOW_PARTS[part].capitalize())
    if group in ("event", "event_last"):
        return Label(topic, EVENT_PARTS[part].capitalize())
    if group == "label_units":
        return Label("Units on the label", part.replace("_", " ").capitalize())
    return Label(topic, NAMES.get(field, field))


def shown(field: str, value, unit: str = "") -> str:
    """Write a value as a person reads it: P90D is 90 days; an absent one is a dash."""
    group, _, part = field.partition(".")
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field in CHOICES:
        return CHOICES[field][value]
    if isinstance(value, str):
        return spoken(value) if is_duration(value) else value
    number = f"{value:g}" if isinstance(value, float | Decimal) else str(value)
    if group in ("recovery", "event", "event_last") or field in DAYS:
        return f"{number} day{'' if value == 1 else 's'}"
    if group in ("minutes", "numbing_minutes"):
        return f"{number} min"
    if group == "dose":
        return f"{number} {'mL' if 'volume' in part else unit}".strip()
    return f"{number} U" if group == "label_units" else number


def window_name(window: str) -> str:
    """Name a whole window: taper.2 is Taper 2."""
    group, _, number = window.partition(".")
    return f"Taper {number}" if number else TOPICS[group]


def window_words(minimum: str, start: str, end: str, latest: str) -> str:
    """Say a window in one line."""
    ideal = span(spoken(start), spoken(end))
    return f"{ideal}; not before {spoken(minimum)}, not after {spoken(latest)}"


def is_duration(text: str) -> bool:
    """Tell a duration from other text."""
    try:
        return any(parts(text))
    except ValueError:
        return False


def span(low: str, high: str) -> str:
    """Write a range once where both ends share their unit: 3 to 4 months, 90 days to 6 months."""
    one, other = low.rpartition(" "), high.rpartition(" ")
    if low == high:
        return low
    if one[2].rstrip("s") == other[2].rstrip("s"):
        return f"{one[0]} to {high}"
    return f"{low} to {high}"
