"""Score sheets: hand-worked numbers, published rows, what is not measured, classes near a cut, identical bytes."""

import dataclasses
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition_file import load_edition
from scoring.estimate import Estimate, effective_wilson, wilson
from scoring.measures import Entered, Measures, Ratio, Survey
from scoring.sheet import ScoreSheet, score
from scoring.tally import Tally, count_answers

# The desk questionnaire: question → criterion of sipas-2017.
DESK = {
    "waiting_place": "1.1",
    "posted": "2.1",
    "on_time": "2.5",
    "polite": "3.1",
    "answers": "3.3",
    "guidance": "3.4",
    "result": "4.1",
    "feedback": "5.2",
}
SHARE, MEAN = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)

# code CKMB TDGQ CLGQ TTTT MDSH MDHL total: GitHub truongquangphuc/new-766, reports/bao_cao_T10_2025.xlsx.
# All 34 provinces (year score), two departments and four communes of An Giang.
PUBLISHED = """
H05 15.64 19.05 8.36 10 20.79 17.86 91.7
H19 16.09 18.79 8.33 10 19.93 17.39 90.53
H55 15.3 19.1 8.31 10 19.73 17.86 90.3
H12 16.19 18.64 8.14 9.53 19.6 17.94 90.04
H50 15.38 19.39 7.76 8.79 20.4 17.88 89.6
H56 14.92 18.65 8.35 8.68 21.41 17.13 89.14
H21 15.39 19.03 8.14 8.95 19.76 17.85 89.12
H49 14.84 18.09 8.36 9.89 20.17 17.7 89.05
H01 15.45 18.78 8.39 9.05 18.29 17.9 87.86
H36 15.36 18.77 8.15 9 18.46 17.76 87.5
H60 14.78 19.39 8.13 9.07 18.09 18 87.46
H44 13.41 19.01 8.2 9.2 19.49 17.82 87.13
H52 14.96 19.67 7.58 8.56 18.28 18 87.05
H15 14.51 18.15 8.29 9.09 19.41 17.53 86.98
H26 15.3 17.57 8.37 8.05 20.3 17.26 86.85
H48 15.76 18.94 8.17 9.33 18.7 15.76 86.66
H42 15.63 19.02 8.15 8.93 16.85 17.93 86.51
H27 14.36 17.8 8.49 9.05 21.43 15.32 86.45
H31 16.18 19.53 8.14 8.99 17.25 16.33 86.42
H38 15.4 18.71 8.19 8.43 17.7 17.97 86.4
H13 14.55 18.9 8.14 9.34 17.31 17.87 86.11
H24 15.44 16.06 8.2 10 19.22 17.04 85.96
H20 14.9 18.97 8.21 5.99 20 17.4 85.47
H41 14.6 18.85 8.14 8.57 18.3 16.86 85.32
H35 15.86 19.18 7.07 8.31 16.58 18 85
H18 15.2 19.36 8.09 8.3 15.91 18 84.86
H14 15.15 18.96 8.06 8.27 16.51 17.88 84.83
H57 15.86 17.14 8.17 7.56 18.53 17.36 84.62
H53 14.79 18.88 8.15 8.74 17.61 16.4 84.57
H61 14.62 18.63 8.21 6.42 18.51 17.81 84.2
000.00.00.H37 14.74 18.89 8.08 8.06 16.17 17.66 83.6
H29 14.85 18.4 8.05 8.05 14.02 17.94 81.31
H17 14.79 17.52 8.23 8.42 16.55 15.55 81.06
H32 14.13 17.76 8.21 5.84 17.9 17.08 80.92
H01.02 0.75 19.53 4.48 6.99 13.26 18 63.01
H01.08 0 3.16 4 10 0 13.05 30.21
H01.188 4.37 18.79 4.7 8.55 19.18 18 73.59
H01.153 7.64 18.87 6.23 8.26 20.05 18 79.05
H01.157 18 19.83 8.13 8.67 19.52 18 92.15
H01.187 18 19.81 8.1 8.55 20.75 18 93.21
"""


def tally_of(people: Iterable[Mapping[str, int | None]], values: tuple[float, ...] = SHARE) -> Tally:
    rows = list(people)
    questions = sorted({question for row in rows for question in row}) or ["polite"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(questions, pl.Int8))
    return count_answers(frame, questions, values=values)


def survey_of(people: Iterable[Mapping[str, int | None]], values: tuple[float, ...] = SHARE) -> Survey:
    tally = tally_of(people, values)
    return Survey(tally, {question: DESK[question] for question in tally.questions}, "form desk")


def measures_of(
    people: Iterable[Mapping[str, int | None]] | None = None,
    *,
    values: tuple[float, ...] = SHARE,
    ratios: Mapping[str, Ratio] | None = None,
    points: Mapping[str, str] | None = None,
    not_applicable: Mapping[str, str] | None = None,
) -> Measures:
    return Measures(
        unit="xa.29926",
        period="2026-10",
        snapshot="test",
        survey=None if people is None else survey_of(people, values),
        ratios=ratios or {},
        points={code: Entered(Decimal(number), "test") for code, number in (points or {}).items()},
        not_applicable=not_applicable or {},
    )


def alike(satisfied: int, n: int, questions: Iterable[str] = DESK) -> list[dict[str, int | None]]:
    """Each person gives one answer to every question: `satisfied` of `n` people 5, the others 2."""
    asked = list(questions)
    return [dict.fromkeys(asked, 5 if person < satisfied else 2) for person in range(n)]


def test_one_criterion_has_its_share_and_the_interval_of_wilson():
    sheet = score(load_edition("sipas-2017"), measures_of(alike(41, 50, ["polite"])))
    node = sheet.node("3.1")
    # 41 of 50 = 0.82; R: prop.test(41, 50, correct = FALSE) gives 0.6920, 0.9023
    assert isinstance(node.value, Estimate)
    assert (node.value.value, node.value.n) == (0.82, 50)
    assert (round(node.value.low, 4), round(node.value.high, 4)) == (0.6920, 0.9023)
    assert node.formula.vi == "Lượt trả lời hài lòng (mức 4, 5): 41 ÷ 50 lượt = 82,00 %"
    assert node.formula.en == "Satisfied answers (points 4, 5): 41 ÷ 50 answers = 82.00 %"
    # the only criterion measured carries the whole index
    assert sheet.points == Decimal("82.00")
    assert sheet.total.interval == node.interval
    assert sheet.coverage.vi == "1/22 tiêu chí được đo"


def test_elements_keep_their_weight_however_few_of_their_criteria_were_asked():
    people = [
        {"posted": 5 if i < 40 else 3, "on_time": 4 if i < 30 else 1, "polite": 5 if i < 45 else 2} for i in range(50)
    ]
    sheet = score(load_edition("sipas-2017"), measures_of(people))
    # element 2: (0.8 + 0.6) / 2 = 0.7, weight 5/22; element 3: 0.9, weight 6/22; (5 × 0.7 + 6 × 0.9) / 11 = 8.9 / 11
    assert sheet.node("2").achieved == Fraction(7, 10)
    assert sheet.total.achieved == Fraction(89, 110)
    assert sheet.points == Decimal("80.91")
    assert (
        sheet.total.formula.vi
        == "5/11 × 70,00 % [2] + 6/11 × 90,00 % [3] = 80,91 % (trọng số chia lại cho phần được tính)"
    )
    assert sheet.node("2").maximum_used == Fraction(500, 11)
    assert sheet.coverage.en == "3 of 22 criteria measured"


def test_the_mean_definition_divides_the_mean_answer_by_the_best_point():
    people = [{"polite": 5}] * 20 + [{"polite": 4}] * 15 + [{"polite": 1}] * 5
    sheet = score(load_edition("sipas-2017", definition="mean"), measures_of(people, values=MEAN))
    # (100 + 60 + 5) / 40 = 4.125; 4.125 / 5 = 0.825
    assert sheet.node("3.1").achieved == Fraction(825, 1000)
    assert sheet.points == Decimal("82.50")
    assert sheet.node("3.1").formula.vi == "Điểm trung bình (thang 1–5, 40 lượt) 4,13; 4,13 ÷ 5 = 82,50 %"
    assert sheet.definition is not None
    assert sheet.definition.rule == "mean"


def test_both_definitions_say_which_one_was_used():
    people = alike(25, 50, ["polite", "posted"])
    share = score(load_edition("sipas-2017"), measures_of(people))
    mean = score(load_edition("sipas-2017", definition="mean"), measures_of(people, values=MEAN))
    # half of the people 5, half 2: share 50 %, mean 3.5 of 5 = 70 %
    assert (share.points, mean.points) == (Decimal("50.00"), Decimal("70.00"))
    assert share.to_json()["definition"] == "share"
    assert mean.to_json()["definition"] == "mean"


def test_questions_answered_alike_by_the_same_people_are_not_taken_as_independent():
    sheet = score(load_edition("sipas-2017"), measures_of(alike(82, 100)))
    # eight answers of one person say as much as one: about Wilson of 82 in 100, not of 656 in 800
    one, eight = wilson(82, 100), wilson(656, 800)
    assert sheet.total.value is not None
    assert isinstance(sheet.total.value, Estimate)
    assert sheet.total.value.half_width == pytest.approx(one.half_width, rel=0.05)
    assert sheet.total.value.half_width > 2 * eight.half_width


def test_the_interval_of_the_index_weighs_each_person_as_the_edition_does():
    people = [{"posted": 5 if i < 40 else 2, "polite": 5 if i < 45 else 2} for i in range(50)]
    sheet = score(load_edition("sipas-2017"), measures_of(people))
    # weights 5/11 and 6/11: 40 people at 1, 5 at 6/11, 5 at 0; mean 47/55, mean of squares (40 + 5 × 36/121) / 50
    mean = Fraction(47, 55)
    variance = (40 + Fraction(180, 121)) / 50 - mean**2
    expected = effective_wilson(float(mean), float(variance) / 50, 50)
    assert sheet.total.achieved == mean
    assert sheet.total.interval == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("row", PUBLISHED.split("\n")[1:-1], ids=lambda row: row.split()[0])
def test_the_published_766_components_add_up_to_the_published_total(row: str):
    code, *parts, total = row.split()
    edition = load_edition("qd766-2022")
    components = dict(zip([node.code for node in edition.children("total")], parts, strict=True))
    sheet = score(edition, measures_of(points=components))
    assert sheet.total.points == Fraction(total)
    assert sheet.points == Decimal(total)
    assert sheet.total.interval is None
    assert sheet.total.n is None
    assert sheet.band is not None, code
    assert not sheet.near_cut


def test_four_provinces_are_excellent_and_thirty_good_by_the_recalled_cuts():
    edition = load_edition("qd766-2022")
    names = []
    for row in PUBLISHED.split("\n")[1:35]:
        _, *parts, _ = row.split()
        sheet = score(
            edition,
            measures_of(
                points=dict(zip([node.code for node in edition.children(edition.root.code)], parts, strict=True))
            ),
        )
        names.append(sheet.band.name.vi if sheet.band else None)
    assert (names.count("Xuất sắc"), names.count("Tốt")) == (4, 30)


@pytest.mark.parametrize(
    ("numerator", "denominator", "points"),
    [
        # domain §3.4, portal data 2026: min(6, 6 · (n/d) / 0.90), nothing to count gives 0
        (528464, 597918, "5.89"),
        (156, 161, "6.00"),
        (1651, 2270, "4.85"),
        (755, 1120, "4.49"),
        (7362, 8253, "5.95"),
        (4964, 5551, "5.96"),
        (2775, 3443, "5.37"),
        (5679, 6200, "6.00"),
        (0, 0, "0.00"),
    ],
)
def test_a_ratio_is_full_from_its_saturation_on(small_edition, numerator: int, denominator: int, points: str):
    edition = small_edition("""
        [[node]]
        code = "receiving"
        parent = "total"
        rule = "ratio"
        full_at = "0.9"
        empty_denominator = "zero"
        max = "6"
        [[node]]
        code = "rest"
        parent = "total"
        rule = "points"
        max = "94"
    """)
    sheet = score(edition, measures_of(ratios={"receiving": Ratio(numerator, denominator)}, points={"rest": "0"}))
    assert sheet.points == Decimal(points)


@pytest.mark.parametrize(
    ("rule", "state", "achieved"), [("zero", "measured", 0), ("full", "measured", 1), ("not_applicable",) * 2 + (None,)]
)
def test_an_empty_denominator_counts_as_the_edition_says(small_edition, rule: str, state: str, achieved: int | None):
    edition = small_edition(f"""
        [[node]]
        code = "petitions"
        parent = "total"
        rule = "ratio"
        empty_denominator = "{rule}"
        max = "100"
    """)
    sheet = score(edition, measures_of(ratios={"petitions": Ratio(0, 0)}))
    assert (sheet.node("petitions").state, sheet.node("petitions").achieved) == (state, achieved)


def test_a_saturated_ratio_spells_its_formula(small_edition):
    edition = small_edition("""
        [[node]]
        code = "r"
        parent = "total"
        rule = "ratio"
        full_at = "0.9"
        empty_denominator = "zero"
        max = "100"
    """)
    node = score(edition, measures_of(ratios={"r": Ratio(1800, 2500)})).node("r")
    assert node.formula.vi == "1.800 ÷ 2.500 = 72,00 %; đủ điểm từ 90,00 %: min(1; 72,00 % ÷ 90,00 %) = 80,00 %"
    assert node.formula.en == "1,800 ÷ 2,500 = 72.00 %; full points from 90.00 %: min(1, 72.00 % ÷ 90.00 %) = 80.00 %"


def emulation(**ratios: Ratio) -> dict[str, Ratio]:
    return {"on_time": Ratio(950, 1000), "pilot": Ratio(20, 20)} | ratios


def test_emulation_adds_satisfaction_service_and_participation():
    sheet = score(load_edition("thi-dua-2026-mau"), measures_of(alike(160, 200), ratios=emulation(pilot=Ratio(15, 20))))
    # 50 × 0.8 + 30 × 0.95 + 20 × 0.75 = 40 + 28.5 + 15
    assert sheet.points == Decimal("83.50")
    assert sheet.total.formula.vi == ("40,00 [satisfaction] + 28,50 [on_time] + 15,00 [pilot] = 83,50 trên 100 điểm")
    # the interval is that of the answers alone, halved: the registers are counted, not sampled
    satisfaction = sheet.node("satisfaction")
    assert satisfaction.points_interval is not None
    assert sheet.total.points_interval == pytest.approx([43.5 + end for end in satisfaction.points_interval])
    assert sheet.node("on_time").interval is None
    assert sheet.node("on_time").value == Fraction(95, 100)


def test_a_unit_in_no_pilot_is_judged_on_the_rest_rescaled_to_100():
    measures = measures_of(alike(160, 200), ratios=emulation(pilot=Ratio(0, 0)))
    sheet = score(load_edition("thi-dua-2026-mau"), measures)
    # (40 + 28.5) / 80 × 100 = 85.625, half up
    assert sheet.points == Decimal("85.63")
    assert sheet.node("pilot").state == "not_applicable"
    assert sheet.node("pilot").points is None
    assert [sheet.node(code).maximum_used for code in ("satisfaction", "on_time", "pilot")] == [62.5, 37.5, 0]
    assert sheet.coverage.vi == "9/23 tiêu chí được đo"


def test_declaring_a_line_not_applicable_keeps_the_reason():
    measures = measures_of(
        alike(160, 200), ratios={"on_time": Ratio(950, 1000)}, not_applicable={"pilot": "QĐ 12/QĐ-UBND"}
    )
    node = score(load_edition("thi-dua-2026-mau"), measures).node("pilot")
    assert (node.state, node.evidence) == ("not_applicable", "QĐ 12/QĐ-UBND")
    assert node.formula.vi == "Không áp dụng: không tính. QĐ 12/QĐ-UBND"
    assert score(load_edition("thi-dua-2026-mau"), measures).coverage.vi == "9/23 tiêu chí được đo"


def test_more_sessions_than_the_minimum_earn_no_more_than_full_points():
    measures = measures_of(alike(160, 200), ratios=emulation(pilot=Ratio(30, 20)))
    assert score(load_edition("thi-dua-2026-mau"), measures).node("pilot").points == 20


def test_something_required_that_is_missing_leaves_the_total_open_and_says_so():
    sheet = score(load_edition("thi-dua-2026-mau"), measures_of(ratios=emulation()))
    assert sheet.points is None
    assert sheet.band is None
    assert [(gate.code, gate.passed) for gate in sheet.gates] == [("measured", False)]
    assert sheet.gates[0].text.vi == "Thiếu số liệu: Mức hài lòng của người dân"
    # what was measured beside it is still shown with its own points, not as zero
    assert sheet.node("on_time").points == Fraction("28.5")


def test_what_nobody_asked_is_not_zero():
    sheet = score(load_edition("sipas-2017"), measures_of())
    assert sheet.total.state == "not_measured"
    assert sheet.points is None
    assert sheet.total.value is None
    assert sheet.gates[0].text.vi == "Chưa có số liệu"
    assert all(node.points is None for node in sheet.nodes)


@pytest.mark.parametrize(("n", "state"), [(0, "too_few"), (9, "too_few"), (10, "measured")])
def test_fewer_than_ten_answers_are_not_shown(n: int, state: str):
    sheet = score(load_edition("sipas-2017"), measures_of(alike(n, n, ["polite"])))
    assert (sheet.node("3.1").state, sheet.total.state, sheet.total.n) == (state, state, n)
    assert (sheet.points is None) == (state == "too_few")


def test_a_criterion_too_few_answered_is_left_out_so_that_no_subtraction_gives_it_away():
    people = [{"polite": 5, "posted": 1 if person < 9 else None} for person in range(40)]
    sheet = score(load_edition("sipas-2017"), measures_of(people))
    assert sheet.node("2.1").state == "too_few"
    assert sheet.node("2.1").value is None
    assert sheet.points == Decimal("100.00")


@pytest.mark.parametrize(("n", "name"), [(29, None), (30, "Hoàn thành xuất sắc nhiệm vụ")])
def test_fewer_than_thirty_answers_give_no_class(n: int, name: str | None):
    sheet = score(load_edition("thi-dua-2026-mau"), measures_of(alike(n, n), ratios=emulation()))
    assert [gate.passed for gate in sheet.gates if gate.code == "enough_answers"] == [name is not None]
    assert (sheet.band.name.vi if sheet.band else None) == name
    assert sheet.points is not None


def test_an_interval_wider_than_five_points_gives_no_class():
    # 0.5 of 60: Wilson's half-width is about 0.12, 6 points of the 50
    sheet = score(load_edition("thi-dua-2026-mau"), measures_of(alike(30, 60), ratios=emulation()))
    assert [(gate.code, gate.passed) for gate in sheet.gates] == [
        ("measured", True),
        ("enough_answers", True),
        ("precise", False),
    ]
    assert sheet.band is None
    assert "cần không quá ± 5,00" in sheet.gates[2].text.vi


def near_90(near_cut: Literal["value", "low"]) -> ScoreSheet:
    """50 × 0.84 + 30 × 0.95 + 20 = 90.5, with an interval of a few points."""
    edition = load_edition("thi-dua-2026-mau")
    assert edition.near_cut == "value"
    return score(dataclasses.replace(edition, near_cut=near_cut), measures_of(alike(168, 200), ratios=emulation()))


def test_a_class_whose_interval_crosses_a_cut_names_the_other_one():
    sheet = near_90("value")
    assert sheet.points == Decimal("90.50")
    assert sheet.band is not None
    assert sheet.band.name.vi == "Hoàn thành xuất sắc nhiệm vụ"
    assert sheet.near_cut
    assert [band.name.vi for band in sheet.other_bands] == ["Hoàn thành tốt nhiệm vụ"]


def test_an_edition_may_let_the_low_end_decide():
    sheet = near_90("low")
    assert sheet.band is not None
    assert sheet.band.name.vi == "Hoàn thành tốt nhiệm vụ"
    assert [band.name.vi for band in sheet.other_bands] == ["Hoàn thành xuất sắc nhiệm vụ"]
    assert sheet.judged_on == "low"


def test_a_class_is_judged_on_the_total_as_printed(small_edition):
    # 89.995 is printed as 90.00, and who reads 90.00 expects the class of 90
    edition = small_edition(
        '[[node]]\ncode = "p"\nparent = "total"\nrule = "points"\nmax = "100"',
        bands='band = [{ from = "90", name = { vi = "A", en = "A" } }, { from = "0", name = { vi = "B", en = "B" } }]',
    )
    for entered, band in (("89.995", "A"), ("89.9949", "B")):
        sheet = score(edition, measures_of(points={"p": entered}))
        assert sheet.band is not None
        assert sheet.band.name.vi == band


def test_several_questions_of_one_criterion_count_as_their_mean():
    people = [{"polite": 5 if i < 45 else 2, "answers": 5 if i < 30 else 2} for i in range(50)]
    tally = tally_of(people)
    survey = Survey(tally, {"polite": "3.1", "answers": "3.1"}, "form desk")
    node = score(load_edition("sipas-2017"), Measures("u", "p", "s", survey=survey)).node("3.1")
    # the mean of 0.9 and 0.6
    assert node.achieved == Fraction(3, 4)
    assert node.formula.vi.startswith("Trung bình 2 câu hỏi = 75,00 %. [answers] ")


def test_every_line_says_its_source_confidence_and_evidence():
    sheet = score(load_edition("thi-dua-2026-mau"), measures_of(alike(160, 200), ratios=emulation()))
    node = sheet.node("3.1")
    assert "2640/QĐ-BNV" in node.source.vi
    assert node.confidence == "seen"
    assert node.evidence == "form desk (polite)"
    assert sheet.confidence == "ours"
    assert all(node.formula.vi and node.formula.en for node in sheet.nodes)


def test_simulated_data_marks_the_sheet():
    real, simulated = Ratio(950, 1000), Ratio(950, 1000, simulated=True)
    people = alike(160, 200)
    edition = load_edition("thi-dua-2026-mau")
    assert not score(edition, measures_of(people, ratios=emulation(on_time=real))).simulated
    sheet = score(edition, measures_of(people, ratios=emulation(on_time=simulated)))
    assert sheet.simulated
    assert sheet.total.simulated
    assert not sheet.node("satisfaction").simulated


def test_the_same_inputs_give_the_same_bytes_in_whatever_order_they_come():
    people = alike(160, 200) + alike(3, 5, ["polite"])
    one = measures_of(people, ratios=emulation())
    other = measures_of(reversed(people), ratios=dict(reversed(emulation().items())))
    first = score(load_edition("thi-dua-2026-mau"), one)
    second = score(load_edition("thi-dua-2026-mau"), other)
    assert first.canonical() == second.canonical()
    assert first.digest == second.digest
    assert first.edition_digest == load_edition("thi-dua-2026-mau").digest
    assert first.snapshot == "test"
    assert first.digest != score(load_edition("thi-dua-2026-mau"), measures_of(people[1:], ratios=emulation())).digest


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        (measures_of(ratios={"tardy": Ratio(1, 2)}), r"ratios == \['tardy'\]"),
        (measures_of(points={"on_time": "5"}), r"points == \['on_time'\], must be of \[\] in thi-dua-2026-mau"),
        (measures_of(ratios={"on_time": Ratio(3, 2)}), r"ratios\['on_time'\] == 3/2, must be at most 1"),
        (measures_of(not_applicable={"x": "?"}), r"not_applicable == \['x'\]"),
        (measures_of(alike(30, 40), values=MEAN), r"moments.values == \(1.*must be \(0"),
        (
            Measures(
                "u", "p", "s", survey=Survey(count_answers(pl.DataFrame(alike(9, 20)), ["polite"]), {"polite": "9"})
            ),
            r"survey.criteria == \['9'\]",
        ),
        (
            Measures(
                "u",
                "p",
                "s",
                survey=Survey(
                    count_answers(pl.DataFrame(alike(9, 20)), ["polite"], points=range(1, 7)), {"polite": "3.1"}
                ),
            ),
            r"tally.points == \(1, 2, 3, 4, 5, 6\)",
        ),
    ],
)
def test_measures_that_do_not_fit_the_edition_are_refused_by_name(measures: Measures, message: str):
    with pytest.raises(ValueError, match=message):
        score(load_edition("thi-dua-2026-mau"), measures)


def test_points_above_the_maximum_are_refused():
    with pytest.raises(ValueError, match=r"points\['CKMB'\] == 18.01, must be at most 18"):
        score(load_edition("qd766-2022"), measures_of(points={"CKMB": "18.01"}))


@pytest.mark.parametrize("wrong", [Decimal(-1), Decimal("NaN"), 1.5])
def test_entered_points_must_be_exact_and_not_negative(wrong: object):
    with pytest.raises(ValueError, match="must be a finite Decimal, 0 or more"):
        Entered(wrong, "test")  # type: ignore[arg-type]


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, -2), (1, 0)])
def test_a_ratio_must_be_of_counts(numerator: int, denominator: int):
    with pytest.raises(ValueError, match="Ratio =="):
        Ratio(numerator, denominator)


def test_a_survey_of_several_units_or_unknown_questions_is_refused():
    frame = pl.DataFrame({"unit": ["a", "b"], "polite": [5, 4]})
    with pytest.raises(ValueError, match=r"len\(tally.groups\) == 2"):
        Survey(count_answers(frame, ["polite"], by=["unit"]), {"polite": "3.1"})
    with pytest.raises(ValueError, match=r"criteria == \['kind'\]"):
        Survey(count_answers(frame, ["polite"]), {"kind": "3.1"})


def test_a_survey_without_groups_is_a_survey_that_nobody_answered():
    frame = pl.DataFrame({"unit": ["a"], "polite": [5]})
    nobody = count_answers(frame, ["polite"], by=["unit"]).only(unit="b")
    sheet = score(load_edition("sipas-2017"), Measures("b", "p", "s", survey=Survey(nobody, {"polite": "3.1"})))
    assert (sheet.node("3.1").state, sheet.node("3.1").n) == ("too_few", 0)


answer = st.one_of(st.none(), st.integers(1, 5))
person = st.fixed_dictionaries({"polite": answer, "posted": answer, "feedback": answer})
share = st.integers(0, 40).flatmap(lambda n: st.integers(0, n).map(lambda k: Ratio(k, n)))


@settings(max_examples=50, deadline=None)  # each scores four sheets
@given(st.lists(person, min_size=30, max_size=45), st.data())
def test_a_person_moving_up_a_point_never_lowers_the_points(people: list[dict[str, int | None]], data: st.DataObject):
    who, question = data.draw(st.integers(0, len(people) - 1)), data.draw(st.sampled_from(sorted(people[0])))
    before = people[who][question]
    better = [dict(each) for each in people]
    better[who][question] = None if before is None else min(before + 1, 5)
    for definition, values in (("share", SHARE), ("mean", MEAN)):
        edition = load_edition("sipas-2017", definition=definition)
        old, new = (score(edition, measures_of(each, values=values)).total for each in (people, better))
        assert old.state == new.state
        if old.points is not None and new.points is not None:
            assert new.points >= old.points


@settings(deadline=None)
@given(st.lists(person, min_size=8, max_size=45), share, share)
def test_points_lie_within_the_maximum_and_their_interval_and_add_up(
    people: list[dict[str, int | None]], on_time: Ratio, pilot: Ratio
):
    measures = measures_of(people, ratios={"on_time": on_time, "pilot": pilot})
    sheet = score(load_edition("thi-dua-2026-mau"), measures)
    for node in sheet.nodes:
        if node.points is None:
            continue
        assert 0 <= node.points <= node.maximum_used
        if node.points_interval is not None:
            low, high = node.points_interval
            assert -1e-9 <= low <= float(node.points) + 1e-9
            assert float(node.points) - 1e-9 <= high <= float(node.maximum_used) + 1e-9
        below = list(sheet.children(node.code))
        if below:
            assert sum((child.points for child in below if child.points is not None), Fraction(0)) == node.points
            assert sum((child.maximum_used for child in below), Fraction(0)) == node.maximum_used


def test_the_n_of_a_line_is_its_distinct_people():
    """Sixty people answer the first question of an element, sixty others the second, and twenty both."""
    rows = [{"polite": 5, "answers": None, "posted": 5}] * 60 + [{"polite": None, "answers": 5, "posted": None}] * 60
    frame = pl.DataFrame(rows + [{"polite": 2, "answers": 2, "posted": None}] * 20)
    criteria = {"polite": "3.1", "answers": "3.3", "posted": "2.1"}
    edition = load_edition("sipas-2017")
    tally = count_answers(frame, list(criteria), values=SHARE, sets=edition.question_sets(criteria))
    sheet = score(edition, Measures("xa.1", "2026-10", "test", survey=Survey(tally, criteria)))
    assert [sheet.node(code).n for code in ("3.1", "3.3", "3", "2", "total")] == [80, 80, 140, 60, 140]
