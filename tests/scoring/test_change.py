from datetime import date

import numpy as np
import pytest

from scoring.change import LeftOut, unit_changes
from scoring.panel import Panel

MONTHS = tuple(date(2024, month, 1) for month in range(1, 7))
BEFORE, AFTER = MONTHS[:3], MONTHS[3:]


def panel_of(means, n, variance=0.2) -> Panel:
    means, n = np.asarray(means, dtype=float), np.asarray(n, dtype=float)
    units = tuple("abcdefgh"[: len(means)])
    squares = n * means**2 + variance * np.maximum(n - 1, 0)
    return Panel(units, MONTHS, n, n * means, squares, (-np.inf, np.inf))


def test_change_is_the_mean_of_months_after_minus_before_however_many_answered_in_each():
    panel = panel_of([[1, 2, 3, 4, 5, 9], [0, 0, 0, 1, 1, 1]], [[10, 20, 30, 40, 50, 60], [15] * 6])

    changes = unit_changes(panel, ["a", "b"], BEFORE, AFTER, at_least=10)

    assert changes.values == pytest.approx([4, 1])
    assert changes.n_before.tolist() == [60, 45]
    assert changes.n_after.tolist() == [150, 45]
    assert changes.n.tolist() == [210, 90]
    assert changes.left_out == ()


def test_variance_of_a_change_worked_by_hand():
    # variance of one answer 0.2; before (1/10 + 1/20 + 1/20)/9, after (1/20 + 1/20 + 1/10)/9
    panel = panel_of([[0] * 6, [0] * 6], [[10, 20, 20, 20, 20, 10], [10] * 6])

    changes = unit_changes(panel, ["a", "b"], BEFORE, AFTER, at_least=10)

    assert changes.variances == pytest.approx([0.2 * 0.4 / 9, 0.2 * 0.6 / 9])


def test_a_small_month_is_not_used_and_is_named():
    panel = panel_of([[1, 1, 99, 2, 2, 2], [0] * 6], [[20, 20, 9, 20, 20, 20], [20, 1, 20, 20, 20, 0]])

    changes = unit_changes(panel, ["a", "b"], BEFORE, AFTER, at_least=10)

    assert changes.values == pytest.approx([1, 0])
    assert changes.left_out == (
        LeftOut("a", MONTHS[2], "few_answers"),
        LeftOut("b", MONTHS[1], "few_answers"),
        LeftOut("b", MONTHS[5], "no_answers"),
    )


def test_a_month_bad_for_all_is_not_held_against_those_who_were_there():
    # the last month is 30 worse for everybody; b has no answers in it
    panel = panel_of([[5, 5, 5, 5, 5, -25], [7, 7, 7, 7, 7, 0], [3, 3, 3, 4, 4, -26]], np.full((3, 6), 20))
    n = np.full((3, 6), 20.0)
    n[1, 5] = 3
    panel = panel_of(panel.total / panel.n, n)

    changes = unit_changes(panel, ["a", "b", "c"], BEFORE, AFTER, at_least=10)

    assert changes.values[0] - changes.values[1] == pytest.approx(0)
    assert changes.values[2] - changes.values[1] == pytest.approx(1)


def test_units_without_a_usable_period_are_left_out_and_named():
    n = np.full((4, 6), 20)
    n[1, :3], n[2, 3:] = 5, 0

    changes = unit_changes(panel_of(np.zeros((4, 6)), n), ["a", "b", "c", "d", "z"], BEFORE, AFTER, at_least=10)

    assert changes.units == ("a", "d")
    whole = [each for each in changes.left_out if each.month is None]
    assert whole == [
        LeftOut("b", None, "nothing_before"),
        LeftOut("c", None, "nothing_after"),
        LeftOut("z", None, "nothing_before"),
    ]


def test_a_unit_that_shares_no_month_with_the_others_is_left_out():
    n = np.full((3, 6), 20)
    n[0, 1:3], n[1, 0], n[2, 0] = 0, 0, 0

    changes = unit_changes(panel_of(np.zeros((3, 6)), n), ["a", "b", "c"], BEFORE, AFTER, at_least=10)

    assert changes.units == ("b", "c")
    assert LeftOut("a", None, "no_common_month") in changes.left_out


@pytest.mark.parametrize("units", [[], ["a", "b"]])
def test_without_months_nobody_has_a_change(units):
    changes = unit_changes(panel_of(np.zeros((2, 6)), np.full((2, 6), 20)), units, BEFORE, (), at_least=10)

    assert changes.units == ()
    assert changes.values.shape == changes.variances.shape == (0,)
