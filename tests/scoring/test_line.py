"""What a line achieves under each rule, worked by hand; what is entered whole; what does not fit."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from scoring.measures import Entered, Measures, Number, Ratio, Survey
from scoring.sheet import score
from scoring.tally import count_answers


def measures(*, people=(), criteria=None, ratios=None, points=None, numbers=None, not_applicable=None):
    survey = None
    if people:
        questions = sorted(people[0])
        tally = count_answers(pl.DataFrame(list(people)), questions, values=(0, 0, 0, 1, 1))
        survey = Survey(tally, criteria or {question: question for question in questions}, "form")
    return Measures(
        "xa.1",
        "2026-10",
        "test",
        survey=survey,
        ratios=ratios or {},
        points={
            code: given if isinstance(given, Entered) else Entered(Decimal(given), "file 7")
            for code, given in (points or {}).items()
        },
        numbers={code: Number(Decimal(value), "report 3") for code, value in (numbers or {}).items()},
        not_applicable=not_applicable or {},
    )


RANKED = """
    [[node]]
    code = "rank"
    parent = "total"
    rule = "bands"
    of = "number"
    max = "3"
    band = [{ from = "21", points = "1" }, { from = "11", points = "2" }, { from = "0", points = "3" }]
    [[node]]
    code = "rest"
    parent = "total"
    rule = "points"
    max = "97"
"""


@pytest.mark.parametrize(("points", "rank"), [("3.00", "10"), ("2.00", "11"), ("1.00", "21"), ("1.00", "63")])
def test_a_number_earns_the_points_of_its_band(small_edition, points, rank):
    sheet = score(small_edition(RANKED), measures(numbers={"rank": rank}, points={"rest": "0"}))
    assert sheet.points == Decimal(points)


def test_a_band_says_from_where_to_where_it_reaches(small_edition):
    sheet = score(small_edition(RANKED), measures(numbers={"rank": "12"}, points={"rest": "0"}))
    assert sheet.node("rank").formula.en == (
        "Number entered: 12; 12 is in the band from 11 to below 21: 2.00 of 3 points"
    )
    assert sheet.node("rank").formula.vi == ("Số liệu nhập: 12; 12 thuộc bậc từ 11 đến dưới 21: 2,00 trên 3 điểm")
    assert sheet.node("rank").evidence == "report 3"


STEPPED = """
    [[node]]
    code = "online"
    parent = "total"
    rule = "steps"
    of = "ratio"
    empty_denominator = "zero"
    max = "3"
    start = "0.5"
    base = "2"
    every = "0.02"
    gain = "0.25"
    [[node]]
    code = "rest"
    parent = "total"
    rule = "points"
    max = "97"
"""


@pytest.mark.parametrize(("points", "online"), [("2.00", 40), ("2.00", 51), ("2.25", 52), ("2.75", 57), ("3.00", 99)])
def test_a_ratio_earns_points_step_by_step(small_edition, points, online):
    sheet = score(small_edition(STEPPED), measures(ratios={"online": Ratio(online, 100)}, points={"rest": "0"}))
    assert sheet.points == Decimal(points)


def test_steps_say_base_gain_and_size(small_edition):
    sheet = score(small_edition(STEPPED), measures(ratios={"online": Ratio(57, 100)}, points={"rest": "0"}))
    assert sheet.node("online").formula.en == (
        "57 ÷ 100 = 57.00 %; 2.00 points up to 50.00 %, plus 0.25 for each whole 2.00 % beyond: 2.75 of 3 points"
    )


BEST = """
    [[node]]
    code = "best"
    parent = "total"
    rule = "maximum"
    max = "100"
    [[node]]
    code = "award"
    parent = "best"
    rule = "points"
    max = "100"
    [[node]]
    code = "initiative"
    parent = "best"
    rule = "points"
    max = "60"
"""


@pytest.mark.parametrize(
    ("points", "entered"),
    [("50.00", {"award": "30", "initiative": "50"}), ("70.00", {"award": "70", "initiative": "60"})],
)
def test_of_a_maximum_the_best_child_counts(small_edition, points, entered):
    assert score(small_edition(BEST), measures(points=entered)).points == Decimal(points)


def test_a_maximum_counts_what_there_is_and_names_it(small_edition):
    sheet = score(small_edition(BEST), measures(points={"initiative": "45"}))
    assert sheet.points == Decimal("45.00")
    assert sheet.node("best").formula.en == "The best of 45.00 [initiative] = 45.00 of 100 points"


EXTRAS = """
    [[node]]
    code = "work"
    parent = "total"
    rule = "points"
    max = "100"
    [[node]]
    code = "bonus"
    parent = "total"
    rule = "bonus"
    max = "3"
    [[node]]
    code = "new"
    parent = "bonus"
    rule = "points"
    max = "2"
    [[node]]
    code = "prize"
    parent = "bonus"
    rule = "points"
    max = "2"
    [[node]]
    code = "penalty"
    parent = "total"
    rule = "penalty"
    max = "5"
"""


@pytest.mark.parametrize(
    ("points", "entered"),
    [
        ("90.00", {"work": "90"}),
        ("92.00", {"work": "90", "new": "2"}),
        ("93.00", {"work": "90", "new": "2", "prize": "2"}),  # the bonus ends at its cap of 3
        ("88.50", {"work": "90", "new": "1", "penalty": "2.5"}),
        ("100.00", {"work": "99", "new": "2", "prize": "2"}),  # the total ends at its maximum
        ("0.00", {"work": "3", "penalty": "5"}),  # and at nothing
    ],
)
def test_bonus_and_penalty_end_at_their_caps_and_the_total_at_its_own(small_edition, points, entered):
    assert score(small_edition(EXTRAS), measures(points=entered)).points == Decimal(points)


def test_a_total_that_keeps_what_is_over_its_maximum(small_edition):
    edition = small_edition(EXTRAS, total='rule = "sum"\nover = "keep"')
    assert score(edition, measures(points={"work": "99", "new": "2", "prize": "2"})).points == Decimal("102.00")


def test_bonus_and_penalty_stand_in_the_formula_and_take_nothing_from_coverage(small_edition):
    sheet = score(small_edition(EXTRAS), measures(points={"work": "99", "new": "2", "prize": "2", "penalty": "1"}))
    assert sheet.total.formula.en == (
        "99.00 [work] + 3.00 [bonus] − 1.00 [penalty] = 100.00 of 100 points (held within its maximum)"
    )
    assert sheet.node("bonus").formula.en == "2.00 [new] + 2.00 [prize] = 3.00, at most 3 points"
    assert sheet.coverage.en == "1 of 1 criteria measured"


JUDGED = """
    [[node]]
    code = "time"
    parent = "total"
    rule = "points"
    max = "2"
    [[node.option]]
    points = "2"
    [[node.option]]
    points = "1"
    [[node.option]]
    points = "0"
    [[node]]
    code = "domain"
    parent = "total"
    rule = "points"
    max = "98"
    part = [{ name = { vi = "thẩm định", en = "appraised" } }, { name = { vi = "điều tra", en = "surveyed" } }]
"""


def test_only_the_points_offered_may_be_entered(small_edition):
    with pytest.raises(ValueError, match=r"points\['time'\] == 1\.5, must be one of 2, 1, 0\."):
        score(small_edition(JUDGED), measures(points={"time": "1.5", "domain": "9"}))


def test_points_of_several_parts_say_each_of_them(small_edition):
    domain = Entered(Decimal("9.7"), "file 7", parts=(Decimal("8.5"), Decimal("1.2")))
    sheet = score(small_edition(JUDGED), measures(points={"time": "1", "domain": domain}))
    assert sheet.points == Decimal("10.70")
    assert sheet.node("domain").formula.vi == (
        "Nhập theo minh chứng: 9,70 trên 98 điểm = thẩm định 8,50 + điều tra 1,20"
    )


def test_parts_must_be_those_of_the_edition_and_add_up(small_edition):
    with pytest.raises(ValueError, match=r"points == 9, must be the sum of the parts, 8\."):
        Entered(Decimal(9), "", parts=(Decimal(8),))
    one = Entered(Decimal(8), "", parts=(Decimal(8),))
    with pytest.raises(ValueError, match=r"parts of points\['domain'\] == 1, must be 2: appraised, surveyed\."):
        score(small_edition(JUDGED), measures(points={"time": "1", "domain": one}))


WHOLE = """
    [[node]]
    code = "openness"
    parent = "total"
    rule = "sum"
    max = "18"
    enterable = true
    [[node]]
    code = "posted"
    parent = "openness"
    rule = "ratio"
    empty_denominator = "zero"
    max = "18"
    [[node]]
    code = "time"
    parent = "openness"
    rule = "shown"
    [[node]]
    code = "rest"
    parent = "total"
    rule = "points"
    max = "82"
"""


def test_a_group_that_is_published_whole_can_be_entered_whole(small_edition):
    sheet = score(small_edition(WHOLE), measures(points={"openness": "15.64", "rest": "0"}))
    assert sheet.points == Decimal("15.64")
    assert (sheet.node("posted").state, sheet.node("posted").points) == ("whole", None)
    assert sheet.coverage.en == "2 of 2 criteria measured"
    by_percent = Entered(Decimal(50), "portal", unit="percent")
    assert score(small_edition(WHOLE), measures(points={"openness": by_percent, "rest": "0"})).points == Decimal(9)


def test_points_entered_whole_beside_what_they_are_made_of_are_refused(small_edition):
    both = measures(points={"openness": "15.64", "rest": "0"}, ratios={"posted": Ratio(1, 2)})
    with pytest.raises(ValueError, match="posted is measured, must not be: its points were entered whole above it"):
        score(small_edition(WHOLE), both)


def test_what_is_only_shown_brings_no_points_and_is_missing_nowhere(small_edition):
    seen = score(
        small_edition(WHOLE), measures(points={"rest": "0"}, ratios={"posted": Ratio(1, 2), "time": Ratio(3, 4)})
    )
    unseen = score(small_edition(WHOLE), measures(points={"rest": "0"}, ratios={"posted": Ratio(1, 2)}))
    assert seen.points == unseen.points == Decimal("9.00")
    assert seen.node("time").formula.en == "3 ÷ 4 = 75.00 %. Shown only, without points."
    assert unseen.coverage.en == "2 of 2 criteria measured"


def test_a_line_that_rests_on_no_sample_says_so(small_edition):
    sheet = score(small_edition(WHOLE), measures(points={"rest": "1"}, ratios={"posted": Ratio(1, 2)}))
    assert sheet.node("posted").uncertainty.en == "Counted in full, not sampled: no sampling error"
    assert sheet.node("rest").uncertainty.en == "Entered with evidence: no sampling error can be given"
    assert sheet.total.uncertainty.en == (
        "Counted in full or entered with evidence: no sampling error, or none that can be given"
    )
    assert sheet.interval is None


def test_a_curve_over_a_sum_maps_what_its_children_make(small_edition):
    edition = small_edition(
        """
        [[node]]
        code = "a"
        parent = "total"
        rule = "points"
        max = "40"
        [[node]]
        code = "b"
        parent = "total"
        rule = "points"
        max = "60"
        """,
        total='rule = "bands"\nof = "sum"\nband = [{ from = "0.8", points = "100" }, { from = "0", points = "25" }]',
    )
    assert score(edition, measures(points={"a": "40", "b": "40"})).points == Decimal("100.00")
    below = score(edition, measures(points={"a": "40", "b": "39"}))
    assert (below.points, below.total.line.raw) == (Decimal("25.00"), Fraction(79, 100))


def test_what_stands_below_a_line_that_does_not_apply_says_so_too(small_edition):
    sheet = score(small_edition(WHOLE), measures(points={"rest": "41"}, not_applicable={"openness": "no portal"}))
    assert [node.code for node in sheet.nodes] == ["total", "openness", "posted", "time", "rest"]
    assert (sheet.node("posted").state, sheet.node("posted").evidence) == ("not_applicable", "no portal")
    assert (sheet.points, sheet.coverage.en) == (Decimal("50.00"), "1 of 1 criteria measured")


BANDED_WHOLE = """
    [[node]]
    code = "group"
    parent = "total"
    rule = "bands"
    of = "sum"
    max = "100"
    enterable = true
    band = [{ from = "0.5", points = "100" }, { from = "0", points = "25" }]
    [[node]]
    code = "a"
    parent = "group"
    rule = "points"
    max = "100"
"""


def test_points_entered_whole_are_not_said_to_be_in_a_band(small_edition):
    sheet = score(small_edition(BANDED_WHOLE), measures(points={"group": "60"}))
    assert (sheet.points, sheet.node("group").formula.en) == (60, "Entered with evidence: 60.00 of 100 points")


def test_nothing_to_count_in_a_line_only_shown_ends_in_one_full_stop(small_edition):
    sheet = score(small_edition(WHOLE), measures(points={"rest": "0"}, ratios={"time": Ratio(0, 0)}))
    assert (
        sheet.node("time").formula.vi
        == "Không có gì để đếm (0): không áp dụng, không tính. Chỉ theo dõi, không tính điểm."
    )


def test_a_number_is_entered_and_nothing_was_counted(small_edition):
    sheet = score(small_edition(RANKED), measures(numbers={"rank": "12"}, points={"rest": "0"}))
    assert sheet.node("rank").doubt.how == sheet.total.doubt.how == "entered"


REQUIRED = """
    [[node]]
    code = "a"
    parent = "total"
    rule = "points"
    max = "40"
    required = true
    [[node]]
    code = "b"
    parent = "total"
    rule = "sum"
    max = "60"
    [[node]]
    code = "c"
    parent = "b"
    rule = "points"
    max = "30"
    required = true
    [[node]]
    code = "d"
    parent = "b"
    rule = "points"
    max = "30"
"""


def test_a_line_without_value_names_the_required_line_that_it_lacks(small_edition):
    sheet = score(small_edition(REQUIRED), measures(points={"d": "20"}))
    assert sheet.node("b").formula.en == "Required and missing: [c]; no points yet, not zero."
    assert sheet.total.formula.vi == "Thiếu dòng bắt buộc [a]: chưa tính điểm, không phải 0 điểm."
    assert score(small_edition(REQUIRED), measures(points={"a": "20", "d": "20"})).points == Decimal("50.00")


def test_a_gate_names_what_leaves_the_total_open_and_nothing_else(small_edition):
    sheet = score(small_edition(REQUIRED), measures(points={"d": "20"}))
    assert sheet.gates[0].text.en == "Missing: E"  # a alone: without it the total is open whether c is there or not
    everything = dict.fromkeys(("a", "b"), "abolished")
    assert score(small_edition(REQUIRED), measures(not_applicable=everything)).gates[0].text.en == "Nothing applies"


def test_the_parts_of_a_percentage_are_said_in_points_too(small_edition):
    half = Entered(Decimal(50), "file 7", unit="percent", parts=(Decimal(30), Decimal(20)))
    sheet = score(small_edition(JUDGED), measures(points={"time": "1", "domain": half}))
    assert (
        sheet.node("domain").formula.en
        == "Entered with evidence: 49.00 of 98 points = appraised 29.40 + surveyed 19.60"
    )


def test_a_line_only_shown_and_not_measured_leaves_no_group_open_that_does_not_apply(small_edition):
    edition = small_edition(WHOLE.replace('"zero"', '"not_applicable"').replace("enterable = true", "required = true"))
    sheet = score(edition, measures(points={"rest": "41"}, ratios={"posted": Ratio(0, 0)}))
    assert (sheet.node("openness").state, sheet.points) == ("not_applicable", Decimal("50.00"))
