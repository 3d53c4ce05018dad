"""How a questionnaire differs from the one asked until now, question by question, as its readers would see it."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from survey_app.condition import Condition
from survey_app.questionnaire import Question, Questionnaire
from survey_app.questionnaire_keys import RATINGS
from survey_app.shown_question import say_condition
from survey_app.wording import LANGUAGE_NAMES, Translate

Kind = Literal["new", "altered", "dropped"]
_QUESTION = (
    *("text", "hint", "section", "kind", "scale", "choices", "required", "not_applicable", "show_if"),
    *("least", "most", "decimals", "unit", "longest", "criterion", "report"),
)
"""What of a question is compared, in the order in which it is told; which one stands first, the form says."""
_FORM = ("name", "languages", "scale", "not_applicable", "edition", "source")


@dataclass(frozen=True, slots=True)
class Part:
    """One part that is otherwise. what: its field, or `position`; language: that its words are in, "" where it has none; old,
    new: as people read them, "" for nothing.
    """

    what: str
    language: str
    old: str
    new: str

    def label(self, _: Translate) -> str:
        """What it is in words, with its language."""
        words = part_words(_)[self.what]
        return f"{words} ({LANGUAGE_NAMES.get(self.language, self.language)})" if self.language else words


@dataclass(frozen=True, slots=True)
class Difference:
    """A question, or the form itself (code ""), that is new, other than before, or no longer asked. name: its wording in the
    form's first language, as it was asked until now if it was.
    """

    kind: Kind
    code: str
    name: str
    parts: tuple[Part, ...] = ()


def compare_questionnaires(new: Questionnaire, before: Questionnaire | None, _: Translate) -> tuple[Difference, ...]:
    """What would be asked otherwise: the form itself, then its questions in order, then those that are dropped.

    Args:
        new: what would be asked from now on.
        before: what is asked until then; None where nothing is, and then every question is new.
        _: gives yes, no and the ways of answering in the reader's language; texts of the form stay as they are written.
    """
    old = before or Questionnaire(new.code, "", (), (), "")
    moved, asked = _moved(new, old), {question.code: question for question in old.questions}
    name = _first(old.name) or _first(new.name) or new.code
    form = (*_parts(_FORM, new, old, (new, old), _), *(_main(new, before) if before else ()))
    found = [Difference("altered", "", name, form) if before else _new("", name, form)]
    for question in new.questions:
        were, place = asked.pop(question.code, None), moved.get(question.code)
        found.append(_of_question(question, were, (new, old), place, _))
    found += [Difference("dropped", question.code, _first(question.text)) for question in asked.values()]
    return tuple(each for each in found if each.parts or each.kind != "altered")


def _of_question(
    question: Question,
    asked: Question | None,
    forms: tuple[Questionnaire, Questionnaire],
    place: Part | None,
    _: Translate,
) -> Difference:
    if asked is None:
        way = Part("kind", "", "", kind_words(_)[question.kind])
        nothing = Question(question.code, question.kind, {})
        return _new(question.code, _first(question.text), (way, *_parts(_QUESTION, question, nothing, forms, _)))
    parts = (*_parts(_QUESTION, question, asked, forms, _), *((place,) if place else ()))
    return Difference("altered", question.code, _first(asked.text), parts)


def _new(code: str, name: str, parts: Iterable[Part]) -> Difference:
    """What is new, its name said once."""
    return Difference("new", code, name, tuple(part for part in parts if part.new != name))


def _moved(new: Questionnaire, old: Questionnaire) -> dict[str, Part]:
    """Question → its old and new number, of the fewest that must move to turn one order into the other."""
    before = {question.code: number for number, question in enumerate(old.questions, 1)}
    places = {question.code: number for number, question in enumerate(new.questions, 1) if question.code in before}
    stayed = _longest_rising([before[code] for code in places])
    return {
        code: Part("position", "", str(before[code]), str(place))
        for code, place in places.items()
        if before[code] not in stayed
    }


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The most of these numbers, each there once, that stand in rising order.

    >>> sorted(_longest_rising([2, 3, 1, 4]))
    [2, 3, 4]
    """
    ends: list[int] = []
    before: dict[int, int] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        if at:
            before[number] = ends[at - 1]
        ends[at : at + 1] = [number]
    rising = ends[-1:]
    while rising and rising[-1] in before:
        rising.append(before[rising[-1]])
    return set(rising)


def _parts(
    fields: Sequence[str], new: Any, old: Any, forms: tuple[Questionnaire, Questionnaire], _: Translate
) -> Iterator[Part]:
    for field in fields:
        come, were = getattr(new, field), getattr(old, field)
        if come == were or (isinstance(new, Question) and field == "scale" and _shared(come, were, forms)):
            continue
        said, before = _said(field, come, forms[0], _), _said(field, were, forms[1], _)
        for language in dict.fromkeys((*before, *said)):
            if before.get(language, "") != said.get(language, ""):
                yield Part(field, language, before.get(language, ""), said.get(language, ""))


def _main(new: Questionnaire, old: Questionnaire) -> Iterator[Part]:
    """That another question stands first, which may be said nowhere: it is also the first required rating."""
    come, were = new.main, old.main
    if (come and come.code) != (were and were.code):
        yield Part("main", "", _first(were.text) if were else "", _first(come.text) if come else "")


def _shared(come: object, were: object, forms: tuple[Questionnaire, Questionnaire]) -> bool:
    """Whether a question's scale is its form's, and was if it was asked: told once, of the form."""
    return come == forms[0].scale and were in ({}, forms[1].scale)


def _said(field: str, value: Any, form: Questionnaire, _: Translate) -> dict[str, str]:
    """A value as people read it, by language; under "" where it is in none."""
    if field == "choices":
        said = {code: [f"{each.text[code]} ({each.code})" for each in value] for code in form.languages}
        return {code: " · ".join(words) for code, words in said.items()}
    if isinstance(value, Mapping):
        return {code: words if isinstance(words, str) else " · ".join(words) for code, words in value.items()}
    return {"": _plain(field, value, form, _)}


def _plain(field: str, value: Any, form: Questionnaire, _: Translate) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, int | float):
        return f"{value:.12g}"
    if isinstance(value, Condition):
        return say_condition(value, form, form.languages[0])
    if field == "languages":
        return ", ".join(LANGUAGE_NAMES.get(code, code) for code in value)
    return str(kind_words(_)[value] if field == "kind" else value or "")


def _first(texts: Mapping[str, str]) -> str:
    return next(iter(texts.values()), "")


def part_words(_: Translate) -> dict[str, str]:
    """What of a question or form differs, in words."""
    return {
        "text": _("lời câu hỏi"),
        "hint": _("lời nhắc"),
        "section": _("đề mục"),
        "kind": _("cách trả lời"),
        "scale": _("thang mức"),
        "choices": _("lựa chọn"),
        "required": _("bắt buộc"),
        "not_applicable": _("«không áp dụng»"),
        "show_if": _("khi nào hỏi"),
        "least": _("nhỏ nhất"),
        "most": _("lớn nhất"),
        "decimals": _("chữ số sau dấu phẩy"),
        "unit": _("đơn vị tính"),
        "longest": _("nhiều nhất bao nhiêu ký tự"),
        "criterion": _("tiêu chí"),
        "report": _("báo nhũng nhiễu"),
        "position": _("vị trí"),
        "name": _("tên phiếu"),
        "languages": _("ngôn ngữ"),
        "main": _("câu đứng đầu"),
        "edition": _("bộ chỉ số"),
        "source": _("nguồn"),
    }


def kind_words(_: Translate) -> dict[str, str]:
    """How a question is answered, in words."""
    return dict.fromkeys(RATINGS, _("chọn một mức")) | {
        "faces": _("chọn một trong năm khuôn mặt"),
        "choice": _("chọn một"),
        "choices": _("chọn một hay nhiều"),
        "yes_no": _("có hoặc không"),
        "number": _("một số"),
        "text": _("viết bằng lời"),
        "field": _("lĩnh vực mà quầy nhận"),
    }
