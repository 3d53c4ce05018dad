"""A questionnaire written as its TOML text: what another format was read into can be kept, hashed and read again."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.condition import Condition
from survey_app.questionnaire import Question, Questionnaire
from survey_app.questionnaire_keys import RATINGS

_DELETE = "\x7f"


def write_questionnaire(questionnaire: Questionnaire) -> str:
    """The TOML text that `parse_questionnaire` reads as the same questions; `document` and `version` are not looked at."""
    lines = [*_form_lines(questionnaire)]
    for question in questionnaire.questions:
        lines += ["", "[[question]]", *_question_lines(question, questionnaire)]
    return "\n".join(lines) + "\n"


def _form_lines(form: Questionnaire) -> Iterator[str]:
    yield f"code = {_value(form.code)}"
    yield from _by_language("name", form.name)
    yield f"languages = {_value(form.languages)}"
    yield from _by_language("scale", form.scale)
    yield from _by_language("not_applicable", form.not_applicable)
    if form.edition is not None:
        yield f"edition = {_value(form.edition)}"
    yield f"source = {_value(form.source)}"


def _question_lines(question: Question, form: Questionnaire) -> Iterator[str]:
    yield f"code = {_value(question.code)}"
    yield f"kind = {_value(question.kind)}"
    for flag in ("required", "main", "report"):
        if getattr(question, flag):
            yield f"{flag} = true"
    rated = question.kind in RATINGS
    if question.not_applicable != (rated and not question.required):
        yield f"not_applicable = {_value(question.not_applicable)}"
    yield from _by_language("section", question.section)
    yield from _by_language("text", question.text)
    yield from _by_language("hint", question.hint)
    if question.scale != form.scale:
        yield from _by_language("scale", question.scale)
    for key, nothing in (("criterion", None), ("least", None), ("most", None), ("decimals", 0), ("longest", 0)):
        if getattr(question, key) != nothing:
            yield f"{key} = {_value(getattr(question, key))}"
    yield from _by_language("unit", question.unit)
    if question.show_if is not None:
        yield f"show_if = {_table(_condition(question.show_if))}"
    if question.choices:
        yield "choice = ["
        yield from (f"  {_table({'code': choice.code, 'text': choice.text})}," for choice in question.choices)
        yield "]"


def _condition(condition: Condition) -> Mapping[str, Any]:
    said = {"at_least": condition.at_least, "at_most": condition.at_most}
    if condition.one_of:
        one = len(condition.one_of) == 1
        said |= {"equals": condition.one_of[0]} if one else {"one_of": condition.one_of}
    return {"question": condition.question} | {key: value for key, value in said.items() if value is not None}


def _by_language(key: str, texts: Mapping[str, object]) -> Iterator[str]:
    yield from (f"{key}.{_key(language)} = {_value(text)}" for language, text in texts.items())


def _table(values: Mapping[str, object]) -> str:
    """A table in one line."""
    pairs = (
        f"{_key(key)} = {_table(value) if isinstance(value, Mapping) else _value(value)}"
        for key, value in values.items()
    )
    return f"{{ {', '.join(pairs)} }}"


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)


def _value(value: object) -> str:
    """A text, number, truth or list; JSON writes each as TOML does, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")
