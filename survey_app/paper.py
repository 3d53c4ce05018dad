"""Forms on paper, typed in by the staff: the batch that they belong to, and what the keys of a form stand for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from itsdangerous import BadSignature, Signer

from survey_app.answer import NO, YES
from survey_app.questionnaire import Question, Questionnaire
from survey_app.questionnaire_keys import NOT_APPLICABLE, RATINGS
from survey_app.ticket import ID_LETTERS, new_form_id, one_way
from survey_app.typed_number import typed_number
from survey_app.wording import Translate

PAPER_CHANNELS: Final = ("paper", "assisted")
WHOLE_DAY: Final = "day"
"""The slot of a form that says its day only: no slot of any office's hours, so of no session, and it ends with its day."""

MOST_FORMS: Final = 2000
OLDEST_DAYS: Final = 366
MOST_ONE_KEY: Final = 9
_APART = re.compile(r"[\s,;]+")

Slip = Literal["desk", "channel", "questionnaire", "filled", "expected"]


@dataclass(frozen=True, slots=True)
class PaperBatch:
    """A pile of forms. expected: how many the pile has; forms: how many are in the record; questionnaire: its version.

    filled: the day on the forms; entered: the day on which typing began. why_closed: where the counts differed.
    """

    id: str
    unit: str
    desk: str
    channel: str
    questionnaire: str
    filled: date
    entered: date
    entered_by: str
    expected: int
    closed: date | None = None
    voided: date | None = None
    voided_by: str | None = None
    void_reason: str | None = None
    forms: int = 0
    why_closed: str = ""

    @property
    def open(self) -> bool:
        """Whether forms may still be typed in."""
        return self.closed is None and self.voided is None

    @property
    def complete(self) -> bool:
        """Whether as many forms are in the record as the pile has."""
        return self.forms == self.expected

    @property
    def state(self) -> str:
        """`open`, `closed` or `voided`."""
        return "voided" if self.voided else "closed" if self.closed else "open"


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch as somebody begins it."""

    desk: str
    channel: str
    questionnaire: str
    filled: date
    expected: int


def parse_new_batch(
    fields: Mapping[str, str], *, desks: Mapping[str, str], questionnaires: Sequence[str], today: date
) -> tuple[NewBatch | None, tuple[Slip, ...]]:
    """The batch, or everything that is wrong with what was filled in.

    Args:
        fields: as posted.
        desks: those that this person may type for, by code, with the questionnaire that each asks: the one of the batch, unless
            another is chosen.
        questionnaires: codes that may be chosen.
        today: forms of a day to come, or of more than a year ago, are a slip.
    """
    filled, expected = _day(fields.get("filled", "")), typed_number(fields.get("expected", "").strip())
    desk = fields.get("desk", "")
    questionnaire = fields.get("questionnaire") or desks.get(desk, "")
    slips: dict[Slip, bool] = {
        "desk": desk not in desks,
        "channel": fields.get("channel") not in PAPER_CHANNELS,
        "questionnaire": desk in desks and questionnaire not in questionnaires,
        "filled": filled is None or not today - timedelta(days=OLDEST_DAYS) <= filled <= today,
        "expected": expected is None or not 1 <= expected <= MOST_FORMS,
    }
    wrong = tuple(name for name, is_wrong in slips.items() if is_wrong)
    if wrong or filled is None or expected is None:
        return None, wrong
    return NewBatch(desk, fields["channel"], questionnaire, filled, expected), ()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def make_paper_id(batch: str, *, key: bytes) -> str:
    """What the page of one paper form carries: its random id, signed for the batch, so that a double Enter counts once."""
    return _signer(batch, key).sign(new_form_id()).decode()


def response_id(paper_id: str, batch: str, *, key: bytes) -> str | None:
    """The id of the response to a page's form; None if the page was not made for this batch."""
    try:
        return one_way("response", _signer(batch, key).unsign(paper_id).decode())[:ID_LETTERS]
    except BadSignature:
        return None


def _signer(batch: str, key: bytes) -> Signer:
    return Signer(key, salt=f"hailong paper form v1 {batch}")


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the page. keys: what to type → what it stands for; highest: the greatest digit, where a single key answers."""

    question: Question
    text: str
    keys: tuple[tuple[str, str], ...]
    highest: int


def lines_of(
    questionnaire: Questionnaire, served_fields: Mapping[str, Mapping[str, str]], language: str, _: Translate
) -> list[Line]:
    """The questions in the form's order with the keys that answer each; one about fields only where the desk has some."""
    shown = questionnaire.language(language)
    return [
        _line(question, served_fields, shown, _)
        for question in questionnaire.questions
        if question.kind != "field" or served_fields
    ]


def _line(question: Question, served_fields: Mapping[str, Mapping[str, str]], language: str, _: Translate) -> Line:
    words = _words(question, served_fields, language, _)
    keys = [(str(number), word) for number, word in enumerate(words, 1)]
    if keys and (question.not_applicable or question.show_if or not question.required):
        keys.append(("0", _("không áp dụng, để trống")))
    highest = len(words) if len(words) <= MOST_ONE_KEY and question.kind != "choices" else 0
    return Line(question, question.text[language], tuple(keys), highest)


def _words(
    question: Question, served_fields: Mapping[str, Mapping[str, str]], language: str, _: Translate
) -> Sequence[str]:
    if question.kind in RATINGS:
        return question.scale[language]
    if question.kind == "yes_no":
        return (_("Có"), _("Không"))
    if question.kind == "field":
        return [names.get(language, code) for code, names in served_fields.items()]
    return [choice.text[language] for choice in question.choices]


def typed_fields(
    questionnaire: Questionnaire, typed: Mapping[str, str], served_fields: Sequence[str]
) -> list[tuple[str, str]]:
    """What was typed as the fields of the citizen's form, so that both are checked by the same rule.

    >>> from survey_app.questionnaire import load_questionnaire
    >>> typed_fields(load_questionnaire("desk"), {"overall": "4", "on_time": "0"}, ())
    [('overall', '4'), ('on_time', 'na')]
    """
    return [
        (question.code, value)
        for question in questionnaire.questions
        if question.code in typed
        for value in _values(question, typed[question.code].strip(), served_fields)
    ]


def _values(question: Question, text: str, served_fields: Sequence[str]) -> list[str]:
    if question.kind in {"number", "text"} or not text:
        return [text]
    if text == "0":
        return [NOT_APPLICABLE if question.not_applicable else ""]
    if question.kind in RATINGS:
        return [text]
    codes = {"yes_no": (YES, NO), "field": served_fields}.get(
        question.kind, [choice.code for choice in question.choices]
    )
    return [_chosen(number, codes) for number in _numbers(question, text, most=len(codes))]


def _numbers(question: Question, text: str, *, most: int) -> list[str]:
    if question.kind != "choices":
        return [text]
    together = most <= MOST_ONE_KEY and text.isdecimal()
    return list(dict.fromkeys(text if together else _APART.split(text)))


def _chosen(number: str, codes: Sequence[str]) -> str:
    """The code of the choice with this number; what stands for none is a code that no questionnaire has."""
    place = typed_number(number)
    return codes[place - 1] if place and place <= len(codes) else f"? {number}"


def keys_of(question: Question, answer: object, served_fields: Sequence[str]) -> str:
    """The keys that stand for an answer that was kept: what the typist pressed."""
    if answer is None:
        return ""
    if question.kind == "yes_no":
        return "1" if answer == int(YES) else "2"
    if question.kind in {"choice", "choices", "field"}:
        codes = list(served_fields) if question.kind == "field" else [choice.code for choice in question.choices]
        numbers = [str(codes.index(code) + 1) for code in (answer if isinstance(answer, list) else [answer])]
        return " ".join(numbers)
    return str(answer).replace(".", ",")
