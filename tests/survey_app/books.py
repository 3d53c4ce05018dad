"""Workbooks as somebody else would make them: sheets of rows, the headings first."""

import io
import zipfile
from datetime import UTC, datetime

import xlsxwriter

SURVEY = [
    ["type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "required"],
    ["select_one mức", "overall", "Ông/bà có hài lòng không?", "Were you satisfied?", "yes"],
    ["select_multiple reasons", "reasons", "Điều gì chưa tốt?", "What was not good?", ""],
    ["text", "more", "Ông/bà muốn nói thêm điều gì?", "Anything to add?", ""],
]
CHOICES = [
    ["list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)"],
    ["mức", 1, "Kém", "Poor"],
    ["mức", 2, "Được", "Fair"],
    ["mức", 3, "Tốt", "Good"],
    ["reasons", "slow", "Chậm", "Slow"],
    ["reasons", "rude", "Thái độ", "Rude"],
]
SETTINGS = [["form_title", "form_id", "default_language"], ["Phiếu thử", "trial", "Tiếng Việt (vi)"]]


def book(survey=SURVEY, choices=CHOICES, settings=SETTINGS, *, change=None, **others):
    """A workbook of these sheets; `change(workbook)` does to it what rows cannot say."""
    written = io.BytesIO()
    workbook = xlsxwriter.Workbook(written, {"in_memory": True})
    workbook.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **others}.items():
        if rows is not None:
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    if change is not None:
        change(workbook)
    workbook.close()
    return written.getvalue()


def column(heading, *values, sheet=SURVEY):
    """The rows with one more column; what is not given is blank."""
    cells = [heading, *values, *[""] * (len(sheet) - 1 - len(values))]
    return [[*row, cell] for row, cell in zip(sheet, cells, strict=True)]


def repacked(data, **parts):
    """The same workbook with parts of its archive put in place or added; None takes one out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        contents = {name: old.read(name) for name in old.namelist()} | parts
        for name, content in contents.items():
            if content is not None:
                new.writestr(name, content)
    return made.getvalue()
