"""Boosters and the event they are for: too near before it what they leave would show; after it, too late."""

import datetime
from collections.abc import Iterator

from scheduling.course.situation import Situation
from scheduling.guard.beside import Dated
from scheduling.intake.intake import Event
from scheduling.models import PatientEvent
from treatments.models import ProtocolVersion

SPOKEN_FOR = ("R28", "R43", "R23")


def too_near(situation: Situation, booster: Dated) -> Iterator[tuple[int, Event, str, int]]:
    """The events too few days after a booster: by how many days, which, the rule, and how many it asks for.

    A regular session keeps off such days by its plan; a booster is no session of it (R14, X17).
    """
    series = situation.standings.series.get(booster.key)
    if series is None:
        return
    floor = series.protocol_version.event_blackout
    for event in situation.events:
        days = (event.date - booster.date) // datetime.timedelta(days=1)
        if 0 <= days < floor:
            yield floor - days, event, rule_of(series.protocol_version), floor


def too_late(situation: Situation, booster: Dated) -> Iterator[tuple[int, PatientEvent]]:
    """The event a booster is booked for and does not lie before: by how many days, and which (R14)."""
    for event in situation.told:
        if booster.booking and event.booster_id == booster.booking and booster.date >= event.date:
            yield (booster.date - event.date).days + 1, event


def rule_of(version: ProtocolVersion) -> str:
    """The rule that speaks for a protocol's days before an event."""
    return next((rule for rule in SPOKEN_FOR if rule in version.rules), "R14")
