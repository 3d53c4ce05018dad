"""A questionnaire as the rows of the three sheets: heading → text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survey_app.questionnaire import Question, Questionnaire
from survey_app.questionnaire_keys import NOT_APPLICABLE, RATINGS
from survey_app.xlsform.columns import OWN
from survey_app.xlsform.constraint import write_constraint
from survey_app.xlsform.languages import language_name
from survey_app.xlsform.relevance import write_relevance
from survey_app.xlsform.yes_no import NO, YES, words

Written = dict[str, str]
"""A row: heading → text; what is empty is an empty cell."""
Choices = tuple[tuple[str, Mapping[str, str]], ...]
"""Code and text by language of each choice of a list."""
SCALE = "scale"


@dataclass(slots=True)
class Lists:
    """The lists as they are named; two questions with the same choices share one."""

    taken: set[str]
    names: dict[str, Choices] = field(default_factory=dict)

    def name(self, wanted: str, choices: Choices) -> str:
        """The name of the list of these choices: one that has them, else a new one, `wanted` if it is free."""
        for name, listed in self.names.items():
            if listed == choices:
                return name
        name, number = wanted, 1
        while name in self.names or (name in self.taken and name != wanted):
            number += 1
            name = f"{wanted}_{number}"
        self.names[name] = choices
        return name


def write_rows(form: Questionnaire) -> dict[str, list[Written]]:
    """The rows of survey, choices and settings."""
    lists = Lists({question.code for question in form.questions})
    scale = lists.name(SCALE, _points(form.scale)) if form.scale else ""
    survey = [row for question in _parts(form) for row in _survey_rows(question, form, lists)]
    if any(question.section for question in form.questions):
        survey.append({"type": "end_group"})
    choices = [
        {"list_name": name, "name": code} | _by_language("label", texts)
        for name, listed in lists.names.items()
        for code, texts in listed
    ]
    return {"survey": survey, "choices": choices, "settings": [_settings(form, scale)]}


def _parts(form: Questionnaire) -> Iterator[tuple[Question, bool, bool]]:
    """Each question, whether a part begins with it, and whether one ends before it."""
    inside = False
    for question in form.questions:
        begins = bool(question.section)
        yield question, begins, begins and inside
        inside = inside or begins


def _survey_rows(part: tuple[Question, bool, bool], form: Questionnaire, lists: Lists) -> Iterator[Written]:
    question, begins, ends = part
    if ends:
        yield {"type": "end_group"}
    if begins:
        name = _free(f"part_{question.code}", lists.taken)
        yield {"type": "begin_group", "name": name} | _by_language("label", question.section)
    row = {"type": _type(question, form, lists), "name": question.code, "required": "yes" if question.required else ""}
    row |= _by_language("label", question.text) | _by_language("hint", question.hint)
    if question.show_if is not None:
        asked = form.question(question.show_if.question)
        row["relevant"] = write_relevance(question.show_if, asked or question)
    own = {
        "kind": question.kind,
        "main": "yes" if question.main else "",
        "report": "yes" if question.report else "",
        "criterion": question.criterion or "",
        "decimals": str(question.decimals) if question.decimals else "",
    }
    row["constraint"] = write_constraint(question)
    yield row | {f"{OWN}::{key}": text for key, text in own.items()} | _by_language(f"{OWN}::unit", question.unit)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _type(question: Question, form: Questionnaire, lists: Lists) -> str:
    if question.kind == "number":
        return "decimal" if question.decimals else "integer"
    if question.kind in {"text", "field"}:
        return "text"
    choices, name = _choices(question), question.code
    if question.kind == "yes_no":
        choices = tuple(
            (code, {language: words(language)[i] for language in form.languages}) for i, code in enumerate((YES, NO))
        )
        name = "yes_no"
    if question.not_applicable:
        choices += ((NOT_APPLICABLE, form.not_applicable),)
        name = f"{SCALE}_{NOT_APPLICABLE}" if question.scale and question.scale == form.scale else name
    return f"{'select_multiple' if question.kind == 'choices' else 'select_one'} {lists.name(name, choices)}"


def _choices(question: Question) -> Choices:
    if question.kind in RATINGS:
        return _points(question.scale)
    return tuple((choice.code, choice.text) for choice in question.choices)


def _points(scale: Mapping[str, tuple[str, ...]]) -> Choices:
    length = len(next(iter(scale.values()), ()))
    return tuple(
        (str(point + 1), {language: points[point] for language, points in scale.items()}) for point in range(length)
    )


def _settings(form: Questionnaire, scale: str) -> Written:
    first = form.languages[0]
    return (
        {
            "form_title": form.name.get(first, ""),
            "form_id": form.code,
            "version": form.version,
            "default_language": language_name(first),
        }
        | _by_language(f"{OWN}::name", form.name)
        | _by_language(f"{OWN}::not_applicable", form.not_applicable)
        | {f"{OWN}::scale": scale, f"{OWN}::edition": form.edition or "", f"{OWN}::source": form.source}
    )


def _by_language(name: str, texts: Mapping[str, str]) -> Written:
    return {f"{name}::{language_name(language)}": text for language, text in texts.items()}
