"""The sheet `settings`: the form's code, name, languages and what it measures."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from survey_app.xlsform.choice_lists import ChoiceList, scale_words
from survey_app.xlsform.columns import OWN, Columns
from survey_app.xlsform.draft import Draft
from survey_app.xlsform.languages import EXPECTED, FIRST_LANGUAGE, language_code
from survey_app.xlsform.misfits import Misfit, Place
from survey_app.xlsform.sheet import Row, Sheet
from survey_app.xlsform.texts import read_texts

_OUR_VERSION = re.compile("[0-9a-f]{16}")


def first_language(sheet: Sheet) -> tuple[str, list[Misfit]]:
    """The language of texts whose heading names none, which is also the form's first: as said, else Vietnamese."""
    cell = sheet.rows[0].get("default_language") if sheet.rows else None
    code = language_code(cell.text) if cell else FIRST_LANGUAGE
    return (code, []) if code else (FIRST_LANGUAGE, [cell.refused(EXPECTED)] if cell else [])


def read_settings_sheet(
    sheet: Sheet, columns: Columns, *, file: str, languages: Sequence[str], lists: Mapping[str, ChoiceList]
) -> tuple[Draft, list[Misfit]]:
    """The form's own keys, and what does not fit in the sheet.

    Args:
        sheet: settings; it may be empty.
        columns: those of it that are read.
        file: its name is the form's code where the sheet says none.
        languages: those of the questions' labels.
        lists: the lists of choices by name, one of which may be the form's scale.
    """
    row = sheet.rows[0] if sheet.rows else Row(sheet.name, 0, {})
    draft = Draft({"languages": list(languages)})
    misfits = [
        cell.left_out("only the first row of settings is read")
        for later in sheet.rows[1:]
        for cell in later.cells.values()
    ]
    misfits += _code(draft, row, columns, file)
    misfits += _name(draft, row, columns, languages)
    version = row.get(columns.heading("version"))
    if version and not _OUR_VERSION.fullmatch(version.text):
        misfits.append(version.left_out("the version is made from the content, so that no change goes unseen"))
    source = columns.text(row, f"{OWN}::source") or f"XLSForm: {file}"
    draft.say("source", source, row.place(columns.heading(f"{OWN}::source")))
    if edition := columns.text(row, f"{OWN}::edition"):
        draft.say("edition", edition, row.place(columns.heading(f"{OWN}::edition")))
    misfits += _texts(draft, row, columns, "not_applicable", languages)
    return draft, misfits + _scale(draft, row, columns, lists)


def _code(draft: Draft, row: Row, columns: Columns, file: str) -> list[Misfit]:
    place, code = row.place(columns.heading("form_id")), columns.text(row, "form_id")
    if code:
        draft.say("code", code, place)
        return []
    code = PurePath(file).stem
    draft.say("code", code, place)
    return [Misfit(place, "", f"the form's code is taken from the file's name: {code!r}", refused=False)]


def _name(draft: Draft, row: Row, columns: Columns, languages: Sequence[str]) -> list[Misfit]:
    """The form's name by language; else its title, which XLSForm has in one language for all."""
    misfits = _texts(draft, row, columns, "name", languages)
    title = row.get(columns.heading("form_title"))
    if title and "name" not in draft.keys:
        draft.say_texts("name", dict.fromkeys(languages, title.text), dict.fromkeys(languages, title.place))
    elif title and title.text not in draft.keys["name"].values():
        misfits.append(title.left_out(f"the name is taken from {OWN}::name; change it there too"))
    return misfits


def _texts(draft: Draft, row: Row, columns: Columns, key: str, languages: Sequence[str]) -> list[Misfit]:
    texts, misfits = read_texts(row, columns, f"{OWN}::{key}", languages)
    if texts:
        places = {language: row.place(columns.heading(f"{OWN}::{key}", language)) for language in languages}
        draft.say_texts(key, texts, places)
    return misfits


def _scale(draft: Draft, row: Row, columns: Columns, lists: Mapping[str, ChoiceList]) -> list[Misfit]:
    """The form's own scale, a list that the sheet names."""
    cell = row.get(columns.heading(f"{OWN}::scale"))
    if cell is None:
        return []
    points = lists[cell.text].points if cell.text in lists else None
    if points is None:
        return [cell.refused("the name of a list whose codes are 1 to n, n from 2 to 11")]
    draft.say("scale", scale_words(lists[cell.text]), cell.place)
    return []


def unused_lists(lists: Mapping[str, ChoiceList], used: set[str]) -> list[Misfit]:
    """The lists that no question takes."""
    return [
        Misfit(
            Place(each.listed[0].place.sheet, each.listed[0].place.row),
            name,
            "no question takes this list",
            refused=False,
        )
        for name, each in lists.items()
        if name not in used
    ]
