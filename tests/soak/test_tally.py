"""The tally of a large table: DuckDB and PySpark give the counts that Polars gives, and numpy agrees."""

import datetime as dt
import re

import duckdb
import numpy as np
import polars as pl
import pytest
from pyspark.sql import SparkSession

from scoring.tally import count_answers

ROWS, DUCKDB_ROWS = 300_000, 1_000_000
QUESTIONS = [f"q{number}" for number in range(22)]
SHARE, MEAN = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)


def responses(rows):
    """Answers of 3,321 communes on twelve days: 5 % of the answers, units and days are blank."""
    random = np.random.default_rng(0)

    def blank(column):
        return pl.select(pl.when(pl.Series(random.random(rows) >= 0.05)).then(column)).to_series()

    units = pl.Series([f"xã.{unit}" for unit in range(3321)])
    days = pl.Series([dt.date(2024, month, 1) for month in range(1, 13)])
    columns = {"unit": blank(units[random.integers(0, 3321, rows)]), "day": blank(days[random.integers(0, 12, rows)])}
    answers = {code: blank(pl.Series(random.integers(1, 6, rows, dtype=np.int8))) for code in QUESTIONS}
    return pl.DataFrame(columns | answers)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("responses")
    for rows in (ROWS, DUCKDB_ROWS):
        responses(rows).write_parquet(folder / f"{rows}.parquet")
    return folder


@pytest.fixture(scope="module")
def spark():
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.driver.memory": "2g"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(params=["duckdb", "pyspark"])
def both(request, files):
    """The same responses for Polars and for the other engine."""
    if request.param == "duckdb":
        path = str(files / f"{DUCKDB_ROWS}.parquet")
        return pl.scan_parquet(path), duckdb.connect().read_parquet(path)
    path = str(files / f"{ROWS}.parquet")
    return pl.scan_parquet(path), request.getfixturevalue("spark").read.parquet(path)


def assert_identical(expected, found):
    assert expected.same_as(found)
    if expected.moments:  # sums of whole numbers: not one digit differs
        assert np.array_equal(expected.moments.total, found.moments.total)
        assert np.array_equal(expected.moments.product, found.moments.product)


@pytest.mark.parametrize(
    ("questions", "by", "values"),
    [(22, ["unit"], None), (22, [], None), (9, ["unit"], SHARE), (9, ["day"], MEAN), (3, ["day", "unit"], MEAN)],
)
def test_every_engine_counts_the_same(both, questions, by, values):
    ours, theirs = (count_answers(each, QUESTIONS[:questions], by=by, values=values) for each in both)
    assert (None,) * len(by) == ours.groups[0]
    assert_identical(ours, theirs)


def test_the_counts_are_those_of_numpy(both):
    frame = both[0].collect()
    for table in both:
        ours = count_answers(table, QUESTIONS, values=SHARE if table is both[0] else None)
        for q, code in enumerate(QUESTIONS):
            expected = np.bincount(frame[code].drop_nulls().to_numpy(), minlength=6)[1:]
            assert expected.tolist() == ours.counts[0, q].tolist()
    satisfied = frame.select(pl.col(QUESTIONS).ge(4).fill_null(value=False).cast(pl.Float64)).to_numpy()
    moments = count_answers(both[0], QUESTIONS, values=SHARE).moments
    assert np.array_equal(satisfied.T @ satisfied, moments.product[0])


def table_of(spark, **columns):
    return spark.createDataFrame(pl.DataFrame(columns).to_arrow())


def test_pyspark_counts_an_empty_table_and_a_question_that_nobody_answered(spark):
    rows = table_of(spark, unit=["a", "b"], polite=[5, 4], posted=[None, None])
    ours = count_answers(rows, ["polite", "posted"], by=["unit"], values=SHARE)
    assert ours.groups == (("a",), ("b",))
    assert ours.answered.tolist() == [[1, 0], [1, 0]]
    assert count_answers(rows.limit(0), ["polite"], by=["unit"]).groups == ()
    assert count_answers(rows.limit(0), ["polite"]).counts.tolist() == [[[0] * 5]]


@pytest.mark.parametrize(
    ("columns", "arguments", "message"),
    [
        ({"polite": [5, 6, None]}, {}, "polite == 6, must be one of (1, 2, 3, 4, 5) or null."),
        ({"polite": [5, 6, None]}, {"by": ["unit"], "values": MEAN}, "polite == 6, must be one of"),
        ({"polite": [5.0, 4.5, None]}, {}, "polite == 4.5, must be one of"),
        ({"polite": ["5", "4", None]}, {}, "types of columns == {'polite': 'String'}, must be whole numbers."),
        ({"polite": [True, False, None]}, {}, "types of columns == {'polite': 'Boolean'}, must be whole numbers."),
        ({"result": [5, 4, 3]}, {}, "columns == ['polite'], must be of ['unit', 'result']."),
        ({"polite": [5, 4, 3]}, {"by": ["desk"]}, "columns == ['desk'], must be of ['unit', 'polite']."),
        ({"polite": [5, 4, 3]}, {"by": ["unit", "unit"]}, "must name each column once."),
    ],
)
def test_pyspark_refuses_what_polars_refuses(spark, columns, arguments, message):
    rows = {"unit": ["a", "a", None], **columns}
    for table in (pl.DataFrame(rows), table_of(spark, **rows)):
        with pytest.raises(ValueError, match=re.escape(message)):
            count_answers(table, ["polite"], **arguments)
