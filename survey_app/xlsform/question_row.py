"""A row of the sheet `survey` that asks something → the keys of one question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.xlsform.choice_lists import ChoiceList, scale_words
from survey_app.xlsform.columns import OWN, Columns
from survey_app.xlsform.constraint import EXPECTED as CONSTRAINT_EXPECTED
from survey_app.xlsform.constraint import parse_constraint
from survey_app.xlsform.draft import Draft
from survey_app.xlsform.expression import NotSayable
from survey_app.xlsform.look import is_likert, list_looks
from survey_app.xlsform.misfits import Misfit
from survey_app.xlsform.question_type import QuestionType, Shape
from survey_app.xlsform.relevance import EXPECTED as RELEVANCE_EXPECTED
from survey_app.xlsform.relevance import parse_relevance, typed
from survey_app.xlsform.sheet import Row
from survey_app.xlsform.texts import read_texts
from survey_app.xlsform.yes_no import words

KINDS: Mapping[Shape, tuple[str, ...]] = {
    "one": ("rating", "faces", "choice", "yes_no"),
    "many": ("choices",),
    "text": ("text", "field"),
    "integer": ("number",),
    "decimal": ("number",),
}
"""The kinds of question that a type may be; our own column `hailong::kind` says which."""
LONGEST = 1000
MOST_DECIMALS = 2
FEWEST_TAKEN_FOR_A_SCALE = 3
"""Codes 1 and 2 rather number two kinds, such as men and women; where they are a scale, `hailong::kind` says so."""
_YES = {"yes", "true", "true()", "có", "1"}
_NO = {"no", "false", "false()", "không", "0"}


@dataclass(frozen=True, slots=True)
class Around:
    """What a row is read with: columns, languages, lists by name, and the keys of the questions before it by code."""

    columns: Columns
    languages: Sequence[str]
    lists: Mapping[str, ChoiceList]
    asked: Mapping[str, Mapping[str, Any]]


def read_question(row: Row, question_type: QuestionType, around: Around) -> tuple[Draft, list[Misfit]]:
    """The keys of a question as far as they can be read, and what does not fit in its row."""
    draft = Draft(places={"": row.place("")})
    columns = around.columns
    choice_list = around.lists.get(question_type.choice_list)
    misfits = list_looks(row, columns)
    if question_type.shape in {"one", "many"} and choice_list is None:
        known = ", ".join(around.lists) or "none"
        misfits.append(row.cells[columns.heading("type")].refused(f"a list of the sheet choices; there are: {known}"))
    kind, found = _kind(row, question_type, choice_list, columns)
    misfits += found
    draft.say("code", columns.text(row, "name"), row.place(columns.heading("name")))
    draft.say("kind", kind, row.place(columns.heading("type")))
    misfits += _texts(draft, row, around, kind)
    misfits += _flags(draft, row, columns)
    if choice_list is not None:
        misfits += _listed(draft, row, kind, choice_list, columns)
    misfits += _bounds(draft, row, kind, columns)
    misfits += _own(draft, row, kind, question_type, columns)
    return draft, misfits + read_condition(draft, row, around)


def _kind(
    row: Row, question_type: QuestionType, choice_list: ChoiceList | None, columns: Columns
) -> tuple[str, list[Misfit]]:
    """The kind that the row says, else the one that its type and list mean; what is taken for granted is said."""
    shape = question_type.shape or "text"
    said = row.get(columns.heading(f"{OWN}::kind"))
    if said:
        fits = said.text in KINDS[shape]
        return said.text if fits else KINDS[shape][0], [] if fits else [
            said.refused(f"for this type one of: {', '.join(KINDS[shape])}")
        ]
    if shape != "one" or choice_list is None:
        return ("choice" if shape == "one" else KINDS[shape][0]), []
    cell, misfits = row.cells[columns.heading("type")], []
    if choice_list.not_applicable is not None:
        misfits.append(cell.left_out(f"{choice_list.not_applicable.code!r} is taken for no answer: it does not apply"))
    if choice_list.says_yes_or_no and choice_list.has_our_words():
        return "yes_no", misfits
    likert = is_likert(row, columns)
    if choice_list.points is None or (len(choice_list.points) < FEWEST_TAKEN_FOR_A_SCALE and not likert):
        return "choice", misfits
    if not likert:
        shown = " – ".join(next(iter(scale_words(choice_list).values())))
        misfits.append(cell.left_out(f"taken for a scale, worst first: {shown}; else write choice below {OWN}::kind"))
    return "rating", misfits


def _texts(draft: Draft, row: Row, around: Around, kind: str) -> list[Misfit]:
    misfits = []
    names = {"text": "label", "hint": "hint"} | ({"unit": f"{OWN}::unit"} if kind == "number" else {})
    for key, name in names.items():
        texts, found = read_texts(row, around.columns, name, around.languages)
        misfits += found
        if texts or key == "text":
            places = {language: row.place(around.columns.heading(name, language)) for language in around.languages}
            draft.say_texts(key, texts, places)
    if kind != "number":
        unit = (row.get(around.columns.heading(f"{OWN}::unit", language)) for language in around.languages)
        misfits += [cell.refused("a unit only where a number is asked for") for cell in unit if cell]
    return misfits


def _flags(draft: Draft, row: Row, columns: Columns) -> list[Misfit]:
    misfits = []
    for key, name in (("required", "required"), ("main", f"{OWN}::main"), ("report", f"{OWN}::report")):
        cell = row.get(columns.heading(name))
        if cell and (flag := read_flag(cell.text)) is None:
            misfits.append(cell.refused("yes or no, always the same"))
        elif cell and flag:
            draft.say(key, True, cell.place)
    cell = row.get(columns.heading("read_only"))
    if cell and read_flag(cell.text) is not False:
        misfits.append(cell.refused("no: every question can be answered"))
    return misfits


def read_flag(text: str) -> bool | None:
    """Yes or no as XLSForm writes them, or None.

    >>> read_flag("TRUE()"), read_flag("no"), read_flag("${a} = 1")
    (True, False, None)
    """
    return True if text.lower() in _YES else False if text.lower() in _NO else None


def _listed(draft: Draft, row: Row, kind: str, choice_list: ChoiceList, columns: Columns) -> list[Misfit]:
    """The scale or the choices of the row's list."""
    cell = row.cells[columns.heading("type")]
    if kind != "choices":
        draft.keys["not_applicable"] = choice_list.not_applicable is not None
    if kind in {"rating", "faces"}:
        if choice_list.points is None:
            return [cell.refused(f"for {kind} a list whose codes are 1 to n, n from 2 to 11")]
        draft.say("scale", scale_words(choice_list), cell.place)
        return []
    if kind == "yes_no":
        if choice_list.says_yes_or_no and choice_list.has_our_words():
            return []
        shown = "; ".join(" and ".join(words(language)) for language in choice_list.choices[0].texts)
        return [cell.refused(f"for yes_no a list of yes and no with the words that our page has: {shown}")]
    listed = choice_list.listed if kind == "choices" else choice_list.choices
    draft.say("choice", [{"code": each.code, "text": dict(each.texts)} for each in listed], cell.place)
    for i, each in enumerate(listed):
        draft.places[f"choice[{i}].code"] = each.place
        draft.places |= {f"choice[{i}].text.{language}": place for language, place in each.text_places.items()}
    return []


def _bounds(draft: Draft, row: Row, kind: str, columns: Columns) -> list[Misfit]:
    cell = row.get(columns.heading("constraint"))
    type_cell = row.cells[columns.heading("type")]
    if cell is not None:
        whole = type_cell.text.strip().lower() != "decimal"
        try:
            for key, bound in parse_constraint(cell.text, kind, whole=whole).items():
                draft.say(key, bound, cell.place)
        except NotSayable:
            return [cell.refused(CONSTRAINT_EXPECTED.get(kind, "no constraint on such a question"))]
    if kind == "text" and "longest" not in draft.keys:
        draft.say("longest", LONGEST, row.place(columns.heading("constraint")))
        return [
            type_cell.left_out(f"at most {LONGEST} letters are taken; else say string-length(.) <= n as constraint")
        ]
    return []


def _own(draft: Draft, row: Row, kind: str, question_type: QuestionType, columns: Columns) -> list[Misfit]:
    if criterion := row.get(columns.heading(f"{OWN}::criterion")):
        draft.say("criterion", criterion.text, criterion.place)
    decimals = row.get(columns.heading(f"{OWN}::decimals"))
    if decimals:
        draft.say("decimals", int(decimals.text) if decimals.text.isdecimal() else decimals.text, decimals.place)
    elif kind == "number" and question_type.shape == "decimal":
        cell = row.cells[columns.heading("type")]
        draft.say("decimals", MOST_DECIMALS, cell.place)
        return [cell.left_out(f"at most {MOST_DECIMALS} digits after the comma are taken")]
    return []


def read_condition(draft: Draft, row: Row, around: Around) -> list[Misfit]:
    """When the question is asked."""
    cell = row.get(around.columns.heading("relevant"))
    if cell is None:
        return []
    try:
        said = parse_relevance(cell.text)
        draft.say("show_if", typed(said, around.asked.get(said["question"], {})), cell.place)
    except NotSayable:
        return [cell.refused(RELEVANCE_EXPECTED)]
    return []
