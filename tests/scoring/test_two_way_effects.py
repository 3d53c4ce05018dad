"""Unit and period effects are taken off, and counted."""

import math

import numpy as np
import pytest

from scoring.two_way_effects import absorb_effects, label_codes


def test_what_units_and_periods_add_up_to_leaves_nothing():
    units, periods = np.repeat([0, 1, 2], 4), np.tile([0, 1, 2, 3], 3)
    left, absorbed = absorb_effects((2.0 * units + 0.3 * periods)[:, np.newaxis], units, periods)
    assert left == pytest.approx(np.zeros((12, 1)), abs=1e-12)
    assert absorbed == 3 + 4 - 1


def test_what_is_neither_stays():
    # by hand: one of four cells raised by 1 leaves quarters of either sign
    left, absorbed = absorb_effects(np.array([[0.0], [0], [0], [1]]), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    assert left[:, 0] == pytest.approx([0.25, -0.25, -0.25, 0.25])
    assert absorbed == 3


def test_labels_are_numbered_as_they_appear():
    assert label_codes("unit", ["b", "a", "b", 3], 4).tolist() == [0, 1, 0, 2]


def test_a_missing_label_or_one_too_few_is_refused():
    with pytest.raises(ValueError, match=r"len\(unit\) == 1, must be 2"):
        label_codes("unit", ["a"], 2)
    for blank in (None, math.nan):
        with pytest.raises(ValueError, match="period: a label is missing"):
            label_codes("period", ["a", blank], 2)


@pytest.mark.parametrize("labels", [3, None, "ab", np.array(3), [["a"], ["b"]], np.array([[1, 2], [3, 4]])])
def test_what_is_no_list_of_labels_is_refused_by_name(labels):
    with pytest.raises(ValueError, match=r"(?s)unit == .*, must be 2 labels"):
        label_codes("unit", labels, 2)
