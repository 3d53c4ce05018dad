import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from scoring.change import LeftOut
from scoring.effect import compare_change
from scoring.panel import Panel
from scoring.staggered import compare_starts
from tests.scoring.test_effect import MONTHS, design_of, names

EARLY, LATE = date(2023, 9, 1), date(2024, 2, 1)  # months 6 and 11 of 0 … 18
STARTS = dict(zip(names(12), [EARLY] * 2 + [LATE] * 3 + [None] * 7, strict=True))
PLACE = {month: place for place, month in enumerate(MONTHS)}


def means_panel(means, *, n=50, variance=0.5):
    means = np.asarray(means, dtype=float)
    size = np.full(means.shape, n, dtype=float)
    squares = size * means**2 + variance * (size - 1)
    return Panel(names(len(means)), MONTHS, size, size * means, squares, (-np.inf, np.inf))


def grown(generator, *, drift=0.05, early=0.0, late=0.0):
    """Units with their own levels, random walks and common shocks; effects that grow by the month."""
    table = (
        generator.normal(0, 1, (12, 1)) + generator.normal(0, 1, 19) + generator.normal(0, drift, (12, 19)).cumsum(1)
    )
    table[:2] += early * np.maximum(np.arange(19) - 5, 0)
    table[2:5] += late * np.maximum(np.arange(19) - 10, 0)
    return table


def test_growing_effects_are_found_where_unit_and_month_effects_would_mix_them():
    """No noise at all: 1 a month in the early wave, 2 a month in the late one."""
    found = compare_starts(means_panel(grown(np.random.default_rng(1), drift=0, early=1, late=2)), STARTS, at_least=10)

    assert [wave.value for wave in found.by_wave] == pytest.approx(
        [np.arange(1, 14).mean(), 2 * np.arange(1, 9).mean()]
    )
    assert found.overall.value == pytest.approx((2 * 7 + 3 * 9) / 5)
    events = {each.event: each.estimate.value for each in found.by_event}
    assert [events[event] for event in (-1, 0, 7, 8)] == pytest.approx([0, 1.6, 12.8, 9], abs=1e-9)
    assert (found.verdict, found.candidates, found.p) == ("rose", 66 * 120, pytest.approx(found.smallest_p))
    assert found.treated == names(12)[:5]
    assert found.comparison == names(12)[5:]


@pytest.mark.parametrize("base", ["all_before", "last_before", "varying"])
def test_one_wave_and_all_months_before_is_the_difference_of_changes(base):
    """With one start, the mean over the months after is what `compare_change` tells."""
    table = grown(np.random.default_rng(2))
    starts = dict.fromkeys(names(12)) | dict.fromkeys(names(2), date(2024, 3, 1))

    found = compare_starts(means_panel(table), starts, at_least=10, base=base)

    gap = table[:2].mean(axis=0) - table[2:].mean(axis=0)
    before = gap[:12].mean() if base == "all_before" else gap[11]
    assert found.overall.value == pytest.approx(gap[12:].mean() - before)
    if base == "all_before":
        other = compare_change(means_panel(table), design_of(names(12), names(2)), at_least=10)
        assert found.overall.value == pytest.approx(other.difference.value)
        assert found.candidates == other.candidates == 66
        assert found.smallest_p == other.smallest_p


def test_late_starters_are_compared_only_until_they_start():
    """Everybody starts sooner or later: after the last start nobody is left, and nothing is told of those months."""
    starts = dict(zip(names(12), [EARLY] * 4 + [LATE] * 8, strict=True))

    found = compare_starts(means_panel(grown(np.random.default_rng(3))), starts, at_least=10)

    assert {cell.month for cell in found.cells if cell.event >= 0} == set(MONTHS[6:11])
    assert [wave.starts for wave in found.by_wave] == [EARLY]
    assert found.comparison == ()
    never = compare_starts(means_panel(grown(np.random.default_rng(3))), starts, at_least=10, control="never_started")
    assert never.verdict == "not_enough_data"
    assert math.isnan(never.p)


def test_a_month_in_which_the_start_falls_is_neither_before_nor_after():
    starts = dict.fromkeys(names(12)) | dict.fromkeys(names(2), date(2024, 3, 15))

    found = compare_starts(means_panel(grown(np.random.default_rng(4))), starts, at_least=10)

    months = {cell.event: cell.month for cell in found.cells}
    assert (months[-1], months[0]) == (date(2024, 2, 1), date(2024, 4, 1))
    assert date(2024, 3, 1) not in months.values()


def with_gaps(panel, gaps):
    n = panel.n.copy()
    for unit, months in gaps.items():
        n[unit, months] = 3
    return Panel(panel.units, panel.months, n, panel.total, panel.squares, panel.bounds)


def test_units_that_lack_most_of_a_stretch_or_a_month_before_are_left_out_and_named():
    panel = with_gaps(means_panel(grown(np.random.default_rng(5))), {11: [0, 1, 2, 3]})

    found = compare_starts(panel, STARTS | {"u00": MONTHS[0]}, at_least=10)

    assert found.left_out[:2] == (LeftOut("u00", None, "nothing_before"), LeftOut("u11", None, "month_missing"))
    assert "u11" not in found.comparison
    assert found.by_wave[0].units == ("u01",)


def test_a_month_of_too_few_answers_takes_what_its_unit_and_month_tell():
    """Without noise beyond units, months and one effect, nothing is lost by a gap."""
    table = means_panel(
        grown(np.random.default_rng(5), drift=0) + 2.0 * (np.arange(19) >= 6) * (np.arange(12) < 2)[:, None]
    )
    gaps = {0: [2, 8], 5: [3, 12, 18], 11: [0]}

    whole, gappy = (compare_starts(each, STARTS, at_least=10, most=200) for each in (table, with_gaps(table, gaps)))

    assert gappy.overall.value == pytest.approx(whole.overall.value)
    assert gappy.comparison == whole.comparison
    assert LeftOut("u05", MONTHS[12], "few_answers") in gappy.left_out
    assert gappy.overall.n == whole.overall.n - 6 * 50


def test_too_few_ways_cannot_conclude_and_have_neither_interval_nor_band():
    starts = dict(zip(names(12), [EARLY] + [None] * 11, strict=True))  # 1 of 12

    found = compare_starts(means_panel(grown(np.random.default_rng(6))), starts, at_least=10)

    assert (found.verdict, found.smallest_p) == ("cannot_conclude", 1 / 12)
    assert math.isnan(found.overall.low)
    assert math.isnan(found.pre_trend_p)
    assert all(math.isnan(each.estimate.low) for each in found.by_event)
    assert np.isfinite(found.overall.value)


def test_a_trend_before_the_start_is_seen():
    table = grown(np.random.default_rng(7))
    table[:5] += 0.3 * np.arange(19)

    found = compare_starts(means_panel(table), STARTS, at_least=10)

    assert found.pre_trend_p <= 0.05


def test_the_interval_and_p_agree():
    generator = np.random.default_rng(8)
    for effect in (0, 0.02, 0.05, 0.1):
        found = compare_starts(means_panel(grown(generator, early=effect, late=effect)), STARTS, at_least=10, most=1000)

        assert found.overall.low <= found.overall.value <= found.overall.high
        assert (found.overall.low <= 0 <= found.overall.high) == (found.p > 0.05)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.permutations(range(12)))
def test_the_order_of_units_changes_nothing_and_common_shocks_neither(seed, order):
    generator = np.random.default_rng(seed)
    table = grown(generator)
    shocks = generator.normal(0, 5, 19) + generator.normal(0, 5, (12, 1))
    one = compare_starts(means_panel(table), STARTS, at_least=10)

    units = names(12)
    turned = means_panel((table + shocks)[order])
    turned = Panel(
        tuple(units[unit] for unit in order), turned.months, turned.n, turned.total, turned.squares, turned.bounds
    )
    other = compare_starts(turned, STARTS, at_least=10)

    assert other.p == pytest.approx(one.p, abs=1e-3)  # squares of larger sums round the noise a little
    assert other.overall.value == pytest.approx(one.overall.value, abs=1e-8)
    assert other.pre_trend_p == pytest.approx(one.pre_trend_p, abs=1e-3)


def test_nothing_is_claimed_or_seen_beforehand_in_more_than_one_of_twenty_districts():
    generator = np.random.default_rng(2025)
    worlds = 120
    units = names(12)
    claims = trends = missed = 0
    for _ in range(worlds):
        starts = dict(zip([units[u] for u in generator.permutation(12)], STARTS.values(), strict=True))
        n = generator.poisson(60 * np.exp(generator.normal(0, 0.7, (12, 1))) * np.ones(19)) + 10
        level = (
            generator.normal(0.8, 0.05, (12, 1)) + generator.normal(0, 0.02, (12, 19)) + generator.normal(0, 0.03, 19)
        )
        total = generator.binomial(n, np.clip(level, 0, 1))
        found = compare_starts(Panel(units, MONTHS, n, total, total), starts, at_least=10, most=300)
        claims += found.verdict in ("rose", "fell")
        trends += found.pre_trend_p <= 0.05
        missed += any(not each.estimate.low <= 0 <= each.estimate.high for each in found.by_event)

    most = binom.ppf(0.99, worlds, 0.05)
    assert binom.ppf(0.005, worlds, 0.04) <= claims <= most
    assert trends <= most
    assert missed <= binom.ppf(0.99, worlds, 0.06)  # 92 to 98 % of bands hold all months in longer runs


def test_very_unequal_communes_with_many_gaps_claim_nothing_by_chance_either():
    """In 300 districts: false claims 5 %, intervals that hold an effect of 8 points 94 %, its mean estimate 8.0 points."""
    generator = np.random.default_rng(6)
    worlds, claims, gaps = 60, 0, 0
    for _ in range(worlds):
        starts = dict(zip([names(12)[u] for u in generator.permutation(12)], STARTS.values(), strict=True))
        n = generator.poisson(25 * np.exp(generator.normal(0, 1, (12, 1))) * np.ones(19))
        level = generator.normal(0.75, 0.05, (12, 1)) + generator.normal(0, 0.03, (12, 19))
        total = generator.binomial(n, np.clip(level, 0, 1))
        found = compare_starts(Panel(names(12), MONTHS, n, total, total), starts, at_least=10, most=300)
        claims += found.verdict in ("rose", "fell")
        gaps += sum(each.month is not None for each in found.left_out)

    assert gaps > 3 * worlds
    assert claims <= binom.ppf(0.99, worlds, 0.05)


@pytest.mark.parametrize("wrong", [{"level": 95}, {"control": "both"}, {"base": "none"}])
def test_arguments_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        compare_starts(means_panel(grown(np.random.default_rng(1))), STARTS, at_least=10, **wrong)


def test_what_would_need_to_be_true_hangs_on_whom_it_is_compared_with():
    panel = means_panel(grown(np.random.default_rng(1)))
    waiting, never = (
        compare_starts(panel, STARTS, at_least=10, most=99, control=control)
        for control in ("not_yet_started", "never_started")
    )

    assert "starts_exchangeable" in waiting.assumptions
    assert ("start_kept" in waiting.assumptions, "start_kept" in never.assumptions) == (True, False)


def test_a_large_effect_widens_no_error():
    quiet = grown(np.random.default_rng(3))
    loud = quiet + 50.0 * ((np.arange(12) < 2)[:, None] * (np.arange(19) >= 6))
    loud += 50.0 * (((np.arange(12) >= 2) & (np.arange(12) < 5))[:, None] * (np.arange(19) >= 11))

    one, other = (compare_starts(means_panel(each), STARTS, at_least=10, most=99) for each in (quiet, loud))

    errors = [[each.standard_error for each in found.by_event] for found in (one, other)]
    assert errors[1] == pytest.approx(errors[0])
    assert other.overall.value == pytest.approx(one.overall.value + 50)
