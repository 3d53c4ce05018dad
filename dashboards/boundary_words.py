"""What a change of units says in words: what was joined across it, what could not be, and where old units are today."""

from collections import defaultdict
from collections.abc import Sequence

from dashboards.data import BoundarySeries, SeriesPlace, Unit, UnitToday, by_name
from dashboards.level_words import months_sentence
from dashboards.plain_text import plain
from dashboards.wording import show_date, show_number, translator

FEW = 6
"""Units up to which a sentence names each."""


def across_sentence(series: BoundarySeries, language: str) -> str:
    """The run in words, and what the broken line in it is."""
    text = translator(language)("Đường đứt: ngày {day}, đơn vị mới thay đơn vị cũ.")
    return f"{months_sentence(series.months, language)} {text.format(day=show_date(series.change, language))}"


def joined_lines(series: BoundarySeries, language: str) -> list[str]:
    """What was added up across the change, and everything that keeps both sides from being quite the same; Markdown."""
    _, day = translator(language), show_date(series.change, language)
    lines = [plain(_joined(series, language))]
    if series.in_part:
        text = _(
            "{units} bị tách: lượt trước {day} chỉ tính vào đơn vị nhận phần chính, không tính hai lần; phần kia không biết là bao nhiêu."
        )
        lines.append(plain(text.format(units=_named(series.in_part, language), day=day)))
    if series.elsewhere:
        text = _("Một phần của {units} cũng nhập vào đây nhưng không được tính: không biết là bao nhiêu lượt.")
        lines.append(plain(text.format(units=_named(series.elsewhere, language))))
    lines += [plain(gap.names[language]) for gap in series.gaps]
    if series.apart:
        text = _("{units} không có một đơn vị kế tục chính, nên để riêng, không nối.")
        lines.append(plain(text.format(units=_named(series.apart, language))))
    if len(series.silent) == len(series.ended):
        lines.append(_("Các đơn vị cũ chưa có lượt nào được công bố trong các tháng này, nên phía trước để trống."))
    elif series.silent:
        text = _(
            "**Hai bên đường đứt không cùng số nơi:** {silent} trên {all} đơn vị cũ không có lượt được công bố trong các tháng này. Đừng đọc mức trước và sau như một thay đổi."
        )
        lines.append(text.format(silent=_count(series.silent, language), all=_count(series.ended, language)))
    return lines


def _joined(series: BoundarySeries, language: str) -> str:
    _, day = translator(language), show_date(series.change, language)
    before = _named(series.ended, language)
    after = _named([unit for place in series.places for unit in place.after], language)
    if series.kind == "new":
        text = _("Theo địa giới mới: trước {day} là lượt của {before} cộng lại, từ {day} là lượt của {after}.")
    elif len(series.places) == 1:
        text = _(
            "Theo địa giới cũ: {before} cùng nhập vào {after}; lượt từ {day} không chia lại được, nên cả nhóm là một đường."
        )
    else:
        text = _(
            "Theo địa giới cũ: {before} thành {groups} nhóm, mỗi nhóm gồm các đơn vị cùng nhập vào một nơi, vì lượt từ {day} không chia lại được."
        )
    groups = show_number(len(series.places), language, decimals=0)
    return text.format(day=day, before=before, after=after, groups=groups)


def joined_columns(series: BoundarySeries, language: str) -> list[str]:
    """Heads of the table of what was joined."""
    _ = translator(language)
    if series.kind == "new":
        return [_("Đơn vị hiện nay"), _("Các đơn vị cũ nhập vào")]
    return [_("Nhóm đơn vị cũ"), _("Nay thuộc")]


def joined_rows(series: BoundarySeries, language: str) -> list[list[str]]:
    """One line for each series: the units that stand for it, and those that it was joined with."""
    return [_row(place, series, language) for place in series.places]


def _row(place: SeriesPlace, series: BoundarySeries, language: str) -> list[str]:
    _ = translator(language)
    marks = dict.fromkeys(series.silent, _("không có lượt")) | dict.fromkeys(series.in_part, _("chỉ phần chính"))
    before = ", ".join(f"{_name(unit)} ({marks[unit]})" if unit in marks else _name(unit) for unit in place.before)
    after = ", ".join(map(_name, place.after))
    return [after, before or "–"] if series.kind == "new" else [before, after or "–"]


def units_today_sentence(found: Sequence[UnitToday], language: str) -> str:
    """Where a pilot's units that ended are today, by the units that have them; empty where none ended."""
    if not found:
        return ""
    _, whole, part, lost = (
        translator(language),
        defaultdict[Unit, list[str]](list),
        defaultdict[Unit, list[str]](list),
        [],
    )
    for each in found:
        for unit, share in each.today:
            (whole if share == "main" else part)[unit].append(_name(each.unit))
        if not each.today:
            lost.append(_name(each.unit))
    said = []
    for unit in sorted({*whole, *part}, key=lambda unit: (by_name(unit.name), unit.code)):
        partly = [_("một phần {unit}").format(unit=name) for name in part[unit]]
        text = _("{unit} (trước là {before})")
        said.append(text.format(unit=_name(unit), before=", ".join([*whole[unit], *partly])))
    sentences = [_("Các đơn vị của mô hình này nay thuộc: {units}.").format(units="; ".join(said))] if said else []
    if lost:
        sentences.append(_("Không còn, và không có đơn vị kế tục: {units}.").format(units=", ".join(lost)))
    return " ".join(sentences)


def _named(units: Sequence[Unit], language: str) -> str:
    """The names of a few units, the number of many."""
    if len(units) <= FEW:
        return ", ".join(map(_name, units))
    return translator(language)("{n} đơn vị").format(n=_count(units, language))


def _count(units: Sequence[Unit], language: str) -> str:
    return show_number(len(units), language, decimals=0)


def _name(unit: Unit) -> str:
    return f"{unit.kind} {unit.name}"
