"""A score sheet as rows: a short table for the page, every line with its evidence for the file."""

from collections.abc import Iterator

from dashboards.plain_text import Strong, plain
from dashboards.wording import pick, show_estimate, show_number, translator
from scoring import Estimate, ScoreSheet, SheetNode
from scoring.node import CONFIDENCE


def sheet_columns(language: str) -> tuple[str, ...]:
    """The heads of `sheet_table`."""
    _ = translator(language)
    return _("Yếu tố, tiêu chí"), _("Hài lòng (khoảng tin cậy 95 %)"), _("Số lượt")


def sheet_table(sheet: ScoreSheet, language: str) -> list[tuple[str, str, str]]:
    """Measured lines and those with too few answers; elements in bold."""
    return [
        (_name(sheet, node, language), _value(node, language), _people(node, language))
        for node in sheet.nodes
        if node.state in ("measured", "too_few")
    ]


def _name(sheet: ScoreSheet, node: SheetNode, language: str) -> str:
    name = pick(node.name, language)
    if node is sheet.total:
        return Strong(name)
    return Strong(f"{node.code}. {name}") if node.parent == sheet.total.code else f"{node.code} {name}"


def _value(node: SheetNode, language: str) -> str:
    value = node.value
    return show_estimate(value, language) if isinstance(value, Estimate) else translator(language)("chưa đủ dữ liệu")


def _people(node: SheetNode, language: str) -> str:
    return show_number(node.n or 0, language, decimals=0) if node.achieved is not None else ""


def unmeasured_sentence(sheet: ScoreSheet, language: str) -> str:
    """The criteria that the form does not ask about: neither counted nor zero."""
    parents = {node.parent for node in sheet.nodes}
    codes = [node.code for node in sheet.nodes if node.state == "not_measured" and node.code not in parents]
    text = translator(language)("Không có câu hỏi trên phiếu, không tính và không phải 0 điểm: tiêu chí {codes}.")
    return text.format(codes=", ".join(codes)) if codes else ""


def formula_lines(sheet: ScoreSheet, language: str) -> Iterator[str]:
    """Each measured line in Markdown: formula, why it has an interval or none, source, how surely the rule is known."""
    text = translator(language)("**{name}** — {formula}  \n:gray[Nguồn: {source} ({confidence}). {note}]")
    for node in sheet.nodes:
        if node.state == "measured":
            parts = {
                "name": _name(sheet, node, language),
                "formula": tell_formula(node, language),
                "source": pick(node.source, language),
                "confidence": pick(CONFIDENCE[node.confidence], language),
                "note": pick(node.note, language),
            }
            yield text.format(**{key: plain(part) for key, part in parts.items()})


def tell_formula(node: SheetNode, language: str) -> str:
    """How a line came about; of a measured one also why it has an interval or none."""
    formula = pick(node.formula, language)
    return f"{formula}. {pick(node.uncertainty, language)}." if node.state == "measured" else formula


def sheet_rows(sheet: ScoreSheet, place: str, language: str) -> list[dict[str, object]]:
    """Every line of the sheet for a file: numbers with a decimal point, shares 0–1, nothing where nothing is shown."""
    return [_row(sheet, node, place, language) for node in sheet.nodes]


def _row(sheet: ScoreSheet, node: SheetNode, place: str, language: str) -> dict[str, object]:
    value = node.value if isinstance(node.value, Estimate) else None
    return {
        "unit": place,
        "period": sheet.period,
        "code": node.code,
        "name": pick(node.name, language),
        "state": node.state,
        "share": f"{value.value:.6f}" if value else None,
        "low": f"{value.low:.6f}" if value else None,
        "high": f"{value.high:.6f}" if value else None,
        "n": value.n if value else None,
        "uncertainty": pick(node.uncertainty, language) if node.state == "measured" else None,
        "formula": pick(node.formula, language),
        "source": pick(node.source, language),
        "confidence": node.confidence,
        "edition": sheet.edition,
        "edition_digest": sheet.edition_digest,
        "snapshot": sheet.snapshot,
    }
