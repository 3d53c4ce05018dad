"""A table of counts is a tally, or every fault of it at once with its row and column."""

import pandas as pd
import polars as pl
import pytest

from scoring.counts_table import TableFaults, tally_of_counts
from scoring.edition_file import load_edition
from scoring.estimate import effective_wilson, wilson
from scoring.measures import Measures, Survey
from scoring.sheet import score
from scoring.tally import count_answers

FIVE = (1, 2, 3, 4, 5)


def table(*rows):
    return pl.DataFrame(rows, schema=["unit", "code", *(str(point) for point in FIVE)], orient="row", strict=False)


def test_counts_come_out_as_they_went_in():
    tally = tally_of_counts(
        table(("b", "3.1", 1, 2, 3, 4, 5), ("a", "3.1", 0, 0, 0, 0, 7), ("a", "5.2", 0, 1, 0, 0, 9)),
        FIVE,
        question="code",
        by=["unit"],
    )
    assert tally.groups == (("a",), ("b",))
    assert tally.questions == ("3.1", "5.2")
    assert tally.counts.tolist() == [[[0, 0, 0, 0, 7], [0, 1, 0, 0, 9]], [[1, 2, 3, 4, 5], [0, 0, 0, 0, 0]]]
    assert tally.respondents.tolist() == [10, 15]


def test_columns_may_have_names_of_their_own():
    named = pl.DataFrame({"câu": ["3.1"], "kém": [2], "tốt": [8]})
    tally = tally_of_counts(named, {"kém": 1, "tốt": 2}, question="câu")
    assert (tally.groups, tally.points, tally.counts.tolist()) == (((),), (1, 2), [[[2, 8]]])


def test_every_fault_of_a_table_comes_at_once_with_its_row_and_column():
    with pytest.raises(TableFaults) as caught:
        tally_of_counts(
            table(("a", "3.1", 0, -1, 0, 0, 2.5), ("a", "3.1", 1, 1, 1, 1, 1), ("", "5.2", None, 0, 0, 0, 0)),
            FIVE,
            question="code",
            by=["unit"],
            file="counts.csv",
        )
    assert str(caught.value).splitlines() == [
        "counts.csv: row 2, column 2 == -1, expected a whole number, 0 or more",
        "counts.csv: row 2, column 5 == 2.5, expected a whole number, 0 or more",
        "counts.csv: row 4, column 1 == None, expected a whole number, 0 or more",
        "counts.csv: row 3 == a, 3.1, expected one row for each, and row 2 has it already",
        "counts.csv: row 4, column unit == (blank), expected a value",
    ]


def test_a_missing_column_is_named_with_those_there_are():
    with pytest.raises(TableFaults, match="table: row 1 == no column 'criterion', expected one of: unit, code, 1, 2"):
        tally_of_counts(table(("a", "3.1", 1, 1, 1, 1, 1)), FIVE, question="criterion", by=["unit"])


def test_a_scale_has_two_points_and_ascends():
    with pytest.raises(ValueError, match=r"points == \(5, 4\), must be two or more, ascending"):
        tally_of_counts(table(("a", "3.1", 1, 1, 1, 1, 1)), (5, 4), question="code")


def sheet_of(tally):
    survey = Survey(tally, {"3.1": "3.1", "5.2": "5.2"}, "counts.csv")
    return score(load_edition("sipas-2017"), Measures("a", "2025", "counts.csv", survey=survey))


def test_an_index_of_counts_alone_takes_the_widest_interval_and_says_so():
    sheet = sheet_of(
        tally_of_counts(table(("a", "3.1", 0, 20, 0, 0, 80), ("a", "5.2", 0, 10, 0, 0, 90)), FIVE, question="code")
    )
    # weights 6/22 of 3.* and 4/22 of 5.* that are measured: 0.6 and 0.4; standard errors 0.04 and 0.03 add up
    widest = effective_wilson(0.84, (0.6 * 0.04 + 0.4 * 0.03) ** 2, 100)
    assert sheet.total.interval == pytest.approx((widest.low, widest.high), rel=1e-12)
    assert sheet.total.uncertainty.en.startswith("The widest 95 % interval there can be")
    assert sheet.node("3").interval == (wilson(80, 100).low, wilson(80, 100).high)


def test_the_widest_interval_is_that_of_people_who_answer_everything_alike():
    alike = pl.DataFrame({"3.1": [5] * 80 + [2] * 20, "5.2": [5] * 80 + [2] * 20})
    known = count_answers(alike, ["3.1", "5.2"], values=(0, 0, 0, 1, 1))
    counted = tally_of_counts(
        table(("a", "3.1", 0, 20, 0, 0, 80), ("a", "5.2", 0, 20, 0, 0, 80)), FIVE, question="code"
    )
    assert sheet_of(counted).total.interval == pytest.approx(sheet_of(known).total.interval, rel=1e-9)


@pytest.mark.parametrize("blank", [None, "", "  ", float("nan")])
def test_a_blank_code_is_a_fault_however_the_table_spells_nothing(blank):
    table = pd.DataFrame({"code": ["polite", blank], "1": [0, 1], "2": [3, 4]}, dtype=object)
    with pytest.raises(TableFaults) as caught:
        tally_of_counts(table, (1, 2), question="code")
    assert [(fault.key, fault.value) for fault in caught.value.faults] == [("row 3, column code", "(blank)")]
