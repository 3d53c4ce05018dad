import datetime as dt
import itertools

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.tally import Tally, count_answers

QUESTIONS = ("polite", "posted", "result")
SHARE, MEAN = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)
SCHEMA = {"unit": pl.String, "month": pl.Int8, **dict.fromkeys(QUESTIONS, pl.Int8)}

answer = st.one_of(st.none(), st.integers(1, 5))
row = st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from([1, 2, None]), answer, answer, answer)
people = st.lists(row, max_size=25)
few = settings(max_examples=30, deadline=None)  # each example is several passes over a table
engines = pytest.mark.parametrize(
    "engine", [lambda table: table, lambda table: table.lazy(), lambda table: duckdb.connect().from_arrow(table.to_arrow())],
    ids=["polars", "lazy polars", "duckdb"],
)  # fmt: skip


def frame(rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def tally(rows, *, by=("unit", "month"), values=SHARE):
    return count_answers(frame(rows), QUESTIONS, by=by, values=values)


def counted_by_hand(rows, *, values):
    """Dictionaries of group → counts, respondents and moments, one answer at a time."""
    counts, people_of, n, total, product = {}, {}, {}, {}, {}
    for unit, month, *answers in rows:
        group = (unit, month)
        people_of[group] = people_of.get(group, 0) + any(a is not None for a in answers)
        for q, given_answer in enumerate(answers):
            counts[group, q, given_answer] = counts.get((group, q, given_answer), 0) + 1
        for (i, a), (j, b) in itertools.product(enumerate(answers), repeat=2):
            if a is not None and b is not None:
                key = (group, i, j)
                n[key] = n.get(key, 0) + 1
                total[key] = total.get(key, 0) + values[a - 1]
                product[key] = product.get(key, 0) + values[a - 1] * values[b - 1]
    return counts, people_of, n, total, product


@few
@given(people, st.sampled_from([SHARE, MEAN, (0, 0.25, 0.5, 0.75, 1), (0, 1 / 3, 2 / 3, 1, 1)]))
def test_the_tally_is_what_a_person_with_a_pencil_would_count(rows, values):
    counts, people_of, n, total, product = counted_by_hand(rows, values=values)
    ours = tally(rows, values=values)
    assert sorted(people_of, key=lambda g: [(x is not None, x) for x in g]) == list(ours.groups)
    for g, group in enumerate(ours.groups):
        assert people_of[group] == ours.respondents[g]
        for q, (p, point) in itertools.product(range(3), enumerate(ours.points)):
            assert counts.get((group, q, point), 0) == ours.counts[g, q, p]
        for i, j in itertools.product(range(3), repeat=2):
            assert n.get((group, i, j), 0) == ours.moments.n[g, i, j]
            assert total.get((group, i, j), 0) == pytest.approx(ours.moments.total[g, i, j])
            assert product.get((group, i, j), 0) == pytest.approx(ours.moments.product[g, i, j])


@few
@given(people, people, st.sampled_from([None, SHARE, MEAN]))
def test_two_tallies_added_are_the_tally_of_all(some, others, values):
    added = tally(some, values=values) + tally(others, values=values)
    assert added.same_as(tally(some + others, values=values))


@few
@given(people, st.sampled_from([(), ("unit",), ("month",), ("month", "unit")]))
def test_merging_columns_is_counting_by_fewer(rows, by):
    assert tally(rows).merged(by).same_as(tally(rows, by=by))


@few
@given(people)
def test_a_question_paired_with_itself_agrees_with_its_counts(rows):
    ours = tally(rows, values=MEAN)
    diagonal = range(len(QUESTIONS))
    assert np.array_equal(ours.answered, ours.moments.n[:, diagonal, diagonal])
    assert np.allclose(ours.counts @ np.array(MEAN), ours.moments.total[:, diagonal, diagonal])


@few
@given(people.filter(bool), st.data())
def test_one_person_up_a_point_never_lowers_a_share_or_a_mean(rows, data):
    who = data.draw(st.integers(0, len(rows) - 1))
    unit, month, first, *rest = rows[who]
    if first is None or first == 5:
        return
    before = tally(rows, by=())
    after = tally([*rows[:who], (unit, month, first + 1, *rest), *rows[who + 1 :]], by=())
    assert (after.satisfied() >= before.satisfied()).all()
    assert (after.counts @ np.array(MEAN) >= before.counts @ np.array(MEAN)).all()
    assert np.array_equal(before.answered, after.answered)


@few
@given(people)
def test_units_with_other_names_keep_their_counts(rows):
    names = {"a": "z", "b": "y", "c": "x", None: None}
    renamed = tally([(names[unit], *rest) for unit, *rest in rows])
    ours = tally(rows)
    for g, (unit, month) in enumerate(ours.groups):
        place = renamed.groups.index((names[unit], month))
        assert np.array_equal(ours.counts[g], renamed.counts[place])
        assert np.array_equal(ours.moments.product[g], renamed.moments.product[place])


@few
@given(people, st.sampled_from([None, SHARE, (0, 0.25, 0.5, 0.75, 1)]), st.sampled_from([("unit", "month"), ()]))
def test_polars_lazy_polars_duckdb_and_arrow_count_the_same(rows, values, by):
    eager = frame(rows)
    expected = count_answers(eager, QUESTIONS, by=by, values=values)
    connection = duckdb.connect()
    for other in (eager.lazy(), connection.from_arrow(eager.to_arrow()), eager.to_arrow()):
        found = count_answers(other, QUESTIONS, by=by, values=values)
        assert expected.same_as(found)
        if values:  # sums of whole numbers: not one digit differs
            assert expected.moments.total.tolist() == found.moments.total.tolist()
            assert expected.moments.product.tolist() == found.moments.product.tolist()


def test_a_date_and_a_missing_session_are_groups_on_every_engine():
    day = dt.date(2024, 3, 1)
    eager = pl.DataFrame({"day": [day, day, None], "session": ["sang-thu-bay", None, None], "polite": [5, 4, 1]})
    connection = duckdb.connect()
    for table in (eager, eager.lazy(), connection.from_arrow(eager.to_arrow())):
        ours = count_answers(table, ["polite"], by=["day", "session"])
        assert ours.groups == ((None, None), (day, None), (day, "sang-thu-bay"))
        assert ours.counts[:, 0].tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]


def test_an_empty_table_has_no_groups_and_without_columns_one_group_of_nobody():
    assert tally([]).groups == ()
    everyone = tally([], by=())
    assert everyone.groups == ((),)
    assert everyone.respondents.tolist() == [0]
    assert everyone.same_as(tally([]).merged())


def test_a_person_who_left_everything_blank_is_no_respondent():
    ours = tally([("a", 1, None, None, None), ("a", 1, None, 4, None)])
    assert ours.respondents.tolist() == [1]
    assert ours.answered.tolist() == [[0, 1, 0]]


def test_scales_of_two_and_of_eleven_points_are_counted_too():
    eleven = pl.DataFrame({"would_tell": [0, 10, 10, 7, None]})
    assert count_answers(eleven, ["would_tell"], points=range(11)).counts[0, 0].tolist() == [1, *[0] * 6, 1, 0, 0, 2]
    assert count_answers(eleven.filter(pl.first() > 8), ["would_tell"], points=(9, 10)).counts.tolist() == [[[0, 2]]]


@engines
@pytest.mark.parametrize(
    ("point", "kind"), [(0, pl.Int8), (6, pl.Int8), (-1, pl.Int8), (120, pl.Int8), (4.5, pl.Float64)]
)
def test_a_point_off_the_scale_is_refused_by_question_and_value(engine, point, kind):
    rows = frame([("a", 1, 5, 5, None), ("a", 1, 5, None, None), (None, 1, 5, 5, None)])
    rows = rows.with_columns(posted=pl.Series([point, None, 5], dtype=kind))
    for values in (None, SHARE):
        with pytest.raises(ValueError, match=rf"posted == {point}, must be one of \(1, 2, 3, 4, 5\) or null\."):
            count_answers(engine(rows), QUESTIONS, by=["unit"], values=values)


@engines
def test_answers_that_are_no_numbers_are_refused_with_their_type(engine):
    rows = frame([("a", 1, 5, 5, None)]).with_columns(posted=pl.lit("5"), result=pl.lit(True))
    with pytest.raises(
        ValueError, match=r"types of columns == {'posted': 'String', 'result': 'Boolean'}, must be whole"
    ):
        count_answers(engine(rows), QUESTIONS, by=["unit"])


@engines
def test_a_question_that_nobody_answered_may_have_no_type(engine):
    rows = pl.DataFrame({"unit": ["a", "b"], "polite": [5, 4], "posted": [None, None]})
    assert (
        count_answers(engine(rows), ["polite", "posted"], by=["unit"], values=SHARE).answered.tolist() == [[1, 0]] * 2
    )


@engines
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"questions": ["waiting"]}, r"columns == \['waiting'\], must be of"),
        ({"by": ["desk"]}, r"columns == \['desk'\], must be of"),
        ({"by": ["unit", "unit"]}, r"questions and by == \('polite', 'unit', 'unit'\), must name each column once"),
        ({"by": ["polite"]}, r"questions and by == \('polite', 'polite'\), must name each column once"),
        ({"questions": []}, r"questions == \(\), must be at least one\."),
        ({"questions": ["polite", "polite"]}, r"must name each column once"),
        ({"points": (5, 4)}, r"points == \(5, 4\), must be two or more, ascending\."),
        ({"values": (0, 1)}, r"values == \(0, 1\), must be 5 numbers"),
        ({"values": (-1, 0, 0, 1, 1)}, r"values == \(-1, .*must be 0 or more"),
        ({"values": (0, 0, 0, 0.123456, 1)}, r"must be 0 or more, fractions"),
        ({"values": (0, 1 / 991, 1 / 997, 1 / 983, 1)}, r"must be 0 or more, fractions of one denominator up to 1000"),
        ({"values": (0, 0, 0, 1, float("inf"))}, r"inf\), must be 0 or more and below 65,536"),
        ({"values": (0, 0, 0, 1, float("nan"))}, r"nan\), must be 0 or more and below 65,536"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(engine, arguments, message):
    with pytest.raises(ValueError, match=message):
        count_answers(engine(frame([])), **{"questions": ["polite"], **arguments})


def test_only_keeps_the_groups_asked_for():
    ours = tally([("a", 1, 5, 5, 5), ("b", 1, 4, 4, 4), ("b", 2, 3, 3, 3), (None, 2, 1, 1, 1)])
    assert ours.only(unit="b").groups == (("b", 1), ("b", 2))
    assert ours.only(unit={"a", "b"}, month=2).groups == (("b", 2),)
    assert ours.only(unit=None).counts[0, 0].tolist() == [1, 0, 0, 0, 0]
    assert ours.only(unit="nobody").merged().respondents.tolist() == [0]
    with pytest.raises(ValueError, match=r"column == 'desk', must be of \('unit', 'month'\)\."):
        ours.only(desk="1")
    with pytest.raises(ValueError, match=r"column == 'desk', must be of"):
        ours.merged(["desk"])


@few
@given(people)
def test_asking_fewer_questions_is_the_tally_of_those_questions(rows):
    fewer = tally(rows).asking("result", "polite")
    direct = count_answers(frame(rows), ["result", "polite"], by=["unit", "month"], values=SHARE)
    assert (direct.groups, direct.questions) == (fewer.groups, fewer.questions)
    assert np.array_equal(direct.counts, fewer.counts)
    assert np.array_equal(direct.moments.total, fewer.moments.total)
    with pytest.raises(ValueError, match=r"questions == \['waiting'\], must be of"):
        fewer.asking("waiting")


def test_tallies_of_other_questions_or_without_moments_do_not_add():
    ours = tally([("a", 1, 5, 5, 5)])
    for other, message in (
        (ours.asking("polite"), r"questions == \('polite',\), must be"),
        (ours.merged(["unit"]), r"by == \('unit',\), must be"),
        (tally([], values=None), "moments: one tally has them"),
        (tally([], values=MEAN), r"values == \(1\.0, 2\.0, 3\.0, 4\.0, 5\.0\), must be"),
    ):
        with pytest.raises(ValueError, match=message):
            ours + other


def test_a_tally_whose_shapes_disagree_cannot_be_made():
    with pytest.raises(ValueError, match=r"counts\.shape == \(1, 1, 2\), must be \(1, 1, 3\)"):
        Tally((), ((),), ("q",), (1, 2, 3), np.zeros((1, 1, 2), np.int64), np.zeros(1, np.int64))
    with pytest.raises(ValueError, match=r"respondents\.shape == \(2,\), must be \(1,\)"):
        Tally((), ((),), ("q",), (1, 2), np.zeros((1, 1, 2), np.int64), np.zeros(2, np.int64))


def test_one_changed_number_makes_two_tallies_differ():
    ours = tally([("a", 1, 5, 5, 5)])
    assert not ours.same_as(tally([("a", 1, 5, 5, 4)]))
    assert not ours.same_as(tally([("a", 1, 5, 5, 5)], values=None))
    assert not ours.same_as(tally([("b", 1, 5, 5, 5)]))


@settings(max_examples=50)
@given(
    st.lists(st.tuples(*[st.sampled_from([None, 1, 2])] * 3), min_size=1, max_size=30),
    st.sets(st.sampled_from(["a", "b", "c"]), min_size=1),
)
def test_a_set_of_questions_counts_each_person_once_on_every_engine(people, asked):
    frame = pl.DataFrame(people, schema=dict.fromkeys(["a", "b", "c"], pl.Int8), orient="row")
    expected = sum(any(row[["a", "b", "c"].index(code)] is not None for code in asked) for row in people)
    polars = count_answers(frame, ["a", "b", "c"], points=(1, 2), sets=[asked])
    duck = count_answers(duckdb.sql("select * from frame"), ["a", "b", "c"], points=(1, 2), sets=[asked])
    assert polars.people(asked).tolist() == duck.people(asked).tolist() == [expected]
    assert (polars + polars).people(asked).tolist() == [2 * expected]


def test_people_of_a_set_follow_their_groups():
    frame = pl.DataFrame({"unit": ["x", "x", "y"], "a": [1, None, None], "b": [None, 2, None], "c": [1, 1, 1]})
    tally = count_answers(frame, ["a", "b", "c"], points=(1, 2), by=["unit"], sets=[["a", "b"]])
    assert tally.people(["a", "b"]).tolist() == [2, 0]
    assert tally.only(unit="x").people(["b", "a"]).tolist() == [2]
    assert tally.merged().people(["a", "b"]).tolist() == [2]
    assert tally.asking("a").people(["a", "b", "c"]).tolist() == [2, 1]
    assert tally.people(["c"]).tolist() == [2, 1]
    assert tally.people(["a", "c"]) is None


def test_a_set_of_questions_that_are_not_asked_is_refused():
    with pytest.raises(ValueError, match=r"sets == \['z'\], must be of \('a',\)"):
        count_answers(pl.DataFrame({"a": [1]}), ["a"], points=(1, 2), sets=[["a", "z"]])
