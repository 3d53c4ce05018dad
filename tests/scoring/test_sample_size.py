import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.sample_size import sample_size

# Training text on Decision 1383/QĐ-BNV: n = N / (1 + N e²), e = 0.05, to one decimal, and by hand.
YAMANE = [(500, 222.2, 223), (1_000, 285.7, 286), (5_000, 370.4, 371), (10_000, 384.6, 385), (400, 200.0, 200)]


@pytest.mark.parametrize(("people", "exact", "whole"), YAMANE)
def test_yamane_gives_the_numbers_of_the_training_text_rounded_up(people, exact, whole):
    size = sample_size("yamane", population=people, margin=0.05)

    assert round(size.exact, 1) == exact
    assert size.n == whole


# By hand with R's qnorm: z² p (1 − p) / e² × deff; n₀ / (1 + (n₀ − 1) / N)
SHARES = [
    (384.145882069412, 385, {"margin": 0.05}),
    (277.733453173188, 278, {"margin": 0.05, "population": 1_000}),
    (870.830178884034, 871, {"margin": 0.04, "share": 0.3, "level": 0.99}),
    (417.206582990862, 418, {"margin": 0.04, "share": 0.3, "level": 0.99, "population": 800}),
    (496.377419953425, 497, {"margin": 0.04, "share": 0.3, "level": 0.99, "population": 800, "design_effect": 1.5}),
]


@pytest.mark.parametrize(("exact", "whole", "arguments"), SHARES)
def test_a_margin_needs_as_many_as_worked_by_hand(exact, whole, arguments):
    size = sample_size("share", **arguments)

    assert pytest.approx(size.exact, rel=1e-12) == exact
    assert size.n == whole


# R 4.2.2: power.prop.test(p1 = 0.8, p2 = 0.9, power = 0.8, sig.level = 0.05, tol = 1e-13)$n
DIFFERENCES = [
    (198.963413284331, 199, (0.8, 0.9), 0.8, 0.95),
    (1673.85590784441, 1674, (0.7, 0.75), 0.9, 0.95),
    (304.988491172586, 305, (0.5, 0.6), 0.8, 0.9),
    (284.32120961109, 285, (0.95, 0.99), 0.8, 0.95),
    (104.137800774729, 105, (0.02, 0.2), 0.95, 0.99),
]


@pytest.mark.parametrize(("exact", "whole", "shares", "power", "level"), DIFFERENCES)
def test_a_difference_needs_as_many_in_each_group_as_in_r(exact, whole, shares, power, level):
    size = sample_size("difference", shares=shares, power=power, level=level)

    assert pytest.approx(size.exact, rel=1e-11) == exact
    assert size.n == whole
    assert sample_size("difference", shares=shares[::-1], power=power, level=level).exact == pytest.approx(exact)


def test_a_design_effect_of_two_doubles_both_groups():
    plain, clustered = (sample_size("difference", shares=(0.8, 0.9), design_effect=effect) for effect in (1, 2))

    assert clustered.exact == pytest.approx(2 * plain.exact)


def test_of_nobody_nobody_is_asked():
    assert sample_size("yamane", population=0, margin=0.05).n == 0
    assert sample_size("share", population=0, margin=0.05).n == 0
    assert sample_size("share", population=1, margin=0.05).n == 1


def test_the_method_says_how_the_number_was_made():
    assert sample_size("yamane", population=500, margin=0.05).method == "Yamane, margin 0.05 of 500 people"
    assert "of a very large population, level 0.95" in sample_size("share", margin=0.05).method


@pytest.mark.parametrize(
    ("said", "method", "arguments"),
    [
        (r"method == 'slovin', must be one of yamane", "slovin", {}),
        (r"population == None, must be given for yamane", "yamane", {"margin": 0.05}),
        (r"margin == None, must be given for share", "share", {}),
        (r"shares == None, must be given for difference", "difference", {}),
        (r"share == 0.5, level == 0.9, must not be given: yamane", "yamane",
         {"population": 5, "margin": 0.1, "share": 0.5, "level": 0.9}),
        (r"power == 0.8, must not be given: share", "share", {"margin": 0.1, "power": 0.8}),
        (r"margin == 0.1, must not be given: difference", "difference", {"shares": (0.1, 0.2), "margin": 0.1}),
        (r"population == 10.5, must be a whole number", "yamane", {"population": 10.5, "margin": 0.05}),
        (r"population == -1, must be a whole number", "share", {"population": -1, "margin": 0.05}),
        (r"margin == 5, must be in \(0, 1\)", "yamane", {"population": 10, "margin": 5}),
        (r"margin == nan, must be in \(0, 1\)", "share", {"margin": math.nan}),
        (r"share == 0, must be in \(0, 1\)", "share", {"margin": 0.05, "share": 0}),
        (r"level == 95, must be in \(0, 1\)", "share", {"margin": 0.05, "level": 95}),
        (r"design_effect == 0, must be above 0", "share", {"margin": 0.05, "design_effect": 0}),
        (r"shares == \(0.5, 0.5\), must be two that differ", "difference", {"shares": (0.5, 0.5)}),
        (r"shares == \[0.5, 1.5\], must be in \[0, 1\]", "difference", {"shares": (0.5, 1.5)}),
        (r"power == 1, must be in \(0, 1\)", "difference", {"shares": (0.5, 0.6), "power": 1}),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_name_value_and_bound(said, method, arguments):
    with pytest.raises(ValueError, match=said):
        sample_size(method, **arguments)


@given(st.integers(1, 10**7), st.floats(0.005, 0.5))
def test_no_more_are_asked_than_there_are_and_yamane_asks_for_no_fewer(people, margin):
    yamane = sample_size("yamane", population=people, margin=margin)
    exact = sample_size("share", population=people, margin=margin)

    assert 1 <= exact.n <= people
    assert 1 <= yamane.n <= people
    if people > 25:  # 1 / yamane − 1 / exact = e² (1 − (1 − 1 / N) / 0.9604), below 0 from there on
        assert exact.exact <= yamane.exact


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0.6, 0.99))
def test_the_test_of_so_many_has_the_power_asked_for(first, second, power):
    if abs(first - second) < 0.01:
        return
    n = sample_size("difference", shares=(first, second), power=power).exact

    middle, apart = (first + second) / 2, first * (1 - first) + second * (1 - second)
    bound = stats.norm.isf(0.025) * math.sqrt(2 * middle * (1 - middle) / n)
    assert stats.norm.sf((bound - abs(first - second)) / math.sqrt(apart / n)) == pytest.approx(power)
