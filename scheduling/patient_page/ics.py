"""One visit as an iCalendar file (RFC 5545): the time and the place, not what is treated."""

import datetime

from scheduling.patient_page.page import VisitCard


def event(card: VisitCard) -> str:
    """Write a visit as a calendar with one event; other people see a phone's calendar, so no treatment."""
    starts = card.booking.at.astimezone(datetime.UTC)
    ends = starts + datetime.timedelta(minutes=card.minutes)
    place = ", ".join(filter(None, (card.location.name, card.location.address)))
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Clinic plan//Visit//EN",
        "BEGIN:VEVENT",
        f"UID:visit-{card.booking.pk}@clinic-plan",
        f"DTSTAMP:{card.now.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{starts:%Y%m%dT%H%M%SZ}",
        f"DTEND:{ends:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{escaped(f'Visit with {card.provider}')}",
        f"LOCATION:{escaped(place)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """Mark what has a meaning in a value (RFC 5545, 3.3.11)."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace(";", "\\;").replace(",", "\\,")


def folded(line: str) -> str:
    """Break a line after at most 73 octets, never within a character (RFC 5545, 3.1)."""
    found, size = [], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > 73:
            found.append("\r\n ")
            size = 1
        found.append(character)
        size += octets
    return "".join(found)
