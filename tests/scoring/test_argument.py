"""Every refusal of an argument says its name, its value and its bound."""

import math

import numpy as np
import pytest

from scoring.argument import between, choice, confidence_level, count, counts, numbers, two_sided_z


@pytest.mark.parametrize("value", [-1, 2.5, math.nan, math.inf, 11, True, "7", None])
def test_what_is_no_whole_number_in_range_is_refused(value):
    with pytest.raises(ValueError, match=r"successes == .*, must be a whole number, in 0\.\.10\."):
        count("successes", value, most=10)


def test_a_whole_number_of_any_kind_is_taken():
    assert [count("n", value) for value in (3, 3.0, np.int8(3), np.float32(3))] == [3, 3, 3, 3]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, -2], r"counts == \[1\.0, -2\.0\], must be 0 or more; -2 is not\."),
        ([1, 2.5], r"must be whole numbers, 0 or more; 2\.5 is not\."),
        ([1, math.nan], r"must be 0 or more; nan is not\."),
        ([[1, 2]], r"counts\.shape == \(1, 2\), must be a list of 2\."),
        ([1, 2, 3], r"counts\.shape == \(3,\), must be a list of 2\."),
        (["many", 2], r"counts == \['many', 2\], must be numbers in a list of 2\."),
        (["1", "2"], r"counts == \['1', '2'\], must be numbers in a list of 2\."),
        (np.array(["1", 2], dtype=object), r"must be numbers in a list of 2\."),
        ([1, 10**19], r"must sum to at most 9007199254740992, not 1e\+19\."),
        ([2**53, 2], r"must sum to at most 9007199254740992, not 9\.0072e\+15\."),
        ([1, 10**400], r"must be numbers in a list of 2\."),
        ([True, False], r"counts == \[True, False\], must be whole numbers, 0 or more; yes or no is no count\."),
        ([[1], [2, 3]], r"must be numbers in a list of 2\."),
    ],
)
def test_a_bad_list_of_counts_is_refused_with_what_is_wrong(values, said):
    with pytest.raises(ValueError, match=said):
        counts("counts", values, length=2)


def test_counts_end_where_a_number_no_longer_holds_every_whole_one():
    assert count("n", 2**53) == 2**53
    assert counts("n", [2**53])[0] == 2**53
    for value in (2**53 + 1, 1e19, 10**400):
        with pytest.raises(ValueError, match=r"n == .*, must be a whole number, in 2\.\.9007199254740992\."):
            count("n", value, least=2)


def test_a_whole_number_of_any_size_may_be_asked_for():
    assert count("seed", 2**128 - 1, most=math.inf) == 2**128 - 1
    with pytest.raises(ValueError, match=r"seed == -1, must be a whole number, 0 or more\."):
        count("seed", -1, most=math.inf)
    with pytest.raises(ValueError, match=r"seed == inf, must be a whole number, 0 or more\."):
        count("seed", math.inf, most=math.inf)


def test_a_long_array_is_shown_by_its_first_numbers():
    with pytest.raises(ValueError, match=r"weights == \[1\.0, .*, … 100 numbers\], must be in \[0, 0\.5\]; 1 is not\."):
        numbers("weights", np.ones(100), least=0, most=0.5)


def test_a_blank_is_kept_only_where_it_may_stand():
    assert math.isnan(numbers("answers", [1, math.nan], blank=True)[1])
    with pytest.raises(ValueError, match="finite numbers; nan is not"):
        numbers("answers", [1, math.nan])


@pytest.mark.parametrize("level", [0, 1, -0.5, math.nan, "0.95"])
def test_a_confidence_level_lies_strictly_between_0_and_1(level):
    with pytest.raises(ValueError, match=r"level == .*, must be in \(0, 1\)\."):
        confidence_level(level)


def test_a_number_above_a_bound_without_an_upper_one():
    assert between("size", 2, above=0) == 2.0
    with pytest.raises(ValueError, match=r"size == inf, must be above 0 and finite\."):
        between("size", math.inf, above=0)


def test_a_choice_names_its_options():
    assert choice("method", "holm", ("holm", "bonferroni")) == "holm"
    with pytest.raises(ValueError, match="method == 'fdr', must be one of holm, bonferroni"):
        choice("method", "fdr", ("holm", "bonferroni"))


def test_the_quantile_of_a_level():
    # R 4.2.2: qnorm(c(0.975, 0.995)) 1.959963984540054, 2.575829303548901
    assert two_sided_z(0.95) == pytest.approx(1.959963984540054, rel=1e-14)
    assert two_sided_z(0.99) == pytest.approx(2.575829303548901, rel=1e-14)
