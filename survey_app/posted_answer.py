"""An answer that a program posts: a JSON object → a submission, or every fault at once."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from survey_app.questionnaire import Question, Questionnaire
from survey_app.submission import NOT_APPLICABLE, Submission, parse_submission
from survey_app.ticket import ID_LETTERS, one_way
from survey_app.wording import FIRST_LANGUAGE, LANGUAGES

ID: Final = "[A-Za-z0-9_-]{22,64}"
CODE: Final = "[A-Za-z0-9._-]{1,64}"
VERSION: Final = "[0-9a-f]{16}"
SOURCE: Final = "[a-z0-9][a-z0-9-]{0,19}"
KEYS: Final = {
    "id": (ID, "22 to 64 of A-Z a-z 0-9 _ -, random: a UUID will do"),
    "desk": (CODE, "a desk's code"),
    "unit": (CODE, "a unit's code"),
    "questionnaire": (VERSION, "a version of the desk's questionnaire, 16 hexadecimal digits"),
    "language": ("|".join(LANGUAGES), f"one of {', '.join(LANGUAGES)}"),
    "source": (SOURCE, "up to 20 of a-z 0-9 -, such as portal"),
}
"""Keys of the object whose values are texts, each with its pattern and what is expected."""
REQUIRED: Final = ("id", "questionnaire", "answers")
MOST_KEYS_TOLD = 50
LONGEST_TOLD = 100


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field: its path, why in one word, and what was expected."""

    field: str
    reason: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class PostedAnswer:
    """The object as far as it can be read without knowing the desk. id: made by the program, kept nowhere."""

    id: str
    desk: str | None
    unit: str | None
    questionnaire: str
    language: str
    source: str | None
    answers: Mapping[str, Any]

    @property
    def response_id(self) -> str:
        """What is kept instead of the program's id: a one-way hash of it, made as for a form."""
        return one_way("response", self.id)[:ID_LETTERS]


def parse_posted(found: Mapping[str, Any]) -> tuple[PostedAnswer | None, tuple[FieldFault, ...]]:
    """The object's own keys, or all that is wrong with them; the answers are read by `parse_answers`."""
    known = {*KEYS, "answers"}
    faults = [FieldFault(name[:LONGEST_TOLD], "unknown_field") for name in found if name not in known]
    faults += [FieldFault(name, "missing") for name in REQUIRED if found.get(name) is None]
    for name, (pattern, expected) in KEYS.items():
        value = found.get(name)
        if value is not None and not (isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII)):
            faults.append(FieldFault(name, "wrong_form", expected))
    if not isinstance(found.get("answers"), dict | None):
        faults.append(FieldFault("answers", "wrong_type", "an object: question code → answer"))
    if (found.get("desk") is None) == (found.get("unit") is None):
        faults.append(FieldFault("desk", "missing" if found.get("desk") is None else "repeated", "either desk or unit"))
    if faults:
        return None, tuple(faults[:MOST_KEYS_TOLD])
    return (
        PostedAnswer(
            id=found["id"],
            desk=found.get("desk"),
            unit=found.get("unit"),
            questionnaire=found["questionnaire"],
            language=found.get("language") or FIRST_LANGUAGE,
            source=found.get("source"),
            answers=found["answers"],
        ),
        (),
    )


def parse_answers(
    questionnaire: Questionnaire, posted: PostedAnswer, *, served_fields: Collection[str]
) -> tuple[Submission | None, tuple[FieldFault, ...]]:
    """The typed answers, or every fault by question; null is no answer.

    Reports of harassment or payments are refused here: they open a case, whose code the person must see.
    """
    asked = {question.code: question for question in questionnaire.questions}
    faults = [
        FieldFault(f"answers.{code[:LONGEST_TOLD]}", "unknown_field") for code in posted.answers if code not in asked
    ]
    fields: list[tuple[str, str]] = []
    for code, question in asked.items():
        texts = _texts(question, posted.answers.get(code))
        if texts is None:
            faults.append(FieldFault(f"answers.{code}", "wrong_type", EXPECTED[question.kind]))
        elif texts and question.report:
            faults.append(FieldFault(f"answers.{code}", "not_by_api", "a report is made on the form itself"))
        else:
            fields += [(code, text) for text in texts]
    wrong = {fault.field for fault in faults}
    submission, found, _ = parse_submission(
        questionnaire, fields, served_fields=served_fields, form_id=posted.response_id
    )
    faults += [
        FieldFault(f"answers.{fault.field}", fault.reason, fault.expected)
        for fault in found
        if f"answers.{fault.field}" not in wrong
    ]
    return (None if faults else submission), tuple(faults[:MOST_KEYS_TOLD])


EXPECTED: Final = {
    "rating": "a whole number",
    "faces": "a whole number",
    "yes_no": "true or false",
    "choice": "a text: the code of a choice",
    "choices": "a list of texts: codes of choices",
    "number": "a number",
    "text": "a text",
    "field": "a text: the code of a field",
}
"""What an answer to each kind of question is in JSON."""


def _texts(question: Question, value: Any) -> list[str] | None:  # noqa: PLR0911 - one for each kind
    """The answer as a form would post it; None where its type is another."""
    if value is None:
        return []
    if question.not_applicable and value == NOT_APPLICABLE:
        return [NOT_APPLICABLE]
    match question.kind:
        case "yes_no":
            return [str(int(value))] if isinstance(value, bool) else None
        case "rating" | "faces":
            return [str(value)] if isinstance(value, int) and not isinstance(value, bool) else None
        case "number":
            return _number(value)
        case "choices":
            return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None
        case _:
            return [value] if isinstance(value, str) else None


def _number(value: Any) -> list[str] | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return [format(Decimal(str(value)).normalize(), "f")]
