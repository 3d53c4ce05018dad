"""Why a pilot has no session to list: an empty list alone would read as «nothing was held»."""

from typing import Literal

from scoring.pilot import is_decided
from survey_app.register import Catalogue, Pilot

_TEXTS = {
    "continuous": (
        "Mô hình này các đơn vị tham gia liên tục, nên không có phiên.",
        "In this pilot units take part all the time, so there are no sessions.",
    ),
    "nobody": (
        "Chưa có đơn vị nào được ghi là tham gia mô hình này, nên chưa có phiên.",
        "No unit is recorded as taking part in this pilot yet, so there are no sessions.",
    ),
    "other_unit": (
        "{unit} không tham gia mô hình này; tham gia có: {units}.",
        "{unit} does not take part in this pilot; those that do: {units}.",
    ),
    "undecided": (
        "Chưa biết ngày hay buổi mà {units} đã chọn, nên chưa có phiên nào được dự kiến.",
        "The days or the window that {units} chose are not known, so no session is planned.",
    ),
    "no_day": (
        "Không ngày nào trong thời gian tham gia của {units} hợp với quy tắc của mô hình.",
        "No day on which {units} take part fits the rule of the pilot.",
    ),
}


def why_no_session(
    register: Catalogue, pilot: Pilot, *, unit: str | None = None, language: Literal["vi", "en"] = "vi"
) -> str:
    """The reason why nothing is planned in a pilot, or at one unit of it.

    Args:
        register: with the pilot's participations.
        pilot: one without a planned session, at all or at the unit.
        unit: code of the only unit looked at.
        language: of the sentence.
    """
    everybody = register.participations_in(pilot.code)
    looked_at = [one for one in everybody if unit in {None, one.unit}]
    undecided = [one for one in looked_at if not is_decided(pilot.rule, one)]
    if pilot.rule.kind != "sessions":
        reason = "continuous"
    elif not everybody:
        reason = "nobody"
    elif not looked_at:
        reason, looked_at = "other_unit", list(everybody)
    else:
        reason, looked_at = ("undecided", undecided) if undecided else ("no_day", looked_at)
    units = ", ".join(dict.fromkeys(one.unit for one in looked_at))
    return _TEXTS[reason][language == "en"].format(unit=unit, units=units)
