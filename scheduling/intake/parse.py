"""Read an intake strictly: whatever is not of the contract's form is refused with its JSON path."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from scheduling.planning.reading import Malformed, Place, shown
from treatments.library import load_library
from treatments.protocols import SEVERITIES, Library
from treatments.routing import AREAS, CONCERNS, Unrouted, Want, routes, rows_for

from .intake import VISIT_COSTS, Away, Discussed, Event, Intake, Past, Stretch

__all__ = ["Malformed", "read_intake"]

T = TypeVar("T")
Fields = dict[str, Place]
MOST_CONCERNS, MOST_EVENTS, MOST_HISTORY, MOST_AWAY, MOST_DISCUSSED = 40, 12, 100, 30, 40
LONGEST_NAME, LONGEST_REASON = 100, 300
HORIZON = (3, 36)
MOST_ROUNDS = 12
OPTIONAL = (
    *("horizon_months", "age", "findings", "rounds", "stretch", "history", "discussed", "events", "away"),
    *("weekdays", "preference"),
)
# What a record calls an area may be wider than the protocol's own name for it.
PROTOCOL_AREAS = {("botox", "neck"): "platysma", ("dynamic_filler", "cheeks"): "cheek_smile"}


def read_intake(data: object, *, today: date | None = None, library: Library | None = None) -> Intake:
    """Read parsed JSON into an intake; `Malformed` names the JSON path and what would be right.

    With `today` a start in the past is refused. Without it the answer depends on the input alone, so that
    a stored intake can be replayed.
    """
    library = library or load_library()
    fields = Place(data).fields(("start", "concerns"), OPTIONAL)
    start = fields["start"].day()
    if today is not None and start < today:
        raise fields["start"].wrong(f"{start} lies in the past; the first possible start is {today}")
    concerns = _concerns(fields["concerns"])
    discussed = _many(fields, "discussed", lambda place: _discussed(place, library), MOST_DISCUSSED)
    planned = [route.key for route in routes(concerns)]
    return Intake(
        start=start,
        concerns=concerns,
        horizon_months=fields["horizon_months"].whole(*HORIZON) if "horizon_months" in fields else 18,
        age=fields["age"].whole(0, 120) if fields.get("age", Place(None)).value is not None else None,
        findings=_findings(fields, library),
        rounds=_rounds(fields["rounds"], planned, library) if "rounds" in fields else {},
        stretch=_stretch(fields["stretch"], planned) if "stretch" in fields else None,
        history=_history(fields, start, library),
        discussed=discussed,
        events=_events(fields, start),
        away=_many(fields, "away", _away, MOST_AWAY),
        weekdays=_weekdays(fields["weekdays"]) if "weekdays" in fields else (1, 2, 3, 4, 5),
        preference=fields["preference"].one_of(VISIT_COSTS) if "preference" in fields else "balanced",
    )


def _many(fields: Fields, name: str, read: Callable[[Place], T], most: int) -> tuple[T, ...]:
    return fields[name].each(read, most=most) if name in fields else ()


def _refuse_twice(place: Place, items: Iterable[object], what: str) -> None:
    seen = set()
    for index, item in enumerate(items):
        if item in seen:
            raise Malformed(f"{place.path}[{index}]", f"the same {what} stands in the list twice")
        seen.add(item)


def _concerns(place: Place) -> tuple[Want, ...]:
    found = place.each(_concern, least=1, most=MOST_CONCERNS)
    _refuse_twice(place, ((want.concern, want.area) for want in found), "concern on the same area")
    return found


def _concern(place: Place) -> Want:
    fields = place.fields(("concern", "area"), ("severity",))
    concern, area = fields["concern"].one_of(CONCERNS), fields["area"].one_of(AREAS)
    try:
        rows_for(concern, area)
    except Unrouted as error:
        raise fields["area"].wrong(str(error)) from None
    severity = fields["severity"].one_of(SEVERITIES) if "severity" in fields else "moderate"
    return Want(concern, area, severity)


def _findings(fields: Fields, library: Library) -> tuple[str, ...]:
    if "findings" not in fields:
        return ()
    allowed = library.finding_keys()
    found = fields["findings"].each(lambda item: item.one_of(allowed), most=len(allowed))
    _refuse_twice(fields["findings"], found, "finding")
    return found


def _rounds(place: Place, planned: list[str], library: Library) -> dict[str, int]:
    if not isinstance(place.value, dict):
        raise place.wrong(f"expected an object, got {shown(place.value)}")
    found = {}
    for key, value in place.value.items():
        inner = Place(value, f"{place.path}[{shown(key)}]")
        _planned(inner, key, planned)
        protocol = library.protocols.get(key)
        most = protocol.sessions.maximum if protocol else None
        # 0 or less: the first series was closed so many sessions ago (R22, R36).
        found[key] = inner.whole(-MOST_ROUNDS, MOST_ROUNDS if most is None else most)
    return found


def _planned(place: Place, key: object, planned: list[str]) -> None:
    series = [one for one in planned if not one.startswith("lift.")]
    if key not in series:
        known = ", ".join(series) or "none"
        raise place.wrong(f"{shown(key)} is no series of these concerns; their series: {known}")


def _stretch(place: Place, planned: list[str]) -> Stretch:
    fields = place.fields(("series", "reason", "fading_observed"))
    key = fields["series"].text()
    _planned(fields["series"], key, planned)
    if not key.startswith("botox."):
        raise fields["series"].wrong(f"only a series of Botox can be stretched (R12), not {key}")
    return Stretch(key, fields["reason"].one_of(("cost", "time")), fields["fading_observed"].flag())


def _history(fields: Fields, start: date, library: Library) -> tuple[Past, ...]:
    def read(place: Place) -> Past:
        inner = place.fields(("treatment", "area", "date"), ("counts",))
        treatment = inner["treatment"].one_of(library.treatments)
        area = inner["area"].one_of(library.areas)
        day = inner["date"].day()
        if day > start:
            raise inner["date"].wrong(f"{day} lies after the start, {start}; history comes before it")
        counts = inner["counts"].flag() if "counts" in inner else True
        return Past(treatment, PROTOCOL_AREAS.get((treatment, area), area), day, counts)

    found = _many(fields, "history", read, MOST_HISTORY)
    if found:
        _refuse_twice(fields["history"], found, "treatment")
    return found


def _discussed(place: Place, library: Library) -> Discussed:
    fields = place.fields(("topic", "outcome", "by"), ("reason",))
    topics = (*library.protocols, *(f"booster.{key}" for key in library.protocols))
    topic = fields["topic"].text()
    if topic not in topics:
        raise fields["topic"].wrong(f"{shown(topic)} is not one of: {', '.join(library.protocols)}")
    return Discussed(
        topic,
        fields["outcome"].one_of(("agreed", "declined", "deferred")),
        fields["by"].one_of(("provider", "physician")),
        fields["reason"].text(LONGEST_REASON) if "reason" in fields else "",
    )


def _events(fields: Fields, start: date) -> tuple[Event, ...]:
    def read(place: Place) -> Event:
        inner = place.fields(("name", "date"))
        name, day = inner["name"].text(LONGEST_NAME), inner["date"].day()
        if day < start:
            raise inner["date"].wrong(f"{day} lies before the start, {start}")
        return Event(name, day)

    found = _many(fields, "events", read, MOST_EVENTS)
    if not found:
        return found
    _refuse_twice(fields["events"], found, "event")
    for index in range(1, len(found)):
        if found[index].date < found[index - 1].date:
            raise Malformed(
                f"{fields['events'].path}[{index}].date",
                f"{found[index].date} lies before the event in front of it, {found[index - 1].date}; "
                "list events in the order of their dates",
            )
    return found


def _away(place: Place) -> Away:
    fields = place.fields(("from", "to"))
    first, last = fields["from"].day(), fields["to"].day()
    if last < first:
        raise fields["to"].wrong(f"{last} lies before 'from', {first}")
    return Away(first, last)


def _weekdays(place: Place) -> tuple[int, ...]:
    days = place.each(lambda item: item.whole(1, 7), least=1, most=7)
    _refuse_twice(place, days, "weekday")
    return tuple(sorted(days))
