"""The engine beside a judge that tries every start and every combination, unit by unit."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.availability.bits import each, grid, span, starts, union, units
from scheduling.availability.engine import DayAsked, Finder
from scheduling.availability.steps import (
    DEVICE,
    PATIENT,
    PROVIDER,
    ROOM,
    Step,
    Treated,
    held,
    length,
    steps_of,
)

TRIED = settings(max_examples=300, derandomize=True, deadline=None, database=None)
UNITS = 24
KINDS = (PATIENT, PROVIDER, ROOM, DEVICE)
masks = st.integers(0, (1 << UNITS) - 1)
visits = st.lists(
    st.builds(
        Step,
        st.just("step"),
        st.sampled_from((5, 7, 10, 15, 20)),
        st.frozensets(st.sampled_from(KINDS), min_size=1),
    ),
    min_size=1,
    max_size=4,
)
asked = st.builds(
    DayAsked,
    st.just(UNITS),
    masks,
    st.fixed_dictionaries({kind: st.dictionaries(st.integers(1, 9), masks, max_size=3) for kind in KINDS}),
    st.sampled_from((1, 2, 3)),
)
filler = Treated("Dynamic filler, around the mouth", "filler", 45, block=10)
mesobotox = Treated("MesoBotox, cheeks", "toxin", 30, numbing=20)
botox = Treated("Botox, upper face", "toxin", 20)
needling = Treated("RF microneedling, around the mouth", "energy", 30, numbing=30)


def judge(steps, day: DayAsked) -> list[int]:
    """Every start time, by trying each with every combination of resources, unit by unit."""
    needed = [kind for kind in KINDS if any(kind in step.holds for step in steps)]
    first_open = next((bit for bit in range(UNITS) if day.open >> bit & 1), 0)
    found = []
    for start in range(UNITS):
        whole = range(start, start + length(steps))
        if (start - first_open) % day.grid or not all(day.open >> unit & 1 for unit in whole):
            continue
        for chosen in product(*(day.free[kind].values() for kind in needed)):
            if start not in found and _free(steps, start, dict(zip(needed, chosen, strict=True))):
                found.append(start)
    return found


def _free(steps, start, chosen) -> bool:
    place = start
    for step in steps:
        for unit in range(place, place + step.units):
            if not all(chosen[kind] >> unit & 1 for kind in step.holds):
                return False
        place += step.units
    return True


@TRIED
@given(visits, asked)
def test_the_times_are_those_that_trying_everything_finds(steps, day):
    assert list(each(Finder(steps).times(day))) == judge(steps, day)


@TRIED
@given(visits, asked)
def test_every_time_comes_with_resources_that_are_free_for_it(steps, day):
    finder = Finder(steps)

    fits = list(finder.all_fits(day))

    assert [fit.start for fit in fits] == judge(steps, day)
    for fit in fits:
        chosen = {kind: day.free[kind][key] for kind, key in fit.resources.items()}
        assert _free(steps, fit.start, chosen)
        assert finder.fit(day, fit.start) == fit


@TRIED
@given(visits, asked, st.integers(0, UNITS - 1))
def test_a_start_that_is_not_offered_has_no_fit(steps, day, start):
    finder = Finder(steps)

    assert (finder.fit(day, start) is None) == (start not in judge(steps, day))


@TRIED
@given(masks, st.integers(1, 12))
def test_starts_are_the_bits_before_enough_free_ones(free, count):
    expected = [bit for bit in range(UNITS) if all(free >> unit & 1 for unit in range(bit, bit + count))]

    assert list(each(starts(free, count))) == expected


def test_bits_are_made_from_spans_and_grids():
    assert list(each(union([(2, 2), (7, 1), (3, 2)]))) == [2, 3, 4, 7]
    assert list(each(grid(3, 10))) == [0, 3, 6, 9]
    assert (span(5, 0), span(5, -1), units(1), units(5), units(6)) == (0, 0, 1, 1, 2)


def test_filler_always_comes_before_toxin_and_numbing_runs_once():
    steps = steps_of([mesobotox, botox, filler])

    assert [step.name for step in steps] == [
        "check-in",
        "numbing",
        "dental block",
        "Dynamic filler, around the mouth",
        "MesoBotox, cheeks",
        "Botox, upper face",
        "turn-over",
    ]


def test_the_provider_may_work_elsewhere_while_numbing_runs():
    steps = steps_of([mesobotox])

    assert {kind: held(steps, kind) for kind in KINDS} == {
        PATIENT: ((0, 12),),
        PROVIDER: ((6, 6),),
        ROOM: ((2, 12),),
        DEVICE: (),
    }


def test_the_device_is_held_while_it_is_used_only():
    steps = steps_of([needling, filler])

    assert [step.name for step in steps][1:4] == [
        "numbing",
        "RF microneedling, around the mouth",
        "dental block",
    ]
    assert held(steps, DEVICE) == ((8, 6),)


def test_a_visit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one session"):
        steps_of([])


@TRIED
@given(visits, asked, masks)
def test_fits_can_be_asked_among_some_starts_only(steps, day, among):
    finder = Finder(steps)

    assert list(finder.all_fits(day, among)) == [
        one for one in finder.all_fits(day) if among >> one.start & 1
    ]
