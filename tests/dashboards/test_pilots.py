"""The pilots page: what it says and offers, on the demonstration and on an empty record."""

import math
from dataclasses import replace

import polars as pl
import pytest

from dashboards import data
from dashboards.checklist import tell_found
from dashboards.figures.pilot_forest import draw_pilot_forest
from dashboards.outcome_table import comparison_rows
from dashboards.participation import list_taking_part, units_with_sessions
from dashboards.pilot_list import forest_rows
from dashboards.pilot_tables import month_rows, session_rows
from dashboards.pilot_words import (
    held_back_sentence,
    lines_alt,
    permutation_alt,
    tell_design,
    tell_doubts,
    tell_open,
    tell_rule,
    tell_verdict,
    timeline_alt,
)
from dashboards.session_words import session_states
from dashboards.theme import LIGHT
from dashboards.threats import threat_rows
from scoring import SATISFIED_SHARE, WAITING, Ratio, period_of, sentence, wilson


@pytest.mark.usefixtures("demo")
def test_the_pilot_that_can_conclude_comes_first_with_what_it_cannot_say(open_page, said):
    text = said(open_page("pilot"))
    assert "Ở 2 đơn vị thí điểm, tỷ lệ hài lòng" in text
    assert "chưa phải bằng chứng nhân quả" in text
    assert "78 cách" in text
    assert "Đơn vị thí điểm không được bốc thăm" in text
    assert "Ngày bắt đầu của 11 xã, thị trấn nhân rộng" in text
    assert "UBND huyện Tuy Phước, Công văn" in text


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "pilot",
    ["30-phut", "sang-thu-bay", "thu-sau-khong-cho", "ngoai-gio", "zalo", "hai-trong-mot", "cap-xa-tiep-nhan"],
)
def test_every_pilot_can_be_looked_at_without_any_answers(open_page, said, pilot, language):
    page = open_page("pilot", pilot=pilot, lang=language)
    text = said(page)
    assert [chart.proto.id for chart in page.get("plotly_chart") if "effect-lines" in chart.proto.id] == []
    assert ("Chưa đủ dữ liệu" if language == "vi" else "Not enough data") in text


@pytest.mark.usefixtures("demo")
def test_sessions_can_be_looked_at_for_one_unit_and_year(open_page, said):
    text = said(open_page("pilot", pilot="thu-sau-khong-cho", of="thanh-ha.an-phuong", year="2024"))
    assert "chưa rõ (51)" in text  # 52 Fridays of 2024, of which 9/2 was Tết; nobody answered and no dossier is there


@pytest.mark.usefixtures("demo")
def test_the_city_without_a_pilot_has_its_eight_tasks(open_page, said):
    text = said(open_page("pilot", pilot="bac-kan"))
    assert "trong 8 nhiệm vụ" in text
    assert "8. Chỉ đạo quyết liệt" in text
    assert "cần hồ sơ" in text
    assert "phường Đức Xuân" in text


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("pilot", ["hanh-chinh-phuc-vu", "bac-kan"])
def test_an_empty_record_is_said_kindly(open_page, said, pilot):
    text = said(open_page("pilot", pilot=pilot))
    assert "Chưa đủ dữ liệu" in text or "0 trong 8 nhiệm vụ" in text


def test_the_verdict_is_the_first_sentence_and_nothing_of_the_rest_is_lost(demo):
    for pilot in demo.register.pilots:
        effect = data.pilot_result(demo, pilot.code).effect
        for language in ("vi", "en"):
            first, rest = tell_verdict(effect, language)
            assert f"{first} {rest}".strip() == sentence(effect, language)


def test_alternatives_say_what_the_pictures_show(demo):
    effect = data.pilot_result(demo, "hanh-chinh-phuc-vu").effect
    assert "2 đơn vị thí điểm và 11 đơn vị so sánh" in lines_alt(effect, "vi")
    assert "Bracket: the change beyond that of the comparison, +" in lines_alt(effect, "en")
    far = round(effect.p * 78)
    assert f"p = {far} ÷ 78 = " in permutation_alt(effect, "vi")
    assert "2 of 13 units" in permutation_alt(effect, "en")
    description = data.pilot_result(demo, "30-phut").effect
    assert lines_alt(description, "vi").startswith("Chỉ là mô tả")


def test_who_takes_part_is_said_with_how_surely_it_is_known(demo):
    rows = list_taking_part(data.pilot_result(demo, "hanh-chinh-phuc-vu"), demo.register, "vi")
    assert [row.name for row in rows[:2]] == ["xã Phước Nghĩa", "xã Phước Quang"]
    assert [row.state for row in rows] == ["confirmed"] * 2 + ["unconfirmed"] * 11
    assert timeline_alt(rows, "vi") == "13 đơn vị tham gia, trong đó 11 có ngày bắt đầu chưa xác nhận."


def test_units_in_other_pilots_and_their_pilots_are_named(demo):
    rows = list_taking_part(data.pilot_result(demo, "ngoai-gio"), demo.register, "vi")
    states = {row.name: row.state for row in rows}
    assert states["xã Tân Phước"] == "other_pilot"
    assert states["xã Bình Phú"] == "compared"
    assert "Trong «2 trong 1»: xã An Phước, xã Tân Công Chí." in timeline_alt(rows, "vi")
    simulated = list_taking_part(data.pilot_result(demo, "30-phut"), demo.register, "en")
    assert {row.state for row in simulated} == {"simulated", "other_pilot"}
    assert str(simulated[0].ends) == "2024-07-01"  # the pilot's own end


def test_what_the_document_fixes_and_leaves_open_is_listed(demo):
    friday = data.pilot_result(demo, "thu-sau-khong-cho")
    rule = " ".join(tell_rule(friday.pilot, demo.register, "vi"))
    assert "Phiên: thứ Sáu, cả ngày." in rule
    assert "hồ sơ nhận sau 15:30 trả trước 09:00" in rule
    assert "Cấp xã: 21 thủ tục thuộc 2 lĩnh vực." in rule
    left_open = " ".join(tell_open(friday, demo.register, "vi"))
    assert "**Chưa xác nhận:** danh mục thủ tục" in left_open
    assert "**Mô phỏng:** 35 thủ tục" in left_open
    minutes = data.pilot_result(demo, "30-phut")
    assert "30 phút đầu hoặc cuối buổi, đơn vị tự chọn" in " ".join(tell_rule(minutes.pilot, demo.register, "vi"))
    assert "inside office hours" in " ".join(tell_open(minutes, demo.register, "en"))


def test_every_threat_has_its_check(demo):
    rows = threat_rows(data.pilot_result(demo, "hanh-chinh-phuc-vu").effect, demo.register, "en")
    assert ("The pilot units were not drawn by lot", "Yes") in [row[:2] for row in rows]
    assert all(all(cell for cell in row) for row in rows)


def test_files_hold_every_month_and_every_session(demo):
    result = data.pilot_result(demo, "hanh-chinh-phuc-vu")
    months = month_rows(result.effect, "vi")
    assert len(months) == len(result.effect.monthly)
    assert months[0]["thí điểm: n"] == result.effect.monthly[0].treated.n
    assert months[0]["so sánh: tỷ lệ hài lòng"] == pytest.approx(result.effect.monthly[0].comparison.value, abs=1e-4)
    friday = data.pilot_result(demo, "thu-sau-khong-cho")
    sessions = session_rows(friday, demo.register, "vi")
    assert len(sessions) == len(friday.sessions)
    assert sessions[0]["ngày"] == "2023-09-29"
    assert len(units_with_sessions(friday, demo.register)) == 17


def test_the_days_of_all_units_hold_every_session_that_is_over(demo):
    for code in ("thu-sau-khong-cho", "30-phut", "ngoai-gio"):
        result = data.pilot_result(demo, code)
        days = {each.day for each in session_states(result, "vi") if each.state not in {"ahead", "possible"}}
        assert days == {session.date for session in result.sessions if session.date < demo.taken.date()}
    minutes = data.pilot_result(demo, "30-phut")
    chosen = session_states(minutes, "vi", unit="na-ri.kim-lu")  # Mondays and Wednesdays of the simulated choice
    assert {each.day.weekday() for each in chosen if each.state != "possible"} == {0, 2}
    assert {each.day.weekday() for each in chosen} == {0, 1, 2, 3, 4}


@pytest.mark.usefixtures("demo")
def test_every_outcome_of_a_pilot_can_be_looked_at(open_page, said):
    text = said(open_page("pilot", outcome="element-3"))
    assert "tỷ lệ hài lòng về «" in text
    assert "Kết quả chính, nêu trước khi xem số liệu, là tỷ lệ hài lòng." in text
    assert "So với các đơn vị chưa đến lượt bắt đầu" in text
    assert "bootstrap theo đơn vị" in text


def test_other_comparisons_say_among_whom_and_why_they_are_not_used(demo):
    told = data.pilot_family(demo, "hanh-chinh-phuc-vu")[0]["satisfied"]
    rows = comparison_rows(told, "vi")
    assert rows[0][0].endswith("2 trong 13 đơn vị.")
    assert rows[0][1] == "Được dùng."
    assert any("Chỉ các đơn vị cùng loại: 2 trong 11." in row[0] for row in rows)


def test_tasks_show_the_numbers_of_the_units_that_took_over(demo):
    assert [unit.code for unit in data.units_today(demo, "tuy-phuoc")] == [
        "xa.21952",
        "xa.21964",
        "xa.21970",
        "xa.21985",
    ]
    tasks = data.task_results(demo, "bac-kan", period_of(demo.taken.date(), "quarter"))
    assert len(tasks) == 8
    assert [unit.name for unit in data.units_today(demo, "bac-kan")] == ["Đức Xuân", "Bắc Kạn", "Phong Quang"]
    assert all(len(measure.found) == 3 for task in tasks for measure in task.measures)
    assert not any(task.known for task in tasks)  # nothing of the city is in the small demonstration


def test_a_measure_is_told_with_what_stands_behind_it():
    assert tell_found(wilson(80, 100), "vi") == "80,0\u00a0% (71,1–86,7), n = 100"
    assert tell_found(wilson(0, 0), "vi") == "chưa đủ lượt đánh giá"
    assert tell_found(Ratio(314, 327), "en") == "96.0% (314 of 327)"
    assert tell_found(None, "en") == tell_found(Ratio(0, 0), "en") == "no records yet"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_list_says_of_every_pilot_what_it_showed_or_why_it_cannot(open_page, said, language):
    text = said(open_page("pilots", lang=language))
    first = "Trong 8 mô hình, 1 mô hình cho thấy" if language == "vi" else "Of 8 pilots, 1 is shown to have changed"
    assert first in text
    alone = "1 trong 4 đơn vị, p nhỏ nhất 1/4" if language == "vi" else "1 of 4 units, smallest p 1/4"
    assert alone in text or "Chưa đủ dữ liệu" in text or "Not enough data" in text


@pytest.mark.usefixtures("empty")
def test_the_list_of_an_empty_record_claims_nothing(open_page, said):
    text = said(open_page("pilots"))
    assert "chưa mô hình nào cho thấy tỷ lệ hài lòng thay đổi" in text
    assert "8 mô hình chưa đủ dữ liệu" in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_of_all_pilots_draws_an_interval_only_where_a_design_can_say(demo, language):
    results = data.pilot_results(demo, "satisfied")
    rows = forest_rows(results, demo.register, language)
    figure = draw_pilot_forest(rows, SATISFIED_SHARE, LIGHT, language)
    drawn = [each.effect.difference for each in results if not math.isnan(each.effect.difference.low)]
    assert [trace.x[0] for trace in figure.data] == [each.value for each in drawn]
    assert [trace.error_x.array[0] for trace in figure.data] == [each.high - each.value for each in drawn]
    assert len(rows) == len(results) == 8


def test_a_pilot_can_be_set_beside_the_others_by_working_time_as_well(demo):
    rows = forest_rows(data.pilot_results(demo, "waiting_hours"), demo.register, "vi", outcome=WAITING)
    said = next(row.said for row in rows if row.shown)
    assert said.startswith("Giảm so với nơi so sánh: −")
    assert "phút" in said or "giờ" in said


def test_answers_by_field_add_up_to_what_is_released_of_each_unit_and_month(demo):
    counts = demo.count_by_field("overall").group_by("unit", "month").agg(pl.col("n", "satisfied").sum())
    tally = demo.by_unit.asking("overall")
    released = {
        group: (int(n), int(satisfied))
        for group, n, satisfied in zip(tally.groups, tally.answered[:, 0], tally.satisfied()[:, 0], strict=True)
        if n
    }
    assert {(unit, month): (n, satisfied) for unit, month, n, satisfied in counts.iter_rows()} == released


def test_a_result_stands_beside_the_one_of_an_unchanged_mix_of_fields(demo):
    told = data.pilot_outcome(demo, "hanh-chinh-phuc-vu", "satisfied")
    assert told.standardised.candidates > 20
    assert told.standardised.difference.value == pytest.approx(told.effect.difference.value, abs=0.06)
    assert comparison_rows(told, "en")[-1][0].startswith("As the one used, had the mix of fields")


def test_no_comparison_is_not_listed_as_one_that_is_used(demo):
    told = data.pilot_outcome(demo, "thu-sau-khong-cho", "satisfied")
    assert [each.choice.design.kind for each in told.compared] == ["none"]
    assert comparison_rows(told, "vi") == []


def test_what_the_checks_found_against_a_claim_stands_right_below_it(demo):
    effect = data.pilot_outcome(demo, "hanh-chinh-phuc-vu", "satisfied").effect
    found = tuple(
        replace(each, status="found" if each.code == "mix_changed" else each.status) for each in effect.threats
    )
    told = tell_doubts(replace(effect, verdict="rose", threats=found), "vi")
    assert told.startswith("Nhưng phép kiểm tra thấy: ")
    assert told.endswith("Xem cuối trang.")
    assert tell_doubts(replace(effect, verdict="no_difference_shown", threats=found), "vi") == ""
    kept = tuple(each for each in found if each.code == "not_by_lot")
    assert tell_doubts(replace(effect, verdict="rose", threats=kept), "en") == ""


def test_answers_that_may_not_be_shown_are_counted_beside_those_that_are_used(demo):
    effect = data.pilot_result(demo, "hanh-chinh-phuc-vu").effect
    held, used = data.held_back(demo, effect)
    units, window = {*effect.treated, *effect.comparison}, effect.design.window
    everything = demo.answers.filter(
        pl.col("unit").cast(pl.String).is_in(sorted(units))
        & pl.col("entered_date").is_between(window.before_from, window.after_until, closed="left")
        & ~pl.col("doubtful")
    )
    assert held + used == everything.height
    assert held > 0
    assert f"{held}" in held_back_sentence(held, used, SATISFIED_SHARE, "vi")
    assert held_back_sentence(held, used, WAITING, "vi") == ""


def test_months_that_nobody_has_data_of_are_told_beside_those_asked_for(demo):
    effect = data.pilot_result(demo, "hanh-chinh-phuc-vu").effect
    assert "Có số liệu" not in tell_design(effect, "vi")
    fewer = replace(effect, monthly=effect.monthly[5:])
    assert "Có số liệu của đơn vị thí điểm: 7 tháng trước, 7 tháng sau." in tell_design(fewer, "vi")
