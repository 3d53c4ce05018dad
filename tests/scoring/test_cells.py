import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.cells import sort_into_cells


def test_rows_are_sorted_into_cells_by_their_label():
    cells = sort_into_cells("field", ["land", "civil", "land", "tax"], length=4)

    assert cells.labels == ("civil", "land", "tax")
    assert cells.places.tolist() == [1, 0, 1, 2]
    assert cells.rows.tolist() == [1, 2, 1]
    assert cells.indicators().tolist() == [[0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_no_rows_make_no_cells():
    cells = sort_into_cells("field", [], length=0)

    assert (cells.labels, cells.rows.tolist(), cells.indicators().shape) == ((), [], (0, 0))


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        (r"field.shape == \(1,\), must be a list of 2", ["land"]),
        (r"field.shape == \(1, 2\), must be a list of 2", [["land", "tax"]]),
        (r"field\[1\] == None, must be a label, not blank", ["land", None]),
        (r"field\[0\] == nan, must be a label, not blank", [float("nan"), 1.0]),
        (r"field holds labels of several kinds", np.array(["a", 1], dtype=object)),
    ],
)
def test_labels_that_are_none_are_refused(said, labels):
    with pytest.raises(ValueError, match=said):
        sort_into_cells("field", labels, length=2)


@given(st.lists(st.sampled_from("abcde"), min_size=1))
def test_every_row_finds_its_own_label_again(labels):
    cells = sort_into_cells("field", labels, length=len(labels))

    assert [cells.labels[place] for place in cells.places] == labels
    assert cells.rows.sum() == len(labels)
