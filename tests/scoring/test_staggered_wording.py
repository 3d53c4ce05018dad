from dataclasses import replace

import numpy as np
import pytest

from scoring.estimate import Estimate
from scoring.outcome import WAITING
from scoring.staggered import compare_starts
from scoring.staggered_wording import event_sentence, pre_trend_sentence, staggered_sentence
from tests.scoring.test_staggered import EARLY, STARTS, grown, means_panel, names

NAN = float("nan")
FOUND = compare_starts(
    means_panel(grown(np.random.default_rng(1), early=0.02, late=0.02)), STARTS, at_least=10, most=99
)
ROSE = replace(FOUND, verdict="rose", overall=Estimate(0.061, 0.03, 0.092, 4000), p=0.012, pre_trend_p=0.41)


def test_a_staged_roll_out_in_vietnamese_and_english():
    assert staggered_sentence(ROSE, "vi") == (
        "Ở 5 đơn vị thí điểm, bắt đầu theo 2 đợt, tỷ lệ hài lòng thay đổi +6,1 điểm phần trăm so với các đơn vị chưa bắt "
        "đầu trong cùng tháng (khoảng 95 %: 3,0–9,2; hoán vị ngày bắt đầu trong 100 rút từ 7.920 cách, p = 0,012). "
        "Thứ tự bắt đầu không do bốc thăm, nên đây là so sánh, chưa phải bằng chứng nhân quả."
    )
    assert staggered_sentence(ROSE, "en").startswith(
        "In 5 pilot units that started in 2 waves, the satisfied share changed by +6.1 percentage points against units "
        "that had not started in the same months (95 % interval: 3.0–9.2; permutation of the starts among 100 drawn from "
        "7,920 ways, p = 0.012)."
    )


def test_no_difference_shown_is_not_called_no_effect():
    same = replace(ROSE, verdict="no_difference_shown", overall=Estimate(-0.5, -2, 1, 4000), p=0.4)

    assert "chênh lệch −30 phút làm việc (khoảng 95 %: từ −2 giờ đến 1 giờ;" in staggered_sentence(
        same, "vi", outcome=WAITING
    )
    assert staggered_sentence(same, "en").endswith("Not shown does not mean that the pilot did nothing.")


def test_too_few_ways_say_so_before_they_describe():
    starts = dict(zip(names(12), [EARLY] + [None] * 11, strict=True))
    found = compare_starts(means_panel(grown(np.random.default_rng(6))), starts, at_least=10)

    text = staggered_sentence(found, "vi")
    assert text.startswith(
        "Thiết kế này không thể kết luận: các ngày bắt đầu ấy chỉ có thể chia cho các đơn vị theo 12 cách"
    )
    assert "lớn hơn 0,05. Chỉ để mô tả: ở 1 đơn vị thí điểm, " in text
    assert "95 %" not in text + staggered_sentence(found, "en")
    assert pre_trend_sentence(found, "en").startswith("Whether the two sides changed alike before the start could not")


def test_nobody_to_compare_is_not_enough_data():
    everybody = compare_starts(
        means_panel(grown(np.random.default_rng(3))), dict.fromkeys(names(12), EARLY), at_least=10
    )

    assert staggered_sentence(everybody, "vi").startswith("Chưa đủ dữ liệu: trong các tháng có đủ lượt đánh giá")
    assert "enough dossiers" in staggered_sentence(everybody, "en", outcome=WAITING)
    assert event_sentence(everybody, "vi") == ""


@pytest.mark.parametrize(
    ("p", "vietnamese", "english"),
    [
        (0.41, "chưa thấy hai phía thay đổi khác nhau (p = 0,410)", "not seen"),
        (0.01, "đã thay đổi khác nhau", "already"),
    ],
)
def test_the_check_before_the_start_is_told_either_way(p, vietnamese, english):
    found = replace(ROSE, pre_trend_p=p)

    assert vietnamese in pre_trend_sentence(found, "vi")
    assert english in pre_trend_sentence(found, "en")


def test_the_first_and_the_last_month_are_told_with_the_band():
    after = [each for each in ROSE.by_event if each.event >= 0]
    events = (
        replace(after[0], estimate=Estimate(0.02, -0.01, 0.05, 5)),
        replace(after[-1], estimate=Estimate(0.08, 0.03, 0.13, 2)),
    )

    text = event_sentence(replace(ROSE, by_event=events), "vi")
    assert text == (
        "Tháng đầu sau khi bắt đầu: +2,0 điểm phần trăm (từ −1,0 đến 5,0); tháng thứ 13: +8,0 điểm phần trăm (3,0–13,0)."
    )
