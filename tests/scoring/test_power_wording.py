from dataclasses import replace

import pytest

from scoring.outcome import ON_TIME_SHARE
from scoring.power import PlannedPilot, detectable_effect
from scoring.power_wording import needed_sentence, plan_sentence, spread_sentence
from scoring.spread import Spread

PLAN = PlannedPilot(13, 2, weeks_before=26, weeks_after=26, answers=9.2, share=0.7, spread=Spread())


def said(plan, language="vi", **more):
    return plan_sentence(plan, detectable_effect(plan), language, **more)


def test_the_smallest_change_to_be_seen_is_one_sentence():
    assert said(PLAN) == (
        "Với 2 đơn vị thí điểm trong 13, 26 tuần trước và 26 tuần sau, mỗi đơn vị 9,2 lượt đánh giá một tuần: "
        "chỉ thấy được thay đổi tỷ lệ hài lòng từ 13,1 điểm phần trăm trở lên (80 % số trường hợp)."
    )
    assert said(replace(PLAN, treated=1, units=20), "en") == (
        "With 1 pilot unit of 20, 26 weeks before and 26 weeks after, 9.2 answers a week in each unit: "
        "only a change of the satisfied share of 16.1 percentage points or more would be seen (in 80 % of cases)."
    )


def test_dossiers_are_counted_where_the_outcome_is_theirs():
    assert "60 hồ sơ một tuần" in said(replace(PLAN, answers=60), of=ON_TIME_SHARE)
    assert "the share of dossiers on time" in said(replace(PLAN, answers=60), "en", of=ON_TIME_SHARE)


def test_where_no_number_of_answers_suffices_it_says_how_many_units_would():
    assert said(replace(PLAN, units=4, treated=1)) == (
        "Chọn 1 trong 4 đơn vị chỉ có 4 cách, nên p không thể dưới 0,25: bao nhiêu lượt đánh giá cũng không đủ. "
        "Cần ít nhất 20 đơn vị, kể cả đơn vị thí điểm, nếu thí điểm ở 1."
    )
    assert said(replace(PLAN, units=13, treated=1), "en").endswith(
        "At least 20 units, pilot units included, would be needed with 1 in the pilot. Or 2 of these 13 units in the pilot."
    )


def test_a_month_below_the_threshold_is_said_to_be_of_no_use():
    assert said(replace(PLAN, answers=2)).endswith(
        "không thấy được gì, vì một tháng của đơn vị có dưới 10 lượt đánh giá thì không được dùng."
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [("vi", " Tỷ lệ hài lòng đang ở mức 95,0 %, chỉ còn 5,0 điểm phần trăm để tăng"), ("en", "stands at 95.0 %")],
)
def test_a_rise_beyond_everybody_satisfied_is_called_impossible(language, expected):
    assert expected in said(replace(PLAN, share=0.95), language)


def test_how_many_answers_an_effect_takes_is_said_or_that_none_suffice():
    assert needed_sentence(PLAN, 0.15, "vi") == (
        "Muốn thấy 15,0 điểm phần trăm trong 26 tuần, mỗi đơn vị cần khoảng 7 lượt đánh giá một tuần."
    )
    assert "no number of answers suffices: units and months differ" in needed_sentence(PLAN, 0.05, "en")


def test_what_is_assumed_is_called_so_and_what_is_measured_says_from_what():
    assert spread_sentence(PLAN, "vi").startswith(
        "Giả định, chưa đo được: tỷ lệ hài lòng của một đơn vị tự thay đổi khoảng ±3,0"
    )
    measured = replace(PLAN, spread=Spread(0.01, 0.02, 0.0, units=11, months=12))
    assert spread_sentence(measured, "en").startswith("Estimated from 12 past months of 11 units: the satisfied share")
