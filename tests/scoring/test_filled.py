from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.change import LeftOut
from scoring.filled import fill_months
from scoring.panel import Panel

MONTHS = tuple(date(2024, month, 1) for month in range(1, 9))


def panel_of(means, n):
    means, n = np.asarray(means, dtype=float), np.asarray(n, dtype=float)
    units = tuple(f"u{unit}" for unit in range(len(means)))
    return Panel(units, MONTHS, n, n * means, n * means**2 + n * 0.5, (-np.inf, np.inf))


def sums(seed, units=5):
    generator = np.random.default_rng(seed)
    return generator.normal(0, 1, (units, 1)) + generator.normal(0, 1, 8)


def test_a_full_table_stays_as_it_is():
    means, n = sums(1), np.full((5, 8), 20)

    found = fill_months(panel_of(means, n), [4], at_least=10)

    assert found.means == pytest.approx(means)
    assert found.noise == pytest.approx(np.full((5, 8), 0.5 * 20 / 19 / 20))
    assert (found.n, found.left_out) == (5 * 8 * 20, ())


def test_a_gap_takes_the_effects_of_its_own_stretch():
    """Every unit jumps by its own amount at the cut: what lies beyond it tells nothing of this side."""
    means = sums(2)
    means[:, 4:] += np.arange(5)[:, None] * 10
    n = np.full((5, 8), 20)
    n[2, 1] = n[3, 6] = 9

    found = fill_months(panel_of(means, n), [4], at_least=10)

    assert found.means == pytest.approx(means)
    assert set(found.left_out) == {LeftOut("u2", MONTHS[1], "few_answers"), LeftOut("u3", MONTHS[6], "few_answers")}
    assert found.noise[2, 1] == pytest.approx(found.noise[2, 0])


def test_a_unit_that_lacks_more_than_half_of_a_stretch_is_left_out():
    n = np.full((5, 8), 20)
    n[4, 5:] = 0
    n[3, 6:] = 0

    found = fill_months(panel_of(sums(3), n), [4], at_least=10)

    assert found.units == ("u0", "u1", "u2", "u3")
    assert LeftOut("u4", None, "month_missing") in found.left_out


def test_a_month_that_nobody_has_is_no_harm_and_nobody_at_all_is_nobody():
    n = np.full((5, 8), 20)
    n[:, 2] = 0

    assert np.isfinite(fill_months(panel_of(sums(4), n), [4], at_least=10).means).all()
    silent = fill_months(panel_of(sums(4), np.zeros((5, 8))), [4], at_least=10)
    assert (silent.units, silent.n) == ((), 0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.permutations(range(6)))
def test_the_order_of_units_changes_nothing(seed, order):
    generator = np.random.default_rng(seed)
    means, n = sums(seed, 6) + generator.normal(0, 0.3, (6, 8)), generator.integers(5, 40, (6, 8))

    one, other = (
        fill_months(panel_of(means[list(rows)], n[list(rows)]), [4], at_least=10) for rows in (range(6), order)
    )

    place = {f"u{row}": f"u{new}" for new, row in enumerate(order)}
    assert {place[unit] for unit in one.units} == set(other.units)
    for unit, row in zip(one.units, one.means, strict=True):
        assert other.means[other.units.index(place[unit])] == pytest.approx(row, abs=1e-8)
