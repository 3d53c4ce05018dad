"""Totals of many units at once are those of their sheets, to the last printed digit."""

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition_file import load_edition
from scoring.ranking import rank_sets
from scoring.tally import count_answers
from scoring.unit_scores import score_units

CRITERIA = {"a": "1.1", "b": "2.1", "c": "3.1", "d": "3.3", "e": "5.2"}


def scores_of(rows, edition, *, values=(0, 0, 0, 1, 1)):
    frame = pl.DataFrame(rows, schema={"unit": pl.Int64, **dict.fromkeys(CRITERIA, pl.Int8)}, orient="row")
    sets = edition.question_sets(CRITERIA)
    tally = count_answers(frame, list(CRITERIA), by=["unit"], values=values, sets=sets)
    return score_units(edition, tally, criteria=CRITERIA, period="2026-10", snapshot="test")


def assert_same_as_sheets(scores):
    for each in scores:
        sheet = scores.sheet(each.unit)
        assert (each.points, each.band, each.enough) == (sheet.points, sheet.band, sheet.enough)
        if sheet.points is None:
            assert each.value.n == 0
            continue
        expected = sheet.total.value
        assert each.value.n == expected.n
        assert [each.value.value, each.value.low, each.value.high] == pytest.approx(
            [expected.value, expected.low, expected.high], abs=1e-12
        )


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from(["share", "mean"]), st.sampled_from([0.0, 0.1, 0.6]))
def test_every_total_is_that_of_its_sheet(seed, rule, blank):
    """Units of 5 to 60 people with blanks: some criteria have too few answers in some units, so weights differ."""
    draw = random.Random(seed)  # noqa: S311, no secret
    rows = [
        (unit, *(None if draw.random() < blank else draw.choice([2, 4, 5, 5]) for _ in CRITERIA))
        for unit in range(6)
        for _ in range(draw.randint(5, 60))
    ]
    edition = load_edition("sipas-2017", definition=rule)
    assert_same_as_sheets(scores_of(rows, edition, values=(0, 0, 0, 1, 1) if rule == "share" else (1, 2, 3, 4, 5)))


def test_all_alike_nobody_and_too_few_stand_in_their_places():
    rows = [(1, *[5] * 5)] * 40 + [(2, *[None] * 5)] * 20 + [(3, *[4] * 5)] * 5 + [(4, 5, None, None, None, None)] * 30
    scores = scores_of(rows, load_edition("sipas-2017"))
    assert [each.unit for each in scores] == ["1", "2", "3", "4"]
    assert [None if each.points is None else str(each.points) for each in scores] == ["100.00", None, None, "100.00"]
    assert_same_as_sheets(scores)


def test_a_total_on_the_edge_of_its_last_digit_is_rounded_as_its_sheet_is(small_edition):
    """61/80 and 62/80 of two criteria of equal weight: 76.875 exactly, which prints as 76.88."""
    leaf = '[[node]]\ncode = "{code}"\nparent = "total"\nrule = "share"\nweight = "1/2"\n'
    edition = small_edition(leaf.format(code="1.1") + leaf.format(code="2.1"), total='rule = "weighted_sum"')
    frame = pl.DataFrame({"unit": [1] * 80, "a": [5] * 61 + [2] * 19, "b": [5] * 62 + [2] * 18})
    tally = count_answers(frame, ["a", "b"], by=["unit"], values=(0, 0, 0, 1, 1))
    scores = score_units(edition, tally, criteria={"a": "1.1", "b": "2.1"}, period="p", snapshot="s")
    assert str(scores.scores[0].points) == "76.88"
    assert_same_as_sheets(scores)


def test_an_edition_with_bands_gives_the_class_of_the_sheet(small_edition):
    bands = "".join(f'[[band]]\nfrom = "{cut}"\nname = {{ vi = "{cut}", en = "{cut}" }}\n' for cut in ("90", "80", "0"))
    leaf = '[[node]]\ncode = "{code}"\nparent = "total"\nrule = "share"\nmax = "50"\n'
    edition = small_edition(leaf.format(code="1.1") + leaf.format(code="2.1"), bands=bands)
    draws = np.random.default_rng(1)
    frame = pl.DataFrame(
        {"unit": np.repeat(range(20), 400), **{q: draws.choice([2, 5], 8000, p=[0.15, 0.85]) for q in "ab"}}
    )
    tally = count_answers(frame, ["a", "b"], by=["unit"], values=(0, 0, 0, 1, 1))
    scores = score_units(edition, tally, criteria={"a": "1.1", "b": "2.1"}, period="p", snapshot="s")
    assert {each.band.name.en for each in scores} == {"80"}
    assert_same_as_sheets(scores)
    assert rank_sets(scores.estimates).rank == rank_sets([scores.sheet(each.unit).total.value for each in scores]).rank


def test_a_tally_by_more_than_the_unit_is_refused():
    tally = count_answers(pl.DataFrame({"unit": [1], "month": [1], "a": [5]}), ["a"], by=["unit", "month"])
    with pytest.raises(ValueError, match=r"tally\.by == \('unit', 'month'\), must be one column, the unit\."):
        score_units(load_edition("sipas-2017"), tally, criteria={"a": "1.1"}, period="p", snapshot="s")
