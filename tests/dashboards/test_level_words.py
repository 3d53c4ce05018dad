"""The sentences about a level: what is said, and what is not."""

from dataclasses import replace
from datetime import date

import pytest

from dashboards.data import MonthResult, QuestionResult
from dashboards.level_words import (
    index_line,
    level_verdict,
    method_text,
    months_sentence,
    place_of,
    questions_sentence,
    received_sentence,
)
from scoring import Estimate, RateFault, wilson


def test_a_clear_rise_is_concluded(make_result):
    result = make_result(1728, 2000, before=(1600, 2000))
    assert level_verdict(result, "vi") == (
        "Mức hài lòng quý IV/2026 ở xã Tân Hồng: 86,4\u00a0% (84,8–87,8), "
        "cao hơn quý III/2026 6,4 điểm (4,1\u00a0…\u00a08,7); đủ căn cứ để kết luận."
    )
    assert level_verdict(result, "en") == (
        "Satisfaction in Q4 2026, xã Tân Hồng: 86.4% (84.8–87.8), "
        "6.4 points higher than in Q3 2026 (4.1\u00a0…\u00a08.7); enough to conclude."
    )


def test_a_clear_fall_is_told_without_a_minus(make_result):
    result = make_result(1600, 2000, before=(1728, 2000))
    assert "thấp hơn quý III/2026 6,4 điểm (4,1\u00a0…\u00a08,7); đủ căn cứ" in level_verdict(result, "vi")


def test_a_change_that_may_be_chance_is_called_neither_higher_nor_lower(make_result):
    result = make_result(1728, 2000, before=(1720, 2000))
    assert level_verdict(result, "vi").endswith(
        "so với quý III/2026 +0,4 điểm (−1,7\u00a0…\u00a02,5); chưa đủ căn cứ để nói cao hơn hay thấp hơn."
    )
    assert level_verdict(result, "en").endswith("not enough to say higher or lower.")


def test_too_few_answers_say_how_many_came_and_never_zero(make_result):
    assert level_verdict(make_result(7, 7), "vi") == "Mới có 7 lượt đánh giá – chưa đủ để kết luận."
    assert level_verdict(make_result(0, 0), "vi") == "Chưa có lượt đánh giá nào – chưa đủ để kết luận."
    assert level_verdict(make_result(0, 0), "en") == "No responses yet – not enough to conclude."


def test_a_number_below_the_threshold_of_evidence_is_shown_but_not_concluded_from(make_result):
    few, wide = level_verdict(make_result(20, 20), "vi"), level_verdict(make_result(60, 100), "vi")
    assert few.startswith("Mức hài lòng quý IV/2026 ở xã Tân Hồng: 100,0")
    assert few.endswith("; mới có 20 lượt đánh giá – chưa đủ để kết luận.")
    assert wide.endswith("; khoảng tin cậy còn rộng – chưa đủ để kết luận.")


def test_the_first_period_has_nothing_to_be_compared_with(make_result):
    assert level_verdict(make_result(1728, 2000), "vi").endswith("; quý III/2026 chưa có số liệu để so sánh.")


def test_the_quiet_line_names_the_index_its_decision_and_its_coverage(make_result):
    line = index_line(make_result(90, 100), "vi", taken="19/11/2026")
    for part in ("2640/QĐ-BNV", "2/22 tiêu chí được đo", "tỷ lệ trả lời hài lòng", "19/11/2026"):
        assert part in line


def test_what_came_and_what_is_shown_are_told_apart(make_result):
    told = received_sentence(make_result(90, 100, received=104), "vi")
    assert (
        "Đã nhận 104 lượt đánh giá; số liệu ở đây dùng 100 lượt. 4 lượt còn giữ lại cho đến khi khung giờ đã hết và có đủ 10 lượt mới"
        in told
    )
    assert "50,0\u00a0%: 100 trên 200 lượt giao dịch" in told
    assert "không có lượt quét mã: 3." in told
    without = replace(make_result(90, 100), days_without_scan=None)
    assert received_sentence(without, "vi").endswith("Chưa quầy nào có mã để quét trong kỳ này.")
    assert "held back" not in received_sentence(make_result(90, 100), "en")
    assert "no response rate" in received_sentence(make_result(0, 0), "en")


def test_a_single_month_is_told_once():
    said = months_sentence([MonthResult(date(2026, 9, 1), wilson(80, 100))], "vi")
    assert said == "Mức hài lòng tháng 09/2026: 80,0\u00a0% (71,1–86,7). Dải nhạt là khoảng tin cậy 95 %."


def test_months_with_too_few_answers_are_named():
    months = [MonthResult(date(2026, 9, 1), wilson(80, 100)), MonthResult(date(2026, 10, 1), wilson(0, 0))]
    assert months_sentence(months, "vi").endswith("Chưa đủ lượt đánh giá để vẽ: 10/2026.")
    assert months_sentence(months[1:], "en") == "No month has enough responses to be drawn yet."


def test_the_weakest_and_the_strongest_question_are_named():
    weak, strong = QuestionResult("a", (1, 1), wilson(1, 2)), QuestionResult("b", (1, 1), Estimate(0.9, 0.8, 0.95, 99))
    told = questions_sentence([weak, strong, QuestionResult("c", (), wilson(0, 0))], {"a": "Chờ", "b": "Lịch sự"}, "vi")
    assert told.startswith("Yếu nhất: «Chờ», 50,0\u00a0% (")
    assert "mạnh nhất: «Lịch sự», 90,0\u00a0% (80,0–95,0)" in told


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_method_names_thresholds_edition_and_data(make_result, language):
    result = make_result(90, 100)
    told = method_text(result.sheet, language)
    for part in ("10", "30", "± 5", result.sheet.edition_digest[:16], "`test`", "Newcombe"):
        assert part in told
    assert place_of(result, language) == "xã Tân Hồng"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_more_answers_than_visits_are_told_as_a_fault_in_the_data_and_no_rate(make_result, language):
    faults = (RateFault("xa.29926", date(2026, 9, 1), 40, 31), RateFault("xa.29926", date(2026, 10, 1), 12, 2))
    told = received_sentence(replace(make_result(90, 100), rate_faults=faults), language)
    expected = "Lỗi dữ liệu ở 2 tháng" if language == "vi" else "Faulty data in 2 unit-months"
    assert expected in told
    assert "40" in told
    assert "31" in told
    assert expected not in received_sentence(make_result(90, 100), language)
