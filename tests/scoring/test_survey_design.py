import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.survey_design import SurveyDesign
from scoring.weights import post_stratify

# A made-up sample: 8 clusters in 3 strata, 20 people. R 4.2.2, survey 4.1.1:
# svydesign(~cluster, strata = ~stratum, weights = ~weight, fpc = ~size) and what is said beside each number.
STRATA = list("aaaaaaabbbbbbbcccccc")
CLUSTERS = [1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 8, 8]
WEIGHTS = [12, 12, 15, 15, 15, 9, 9, 20, 20, 18, 18, 18, 25, 25, 7, 7, 11, 11, 11, 11]
SIZES = [12] * 7 + [20] * 7 + [5] * 6
SCORES = np.array([5, 4, 3, 5, 5, 2, 4, 4, 5, 1, 5, 3, 5, 5, 4, 4, 2, 5, 3, 5])
MINUTES = np.array([10, 25, 40, 12, 8, 60, 22, 30, 9, 75, 14, 35, 11, 16, 28, 20, 55, 13, 41, 17])
FIELDS = np.array([
    "land", "land", "civil", "land", "civil", "land", "civil", "civil", "land", "land",
    "civil", "land", "civil", "civil", "land", "civil", "land", "land", "civil", "civil",
])  # fmt: skip
GOOD = SCORES >= 4

DESIGNS = {
    "strata, clusters and sizes": SurveyDesign(WEIGHTS, strata=STRATA, clusters=CLUSTERS, population_sizes=SIZES),
    "strata and clusters": SurveyDesign(WEIGHTS, strata=STRATA, clusters=CLUSTERS),
    "strata": SurveyDesign(WEIGHTS, strata=STRATA),
    "clusters": SurveyDesign(WEIGHTS, clusters=CLUSTERS),
    "weights only": SurveyDesign(WEIGHTS),
}
WHOLE = DESIGNS["strata and clusters"]

# m <- svymean(~score, d, deff = "replace"): SE(m), deff(m), degf(d), confint(m, df = degf(d))
MEANS = [
    ("strata, clusters and sizes", 0.3125030658375126, 1.226193140203168, 5, 3.245128201951826, 4.851757611196963),
    ("strata and clusters", 0.3417160870006146, 1.466159324072506, 5, 3.170033740385897, 4.926852072762893),
    ("strata", 0.315323366259341, 1.248425485846701, 17, 3.383168756385597, 4.713717056763192),
    ("clusters", 0.3006568102853959, 1.134990976365136, 7, 3.337502521567017, 4.759383291581773),
    ("weights only", 0.3000006586196999, 1.130042386802765, 19, 3.420534311745028, 4.676351501403762),
]


@pytest.mark.parametrize(("name", "error", "effect", "freedom", "low", "high"), MEANS)
def test_the_mean_of_a_designed_sample_is_that_of_r(name, error, effect, freedom, low, high):  # noqa: PLR0917, a row of the table
    mean = DESIGNS[name].mean(SCORES)

    assert (4.048442906574395, error, low, high, effect) == pytest.approx(
        (mean.value, mean.standard_error, mean.low, mean.high, mean.design_effect), rel=1e-12
    )
    assert (20, freedom) == (mean.n, mean.degrees_of_freedom)


# t <- svytotal(~minutes, d, deff = "replace"): SE(t), deff(t), confint(t, df = degf(d))
TOTALS = [
    ("strata, clusters and sizes", 1651.267286056379, 1.781701210843112, 3222.282308682999, 11711.717691317),
    ("strata and clusters", 1884.986206846087, 2.321755454262196, 2621.488696256453, 12312.51130374355),
    ("strata", 1277.983385390175, 1.067211598800345, 4770.690745291649, 10163.30925470835),
    ("clusters", 1737.411498259901, 1.972447733088626, 3358.674636218483, 11575.32536378152),
    ("weights only", 1317.089514601678, 1.133523963399577, 4710.299964129725, 10223.70003587028),
]


@pytest.mark.parametrize(("name", "error", "effect", "low", "high"), TOTALS)
def test_the_total_of_a_designed_sample_is_that_of_r(name, error, effect, low, high):
    total = DESIGNS[name].total(MINUTES)

    assert (7467, error, low, high, effect) == pytest.approx(
        (total.value, total.standard_error, total.low, total.high, total.design_effect), rel=1e-12
    )


# r <- svyratio(~minutes, ~score, d, deff = "replace"): SE(r), deff(r), confint(r, df = degf(d))
RATIOS = [
    ("strata, clusters and sizes", 1.605091029556457, 1.149413499920335, 2.256033436930665, 10.5080691271719),
    ("strata and clusters", 1.760808792896799, 1.383252153476858, 1.855748183002068, 10.9083543811005),
    ("strata", 1.666241625432746, 1.238662294818068, 2.866588744278969, 9.897513819823596),
    ("clusters", 1.549556828360656, 1.071252811595781, 2.717931626488477, 10.04617093761409),
    ("weights only", 1.586329070424543, 1.122699487716063, 3.061826379445541, 9.702276184657023),
]


@pytest.mark.parametrize(("name", "error", "effect", "low", "high"), RATIOS)
def test_the_ratio_of_a_designed_sample_is_that_of_r(name, error, effect, low, high):
    ratio = DESIGNS[name].ratio(MINUTES, SCORES)

    assert (6.382051282051282, error, low, high, effect) == pytest.approx(
        (ratio.value, ratio.standard_error, ratio.low, ratio.high, ratio.design_effect), rel=1e-12
    )


# s <- svyciprop(~good, d, method = "beta"): SE(s), confint(s)
SHARES = [
    ("strata, clusters and sizes", 0.1168193103673577, 0.3600139715264539, 0.9418973285111351),
    ("strata and clusters", 0.1297529590145012, 0.319323441849396, 0.9557967104674974),
    ("strata", 0.1117266848451078, 0.4420129428723166, 0.9075729525278701),
    ("clusters", 0.11283807243021, 0.4022082563971372, 0.9253125780025389),
    ("weights only", 0.1063855605468268, 0.4587806998024779, 0.8994701601099971),
]


@pytest.mark.parametrize(("name", "error", "low", "high"), SHARES)
def test_the_share_of_a_designed_sample_is_that_of_r(name, error, low, high):
    share = DESIGNS[name].share(GOOD, cautious=False)

    assert (0.7162629757785467, error, low, high) == pytest.approx(
        (share.value, share.standard_error, share.low, share.high), rel=1e-11
    )


def test_a_cautious_share_is_that_of_r_where_the_effective_answers_are_fewer_than_the_people():
    for design in (WHOLE, DESIGNS["clusters"]):
        assert design.share(GOOD) == design.share(GOOD, cautious=False)


# s <- subset(d, field == "land"): svymean(~score, s, deff = "replace"), svytotal(~minutes, s, deff = "replace"),
# svyratio(~minutes, ~score, s, deff = "replace"): SE and deff of each; degf(s)
LAND = [
    ("strata, clusters and sizes", 0.5734344325798674, 1.329412233815456, 1820.813664272102, 3.057471475428649, 3.839277414355853, 1.27443920788967, 4),
    ("strata and clusters", 0.6290983789403914, 1.600034212253811, 2000.475943369477, 3.69060930636235, 4.215465584103423, 1.536424528438176, 4),
    ("strata", 0.5372532901361552, 1.166944776393617, 1569.821900726321, 2.272647992187829, 3.70524321148056, 1.187007810030751, 7),
    ("clusters", 0.5807028576011167, 1.363327085705835, 1788.751519915497, 2.950743355196622, 3.858588585166797, 1.287292047500345, 6),
    ("weights only", 0.5231351249432075, 1.106419696660438, 1523.331943644036, 2.140033168400958, 3.589700197902904, 1.114131604217074, 9),
]  # fmt: skip


@pytest.mark.parametrize("row", LAND, ids=[row[0] for row in LAND])
def test_a_domain_is_estimated_as_in_r_with_the_others_left_in_the_sample(row):
    name, *expected, freedom = row
    land = DESIGNS[name].domain(FIELDS == "land")
    estimates = land.mean(SCORES), land.total(MINUTES), land.ratio(MINUTES, SCORES)

    found = [number for estimate in estimates for number in (estimate.standard_error, estimate.design_effect)]
    assert expected == pytest.approx(found, rel=1e-12)
    assert pytest.approx([estimate.value for estimate in estimates]) == (3.593984962406015, 4244, 8.878661087866108)
    assert (freedom, 10) == (land.degrees_of_freedom, land.n)


def test_domains_come_by_label_in_sorted_order_as_from_svyby():
    parts = WHOLE.domains(FIELDS)

    # As R gives it: svyby(~score, ~field, d, svymean) and svyby(~minutes, ~field, d, svytotal)
    assert list(parts) == ["civil", "land"]
    means = [part.mean(SCORES) for part in parts.values()]
    assert pytest.approx([mean.value for mean in means]) == (4.435897435897436, 3.593984962406015)
    assert pytest.approx([mean.standard_error for mean in means]) == (0.2221040226557949, 0.6290983789403914)
    totals = [part.total(MINUTES).standard_error for part in parts.values()]
    assert pytest.approx(totals) == (903.2590990408012, 2000.475943369477)


def test_a_missing_answer_makes_the_mean_one_of_a_domain_as_na_rm_does():
    scores = np.where(np.arange(1, 21) % 6 == 0, np.nan, SCORES)

    mean = WHOLE.mean(scores)

    # R: svymean(~scorena, d, na.rm = TRUE, deff = "replace"); degf(subset(d, !is.na(scorena)))
    expected = 4.155378486055777, 0.312816407632471, 1.0709702654539
    assert expected == pytest.approx((mean.value, mean.standard_error, mean.design_effect), rel=1e-12)
    assert (mean.n, mean.degrees_of_freedom) == (17, 5)


# Cluster 8 alone in a stratum z, and so cluster 7 in c. R: options(survey.lonely.psu = …): SE of the mean of scores,
# of the total of minutes, of the mean of scores in the field of land; degf.
LONELY = [
    ("adjust", 0.3420279852247579, 2117.679154168544, 0.6285700775460407),
    ("certainty", 0.3389882790800963, 1565.462551452445, 0.6280143382631345),
    ("nan", math.nan, math.nan, math.nan),  # R, "fail": stops
]


@pytest.mark.parametrize(("lonely", "mean", "total", "land"), LONELY)
def test_a_cluster_alone_in_its_stratum_counts_as_the_named_rule_says(lonely, mean, total, land):
    strata = ["z" if cluster == 8 else stratum for stratum, cluster in zip(STRATA, CLUSTERS, strict=True)]
    design = SurveyDesign(WEIGHTS, strata=strata, clusters=CLUSTERS, lonely=lonely)

    found = design.mean(SCORES), design.total(MINUTES), design.domain(FIELDS == "land").mean(SCORES)

    assert (mean, total, land) == pytest.approx([one.standard_error for one in found], rel=1e-12, nan_ok=True)
    assert [one.n for one in found] == [20, 20, 10]
    assert design.degrees_of_freedom == 4
    assert ("alone in its stratum" in found[0].method) == (lonely == "nan") == math.isnan(design.share(GOOD).low)


def test_a_stratum_that_is_one_cluster_and_was_asked_is_not_left_to_chance():
    strata = ["z" if cluster == 8 else stratum for stratum, cluster in zip(STRATA, CLUSTERS, strict=True)]
    sizes = [1 if cluster in {7, 8} else size for size, cluster in zip(SIZES, CLUSTERS, strict=True)]

    mean = SurveyDesign(WEIGHTS, strata=strata, clusters=CLUSTERS, population_sizes=sizes).mean(SCORES)

    # As R gives it: svymean(~score, svydesign(…, fpc = ~size)), with options(survey.lonely.psu = "fail")
    assert pytest.approx(mean.standard_error, rel=1e-12) == 0.3107154127188558


def test_a_lonely_cluster_without_anyone_in_the_domain_does_no_harm():
    strata = ["z" if cluster == 8 else stratum for stratum, cluster in zip(STRATA, CLUSTERS, strict=True)]
    inside = np.isin(STRATA, ["a", "b"])

    alone = SurveyDesign(WEIGHTS, strata=strata, clusters=CLUSTERS).domain(inside).mean(SCORES)

    assert WHOLE.domain(inside).mean(SCORES) == alone


# R: svymean, svytotal (of the field of land), svyratio after postStratify(d, ~field, 150 each)
def test_standard_errors_know_that_weights_were_fitted():
    fitted = post_stratify(WEIGHTS, FIELDS, population={"land": 150, "civil": 150})
    design = SurveyDesign(fitted, strata=STRATA, clusters=CLUSTERS)

    mean, land = design.mean(SCORES), design.domain(FIELDS == "land").total(MINUTES)
    ratio, share = design.ratio(MINUTES, SCORES), design.share(GOOD, cautious=False)

    assert pytest.approx((mean.value, mean.standard_error), rel=1e-12) == (4.014941199151726, 0.3007915016426826)
    assert pytest.approx((land.value, land.standard_error), rel=1e-12) == (4786.466165413534, 1435.270335673098)
    assert pytest.approx((ratio.value, ratio.standard_error), rel=1e-12) == (6.546799596648341, 1.607047537523705)
    assert pytest.approx((share.low, share.high), rel=1e-11) == (0.3326729578401832, 0.9439889430557464)


def test_weights_taken_as_fixed_give_a_larger_standard_error_than_fitted_ones():
    fitted = post_stratify(WEIGHTS, FIELDS, population={"land": 150, "civil": 150})

    fixed = SurveyDesign(fitted.weights, strata=STRATA, clusters=CLUSTERS).mean(SCORES)

    # As R gives it: svymean(~score, svydesign(~cluster, strata = ~stratum, weights = weights of postStratify))
    assert pytest.approx(fixed.standard_error, rel=1e-12) == 0.3618298287253028


def test_nobody_is_nan_with_n_zero_also_for_a_total():
    nobody = WHOLE.domain(np.zeros(20))
    empty = SurveyDesign([])

    for estimate in (
        *(nobody.mean(SCORES), nobody.total(SCORES), nobody.share(GOOD), nobody.ratio(MINUTES, SCORES)),
        *(empty.mean([]), empty.total([]), empty.share([]), WHOLE.mean([math.nan] * 20)),
    ):
        assert estimate.n == 0
        assert all(math.isnan(number) for number in (estimate.value, estimate.standard_error, estimate.low))


def test_one_person_has_an_interval_only_where_a_scale_limits_it():
    one = SurveyDesign([3.0])

    assert pytest.approx(_shown(one.share([1]))) == (1.0, 0.025, 1.0, 1)  # Clopper-Pearson 1 of 1
    assert pytest.approx(_shown(one.mean([5], scale=(1, 5)))) == (5.0, 1.1, 5.0, 1)
    assert math.isnan(one.mean([5]).standard_error)
    assert math.isnan(one.mean([5]).low)


def test_all_alike_has_neither_an_interval_of_no_width_nor_nan():
    seven = SurveyDesign([2.0] * 7)

    share, score = seven.share([1] * 7), seven.mean([5] * 7, scale=(1, 5))

    # As R gives it: binom.test(7, 7)$conf.int
    assert pytest.approx(_shown(share)) == (1.0, 0.590383602774997, 1.0, 7)
    assert pytest.approx(_shown(score)) == (5.0, 1 + 4 * 0.590383602774997, 5.0, 7)
    assert "all alike" in share.method
    assert pytest.approx(_shown(seven.share([0] * 7))) == (0.0, 0.0, 1 - 0.590383602774997, 7)


def test_all_alike_without_a_scale_is_unbounded_and_says_so():
    mean = SurveyDesign([0.1] * 7).mean([5.1] * 7)

    assert (5.1, 0.0, -math.inf, math.inf) == (mean.value, mean.standard_error, mean.low, mean.high)
    assert "no scale" in mean.method


def test_a_total_of_all_alike_is_as_open_as_their_mean_where_the_number_of_people_is_fixed():
    seven = SurveyDesign([2.0] * 7)

    total, unlimited = seven.total([5] * 7, scale=(1, 5)), seven.total([5] * 7)

    # 14 people, and R's binom.test(7, 7)$conf.int; svytotal gives 70 with a standard error of 0
    assert pytest.approx(_shown(total)) == (70.0, 14 * (1 + 4 * 0.590383602774997), 70.0, 7)
    assert total.standard_error == 0
    assert "all alike" in total.method
    assert _shown(unlimited) == (70.0, -math.inf, math.inf, 7)


def test_a_total_of_all_alike_varies_as_the_number_of_people_where_that_does():
    # As R gives it: m <- svytotal(~rep(5, 20), d): SE(m), confint(m, df = degf(d))
    expected = 203.654118544163, 921.490422117850, 1968.50957788215
    for minutes in (WHOLE.total([5] * 20), WHOLE.total([5] * 20, scale=(1, 5))):
        assert expected == pytest.approx((minutes.standard_error, minutes.low, minutes.high), rel=1e-12)


def test_the_scale_of_a_total_changes_nothing_where_people_differ():
    assert WHOLE.total(SCORES, scale=(1, 5)) == WHOLE.total(SCORES)


def test_one_ratio_in_every_row_is_unbounded_to_the_last_binary_digit():
    minutes = np.array([10.3, 19.1, 3.0, 19.1])

    ratio = SurveyDesign([0.4, 0.5, 0.9, 0.5]).ratio(minutes * 0.1, minutes)

    assert (ratio.low, ratio.high, ratio.standard_error) == (-math.inf, math.inf, 0.0)
    assert ratio.value == pytest.approx(0.1)


def test_all_alike_in_clusters_counts_fewer_answers_than_people():
    clustered = SurveyDesign([1.0] * 30, clusters=np.repeat(range(6), 5)).share([1] * 30)

    # 30 / (1 + 4 × 0.2) answers; the lower end of all of n is 0.025^(1/n)
    assert pytest.approx(clustered.low) == 0.025 ** (1.8 / 30)


def test_clusters_alike_but_not_their_people_vary_as_a_simple_sample():
    design = SurveyDesign([1.0] * 8, clusters=np.repeat(range(4), 2))

    share, mean = design.share([0, 1] * 4), design.mean([0, 1] * 4)

    assert (share.standard_error, mean.standard_error) == (0.0, 0.0)
    # In R by hand, of 8 people, fewer for 3 degrees of freedom: a = 8 * (qt(0.975, 7) / qt(0.975, 3))^2,
    # then qbeta of a / 2 and a / 2 + 1; and 0.5 - qt(0.975, 3) * sqrt(0.25 / 7)
    assert (share.low, share.high) == pytest.approx((0.0791046387965695, 0.920895361203431))
    assert mean.low == pytest.approx(-0.101425820328359)
    assert "clusters alike" in share.method
    assert "clusters alike" in mean.method


def test_a_cautious_share_rests_on_no_more_answers_than_people():
    # One of 20 differs, and has so small a weight that R's interval takes 173 effective answers.
    weights = [1.0] * 19 + [0.1]
    design = SurveyDesign(weights)

    bold, cautious = (design.share([1] * 19 + [0], cautious=cautious) for cautious in (False, True))

    # As R gives it: confint(svyciprop(~x, svydesign(~1, weights = ~w), method = "beta"))
    assert pytest.approx((bold.low, bold.high), rel=1e-9) == (0.9691831534217422, 0.9999041434422924)
    assert cautious.low < 0.84 < bold.low


def test_where_everyone_was_asked_nothing_is_left_to_chance():
    census = SurveyDesign([1.0] * 5, population_sizes=[5] * 5)

    assert _shown(census.share([1, 1, 1, 1, 0])) == (0.8, 0.8, 0.8, 5)
    assert _shown(census.mean([5, 5, 5, 5, 1])) == (4.2, 4.2, 4.2, 5)
    assert census.mean([5] * 5).method == "everyone was asked"


def test_all_clusters_asked_is_not_everyone_asked():
    design = SurveyDesign([3.0] * 6, clusters=[1, 1, 2, 2, 3, 3], population_sizes=[3] * 6)

    assert design.share([1, 1, 1, 0, 1, 1]).low < 0.5


@pytest.mark.parametrize(
    ("said", "make"),
    [
        (r"weights\[1\] == 0, must be above 0", lambda: SurveyDesign([1, 0])),
        (r"weights\[0\] == -1, must be above 0", lambda: SurveyDesign([-1, 2])),
        (r"weights.*must be finite numbers; nan is not", lambda: SurveyDesign([1, math.nan])),
        (r"strata.shape == \(3,\), must be a list of 2", lambda: SurveyDesign([1, 2], strata=["a", "b", "c"])),
        (r"clusters\[1\] == None, must be a label", lambda: SurveyDesign([1, 2], clusters=["a", None])),
        (r"strata\[1\] == nan, must be a label", lambda: SurveyDesign([1, 2], strata=[1.0, math.nan])),
        (r"population_sizes == 1, must be 2 or more", lambda: SurveyDesign([1, 2], population_sizes=[1, 1])),
        (r"population_sizes\[0\] == 5.*has 9: must be one", lambda: SurveyDesign([1, 2], population_sizes=[5, 9])),
        (r"lonely == 'fail', must be one of nan, adjust", lambda: SurveyDesign([1, 2], lonely="fail")),
        (r"values.shape == \(3,\), must be a list of 2", lambda: SurveyDesign([1, 2]).mean([1, 2, 3])),
        (r"values == \[1.0, inf\].*finite", lambda: SurveyDesign([1, 2]).total([1, math.inf])),
        (r"values == \[1.0, 6.0\], must be in \[1, 5\]", lambda: SurveyDesign([1, 2]).mean([1, 6], scale=(1, 5))),
        (r"scale == \(5, 5\), must be a lowest", lambda: SurveyDesign([1, 2]).mean([5, 5], scale=(5, 5))),
        (r"scale.shape == \(1,\), must be a list of 2", lambda: SurveyDesign([1, 2]).mean([5, 5], scale=(5,))),
        (r"condition == 0.5 somewhere, must be 0, 1 or NaN", lambda: SurveyDesign([1, 2]).share([0.5, 1])),
        (r"condition == 2 somewhere, must be true or false", lambda: SurveyDesign([1, 2]).domain([2, 1])),
        (r"denominator has a weighted sum == 0", lambda: SurveyDesign([1, 2]).ratio([1, 2], [0, 0])),
        (r"level == 95, must be in \(0, 1\)", lambda: SurveyDesign([1, 2]).mean([1, 2], level=95)),
        (r"level == 1, must be in \(0, 1\)", lambda: SurveyDesign([]).share([], level=1)),
    ],
)
def test_bad_input_is_refused_with_name_value_and_bound(said, make):
    with pytest.raises(ValueError, match=said):
        make()


answers = st.lists(
    st.tuples(st.integers(1, 5), st.floats(0.5, 50), st.sampled_from("ab"), st.integers(0, 3)), min_size=1, max_size=40
)


@given(answers)
def test_a_share_lies_inside_its_interval_and_the_interval_has_width(rows):
    scores, weights, strata, clusters = zip(*rows, strict=True)
    design = SurveyDesign(weights, strata=strata, clusters=clusters, lonely="certainty")

    for estimate in (design.share(np.array(scores) >= 4), design.mean(scores, scale=(1, 5))):
        if not math.isnan(estimate.low):
            assert estimate.low <= estimate.value <= estimate.high
            assert estimate.low < estimate.high


@given(answers, st.floats(0.01, 100))
def test_means_do_not_depend_on_the_unit_of_the_weights_or_the_order_of_rows(rows, unit):
    def measured(rows, unit):
        scores, weights, strata, clusters = zip(*rows, strict=True)
        design = SurveyDesign(np.array(weights) * unit, strata=strata, clusters=clusters, lonely="adjust")
        mean = design.mean(scores)
        return mean.value, mean.standard_error, mean.degrees_of_freedom

    assert measured(rows, 1.0) == pytest.approx(measured(rows[::-1], unit), rel=1e-7, abs=1e-7)


@given(answers)
def test_totals_of_domains_add_up_to_the_total(rows):
    scores, weights, strata, _ = zip(*rows, strict=True)
    design = SurveyDesign(weights)

    parts = [part.total(scores).value for part in design.domains(strata).values()]

    assert design.total(scores).value == pytest.approx(sum(parts))


def _shown(estimate):
    return estimate.value, estimate.low, estimate.high, estimate.n
