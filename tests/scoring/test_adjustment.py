import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.adjustment import adjust

NAN = math.nan
P_VALUES = [0.001, 0.03, 0.03, NAN, 0.2, 0.0004, 0.9, 0.04, 1, 0]


# R 4.2.2: p.adjust(c(0.001, 0.03, 0.03, NA, 0.2, 0.0004, 0.9, 0.04, 1, 0), "holm" or "BH")
@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("holm", [0.007, 0.18, 0.18, NAN, 0.6, 0.0032, 1, 0.18, 1, 0]),
        ("benjamini-hochberg", [0.003, 0.054, 0.054, NAN, 0.2571428571428572, 0.0018, 1, 0.06, 1, 0]),
    ],
)
def test_adjusted_p_values_are_rs_with_a_missing_one_not_counted(method, expected):
    assert expected == pytest.approx(adjust(P_VALUES, method).tolist(), rel=1e-12, nan_ok=True)


# Benjamini and Hochberg (1995), section 4: 15 p values; at 0.05 Bonferroni and Holm reject 3, theirs 4
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1,
]  # fmt: skip


@pytest.mark.parametrize(("rejected", "method"), [(3, "holm"), (4, "benjamini-hochberg")])
def test_the_published_example_rejects_as_published(rejected, method):
    assert rejected == (adjust(PUBLISHED, method=method) <= 0.05).sum()


@pytest.mark.parametrize("method", ["holm", "benjamini-hochberg"])
def test_no_test_one_test_and_only_missing_ones(method):
    assert adjust([], method).tolist() == []
    assert adjust([0.03], method).tolist() == [0.03]
    assert adjust([NAN, 0.03], method).tolist() == pytest.approx([NAN, 0.03], nan_ok=True)
    assert np.isnan(adjust([NAN, NAN], method)).all()


def test_the_given_p_values_are_left_as_they_were():
    given_values = np.array([0.04, 0.01])
    adjust(given_values)
    assert given_values.tolist() == [0.04, 0.01]


p_lists = st.lists(st.one_of(st.floats(0, 1), st.just(NAN)), max_size=30)


@pytest.mark.parametrize("method", ["holm", "benjamini-hochberg"])
@given(p_lists, st.randoms(use_true_random=False))
def test_order_is_kept_no_p_falls_and_none_passes_one(method, p_values, random):
    adjusted = adjust(p_values, method)
    shuffled = random.sample(range(len(p_values)), len(p_values))

    there = ~np.isnan(adjusted)
    assert (np.isnan(p_values) == ~there).all()
    assert (adjusted[there] >= np.array(p_values)[there]).all()
    assert (adjusted[there] <= 1).all()
    assert adjust([p_values[i] for i in shuffled], method).tolist() == pytest.approx(
        [adjusted[i] for i in shuffled], nan_ok=True
    )


@given(p_lists)
def test_benjamini_hochberg_never_asks_more_than_holm_nor_holm_more_than_bonferroni(p_values):
    holm, rate = adjust(p_values), adjust(p_values, "benjamini-hochberg")
    there = ~np.isnan(holm)

    assert (rate[there] <= holm[there] * (1 + 1e-12)).all()
    assert (holm[there] <= np.minimum(1, np.array(p_values)[there] * there.sum())).all()


@given(p_lists)
def test_adjustment_agrees_with_its_definition_worked_one_by_one(p_values):
    known = [p for p in p_values if not math.isnan(p)]

    def holm(p):
        return min(1, max((len(known) - sum(other < each for other in known)) * each for each in known if each <= p))

    expected = [NAN if math.isnan(p) else holm(p) for p in p_values]
    assert expected == pytest.approx(adjust(p_values).tolist(), nan_ok=True)


@pytest.mark.parametrize("name", ["BH", "bh", "fdr", "fdr_bh", "Benjamini-Hochberg"])
def test_the_names_of_r_and_statsmodels_are_taken_in_any_case(name):
    assert adjust([0.01, 0.04, 0.03], name).tolist() == adjust([0.01, 0.04, 0.03], "benjamini-hochberg").tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: adjust([0.5, 1.5]), r"p_values == \[0\.5, 1\.5\], must be in \[0, 1\]; 1\.5 is not\."),
        (lambda: adjust([-0.1]), r"must be in \[0, 1\]; -0\.1 is not\."),
        (lambda: adjust([math.inf]), r"must be in \[0, 1\]; inf is not\."),
        (lambda: adjust([[0.1]]), r"p_values\.shape == \(1, 1\), must be a list\."),
        (
            lambda: adjust([0.1], "tukey"),
            r"method == 'tukey', must be one of holm, benjamini-hochberg, BH, fdr, fdr_bh\.",
        ),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()
