"""Saturation, bands and steps: exact at the cuts, the same for one value and for many, and monotone where they say so."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.curve import Bands, Saturation, Steps

# Decree 307/2025: 3 points for SIPAS rank 1–10, 2 for 11–20, 1 for the rest.
RANK = Bands(((Fraction(21), Fraction(1, 3)), (Fraction(11), Fraction(2, 3)), (Fraction(0), Fraction(1))))
# The same decree: 2 of 3 points at or below the national mean (here 50 %), 0.25 for every 2 % above.
ONLINE = Steps(Fraction("0.5"), Fraction(2, 3), Fraction("0.02"), Fraction(1, 12))
LATE = Steps(Fraction(0), Fraction(1), Fraction(1), Fraction(-1, 4))
HUMP = Bands(((Fraction("0.9"), Fraction(1, 2)), (Fraction("0.5"), Fraction(1)), (Fraction(0), Fraction(0))))


@pytest.mark.parametrize(
    ("worth", "curve", "value"),
    [
        ("1", RANK, "1"),
        ("1", RANK, "10"),
        ("2/3", RANK, "11"),
        ("2/3", RANK, "20"),
        ("1/3", RANK, "21"),
        ("1/3", RANK, "63"),
        ("2/3", ONLINE, "0"),
        ("2/3", ONLINE, "0.5"),
        ("2/3", ONLINE, "0.519"),
        ("3/4", ONLINE, "0.52"),
        ("1", ONLINE, "0.58"),
        ("1", ONLINE, "1"),
        ("1", LATE, "0.9"),
        ("3/4", LATE, "1"),
        ("0", LATE, "4"),
        ("0", LATE, "400"),
        ("1/2", Saturation(Fraction("0.9")), "0.45"),
        ("1", Saturation(Fraction("0.9")), "0.95"),
        ("0", HUMP, "0.4999"),
        ("1", HUMP, "0.5"),
        ("1/2", HUMP, "0.9"),
    ],
)
def test_a_value_is_worth_what_its_band_or_step_says(worth, curve, value):
    assert curve.worth(Fraction(value)) == Fraction(worth)


def test_curves_know_whether_more_is_better():
    assert [curve.rises for curve in (Saturation(Fraction(1)), ONLINE, RANK, LATE, HUMP)] == [
        True,
        True,
        False,
        False,
        None,
    ]


@given(st.sampled_from([Saturation(Fraction("0.8")), RANK, LATE, HUMP]), st.lists(st.integers(0, 4000), min_size=1))
def test_many_values_are_worth_what_each_is_alone(curve, eighths):
    # eighths of a unit: exact in binary, so that no value sits beside a cut that it is on
    values = [Fraction(each, 8) for each in eighths]
    expected = [float(curve.worth(value)) for value in values]
    assert curve.worths(np.array([float(value) for value in values])).tolist() == pytest.approx(expected, abs=1e-12)
