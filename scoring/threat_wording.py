"""Threats and assumptions of a pilot's comparison in words, Vietnamese and English."""

from __future__ import annotations

import math
from typing import Final

from scoring.change import LeftOutReason
from scoring.design import Assumption, DesignKind
from scoring.outcome import SATISFIED_SHARE, WAITING, Language, pick, signed
from scoring.threat import Threat, ThreatCode

__all__ = ["assumption_text", "check_text", "design_text", "left_out_text", "threat_text"]

Pair = tuple[str, str]

DESIGNS: Final[dict[DesignKind, Pair]] = {
    "other_units": (
        "So với các đơn vị không tham gia mô hình này, cũng không tham gia mô hình khác trong cùng thời gian.",
        "Against units that take part neither in this pilot nor in another one in the same months.",
    ),
    "not_yet_started": (
        "So với các đơn vị chưa đến lượt bắt đầu, cho tới khi đơn vị đầu tiên trong số đó bắt đầu.",
        "Against units whose turn has not come yet, until the first of them starts.",
    ),
    "none": (
        "Không còn đơn vị nào để so sánh.",
        "No unit is left to compare with.",
    ),
    "other_procedures": (
        "So các thủ tục trong mô hình với các thủ tục ngoài mô hình của chính đơn vị đó, trước và sau khi bắt đầu.",
        "The pilot's procedures against the other procedures of the same units, before and after the start.",
    ),
    "other_weekdays": (
        "So ngày, giờ của mô hình với ngày, giờ khác của chính đơn vị đó, trước và sau khi bắt đầu.",
        "The pilot's days and hours against the other ones of the same units, before and after the start.",
    ),
    "triple_procedures": (
        (
            "Chênh lệch giữa thủ tục trong và ngoài mô hình ở đơn vị thí điểm đã thay đổi thế nào so với chênh lệch ấy ở các "
            "đơn vị khác."
        ),
        (
            "How the gap between the pilot's procedures and the others changed in the pilot units, against the same gap in "
            "other units."
        ),
    ),
    "triple_weekdays": (
        (
            "Chênh lệch giữa ngày, giờ của mô hình và ngày, giờ khác ở đơn vị thí điểm đã thay đổi thế nào so với chênh lệch "
            "ấy ở các đơn vị khác."
        ),
        (
            "How the gap between the pilot's days and hours and the others changed in the pilot units, against the same gap "
            "in other units."
        ),
    ),
}

ASSUMPTIONS: Final[dict[Assumption, Pair]] = {
    "exchangeable": (
        "Nếu mô hình không có tác dụng, nhóm đơn vị nào cũng có thể là nhóm thay đổi nhiều nhất như nhau.",
        "Had the pilot done nothing, any set of as many units was as likely to show the largest change.",
    ),
    "either_way": (
        (
            "Nếu mô hình không có tác dụng, ở mỗi đơn vị phần trong mô hình có thể thay đổi nhiều hơn hoặc ít hơn phần ngoài "
            "với khả năng như nhau."
        ),
        (
            "Had the pilot done nothing, in each unit what lies inside it was as likely to change more than what lies outside "
            "as less."
        ),
    ),
    "no_shared_cause": (
        "Không có nguyên nhân chung (văn bản mới, mùa vụ) làm riêng phần trong mô hình thay đổi ở mọi đơn vị cùng lúc.",
        "No common cause (a new rule, the season) changed what lies inside the pilot in all units at once.",
    ),
    "starts_exchangeable": (
        "Nếu mô hình không có tác dụng, đơn vị nào bắt đầu lúc nào cũng có thể như nhau.",
        "Had the pilot done nothing, any unit was as likely to start at any of these times.",
    ),
    "line_goes_on": (
        "Nếu không có mô hình, xu hướng trước đó vẫn tiếp tục như cũ.",
        "Without the pilot, the earlier trend would have gone on as before.",
    ),
    "nothing_else": (
        "Không có việc nào khác xảy ra cùng lúc ở các đơn vị ấy.",
        "Nothing else happened in these units at the same time.",
    ),
    "parallel_within": (
        "Nếu không có mô hình, phần trong và phần ngoài mô hình của mỗi đơn vị đã thay đổi như nhau.",
        "Without the pilot, what lies inside and outside it would have changed alike in each unit.",
    ),
    "parallel_gap": (
        (
            "Nếu không có mô hình, chênh lệch giữa phần trong và phần ngoài ở đơn vị thí điểm đã thay đổi như ở các đơn vị so "
            "sánh."
        ),
        "Without the pilot, the gap between inside and outside would have changed in its units as it did in those compared.",
    ),
    "no_shift": (
        "Mô hình không kéo người dân, hồ sơ hay công chức từ phần ngoài sang phần trong.",
        "The pilot did not draw people, dossiers or staff from outside it to inside.",
    ),
    "parallel_change": (
        "Nếu không có mô hình, các đơn vị thí điểm đã thay đổi như các đơn vị so sánh.",
        "Without the pilot, its units would have changed as the units compared did.",
    ),
    "no_spillover": (
        "Mô hình không làm thay đổi việc phục vụ ở các đơn vị so sánh.",
        "The pilot did not change service in the units compared.",
    ),
    "no_early_change": (
        "Các đơn vị thí điểm chưa đổi cách làm trước ngày bắt đầu.",
        "The pilot units did not change how they work before the start.",
    ),
    "same_answering": (
        "Người chịu đánh giá trước và sau là những người như nhau ở cả hai phía.",
        "Those who choose to answer are alike before and after, on both sides.",
    ),
    "start_kept": (
        "Các đơn vị đến lượt sau không bắt đầu sớm hơn ngày đã ghi.",
        "Units due later did not start before the date on record.",
    ),
}

THREATS: Final[dict[ThreatCode, Pair]] = {
    "not_by_lot": (
        "Đơn vị thí điểm không được bốc thăm",
        "The pilot units were not drawn by lot",
    ),
    "before_contaminated": (
        "Giai đoạn trước đã có biện pháp tương tự",
        "Similar measures were already at work before the start",
    ),
    "several_pilots": (
        "Đơn vị thí điểm đồng thời tham gia mô hình khác",
        "A pilot unit is in another pilot at the same time",
    ),
    "start_unconfirmed": (
        "Ngày bắt đầu của một số đơn vị chưa được xác nhận",
        "Some units' starting dates are not confirmed",
    ),
    "few_treated": ("Ít đơn vị thí điểm", "Few pilot units"),
    "few_compared": ("Ít đơn vị so sánh", "Few units to compare with"),
    "different_trend": (
        "Hai phía đã thay đổi khác nhau từ trước khi bắt đầu",
        "The two sides were already changing differently before the start",
    ),
    "early_change": (
        "Đơn vị thí điểm có thể đã đổi cách làm trước ngày bắt đầu",
        "The pilot units may have changed how they work before the start",
    ),
    "shared_cause": (
        "Một nguyên nhân chung có thể chỉ làm phần trong mô hình thay đổi ở mọi đơn vị",
        "A common cause may have changed what lies inside the pilot in all units",
    ),
    "answering_voluntary": (
        "Việc đánh giá là tự nguyện; người trả lời có thể đã khác đi",
        "Answering is voluntary; those who answer may have changed",
    ),
    "seasonality": ("Mùa vụ trong năm", "Season of the year"),
    "left_out": (
        "Đơn vị hoặc tháng có quá ít số liệu bị bỏ ra",
        "Units or months with too little data are left out",
    ),
    "displacement": (
        "Người dân chỉ chuyển việc sang ngày hoặc giờ thí điểm",
        "People may only have moved their visits to the pilot's days or hours",
    ),
    "crowding_out": (
        "Việc ngoài mô hình có thể bị chậm đi",
        "Matters outside the pilot may have become slower",
    ),
    "response_rate": (
        "Tỷ lệ người đến giao dịch chịu đánh giá có thể đã khác đi",
        "The share of visitors who answer may have changed",
    ),
    "mix_changed": (
        "Loại việc đến giải quyết có thể đã khác đi",
        "Other matters may have come than before",
    ),
    "other_events": (
        "Việc khác xảy ra cùng lúc chỉ ở đơn vị thí điểm",
        "Something else happened at the same time in the pilot units only",
    ),
}

FOUND: Final[dict[ThreatCode, Pair]] = {
    "not_by_lot": (
        "Kết quả là so sánh với giả định các đơn vị có thể thay chỗ cho nhau.",
        "The result is a comparison that takes the units as interchangeable.",
    ),
    "before_contaminated": (
        "Văn bản nói là «tiếp tục» các giải pháp cũ: thay đổi đo được có thể nhỏ hơn thật.",
        "The document continues earlier measures: the change measured may be too small.",
    ),
    "several_pilots": (
        "Không tách được phần của từng mô hình ở: {units}.",
        "The part of each pilot cannot be told apart in: {units}.",
    ),
    "start_unconfirmed": (
        "Dùng ngày mặc định của văn bản; cần ngày thật của từng đơn vị.",
        "The document's default date is used; each unit's own date is needed.",
    ),
    "few_treated": (
        "Chỉ {number} đơn vị: một đơn vị khác thường cũng đủ làm đổi kết quả.",
        "Only {number}: one unusual unit is enough to change the result.",
    ),
    "few_compared": (
        "Chỉ {number} đơn vị: một đơn vị khác thường cũng đủ làm đổi kết quả.",
        "Only {number}: one unusual unit is enough to change the result.",
    ),
    "different_trend": (
        "Có: so sánh nửa đầu với nửa sau của giai đoạn trước cho p = {number}.",
        "Yes: the second half of the before-period against the first gives p = {number}.",
    ),
    "early_change": (
        "Có: hai tháng cuối trước khi bắt đầu khác các tháng trước nữa, p = {number}.",
        "Yes: the last two months before the start differ from those before, p = {number}.",
    ),
    "answering_voluntary": (
        "Số lượt đánh giá ở nơi thí điểm thay đổi {number} lần so với nơi so sánh.",
        "The number of answers in the pilot units changed {number}-fold against the units compared.",
    ),
    "seasonality": (
        "Trước và sau không gồm đủ các tháng như nhau; chỉ khi so với đơn vị khác thì phần mùa vụ chung mới được trừ.",
        "Before and after do not hold the same months; only against other units does the common season cancel.",
    ),
    "displacement": (
        "Có: ở nơi thí điểm, tỷ lệ lượt đến vào ngày, giờ của mô hình tăng thêm {points} so với nơi so sánh ({interval}).",
        (
            "Yes: in the pilot units the share of visits on its days and hours rose {points} more than in those compared "
            "({interval})."
        ),
    ),
    "crowding_out": (
        "Có: ở nơi thí điểm, việc ngoài mô hình lâu thêm {time} so với nơi so sánh ({interval}).",
        "Yes: in the pilot units, matters outside the pilot take {time} longer, against those compared ({interval}).",
    ),
    "response_rate": (
        "Có: tỷ lệ trả lời ở nơi thí điểm thay đổi {points} so với nơi so sánh ({interval}).",
        "Yes: the response rate in the pilot units changed by {points} against those compared ({interval}).",
    ),
    "mix_changed": (
        "Có: tính với cùng một cơ cấu loại việc thì kết quả khác đi.",
        "Yes: with one and the same mix of matters the result is another.",
    ),
    "left_out": (
        "Không dùng một số tháng hoặc toàn bộ số liệu của: {units}.",
        "Some months, or everything, is not used of: {units}.",
    ),
}

NOT_FOUND: Final[dict[ThreatCode, Pair]] = {
    "before_contaminated": ("Văn bản không nêu biện pháp nào trước đó.", "The document names no earlier measure."),
    "several_pilots": ("Không có đơn vị nào như vậy.", "No such unit."),
    "start_unconfirmed": ("Các ngày bắt đầu đều có trong hồ sơ.", "All starting dates are on record."),
    "few_treated": ("Có {number} đơn vị.", "There are {number}."),
    "few_compared": ("Có {number} đơn vị.", "There are {number}."),
    "different_trend": (
        "Chưa thấy: so sánh nửa đầu với nửa sau của giai đoạn trước cho p = {number}.",
        "Not seen: the second half of the before-period against the first gives p = {number}.",
    ),
    "early_change": (
        "Chưa thấy: hai tháng cuối trước khi bắt đầu so với các tháng trước nữa cho p = {number}.",
        "Not seen: the last two months before the start against those before give p = {number}.",
    ),
    "answering_voluntary": (
        "Số lượt đánh giá hai phía thay đổi gần như nhau (tỷ số {number}); tỷ lệ trả lời chưa biết.",
        "The number of answers moved alike on both sides (ratio {number}); the response rate is not known.",
    ),
    "seasonality": (
        "Trước và sau gồm các tháng như nhau trong năm.",
        "Before and after hold the same months of the year.",
    ),
    "left_out": ("Không bỏ đơn vị hay tháng nào.", "No unit or month is left out."),
    "displacement": (
        "Chưa thấy: tỷ lệ lượt đến vào ngày, giờ của mô hình thay đổi {points} so với nơi so sánh ({interval}).",
        (
            "Not seen: the share of visits on the pilot's days and hours changed by {points} against the units compared "
            "({interval})."
        ),
    ),
    "crowding_out": (
        "Chưa thấy: thời gian giải quyết việc ngoài mô hình thay đổi {time} so với nơi so sánh ({interval}).",
        "Not seen: the time of matters outside the pilot changed by {time} against the units compared ({interval}).",
    ),
    "response_rate": (
        "Chưa thấy: tỷ lệ trả lời ở nơi thí điểm thay đổi {points} so với nơi so sánh ({interval}).",
        "Not seen: the response rate in the pilot units changed by {points} against those compared ({interval}).",
    ),
    "mix_changed": (
        "Chưa thấy: tính với cùng một cơ cấu loại việc thì kết quả vẫn vậy.",
        "Not seen: with one and the same mix of matters the result is the same.",
    ),
}

CANNOT_CHECK: Final[dict[ThreatCode, Pair]] = {
    "different_trend": (
        "Chưa kiểm tra được: quá ít đơn vị hoặc quá ít tháng trước khi bắt đầu.",
        "Not checked: too few units, or too few months before the start.",
    ),
    "early_change": (
        "Chưa kiểm tra được: quá ít đơn vị hoặc quá ít tháng trước khi bắt đầu.",
        "Not checked: too few units, or too few months before the start.",
    ),
    "shared_cause": (
        "Chưa kiểm tra được: cần đơn vị không thí điểm để so chênh lệch ấy.",
        "Not checked: needs units outside the pilot with the same gap.",
    ),
    "answering_voluntary": (
        "Chưa kiểm tra được: không có phía so sánh.",
        "Not checked: there is nothing to compare with.",
    ),
    "displacement": (
        "Chưa kiểm tra được: cần hồ sơ theo ngày và đơn vị khác để so sánh.",
        "Not checked: needs dossiers by day, and other units to compare with.",
    ),
    "crowding_out": (
        "Chưa kiểm tra được: cần hồ sơ của các việc ngoài mô hình và đơn vị khác để so sánh.",
        "Not checked: needs dossiers of matters outside the pilot, and other units to compare with.",
    ),
    "response_rate": (
        "Chưa kiểm tra được: cần số lượt đến giao dịch và đơn vị khác để so sánh.",
        "Not checked: needs the number of visits, and other units to compare with.",
    ),
    "mix_changed": (
        "Chưa kiểm tra được: cần số liệu theo loại việc và nơi để so sánh.",
        "Not checked: needs data by kind of matter, and something to compare with.",
    ),
    "other_events": (
        "Chưa kiểm tra được bằng số liệu: cần hỏi đơn vị.",
        "Not checkable from the figures: ask the units.",
    ),
}

# Data are there, but so few units that no result could be told from chance: the number describes.
DESCRIBED: Final[dict[ThreatCode, Pair]] = {
    "displacement": (
        "Chưa kết luận được vì quá ít đơn vị; tỷ lệ lượt đến vào ngày, giờ của mô hình thay đổi {points} so với nơi so sánh.",
        (
            "Not conclusive, too few units; the share of visits on the pilot's days and hours changed by {points} against "
            "the units compared."
        ),
    ),
    "crowding_out": (
        "Chưa kết luận được vì quá ít đơn vị; thời gian giải quyết việc ngoài mô hình thay đổi {time} so với nơi so sánh.",
        "Not conclusive, too few units; the time of matters outside the pilot changed by {time} against the units compared.",
    ),
    "response_rate": (
        "Chưa kết luận được vì quá ít đơn vị; tỷ lệ trả lời thay đổi {points} so với nơi so sánh.",
        "Not conclusive, too few units; the response rate changed by {points} against the units compared.",
    ),
    "mix_changed": (
        "Chưa kết luận được vì quá ít đơn vị.",
        "Not conclusive: too few units.",
    ),
}

LEFT_OUT: Final[dict[LeftOutReason, Pair]] = {
    "few_answers": ("tháng này có quá ít số liệu", "too little data in this month"),
    "no_answers": ("tháng này không có số liệu được công bố", "nothing is released of this month"),
    "nothing_before": ("không có tháng nào dùng được trước khi bắt đầu", "no usable month before the start"),
    "nothing_after": ("không có tháng nào dùng được sau khi bắt đầu", "no usable month after the start"),
    "no_common_month": ("không có tháng nào chung với đơn vị khác", "no month in common with other units"),
    "month_missing": ("thiếu quá nhiều tháng", "lacks too many months"),
}


def design_text(kind: DesignKind, language: Language) -> str:
    """Which comparison it is."""
    return pick(DESIGNS[kind], language)


def assumption_text(code: Assumption, language: Language) -> str:
    """What would need to be true."""
    return pick(ASSUMPTIONS[code], language)


def threat_text(threat: Threat, language: Language) -> str:
    """What could be wrong.

    >>> threat_text(Threat("displacement", "cannot_check"), "vi")
    'Người dân chỉ chuyển việc sang ngày hoặc giờ thí điểm'
    """
    return pick(THREATS[threat.code], language)


def check_text(threat: Threat, language: Language, *, names: dict[str, str] | None = None) -> str:
    """What the check found, or that none could be made. names: of the units, by code; a code without one stays.

    >>> check_text(Threat("displacement", "cannot_check"), "vi")
    'Chưa kiểm tra được: cần hồ sơ theo ngày và đơn vị khác để so sánh.'
    >>> check_text(Threat("few_treated", "found", number=2), "en")
    'Only 2: one unusual unit is enough to change the result.'
    """
    texts = {"found": FOUND, "not_found": NOT_FOUND, "cannot_check": CANNOT_CHECK}[threat.status]
    if threat.status == "cannot_check" and threat.code in DESCRIBED and not math.isnan(threat.number):
        texts = DESCRIBED
    units = ", ".join((names or {}).get(unit, unit) for unit in threat.units)
    told = {"units": units, "number": _number(threat.number, language)} | _difference(threat, language)
    return pick(texts[threat.code], language).format(**told)


def left_out_text(reason: LeftOutReason, language: Language) -> str:
    """Why a unit, or one month of it, is neither used nor shown."""
    return pick(LEFT_OUT[reason], language)


def _difference(threat: Threat, language: Language) -> dict[str, str]:
    """The number as a difference of shares and of working time, and its interval; each text takes what it needs."""
    if math.isnan(threat.number):
        return {"points": "", "time": "", "interval": ""}
    outcome = WAITING if threat.code == "crowding_out" else SATISFIED_SHARE
    rose = threat.status == "found" and threat.code != "response_rate"  # the text itself says which way
    value, sign = (abs(threat.number), 0.0) if rose else (threat.number, threat.number)
    interval = "" if math.isnan(threat.low) else outcome.interval(threat.low, threat.high, language)
    return {
        "points": signed(SATISFIED_SHARE.points(value, language), sign),
        "time": signed(WAITING.points(value, language), sign),
        "interval": pick(("khoảng tin cậy {}", "interval {}"), language).format(interval),
    }


def _number(number: float, language: Language) -> str:
    text = f"{number:.0f}" if number % 1 == 0 else f"{number:.3f}"
    return text.replace(".", ",") if language == "vi" else text
