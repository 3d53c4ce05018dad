import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from scoring.change import LeftOut
from scoring.design import Design, Window
from scoring.effect import compare_change
from scoring.estimate import effective_wilson, mean_estimate, wilson
from scoring.panel import Panel, panel_of_counts

MONTHS = tuple(date(2023 + (month + 2) // 12, (month + 2) % 12 + 1, 1) for month in range(19))  # 3/2023 … 9/2024
WINDOW = Window(date(2023, 3, 1), date(2024, 3, 1), date(2024, 3, 1), date(2024, 10, 1))
STARTED = np.array([month >= WINDOW.after_from for month in MONTHS])


def names(count):
    return tuple(f"u{number:02}" for number in range(count))


def design_of(units, treated, *, kind="not_yet_started"):
    rest = tuple(unit for unit in units if unit not in treated)
    return Design("p", kind if rest else "none", tuple(treated), rest, (), (), WINDOW, False, True)


def share_panel(n, successes):
    return Panel(names(len(n)), MONTHS, n, successes, successes)


def means_panel(means, n, *, variance=0.5, units=None):
    """A panel of an outcome without bounds, with these monthly means and this variance of one answer."""
    means, n = np.asarray(means, dtype=float), np.asarray(n, dtype=float)
    squares = n * means**2 + variance * np.maximum(n - 1, 0)
    return Panel(units or names(len(means)), MONTHS, n, n * means, squares, (-np.inf, np.inf))


def world(generator, *, treated=(0, 1), effect=0.0, units=13):
    """A district of very unequal communes (about 15 to 400 answers a month), common shocks, own drifts."""
    n = generator.poisson(80 * np.exp(generator.normal(0, 0.7, (units, 1))) * np.ones(19)) + 10
    drift = generator.normal(0, 0.02, (units, 1)) * STARTED
    level = generator.normal(0.8, 0.05, (units, 1)) + generator.normal(0, 0.04, 19) + drift
    level[list(treated)] += effect * STARTED
    return share_panel(n, generator.binomial(n, np.clip(level, 0.02, 0.98)))


def compared(panel, treated, **options):
    return compare_change(
        panel, design_of(panel.units, [panel.units[unit] for unit in treated]), at_least=10, **options
    )


def test_one_of_four_worked_by_hand_cannot_conclude():
    # shares 0.5 before everywhere; after 0.8, 0.5, 0.6, 0.55: changes 0.3, 0, 0.1, 0.05
    n = np.full((4, 19), 100)
    after = np.array([[80], [50], [60], [55]])

    effect = compared(share_panel(n, np.where(STARTED, after, 50)), [0])

    assert effect.difference.value == pytest.approx(0.3 - 0.05)
    assert (effect.p, effect.smallest_p, effect.candidates) == (1 / 4, 1 / 4, 4)
    assert effect.verdict == "cannot_conclude"
    assert math.isnan(effect.difference.low)
    assert math.isnan(effect.difference.high)
    assert effect.difference.n == 4 * 19 * 100
    assert effect.permutations.exact
    assert effect.permutations.differences == pytest.approx([0.25, -0.15, -0.05 / 3, -0.25 / 3])
    assert effect.before_after.value == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("units", "treated", "ways", "concludes"),
    [(13, 2, 78, True), (11, 2, 55, True), (5, 2, 10, False), (4, 1, 4, False)],
)
def test_the_ways_of_choosing_and_the_smallest_p_are_part_of_the_result(units, treated, ways, concludes):
    effect = compared(world(np.random.default_rng(1), units=units), range(treated))

    assert (effect.candidates, effect.smallest_p) == (ways, 1 / ways)
    assert effect.permutations.differences.shape == effect.permutations.statistics.shape == (ways,)
    assert (effect.verdict != "cannot_conclude") is concludes
    assert math.isnan(effect.difference.low) is not concludes


def test_in_a_full_table_it_is_the_coefficient_of_two_way_fixed_effects():
    panel = world(np.random.default_rng(2))
    effect = compared(panel, [3, 8])

    unit, month = (index.ravel() for index in np.indices(panel.n.shape))
    treated = np.isin(unit, [3, 8]) & STARTED[month]
    dummies = np.column_stack([unit[:, None] == np.arange(13), month[:, None] == np.arange(1, 19), treated])
    coefficients = np.linalg.lstsq(dummies.astype(float), panel.means(at_least=10).ravel())[0]

    assert effect.difference.value == pytest.approx(coefficients[-1])


def test_a_difference_is_claimed_by_chance_in_at_most_one_of_twenty_districts():
    generator = np.random.default_rng(2024)
    worlds = 400

    claims = 0
    for _ in range(worlds):
        treated = generator.choice(13, 2, replace=False)
        claims += compared(world(generator, treated=treated), treated).verdict in ("rose", "fell")

    assert claims <= binom.ppf(0.99, worlds, 0.05)
    assert claims >= binom.ppf(0.01, worlds, 3 / 78)  # and it is not merely timid: 3 of 78 sets are within 0.05


def test_an_effect_that_is_there_is_found_and_its_interval_covers_it():
    generator = np.random.default_rng(7)
    effects = [compared(world(generator, effect=0.12), [0, 1]) for _ in range(100)]

    assert sum(effect.verdict == "rose" for effect in effects) >= 80
    assert sum(effect.difference.low <= 0.12 <= effect.difference.high for effect in effects) >= 90


def test_the_interval_holds_the_estimate_and_agrees_with_the_verdict():
    generator = np.random.default_rng(11)
    for size in (-0.1, -0.05, 0, 0.05, 0.1):
        effect = compared(world(generator, effect=size), [0, 1])
        low, high = effect.difference.low, effect.difference.high

        assert low <= effect.difference.value <= high
        assert (low <= 0 <= high) == (effect.verdict == "no_difference_shown")


def test_a_fall_is_called_a_fall():
    assert compared(world(np.random.default_rng(3), effect=-0.2), [0, 1]).verdict == "fell"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.permutations(range(7)))
def test_the_order_of_units_changes_nothing(seed, order):
    generator = np.random.default_rng(seed)
    means, n = generator.normal(0, 1, (7, 19)), generator.integers(0, 60, (7, 19))
    units = names(7)
    design = design_of(units, units[:1])

    one = compare_change(means_panel(means, n), design, at_least=10, level=0.8)
    turned = means_panel(means[order], n[order], units=tuple(units[unit] for unit in order))
    other = compare_change(turned, replace(design, comparison=design.comparison[::-1]), at_least=10, level=0.8)

    assert other.p == pytest.approx(one.p, nan_ok=True)
    for name in ("value", "low", "high"):
        assert getattr(other.difference, name) == pytest.approx(getattr(one.difference, name), nan_ok=True, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.floats(-50, 50))
def test_a_level_or_a_monthly_shock_common_to_all_units_changes_nothing(seed, constant):
    generator = np.random.default_rng(seed)
    means, n = generator.normal(0, 1, (7, 19)), generator.integers(0, 60, (7, 19))
    shock = constant + generator.normal(0, 5, 19)

    one, other = (
        compare_change(means_panel(table, n), design_of(names(7), ["u02"]), at_least=10, level=0.8)
        for table in (means, means + shock)
    )

    assert other.p == pytest.approx(one.p, nan_ok=True)
    for name in ("value", "low", "high"):
        assert getattr(other.difference, name) == pytest.approx(getattr(one.difference, name), nan_ok=True, abs=1e-5)


def test_an_additive_effect_moves_estimate_and_interval_by_itself():
    generator = np.random.default_rng(4)
    means, n = generator.normal(0, 1, (13, 19)), generator.integers(15, 60, (13, 19))
    moved = means + 5 * STARTED * (np.arange(13) == 6)[:, None]

    one, other = (compared(means_panel(table, n), [6, 7], level=0.9) for table in (means, moved))

    assert other.difference.value == pytest.approx(one.difference.value + 2.5)


def test_many_possible_choices_are_sampled_from_a_seed():
    panel = world(np.random.default_rng(5), units=40, effect=0.2)

    one, again = (compared(panel, range(5), most=2000, seed=9) for _ in range(2))

    assert one.candidates == math.comb(40, 5)
    assert not one.permutations.exact
    assert one.permutations.differences.shape == (2001,)
    assert (one.p, one.difference) == (again.p, again.difference)


def test_without_anybody_to_compare_there_is_only_a_description():
    panel = world(np.random.default_rng(6))

    effect = compare_change(panel, design_of(panel.units, panel.units), at_least=10)

    assert effect.verdict == "cannot_conclude"
    assert effect.difference.n == effect.candidates == 0
    assert math.isnan(effect.p)
    assert math.isnan(effect.difference.value)
    assert effect.permutations is None
    assert effect.before_after.low < effect.before_after.value < effect.before_after.high
    assert all(month.treated.n and not month.comparison.n for month in effect.monthly)


@pytest.mark.parametrize("silent", [[0, 1], range(2, 13), range(13)])
def test_a_side_without_answers_is_not_enough_data(silent):
    panel = world(np.random.default_rng(8))
    n, total = panel.n.copy(), panel.total.copy()
    n[list(silent)], total[list(silent)] = 0, 0

    effect = compared(share_panel(n, total), [0, 1])

    assert effect.verdict == "not_enough_data"
    assert effect.difference.n == 0
    assert math.isnan(effect.difference.value)
    assert math.isnan(effect.p)


def test_a_pilot_without_a_month_after_its_start_is_not_enough_data():
    panel = world(np.random.default_rng(8))
    design = replace(design_of(panel.units, panel.units[:2]), window=WINDOW._replace(after_until=WINDOW.after_from))

    effect = compare_change(panel, design, at_least=10)

    assert effect.verdict == "not_enough_data"
    assert effect.before_after.n == 0


def test_an_empty_panel_is_not_enough_data():
    nothing = np.zeros((0, 0))

    effect = compare_change(Panel((), (), nothing, nothing, nothing), design_of(names(4), names(1)), at_least=10)

    assert effect.verdict == "not_enough_data"
    assert effect.monthly == ()


def test_small_units_and_months_are_neither_used_nor_shown_and_are_named():
    panel = world(np.random.default_rng(9))
    n, total = panel.n.copy(), panel.total.copy()
    n[0, 4], total[0, 4] = 9, 9
    n[1, :], total[1, :] = 5, 5
    n[12, :12], total[12, :12] = 9, 0

    effect = compared(share_panel(n, total), [0, 1])

    assert effect.treated == ("u00",)
    assert effect.comparison == names(13)[2:12]
    assert effect.candidates == 11
    assert LeftOut("u00", MONTHS[4], "few_answers") in effect.left_out
    assert LeftOut("u01", None, "nothing_before") in effect.left_out
    assert LeftOut("u12", None, "nothing_before") in effect.left_out
    assert effect.monthly[4].treated.n == 0
    assert math.isnan(effect.monthly[4].treated.value)


def test_the_monthly_lines_are_means_of_unit_means_with_what_stands_behind_them():
    n = np.full((4, 19), 100)
    n[1] = 300
    successes = (n * np.array([[0.9], [0.5], [0.6], [0.7]])).astype(int)

    effect = compared(share_panel(n, successes), [0, 1])

    assert [row.month for row in effect.monthly] == list(MONTHS)
    assert effect.monthly[0].treated.value == pytest.approx(0.7)
    assert effect.monthly[0].treated.n == 400
    comparison = effect.monthly[0].comparison
    assert comparison.value == pytest.approx(0.65)
    # (0.6 · 0.4 + 0.7 · 0.3) / 100 / 2²: as a share of 0.65 of 202.2 answers
    expected = effective_wilson(0.65, 0.45 / 400, 200)
    assert (comparison.low, comparison.high, comparison.n) == pytest.approx((expected.low, expected.high, 200))


def test_the_line_of_an_outcome_without_bounds_has_an_interval_too():
    effect = compared(means_panel(np.full((4, 19), 35.0), np.full((4, 19), 50), variance=100), [0])

    row = effect.monthly[3].treated
    half = 1.959964 * math.sqrt(100 * 49 / 50 / 50)
    assert (row.value, row.low, row.high) == pytest.approx((35, 35 - half, 35 + half))


def test_the_line_of_one_unit_on_a_scale_is_the_mean_with_its_own_interval():
    counts = [3, 5, 10, 20, 12]
    groups = [(unit, month) for unit in names(4) for month in MONTHS]
    panel = panel_of_counts(groups, [counts] * len(groups), (1, 2, 3, 4, 5))

    row, expected = compared(panel, [0]).monthly[5].treated, mean_estimate(counts, (1, 2, 3, 4, 5))

    assert (row.value, row.low, row.high, row.n) == pytest.approx((expected.value, expected.low, expected.high, 50))


def test_a_month_in_which_all_were_satisfied_has_the_interval_of_all_satisfied():
    n = np.full((4, 19), 30)
    successes = np.full((4, 19), 15)
    successes[0, 3] = 30

    row = compared(share_panel(n, successes), [0]).monthly[3].treated

    assert (row.value, row.high) == (1, 1)
    assert row.low == pytest.approx(wilson(30, 30).low)


def test_when_everybody_is_always_satisfied_nothing_breaks_and_nothing_is_claimed():
    n = np.full((13, 19), 40)

    effect = compared(share_panel(n, n), [0, 1])

    assert effect.verdict == "no_difference_shown"
    assert (effect.p, effect.difference.value) == (1, 0)
    # 12 and 6 months of 40 a unit, as in the window; 9,360 or so satisfied of as many leave p = (n + 2)/(n + 4)
    assert -0.01 < effect.difference.low < 0 < effect.difference.high < 0.01
    assert effect.difference.method == "sampling error of the answers: units alike"


def test_units_that_are_alike_but_for_the_treated_get_the_sampling_error_of_their_answers():
    """Half satisfied everywhere and always; three quarters in the treated units afterwards."""
    n = np.full((13, 19), 40)
    successes = np.where(STARTED & (np.arange(13) < 2)[:, np.newaxis], 30, 20)

    effect = compared(share_panel(n, successes), [0, 1])

    assert (effect.verdict, effect.p) == ("rose", pytest.approx(1 / 78))
    assert effect.difference.value == pytest.approx(0.25)
    assert 0.15 < effect.difference.low < 0.21
    assert 0.29 < effect.difference.high < 0.35


def test_a_level_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="level == 95"):
        compared(world(np.random.default_rng(1)), [0, 1], level=95)


def within(units, kind="other_procedures"):
    return replace(design_of(units, units), kind=kind)


def test_a_unit_is_compared_with_its_own_matters_outside_the_pilot_by_hand():
    """Inside 0.5 → 0.7, outside 0.5 → 0.6 in six units, one of them 0.5 → 0.65: gaps 0.1 and 0.05."""
    n = np.full((6, 19), 100)
    inside = share_panel(n, np.where(STARTED, 70, 50) * np.ones((6, 1)))
    outside = share_panel(n, np.where(STARTED, np.array([[65], [60], [60], [60], [60], [60]]), 50))

    effect = compare_change(inside, within(names(6)), at_least=10, outside=outside)

    assert effect.difference.value == pytest.approx((5 * 0.1 + 0.05) / 6)
    assert (effect.candidates, effect.smallest_p, effect.p) == (64, 1 / 32, 1 / 32)
    assert effect.verdict == "rose"
    assert 0 < effect.difference.low < effect.difference.value < effect.difference.high
    assert effect.before_after.value == pytest.approx(0.2)
    assert effect.comparison == ()
    assert effect.monthly[-1].treated.value == pytest.approx(0.7)
    assert effect.monthly[-1].comparison.value == pytest.approx((0.65 + 5 * 0.6) / 6)
    assert {each.code for each in effect.threats} >= {"few_treated", "different_trend"}


def test_five_units_by_themselves_cannot_conclude_and_have_no_interval():
    n = np.full((5, 19), 100)
    inside, outside = (share_panel(n, np.where(STARTED, after, 50) * np.ones((5, 1))) for after in (90, 50))

    effect = compare_change(inside, within(names(5)), at_least=10, outside=outside)

    assert (effect.verdict, effect.smallest_p) == ("cannot_conclude", 1 / 16)
    assert math.isnan(effect.difference.low)


def test_a_triple_difference_takes_each_units_own_change_outside_away():
    """A unit that gets better at everything is no effect of the pilot's procedures."""
    generator = np.random.default_rng(12)
    n = np.full((13, 19), 200)
    own = generator.normal(0, 0.05, (13, 1)) * STARTED  # whatever each unit does to all of its matters
    inside = share_panel(n, generator.binomial(n, 0.6 + own + 0.1 * STARTED * (np.arange(13) < 2)[:, None]))
    outside = share_panel(n, generator.binomial(n, 0.6 + own))
    design = replace(design_of(names(13), names(2)), kind="triple_procedures")

    effect = compare_change(inside, design, at_least=10, outside=outside)

    gaps = inside.means(at_least=10) - outside.means(at_least=10)
    change = gaps[:, 12:].mean(axis=1) - gaps[:, :12].mean(axis=1)
    assert effect.difference.value == pytest.approx(change[:2].mean() - change[2:].mean())
    assert (effect.candidates, effect.p, effect.verdict) == (78, 1 / 78, "rose")
    assert effect.difference.n == 2 * 13 * 19 * 200


def test_a_design_and_its_second_panel_belong_together():
    panel = world(np.random.default_rng(1))

    with pytest.raises(ValueError, match="outside: must be given with other_procedures"):
        compare_change(panel, within(panel.units), at_least=10)
    with pytest.raises(ValueError, match="outside: must be left out with not_yet_started"):
        compare_change(panel, design_of(panel.units, panel.units[:2]), at_least=10, outside=panel)


def test_a_unit_that_one_side_cannot_tell_of_is_left_out_and_named():
    n = np.full((7, 19), 100)
    short = n.copy()
    short[3, :12] = 5
    inside, outside = share_panel(n, n * 0.5), share_panel(short, short * 0.5)

    effect = compare_change(inside, within(names(7)), at_least=10, outside=outside)

    assert effect.treated == tuple(unit for unit in names(7) if unit != "u03")
    assert LeftOut("u03", None, "nothing_before") in effect.left_out


def test_within_units_a_difference_is_claimed_by_chance_in_at_most_one_of_twenty_districts():
    generator = np.random.default_rng(99)
    worlds = 300
    claims = 0
    for _ in range(worlds):
        n = generator.poisson(40 * np.exp(generator.normal(0, 0.7, (8, 1))) * np.ones(19)) + 10
        level = generator.normal(0.8, 0.05, (8, 1)) + generator.normal(0, 0.03, 19)
        sides = [
            share_panel(n, generator.binomial(n, np.clip(level + generator.normal(0, 0.03, (8, 1)) * STARTED, 0, 1)))
            for _ in range(2)
        ]
        effect = compare_change(sides[0], within(names(8)), at_least=10, outside=sides[1])
        claims += effect.verdict in ("rose", "fell")

    assert binom.ppf(0.005, worlds, 12 / 256) <= claims <= binom.ppf(0.99, worlds, 0.05)
