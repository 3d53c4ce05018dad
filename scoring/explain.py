"""What a line says of itself: how it came about, what it rests on, and why it has an interval or none."""

from __future__ import annotations

from fractions import Fraction

from scoring.edition import Simulation
from scoring.edition_tree import EXTRA_RULES
from scoring.formula import (
    Part,
    spell_curve,
    spell_entered,
    spell_excluded,
    spell_extra,
    spell_maximum,
    spell_mean,
    spell_mean_of,
    spell_missing,
    spell_number,
    spell_ratio,
    spell_share,
    spell_sum,
    spell_weighted_sum,
)
from scoring.line import Line
from scoring.line_interval import How
from scoring.measures import Entered, Number, Ratio
from scoring.node import Text

__all__ = ["evidence_of", "explain", "explain_doubt"]

_NOTHING = Fraction(0)
_DOUBT: dict[How, Text] = {
    "question": Text("Khoảng tin cậy 95 % của câu hỏi", "95 % interval of the question"),
    "covariance": Text(
        "Khoảng tin cậy 95 %, có tính đến tương quan giữa các câu trả lời của cùng một người",
        "95 % interval: answers of the same person are taken together",
    ),
    "widest": Text(
        "Khoảng tin cậy 95 % rộng nhất có thể: số đếm không cho biết câu trả lời nào của cùng một người",
        "The widest 95 % interval there can be: counts do not say which answers are the same person's",
    ),
    "ends": Text(
        "Khoảng tin cậy 95 %: cận dưới và cận trên được tính theo cùng các quy tắc với điểm",
        "95 % interval: both ends are taken through the same rules",
    ),
    "counted": Text(
        "Đếm toàn bộ, không chọn mẫu: không có sai số chọn mẫu", "Counted in full, not sampled: no sampling error"
    ),
    "entered": Text(
        "Nhập theo minh chứng: không tính được sai số chọn mẫu",
        "Entered with evidence: no sampling error can be given",
    ),
    "known": Text(
        "Đếm toàn bộ hoặc nhập theo minh chứng: không có hoặc không tính được sai số chọn mẫu",
        "Counted in full or entered with evidence: no sampling error, or none that can be given",
    ),
    "none": Text("Không có giá trị", "No value"),
}


def explain(line: Line) -> Text:
    """How the line came about, in words and numbers."""
    if line.achieved is None:
        return _explain_left_out(line)
    value = _explain_value(line)
    if line.node.curve is None or line.raw is None or isinstance(line.basis, Entered):
        return value  # no curve, nothing to lay it over, or points that were entered whole in its place
    after = spell_curve(line.node, line.raw, line.achieved)
    return Text(value.vi + after.vi, value.en + after.en)


def evidence_of(line: Line) -> str:
    """Where the line's numbers were read, or why it does not apply."""
    if line.reason:
        return line.reason
    if isinstance(line.basis, tuple):
        questions = ", ".join(answers.question for answers in line.basis)
        return f"{line.survey.source} ({questions})".strip() if line.survey else ""
    if isinstance(line.basis, Ratio):
        return line.basis.source
    return line.basis.evidence if line.basis else ""


def explain_doubt(how: How, simulation: Simulation) -> Text:
    """Why a line has an interval, or has none."""
    if how not in ("simulated", "simulated_widest"):
        return _DOUBT[how]
    draws = f"{simulation.draws:,}"
    vi = f"Khoảng tin cậy 95 %: mô phỏng {draws.replace(',', '.')} lần, số khởi tạo ngẫu nhiên {simulation.seed}"
    en = f"95 % interval: simulated, {draws} draws, seed {simulation.seed}"
    if how == "simulated":
        return Text(vi, en)
    return Text(
        f"{vi}; lấy khoảng rộng nhất, vì số đếm không cho biết câu trả lời nào của cùng một người",
        f"{en}; the widest, as counts do not say which answers are the same person's",
    )


def _explain_left_out(line: Line) -> Text:
    if isinstance(line.basis, Ratio):
        ratio = spell_ratio(line.basis, None, line.state)
        if line.state != "shown":
            return ratio
        only = spell_excluded("shown")
        return Text(f"{ratio.vi.rstrip('.')}. {only.vi}", f"{ratio.en.rstrip('.')}. {only.en}")
    missing = [below.node.code for below in line.below if below.is_missing]
    if missing and line.state in ("not_measured", "too_few") and line.node.rule not in EXTRA_RULES:
        return spell_missing(missing)
    return spell_excluded(line.state, line.reason)


def _explain_value(line: Line) -> Text:
    """What the line is before its curve."""
    basis, node = line.basis, line.node
    if isinstance(basis, tuple):
        texts = [spell_share(each) if each.reading.rule == "share" else spell_mean(each) for each in basis]
        questions = [each.question for each in basis]
        if len(texts) == 1:
            return texts[0]
        return spell_mean_of(list(zip(questions, texts, strict=True)), line.raw or _NOTHING)
    if isinstance(basis, Ratio):
        return spell_ratio(basis, line.achieved)
    if isinstance(basis, Number):
        return spell_number(basis)
    if isinstance(basis, Entered):
        return spell_entered(node, basis, line.achieved or _NOTHING)
    return _explain_parts(line)


def _explain_parts(line: Line) -> Text:
    raw, maximum = line.raw or _NOTHING, line.node.maximum
    parts = [Part(part.node.code, share, part.achieved or _NOTHING, part.node.maximum) for part, share in line.parts]
    if line.node.rule == "maximum":
        return spell_maximum(parts, raw, maximum)
    if line.node.rule in EXTRA_RULES:
        return spell_extra(parts, raw, maximum)
    if line.node.rule == "sum":
        extras = [
            Part(
                extra.node.code,
                Fraction(1 if extra.node.rule == "bonus" else -1),
                extra.achieved or _NOTHING,
                extra.node.maximum,
            )
            for extra in line.extras
        ]
        return spell_sum(parts, extras, raw, maximum)
    regular = [below for below in line.below if below.node.rule != "shown"]
    return spell_weighted_sum(parts, raw, rescaled=len(parts) < len(regular))
