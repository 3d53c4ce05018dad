"""How each line of a score sheet came about, in words and numbers, Vietnamese and English."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from scoring.answers import Answers
from scoring.curve import Bands, Saturation, Steps
from scoring.measures import Entered, Number, Ratio
from scoring.node import Node, Text, round_half_up

__all__ = [
    "Part",
    "spell",
    "spell_curve",
    "spell_entered",
    "spell_excluded",
    "spell_extra",
    "spell_maximum",
    "spell_mean",
    "spell_mean_of",
    "spell_missing",
    "spell_number",
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
    "whole": Text("Điểm đã nhập nguyên ở dòng trên.", "Its points were entered whole in the line above."),
    "shown": Text("Chỉ theo dõi, không tính điểm.", "Shown only, without points."),
}


class Part(NamedTuple):
    """A measured child as its parent's formula shows it. weight: the one used, after rescaling."""

    code: str
    weight: Fraction
    achieved: Fraction
    most: Fraction

    @property
    def points(self) -> Fraction:
        """Points of its own maximum."""
        return self.achieved * self.most


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


def spell_share(answers: Answers) -> Text:
    """Satisfied answers of all answers to one question."""
    points = ", ".join(str(point) for point in answers.reading.scale.satisfied)
    counts, result = _quotient(answers.satisfied, answers.n), spell_percent(answers.achieved)
    return Text(
        f"Lượt trả lời hài lòng (mức {points}): {counts.vi} lượt = {result.vi}",
        f"Satisfied answers (points {points}): {counts.en} answers = {result.en}",
    )


def spell_mean(answers: Answers) -> Text:
    """Mean answer to one question, as a share of the best."""
    scale = answers.reading.scale
    shown, people, result = spell(answers.mean), spell(answers.n, 0), spell_percent(answers.achieved)
    zero = "" if scale.zero == 0 else f" − {scale.zero}"
    ends = f"{scale.points[0]}–{scale.points[-1]}"
    bottom = str(scale.points[-1]) if not zero else f"({scale.points[-1]}{zero})"
    top = shown if not zero else Text(f"({shown.vi}{zero})", f"({shown.en}{zero})")
    return Text(
        f"Điểm trung bình (thang {ends}, {people.vi} lượt) {shown.vi}; {top.vi} ÷ {bottom} = {result.vi}",
        f"Mean answer (scale {ends}, {people.en} answers) {shown.en}; {top.en} ÷ {bottom} = {result.en}",
    )


def spell_mean_of(texts: Sequence[tuple[str, Text]], achieved: Fraction) -> Text:
    """Several questions of one criterion: each one's own formula, and their plain mean."""
    result = spell_percent(achieved)
    vi = "; ".join(f"[{question}] {text.vi}" for question, text in texts)
    en = "; ".join(f"[{question}] {text.en}" for question, text in texts)
    return Text(
        f"Trung bình {len(texts)} câu hỏi = {result.vi}. {vi}", f"Mean of {len(texts)} questions = {result.en}. {en}"
    )


def spell_ratio(ratio: Ratio, achieved: Fraction | None, state: str = "measured") -> Text:
    """A register's ratio, with what an empty denominator comes to where it matters. state: that of its line."""
    if ratio.denominator:
        counts = _quotient(ratio.numerator, ratio.denominator)
        share = spell_percent(Fraction(ratio.numerator, ratio.denominator))
        return Text(f"{counts.vi} = {share.vi}", f"{counts.en} = {share.en}")
    if state == "not_measured":
        return Text(
            "Không có gì để đếm (0): chưa đo được, không tính.", "Nothing to count (0): not measured, left out."
        )
    if achieved is None:
        return Text(
            "Không có gì để đếm (0): không áp dụng, không tính.", "Nothing to count (0): not applicable, left out."
        )
    result = spell_percent(achieved)
    return Text(
        f"Không có gì để đếm (0): bộ chỉ số này tính {result.vi}",
        f"Nothing to count (0): {result.en} by this rule book",
    )


def spell_number(number: Number) -> Text:
    """A number as it was entered."""
    plain = f"{number.value.normalize():,f}"
    return Text(f"Số liệu nhập: {plain.translate(_SWAP)}", f"Number entered: {plain}")


def spell_curve(node: Node, raw: Fraction, achieved: Fraction) -> Text:
    """What the line's curve makes of its value, as it follows the words for the value; empty where it changes nothing."""
    curve = node.curve
    value = _value(node, raw)
    if isinstance(curve, Saturation):
        if curve.full_at == 1 and raw <= 1:
            return Text("", "")
        full, result = spell_percent(curve.full_at), spell_percent(achieved)
        return Text(
            f"; đủ điểm từ {full.vi}: min(1; {value.vi} ÷ {full.vi}) = {result.vi}",
            f"; full points from {full.en}: min(1, {value.en} ÷ {full.en}) = {result.en}",
        )
    points, most = spell(achieved * node.maximum), _short(node.maximum)
    result = Text(f"{points.vi} trên {most.vi} điểm", f"{points.en} of {most.en} points")
    if isinstance(curve, Bands):
        rule = _spell_band(node, curve, raw)
        return Text(
            f"; {value.vi} thuộc bậc {rule.vi}: {result.vi}", f"; {value.en} is in the band {rule.en}: {result.en}"
        )
    if isinstance(curve, Steps):
        rule = _spell_steps(node, curve)
        return Text(f"; {rule.vi}: {result.vi}", f"; {rule.en}: {result.en}")
    return Text("", "")


def _spell_band(node: Node, curve: Bands, raw: Fraction) -> Text:
    """From where to where the band of this value reaches."""
    above = [cut for cut, _ in curve.cuts if cut > raw]
    low = _value(node, next(cut for cut, _ in curve.cuts if raw >= cut))
    if not above:
        return Text(f"từ {low.vi}", f"from {low.en}")
    high = _value(node, above[-1])
    return Text(f"từ {low.vi} đến dưới {high.vi}", f"from {low.en} to below {high.en}")


def _spell_steps(node: Node, curve: Steps) -> Text:
    start, every = _value(node, curve.start), _value(node, curve.every)
    base, gain = spell(curve.base * node.maximum), spell(abs(curve.gain) * node.maximum)
    verb = Text("cộng", "plus") if curve.gain > 0 else Text("trừ", "minus")
    return Text(
        f"{base.vi} điểm đến {start.vi}, {verb.vi} {gain.vi} cho mỗi {every.vi} vượt thêm",
        f"{base.en} points up to {start.en}, {verb.en} {gain.en} for each whole {every.en} beyond",
    )


def _value(node: Node, value: Fraction) -> Text:
    """A value as the line measures it: a number as it is, anything else in percent."""
    return _short(value) if node.rule == "number" else spell_percent(value)


def spell_entered(node: Node, entered: Entered, achieved: Fraction) -> Text:
    """Points that a person entered, what they mean and what they are added up of."""
    points, most = spell(achieved * node.maximum), _short(node.maximum)
    meaning = next((option.name for option in node.options if option.points == achieved * node.maximum), Text("", ""))
    vi, en = (f" ({name})" if name else "" for name in meaning)
    if entered.parts:
        worth = node.maximum / 100 if entered.unit == "percent" else Fraction(1)
        parts = [(name, spell(Fraction(part) * worth)) for name, part in zip(node.parts, entered.parts, strict=True)]
        vi = " = " + " + ".join(f"{name.vi} {part.vi}" for name, part in parts)
        en = " = " + " + ".join(f"{name.en} {part.en}" for name, part in parts)
    return Text(
        f"Nhập theo minh chứng: {points.vi} trên {most.vi} điểm{vi}",
        f"Entered with evidence: {points.en} of {most.en} points{en}",
    )


def spell_excluded(state: str, reason: str = "") -> Text:
    """Why a line counts nothing."""
    text = _EXCLUDED[state]
    return Text(f"{text.vi} {reason}".strip(), f"{text.en} {reason}".strip())


def spell_missing(codes: Sequence[str]) -> Text:
    """That a line has no value because of lines below it that it may not go without."""
    shown = ", ".join(f"[{code}]" for code in codes)
    return Text(
        f"Thiếu dòng bắt buộc {shown}: chưa tính điểm, không phải 0 điểm.",
        f"Required and missing: {shown}; no points yet, not zero.",
    )


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


def spell_sum(parts: Sequence[Part], extras: Sequence[Part], achieved: Fraction, maximum: Fraction) -> Text:
    """Points of the children; rescaled where some of the maximum does not count; bonus and penalty beside them.

    Args:
        parts: the children that count; weight: their share of the maximum that counts.
        extras: bonus (weight 1) and penalty (weight −1).
        achieved: share of the maximum, after rescaling and any cap.
        maximum: of the line.
    """
    measured = sum((part.most for part in parts), Fraction(0))
    shown = [(spell(part.points), f" [{part.code}]") for part in parts]
    vi = " + ".join(f"{number.vi}{code}" for number, code in shown)
    en = " + ".join(f"{number.en}{code}" for number, code in shown)
    total, most, counted = spell(achieved * maximum), _short(maximum), _short(measured)
    if maximum != measured:
        vi, en = f"({vi}) ÷ {counted.vi} × {most.vi}", f"({en}) ÷ {counted.en} × {most.en}"
    for extra in extras:
        sign, points = ("+" if extra.weight > 0 else "−"), spell(extra.points)
        vi, en = f"{vi} {sign} {points.vi} [{extra.code}]", f"{en} {sign} {points.en} [{extra.code}]"
    before = sum((part.weight * part.achieved for part in parts), Fraction(0)) * maximum
    before += sum((extra.weight * extra.points for extra in extras), Fraction(0))
    held = (
        Text("", "") if before == achieved * maximum else Text(" (giữ trong khung điểm)", " (held within its maximum)")
    )
    return Text(f"{vi} = {total.vi} trên {most.vi} điểm{held.vi}", f"{en} = {total.en} of {most.en} points{held.en}")


def spell_maximum(parts: Sequence[Part], achieved: Fraction, maximum: Fraction) -> Text:
    """The best of the children."""
    shown = [(spell(part.points), f" [{part.code}]") for part in parts]
    points, most = spell(achieved * maximum), _short(maximum)
    return Text(
        f"Giá trị lớn nhất trong {'; '.join(f'{number.vi}{code}' for number, code in shown)} = {points.vi} trên {most.vi} điểm",
        f"The best of {'; '.join(f'{number.en}{code}' for number, code in shown)} = {points.en} of {most.en} points",
    )


def spell_extra(parts: Sequence[Part], achieved: Fraction, maximum: Fraction) -> Text:
    """Points of a bonus or penalty made of several, up to its cap."""
    shown = [(spell(part.points), f" [{part.code}]") for part in parts]
    points, most = spell(achieved * maximum), _short(maximum)
    vi, en = (" + ".join(f"{number[i]}{code}" for number, code in shown) for i in (0, 1))
    return Text(f"{vi} = {points.vi}, không quá {most.vi} điểm", f"{en} = {points.en}, at most {most.en} points")


def _short(number: Fraction) -> Text:
    """A bound: without decimals where it is whole."""
    return spell(number, 0 if number.denominator == 1 else 2)


def _quotient(numerator: int, denominator: int) -> Text:
    top, bottom = spell(numerator, 0), spell(denominator, 0)
    return Text(f"{top.vi} ÷ {bottom.vi}", f"{top.en} ÷ {bottom.en}")
