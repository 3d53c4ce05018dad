"""What units beside one another say in words: who differs beyond chance, and of whom too little is known."""

from collections.abc import Sequence

from dashboards.data import Comparison, DeskResult, UnitResult
from dashboards.level_words import show_rate, show_silent_days, too_few_sentence
from dashboards.place_words import show_places
from dashboards.wording import show_estimate, show_number, translator

MOST_NAMED = 8
"""Units of clear groups that a sentence names; of more it says how many."""


def units_verdict(comparison: Comparison, language: str) -> str:
    """Whether units can be put in order, and who lies above or below all together."""
    _ = translator(language)
    judged, period = comparison.of("above", "alike", "below"), comparison.period.name(language)
    if not judged:
        text = _("{period} chưa đơn vị nào có đủ lượt đánh giá để so sánh.")
        return _capital(text.format(period=period))
    if len(judged) == 1:
        text = _("{period} chỉ {unit} có đủ lượt đánh giá, nên chưa có gì để so sánh.")
        return _capital(text.format(period=period, unit=judged[0].name))
    said = [_order(comparison, len(judged), language)]
    if comparison.bands == 1 or comparison.of("above", "below"):
        said.append(_outside(comparison, language))
    rest = len(comparison.units) - len(judged)
    if rest:
        said.append(_("{n} đơn vị còn lại chưa đủ dữ liệu.").format(n=rest))
    return " ".join(said)


def _order(comparison: Comparison, judged: int, language: str) -> str:
    _, bands = translator(language), comparison.bands
    if bands == 1:
        text = _("Số liệu chưa đủ để xếp thứ tự {n} đơn vị.")
        return text.format(n=judged)
    if judged > MOST_NAMED:
        text = _("{n} đơn vị chỉ chia được thành {bands} nhóm khác nhau rõ; trong một nhóm không có thứ tự.")
        return text.format(n=judged, bands=bands)
    groups = [_names([each for each in comparison.units if each.tie_band == band + 1]) for band in range(bands)]
    text = _("Chỉ phân biệt được {bands} nhóm, từ cao xuống thấp: {groups}. Trong một nhóm không có thứ tự.")
    return text.format(bands=bands, groups="; ".join(groups))


def _outside(comparison: Comparison, language: str) -> str:
    _, level = translator(language), show_estimate(comparison.index, language)
    above, below = comparison.of("above"), comparison.of("below")
    if not above and not below:
        return _("Không đơn vị nào khác rõ mức chung {level}.").format(level=level)
    if not below:
        return _("Cao hơn rõ mức chung {level}: {above}.").format(level=level, above=_names(above))
    if not above:
        return _("Thấp hơn rõ mức chung {level}: {below}.").format(level=level, below=_names(below))
    text = _("Cao hơn rõ mức chung {level}: {above}; thấp hơn rõ: {below}.")
    return text.format(level=level, above=_names(above), below=_names(below))


def units_line(comparison: Comparison, language: str) -> str:
    """How the verdict was reached."""
    text = translator(language)(
        "«Khác rõ» nghĩa là khoảng tin cậy 95 % của đơn vị không chạm khoảng của mức chung; {n} đơn vị cùng được xét. {period}."
    )
    return text.format(n=len(comparison.units), period=_capital(comparison.period.name(language)))


def dots_sentence(comparison: Comparison, language: str) -> str:
    """The picture in words: how many units stand how."""
    text = translator(language)(
        "Cao hơn rõ mức chung: {above} đơn vị; thấp hơn rõ: {below}; không khác rõ: {alike}; chưa đủ để kết luận (chấm rỗng): {weak}. Mỗi chấm kèm khoảng tin cậy 95 %; dải đứng là mức chung."
    )
    return text.format(**{standing: len(comparison.of(standing)) for standing in ("above", "below", "alike", "weak")})


def heat_sentence(language: str) -> str:
    """What the colours of the heat table mean."""
    return translator(language)(
        "Số trong ô là % hài lòng; năm mức màu: dưới 60, từ 60, từ 70, từ 80, từ 90. Ô gạch chéo: dưới 10 lượt trả lời. Rê chuột vào ô để xem khoảng tin cậy và số lượt."
    )


def place_columns(language: str) -> tuple[str, ...]:
    """The heads of `place_rows`."""
    _ = translator(language)
    return _("Đơn vị"), _("Hài lòng (khoảng tin cậy 95 %)"), _("Số lượt"), _("Vị trí có thể")


def place_rows(units: Sequence[UnitResult], language: str) -> list[tuple[str, ...]]:
    """Units that are compared: index with interval, answers, and the places that they may hold."""
    return [
        (
            unit.name,
            show_estimate(unit.index, language),
            show_number(unit.index.n, language, decimals=0),
            show_places(unit.places),
        )
        for unit in units
    ]


def weak_columns(language: str) -> tuple[str, ...]:
    """The heads of `weak_rows`."""
    _ = translator(language)
    return _("Đơn vị"), _("Vì sao"), _("Tỷ lệ phản hồi"), _("Ngày làm việc không có lượt quét")


def weak_rows(units: Sequence[UnitResult], language: str) -> list[tuple[str, ...]]:
    """Units with too little evidence: why, how many answered of those who came, and the silent days."""
    return [
        (
            unit.name,
            _why(unit, language),
            show_rate(unit.result.responses, language),
            show_silent_days(unit.result.days_without_scan, language),
        )
        for unit in units
    ]


def _why(unit: UnitResult, language: str) -> str:
    _, total = translator(language), unit.result.sheet.total
    if unit.standing == "hidden":
        return too_few_sentence(unit.result.received, language)
    if any(gate.code == "enough_answers" and not gate.passed for gate in unit.result.sheet.gates):
        return _("mới có {n} lượt đánh giá").format(n=show_number(total.n or 0, language, decimals=0))
    return _("khoảng còn rộng: ± {half} điểm").format(half=show_number(unit.index.half_width * 100, language))


def desk_columns(language: str) -> tuple[str, ...]:
    """The heads of `desk_rows`."""
    _ = translator(language)
    return _("Quầy"), _("Hài lòng (khoảng tin cậy 95 %)"), _("Số lượt"), _("Ngày làm việc không có lượt quét")


def desk_rows(desks: Sequence[DeskResult], language: str) -> list[tuple[str, ...]]:
    """Each desk's share satisfied with the visit, or that too few answered."""
    return [
        (
            each.desk.name,
            show_estimate(each.satisfied, language) if each.satisfied.n else too_few_sentence(each.received, language),
            show_number(each.satisfied.n, language, decimals=0) if each.satisfied.n else "",
            show_silent_days(each.days_without_scan, language),
        )
        for each in desks
    ]


def unit_file_rows(comparison: Comparison) -> list[dict[str, object]]:
    """One line a unit for a file: numbers with a decimal point, shares 0–1, nothing where nothing is shown."""
    return [_file_row(each, comparison) for each in comparison.units]


def _file_row(each: UnitResult, comparison: Comparison) -> dict[str, object]:
    index, result = each.index, each.result
    shown = index if index.n else None
    best, worst = each.places or (None, None)
    criteria = {
        node.code: f"{node.value.value:.6f}" if hasattr(node.value, "low") else None
        for node in result.sheet.nodes
        if node.state in ("measured", "too_few") and node is not result.sheet.total
    }
    return {
        "unit": each.unit.code,
        "name": each.name,
        "period": comparison.period.code,
        "share": f"{shown.value:.6f}" if shown else None,
        "low": f"{shown.low:.6f}" if shown else None,
        "high": f"{shown.high:.6f}" if shown else None,
        "n": shown.n if shown else None,
        "standing": each.standing,
        "tie_band": each.tie_band,
        "best_place": best,
        "worst_place": worst,
        "received": result.received,
        "days_without_scan": result.days_without_scan,
        **criteria,
        "edition": result.sheet.edition,
        "edition_digest": result.sheet.edition_digest,
        "snapshot": result.sheet.snapshot,
    }


def _names(units: Sequence[UnitResult]) -> str:
    return ", ".join(unit.name for unit in units)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
