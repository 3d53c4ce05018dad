"""A posted form: raw fields → typed answers, or every fault at once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from survey_app.questionnaire import Question, Questionnaire

MOST_BYTES = 32_768
MOST_FIELDS = 100
NOT_APPLICABLE = "na"
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_LINE_END = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Reason = Literal[
    "missing", "off_scale", "too_long", "unknown_field", "repeated", "bad_id", "unknown_choice", "not_stored"
]


class UnreadableForm(Exception):
    """The body is not a form that can be read: what was sent, and what was expected."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: its code, why, the value that came and the bound it broke."""

    field: str
    reason: Reason
    value: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One person's answers as typed values. `answers` has only the questions that were rated."""

    id: str
    answers: dict[str, int]
    field: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """What was typed, kept to be shown again when something is wrong."""

    values: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def parse_fields(body: bytes) -> list[tuple[str, str]]:
    """The name–value pairs of a urlencoded body.

    Raises:
        UnreadableForm: empty, not UTF-8, or more than `MOST_FIELDS` fields.
    """
    if not body:
        raise UnreadableForm("the body is empty; expected a form")
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise UnreadableForm(f"the body is not UTF-8: {error.reason} at byte {error.start}") from error
    except ValueError as error:
        raise UnreadableForm(f"the body is not a form of at most {MOST_FIELDS} fields: {error}") from error


def parse_submission(
    questionnaire: Questionnaire, fields: Sequence[tuple[str, str]], *, served_fields: Collection[str] = ()
) -> tuple[Submission | None, tuple[Fault, ...], Posted]:
    """Typed answers, or every fault at once, and what was typed.

    Args:
        questionnaire: what the form asked.
        fields: name–value pairs as posted; `id` is the form's own random id.
        served_fields: codes that the question of kind `field` may take.

    Returns:
        The submission, or None when there are faults; the faults in the form's order; what was typed.
    """
    posted = Posted({name: _clean(value) for name, value in fields})
    known = {"id"} | {question.code for question in questionnaire.questions}
    faults = [Fault(name, "unknown_field", value=name) for name in posted.values if name not in known]
    faults += [Fault(name, "repeated") for name, times in Counter(name for name, _ in fields).items() if times > 1]
    if not _ID.fullmatch(posted["id"]):
        faults.append(Fault("id", "bad_id", value=posted["id"]))
    for question in questionnaire.questions:
        faults += _faults(question, posted[question.code].strip(), questionnaire.points, served_fields)
    if faults:
        return None, tuple(faults), posted
    return _submission(questionnaire, posted), (), posted


def _clean(text: str) -> str:
    """One spelling of each letter and line end; no control characters, which PostgreSQL refuses."""
    return _CONTROL.sub("", _LINE_END.sub("\n", unicodedata.normalize("NFC", text)))


def _faults(question: Question, text: str, points: tuple[int, ...], served_fields: Collection[str]) -> list[Fault]:
    if not text:
        return [Fault(question.code, "missing")] if question.required else []
    if question.kind == "rating":
        allowed = {str(point) for point in points} | (set() if question.required else {NOT_APPLICABLE})
        expected = f"{points[0]}…{points[-1]}"
        return [] if text in allowed else [Fault(question.code, "off_scale", value=text, expected=expected)]
    if question.kind == "field":
        return [] if text in served_fields else [Fault(question.code, "unknown_choice", value=text)]
    if len(text) > question.longest:
        return [Fault(question.code, "too_long", value=str(len(text)), expected=str(question.longest))]
    return []


def _submission(questionnaire: Questionnaire, posted: Posted) -> Submission:
    comment, chosen = questionnaire.of_kind("text"), questionnaire.of_kind("field")
    return Submission(
        id=posted["id"],
        answers={
            question.code: int(posted[question.code])
            for question in questionnaire.ratings
            if posted[question.code].strip() not in {"", NOT_APPLICABLE}
        },
        field=(posted[chosen.code].strip() or None) if chosen else None,
        comment=posted[comment.code].strip() if comment else "",
    )
