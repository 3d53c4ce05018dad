from datetime import date
from typing import get_args

import numpy as np
import pytest

from scoring.design import Design, Window
from scoring.effect import Permutations, PilotEffect, Verdict
from scoring.effect_wording import (
    Outcome,
    before_after_sentence,
    inside_outside_sentence,
    sentence,
    verdict_text,
)
from scoring.estimate import Estimate, wilson
from scoring.inside_outside import compare_inside_outside
from scoring.outcome import ON_TIME_SHARE, WAITING

NAN = float("nan")
WINDOW = Window(date(2023, 3, 1), date(2024, 3, 1), date(2024, 3, 1), date(2024, 10, 1))
NOBODY = Estimate(NAN, NAN, NAN, 0)


def effect_of(
    verdict, difference, *, own=0.08, p=1 / 78, treated=2, compared=11, ways=78, kind="not_yet_started", **change
):
    first, rest = tuple(f"t{unit}" for unit in range(treated)), tuple(f"c{unit}" for unit in range(compared))
    fields = {
        "design": Design("p", kind, first, rest, (), (), WINDOW, before_contaminated=False, start_confirmed=True),
        "verdict": verdict,
        "difference": difference,
        "p": p,
        "smallest_p": 1 / ways if ways else NAN,
        "candidates": ways,
        "level": 0.95,
        "treated": first,
        "comparison": rest,
        "before_after": Estimate(own, own - 0.01, own + 0.01, 500),
        "monthly": (),
        "permutations": Permutations(np.zeros(ways), np.zeros(ways), exact=True),
        "left_out": (),
        "threats": (),
    }
    return PilotEffect(**(fields | change))


ROSE = effect_of("rose", Estimate(0.061, 0.03, 0.092, 4000))


def test_a_rise_in_vietnamese_has_decimal_commas_its_interval_p_and_what_it_cannot_say():
    assert sentence(ROSE, "vi") == (
        "Ở 2 đơn vị thí điểm, tỷ lệ hài lòng tăng thêm 6,1 điểm phần trăm so với 11 đơn vị chưa thí điểm "
        "(khoảng 95 %: 3,0–9,2; hoán vị trong 78 cách chọn, p = 0,013). "
        "Các đơn vị không được chọn ngẫu nhiên, nên đây là so sánh, chưa phải bằng chứng nhân quả."
    )


def test_a_rise_in_english_has_decimal_points():
    assert sentence(ROSE, "en") == (
        "In 2 pilot units, the satisfied share rose 6.1 percentage points more than in 11 units not yet in the pilot "
        "(95 % interval: 3.0–9.2; permutation among 78 possible choices, p = 0.013). "
        "The units were not chosen by lot, so this is a comparison, not yet proof of cause."
    )


@pytest.mark.parametrize(
    ("difference", "own", "vietnamese", "english"),
    [
        (0.05, 0.02, "tăng thêm 5,0 điểm phần trăm so với", "rose 5.0 percentage points more than in"),
        (0.05, -0.02, "giảm ít hơn 5,0 điểm phần trăm so với", "fell 5.0 percentage points less than in"),
        (-0.05, -0.02, "giảm thêm 5,0 điểm phần trăm so với", "fell 5.0 percentage points more than in"),
        (-0.05, 0.02, "tăng ít hơn 5,0 điểm phần trăm so với", "rose 5.0 percentage points less than in"),
    ],
)
def test_more_or_less_than_the_others_is_told_from_up_or_down(difference, own, vietnamese, english):
    verdict = "rose" if difference > 0 else "fell"
    effect = effect_of(verdict, Estimate(difference, difference - 0.01, difference + 0.01, 9), own=own)

    assert vietnamese in sentence(effect, "vi")
    assert english in sentence(effect, "en")


def test_no_difference_shown_is_not_called_no_effect():
    effect = effect_of("no_difference_shown", Estimate(0.012, -0.021, 0.045, 4000), p=0.41, kind="other_units")

    assert sentence(effect, "vi") == (
        "Ở 2 đơn vị thí điểm, chưa thấy tỷ lệ hài lòng thay đổi khác 11 đơn vị không thí điểm: chênh lệch "
        "1,2 điểm phần trăm (khoảng 95 %: từ −2,1 đến 4,5; hoán vị trong 78 cách chọn, p = 0,410). "
        "Chưa thấy khác biệt không có nghĩa là mô hình không có tác dụng."
    )
    assert "−2.1 to 4.5" in sentence(effect, "en")
    assert "Not shown does not mean that the pilot did nothing." in sentence(effect, "en")


def test_a_design_with_too_few_choices_says_so_before_it_describes():
    few = Estimate(0.04, NAN, NAN, 900)
    effect = effect_of("cannot_conclude", few, p=0.1, compared=3, ways=10, kind="other_units")

    assert sentence(effect, "vi") == (
        "Thiết kế này không thể kết luận: chọn 2 trong 5 đơn vị chỉ có 10 cách, nên p nhỏ nhất có thể đạt là 0,1, "
        "lớn hơn 0,05. Chỉ để mô tả: ở 2 đơn vị thí điểm, tỷ lệ hài lòng tăng thêm 4,0 điểm phần trăm so với "
        "3 đơn vị không thí điểm."
    )
    assert sentence(effect, "en").startswith("This design cannot conclude: there are only 10 ways to choose 2 of 5")
    assert "95 %" not in sentence(effect, "vi") + sentence(effect, "en")


def test_with_nobody_left_to_compare_only_before_and_after_is_described():
    effect = effect_of("cannot_conclude", NOBODY, compared=0, ways=0, kind="none", own=-0.021, permutations=None)

    assert sentence(effect, "vi").startswith("Thiết kế này không thể kết luận: không còn đơn vị nào để so sánh")
    assert "thay đổi −2,1 điểm phần trăm" in sentence(effect, "vi")
    assert "không phải tác dụng của mô hình" in sentence(effect, "vi")
    assert "not the pilot's effect" in sentence(effect, "en")


def test_before_and_after_alone_is_never_called_an_effect():
    assert "thay đổi +8,0 điểm phần trăm" in before_after_sentence(ROSE, "vi")
    assert "Đây chỉ là mô tả, không phải tác dụng của mô hình" in before_after_sentence(ROSE, "vi")
    assert "This is a description, not the pilot's effect" in before_after_sentence(ROSE, "en")


@pytest.mark.parametrize(
    ("change", "vietnamese"),
    [
        ({"treated": 0}, "các đơn vị thí điểm chưa đủ lượt đánh giá"),
        ({"compared": 0}, "các đơn vị so sánh chưa đủ lượt đánh giá"),
        (
            {
                "design": Design(
                    "p", "none", (), (), (), (), WINDOW._replace(after_until=WINDOW.after_from), False, True
                )
            },
            "chưa có tháng trọn vẹn nào sau khi bắt đầu",
        ),
    ],
)
def test_not_enough_data_says_whose(change, vietnamese):
    effect = effect_of("not_enough_data", NOBODY, **change, before_after=NOBODY)

    assert sentence(effect, "vi").startswith("Chưa đủ dữ liệu: ")
    assert vietnamese in sentence(effect, "vi")
    assert vietnamese in before_after_sentence(effect, "vi")
    assert sentence(effect, "en").startswith("Not enough data: ")


def test_an_outcome_on_a_scale_is_told_in_points():
    waiting = Outcome("điểm hài lòng trung bình", "the mean satisfaction", share=False)

    effect = effect_of("rose", Estimate(0.254, 0.1, 0.41, 4000))
    assert "điểm hài lòng trung bình tăng thêm 0,25 điểm so với" in sentence(effect, "vi", outcome=waiting)
    assert "the mean satisfaction rose 0.25 points more" in sentence(effect, "en", outcome=waiting)


def test_a_sampled_permutation_says_how_many_were_drawn_from_how_many():
    drawn = Permutations(np.zeros(10_001), np.zeros(10_001), exact=False)
    effect = effect_of("rose", Estimate(0.061, 0.03, 0.092, 4000), ways=658_008, p=1 / 10_001, permutations=drawn)

    assert "hoán vị trong 10.001 rút từ 658.008 cách chọn, p < 0,001" in sentence(effect, "vi")
    assert "10,001 drawn from 658,008 possible choices, p < 0.001" in sentence(effect, "en")


def test_one_unit_is_singular_in_english():
    effect = effect_of("rose", Estimate(0.061, 0.03, 0.092, 4000), treated=1, compared=1)

    assert "In 1 pilot unit, " in sentence(effect, "en")
    assert "more than in 1 unit not yet in the pilot (" in sentence(effect, "en")


def test_a_rounded_zero_has_no_minus():
    effect = effect_of("no_difference_shown", Estimate(-0.0001, -0.0004, 0.0004, 10))

    assert "chênh lệch 0,0 điểm phần trăm (khoảng 95 %: từ 0,0 đến 0,0;" in sentence(effect, "vi")


def test_inside_and_outside_sessions_are_never_sold_as_an_effect():
    found = compare_inside_outside(wilson(56, 70), wilson(1500, 2500), at_least=10)

    assert inside_outside_sentence(found, "vi") == (
        "Trong phiên, tỷ lệ hài lòng là 80,0 % (70 lượt); ngoài phiên 60,0 % (2.500 lượt): chênh +20,0 điểm phần trăm "
        "(khoảng 95 %: 9,0–27,9). Người đến trong phiên khác người đến ngày thường, nên đây không phải tác dụng của "
        "mô hình."
    )
    assert "so this is not the pilot's effect" in inside_outside_sentence(found, "en")


def test_too_few_answers_in_sessions_are_not_shown():
    found = compare_inside_outside(wilson(7, 7), wilson(30, 50), at_least=10)

    assert inside_outside_sentence(found, "vi") == "Chưa đủ lượt đánh giá trong và ngoài phiên để đặt cạnh nhau."
    assert "7" not in inside_outside_sentence(found, "en")


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_has_its_words_in_both_languages(verdict):
    assert verdict_text(verdict, "vi") != verdict_text(verdict, "en")


def test_units_compared_with_themselves_say_so():
    effect = effect_of(
        "rose", Estimate(0.061, 0.03, 0.092, 4000), p=1 / 32, treated=6, compared=0, ways=64, kind="other_procedures"
    )

    assert sentence(effect, "vi").startswith(
        "Ở 6 đơn vị thí điểm, tỷ lệ hài lòng của thủ tục trong mô hình tăng thêm 6,1 điểm phần trăm so với thủ tục ngoài "
        "mô hình của chính các đơn vị đó (khoảng 95 %: 3,0–9,2; đổi dấu trong 64 khả năng, p = 0,031)."
    )
    assert sentence(effect, "en").startswith(
        "In 6 pilot units, the satisfied share of the pilot's procedures rose 6.1 percentage points more than in their "
        "own procedures outside the pilot (95 % interval: 3.0–9.2; sign changes among 64 possible ones, p = 0.031)."
    )


def test_too_few_units_compared_with_themselves_cannot_conclude():
    effect = effect_of(
        "cannot_conclude", Estimate(0.04, NAN, NAN, 900), p=0.5, compared=0, ways=4, kind="other_weekdays"
    )

    assert sentence(effect, "vi").startswith(
        "Thiết kế này không thể kết luận: 2 đơn vị tự so với chính mình chỉ cho 4 khả năng tăng hoặc giảm, nên p nhỏ nhất"
    )
    assert "95 %" not in sentence(effect, "vi") + sentence(effect, "en")


def test_a_triple_difference_is_told_as_a_gap_that_changed():
    effect = effect_of("fell", Estimate(-0.061, -0.092, -0.03, 4000), kind="triple_procedures")

    assert (
        "chênh lệch về tỷ lệ hài lòng giữa thủ tục trong và ngoài mô hình thay đổi −6,1 điểm phần trăm so với 11 đơn vị "
        "khác" in sentence(effect, "vi")
    )
    assert "changed by −6.1 percentage points against 11 other units (" in sentence(effect, "en")


def test_waiting_is_told_in_hours_and_minutes_of_working_time():
    effect = effect_of("fell", Estimate(-1.35, -2.5, -0.25, 4000), own=-1.5)

    assert (
        "thời gian giải quyết trung bình giảm thêm 1 giờ 21 phút làm việc so với 11 đơn vị chưa thí điểm (khoảng 95 %: từ "
        "−2 giờ 30 phút đến −15 phút;" in sentence(effect, "vi", outcome=WAITING)
    )
    assert "fell 1 hour 21 minutes of working time more than in" in sentence(effect, "en", outcome=WAITING)


def test_a_share_of_dossiers_speaks_of_dossiers():
    effect = effect_of("not_enough_data", NOBODY, treated=0, before_after=NOBODY)

    assert "các đơn vị thí điểm chưa đủ hồ sơ cả trước và sau" in sentence(effect, "vi", outcome=ON_TIME_SHARE)
    assert "too few dossiers" in sentence(effect, "en", outcome=ON_TIME_SHARE)


@pytest.mark.parametrize(
    ("hours", "vietnamese", "english"),
    [
        (0, "0 phút", "0 minutes"),
        (-0.001, "0 phút", "0 minutes"),
        (1, "1 giờ", "1 hour"),
        (2 + 1 / 60, "2 giờ 1 phút", "2 hours 1 minute"),
        (1234.5, "1.234 giờ 30 phút", "1,234 hours 30 minutes"),
    ],
)
def test_working_time_in_words(hours, vietnamese, english):
    assert (WAITING.size(hours, "vi"), WAITING.size(hours, "en")) == (vietnamese, english)


def test_an_outcome_is_a_share_or_a_time():
    with pytest.raises(ValueError, match="must not both be true"):
        Outcome("x", "x", hours=True)
