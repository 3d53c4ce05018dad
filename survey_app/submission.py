"""A posted form: raw fields → typed answers, or every fault at once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from urllib.parse import parse_qsl

from survey_app.answer import Fault, Reason, parse_answer
from survey_app.condition import Answer
from survey_app.questionnaire import Questionnaire
from survey_app.questionnaire_keys import NOT_APPLICABLE

__all__ = [
    "HONEYPOT",
    "MOST_BYTES",
    "NOT_APPLICABLE",
    "Fault",
    "Posted",
    "Reason",
    "Submission",
    "UnreadableForm",
    "clean",
    "parse_fields",
    "parse_submission",
]

MOST_BYTES = 32_768
MOST_FIELDS = 100
HONEYPOT = "website"
"""A field that no person sees: what fills it in is no person."""
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_LINE_END = re.compile(r"\r\n?")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
"""What steers a terminal or a database, half letters, and what turns the direction of the letters around it."""


class UnreadableForm(Exception):
    """The body is not a form that can be read: what was sent, and what was expected."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One person's answers as typed values.

    Args:
        id: the form's own id.
        answers: question code → point; 1 or 0 for yes or no; number; a choice's code; the codes of many choices.
            Only questions that were answered and that were to be shown.
        field: what the citizen came for, if said.
        comments: question code → what was written; never among the answers, so that it can be kept apart.
        honeypot: whether the field that no person sees was filled in.
    """

    id: str
    answers: dict[str, Answer]
    field: str | None = None
    comments: dict[str, str] = made_by(default_factory=dict)
    honeypot: bool = False

    @property
    def comment(self) -> str:
        """All that was written, a blank line between the answers to two questions."""
        return "\n\n".join(self.comments.values())


@dataclass(frozen=True, slots=True)
class Posted:
    """What was typed, kept to be shown again when something is wrong."""

    values: dict[str, tuple[str, ...]] = made_by(default_factory=dict)

    @classmethod
    def of(cls, fields: Iterable[tuple[str, str]]) -> "Posted":
        """The fields by name, each text in one spelling."""
        values: dict[str, tuple[str, ...]] = {}
        for name, text in fields:
            values[name] = (*values.get(name, ()), clean(text))
        return cls(values)

    def __getitem__(self, name: str) -> str:
        return self.all(name)[0] if name in self.values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """All that was posted under a name: many choices are."""
        return self.values.get(name, ())


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
    questionnaire: Questionnaire,
    fields: Sequence[tuple[str, str]],
    *,
    served_fields: Collection[str] = (),
    form_id: str | None = None,
    beside: Collection[str] = (),
) -> tuple[Submission | None, tuple[Fault, ...], Posted]:
    """Typed answers, or every fault at once, and what was typed.

    What a condition hides is dropped, whatever was posted for it, and is never demanded.

    Args:
        questionnaire: what the form asked.
        fields: name–value pairs as posted.
        served_fields: codes that the question of kind `field` may take.
        form_id: the form's own id where the caller has verified it; None takes the field `id`, 22 letters.
        beside: names of other fields of the page, which the caller reads.

    Returns:
        The submission, or None when there are faults; the faults in the form's order; what was typed.
    """
    posted = Posted.of(fields)
    faults = [*_form_faults(questionnaire, fields, beside={"id", HONEYPOT, *beside})]
    if form_id is None and not _ID.fullmatch(posted["id"]):
        faults.append(Fault("id", "bad_id", value=posted["id"]))
    answers: dict[str, Answer] = {}
    for question in questionnaire.questions:
        if question.show_if is not None and not question.show_if.holds(answers.get(question.show_if.question)):
            continue
        answer, fault = parse_answer(question, posted.all(question.code), served_fields=served_fields)
        if fault is not None:
            faults.append(fault)
        elif answer is not None:
            answers[question.code] = answer
    if faults:
        return None, tuple(faults), posted
    return _submission(questionnaire, answers, posted, form_id=form_id or posted["id"]), (), posted


def clean(text: str) -> str:
    """One spelling of each letter and line end; nothing that has no shape and steers what has (PostgreSQL refuses some of it)."""
    return _CONTROL.sub("", _LINE_END.sub("\n", unicodedata.normalize("NFC", text)))


def _form_faults(
    questionnaire: Questionnaire, fields: Sequence[tuple[str, str]], *, beside: Collection[str]
) -> Iterable[Fault]:
    many = {question.code for question in questionnaire.questions if question.kind == "choices"}
    known = {question.code for question in questionnaire.questions} | set(beside)
    times = Counter(name for name, _ in fields)
    yield from (Fault(clean(name), "unknown_field", value=clean(name)) for name in times if name not in known)
    yield from (Fault(clean(name), "repeated") for name in times if times[name] > 1 and name not in many)


def _submission(
    questionnaire: Questionnaire, answers: dict[str, Answer], posted: Posted, *, form_id: str
) -> Submission:
    kinds = {question.code: question.kind for question in questionnaire.questions}
    apart = {code: str(answer) for code, answer in answers.items() if kinds[code] in {"text", "field"}}
    return Submission(
        id=form_id,
        answers={code: answer for code, answer in answers.items() if code not in apart},
        field=next((code for name, code in apart.items() if kinds[name] == "field"), None),
        comments={name: text for name, text in apart.items() if kinds[name] == "text"},
        honeypot=bool(posted[HONEYPOT].strip()),
    )
