from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.panel import Panel
from scoring.spread import Spread, estimate_spread


def months(count):
    return tuple(date(2020 + k // 12, k % 12 + 1, 1) for k in range(count))


def panel_of(levels, n=10**9):
    """So many answers in each cell that only what differs between units and months is left."""
    shape = np.shape(levels)
    total = np.asarray(levels) * n
    return Panel(tuple(f"u{k}" for k in range(shape[0])), months(shape[1]), np.full(shape, n), total, total)


def made(random, units, count, *, change, unit_month, month):
    drift = random.normal(0, change, units)[:, None] * (np.arange(count) >= count // 2)
    return 0.5 + drift + random.normal(0, month, count) + random.normal(0, unit_month, (units, count))


def test_the_spread_of_many_units_and_months_is_the_one_they_were_made_with():
    found = estimate_spread(
        panel_of(made(np.random.default_rng(1), 2000, 60, change=0.03, unit_month=0.02, month=0.01)), at_least=10
    )
    assert pytest.approx((found.change, found.unit_month, found.month), abs=0.002) == (0.03, 0.02, 0.01)
    assert (found.units, found.months, found.assumed) == (2000, 60, False)


def test_what_the_chance_of_the_answers_makes_is_no_spread():
    random = np.random.default_rng(2)
    answers = np.full((200, 24), 50)
    total = random.binomial(50, 0.8, answers.shape)
    panel = Panel(tuple(f"u{k}" for k in range(200)), months(24), answers, total, total)
    found = estimate_spread(panel, at_least=10)
    assert max(found.change, found.unit_month, found.month) < 0.01


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_what_all_units_share_and_the_order_of_units_change_no_spread_between_them(seed):
    random = np.random.default_rng(seed)
    levels = made(random, 6, 8, change=0.03, unit_month=0.02, month=0.0)
    found = estimate_spread(panel_of(levels), at_least=10)
    other = estimate_spread(panel_of(levels[::-1] + random.normal(0, 0.02, 8)), at_least=10)
    assert (found.change, found.unit_month) == pytest.approx((other.change, other.unit_month), abs=1e-4)


@pytest.mark.parametrize(("units", "count"), [(3, 12), (13, 5)])
def test_too_few_units_or_months_tell_no_spread(units, count):
    assert estimate_spread(panel_of(np.full((units, count), 0.8)), at_least=10) is None


def test_a_unit_that_lacks_a_month_is_left_out():
    levels = np.full((5, 6), 0.8)
    panel = panel_of(levels, n=20)
    n = panel.n.copy()
    n[0, 3] = 9
    found = estimate_spread(Panel(panel.units, panel.months, n, n * 0.8, n * 0.8), at_least=10)
    assert found.units == 4


def test_an_assumed_spread_says_so_and_no_spread_is_negative():
    assert Spread().assumed
    with pytest.raises(ValueError, match="change"):
        Spread(change=-0.01)
