"""How each line of a score sheet came about, in words and numbers, Vietnamese and English."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from scoring.edition import Node, Scale, Text, round_half_up
from scoring.measures import Entered, Ratio

__all__ = [
    "Part",
    "spell",
    "spell_entered",
    "spell_excluded",
    "spell_mean",
    "spell_mean_of",
    "spell_percent",
    "spell_ratio",
    "spell_share",
    "spell_sum",
    "spell_weighted_sum",
]

_SWAP = str.maketrans(",.", ".,")

_EXCLUDED = {
    "not_measured": Text("Chưa đo: không tính, không phải 0 điểm.", "Not measured: left out, not zero."),
    "too_few": Text("Quá ít lượt đánh giá: không hiện, không tính.", "Too few answers: not shown, left out."),
    "not_applicable": Text("Không áp dụng: không tính.", "Not applicable: left out."),
}


class Part(NamedTuple):
    """A measured child as its parent's formula shows it. weight: the one used, after rescaling."""

    code: str
    weight: Fraction
    achieved: Fraction
    points: Fraction


def spell(number: Fraction | Decimal | float, decimals: int = 2) -> Text:
    """A number for people: 1.234,50 in Vietnamese, 1,234.50 in English.

    >>> spell(Fraction("1234.5"))
    Text(vi='1.234,50', en='1,234.50')
    """
    english = f"{round_half_up(number, decimals):,}"
    return Text(english.translate(_SWAP), english)


def spell_percent(share: Fraction | float) -> Text:
    """A share of 0–1 as a percentage with two decimals."""
    number = spell(Fraction(share) * 100)
    return Text(f"{number.vi} %", f"{number.en} %")


def spell_share(scale: Scale, satisfied: int, n: int) -> Text:
    """Satisfied answers of all answers to one question."""
    points = ", ".join(str(point) for point in scale.satisfied)
    counts, result = _quotient(satisfied, n), spell_percent(Fraction(satisfied, n))
    return Text(
        f"Lượt trả lời hài lòng (mức {points}): {counts.vi} lượt = {result.vi}",
        f"Satisfied answers (points {points}): {counts.en} answers = {result.en}",
    )


def spell_mean(scale: Scale, mean: Fraction, n: int, achieved: Fraction) -> Text:
    """Mean answer to one question, as a share of the best."""
    shown, answers, result = spell(mean), spell(n, 0), spell_percent(achieved)
    zero = "" if scale.zero == 0 else f" − {scale.zero}"
    ends = f"{scale.points[0]}–{scale.points[-1]}"
    bottom = str(scale.points[-1]) if not zero else f"({scale.points[-1]}{zero})"
    top = shown if not zero else Text(f"({shown.vi}{zero})", f"({shown.en}{zero})")
    return Text(
        f"Điểm trung bình (thang {ends}, {answers.vi} lượt) {shown.vi}; {top.vi} ÷ {bottom} = {result.vi}",
        f"Mean answer (scale {ends}, {answers.en} answers) {shown.en}; {top.en} ÷ {bottom} = {result.en}",
    )


def spell_mean_of(texts: Sequence[tuple[str, Text]], achieved: Fraction) -> Text:
    """Several questions of one criterion: each one's own formula, and their plain mean."""
    result = spell_percent(achieved)
    vi = "; ".join(f"[{question}] {text.vi}" for question, text in texts)
    en = "; ".join(f"[{question}] {text.en}" for question, text in texts)
    return Text(
        f"Trung bình {len(texts)} câu hỏi = {result.vi}. {vi}", f"Mean of {len(texts)} questions = {result.en}. {en}"
    )


def spell_ratio(node: Node, ratio: Ratio, achieved: Fraction | None) -> Text:
    """A register's ratio, with saturation and the rule for an empty denominator where they matter."""
    if achieved is None:
        return Text("Mẫu số bằng 0: không áp dụng, không tính.", "Nothing to count (0): not applicable, left out.")
    if ratio.denominator == 0:
        result = spell_percent(achieved)
        return Text(f"Mẫu số bằng 0: tính {result.vi} theo quy định", f"Nothing to count (0): {result.en} by rule")
    counts, share = (
        _quotient(ratio.numerator, ratio.denominator),
        spell_percent(Fraction(ratio.numerator, ratio.denominator)),
    )
    words = Text(f"{counts.vi} = {share.vi}", f"{counts.en} = {share.en}")
    if node.full_at == 1 and ratio.numerator <= ratio.denominator:
        return words
    full, result = spell_percent(node.full_at), spell_percent(achieved)
    return Text(
        f"{words.vi}; đủ điểm từ {full.vi}: min(1; {share.vi} ÷ {full.vi}) = {result.vi}",
        f"{words.en}; full points from {full.en}: min(1, {share.en} ÷ {full.en}) = {result.en}",
    )


def spell_entered(entered: Entered, maximum: Fraction) -> Text:
    """Points that a person entered."""
    points, most = spell(Fraction(entered.points)), _short(maximum)
    return Text(
        f"Nhập theo minh chứng: {points.vi} trên {most.vi} điểm",
        f"Entered with evidence: {points.en} of {most.en} points",
    )


def spell_excluded(state: str, reason: str = "") -> Text:
    """Why a line counts nothing."""
    text = _EXCLUDED[state]
    return Text(f"{text.vi} {reason}".strip(), f"{text.en} {reason}".strip())


def spell_weighted_sum(parts: Sequence[Part], achieved: Fraction, *, rescaled: bool) -> Text:
    """Weights times what each child achieved. rescaled: the weights of those left out went to the others."""
    result = spell_percent(achieved)
    shown = [(f"{part.weight} × ", spell_percent(part.achieved), f" [{part.code}]") for part in parts]
    vi = " + ".join(f"{weight}{share.vi}{code}" for weight, share, code in shown) + f" = {result.vi}"
    en = " + ".join(f"{weight}{share.en}{code}" for weight, share, code in shown) + f" = {result.en}"
    if rescaled:
        vi += " (trọng số chia lại cho phần được tính)"
        en += " (weights shared out among what counts)"
    return Text(vi, en)


def spell_sum(parts: Sequence[Part], maximum: Fraction, measured: Fraction) -> Text:
    """Points of the children; rescaled where some of the maximum does not count. measured: maxima that do count."""
    shown = [(spell(part.points), f" [{part.code}]") for part in parts]
    points = sum((part.points for part in parts), Fraction(0))
    total, most, counted = spell(points * maximum / measured), _short(maximum), _short(measured)
    vi = " + ".join(f"{number.vi}{code}" for number, code in shown)
    en = " + ".join(f"{number.en}{code}" for number, code in shown)
    if maximum != measured:
        vi, en = f"({vi}) ÷ {counted.vi} × {most.vi}", f"({en}) ÷ {counted.en} × {most.en}"
    return Text(f"{vi} = {total.vi} trên {most.vi} điểm", f"{en} = {total.en} of {most.en} points")


def _short(number: Fraction) -> Text:
    """A bound: without decimals where it is whole."""
    return spell(number, 0 if number.denominator == 1 else 2)


def _quotient(numerator: int, denominator: int) -> Text:
    top, bottom = spell(numerator, 0), spell(denominator, 0)
    return Text(f"{top.vi} ÷ {bottom.vi}", f"{top.en} ÷ {bottom.en}")
