"""A workbook → the questionnaire that it says, with all that was left out; or everything that is refused, at once."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from survey_app.questionnaire import Questionnaire, QuestionnaireFaults, make_questionnaire, parse_questionnaire
from survey_app.questionnaire_document import write_questionnaire
from survey_app.xlsform.archive import Unreadable
from survey_app.xlsform.choice_lists import ChoiceList, read_choice_lists
from survey_app.xlsform.columns import OWN, Columns, read_columns
from survey_app.xlsform.draft import Draft
from survey_app.xlsform.misfits import Misfit, Place, WorkbookFaults
from survey_app.xlsform.settings_sheet import first_language, read_settings_sheet, unused_lists
from survey_app.xlsform.sheet import Sheet, Workbook
from survey_app.xlsform.survey_sheet import Survey, read_survey
from survey_app.xlsform.texts import MARKS_SHOWN
from survey_app.xlsform.workbook import read_workbook

HEADINGS = {"survey": ("type", "name", "label"), "choices": ("list_name", "name", "label")}


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """A questionnaire, and what its workbook says beside it: left out, or taken in a way that somebody must know."""

    questionnaire: Questionnaire
    left_out: tuple[Misfit, ...]


def read_xlsform(data: bytes, *, file: str) -> ReadWorkbook:
    """The questionnaire in an XLSForm workbook (.xlsx, .xlsm).

    Args:
        data: the file's bytes, whatever they are: a bound is put on everything that is unpacked.
        file: its name, for faults, and for the form's code where the workbook says none.

    Raises:
        WorkbookFaults: all that is refused because leaving it out would change what is asked or what an answer means,
            each with sheet, row, column, what stands there and what was expected; and all that would be left out.
    """
    name = PurePath(file).name
    try:
        workbook = read_workbook(data)
    except Unreadable as error:
        raise WorkbookFaults(name, [error.misfit]) from error
    draft, misfits = _read_sheets(workbook, name)
    made = None
    if draft is not None:
        made, found = _made(draft, name)
        misfits += found
    if made is None or any(misfit.refused for misfit in misfits):
        raise WorkbookFaults(name, _in_order(misfits))
    return ReadWorkbook(made, tuple(_in_order(misfits)))


def _in_order(misfits: list[Misfit]) -> list[Misfit]:
    """Each misfit once, by sheet and row."""
    sheets = ["", "settings", "choices", "survey"]

    def order(misfit: Misfit) -> tuple[int, int]:
        name = misfit.place.sheet.lower()
        return -sheets.index(name) if name in sheets else 1, misfit.place.row

    return sorted(dict.fromkeys(misfits), key=order)


def _read_sheets(workbook: Workbook, file: str) -> tuple[Draft | None, list[Misfit]]:
    """The keys of the whole form; None where the sheets have not the headings to read any by."""
    misfits = list(workbook.misfits)
    language, found = first_language(workbook.sheet("settings"))
    misfits += found
    columns: dict[str, Columns] = {}
    for kind in ("survey", "choices", "settings"):
        columns[kind], found = read_columns(workbook.sheet(kind), kind, first_language=language)
        misfits += found
    missing = _missing_headings(workbook, columns)
    if missing:
        return None, misfits + missing
    survey_sheet, settings = workbook.sheet("survey"), workbook.sheet("settings")
    languages = sorted(columns["survey"].languages("label"), key=lambda each: each != language)
    misfits += _language_taken(survey_sheet, settings, language)
    lists, found = read_choice_lists(workbook.sheet("choices"), columns["choices"], languages)
    misfits += found
    survey = read_survey(survey_sheet, columns["survey"], languages, lists)
    misfits += survey.misfits
    draft, found = read_settings_sheet(settings, columns["settings"], file=file, languages=languages, lists=lists)
    misfits += found
    scale = columns["settings"].text(settings.rows[0], f"{OWN}::scale") if settings.rows else ""
    misfits += unused_lists(lists, survey.used | {scale})
    misfits += _share(draft, survey, lists, says_scale=columns["settings"].has(f"{OWN}::scale"))
    misfits += _references(survey)
    if columns["settings"].has(f"{OWN}::scale"):
        misfits = [misfit for misfit in misfits if misfit.expected != MARKS_SHOWN]
    draft.keys["question"] = [question.keys for question in survey.questions]
    draft.places["languages"] = draft.places["question"] = Place(survey_sheet.name, 1, "type")
    for i, question in enumerate(survey.questions):
        draft.nest(f"question[{i}]", question)
    return draft, misfits


def _missing_headings(workbook: Workbook, columns: dict[str, Columns]) -> list[Misfit]:
    if "survey" not in workbook.sheets:
        return [Misfit(Place(), "", "a sheet named survey, with a row for each question")]
    misfits = []
    for kind, names in HEADINGS.items():
        sheet = workbook.sheet(kind)
        missing = [name for name in names if not columns[kind].has(name)]
        if missing and (sheet.rows or kind == "survey"):
            found, wanted = ", ".join(sheet.headings), " and ".join(missing)
            misfits.append(Misfit(Place(sheet.name, 1), found, f"a heading {wanted}, spelled so in any language"))
    return misfits


def _language_taken(survey: Sheet, settings: Sheet, language: str) -> list[Misfit]:
    """That texts without a language are taken for Vietnamese, where nothing says so."""
    if any(row.get("default_language") for row in settings.rows):
        return []
    return [
        Misfit(survey.heading_place(heading), heading, f"no language is said; taken for {language}", refused=False)
        for heading in survey.headings
        if heading.lower() in {"label", "caption"}
    ]


def _share(draft: Draft, survey: Survey, lists: dict[str, ChoiceList], *, says_scale: bool) -> list[Misfit]:
    """What the whole form shares: the words of «không áp dụng», and the scale where all ratings have one."""
    misfits = []
    for name, each in lists.items():
        choice = each.not_applicable
        if choice is None or name not in survey.used:
            continue
        words = draft.keys.setdefault("not_applicable", dict(choice.texts))
        misfits += [
            Misfit(choice.text_places[language], text, f"one wording of it in the whole form: {words.get(language)!r}")
            for language, text in choice.texts.items()
            if words.get(language, text) != text
        ]
    scales = [question.keys["scale"] for question in survey.questions if "scale" in question.keys]
    if scales and not says_scale and all(scale == scales[0] for scale in scales):
        draft.keys["scale"] = scales[0]
    return misfits


def _references(survey: Survey) -> list[Misfit]:
    """Conditions on rows that are themselves refused or left out: told here, and not again as an unknown code."""
    misfits = []
    for question in survey.questions:
        said: dict[str, Any] = question.keys.get("show_if", {})
        if said.get("question") in survey.refused:
            misfits.append(
                Misfit(question.places["show_if"], said["question"], "a question that is asked here; that row is not")
            )
            del question.keys["show_if"]
    return misfits


def _made(draft: Draft, file: str) -> tuple[Questionnaire | None, list[Misfit]]:
    """The questionnaire of all keys, kept as the TOML text that says the same."""
    try:
        made = make_questionnaire(draft.keys, file=file)
    except QuestionnaireFaults as error:
        return None, [draft.misfit(fault) for fault in error.faults]
    return parse_questionnaire(write_questionnaire(made), file=file), []
