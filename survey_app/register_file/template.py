"""Tables to fill in, and the register as such a table: what is taken over unchanged changes nothing."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import xlsxwriter

from survey_app.register import Catalogue, Unit
from survey_app.register_file.columns import COLUMNS, DESK_KINDS, DESKS, PROCEDURES, UNITS
from survey_app.register_file.meanings import column_meanings, sheet_names
from survey_app.table_file.unreadable import inert
from survey_app.wording import Translate

MOST_LISTED = 5_000
ROWS_CHECKED = 20_000
"""Rows of a template whose cells offer a list."""


def example_rows(kind: str) -> list[list[str]]:
    """Headings and one row that shows how; whoever leaves it in the file has it passed over."""
    return [headings(kind), [column.example for column in COLUMNS[kind]]]


def register_rows(kind: str, register: Catalogue, asking: Mapping[str, str]) -> list[list[str]]:
    """Headings and everything that the register has of this kind."""
    rows = {UNITS: _units(register), DESKS: _desks(register, asking), PROCEDURES: _procedures(register)}[kind]
    return [headings(kind), *([row.get(column.name, "") for column in COLUMNS[kind]] for row in rows)]


def headings(kind: str) -> list[str]:
    """Those of the template."""
    return [column.headings[0] for column in COLUMNS[kind]]


def _units(register: Catalogue) -> Iterable[dict[str, str]]:
    replaced: dict[str, list[str]] = {}
    for link in register.successors:
        replaced.setdefault(link.new, []).append(f"{link.old}{' (một phần)' if link.part == 'partial' else ''}")
    for unit in register.units:
        yield {
            "name": unit.name, "kind": unit.kind, "official_code": unit.official_code or "", "parent": unit.parent or "",
            "replaces": "; ".join(replaced.get(unit.code, ())), "code": unit.code, "source": unit.source,
            **_period(unit.valid_from, unit.valid_to),
        }  # fmt: skip


def _desks(register: Catalogue, asking: Mapping[str, str]) -> Iterable[dict[str, str]]:
    for desk in register.desks:
        yield {
            "unit": desk.unit, "name": desk.name, "place": desk.place, "fields": "; ".join(desk.fields), "code": desk.code,
            "kind": DESK_KINDS[desk.kind][0], "questionnaire": asking.get(desk.code, "desk"), "source": desk.source,
            **_period(desk.valid_from, desk.valid_to),
        }  # fmt: skip


def _procedures(register: Catalogue) -> Iterable[dict[str, str]]:
    for one in register.procedures:
        yield {"code": one.code, "name": one.name, "field": one.field, "source": one.source}


def _period(first: date | None, end: date | None) -> dict[str, str]:
    last = end - timedelta(days=1) if end else None
    return {"valid_from": f"{first:%d/%m/%Y}" if first else "", "last_day": f"{last:%d/%m/%Y}" if last else ""}


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV that a spreadsheet opens with its letters whole."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(
    kind: str, rows: Sequence[Sequence[str]], register: Catalogue, codes: Sequence[str], _: Translate
) -> bytes:
    """Rows as a workbook of texts, with a sheet that says what each column means, and lists to choose from."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(sheet_names(_)[kind])
        sheet.set_column(0, len(COLUMNS[kind]) - 1, 24, text)
        sheet.freeze_panes(1, 0)
        for at, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write_string(at, place, cell, text if at else bold)
        add_lists(book, sheet, [column.name for column in COLUMNS[kind]], _lists(kind, register, codes))
        guide = book.add_worksheet(_("Hướng dẫn"))
        guide.set_column(0, 0, 24, wrap)
        guide.set_column(1, 1, 80, wrap)
        meanings = column_meanings(_)
        for at, column in enumerate(COLUMNS[kind]):
            needed = f" {_('Bắt buộc.')}" if column.needed else ""
            guide.write_string(at, 0, column.headings[0], wrap)
            guide.write_string(at, 1, f"{meanings[f'{kind}.{column.name}']}{needed}", wrap)
    return out.getvalue()


def _lists(kind: str, register: Catalogue, codes: Sequence[str]) -> dict[str, Sequence[str]]:
    """Our column → words to choose from."""
    chosen: dict[str, Sequence[str]] = {column.name: column.choices for column in COLUMNS[kind] if column.choices}
    if kind == DESKS:
        chosen["unit"] = [_called(unit) for unit in register.units if unit.valid_to is None]
        chosen["questionnaire"] = codes
    if kind == PROCEDURES:
        chosen["field"] = [field.names["vi"] for field in register.fields]
    return {column: words[:MOST_LISTED] for column, words in chosen.items() if words}


def _called(unit: Unit) -> str:
    """A unit in a list: its code says which, where several have a name."""
    return unit.code


def add_lists(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    columns: Sequence[str],
    lists: Mapping[str, Sequence[str]],
) -> None:
    """Offer words in cells; a hidden sheet holds them, and a word that is not among them may still be written.

    Args:
        book: whose hidden sheet has the words.
        sheet: where they are offered.
        columns: names of the sheet's columns from the left.
        lists: column → its words, none empty.
    """
    if not lists:
        return
    words = book.add_worksheet("lists")
    words.hide()
    for at, (column, listed) in enumerate(lists.items()):
        words.write_column(0, at, listed)
        source = f"=lists!${chr(ord('A') + at)}$1:${chr(ord('A') + at)}${len(listed)}"
        place = columns.index(column)
        rule = {"validate": "list", "source": source, "error_type": "information", "ignore_blank": True}
        sheet.data_validation(1, place, ROWS_CHECKED, place, rule)
