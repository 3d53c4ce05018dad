"""Four cells: their numbers, their difference, and the doubt that cells all alike leave."""

import math

import numpy as np
import pytest

from scoring.estimate import wilson
from scoring.four_cells import FourCells, check_cells, doubt_of_cells_alike, four_cells

ALIKE = FourCells(np.array([[5.0, 5.0], [5.0, 5.0]]), np.full((2, 2), 7), np.zeros((2, 2)))


def test_observations_are_counted_by_group_and_time():
    found = four_cells(
        np.array([3.0, 5.0, 6.0, 2.0, 6.0, 8.0]), np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 0, 1, 1])
    )
    assert found.means.tolist() == [[4, 6], [2, 7]]
    assert found.n.tolist() == [[2, 1], [1, 2]]
    assert found.variances.tolist() == [[2, 0], [0, 2]]
    assert found.difference == 3


def test_a_cell_all_alike_has_a_variance_of_exactly_zero():
    found = four_cells(np.full(28, 0.1), np.repeat([0, 1], 14), np.tile([0, 1], 14))
    assert (found.variances == 0).all()
    assert found.difference == 0


def test_cells_all_alike_on_a_scale_keep_what_wilson_leaves_open():
    found = doubt_of_cells_alike(ALIKE, (1, 5), 0.0, 28, level=0.95)
    reach = 4 * (1 - wilson(7, 7).low) * math.sqrt(2)
    assert (found.value, found.n) == (0, 28)
    assert (found.low, found.high) == pytest.approx((-reach, reach))


def test_cells_that_vary_or_have_no_scale_leave_that_to_others():
    assert doubt_of_cells_alike(ALIKE, None, 0.0, 28, level=0.95) is None
    varying = ALIKE._replace(variances=np.array([[0, 1.0], [0, 0]]))
    assert doubt_of_cells_alike(varying, (1, 5), 0.0, 28, level=0.95) is None


def test_what_is_no_two_by_two_is_refused():
    with pytest.raises(ValueError, match=r"n\.shape == \(2,\), must be \(2, 2\)"):
        check_cells(ALIKE._replace(n=np.array([7, 7])))
    with pytest.raises(ValueError, match="must be numbers where n is above 0"):
        check_cells(ALIKE._replace(means=np.full((2, 2), math.nan)))
    with pytest.raises(ValueError, match=r"scale == \(1, 4\), must be two numbers that hold"):
        doubt_of_cells_alike(ALIKE, (1, 4), 0.0, 28, level=0.95)
