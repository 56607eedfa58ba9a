"""The timeline of a plan as plain numbers and words: lanes, windows, marks, visits, events and today.

Across, a place is 0 to 100 percent of a range of whole months, so that the drawing stretches; down, it is in
pixels. What may not collide is kept apart at the least width, and a wider drawing only moves it further.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.intake.recommendation import Recommendation
from scheduling.naming import Names, SeriesName
from scheduling.plan_page.stood import GIVEN, PROPOSED, Stand, visits_of
from scheduling.plan_page.timeline_parts import (
    STOOD,
    Band,
    Flag,
    Lane,
    Mark,
    Month,
    Scale,
    Timeline,
    VisitLine,
    Window,
    key_of,
)
from scheduling.planning.problem import Series, Span
from scheduling.planning.reasons import spoken
from scheduling.planning.solution import Placed, Visit

LONG_NAMES, MARGIN = 80, 24
HEAD, FLAG, DATE = 44, 24, 17
LANE, BAND = 52, 36  # pixels that timeline.css and the template hold as well
FLAG_LETTERS = 24
SOON = timedelta(days=92)


def timeline(
    found: Recommendation,
    names: Names,
    *,
    today: date,
    href: Callable[[str, int], str],
    months: int | None = None,
    first: date | None = None,
    selected: tuple[str, int] | None = None,
    stand: Stand | None = None,
) -> Timeline:
    """Draw `months` months (at least 1) of a plan from the month of `first`, or all of it.

    `stand` says which sessions were given or booked, and when; without it all are where they were proposed.

    Without `first` it starts with the plan or, where only some months of a plan under way are shown, with
    this month. `href` gives the address of a session, named by series and number as `selected` is. Raises
    KeyError for a series without a name.
    """
    stand = stand or {}
    visited = visits_of(found, stand)
    scale = scale_of(found, visited, today, months, first)
    sheet = Sheet(found, names, scale, today, href, selected, stand, visited)
    flags = tuple(sheet.flags())
    top = max((flag.y + FLAG for flag in flags), default=HEAD) + 8
    lanes = tuple(sheet.lane(one, top + LANE * place) for place, one in enumerate(found.problem.series))
    bottom = top + LANE * len(lanes)
    visits = tuple(sheet.visits({lane.name.key: lane.y for lane in lanes}, bottom))
    closed = tuple(sheet.closed())
    return Timeline(
        first=sheet.scale.first,
        last=sheet.scale.stop - timedelta(days=1),
        width=sheet.scale.width,
        height=max((visit.date_y for visit in visits), default=bottom) + 8,
        top=top,
        bottom=bottom,
        summary=sheet.summary(),
        months=tuple(months_of(sheet.scale)),
        closed=closed,
        lanes=lanes,
        visits=visits,
        flags=flags,
        key=key_of(lanes, closed, STOOD if stand else {}),
        before=sheet.outside("before", lambda day: day < sheet.scale.first),
        after=sheet.outside("after", lambda day: day >= sheet.scale.stop),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn, and the months it is drawn over."""

    found: Recommendation
    names: Names
    scale: Scale
    today: date
    href: Callable[[str, int], str]
    selected: tuple[str, int] | None
    stand: Stand
    visited: tuple[Visit, ...]

    @property
    def placed(self) -> Iterator[Placed]:
        """Every session on the date it has now."""
        for visit in self.visited:
            yield from visit.sessions

    def lane(self, series: Series, top: float) -> Lane:
        """Draw all that lies on the lane of a series."""
        name, total, y = self.names[series.key], len(series.sessions), top + LANE / 2
        placed = [one for one in self.placed if one.series == series.key]
        windows = tuple(window for one in placed for window in self.windows(one))
        marks = tuple(self.mark(one, name, total) for one in placed if one.date in self.scale)
        return Lane(y, y - BAND / 2, name, counted(total, "session"), self.bands(series), windows, marks)

    def bands(self, series: Series) -> tuple[Band, ...]:
        """Shade the days a series avoids, and those it keeps off."""
        shaded = [(span, "warn", "Better no session") for span in series.discouraged]
        for span in series.forbidden:
            shaded.append((span, "blackout" if span.reason.startswith("event: ") else "off", "No session"))
        return tuple(band for one in shaded for band in band_of(*one, self.scale))

    def windows(self, placed: Placed) -> Iterator[Window]:
        """Draw the recommended days of a session, for the selected one over all that are allowed."""
        spans = [("ideal", placed.window.start, placed.window.end)]
        if self.selected == (placed.series, placed.number):
            spans.insert(0, ("allowed", placed.window.earliest, placed.window.latest))
        for look, first, last in spans:
            if first < self.scale.stop and last >= self.scale.first:
                # Ends are round caps: one outside the drawing shows that the window goes on there.
                yield Window(max(self.scale.noon(first), -5.0), min(self.scale.noon(last), 105.0), look)

    def mark(self, placed: Placed, name: SeriesName, total: int) -> Mark:
        """Draw a session as it stands; one of a plan that only is proposed as past once its day is over."""
        at, proposed = self.stand.get((placed.series, placed.number)), None
        if at:
            look, state = at.look, at.words
            if at.before and at.proposed in self.scale:
                proposed = self.scale.noon(at.proposed)
        else:
            look = GIVEN if placed.date < self.today else PROPOSED
            past = "date past" if look == GIVEN else "today" if placed.date == self.today else "to come"
            state = f"{spoken(placed.date)}, {past}"
        return Mark(
            self.scale.noon(placed.date),
            placed.number,
            look,
            self.selected == (placed.series, placed.number),
            self.href(placed.series, placed.number),
            f"{name}, session {placed.number} of {total}, {state}",
            proposed,
        )

    def visits(self, rows: Mapping[str, float], bottom: float) -> Iterator[VisitLine]:
        """Join the marks of each visit, and write its date below in the first row with room for it."""
        shown = [visit for visit in self.visited if visit.date in self.scale]
        texts = [f"{visit.date.day} {visit.date:%b}" for visit in shown]
        halves = [pixels_of(text) / 2 + 3 for text in texts]
        places = [self.scale.pixels(visit.date) for visit in shown]
        free = rows_with_room((x - half, x + half) for x, half in zip(places, halves, strict=True))
        for visit, text, row in zip(shown, texts, free, strict=True):
            y = min(rows[one.series] for one in visit.sessions)
            chosen = self.selected in {(one.series, one.number) for one in visit.sessions}
            yield VisitLine(self.scale.noon(visit.date), y, text, bottom + 22 + DATE * row, chosen)

    def closed(self) -> Iterator[Band]:
        """Shade the days the practice is closed or the patient away, each once."""
        spans = {(span.first, span.last): span for span in self.found.problem.closed}
        for away in self.found.intake.away:
            spans.setdefault((away.first, away.last), Span(away.first, away.last, "away"))
        for _, span in sorted(spans.items()):
            yield from band_of(span, "closed", "No visit", self.scale)

    def flags(self) -> Iterator[Flag]:
        """Flag today and the events, each below those that it would cover."""
        days = [(self.today, "today", "Today", f"Today, {spoken(self.today)}")]
        for event in self.found.intake.events:
            days.append((event.date, "event", event.name, f"{event.name}, {spoken(event.date)}"))
        placed: list[tuple[float, float, int]] = []
        for day, look, name, words in sorted(days):
            if day in self.scale:
                text, x = shortened(name), self.scale.pixels(day)
                width = round(pixels_of(text)) + 16
                shift = -width if x + width > self.scale.width + MARGIN else 0
                left, right = x + shift, x + shift + width + 4
                row = max((at + 1 for start, end, at in placed if left < end and start < right), default=0)
                placed.append((left, right, row))
                yield Flag(self.scale.noon(day), HEAD + FLAG * row, shift, width, look, text, words)

    def summary(self) -> str:
        """Say the whole drawing in one sentence."""
        visits, sessions = self.visited, list(self.placed)
        counts = f"{counted(len(visits), 'visit')} and {counted(len(sessions), 'session')}"
        series = len(self.found.problem.series)
        within = f"{counts} in {series} series" if series else counts
        days = f", {spoken(visits[0].date)} to {spoken(visits[-1].date)}" if visits else ""
        events = "".join(f"; {one.name} on {spoken(one.date)}" for one in self.found.intake.events)
        looks = [one.look for one in self.stand.values()]
        stood = "".join(
            f"; {looks.count(look)} {words.lower()}" for look, words in STOOD.items() if look in looks
        )
        return f"Plan of {within}{days}{stood}{events}"

    def outside(self, side: str, beyond: Callable[[date], bool]) -> str:
        """Say how much lies beyond one end of the drawing; nothing where that is nothing."""
        visits = sum(beyond(visit.date) for visit in self.visited)
        parts = [counted(visits, "more visit")] if visits else []
        parts += [event.name for event in self.found.intake.events if beyond(event.date)]
        edge = self.scale.first if side == "before" else month_after(self.scale.stop, -1)
        return f"{' and '.join(parts)} {side} {edge:%b %Y}" if parts else ""


def scale_of(
    found: Recommendation, visits: Iterable[Visit], today: date, months: int | None, first: date | None
) -> Scale:
    """Choose the months to show; when the first visit is near, today's month is among them."""
    days = [visit.date for visit in visits] or [found.problem.start]
    events = [event.date for event in found.intake.events if event.date <= found.problem.end]
    near = timedelta() <= days[0] - today <= SOON
    begin, stop = month_after(today if near else days[0], 0), month_after(max(days + events), 1)
    if first:
        begin = month_after(first, 0)
    elif months:
        begin = max(begin, min(month_after(today, 0), month_after(stop, -months)))
    return Scale(begin, month_after(begin, months) if months else max(stop, month_after(begin, 1)))


def month_after(day: date, months: int) -> date:
    """Give the first of the month that many months after a day's own."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def months_of(scale: Scale) -> Iterator[Month]:
    """Name the months, in full where there is room, and the year at its start and at the left."""
    style = "%B" if scale.width >= LONG_NAMES * scale.months else "%b"
    for place in range(scale.months):
        day, after = month_after(scale.first, place), month_after(scale.first, place + 1)
        crowded = place == 0 and day.month == 12 and scale.pixels(after) < 2 * MARGIN
        year = f"{day.year}" if (place == 0 and not crowded) or day.month == 1 else ""
        middle = round((scale.start(day) + scale.start(after)) / 2, 3)
        yield Month(scale.start(day), middle, f"{day:{style}}", year, day.month == 1)


def band_of(span: Span, look: str, what: str, scale: Scale) -> Iterator[Band]:
    """Shade what the range shows of a span, both its ends included; nothing where it lies outside."""
    left = max(scale.start(span.first), 0.0)
    right = min(scale.start(span.last + timedelta(days=1)), 100.0)
    if left < right:
        why = span.reason.removeprefix("event: ")
        days = (
            spoken(span.first) if span.first == span.last else f"{spoken(span.first)} to {spoken(span.last)}"
        )
        words = f"{what}, {days}"
        yield Band(left, round(right - left, 3), look, f"{words}: {why}" if why else words)


def rows_with_room(extents: Iterable[tuple[float, float]]) -> Iterator[int]:
    """Give each extent, from the left, the first row in which it meets none before it."""
    ends: list[float] = []
    for left, right in extents:
        row = next((row for row, end in enumerate(ends) if end <= left), len(ends))
        ends[row : row + 1] = [right]
        yield row


def shortened(name: str) -> str:
    """Cut a long name, with an ellipsis for the rest."""
    return name if len(name) <= FLAG_LETTERS else f"{name[: FLAG_LETTERS - 1].rstrip()}…"


def pixels_of(text: str) -> float:
    """Estimate the width of a text 12 pixels high, rather too wide than too narrow."""
    pixels = dict.fromkeys("mwMW@%&", 12.0) | dict.fromkeys("fijlrtI.,:;'’|! ", 4.8)
    pixels |= dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 9.2)
    return sum(13 if unicodedata.east_asian_width(one) in "WF" else pixels.get(one, 7.6) for one in text)


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
