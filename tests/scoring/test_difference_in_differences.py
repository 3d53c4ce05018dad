"""Differences and their errors are those of lm with sandwich and of plm."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.difference_in_differences import difference_in_differences, difference_of_four_means
from scoring.estimate import wilson

OUTCOME = [3, 4, 3, 5, 4, 4, 5, 2, 3, 1, 3, 5, 4, 4, 5, 3]
GROUP = [0] * 7 + [1] * 9
AFTER = [0] * 4 + [1] * 3 + [0] * 4 + [1] * 5
CLUSTER = list("aabcabcddefdeeff")

# six units, four periods; three start, two of them together
PANEL = [
    2.1, 2.4, 2.2, 2.9, 3.0, 3.3, 3.1, 3.6, 1.8, 2.0, 2.5, 2.4,
    2.2, 2.3, 3.4, 3.5, 2.9, 3.1, 3.7, 4.4, 2.0, 2.9, 3.1, 3.0,
]  # fmt: skip
UNIT = [f"unit {i // 4}" for i in range(24)]
PERIOD = [1, 2, 3, 4] * 6
STARTED = [int(period >= start) for start in (9, 9, 9, 3, 3, 2) for period in (1, 2, 3, 4)]

# R 4.2.2, sandwich 3.0.2: m <- lm(y ~ group * after); summary(m); vcovHC(m, type = "HC1"); vcovCL(m, ~cluster, type = "HC1")
# p of CR1 from 2 * pt(-|t|, 5): six clusters
TWO_BY_TWO = [
    (0.878709069959807, 0.145838786184248, 12, "classical"),
    (0.840495150947006, 0.129900396351385, 12, "HC1"),
    (0.45991696110397, 0.0311013965695505, 5, "CR1"),
]
# R 4.2.2, sandwich 3.0.2: m <- lm(y ~ factor(unit) + factor(period) + d); the same calls, ~unit
# plm 2.6.2: plm(y ~ d, effect = "twoways", model = "within") has the classical error too
TWO_WAY = [
    (0.14345231518666, 0.000138702202168288, 14, "classical"),
    (0.123029545974518, 3.01807564749607e-05, 14, "HC1"),
    (0.114104508709639, 0.00127169408714105, 5, "CR1"),
]


def without(values, *places):
    return [value for i, value in enumerate(values) if i not in places]


def cells_of(outcome, group, after):
    """Means, sizes and variances of the four cells."""
    y, g, t = (np.array(each) for each in (outcome, group, after))
    cells = [[y[(g == i) & (t == j)] for j in (0, 1)] for i in (0, 1)]
    return ([[part(cell) for cell in row] for row in cells] for part in (np.mean, len, lambda cell: cell.var(ddof=1)))


@pytest.mark.parametrize(("error", "p", "freedom", "errors"), TWO_BY_TWO)
def test_two_by_two_is_that_of_r(error, p, freedom, errors):
    cluster = CLUSTER if errors == "CR1" else None

    found = difference_in_differences(OUTCOME, GROUP, after=AFTER, cluster=cluster, errors=errors)

    assert found.estimate.value == pytest.approx(1.36666666666667, rel=1e-12)
    assert (found.standard_error, found.p) == pytest.approx((error, p), rel=1e-11)
    assert (found.degrees_of_freedom, found.parameters, found.estimate.n, found.errors) == (freedom, 4, 16, errors)


def test_the_interval_is_that_of_confint():
    # R 4.2.2: confint(lm(y ~ group * after))["group:after", ]
    found = difference_in_differences(OUTCOME, GROUP, after=AFTER, errors="classical").estimate

    assert (found.low, found.high) == pytest.approx((-0.54787592850672, 3.28120926184005), rel=1e-11)
    assert found.method == "classical, t of 12 degrees of freedom"


@pytest.mark.parametrize(("error", "p", "freedom", "errors"), TWO_WAY)
def test_two_way_fixed_effects_are_those_of_r(error, p, freedom, errors):
    found = difference_in_differences(PANEL, STARTED, unit=UNIT, period=PERIOD, errors=errors)

    assert found.estimate.value == pytest.approx(0.743589743589744, rel=1e-12)
    assert (found.standard_error, found.p) == pytest.approx((error, p), rel=1e-10)
    assert found.t == pytest.approx(0.743589743589744 / error, rel=1e-10)
    assert (found.degrees_of_freedom, found.parameters) == (freedom, 10)


def test_a_panel_with_gaps_is_that_of_r():
    # R 4.2.2, without rows 7 and 14: sandwich 3.0.2 vcovCL(m, ~unit, type = "HC1"); plm 2.6.2 gives estimate and p
    rows = (6, 13)
    panel = (without(PANEL, *rows), without(STARTED, *rows))
    labels = {"unit": without(UNIT, *rows), "period": without(PERIOD, *rows)}

    clustered = difference_in_differences(*panel, **labels)
    classical = difference_in_differences(*panel, **labels, errors="classical")

    assert clustered.estimate.value == pytest.approx(0.65771144278607, rel=1e-12)
    assert clustered.standard_error == pytest.approx(0.0950520922484141, rel=1e-11)
    assert (classical.standard_error, classical.p) == pytest.approx((0.156461311929484, 0.00122389525114087), rel=1e-11)


def test_units_are_the_clusters_unless_said_otherwise():
    found = difference_in_differences(PANEL, STARTED, unit=UNIT, period=PERIOD)

    assert (found.errors, found.clusters, found.treated_clusters) == ("CR1", 6, 3)
    assert difference_in_differences(OUTCOME, GROUP, after=AFTER).errors == "HC1"
    assert difference_in_differences(OUTCOME, GROUP, after=AFTER, cluster=CLUSTER).errors == "CR1"


def test_more_periods_than_units_are_absorbed_alike():
    # units and periods change places in outcome ~ unit + period + treated
    one = difference_in_differences(PANEL, STARTED, unit=UNIT, period=PERIOD, errors="HC1")
    other = difference_in_differences(PANEL, STARTED, unit=PERIOD, period=UNIT, errors="HC1")

    assert one.estimate.value == pytest.approx(other.estimate.value, rel=1e-12)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-12)
    assert one.parameters == other.parameters == 10


@pytest.mark.parametrize("errors", ["classical", "HC1"])
def test_four_published_cells_give_what_the_observations_give(errors):
    means, n, variances = cells_of(OUTCOME, GROUP, AFTER)

    found = difference_of_four_means(means, n, variances, errors=errors)

    whole = difference_in_differences(OUTCOME, GROUP, after=AFTER, errors=errors)
    assert found.standard_error == pytest.approx(whole.standard_error, rel=1e-12)
    assert found.estimate.low == pytest.approx(whole.estimate.low, rel=1e-12)
    assert (found.p, found.degrees_of_freedom) == (pytest.approx(whole.p), whole.degrees_of_freedom)


def test_four_cells_worked_by_hand():
    # (6 − 2) − (4 − 3) = 3; each cell of 5 with variance 2: σ² = 2, error² = 2 · 4 / 5; HC1: 20/16 · 4 · 8/25 = 1.6 too
    for errors in ("classical", "HC1"):
        found = difference_of_four_means([[3, 4], [2, 6]], [[5, 5], [5, 5]], [[2, 2], [2, 2]], errors=errors)
        assert (found.estimate.value, found.standard_error) == pytest.approx((3, math.sqrt(1.6)))


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16), st.floats(-50, 50))
def test_an_effect_added_to_the_treated_after_is_found_beside_what_was_there(outcome, effect):
    treated = np.array(GROUP) * np.array(AFTER)

    before, after = (
        difference_in_differences(np.array(outcome) + effect * on, GROUP, after=AFTER) for on in (0, treated)
    )

    assert after.estimate.value - before.estimate.value == pytest.approx(effect, abs=1e-9)


@given(st.lists(st.floats(-100, 100), min_size=6, max_size=6), st.lists(st.floats(-100, 100), min_size=4, max_size=4))
def test_levels_of_units_and_periods_do_not_matter(of_units, of_periods):
    moved = [y + of_units[i // 4] + of_periods[i % 4] for i, y in enumerate(PANEL)]

    found = difference_in_differences(moved, STARTED, unit=UNIT, period=PERIOD)

    assert found.estimate.value == pytest.approx(0.743589743589744, abs=1e-9)
    assert found.standard_error == pytest.approx(0.114104508709639, abs=1e-9)


def test_seven_people_all_at_five_in_each_cell_leave_room_for_doubt():
    group, after = np.repeat([0, 0, 1, 1], 7), np.tile(np.repeat([0, 1], 7), 2)

    found = difference_in_differences([5] * 28, group, after=after, scale=(1, 5))

    # each cell is Wilson's 7 of 7 on a scale of length 4; square-and-add of four such
    cell = 4 * (1 - wilson(7, 7).low)
    assert found.estimate.value == 0
    assert (found.estimate.low, found.estimate.high) == pytest.approx((-cell * math.sqrt(2), cell * math.sqrt(2)))
    assert "four cells all alike" in found.estimate.method
    assert math.isnan(found.standard_error)


def test_cells_all_alike_keep_their_difference():
    # 4 → 5 where something was done, 4 → 4 elsewhere
    found = difference_of_four_means([[4, 4], [4, 5]], [[9, 9], [9, 9]], [[0, 0], [0, 0]], scale=(1, 5)).estimate

    assert found.value == 1
    assert found.low < 1 < found.high


def test_each_side_of_cells_all_alike_counts_in_its_own_direction():
    # (5 − 3) − (5 − 4) = 1, and with 2,000 in each cell little doubt
    found = difference_of_four_means([[4, 5], [3, 5]], [[2000] * 2] * 2, [[0, 0], [0, 0]], scale=(1, 5)).estimate

    assert found.value == 1
    assert 0.8 < found.low < 1 < found.high < 1.2


@pytest.mark.parametrize("errors", ["classical", "HC1"])
def test_without_a_scale_outcomes_all_alike_have_no_interval(errors):
    levels = [0.1 * (i // 4) + 0.3 * (i % 4) for i in range(24)]  # units and periods and nothing else
    for found in (
        difference_in_differences([5] * 16, GROUP, after=AFTER, errors=errors),
        difference_in_differences([0.1] * 24, STARTED, unit=UNIT, period=PERIOD, errors=errors),
        difference_in_differences(levels, STARTED, unit=UNIT, period=PERIOD, errors=errors),
        difference_of_four_means([[5, 5], [5, 5]], [[7, 7], [7, 7]], [[0, 0], [0, 0]], errors=errors),
    ):
        assert found.estimate.value == pytest.approx(0, abs=1e-12)
        assert math.isnan(found.estimate.low)
        assert math.isnan(found.p)


def test_outcomes_that_vary_do_not_use_the_scale():
    plain, scaled = (difference_in_differences(OUTCOME, GROUP, after=AFTER, scale=scale) for scale in (None, (1, 5)))

    assert plain == scaled


def test_as_many_coefficients_as_observations_leave_no_error():
    found = difference_in_differences([1, 2, 3, 5], [0, 0, 1, 1], after=[0, 1, 0, 1], errors="classical", scale=(1, 5))

    assert (found.estimate.value, found.degrees_of_freedom) == (pytest.approx(1), 0)
    assert math.isnan(found.standard_error)


def test_two_clusters_with_one_treated_have_no_error_rather_than_none_at_all():
    rng = np.random.default_rng(3)

    found = difference_in_differences(
        rng.normal(size=16), [0] * 12 + [1] * 4, unit=[0] * 8 + [1] * 8, period=[*range(8)] * 2
    )

    assert math.isfinite(found.estimate.value)
    assert math.isnan(found.standard_error)
    assert (found.clusters, found.treated_clusters) == (2, 1)


def test_nobody_is_nan_with_n_zero():
    for found in (
        difference_in_differences([], [], after=[]),
        difference_in_differences([], [], unit=[], period=[]),
        difference_of_four_means([[math.nan] * 2] * 2, [[0, 0], [0, 0]], [[math.nan] * 2] * 2),
    ):
        assert math.isnan(found.estimate.value)
        assert math.isnan(found.p)
        assert found.estimate.n == 0


def test_an_empty_cell_is_nan_with_the_people_of_the_others():
    assert difference_in_differences([1, 2, 3], [0, 0, 1], after=[0, 1, 0]).estimate.n == 3
    assert math.isnan(difference_in_differences([1, 2, 3], [0, 0, 1], after=[0, 1, 0]).estimate.value)
    found = difference_of_four_means([[1, 2], [3, math.nan]], [[4, 4], [4, 0]], [[1, 1], [1, math.nan]])
    assert (math.isnan(found.estimate.value), found.estimate.n) == (True, 12)


PANEL_LABELS = {"unit": UNIT, "period": PERIOD}


@pytest.mark.parametrize(
    ("said", "outcome", "treated", "more"),
    [
        ("must be after alone, or unit with period", OUTCOME, GROUP, {}),
        ("must be after alone, or unit with period", PANEL, STARTED, {"unit": UNIT}),
        ("must be after alone, or unit with period", PANEL, STARTED, {**PANEL_LABELS, "after": STARTED}),
        (r"treated\.shape == \(2,\), must be a list of 16", OUTCOME, [0, 1], {"after": AFTER}),
        (r"treated == .*, must be 0 or 1", OUTCOME, [0.5] * 16, {"after": AFTER}),
        (r"after == .*, must be in \[0, 1\]; 2 is not", OUTCOME, GROUP, {"after": [2] * 16}),
        ("outcome == .*, must be finite numbers", [math.nan] * 16, GROUP, {"after": AFTER}),
        (r"len\(unit\) == 1, must be 24", PANEL, STARTED, {"unit": ["a"], "period": PERIOD}),
        ("period: a label is missing", PANEL, STARTED, {"unit": UNIT, "period": [None, *PERIOD[1:]]}),
        ("cluster: a label is missing", OUTCOME, GROUP, {"after": AFTER, "cluster": [math.nan] * 16}),
        (r"cluster == 3, must be 16 labels", OUTCOME, GROUP, {"after": AFTER, "cluster": 3}),
        (r"unit == 3, must be 24 labels", PANEL, STARTED, {"unit": 3, "period": PERIOD}),
        (r"period == 'a+', must be 24 labels", PANEL, STARTED, {"unit": UNIT, "period": "a" * 24}),
        ("treated: nothing varies beyond units and periods", PANEL, [0] * 24, PANEL_LABELS),
        ("treated: nothing varies beyond units and periods", PANEL, [0, 0, 1, 1] * 6, PANEL_LABELS),
        ("clusters == 1, must be 2 or more", OUTCOME, GROUP, {"after": AFTER, "cluster": ["a"] * 16}),
        ("clusters == 0, must be 2 or more", OUTCOME, GROUP, {"after": AFTER, "errors": "CR1"}),
        ("errors == 'HC3', must be one of classical, HC1, CR1", OUTCOME, GROUP, {"after": AFTER, "errors": "HC3"}),
        ("level == 0, must be in", OUTCOME, GROUP, {"after": AFTER, "level": 0}),
        (r"scale == \(1, 4\), must be two numbers that hold", [5] * 16, GROUP, {"after": AFTER, "scale": (1, 4)}),
        (r"scale == '5', must be numbers in a list of 2", OUTCOME, GROUP, {"after": AFTER, "scale": "5"}),
        (r"scale == \[1\.0, nan\], must be finite", OUTCOME, GROUP, {"after": AFTER, "scale": (1, math.nan)}),
        (r"scale == \(5, 1\), must be a lowest and a highest", OUTCOME, GROUP, {"after": AFTER, "scale": (5, 1)}),
        (r"scale == \[1\.0, nan\], must be finite", PANEL, STARTED, {**PANEL_LABELS, "scale": (1, math.nan)}),
    ],
)
def test_what_cannot_be_compared_is_refused(said, outcome, treated, more):
    with pytest.raises(ValueError, match=said):
        difference_in_differences(outcome, treated, **more)


@pytest.mark.parametrize(
    ("said", "means", "n", "variances"),
    [
        (r"means\.shape == \(1, 2\), must be \(2, 2\)", [[1, 2]], [[1, 2], [3, 4]], [[1, 1], [1, 1]]),
        ("n == .*, must be whole numbers", [[1, 2], [1, 2]], [[1.5, 2], [3, 4]], [[1, 1], [1, 1]]),
        ("variances == .*, must be 0 or more", [[1, 2], [1, 2]], [[1, 2], [3, 4]], [[1, 1], [1, -1]]),
        ("must be numbers where n is above 0", [[1, math.nan], [1, 2]], [[1, 2], [3, 4]], [[1, 1], [1, 1]]),
        ("must be numbers where n is above 0", [[1, 2], [1, 2]], [[1, 2], [3, 4]], [[1, math.nan], [1, 1]]),
    ],
)
def test_wrong_cells_are_refused(said, means, n, variances):
    with pytest.raises(ValueError, match=said):
        difference_of_four_means(means, n, variances)


def test_a_wrong_scale_of_cells_is_refused_though_they_vary():
    with pytest.raises(ValueError, match=r"scale == '5', must be numbers in a list of 2"):
        difference_of_four_means([[3, 3], [2, 4]], [[2, 2], [2, 2]], [[1, 1], [1, 1]], scale="5")
