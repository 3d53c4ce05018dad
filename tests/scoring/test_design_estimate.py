import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.design_estimate import Spread, korn_graubard, share_estimate, t_estimate


def spread(variance=0.09, simple=0.06, *, n=20, clusters=8, freedom=5, census=False):
    return Spread(variance, variance, simple, n, float(n), clusters, freedom, census)


# scipy 1.17: binomtest(x, n).proportion_ci(method="exact")
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_on_whole_answers_the_interval_is_clopper_and_pearsons(pair):
    successes, n = pair
    exact = stats.binomtest(successes, n).proportion_ci(method="exact")

    assert korn_graubard(successes / n, n, level=0.95) == pytest.approx((exact.low, exact.high), rel=1e-9)


def test_student_takes_the_degrees_of_freedom_of_the_design():
    estimate = t_estimate(4.0, spread(), level=0.9)

    # R 4.2.2: qt(0.95, 5)
    assert (estimate.low, estimate.high) == pytest.approx((4 - 0.3 * 2.01504837333302, 4 + 0.3 * 2.01504837333302))
    assert estimate.estimate.method == "Student's t on linearised variance"
    assert estimate.estimate.enough(at_least=20)


@pytest.mark.parametrize(
    "make", [t_estimate, lambda value, of, *, level: share_estimate(value, of, cautious=True, level=level)]
)
def test_without_a_degree_of_freedom_there_are_no_ends(make):
    estimate = make(0.5, spread(0.01, 0.01, freedom=0), level=0.95)

    assert (estimate.value, estimate.n) == (0.5, 20)
    assert math.isnan(estimate.low)
    assert math.isnan(estimate.high)
    assert estimate.method == "none: no degree of freedom"


def test_fewer_degrees_of_freedom_widen_the_interval_of_a_share():
    widths = []
    for freedom in (2, 5, 19):
        estimate = share_estimate(0.8, spread(0.01, 0.008, freedom=freedom), cautious=False, level=0.95)
        widths.append(estimate.high - estimate.low)

    assert widths == sorted(widths, reverse=True)
    # R 4.2.2, of 0.16 / 0.01 answers: qbeta(0.975, 16 * 0.8 + 1, 16 * 0.2) - qbeta(0.025, 16 * 0.8, 16 * 0.2 + 1)
    assert widths[-1] == pytest.approx(0.95358685465649 - 0.529677279097949)


@given(st.floats(1e-9, 1 - 1e-9) | st.sampled_from([0.0, 1.0]), st.floats(1, 1000), st.floats(0.5, 0.999))
def test_the_ends_enclose_the_share_and_are_never_the_same(share, answers, level):
    low, high = korn_graubard(share, answers, level=level)

    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    assert low < high


def test_a_level_outside_its_range_is_refused_also_where_it_would_not_be_used():
    with pytest.raises(ValueError, match=r"level == 2, must be in \(0, 1\)"):
        t_estimate(1.0, spread(census=True), level=2)
    with pytest.raises(ValueError, match=r"level == 0, must be in \(0, 1\)"):
        share_estimate(1.0, spread(census=True), cautious=True, level=0)
