"""The comparison of a pilot in districts whose truth is known: few enough to run each time; many in bench/pilots.py."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.districts import AT_LEAST, BEFORE, Family, design_of, make_worlds
from bench.pilots import NAIVE, OURS, of_family
from scoring.effect import compare_change
from scoring.panel import Panel

SHAKEN = {"sizes": 1.0, "common": 0.04, "unit_month": 0.04, "carry": 0.6, "drift": 0.02}
FAMILIES = (
    Family("equal"),
    Family("very unequal, shocks", **SHAKEN),
    Family("95 % satisfied", share=0.95, levels=0.02, sizes=1.0),
    Family("waiting", waiting=True, sizes=0.8, answers=30, most=100, common=0.04, unit_month=0.04),
)
NUMBERS = st.integers(0, 2**31)


def world_of(family, seed, effect=0.0):
    return next(make_worlds(family, effect=effect, runs=1, seed=seed))


def compared(panel, design):
    return compare_change(panel, design, at_least=AT_LEAST)


def with_levels(panel, change):
    """The same people with other values: value → change(value), linear."""
    at_zero, slope = change(0.0), change(1.0) - change(0.0)
    total = at_zero * panel.n + slope * panel.total
    squares = at_zero**2 * panel.n + 2 * at_zero * slope * panel.total + slope**2 * panel.squares
    return Panel(panel.units, panel.months, panel.n, total, squares, (-np.inf, np.inf))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_whichever_pair_of_13_had_been_drawn_at_most_3_of_the_78_claim_something(family):
    """No chance in it: of 78 ranked differences three are among the three largest, 3/78 = 3.8 %."""
    world = world_of(replace(family, least=20), seed=11)
    begun = world.panel.months[BEFORE]
    pairs = combinations(family.codes, 2)
    designs = [design_of(family, {unit: begun if unit in pair else None for unit in family.codes}) for pair in pairs]
    found = [compared(world.panel, design) for design in designs]
    assert len(found) == 78
    assert sum(each.verdict in {"rose", "fell"} for each in found) <= 3
    assert sum(each.p <= 3 / 78 + 1e-12 for each in found) == 3


def test_in_hundreds_of_districts_without_an_effect_few_claims_are_made_and_the_naive_way_makes_many():
    ours, naive = of_family(Family("", **SHAKEN), 0.0, 300, 1, (OURS, NAIVE))
    assert ours["claims"] <= 0.05 * 300
    assert ours["held"] >= 0.93 * ours["intervals"]
    assert naive["claims"] >= 0.3 * 300
    assert naive["held"] <= 0.7 * naive["intervals"]


def test_an_effect_that_was_planted_is_found_and_held_by_the_interval():
    (ours,) = of_family(Family("", answers=100), 0.08, 150, 2, (OURS,))
    assert ours["claims"] >= 0.95 * 150
    assert ours["wrong"] == 0
    assert ours["held"] >= 0.9 * 150


def test_two_of_five_never_conclude_whatever_was_planted():
    (ours,) = of_family(Family("", units=5, answers=200), 0.15, 40, 3, (OURS,))
    assert (ours["claims"], ours["intervals"]) == (0, 0)


def test_the_districts_of_a_seed_are_the_same_whatever_is_planted_and_their_truth_is_what_was():
    family = Family("", **SHAKEN)
    none, some = (world_of(family, 4, effect) for effect in (0.0, 0.05))
    assert none.truth == 0
    assert some.truth == pytest.approx(0.05, abs=0.005)
    assert none.design == some.design
    assert (none.panel.n == some.panel.n).all()


@settings(max_examples=15)
@given(seed=NUMBERS, shuffle=st.randoms(use_true_random=False))
def test_other_names_for_the_units_change_nothing(seed, shuffle):
    world = world_of(FAMILIES[1], seed, effect=0.05)
    names = list(world.panel.units)
    shuffle.shuffle(names)
    other = dict(zip(world.panel.units, names, strict=True))
    panel = Panel(tuple(other[unit] for unit in world.panel.units), *_rest(world.panel))
    design = replace(
        world.design,
        treated=tuple(sorted(other[unit] for unit in world.design.treated)),
        comparison=tuple(sorted(other[unit] for unit in world.design.comparison)),
    )
    first, second = world.found, compared(panel, design)
    assert (first.verdict, first.p) == (second.verdict, pytest.approx(second.p, nan_ok=True))
    assert numbers(first) == pytest.approx(numbers(second), abs=1e-7, nan_ok=True)


@settings(max_examples=15)
@given(seed=NUMBERS, constant=st.floats(-50, 50), factor=st.floats(0.01, 100))
def test_a_constant_for_all_units_changes_nothing_and_another_scale_only_the_scale(seed, constant, factor):
    world = world_of(FAMILIES[1], seed, effect=0.05)
    plain, moved, scaled = (
        compared(with_levels(world.panel, change), world.design)
        for change in (lambda x: x, lambda x: x + constant, lambda x: factor * x)
    )
    assert (plain.verdict, plain.verdict) == (moved.verdict, scaled.verdict)
    assert (plain.p, plain.p) == pytest.approx((moved.p, scaled.p), nan_ok=True)
    assert numbers(plain) == pytest.approx(numbers(moved), abs=1e-6, nan_ok=True)
    assert factor * np.array(numbers(plain)) == pytest.approx(np.array(numbers(scaled)), abs=1e-6 * factor, nan_ok=True)


@settings(max_examples=15)
@given(seed=NUMBERS, shocks=st.lists(st.floats(-0.5, 0.5), min_size=24, max_size=24))
def test_what_happens_to_every_unit_in_a_month_changes_nothing(seed, shocks):
    world = world_of(replace(FAMILIES[1], least=20), seed, effect=0.05)
    plain = with_levels(world.panel, lambda x: x)
    moves = np.array(shocks)
    total = plain.total + plain.n * moves
    squares = plain.squares + 2 * moves * plain.total + moves**2 * plain.n
    shaken = Panel(plain.units, plain.months, plain.n, total, squares, plain.bounds)
    first, second = compared(plain, world.design), compared(shaken, world.design)
    assert (first.verdict, first.p) == (second.verdict, pytest.approx(second.p))
    assert numbers(first) == pytest.approx(numbers(second), abs=1e-6)


def numbers(found):
    return [found.difference.value, found.difference.low, found.difference.high]


def _rest(panel):
    return panel.months, panel.n, panel.total, panel.squares, panel.bounds
