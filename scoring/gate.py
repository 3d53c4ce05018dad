"""What a sheet must meet to have a class at all: everything required, answers enough, an interval narrow enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.edition import Edition
from scoring.line import Line
from scoring.node import Text, round_half_up
from scoring.sheet_node import SheetNode

__all__ = ["Gate", "pass_gates"]


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition for having a class at all: whether it is met, and the sentence that says so."""

    code: Literal["measured", "enough_answers", "precise"]
    passed: bool
    text: Text


def pass_gates(edition: Edition, top: SheetNode) -> Iterator[Gate]:
    """The conditions that apply to this total, each with whether it is met."""
    yield _measured_gate(top.line)
    bounds = edition.thresholds
    if top.n is not None:
        words = Text(
            f"{top.n} lượt đánh giá, cần ít nhất {bounds.evidence}",
            f"{top.n} answers, at least {bounds.evidence} needed",
        )
        yield Gate("enough_answers", top.n >= bounds.evidence, words)
    if top.interval is not None:
        half = Fraction((top.interval[1] - top.interval[0]) / 2)
        yield Gate("precise", half <= bounds.half_width, _width_text(edition, half))


_NOTHING_THERE = {
    "not_measured": Text("Chưa có số liệu", "Nothing was measured"),
    "too_few": Text("Quá ít lượt đánh giá", "Too few answers"),
    "not_applicable": Text("Không có tiêu chí nào áp dụng", "Nothing applies"),
}


def _measured_gate(top: Line) -> Gate:
    missing = [line.node.name for line in _missing(top)]
    if top.achieved is not None:
        return Gate("measured", passed=True, text=Text("Đủ các số liệu bắt buộc", "Everything required was measured"))
    if not missing:
        return Gate("measured", passed=False, text=_NOTHING_THERE[top.state])
    vi, en = "; ".join(name.vi for name in missing), "; ".join(name.en for name in missing)
    return Gate("measured", passed=False, text=Text(f"Thiếu số liệu: {vi}", f"Missing: {en}"))


def _missing(line: Line) -> Iterator[Line]:
    """What is required and missing, and so leaves the line without a value; not what is missing elsewhere."""
    required = [below for below in line.below if below.is_missing]
    for below in required or line.below:
        if below.is_missing:
            yield below
        if below.achieved is None:
            yield from _missing(below)


def _width_text(edition: Edition, half: Fraction) -> Text:
    width = str(round_half_up(half * edition.total, edition.decimals))
    bound = str(round_half_up(edition.thresholds.half_width * edition.total, edition.decimals))
    return Text(
        f"Khoảng tin cậy ± {width.replace('.', ',')} điểm, cần không quá ± {bound.replace('.', ',')}",
        f"Interval ± {width} points, at most ± {bound} allowed",
    )
