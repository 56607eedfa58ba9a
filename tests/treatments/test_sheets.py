"""How a protocol is laid out and drawn, and how two versions are compared."""

import dataclasses

from tests.treatments.builders import in_force, make_protocol, small_library
from treatments import drawings
from treatments.citations import Citation, numbers
from treatments.labels import label, shown
from treatments.library import load_library
from treatments.sheets import changes, sheet

CHEEKS = small_library().protocols["mesobotox.cheeks"]


def test_every_number_of_a_protocol_stands_on_its_sheet(db):
    version = in_force(make_protocol(CHEEKS))

    shown_sources = [
        source.field for section in sheet(version) for line in section.lines for source in line.sources
    ]

    assert sorted(shown_sources) == sorted(numbers(CHEEKS))


def test_numbers_of_one_source_stand_on_one_line(db):
    sections = {section.topic: section for section in sheet(in_force(make_protocol(CHEEKS)))}

    first, second = sections["Sessions"].lines
    assert first.values == (("Mild", "3"), ("Moderate", "4"), ("Severe", "5"))
    assert second.values == (("Fewest", "3"), ("Most", "5"))


def test_a_whole_window_is_one_sentence(db):
    sections = {section.topic: section for section in sheet(in_force(make_protocol(CHEEKS)))}

    taper = next(line for line in sections["After the series"].lines if len(line.values) == 3)
    assert taper.values[0] == ("Taper 1", "154 days to 6 months; not before 154 days, not after 7 months")


def test_a_difference_shows_both_sides_with_their_sources():
    source = Citation("S", "This practice: Ellis")
    cited = CHEEKS.citations | {"window.minimum": source}
    window = dataclasses.replace(CHEEKS.window, minimum="P80D")
    after = dataclasses.replace(CHEEKS, window=window, citations=cited)

    (change,) = changes(CHEEKS, after)

    assert (change.label.whole, change.before, change.after) == ("Interval: not before", "90 days", "80 days")
    assert (change.before_source.grade, change.after_source) == ("A", source)


def test_a_difference_in_words_and_in_what_is_absent_is_shown():
    after = dataclasses.replace(CHEEKS, dose=None, expectations=())

    found = {change.label.whole: (change.before, change.after) for change in changes(CHEEKS, after)}

    assert found["Dose: default"] == ("30 U", "–")
    assert found["Expectations: words for patients"][1] == "–"


def test_the_same_version_has_no_difference():
    assert changes(CHEEKS, CHEEKS) == ()


def test_every_number_of_the_default_library_has_a_name_and_a_reading():
    for protocol in load_library().protocols.values():
        for name, value in numbers(protocol).items():
            assert label(name).topic != "", name
            assert label(name).name != name
            assert shown(name, value, "U") != ""


def test_intervals_are_drawn_to_scale():
    drawing = drawings.intervals(CHEEKS)

    series = drawing.rows[0]
    allowed, ideal = series.bars
    # 90 of the 456 days of the longest interval, 15 months.
    assert (allowed.x, ideal.x) == (19.74, 19.96)
    assert [row.name for row in drawing.rows] == ["Series", "Taper 1", "Taper 2", "Taper 3"]
    assert series.words == "3 to 4 months; not before 90 days, not after 5 months"


def test_recovery_shows_both_edges_of_weaker_movement():
    drawing = drawings.recovery(CHEEKS)

    assert [(row.name, row.words) for row in drawing.rows] == [
        ("Redness, swelling", "0 to 1 days"),
        ("Bruise", "up to 14 days"),
        ("Weaker movement", "usually 28 to 42 days, for a few about 60"),
    ]
    assert [bar.look for bar in drawing.rows[2].bars] == ["sure", "band", "tail"]


def test_the_days_before_an_event_end_at_the_event():
    drawing = drawings.before_event(load_library().protocols["rf_microneedling.perioral"])

    every, last = drawing.rows
    assert every.words == "none in the last 14 days, discouraged until 28; ideal 28 to 60 days before"
    assert last.words == "none in the last 28 days, discouraged until 90; ideal 90 days or more"
    assert all(round(row.bars[2].x + row.bars[2].width) == 100 for row in drawing.rows)


def test_every_protocol_of_the_default_library_can_be_drawn():
    for protocol in load_library().protocols.values():
        for drawing in (
            drawings.intervals(protocol),
            drawings.recovery(protocol),
            drawings.before_event(protocol),
        ):
            bars = [bar for row in drawing.rows for bar in row.bars]
            assert all(0 <= bar.x <= 100 and bar.width > 0 for bar in bars), protocol.key
