"""What stands beside a pilot's main sentence: several outcomes, textbook errors, the candidate set, why a design was chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from scoring.clustered import ClusteredErrors
from scoring.design import Design, Excluded
from scoring.design_list import DesignReason
from scoring.outcome import Language, Outcome, pick, show_decimal, show_p, show_ways
from scoring.outcome_family import AdjustedOutcome, FamilyMethod, OutcomeFamily

__all__ = ["candidates_text", "clustered_sentence", "design_reason_text", "excluded_text", "family_sentence"]

Pair = tuple[str, str]

METHODS: Final[dict[FamilyMethod, Pair]] = {
    "step_down": (
        "điều chỉnh cùng nhau trên cùng các cách chọn đơn vị",
        "adjusted together over the same choices of units",
    ),
    "grouped": (
        "điều chỉnh theo từng nhóm kết quả dùng cùng các đơn vị",
        "adjusted by groups of outcomes that use the same units",
    ),
    "holm": (
        "điều chỉnh theo Holm, vì mỗi kết quả dùng các đơn vị khác nhau",
        "adjusted by Holm, as each of them uses other units",
    ),
    "alone": ("không cần điều chỉnh", "nothing to adjust"),
}

REASONS: Final[dict[DesignReason, Pair]] = {
    "chosen": ("Được dùng.", "Used."),
    "cannot_conclude": (
        "Không dùng: quá ít cách chọn để kết luận.",
        "Not used: too few choices to conclude from.",
    ),
    "too_short": (
        "Không dùng: quá ít tháng sau khi bắt đầu.",
        "Not used: too few months after the start.",
    ),
    "weaker_comparison": (
        "Không dùng: đã có đơn vị khác để so sánh; trong một đơn vị, người và việc dễ chuyển từ ngoài vào trong mô hình.",
        "Not used: other units can be compared; within one unit, people and matters move into the pilot more easily.",
    ),
    "fewer_months": ("Không dùng: ít tháng hơn.", "Not used: fewer months."),
    "fewer_units": ("Không dùng: ít đơn vị hơn.", "Not used: fewer units."),
}

EXCLUDED: Final[dict[str, Pair]] = {
    "other_pilot": ("đang trong mô hình khác", "in another pilot meanwhile"),
    "started": ("đã bắt đầu", "started before the window ends"),
    "other_kind": ("là loại đơn vị khác", "a unit of another kind"),
}

_FAMILY: Final = (
    "{primary}Xét thêm {size} kết quả, {method}: {told}.",
    "{primary}{size} more outcomes were looked at, {method}: {told}.",
)
_FAMILY_ALL: Final = (
    "Xét {size} kết quả cùng lúc, {method}: {told}.",
    "{size} outcomes were looked at together, {method}: {told}.",
)
_PRIMARY: Final = (
    "Kết quả chính, nêu trước khi xem số liệu, là {name}. ",
    "The main outcome, named before any figure was looked at, is {name}. ",
)
_STATES: Final = {
    "shown": ("còn thấy khác biệt ở {}", "a difference remains in {}"),
    "not_shown": ("chưa thấy khác biệt ở {}", "no difference is shown in {}"),
    "untested": ("không kiểm tra được {}", "{} could not be tested"),
}

_CLUSTERED: Final = (
    "Để tham khảo: sai số gộp theo đơn vị (CR1) cho {cr1}; bootstrap theo đơn vị cho {wild}. {trust}",
    "For reference: errors clustered by unit (CR1) give {cr1}; the wild cluster bootstrap gives {wild}. {trust}",
)
_FEW: Final = (
    "Một phía có ít hơn 6 đơn vị, nên cả hai cách này đều không đáng tin; kết luận dựa vào phép hoán vị.",
    "One side has fewer than 6 units, so neither can be trusted; the conclusion rests on the permutation.",
)
_ENOUGH: Final = (
    "Kết luận dựa vào phép hoán vị.",
    "The conclusion rests on the permutation.",
)
_CANDIDATES: Final = (
    "Chọn {size} trong {units} đơn vị: {ways} cách; p nhỏ nhất có thể đạt là {p}.",
    "{size} of {units} units: {ways} ways to choose; the smallest p it can reach is {p}.",
)
_CANDIDATES_WITHIN: Final = (
    "{size} đơn vị tự so với chính mình: {ways} khả năng tăng hoặc giảm; p nhỏ nhất có thể đạt là {p}.",
    "{size} units against themselves: {ways} ways of going up or down; the smallest p it can reach is {p}.",
)
_CANDIDATES_NONE: Final = ("Không còn đơn vị nào để so sánh.", "No unit is left to compare with.")


def candidates_text(design: Design, language: Language) -> str:
    """What could have been chosen instead, and the smallest p.

    >>> from datetime import date
    >>> from scoring.design import Window
    >>> design = Design("p", "other_units", ("a",), ("b", "c", "d"), (), (), Window(*[date(2024, 1, 1)] * 4), False, True)
    >>> candidates_text(design, "vi")
    'Chọn 1 trong 4 đơn vị: 4 cách; p nhỏ nhất có thể đạt là 1/4 = 0,25.'
    """
    if math.isnan(design.smallest_p):
        return pick(_CANDIDATES_NONE, language)
    share = round(1 / design.smallest_p)
    near = "=" if math.isclose(float(f"{design.smallest_p:.2g}"), design.smallest_p, rel_tol=1e-9) else "≈"
    p = f"1/{show_ways(share, language)} {near} {show_decimal(f'{design.smallest_p:.2g}', language)}"
    return pick(_CANDIDATES_WITHIN if design.within else _CANDIDATES, language).format(
        size=len(design.treated),
        units=len(design.treated) + len(design.comparison),
        ways=show_ways(design.candidates, language),
        p=p if share > 1 else "1",
    )


def design_reason_text(reason: DesignReason, language: Language) -> str:
    """Why a comparison is used or is not."""
    return pick(REASONS[reason], language)


def excluded_text(excluded: Excluded, language: Language) -> str:
    """Why a unit is no part of the comparison."""
    return pick(EXCLUDED[excluded.reason], language)


def family_sentence(family: OutcomeFamily, language: Language, *, names: Mapping[str, Outcome]) -> str:
    """Which outcome was the main one, and which of the others remain after adjustment. names: by the family's names."""
    others = [each for each in family.outcomes if each.name != family.primary]
    primary = ""
    if family.primary:
        primary = pick(_PRIMARY, language).format(name=names[family.primary].name(language))
    if not others:
        return primary.strip()
    told = [_state(state, others, names, language) for state in _STATES]
    return pick(_FAMILY if primary else _FAMILY_ALL, language).format(
        primary=primary,
        size=len(others),
        method=pick(METHODS[family.method], language),
        told="; ".join(part for part in told if part),
    )


def clustered_sentence(found: ClusteredErrors, language: Language) -> str:
    """CR1 and the wild cluster bootstrap, and whether they can be trusted here."""
    return pick(_CLUSTERED, language).format(
        cr1=_p(found.cr1.p, language),
        wild=_p(found.wild.p, language),
        trust=pick(_FEW if found.few else _ENOUGH, language),
    )


def _p(p: float, language: Language) -> str:
    return pick(("không có p", "no p"), language) if math.isnan(p) else show_p(p, language)


def _state(state: str, others: list[AdjustedOutcome], names: Mapping[str, Outcome], language: Language) -> str:
    """The outcomes in one state, each with its adjusted p."""
    found = []
    for each in others:
        own = "shown" if each.verdict in {"rose", "fell"} else "not_shown"
        if each.verdict in {"cannot_conclude", "not_enough_data"}:
            own = "untested"
        if own == state:
            p = "" if state == "untested" else f" ({show_p(each.p, language)})"
            found.append(f"{names[each.name].name(language)}{p}")
    return pick(_STATES[state], language).format(", ".join(found)) if found else ""
