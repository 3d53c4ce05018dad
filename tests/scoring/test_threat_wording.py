from typing import get_args

import pytest

from scoring.change import LeftOutReason
from scoring.design import Assumption, DesignKind
from scoring.threat import Threat, ThreatCode
from scoring.threat_wording import assumption_text, check_text, design_text, left_out_text, threat_text

ALWAYS = {"not_by_lot": ("found",)}
NEVER_CHECKED = dict.fromkeys(["displacement", "crowding_out", "other_events"], ("cannot_check",))
THREE_WAYS = dict.fromkeys(["different_trend", "answering_voluntary"], ("found", "not_found", "cannot_check"))
POSSIBLE = dict.fromkeys(get_args(ThreatCode), ("found", "not_found")) | ALWAYS | NEVER_CHECKED | THREE_WAYS


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("code", "status"), [(code, status) for code, all_ in POSSIBLE.items() for status in all_])
def test_every_threat_and_every_outcome_of_its_check_has_words(code, status, language):
    threat = Threat(code, status, ("na-ri.kim-hy",), 0.5)

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
