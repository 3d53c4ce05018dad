"""A questionnaire → an XLSForm workbook, which pyxform takes, and which comes back as the same questionnaire."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import xlsxwriter

from survey_app.questionnaire import Questionnaire
from survey_app.xlsform.columns import OWN
from survey_app.xlsform.languages import language_name
from survey_app.xlsform.letters import unfit_letter
from survey_app.xlsform.texts import ANSWER_PUT_IN
from survey_app.xlsform.written_rows import Written, write_rows

LONGEST_CELL = 32_767
"""Letters that Excel keeps in a cell; its format counts in UTF-16."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = {"label": 48, "hint": 32, "type": 24, "relevant": 32, "constraint": 28}
_RULES = ("required", "relevant", "constraint")
_SETTINGS = ("form_title", "form_id", "version", "default_language")
_OWN_SETTINGS = tuple(f"{OWN}::{name}" for name in ("scale", "edition", "source"))
_OWN_COLUMNS = tuple(f"{OWN}::{name}" for name in ("kind", "main", "report", "criterion", "decimals"))
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""What every workbook says, so that the same questionnaire is the same file."""
RESERVED = "meta"
"""The one code that XLSForm keeps for itself."""


class Unwritable(ValueError):
    """The questionnaire says something that no XLSForm workbook can hold."""


Guide = tuple[str, Sequence[tuple[str, str]]]
"""A sheet of words for whoever fills the workbook in: its name, which begins with `_`, and its rows, the first its headings."""


def write_xlsform(questionnaire: Questionnaire, *, guide: Guide | None = None) -> bytes:
    """The questionnaire as an .xlsx workbook with the sheets survey, choices and settings.

    Every cell is a text: none is a formula, and one that begins like a formula is marked as text (quote prefix), so
    that a spreadsheet program leaves it one when it is edited; its value stays as it is.

    Raises:
        Unwritable: a text holds `${`, an invisible letter, or too many letters for a cell; or a question is called meta.
    """
    if questionnaire.question(RESERVED) is not None:
        raise Unwritable(f"question {RESERVED!r}: XLSForm keeps this name for itself; call it otherwise.")
    written = io.BytesIO()
    workbook = xlsxwriter.Workbook(written, {"in_memory": True})
    workbook.set_properties({"title": questionnaire.code, "created": CREATED})
    styles = {
        "heading": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "guarded": workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "quote_prefix": True}),
    }
    rows = write_rows(questionnaire)
    if guide is not None:
        (place, what), *lines = guide[1]
        first = workbook.add_worksheet(guide[0])
        _write_sheet(first, (place, what), [{place: left, what: right} for left, right in lines], styles)
        first.set_column(1, 1, 110, styles["text"])
    for sheet, lines in rows.items():
        _write_sheet(workbook.add_worksheet(sheet), _headings(sheet, lines, questionnaire), lines, styles)
    workbook.close()
    return written.getvalue()


def _headings(sheet: str, rows: Sequence[Written], form: Questionnaire) -> list[str]:
    """The sheet's columns in XLSForm's usual order, ours behind them, none that is empty but those it cannot do without."""
    names = [language_name(language) for language in form.languages]

    def in_each(name: str) -> tuple[str, ...]:
        return tuple(f"{name}::{language}" for language in names)

    order: dict[str, tuple[str, ...]] = {
        "survey": (
            "type",
            "name",
            *in_each("label"),
            *in_each("hint"),
            *_RULES,
            *_OWN_COLUMNS,
            *in_each(f"{OWN}::unit"),
        ),
        "choices": ("list_name", "name", *in_each("label")),
        "settings": (*_SETTINGS, *in_each(f"{OWN}::name"), *in_each(f"{OWN}::not_applicable"), *_OWN_SETTINGS),
    }
    always = {"type", "list_name", "name", "form_id", f"{OWN}::kind", f"{OWN}::scale", *in_each("label")}
    return [heading for heading in order[sheet] if heading in always or any(row.get(heading) for row in rows)]


def _write_sheet(
    sheet: "xlsxwriter.worksheet.Worksheet",
    headings: Sequence[str],
    rows: Sequence[Written],
    styles: dict[str, "xlsxwriter.format.Format"],
) -> None:
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, WIDTHS.get(heading.partition("::")[0], 18), styles["text"])
        sheet.write_string(0, column, heading, styles["heading"])
    for number, row in enumerate(rows, 1):
        for column, heading in enumerate(headings):
            if text := row.get(heading, ""):
                if not sheet.get_name().startswith("_"):  # such a sheet is read by nobody's converter
                    _refuse_unwritable(text, f"sheet {sheet.get_name()!r}, row {number + 1}, column {heading!r}")
                sheet.write_string(
                    number, column, text, styles["guarded" if text.startswith(FORMULA_STARTS) else "text"]
                )
    sheet.freeze_panes(1, 0)


def _refuse_unwritable(text: str, place: str) -> None:
    unfit = unfit_letter(text)
    if unfit is not None:
        raise Unwritable(f"{place}: {text!r} holds the invisible letter U+{ord(unfit):04X}; take it out.")
    if ANSWER_PUT_IN in text and "relevant" not in place:
        raise Unwritable(f"{place}: {text!r} holds {ANSWER_PUT_IN}, which XLSForm takes for an answer to put in.")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
        raise Unwritable(f"{place}: {len(text):,} letters; a cell holds {LONGEST_CELL:,}.")
