"""A question as it stands on the page in one language: its words, its answers to tap, and when it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from survey_app.answer import NO, YES
from survey_app.condition import Condition
from survey_app.questionnaire import Question, Questionnaire
from survey_app.questionnaire_keys import RATINGS
from survey_app.wording import show_decimal, translator

Layout = Literal["faces", "cells", "list", "many", "number", "text", "field"]
LONGEST_IN_A_CELL = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to tap; `face` is 1 to 5, worst to best, and 0 where none is drawn."""

    value: str
    words: str
    face: int = 0


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """What the page needs of a question.

    Args:
        question: what is asked.
        text, hint, section, unit: in the page's language; empty if there is none.
        layout: how it is answered: faces, cells in a row, a list to choose one or many of, a number, a text, a field.
        options: what may be tapped, in the order of the page.
        not_applicable: the words for it; empty where it may not be answered.
        condition: when it is asked, in words; empty is always.
        parent: code of the question that decides whether it is asked.
        wanted: the posted values of the parent with which it is asked; empty where bounds decide.
        least, most: the bounds of the parent's number.
    """

    question: Question
    text: str
    hint: str
    section: str
    unit: str
    layout: Layout
    options: tuple[Option, ...]
    not_applicable: str
    condition: str
    parent: str
    wanted: tuple[str, ...]
    least: float | None
    most: float | None

    @property
    def code(self) -> str:
        """The question's code, which is the field's name."""
        return self.question.code


def show_questions(questionnaire: Questionnaire, language: str) -> tuple[ShownQuestion, ...]:
    """All questions in their order, the main one first, in the page's language or the form's first."""
    shown_in = questionnaire.language(language)
    asked = questionnaire.questions
    shown = [
        _show(question, before, questionnaire, shown_in)
        for before, question in zip((None, *asked), asked, strict=False)
    ]
    return tuple(sorted(shown, key=lambda each: each.question is not questionnaire.main))


def _show(question: Question, before: Question | None, form: Questionnaire, language: str) -> ShownQuestion:
    condition = question.show_if
    parent = form.question(condition.question) if condition else None
    told = "" if parent is None or parent in (form.main, before) else parent.text[language]
    return ShownQuestion(
        question=question,
        text=question.text[language],
        hint=question.hint.get(language, ""),
        section=question.section.get(language, ""),
        unit=question.unit.get(language, ""),
        layout=_layout(question),
        options=_options(question, language),
        not_applicable=form.not_applicable.get(language, "") if question.not_applicable else "",
        condition=_words(condition, parent, told, language) if condition and parent else "",
        parent=parent.code if parent else "",
        wanted=_wanted(condition, parent) if condition and parent else (),
        least=condition.at_least if condition else None,
        most=condition.at_most if condition else None,
    )


def _layout(question: Question) -> Layout:
    if question.kind == "faces":
        return "faces"
    if question.kind == "rating":
        words = [word for words in question.scale.values() for word in words]
        return "cells" if max(map(len, words)) <= LONGEST_IN_A_CELL else "list"
    if question.kind == "choices":
        return "many"
    return "list" if question.kind in {"choice", "yes_no"} else question.kind


def _options(question: Question, language: str) -> tuple[Option, ...]:
    """What may be tapped: faces and words of a scale best first, as people say them; short numbers as they count."""
    _ = translator(language)
    if question.kind in RATINGS:
        faces = question.kind == "faces"
        options = [
            Option(str(point), words, point if faces else 0)
            for point, words in zip(question.points, question.scale[language], strict=True)
        ]
        return tuple(options if _layout(question) == "cells" else reversed(options))
    if question.kind == "yes_no":
        return Option(YES, _("Có")), Option(NO, _("Không"))
    return tuple(Option(choice.code, choice.text[language]) for choice in question.choices)


def _wanted(condition: Condition, parent: Question) -> tuple[str, ...]:
    """The values of the parent's field with which the condition holds; none where it is a number within bounds."""
    if parent.kind in RATINGS:
        return tuple(str(point) for point in parent.points if condition.holds(point))
    return tuple(str(int(value)) if isinstance(value, bool) else str(value) for value in condition.one_of)


def say_condition(condition: Condition, form: Questionnaire, language: str) -> str:
    """A condition in the form's words, with the question that it is on."""
    parent = form.question(condition.question)
    return _words(condition, parent, parent.text[language], language).rstrip(":") if parent else ""


def _words(condition: Condition, parent: Question, told: str, language: str) -> str:
    """The condition said to the reader; `told` is the question that it is on, where that is not plain."""
    _ = translator(language)
    answers = _answers(condition, parent, language)
    if told:
        return _("Nếu ở câu «{question}», ông/bà trả lời {answers}:").format(question=told, answers=answers)
    return _("Nếu ông/bà trả lời {answers}:").format(answers=answers)


def _answers(condition: Condition, parent: Question, language: str) -> str:
    _ = translator(language)
    wanted = _wanted(condition, parent)
    if wanted and parent.kind != "number":
        said = [option.words for option in _options(parent, language) if option.value in wanted]
        return _either([_("«{answer}»").format(answer=words) for words in said], language)
    if wanted:
        return _either([show_decimal(float(value), language) for value in wanted], language)
    least, most = (
        None if bound is None else show_decimal(bound, language) for bound in (condition.at_least, condition.at_most)
    )
    if most is None:
        return _("từ {least} trở lên").format(least=least)
    if least is None:
        return _("từ {most} trở xuống").format(most=most)
    return _("từ {least} đến {most}").format(least=least, most=most)


def _either(said: Sequence[str], language: str) -> str:
    *others, last = said
    _ = translator(language)
    return _("{others} hoặc {last}").format(others=", ".join(others), last=last) if others else last
