import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.estimate import wilson
from scoring.proportion import agresti_coull, clopper_pearson, jeffreys, share_difference

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


# R 4.2.2: binom.test(x, n, conf.level = level)$conf.int
@pytest.mark.parametrize(
    ("x", "n", "level", "low", "high"),
    [
        (41, 50, 0.95, 0.6856305887143496, 0.9142379218903364),
        (41, 50, 0.9, 0.7069094193434214, 0.9027519054914083),
        (0, 10, 0.95, 0, 0.3084971078187608),
        (10, 10, 0.95, 0.6915028921812392, 1),
        (1, 7, 0.95, 0.003610296861900586, 0.5787231970431952),
        (7, 7, 0.95, 0.5903836027749966, 1),
        (263, 263, 0.95, 0.9860717506351654, 1),
        (81, 263, 0.95, 0.2527367455852712, 0.3676219226013514),
        (81, 263, 0.9, 0.2610557460091119, 0.3581784955757842),
    ],
)
def test_clopper_pearson_is_rs(x, n, level, low, high):
    estimate = clopper_pearson(x, n, level=level)

    assert (x / n, low, high) == pytest.approx((estimate.value, estimate.low, estimate.high), rel=1e-9, abs=0)
    assert (estimate.n, estimate.method) == (n, "Clopper-Pearson")


# R 4.2.2: qbeta(c(0.025, 0.975), x + 0.5, n - x + 0.5); ends 0 and 1 as Brown, Cai and DasGupta (2001), 4.1.2
@pytest.mark.parametrize(
    ("x", "n", "low", "high", "method"),
    [
        (41, 50, 0.6971952218073791, 0.9070238900109058, "Jeffreys"),
        (0, 10, 0, 0.2171962675092105, "Jeffreys, lower end set to 0"),
        (10, 10, 0.7828037324907894, 1, "Jeffreys, upper end set to 1"),
        (1, 7, 0.01587652421274681, 0.5007974616190776, "Jeffreys"),
        (7, 7, 0.70756382633769, 1, "Jeffreys, upper end set to 1"),
        (263, 263, 0.9905033482041773, 1, "Jeffreys, upper end set to 1"),
        (81, 263, 0.2545219349910234, 0.3656474991740825, "Jeffreys"),
    ],
)
def test_jeffreys_is_rs_quantiles_of_beta_but_for_the_ends(x, n, low, high, method):
    estimate = jeffreys(x, n)

    assert (x / n, low, high) == pytest.approx((estimate.value, estimate.low, estimate.high), rel=1e-9, abs=0)
    assert (estimate.n, estimate.method) == (n, method)


# R 4.2.2: z <- qnorm(0.975); m <- n + z^2; p <- (x + z^2 / 2) / m; p + c(-1, 1) * z * sqrt(p * (1 - p) / m),
# as binom::binom.agresti.coull computes it; ends outside [0, 1] cut
@pytest.mark.parametrize(
    ("x", "n", "low", "high", "method"),
    [
        (41, 50, 0.6897618555591911, 0.9045756809954595, "Agresti-Coull"),
        (0, 10, 0, 0.3208873057505457, "Agresti-Coull, lower end cut to 0"),
        (10, 10, 0.6791126942494542, 1, "Agresti-Coull, upper end cut to 1"),
        (1, 7, 0.005318106200506434, 0.5334893474185559, "Agresti-Coull"),
        (7, 7, 0.5955607694154401, 1, "Agresti-Coull, upper end cut to 1"),
        (263, 263, 0.9826591516469945, 1, "Agresti-Coull, upper end cut to 1"),
        (81, 263, 0.2552206651899968, 0.3662774316710775, "Agresti-Coull"),
    ],
)
def test_agresti_coull_is_worked_by_its_formula(x, n, low, high, method):
    estimate = agresti_coull(x, n)

    assert (x / n, low, high) == pytest.approx((estimate.value, estimate.low, estimate.high), rel=1e-9, abs=0)
    assert (estimate.n, estimate.method) == (n, method)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II: 56/70 against 48/80, methods 10 and 11, 4 digits.
# R 4.2.2: a <- prop.test(x, n, correct = )$conf.int; b <- prop.test(y, m, correct = )$conf.int;
# c(p - q - sqrt((p - a[1])^2 + (b[2] - q)^2), p - q + sqrt((a[2] - p)^2 + (q - b[1])^2)) with p = x / n and q = y / m
@pytest.mark.parametrize(
    ("a", "b", "correct", "low", "high"),
    [
        ((56, 70), (48, 80), False, 0.05243147240236493, 0.3338726540369059),
        ((56, 70), (48, 80), True, 0.04276787200288987, 0.3421862784381803),
        ((9, 10), (3, 10), False, 0.1705227239345031, 0.809017973535488),
        ((9, 10), (3, 10), True, 0.1012872258857007, 0.8386689697680606),
        ((7, 7), (7, 7), False, -0.3543304350666874, 0.3543304350666874),
        ((7, 7), (7, 7), True, -0.4390661281080063, 0.4390661281080063),
        ((0, 10), (0, 20), False, -0.1611251580528193, 0.2775327998628891),
        ((0, 10), (0, 20), True, -0.200453345013487, 0.3445372183069225),
    ],
)
def test_the_difference_of_two_shares_is_newcombes(a, b, correct, low, high):
    change = share_difference(a, b, correct=correct)

    expected = (a[0] / a[1] - b[0] / b[1], low, high)
    assert expected == pytest.approx((change.value, change.low, change.high), rel=1e-9, abs=1e-15)
    assert change.n == min(a[1], b[1])
    assert change.method == f"Newcombe {'11' if correct else '10'}: square and add of Wilson{', corrected' * correct}"


@pytest.mark.parametrize("interval", [clopper_pearson, jeffreys, agresti_coull])
def test_nobody_leaves_nothing_to_say_and_one_person_a_wide_interval(interval):
    nobody, one = interval(0, 0), interval(1, 1)

    assert nobody.n == 0
    assert all(map(math.isnan, (nobody.value, nobody.low, nobody.high)))
    assert (one.value, one.high) == (1, 1)
    assert 0 < one.low < 0.5


def test_a_difference_from_a_group_of_nobody_is_nan():
    for change in (share_difference((0, 0), (3, 4)), share_difference((3, 4), (0, 0), correct=True)):
        assert (change.n, change.method) == (0, "")
        assert all(map(math.isnan, (change.value, change.low, change.high)))


def coverage(interval, n: int) -> list[float]:
    made = [interval(x, n) for x in range(n + 1)]
    low, high = np.array([(each.low, each.high) for each in made]).T
    return [float(stats.binom.pmf(np.arange(n + 1), n, p)[(low <= p) & (p <= high)].sum()) for p in SHARES]


# the lowest coverage that the docstrings state, exact, in percent
@pytest.mark.parametrize(
    ("interval", "lowest"),
    [
        (clopper_pearson, (97.7, 97.9, 95.9, 96.7, 95.5)),
        (jeffreys, (90.4, 90.4, 94.0, 88.5, 94.1)),
        (agresti_coull, (90.4, 93.0, 95.6, 93.5, 94.4)),
    ],
)
def test_the_coverage_is_what_the_docstring_says(interval, lowest):
    assert lowest == tuple(round(100 * min(coverage(interval, n)), 1) for n in (5, 10, 20, 50, 200))


counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.999)


@pytest.mark.parametrize("interval", [clopper_pearson, jeffreys, agresti_coull])
@given(counted, levels)
def test_the_interval_holds_the_share_stays_in_its_range_and_mirrors(interval, group, level):
    x, n = group
    estimate, mirrored = interval(x, n, level=level), interval(n - x, n, level=level)

    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.low < estimate.high
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((estimate.low, estimate.high), abs=1e-9)


@given(counted, levels)
def test_agresti_coull_is_never_shorter_than_wilson_and_clopper_pearson_than_jeffreys(group, level):
    score, plain = wilson(*group, level=level), agresti_coull(*group, level=level)
    exact, bayes = clopper_pearson(*group, level=level), jeffreys(*group, level=level)

    assert plain.low <= score.low + 1e-12
    assert plain.high >= score.high - 1e-12
    assert exact.low <= bayes.low
    assert exact.high >= bayes.high


@given(counted, counted, st.booleans())
def test_a_difference_has_width_stays_in_its_range_and_turns_with_its_groups(a, b, correct):
    change, turned = share_difference(a, b, correct=correct), share_difference(b, a, correct=correct)

    assert -1 <= change.low <= change.value <= change.high <= 1
    assert change.low < change.high
    assert (-turned.high, -turned.low) == pytest.approx((change.low, change.high), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clopper_pearson(51, 50), r"successes == 51, must be a whole number, in 0\.\.50\."),
        (lambda: jeffreys(1, -1), r"n == -1, must be a whole number, 0 or more\."),
        (lambda: agresti_coull(1.5, 2), r"successes == 1\.5, must be a whole number, in 0\.\.2\."),
        (lambda: agresti_coull(math.nan, 2), r"successes == nan, must be a whole number"),
        (lambda: clopper_pearson(1, 2, level=1), r"level == 1, must be in \(0, 1\)\."),
        (lambda: jeffreys(0, 0, level=0), r"level == 0, must be in \(0, 1\)\."),
        (lambda: agresti_coull(0, 0, level=2), r"level == 2, must be in \(0, 1\)\."),
        (lambda: share_difference((3, 2), (1, 2)), r"successes of a == 3, must be a whole number, in 0\.\.2\."),
        (lambda: share_difference((1, 2), (1, 0.5)), r"answers of b == 0\.5, must be a whole number, 0 or more\."),
        (lambda: share_difference(3, (1, 2)), r"a == 3, must be a pair: successes and answers\."),
        (lambda: share_difference((1, 2), (1, 2, 3)), r"b == \(1, 2, 3\), must be a pair"),
        (lambda: share_difference((1, 2), (0, 0), level=1.5), r"level == 1\.5, must be in \(0, 1\)\."),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()
