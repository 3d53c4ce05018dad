from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.change import unit_changes
from scoring.panel import panel_of_ratios
from scoring.standardised import standardised_panel

MONTHS = tuple(date(2024, month, 1) for month in range(1, 9))
BEFORE, AFTER = MONTHS[:4], MONTHS[4:]


def shares_of(groups, n, total, shares, **options):
    return standardised_panel(groups, n, total, total, shares, at_least=10, **options)


def test_people_who_changed_are_no_change_of_service():
    """Land is slow (0.5), civil status is not (0.9); later half of the land matters stay away."""
    rows = [("u", month, field) for month in MONTHS for field in ("land", "civil")]
    n = [100 if field == "civil" or month in BEFORE else 50 for _, month, field in rows]
    total = [count * (0.5 if field == "land" else 0.9) for (_, _, field), count in zip(rows, n, strict=True)]

    crude = panel_of_ratios([row[:2] for row in rows], total, n)
    same_mix = shares_of(rows, n, total, {"land": 1, "civil": 1}).panel

    changes = [unit_changes(panel, ["u"], BEFORE, AFTER, at_least=10).values.item() for panel in (crude, same_mix)]
    assert changes == pytest.approx([(25 + 90) / 150 - 0.7, 0])


def test_the_variance_is_that_of_the_weighted_mean():
    rows = [("u", MONTHS[0], "a"), ("u", MONTHS[0], "b")]

    panel = shares_of(rows, [40, 160], [20, 144], {"a": 3, "b": 1}).panel

    own = [0.25 * 40 / 39, 0.09 * 160 / 159]  # variance of one answer in each
    expected = 0.75**2 * own[0] / 40 + 0.25**2 * own[1] / 160
    assert panel.means(at_least=10).item() == pytest.approx(0.75 * 0.5 + 0.25 * 0.9)
    assert panel.answer_variance(at_least=10) / panel.n.item() == pytest.approx(expected)


def test_the_spread_of_simulated_means_is_the_variance_that_is_told():
    generator = np.random.default_rng(4)
    rows = [(f"u{unit}", MONTHS[0], field) for unit in range(2000) for field in ("a", "b")]
    n = np.tile([30, 120], 2000)
    total = generator.binomial(n, np.tile([0.5, 0.9], 2000))

    panel = shares_of(rows, n, total, {"a": 1, "b": 1}).panel

    told = panel.answer_variance(at_least=10) / panel.n
    assert told.mean() == pytest.approx(panel.means(at_least=10).var(), rel=0.08)


def test_strata_that_hardly_anybody_fills_are_pooled_with_the_smallest_other():
    rows = [("u", month, field) for month in MONTHS for field in ("land", "civil", "rare")]
    n = [20 if field != "rare" else int(month == MONTHS[0]) for _, month, field in rows]

    found = shares_of(rows, n, [0] * len(rows), {"land": 60, "civil": 39, "rare": 1})

    assert found.strata == (("land",), ("civil", "rare"))
    assert found.shares == pytest.approx((0.6, 0.4))


def test_a_month_that_lacks_a_stratum_has_no_mean_rather_than_another_mix():
    rows = [(f"u{unit}", MONTHS[0], field) for unit in range(20) for field in ("land", "civil")]
    n = [0 if unit == "u7" and field == "land" else 30 for unit, _, field in rows]

    panel = shares_of(rows, n, [0] * len(rows), {"land": 1, "civil": 1}).panel

    assert np.isnan(panel.means(at_least=10)[panel.units.index("u7")]).all()
    assert np.isfinite(panel.means(at_least=10)).sum() == 19


def test_one_stratum_alone_is_the_crude_panel():
    rows = [("u", month, "land") for month in MONTHS]

    found = shares_of(rows, [20] * 8, range(8), {"land": 7})

    assert found.strata == (("land",),)
    assert found.panel.n.ravel() == pytest.approx(20)
    assert found.panel.total.ravel() == pytest.approx(range(8))


@pytest.mark.parametrize("shares", [{}, {"a": 0}, {"a": 1, "b": -1}])
def test_shares_that_are_no_mix_are_refused(shares):
    with pytest.raises(ValueError, match="must be 0 or more, and one above 0"):
        shares_of([("u", MONTHS[0], "a")], [1], [1], shares)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.1, 1000))
def test_the_unit_of_the_shares_and_the_order_of_rows_change_nothing(seed, unit):
    generator = np.random.default_rng(seed)
    rows = [(f"u{u}", month, field) for u in range(3) for month in MONTHS[:2] for field in "abc"]
    n = generator.integers(1, 60, len(rows))
    total = generator.binomial(n, 0.7)
    order = generator.permutation(len(rows))

    one = shares_of(rows, n, total, {"a": 1, "b": 2, "c": 3})
    other = shares_of(
        [rows[row] for row in order],
        n[order],
        total[order],
        {c: s * unit for c, s in zip("cab", (3, 1, 2), strict=True)},
    )

    assert other.panel.means(at_least=1) == pytest.approx(one.panel.means(at_least=1), nan_ok=True)
    assert other.panel.n == pytest.approx(one.panel.n)
    assert (one.panel.n <= n.reshape(3, 2, 3).sum(axis=2) + 1e-9).all()
