"""One question's answer: what was posted for it → a typed value, or the fault."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from survey_app.condition import Answer
from survey_app.questionnaire import Question
from survey_app.questionnaire_keys import NOT_APPLICABLE, Kind

YES, NO = "1", "0"
_NUMBER = re.compile(r"[-−]?[0-9]{1,12}(?:[.,][0-9]{1,2})?")

Reason = Literal[
    "missing",
    "off_scale",
    "too_long",
    "unknown_field",
    "repeated",
    "bad_id",
    "unknown_choice",
    "not_number",
    "out_of_range",
    "not_stored",
    "nothing_to_answer",
    "not_contact",
    "no_consent",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: its code, why, the value that came and the bound it broke."""

    field: str
    reason: Reason
    value: str = ""
    expected: str = ""


def parse_answer(
    question: Question, texts: Sequence[str], *, served_fields: Collection[str] = ()
) -> tuple[Answer | None, Fault | None]:
    """The answer as its kind keeps it, or what is wrong with it; blank and «không áp dụng» are no answer.

    Args:
        question: what was asked.
        texts: all that was posted under its code, in order.
        served_fields: codes that a question of kind `field` may take.
    """
    said = [text.strip() for text in texts if text.strip()]
    if not said:
        return None, Fault(question.code, "missing") if question.required else None
    if question.not_applicable and said == [NOT_APPLICABLE]:
        return None, None
    if question.kind == "choices":
        return _many(question, said)
    if question.kind == "field":
        return _known(question, said[0], served_fields)
    return _READERS[question.kind](question, said[0])


def _point(question: Question, text: str) -> tuple[int | None, Fault | None]:
    if text in map(str, question.points):
        return int(text), None
    return None, Fault(question.code, "off_scale", value=text, expected=f"{question.points[0]}…{question.points[-1]}")


def _yes_or_no(question: Question, text: str) -> tuple[int | None, Fault | None]:
    return (int(text), None) if text in {YES, NO} else (None, Fault(question.code, "unknown_choice", value=text))


def _known(question: Question, text: str, codes: Collection[str]) -> tuple[str | None, Fault | None]:
    return (text, None) if text in codes else (None, Fault(question.code, "unknown_choice", value=text))


def _choice(question: Question, text: str) -> tuple[str | None, Fault | None]:
    return _known(question, text, [choice.code for choice in question.choices])


def _many(question: Question, said: Sequence[str]) -> tuple[list[str] | None, Fault | None]:
    """The codes in the form's order, each once, so that the same choices are the same answer."""
    codes = [choice.code for choice in question.choices]
    unknown = [text for text in said if text not in codes]
    if unknown:
        return None, Fault(question.code, "unknown_choice", value=unknown[0])
    return [code for code in codes if code in said], None


def _number(question: Question, text: str) -> tuple[int | float | None, Fault | None]:
    """A number with a Vietnamese comma or an English point.

    Three digits after it may be thousands in either language, so they are asked for again, never guessed.
    """
    number = Decimal(text.replace(",", ".").replace("−", "-")) if _NUMBER.fullmatch(text) else None
    if number is None or number != round(number, question.decimals):
        return None, Fault(question.code, "not_number", value=text, expected=str(question.decimals))
    if not _bound(question.least, "-inf") <= number <= _bound(question.most, "inf"):
        expected = "…".join("" if bound is None else f"{bound:g}" for bound in (question.least, question.most))
        return None, Fault(question.code, "out_of_range", value=text, expected=expected)
    return (int(number) if number == int(number) else float(number)), None


def _bound(bound: float | None, otherwise: str) -> Decimal:
    return Decimal(otherwise if bound is None else str(bound))


def _text(question: Question, text: str) -> tuple[str | None, Fault | None]:
    if len(text) > question.longest:
        return None, Fault(question.code, "too_long", value=str(len(text)), expected=str(question.longest))
    return text, None


_READERS: Mapping[Kind, Callable[[Question, str], tuple[Answer | None, Fault | None]]] = {
    "rating": _point,
    "faces": _point,
    "yes_no": _yes_or_no,
    "choice": _choice,
    "number": _number,
    "text": _text,
}
