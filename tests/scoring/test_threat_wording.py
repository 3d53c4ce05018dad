import math
from typing import get_args

import pytest

from scoring.change import LeftOutReason
from scoring.design import Assumption, DesignKind
from scoring.threat import Threat, ThreatCode
from scoring.threat_wording import assumption_text, check_text, design_text, left_out_text, threat_text

ALWAYS = {"not_by_lot": ("found",)}
NEVER_CHECKED = dict.fromkeys(["other_events", "shared_cause"], ("cannot_check",))
SIDE_EFFECTS = ("displacement", "crowding_out", "response_rate", "mix_changed")
THREE_WAYS = dict.fromkeys(
    ["different_trend", "early_change", "answering_voluntary", *SIDE_EFFECTS], ("found", "not_found", "cannot_check")
)
POSSIBLE = dict.fromkeys(get_args(ThreatCode), ("found", "not_found")) | ALWAYS | NEVER_CHECKED | THREE_WAYS


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("code", "status"), [(code, status) for code, all_ in POSSIBLE.items() for status in all_])
def test_every_threat_and_every_outcome_of_its_check_has_words(code, status, language):
    number = math.nan if status == "cannot_check" else 0.5
    threat = Threat(code, status, ("na-ri.kim-hy",), number, 0.1, 0.9)

    assert threat_text(threat, language)
    assert "{" not in check_text(threat, language)
    if status == "cannot_check":
        assert check_text(threat, language).startswith(("Chưa kiểm tra được", "Not check"))


def test_units_are_named_and_numbers_are_local():
    threat = Threat("several_pilots", "found", ("tan-hong.sa-rai", "tan-hong.x"), 2)

    names = {"tan-hong.sa-rai": "thị trấn Sa Rài"}
    assert check_text(threat, "vi", names=names).endswith("ở: thị trấn Sa Rài, tan-hong.x.")
    trend = Threat("different_trend", "not_found", number=0.4136)
    assert "p = 0,414" in check_text(trend, "vi")
    assert "p = 0.414" in check_text(trend, "en")
    assert check_text(Threat("few_treated", "found", number=2.0), "vi").startswith("Chỉ 2 đơn vị")


@pytest.mark.parametrize(
    ("words", "codes"),
    [(assumption_text, Assumption), (design_text, DesignKind), (left_out_text, LeftOutReason)],
)
def test_every_code_has_its_words_in_both_languages(words, codes):
    for code in get_args(codes):
        assert words(code, "vi") != words(code, "en")


def test_a_side_effect_is_told_with_its_size_unit_and_interval():
    moved = Threat("displacement", "found", number=0.123, low=0.05, high=0.2)
    slower = Threat("crowding_out", "not_found", number=-0.25, low=-1, high=0.5)

    assert check_text(moved, "vi") == (
        "Có: ở nơi thí điểm, tỷ lệ lượt đến vào ngày, giờ của mô hình tăng thêm 12,3 điểm phần trăm so với nơi so sánh "
        "(khoảng tin cậy 5,0–20,0)."
    )
    assert check_text(slower, "en") == (
        "Not seen: the time of matters outside the pilot changed by −15 minutes of working time against the units "
        "compared (interval −1 hour to 30 minutes)."
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", SIDE_EFFECTS)
def test_too_few_units_describe_a_side_effect_without_a_verdict_or_an_interval(code, language):
    text = check_text(Threat(code, "cannot_check", number=0.05), language)

    assert text.startswith(("Chưa kết luận được", "Not conclusive"))
    assert "nan" not in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("language", "expected"), [("vi", "chỉ khi so với đơn vị khác"), ("en", "only against other units")]
)
def test_a_season_is_not_said_to_cancel_where_there_may_be_nobody_to_compare(language, expected):
    assert expected in check_text(Threat("seasonality", "found", number=6), language)
