from datetime import date

import numpy as np
import pytest

from scoring.panel import Panel, panel_of_counts, panel_of_moments, panel_of_questions, panel_of_ratios

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


def test_dossiers_on_time_are_a_share_of_dossiers_finished():
    panel = panel_of_ratios([("a", JANUARY), ("a", FEBRUARY), ("a", FEBRUARY)], [9, 5, 4], [10, 5, 5])

    assert panel.n.tolist() == [[10, 10]]
    assert panel.means(at_least=10).tolist() == [[0.9, 0.9]]
    assert panel.answer_variance(at_least=10) == pytest.approx(2 * 10 * 0.09 / 18)


@pytest.mark.parametrize("part", [11, -1])
def test_a_part_that_is_no_part_of_its_whole_is_refused_with_its_unit_and_month(part):
    with pytest.raises(ValueError, match=rf"part == {part} of whole == 10 in \('a', .*must be in 0..whole"):
        panel_of_ratios([("b", JANUARY), ("a", JANUARY)], [1, part], [10, 10])


def test_waiting_hours_have_no_bounds_and_the_variance_of_the_hours_themselves():
    hours = np.array([[0.5, 2.0, 40.0], [1.0, 1.5, 3.5]])

    panel = panel_of_moments([("a", JANUARY), ("b", JANUARY)], [3, 3], hours.sum(axis=1), (hours**2).sum(axis=1))

    assert panel.bounds == (-np.inf, np.inf)
    assert panel.means(at_least=3).ravel() == pytest.approx(hours.mean(axis=1))
    assert panel.answer_variance(at_least=3) == pytest.approx(hours.var(axis=1, ddof=1).mean())


def test_squares_that_no_hours_can_have_are_refused():
    with pytest.raises(ValueError, match=r"squares == 9 in .*must be at least total² / n == 6² / 3"):
        panel_of_moments([("a", JANUARY)], [3], [6], [9])


def test_sums_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"must be \(1,\)"):
        panel_of_moments([("a", JANUARY)], [3, 3], [6], [12])


def test_an_element_counts_each_person_once_however_many_questions_it_has():
    """Nine questions answered alike by ten people tell what one question does."""
    one = [[2, 8]]

    alone, nine = (panel_of_questions([("a", JANUARY)], [one * times], (0, 1)) for times in (1, 9))

    assert nine.n.item() == alone.n.item() == 10
    assert nine.means(at_least=10).item() == alone.means(at_least=10).item() == 0.8
    assert nine.answer_variance(at_least=10) == pytest.approx(alone.answer_variance(at_least=10))


def test_an_element_without_answers_or_with_counts_of_another_shape():
    assert panel_of_questions([("a", JANUARY)], [[[0, 0], [0, 0]]], (0, 1)).n.item() == 0
    assert panel_of_questions([], [], (0, 1)).n.shape == (0, 0)
    with pytest.raises(ValueError, match="must be"):
        panel_of_questions([("a", JANUARY)], [[1, 2]], (0, 1))
