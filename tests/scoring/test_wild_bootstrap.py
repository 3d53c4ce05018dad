import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.difference_in_differences import difference_in_differences
from scoring.wild_bootstrap import wild_cluster_bootstrap


def district(units, treated, seed):
    """Six months of each unit, as fractions of two digits; the treated rise by 0.08 from the fourth month."""
    generator = np.random.default_rng(seed)
    unit, month = np.repeat(np.arange(units), 6), np.tile(np.arange(6), units)
    under_way = (unit < treated) & (month >= 3)
    walks = generator.integers(60, 100, (units, 1)) + generator.integers(-5, 6, (units, 6)).cumsum(1)
    return {
        "outcome": (walks.ravel() / 100 + 0.08 * under_way).round(2),
        "treated": under_way.astype(int),
        "unit": unit.tolist(),
        "period": month.tolist(),
    }


@pytest.mark.parametrize(
    ("units", "treated", "seed", "t", "p"),
    [(8, 3, 3, 3.120464, 0.03125), (6, 3, 4, 0.77089, 0.53125), (10, 2, 5, 1.591164, 0.15234375)],
)
def test_all_rademacher_draws_give_the_p_of_wildboottest(units, treated, seed, t, p):
    """Python wildboottest 0.3.2: wildboottest(ols("y ~ D + C(u) + C(t)"), param="D", cluster=u, bootstrap_type="11",
    weights_type="rademacher", B=99999), which lists all 2^units.
    """
    found = wild_cluster_bootstrap(**district(units, treated, seed), weights="rademacher")

    assert (found.exact, found.draws, found.clusters, found.treated_clusters) == (True, 2**units, units, treated)
    assert found.t == pytest.approx(t, abs=5e-6)
    assert found.p == pytest.approx(p)


def test_value_and_t_are_those_of_cr1():
    table = district(14, 6, 8)

    found, cr1 = wild_cluster_bootstrap(**table, draws=99), difference_in_differences(**table)

    assert (found.value, found.t) == pytest.approx((cr1.estimate.value, cr1.t))


def test_below_twelve_clusters_webbs_weights_are_taken_and_drawn():
    few, more = (wild_cluster_bootstrap(**district(units, 4, 1), draws=499) for units in (11, 12))

    assert (few.weights, few.exact, few.draws) == ("webb", False, 500)
    assert (more.weights, more.exact, more.draws) == ("rademacher", False, 500)


@pytest.mark.parametrize(("units", "treated", "few"), [(13, 2, True), (13, 6, False), (12, 7, True), (12, 6, False)])
def test_fewer_than_six_on_either_side_is_few(units, treated, few):
    assert wild_cluster_bootstrap(**district(units, treated, 2), draws=99).few is few


def test_an_interval_holds_what_the_test_keeps():
    table = district(14, 7, 3)
    found = wild_cluster_bootstrap(**table, draws=999)

    def p(effect):
        return wild_cluster_bootstrap(**table | {"outcome": table["outcome"] - effect * table["treated"]}, draws=999).p

    assert found.low < found.value < found.high
    assert p(found.low + 1e-5) > 0.05 >= p(found.low - 1e-5)
    assert p(found.high - 1e-5) > 0.05 >= p(found.high + 1e-5)


def test_one_treated_cluster_is_hardly_ever_told_from_chance_where_cr1_is_sure():
    """MacKinnon and Webb (2017): with the null imposed it rejects next to never, and CR1 far too often."""
    table = district(13, 1, 3)
    found = wild_cluster_bootstrap(**table, draws=999)

    assert difference_in_differences(**table).p < 0.001
    assert found.p > 0.2
    assert found.few


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_levels_of_units_and_months_change_nothing(seed):
    generator = np.random.default_rng(seed)
    table = district(9, 4, seed)
    moved = table["outcome"] + generator.normal(0, 3, 9)[table["unit"]] + generator.normal(0, 3, 6)[table["period"]]

    one, other = (
        wild_cluster_bootstrap(**table | {"outcome": outcome}, weights="rademacher")
        for outcome in (table["outcome"], moved)
    )

    assert (other.value, other.t) == pytest.approx((one.value, one.t), abs=1e-8)
    assert other.p == pytest.approx(one.p)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cluster": [1] * 48}, "clusters == 1"),
        ({"weights": "normal"}, "weights == 'normal'"),
        ({"treated": [0] * 48}, "nothing varies"),
        ({"level": 95}, "level == 95"),
        ({"draws": 0}, "draws == 0"),
    ],
)
def test_arguments_out_of_range_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wild_cluster_bootstrap(**district(8, 3, 3) | wrong)
