from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from scoring.clustered import clustered_errors
from scoring.design import Excluded
from scoring.design_list import DesignReason
from scoring.family_wording import (
    candidates_text,
    clustered_sentence,
    design_reason_text,
    excluded_text,
    family_sentence,
)
from scoring.outcome import ON_TIME_SHARE, SATISFIED_SHARE, WAITING
from scoring.outcome_family import adjust_outcomes
from tests.scoring.test_effect import compared, design_of, names, world
from tests.scoring.test_outcome_family import three

NAMES = {"overall": SATISFIED_SHARE, "waiting": WAITING, "attitude": ON_TIME_SHARE}


def test_the_main_outcome_is_named_and_the_others_told_with_their_adjusted_p():
    family = adjust_outcomes(three(0.3), primary="waiting")

    assert family_sentence(family, "vi", names=NAMES) == (
        "Kết quả chính, nêu trước khi xem số liệu, là thời gian giải quyết trung bình. Xét thêm 2 kết quả, điều chỉnh cùng "
        "nhau trên cùng các cách chọn đơn vị: còn thấy khác biệt ở tỷ lệ hài lòng (p = 0,013), tỷ lệ hồ sơ đúng hạn (p = "
        "0,013)."
    )
    assert "a difference remains in the satisfied share (p = 0.013)" in family_sentence(family, "en", names=NAMES)


def test_without_a_main_outcome_all_are_told_together():
    family = adjust_outcomes(three(0))

    text = family_sentence(family, "vi", names=NAMES)
    assert text.startswith("Xét 3 kết quả cùng lúc, điều chỉnh cùng nhau")
    assert "chưa thấy khác biệt ở" in text


def test_outcomes_that_could_not_be_tested_are_named():
    assert "không kiểm tra được tỷ lệ hài lòng" in family_sentence(
        adjust_outcomes(three(0.3, units=5)), "vi", names=NAMES
    )


def test_a_main_outcome_alone_is_only_named():
    only = adjust_outcomes({"overall": three(0.3)["overall"]}, primary="overall")

    assert family_sentence(only, "en", names=NAMES) == (
        "The main outcome, named before any figure was looked at, is the satisfied share."
    )


def test_textbook_errors_come_with_a_warning_below_six_units():
    panel = world(np.random.default_rng(2), effect=0.1)
    few = clustered_errors(panel, design_of(names(13), names(2)), at_least=10, draws=199)
    enough = clustered_errors(panel, design_of(names(13), names(6)), at_least=10, draws=199)

    assert "ít hơn 6 đơn vị, nên cả hai cách này đều không đáng tin" in clustered_sentence(few, "vi")
    assert clustered_sentence(enough, "en").endswith("The conclusion rests on the permutation.")
    assert "fewer than 6" not in clustered_sentence(enough, "en")
    unknown = replace(few, wild=replace(few.wild, p=float("nan")))
    assert "bootstrap theo đơn vị cho không có p." in clustered_sentence(unknown, "vi")


@pytest.mark.parametrize(
    ("design", "vietnamese"),
    [
        (design_of(names(13), names(2)), "Chọn 2 trong 13 đơn vị: 78 cách; p nhỏ nhất có thể đạt là 1/78 ≈ 0,013."),
        (design_of(names(5), names(2)), "Chọn 2 trong 5 đơn vị: 10 cách; p nhỏ nhất có thể đạt là 1/10 = 0,1."),
        (
            replace(design_of(names(6), names(6)), kind="other_weekdays"),
            "6 đơn vị tự so với chính mình: 64 khả năng tăng hoặc giảm; p nhỏ nhất có thể đạt là 1/32 ≈ 0,031.",
        ),
        (design_of(names(3), names(3)), "Không còn đơn vị nào để so sánh."),
    ],
    ids=["13", "5", "within", "none"],
)
def test_the_candidate_set_and_the_smallest_p_in_words(design, vietnamese):
    assert candidates_text(design, "vi") == vietnamese
    assert candidates_text(design, "en")


@pytest.mark.parametrize("reason", get_args(DesignReason))
def test_every_reason_has_its_words_in_both_languages(reason):
    assert design_reason_text(reason, "vi") != design_reason_text(reason, "en")


@pytest.mark.parametrize("reason", ["other_pilot", "started", "other_kind"])
def test_every_exclusion_has_its_words_in_both_languages(reason):
    assert excluded_text(Excluded("u", reason, ""), "vi") != excluded_text(Excluded("u", reason, ""), "en")


def test_the_sentences_come_from_results_as_they_are():
    effect = compared(world(np.random.default_rng(1), effect=0.3), [0, 1])

    assert candidates_text(effect.design, "vi").startswith("Chọn 2 trong 13 đơn vị")
