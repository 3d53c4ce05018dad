"""The emulation sheet: points, classes, tie bands, reasons; too little evidence gives no class."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition_file import load_edition
from scoring.emulation import Candidate, EmulationSheet, prepare_emulation, rank_places, tie_bands
from scoring.measures import Entered, Measures, Ratio, Survey
from scoring.sheet import ScoreSheet, score
from scoring.tally import count_answers

SAMPLE = load_edition("thi-dua-2026-mau")
PERIOD = "2026-10"


def sheet_of(unit: str, satisfied: int, n: int, *, on_time: int = 95, pilot: Ratio = Ratio(20, 20)) -> ScoreSheet:  # noqa: B008, frozen
    """A unit whose `n` people answered one question, `satisfied` of them with 5, and on time in `on_time` of 100."""
    frame = pl.DataFrame({"polite": [5] * satisfied + [2] * (n - satisfied)}, schema={"polite": pl.Int8})
    survey = Survey(count_answers(frame, ["polite"]), {"polite": "3.1"}, "form desk", simulated=True)
    ratios = {"on_time": Ratio(on_time, 100, "register"), "pilot": pilot}
    return score(SAMPLE, Measures(unit, PERIOD, "test", survey=survey, ratios=ratios))


def entered_sheet(unit: str, points: str, *, period: str = PERIOD) -> ScoreSheet:
    """A unit by the 766 edition with these points under one component and none under the others: no interval."""
    edition = load_edition("qd766-2022")
    components = [node.code for node in edition.nodes if node.parent == edition.nodes[0].code]
    given_points = dict.fromkeys(components, "0") | {"MDSH": points}
    entered = {code: Entered(Decimal(number), "portal") for code, number in given_points.items()}
    return score(edition, Measures(unit, period, "test", points=entered))


def prepared(sheets: Iterable[ScoreSheet]) -> EmulationSheet:
    return prepare_emulation(Candidate(sheet.unit, sheet) for sheet in sheets)


def test_a_unit_has_points_class_and_the_reasons_for_both():
    standing = prepared([sheet_of("xa.29926", 160, 200, pilot=Ratio(15, 20))]).standing("xa.29926")
    # 50 × 0.8 + 30 × 0.95 + 20 × 0.75 = 83.5; R's prop.test(160, 200, correct = FALSE) gives
    # 0.73914 to 0.84955, so the points lie between 43.5 + 36.957 = 80.46 and 43.5 + 42.477 = 85.98
    assert standing.sheet.points == Decimal("83.50")
    assert standing.class_name.vi == "Hoàn thành tốt nhiệm vụ"
    assert standing.near_cut is None
    assert [reason.vi for reason in standing.reasons] == [
        "Tổng 83,50 điểm (khoảng tin cậy 95 %: 80,46–85,98), 200 lượt đánh giá; 3/24 tiêu chí được đo.",
        "Mức hài lòng của người dân: 40,00 trên 50,00 điểm. 1 × 80,00 % [3] = 80,00 % (trọng số chia lại cho phần được tính).",
        "Hồ sơ giải quyết trước và đúng hạn: 28,50 trên 30,00 điểm. 95 ÷ 100 = 95,00 %.",
        "Tham gia mô hình thí điểm: 15,00 trên 20,00 điểm. 15 ÷ 20 = 75,00 %.",
        "Xếp loại: Hoàn thành tốt nhiệm vụ (từ 70 điểm).",
    ]
    assert standing.reasons[-1].en == "Class: Good completion of tasks (from 70 points)."


def test_a_unit_in_no_pilot_reads_that_the_line_does_not_apply():
    standing = prepared([sheet_of("u", 160, 200, pilot=Ratio(0, 0))]).standing("u")
    assert standing.reasons[3].vi == "Tham gia mô hình thí điểm: Không có gì để đếm (0): không áp dụng, không tính."
    # (40 + 28.5) / 80 × 100 = 85.625
    assert standing.sheet.points == Decimal("85.63")


def test_a_class_near_a_cut_is_printed_with_the_other_one():
    # 42 + 28.5 + 20 = 90.5
    standing = prepared([sheet_of("u", 168, 200)]).standing("u")
    assert standing.class_name.vi == "Hoàn thành xuất sắc nhiệm vụ"
    assert standing.near_cut is not None
    assert standing.near_cut.vi == "sát ngưỡng: Hoàn thành tốt nhiệm vụ"
    assert standing.reasons[-1].vi == (
        "Sát ngưỡng: khoảng tin cậy chạm cả mức Hoàn thành tốt nhiệm vụ; mức được tính theo điểm."
    )


def test_too_few_answers_give_no_class_but_the_response_rate_and_the_silent_days():
    candidate = Candidate("Xã A", sheet_of("u", 20, 20), Ratio(20, 1600), days_without_scan=12)
    standing = prepare_emulation([candidate]).standing("u")
    assert standing.class_name.vi == "chưa đủ dữ liệu"
    assert standing.tie_band is None
    assert [reason.vi for reason in standing.reasons[-3:]] == [
        "Chưa đủ dữ liệu để xếp loại. 20 lượt đánh giá, cần ít nhất 30.",
        "Tỷ lệ phản hồi: 20 lượt trên 1.600 hồ sơ = 1,25 %.",
        "Số ngày làm việc không có lượt quét mã: 12.",
    ]


def test_answers_that_may_not_be_shown_yet_are_told_as_received_and_not_as_none():
    candidate = Candidate("Xã A", sheet_of("u", 0, 0), received=5)
    (reason,) = (each for each in prepare_emulation([candidate]).standing("u").reasons if "Chưa đủ" in each.vi)
    assert reason.vi.endswith("; 5 lượt đánh giá đã nhận, chưa đủ để hiện.")
    assert reason.en.endswith("; 5 answers received, too few to be shown.")


def test_hiding_the_poster_gains_nothing():
    # 5 answers: below the bound of privacy; the service measure alone does not carry the unit to a class
    standing = prepared([sheet_of("u", 5, 5, on_time=100)]).standing("u")
    assert standing.sheet.points is None
    assert standing.class_name.vi == "chưa đủ dữ liệu"
    assert (
        standing.reasons[-1].vi
        == "Chưa đủ dữ liệu để xếp loại. Thiếu số liệu: Mức hài lòng của người dân; 5 lượt đánh giá, cần ít nhất 30."
    )


def test_an_edition_without_classes_says_so():
    people = pl.DataFrame({"polite": [5] * 95 + [2] * 5}, schema={"polite": pl.Int8})
    survey = Survey(count_answers(people, ["polite"]), {"polite": "3.1"})
    standing = prepared([score(load_edition("sipas-2017"), Measures("u", PERIOD, "s", survey=survey))]).standing("u")
    assert standing.class_name.vi == "không xếp loại"
    assert standing.reasons[-1].vi == "Bộ chỉ số này không xếp loại."


def test_units_that_no_test_tells_apart_share_a_tie_band():
    # a − b: 2 points of 100 against sqrt(1.53² + 1.42²) = 2.09, z = 1.88, as c and d about; a − c: 15, z = 10
    sheet = prepared(
        [sheet_of("a", 950, 1000), sheet_of("b", 930, 1000), sheet_of("c", 800, 1000), sheet_of("d", 780, 1000)]
    )
    assert {standing.sheet.unit: standing.tie_band for standing in sheet.standings} == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_units_whose_intervals_overlap_are_told_apart_if_their_difference_is_significant():
    # Wilson 0.9347 to 0.9619 and 0.9070 to 0.9398; 0.025 against sqrt(0.0153² + 0.0148²) = 0.0213: z = 2.30, p = 0.021
    alone = prepared([sheet_of("a", 950, 1000), sheet_of("b", 925, 1000)])
    assert [standing.tie_band for standing in alone.standings] == [1, 2]
    # with a third unit between them Holm asks for p ≤ 0.05 / 3: one band
    three = prepared([sheet_of("a", 950, 1000), sheet_of("b", 925, 1000), sheet_of("c", 940, 1000)])
    assert [standing.tie_band for standing in three.standings] == [1, 1, 1]
    # with one far below, Holm has settled its two pairs and asks for no more than 0.05 of the third
    far = prepared([sheet_of("a", 950, 1000), sheet_of("b", 925, 1000), sheet_of("c", 500, 1000)])
    assert [standing.tie_band for standing in far.standings] == [1, 2, 3]


def test_a_band_ends_only_where_every_unit_above_differs_from_every_unit_below():
    # a and c differ (0.09, z = 6.9), but b, with few answers (0.862 to 0.942), differs from neither enough: z = 1.8, 2.2
    sheet = prepared([sheet_of("a", 950, 1000), sheet_of("b", 182, 200), sheet_of("c", 860, 1000)])
    assert {standing.tie_band for standing in sheet.standings} == {1}


@pytest.mark.parametrize(
    "answers",
    [
        # the second differs from the third (z = 3.2), the first, with few answers, from neither: z = 0.4 and 2.2
        [(184, 200), (910, 1000), (865, 1000)],
        # the first differs from the second (z = 3.0), the third, with few answers, from neither: z = 2.0 and 0.2
        [(920, 1000), (880, 1000), (175, 200)],
    ],
)
def test_a_unit_with_few_answers_holds_a_band_together(answers: list[tuple[int, int]]):
    sheet = prepared([sheet_of(f"u{place}", yes, n) for place, (yes, n) in enumerate(answers)])
    assert [standing.tie_band for standing in sheet.standings] == [1, 1, 1]


def test_places_say_which_units_of_one_band_differ():
    # one band, as above; yet a and c differ, so a cannot be last nor c first, and b may be anywhere
    sheets = [sheet_of("a", 950, 1000), sheet_of("b", 182, 200), sheet_of("c", 860, 1000)]
    assert rank_places(sheets) == {"a": (1, 2), "b": (1, 3), "c": (2, 3)}


def test_a_unit_alone_holds_the_only_place_and_none_hold_none():
    assert rank_places([sheet_of("a", 160, 200)]) == {"a": (1, 1)}
    assert rank_places([]) == tie_bands([]) == {}


def test_points_that_were_counted_and_not_sampled_tie_only_when_equal():
    sheet = prepared([entered_sheet("a", "20"), entered_sheet("b", "21.5"), entered_sheet("c", "20")])
    assert [(each.sheet.unit, each.tie_band) for each in sheet.standings] == [("b", 1), ("a", 2), ("c", 2)]


def test_inside_a_band_units_stand_by_code_and_those_without_a_class_last():
    sheet = prepared([sheet_of("c", 20, 20), sheet_of("b", 950, 1000), sheet_of("a", 930, 1000)])
    assert [each.sheet.unit for each in sheet.standings] == ["a", "b", "c"]


def test_rows_can_be_written_as_csv_and_mark_simulated_data():
    candidates = [
        Candidate("Xã Tân Hồng", sheet_of("xa.29926", 168, 200), Ratio(200, 800), days_without_scan=0),
        Candidate("Xã Tân Thành", sheet_of("xa.29938", 5, 5)),
    ]
    rows = prepare_emulation(candidates).rows()
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    first, second = csv.DictReader(io.StringIO(file.getvalue()))
    assert (first["name"], first["points"], first["n"], first["tie_band"]) == ("Xã Tân Hồng", "90.50", "200", "1")
    assert (first["points.satisfaction"], first["points.on_time"], first["points.pilot"]) == ("42.00", "28.50", "20.00")
    assert (first["class_vi"], first["near_cut_en"]) == (
        "Hoàn thành xuất sắc nhiệm vụ",
        "near a cut: Good completion of tasks",
    )
    assert (first["response_share"], first["days_without_scan"], first["simulated"]) == ("0.2500", "0", "True")
    assert (second["points"], second["low"], second["class_vi"]) == ("", "", "chưa đủ dữ liệu")
    assert first["edition_digest"] == SAMPLE.digest
    assert first["sheet_digest"] == candidates[0].sheet.digest


def test_a_unit_twice_or_sheets_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match=r"units == \['a'\] more than once"):
        prepared([sheet_of("a", 90, 100), sheet_of("a", 91, 100)])
    with pytest.raises(ValueError, match="edition_digest == "):
        prepared([sheet_of("a", 90, 100), entered_sheet("b", "1")])
    with pytest.raises(ValueError, match=r"period == \['2026-09', '2026-10'\], must be one"):
        prepared([entered_sheet("a", "1", period="2026-09"), entered_sheet("b", "1")])
    with pytest.raises(ValueError, match="must be at least one"):
        prepared([])
    with pytest.raises(KeyError, match="nobody"):
        prepared([sheet_of("a", 90, 100)]).standing("nobody")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 80)), min_size=1, max_size=6),
    st.permutations(["xa.1", "xa.2", "xa.3", "xa.4", "xa.5", "xa.6"]),
)
def test_relabelling_units_changes_no_class_and_no_band(answers: list[tuple[int, int]], labels: list[str]):
    def judged(names: list[str]) -> dict[str, tuple[object, ...]]:
        sheet = prepared([sheet_of(name, yes, yes + no) for name, (yes, no) in zip(names, answers, strict=False)])
        return {
            each.sheet.unit: (each.sheet.points, each.class_name, each.near_cut, each.tie_band, each.reasons)
            for each in sheet.standings
        }

    plain = [f"unit-{i}" for i in range(len(answers))]
    old, new = judged(plain), judged(labels)
    assert [old[name] for name in plain] == [new[name] for name in labels[: len(answers)]]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(40, 400), st.integers(0, 100)), min_size=2, max_size=8))
def test_units_of_different_bands_differ_by_more_than_their_facing_half_intervals(answers: list[tuple[int, int]]):
    sheet = prepared([sheet_of(f"u{i}", yes, yes + no) for i, (yes, no) in enumerate(answers)])
    banded = [each for each in sheet.standings if each.tie_band is not None and each.sheet.interval is not None]
    for above in banded:
        for below in banded:
            if above.tie_band and below.tie_band and above.tie_band < below.tie_band:
                assert above.sheet.interval is not None
                assert below.sheet.interval is not None
                assert above.sheet.points is not None
                assert below.sheet.points is not None
                down, up = above.sheet.points - above.sheet.interval[0], below.sheet.interval[1] - below.sheet.points
                assert above.sheet.points - below.sheet.points > (down**2 + up**2).sqrt()
