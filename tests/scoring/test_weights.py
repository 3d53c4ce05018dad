import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.survey_design import SurveyDesign
from scoring.weights import NotConverging, post_stratify, rake

# The made-up sample of test_survey_design.py. R 4.2.2, survey 4.1.1.
STRATA = list("aaaaaaabbbbbbbcccccc")
CLUSTERS = [1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 8, 8]
WEIGHTS = [12, 12, 15, 15, 15, 9, 9, 20, 20, 18, 18, 18, 25, 25, 7, 7, 11, 11, 11, 11]
SCORES = [5, 4, 3, 5, 5, 2, 4, 4, 5, 1, 5, 3, 5, 5, 4, 4, 2, 5, 3, 5]
FIELDS = [
    "land", "land", "civil", "land", "civil", "land", "civil", "civil", "land", "land",
    "civil", "land", "civil", "civil", "land", "civil", "land", "land", "civil", "civil",
]  # fmt: skip
HALVES = {"land": 150, "civil": 150}

# As R gives them: weights(postStratify(d, ~field, data.frame(field = c("land", "civil"), Freq = c(150, 150))))
POST_STRATIFIED = [
    13.53383458646617, 13.53383458646617, 14.42307692307692, 16.91729323308271, 14.42307692307692,
    10.15037593984963, 8.653846153846155, 19.23076923076923, 22.55639097744361, 20.30075187969925,
    17.30769230769231, 20.30075187969925, 24.03846153846154, 24.03846153846154, 7.894736842105265,
    6.730769230769232, 12.40601503759398, 12.40601503759398, 10.57692307692308, 10.57692307692308,
]  # fmt: skip

# As R gives them: weights(rake(d, list(~field, ~stratum), list(the same, Freq = c(100, 120, 80)),
#              control = list(maxit = 1000, epsilon = 1e-12)))
RAKED = [
    14.47602588298193, 14.47602588298193, 16.19072941079702, 18.09503235372742, 16.19072941079702,
    10.85701941223645, 9.714437646478213, 15.93767891411132, 17.81221884925362, 16.03099696432827,
    14.3439110227002, 16.03099696432827, 19.92209864263916, 19.92209864263916, 10.19144089073011,
    9.118903936856098, 16.01512139971874, 16.01512139971874, 14.32970618648815, 14.32970618648815,
]  # fmt: skip


def test_post_stratified_weights_are_those_of_r():
    weighting = post_stratify(WEIGHTS, FIELDS, population=HALVES)

    assert pytest.approx(weighting.weights.tolist(), rel=1e-12) == POST_STRATIFIED
    assert pytest.approx(weighting.effective_n, rel=1e-12) == 17.84372258417757
    assert pytest.approx(weighting.design_effect, rel=1e-12) == 20 / 17.84372258417757
    assert pytest.approx((weighting.smallest_factor, weighting.largest_factor)) == (150 / 156, 150 / 133)


def test_raked_weights_are_those_of_r():
    margins = {"field": FIELDS, "stratum": STRATA}

    weighting = rake(WEIGHTS, margins, population={"field": HALVES, "stratum": {"a": 100, "b": 120, "c": 80}})

    assert pytest.approx(weighting.weights.tolist(), rel=1e-9) == RAKED
    assert weighting.rounds > 1


def test_the_standard_error_after_raking_is_that_of_rs_calibrate_on_the_same_cells():
    margins = {"field": FIELDS, "stratum": STRATA}
    weighting = rake(WEIGHTS, margins, population={"field": HALVES, "stratum": {"a": 100, "b": 120, "c": 80}})
    design = SurveyDesign(weighting, strata=STRATA, clusters=CLUSTERS)

    mean, land = design.mean(SCORES), design.domain(np.array(FIELDS) == "land").mean(SCORES)

    # As R gives it: svymean(~score, calibrate(d, ~field + stratum, c(300, 150, 120, 80), calfun = "raking", epsilon = 1e-14));
    # rake() itself averages residuals without weights, and gives 0.2584153481666651
    assert pytest.approx((mean.value, mean.standard_error), rel=1e-9) == (4.009060791041469, 0.2522424045627668)
    assert pytest.approx(land.standard_error, rel=1e-9) == 0.499485845891848


def test_a_cell_of_nobody_may_be_named_if_no_row_is_in_it():
    weighting = post_stratify([1, 1], ["land", "civil"], population={"land": 3, "civil": 5, "tax": 0})

    assert weighting.weights.tolist() == [3.0, 5.0]


def test_nobody_has_no_weights():
    weighting = post_stratify([], [], population={})

    assert (weighting.n, len(weighting.weights)) == (0, 0)
    numbers = weighting.effective_n, weighting.design_effect, weighting.smallest_factor, weighting.largest_factor
    assert all(math.isnan(number) for number in numbers)


def test_one_person_stands_for_all():
    assert rake([2], {"field": ["land"]}, population={"field": {"land": 40}}).weights.tolist() == [40.0]


def test_all_faults_of_the_cells_are_said_at_once():
    with pytest.raises(ValueError, match="must be") as refused:
        rake(
            [1, 1, 1],
            {"field": ["land", "civil", "fee"], "half": ["am", "am", "pm"], "desk": ["1", "2", "2"]},
            population={"field": {"land": -1, "civil": 5, "tax": 7}, "half": {"am": 5}, "door": {"1": 3}},
        )

    for said in (
        "field: land == -1, must be a finite number, 0 or more",
        "field: tax == 7, but no row is in that cell",
        "field: fee has 1 rows, but the population has nobody there",
        "half: pm has 1 rows, but the population has nobody there",
        "population of desk is missing",
        "population of door is given, must be a margin",
    ):
        assert said in str(refused.value)


def test_margins_of_different_totals_are_refused_with_both():
    with pytest.raises(ValueError, match="half sums to 12 and of field to 10, must be the same"):
        rake([1, 1], {"field": ["a", "b"], "half": ["am", "pm"]},
             population={"field": {"a": 4, "b": 6}, "half": {"am": 6, "pm": 6}})  # fmt: skip


def test_sizes_that_no_weights_meet_are_refused_with_the_cell_farthest_off():
    # Whoever came for land came in the morning, so both margins cannot hold.
    margins = {"field": ["land", "civil"], "half": ["am", "pm"]}
    population = {"field": {"land": 60, "civil": 40}, "half": {"am": 50, "pm": 50}}

    with pytest.raises(NotConverging, match=r"field: civil == 50 of 40 after 25 rounds, must be within 1e-10"):
        rake([1, 1], margins, population=population, most_rounds=25)


@pytest.mark.parametrize(
    ("said", "make"),
    [
        (r"weights\[1\] == 0; weights\[2\] == -2, must be above 0", lambda: post_stratify([1, 0, -2], "abc", population={})),
        (r"cells.shape == \(2,\), must be a list of 3", lambda: post_stratify([1, 1, 1], ["a", "b"], population={})),
        (r"cells: a == None, must be a finite number", lambda: post_stratify([1], ["a"], population={"a": None})),
        (r"cells: a == nan, must be a finite number", lambda: post_stratify([1], ["a"], population={"a": math.nan})),
        (r"population of cells == 4, must be a size for each cell", lambda: post_stratify([1], ["a"], population=4)),
        (r"population of f == \[4\], must be a size for", lambda: rake([1], {"f": ["a"]}, population={"f": [4]})),
        (r"population == None, must be", lambda: rake([1], {"f": ["a"]}, population=None)),
        (r"margins == \[\['a'\]\], must be", lambda: rake([1], [["a"]], population={"f": {"a": 4}})),
        (r"margins == {}, must be at least one", lambda: rake([1], {}, population={})),
        (r"tolerance == 0, must be above 0", lambda: rake([1], {"f": ["a"]}, population={"f": {"a": 1}}, tolerance=0)),
        (r"most_rounds == 0, must be", lambda: rake([1], {"f": ["a"]}, population={"f": {"a": 1}}, most_rounds=0)),
        (r"field\[1\] == None, must be a label", lambda: rake([1, 1], {"field": ["a", None]}, population={"field": {"a": 1}})),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_name_value_and_bound(said, make):
    with pytest.raises(ValueError, match=said):
        make()


rows = st.lists(st.tuples(st.floats(0.1, 100), st.sampled_from("abc"), st.sampled_from("xy")), min_size=1, max_size=30)


@given(rows, st.data())
def test_post_stratified_cells_are_as_large_as_the_population(drawn, data):
    weights, cells, _ = zip(*drawn, strict=True)
    population = {cell: data.draw(st.floats(1, 1000)) for cell in sorted(set(cells))}

    weighting = post_stratify(weights, cells, population=population)

    for cell, size in population.items():
        assert size == pytest.approx(weighting.weights[np.array(cells) == cell].sum())
    assert 1 - 1e-9 <= weighting.effective_n <= len(drawn) + 1e-9


@given(rows)
def test_a_sample_that_meets_the_margins_already_keeps_its_weights(drawn):
    weights, fields, halves = (np.array(column) for column in zip(*drawn, strict=True))
    margins = {"field": fields, "half": halves}
    population = {
        name: {label: weights[labels == label].sum() for label in sorted(set(labels.tolist()))}
        for name, labels in margins.items()
    }

    assert weights == pytest.approx(rake(weights, margins, population=population).weights)
