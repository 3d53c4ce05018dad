"""The sheet `survey`: its rows in order → the questions, each with the heading of the part that it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.xlsform.choice_lists import ChoiceList
from survey_app.xlsform.columns import Columns
from survey_app.xlsform.draft import Draft
from survey_app.xlsform.look import list_looks
from survey_app.xlsform.misfits import Misfit, Place
from survey_app.xlsform.question_row import Around, read_condition, read_flag, read_question
from survey_app.xlsform.question_type import QuestionType, read_type
from survey_app.xlsform.sheet import Row, Sheet
from survey_app.xlsform.texts import read_texts


@dataclass(slots=True)
class Group:
    """A group: where it begins, and its heading by language, empty if it has none."""

    row: Row
    heading: Mapping[str, str]
    places: Mapping[str, Place]


@dataclass(slots=True)
class Survey:
    """What was read so far.

    Args:
        questions: their keys, in order.
        refused: codes of the rows that ask what we do not: a condition on one is not told a second time.
        used: names of the lists that some question takes.
        groups: those that are open, the outermost first.
        waiting: the one whose heading has no question yet.
        under: the one whose heading stands above the last question.
    """

    columns: Columns
    languages: Sequence[str]
    lists: Mapping[str, ChoiceList]
    questions: list[Draft] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    groups: list[Group] = field(default_factory=list)
    waiting: Group | None = None
    under: Group | None = None


def read_survey(sheet: Sheet, columns: Columns, languages: Sequence[str], lists: Mapping[str, ChoiceList]) -> Survey:
    """The questions of the sheet, and what does not fit in any of its rows."""
    survey = Survey(columns, languages, lists)
    for row in sheet.rows:
        _read_row(survey, row)
    survey.misfits += [_type_cell(survey, group.row, "an end_group for it") for group in survey.groups]
    return survey


def _type_cell(survey: Survey, row: Row, expected: str, *, refused: bool = True) -> Misfit:
    heading = survey.columns.heading("type")
    return Misfit(row.place(heading), row.text(heading), expected, refused)


def _read_row(survey: Survey, row: Row) -> None:
    columns = survey.columns
    if read_flag(columns.text(row, "disabled")):
        survey.misfits.append(_type_cell(survey, row, "the row is disabled", refused=False))
        return
    if not columns.text(row, "type"):
        survey.misfits.append(row.missing(columns.heading("type"), "a type for the row"))
        return
    said = read_type(columns.text(row, "type"))
    if said.left_out or said.refused:
        survey.misfits.append(_type_cell(survey, row, said.left_out or said.refused, refused=bool(said.refused)))
    if said.shape is None:
        survey.refused.add(columns.text(row, "name"))
        if said.refused:
            survey.misfits += read_condition(Draft(), row, _around(survey))
    elif said.shape == "begin_group":
        _begin_group(survey, row)
    elif said.shape == "end_group":
        _end_group(survey, row)
    else:
        _ask(survey, row, said)


def _begin_group(survey: Survey, row: Row) -> None:
    columns, misfits = survey.columns, survey.misfits
    heading, found = read_texts(row, columns, "label", survey.languages)
    misfits += found
    misfits += list_looks(row, columns)
    if cell := row.get(columns.heading("relevant")):
        misfits.append(cell.refused("a condition on each question of the group, not on the group"))
    hints, found = read_texts(row, columns, "hint", survey.languages)
    misfits += found
    misfits += [
        row.cells[columns.heading("hint", language)].refused("no hint of a group: put it into its heading")
        for language in hints
    ]
    places = {language: row.place(columns.heading("label", language)) for language in survey.languages}
    group = Group(row, heading, places)
    survey.groups.append(group)
    if heading:
        if survey.waiting is not None:
            misfits.append(_type_cell(survey, row, "one heading above a question, not two"))
        survey.waiting = group


def _end_group(survey: Survey, row: Row) -> None:
    if not survey.groups:
        survey.misfits.append(_type_cell(survey, row, "a begin_group before it"))
        return
    group = survey.groups.pop()
    if survey.waiting is group:
        survey.misfits.append(_type_cell(survey, group.row, "no question stands below its heading", refused=False))
        survey.waiting = None


def _around(survey: Survey) -> Around:
    asked = {draft.keys["code"]: draft.keys for draft in survey.questions}
    return Around(survey.columns, survey.languages, survey.lists, asked)


def _ask(survey: Survey, row: Row, said: QuestionType) -> None:
    draft, misfits = read_question(row, said, _around(survey))
    survey.used.add(said.choice_list)
    survey.misfits += misfits
    inside = next((group for group in reversed(survey.groups) if group.heading), None)
    if survey.waiting is not None:
        draft.say_texts("section", survey.waiting.heading, survey.waiting.places)
    elif inside is not survey.under and survey.under is not None:
        heading = next(iter(survey.under.heading.values()))
        why = f"it stands below the heading {heading!r} like those before it: a part ends where the next begins"
        survey.misfits.append(_type_cell(survey, row, why, refused=False))
    survey.waiting, survey.under = None, inside
    survey.questions.append(draft)
