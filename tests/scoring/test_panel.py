from datetime import date

import numpy as np
import pytest

from scoring.panel import Panel, panel_of_counts

JANUARY, FEBRUARY, MARCH = (date(2024, month, 1) for month in (1, 2, 3))


def share_panel(n, total) -> Panel:
    return Panel(("a", "b"), (JANUARY, FEBRUARY), np.array(n), np.array(total), np.array(total))


def test_counts_per_point_become_answers_sums_and_squares():
    groups = [("b", FEBRUARY), ("a", JANUARY), ("b", FEBRUARY)]

    panel = panel_of_counts(groups, [[1, 0, 2], [0, 3, 1], [0, 0, 4]], (1, 2, 3))

    assert (panel.units, panel.months, panel.bounds) == (("a", "b"), (JANUARY, FEBRUARY), (1, 3))
    assert panel.n.tolist() == [[4, 0], [0, 7]]
    assert panel.total.tolist() == [[9, 0], [0, 19]]
    assert panel.squares.tolist() == [[21, 0], [0, 55]]


def test_nobody_at_all_is_an_empty_panel():
    panel = panel_of_counts([], [], (0, 0, 0, 1, 1))

    assert panel.n.shape == (0, 0)


def test_groups_and_counts_of_different_length_are_refused():
    with pytest.raises(ValueError, match="has 1 rows of 2 points, must have 2"):
        panel_of_counts([("a", JANUARY), ("b", JANUARY)], [[1, 2]], (0, 1))


def test_a_cell_below_the_threshold_has_no_mean():
    means = share_panel([[10, 9], [0, 20]], [[7, 9], [0, 5]]).means(at_least=10)

    assert means == pytest.approx(np.array([[0.7, np.nan], [np.nan, 0.25]]), nan_ok=True)


def test_nobody_is_never_a_mean_even_without_a_threshold():
    assert np.isnan(share_panel([[0, 1], [1, 1]], [[0, 1], [1, 1]]).means(at_least=0)[0, 0])


def test_variance_of_one_answer_is_pooled_over_cells_worked_by_hand():
    # 10 answers, 5 ones: sum of squared deviations 2.5; 20 answers, 5 ones: 3.75; freedom 9 + 19
    panel = share_panel([[10, 9], [0, 20]], [[5, 1], [0, 5]])

    assert panel.answer_variance(at_least=10) == pytest.approx(6.25 / 28)


def test_variance_without_a_used_cell_is_zero():
    assert share_panel([[1, 1], [1, 1]], [[1, 0], [1, 0]]).answer_variance(at_least=10) == 0


def test_units_and_months_are_picked_and_an_unknown_unit_has_no_answers():
    part = share_panel([[1, 2], [3, 4]], [[1, 1], [0, 4]]).only(["b", "c"], [FEBRUARY, MARCH])

    assert (part.units, part.months) == (("b", "c"), (FEBRUARY,))
    assert part.n.tolist() == [[4], [0]]
    assert part.total.tolist() == [[4], [0]]


def test_a_panel_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        share_panel([[1, 1], [1, 1]], [[1, 1], [1, 1]]).n[0, 0] = 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"units": ("a", "a")}, "units == .* must each come once"),
        ({"months": (FEBRUARY, JANUARY)}, "must be first days of months, ascending"),
        ({"months": (JANUARY, date(2024, 2, 2))}, "must be first days"),
        ({"n": np.ones((1, 2))}, r"n.shape == \(1, 2\), must be \(2, 2\)"),
        ({"squares": np.ones(2)}, r"squares.shape == \(2,\)"),
        ({"n": np.array([[-1, 1], [1, 1]])}, r"n.min\(\) == -1"),
        ({"bounds": (1, 1)}, r"bounds == \(1, 1\)"),
    ],
)
def test_a_panel_that_cannot_be_is_refused(change, words):
    fine = {name: np.ones((2, 2)) for name in ("n", "total", "squares")}

    with pytest.raises(ValueError, match=words):
        Panel(**({"units": ("a", "b"), "months": (JANUARY, FEBRUARY), **fine} | change))
