import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calibration import calibrate
from scoring.survey_design import SurveyDesign
from scoring.weights import NotConverging, rake

# The made-up sample of test_survey_design.py. R 4.2.2, survey 4.1.1.
STRATA = list("aaaaaaabbbbbbbcccccc")
CLUSTERS = [1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 8, 8]
WEIGHTS = [12, 12, 15, 15, 15, 9, 9, 20, 20, 18, 18, 18, 25, 25, 7, 7, 11, 11, 11, 11]
SCORES = [5, 4, 3, 5, 5, 2, 4, 4, 5, 1, 5, 3, 5, 5, 4, 4, 2, 5, 3, 5]
MINUTES = [10, 25, 40, 12, 8, 60, 22, 30, 9, 75, 14, 35, 11, 16, 28, 20, 55, 13, 41, 17]
LAND = [1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0]
PEOPLE = np.column_stack([np.ones(20), MINUTES])

# calibrate(d, ~minutes + field, c(310, 8100, 150), calfun = …, epsilon = 1e-14): the first five weights and the last;
# logit with bounds = c(0.5, 2). SE(svymean(~score, …)), the same in the field of land, SE of its total of minutes.
FREE = [
    ("linear", None, [13.51116220222925, 13.52668430468383, 15.40963150806916, 16.89153976986233, 15.36823923485695, 11.27857926191178], 0.03037494013288192, 0.2616943104710988, 588.6383775436793),
    ("raking", None, [13.51075799355666, 13.52653710119077, 15.40777974949181, 16.8910760132521, 15.36946134405247, 11.27883441913493], 0.03037493684881676, 0.261687780928619, 588.625237155471),
    ("logit", (0.5, 2), [13.51087353598727, 13.52658345292252, 15.40832159937317, 16.8912095685754, 15.36910604816536, 11.27875932339573], 0.03037494456331745, 0.2616896738506165, 588.629015747927),
]  # fmt: skip


@pytest.mark.parametrize(("distance", "bounds", "weights", "error", "of_land", "of_total"), FREE)
def test_calibrated_weights_and_their_standard_errors_are_those_of_r(  # noqa: PLR0917, a row of the table
    distance, bounds, weights, error, of_land, of_total
):
    columns = np.column_stack([PEOPLE, LAND])

    weighting = calibrate(WEIGHTS, columns, totals=[310, 8100, 150], distance=distance, bounds=bounds, tolerance=1e-13)

    assert weights == pytest.approx(weighting.weights[[0, 1, 2, 3, 4, 19]].tolist(), rel=1e-11)
    design = SurveyDesign(weighting, strata=STRATA, clusters=CLUSTERS)
    land = design.domain(LAND)
    found = design.mean(SCORES), land.mean(SCORES), land.total(MINUTES)
    assert (error, of_land, of_total) == pytest.approx([one.standard_error for one in found], rel=1e-10)


# calibrate(d, ~minutes, c(300, 9000), calfun = …, bounds = c(0.8, 1.4), epsilon = 1e-14): all weights
BOUNDED = [
    ("linear", [9.600000000000001, 13.19342292685948, 21, 12, 12, 12.6, 9.081865052331702, 25.00089799962842, 16, 25.2, 14.4, 25.2, 20, 20.70961324084968, 8.328653929522515, 6.642012448132779, 15.4, 8.800000000000001, 15.4, 9.443534402675414]),
    ("raking", [9.600000000000001, 13.0467808384595, 21, 12, 12, 12.6, 8.960420439423494, 25.18136032658529, 16, 25.2, 14.4, 25.2, 20, 20.87148751105022, 8.311059730559226, 6.571932441486612, 15.4, 8.800000000000001, 15.4, 9.456958712433595]),
    ("logit", [9.638253162938158, 13.05028000987648, 20.94357797418841, 12.0945077157169, 12.02413036951003, 12.59996445988836, 8.535447496092596, 26.03917004197798, 16.04530087193577, 25.19999958738548, 14.62301404318379, 24.83374792770903, 20.11208890502843, 20.60311451817901, 8.62579763364184, 6.195990171414263, 15.39975831021767, 8.897271459811543, 15.37059227545662, 9.167993065847675]),
]  # fmt: skip


@pytest.mark.parametrize(("distance", "weights"), BOUNDED)
def test_bounded_weights_are_those_of_r(distance, weights):
    weighting = calibrate(WEIGHTS, PEOPLE, totals=[300, 9000], distance=distance, bounds=(0.8, 1.4), tolerance=1e-13)

    assert weights == pytest.approx(weighting.weights.tolist(), rel=1e-9)
    assert 0.8 - 1e-12 <= weighting.smallest_factor <= weighting.largest_factor <= 1.4 + 1e-12


def test_calibration_by_raking_on_cells_is_raking():
    cells = np.column_stack([LAND, 1 - np.array(LAND), [label == "a" for label in STRATA]])
    population = {"land": {1: 150, 0: 150}, "first": {True: 100, False: 200}}

    raked = rake(WEIGHTS, {"land": LAND, "first": [label == "a" for label in STRATA]}, population=population)
    calibrated = calibrate(WEIGHTS, cells, totals=[150, 150, 100], distance="raking")

    assert raked.weights == pytest.approx(calibrated.weights, rel=1e-8)


def test_a_population_far_larger_than_the_sample_is_reached():
    assert calibrate([1, 1], [[1], [1]], totals=[1e12], distance="raking").weights == pytest.approx([5e11, 5e11])


def test_nobody_has_no_weights_and_no_totals():
    assert calibrate([], np.empty((0, 2)), totals=[0, 0]).n == 0
    with pytest.raises(ValueError, match=r"totals == \[1.0\], must be 0: there are no rows"):
        calibrate([], np.empty((0, 1)), totals=[1])


@pytest.mark.parametrize(
    ("said", "make"),
    [
        (r"auxiliaries\[:, 1\] is a combination", lambda: calibrate([1, 1, 1], [[1, 2], [1, 2], [1, 2]], totals=[3, 6])),
        (r"auxiliaries\[:, 0\] is a combination", lambda: calibrate([1, 1], [[0], [0]], totals=[3])),
        (r"auxiliaries\[:, 1\].*fewer rows than columns", lambda: calibrate([1], [[1, 2]], totals=[3, 6])),
        (r"auxiliaries.shape == \(2, 1\), must have 3 rows", lambda: calibrate([1, 1, 1], [[1], [1]], totals=[3])),
        (r"totals.shape == \(1,\), must be a list of 2", lambda: calibrate([1], [[1, 2]], totals=[3])),
        (r"auxiliaries.*nan is not", lambda: calibrate([1], [[float("nan")]], totals=[3])),
        (r"weights\[0\] == 0, must be above 0", lambda: calibrate([0], [[1]], totals=[3])),
        (r"distance == 'sinh', must be one of linear", lambda: calibrate([1], [[1]], totals=[3], distance="sinh")),
        (r"bounds == \(1.1, 2\), must be", lambda: calibrate([1], [[1]], totals=[3], bounds=(1.1, 2))),
        (r"bounds == \(-1, 2\), must be", lambda: calibrate([1], [[1]], totals=[3], bounds=(-1, 2))),
        (r"bounds == \(0.5,\), must be a smallest and a largest", lambda: calibrate([1], [[1]], totals=[3], bounds=(0.5,))),
        (r"bounds == \(0.5, None\), must be a smallest", lambda: calibrate([1], [[1]], totals=[3], bounds=(0.5, None))),
        (r"bounds == None, must be two finite", lambda: calibrate([1], [[1]], totals=[3], distance="logit")),
        (r"new weight of row 2 == -3.28022 \(1 such rows\), must be above 0: use", lambda: calibrate([1, 1, 1], [[1, 0], [1, 1], [1, 10]], totals=[3, -30])),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_name_value_and_bound(said, make):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("distance", ["linear", "raking", "logit"])
def test_bounds_too_narrow_are_refused_with_the_total_that_is_missed(distance):
    with pytest.raises(
        NotConverging, match=r"totals\[1\] is missed after \d+ rounds: 0\.\d+ of it is reached, must be 1"
    ):
        calibrate(WEIGHTS, PEOPLE, totals=[300, 20000], distance=distance, bounds=(0.8, 1.4), most_rounds=40)


def test_the_most_rounds_may_be_a_number_of_any_kind_that_is_whole():
    given = {"totals": [30, 420], "distance": "raking"}
    rows = ([10, 10, 10], [[1, 5], [1, 10], [1, 30]])
    assert calibrate(*rows, **given, most_rounds=np.float32(30)).rounds == calibrate(*rows, **given).rounds


drawn = st.lists(st.tuples(st.floats(0.5, 50), st.floats(0, 60), st.floats(0.3, 3)), min_size=3, max_size=25)


@given(drawn, st.sampled_from(["linear", "raking", "logit"]))
def test_totals_that_some_weights_meet_are_met(rows, distance):
    weights, minutes, factors = (np.array(column) for column in zip(*rows, strict=True))
    minutes = np.round(minutes)
    if np.ptp(minutes) == 0:
        return
    columns = np.column_stack([np.ones(len(minutes)), minutes])
    totals = (weights * factors) @ columns

    try:
        weighting = calibrate(weights, columns, totals=totals, distance=distance, bounds=(0.2, 4))
    except NotConverging:
        pytest.fail("weights with factors of 0.3 to 3 meet the totals, so bounds of 0.2 and 4 cannot be too narrow")

    assert totals == pytest.approx(weighting.weights @ columns, rel=1e-8)
    assert 0.2 - 1e-9 <= weighting.smallest_factor <= weighting.largest_factor <= 4 + 1e-9
