"""Rows of procedures, and the fields that they bring."""

import re
from dataclasses import replace

from survey_app.register import Procedure
from survey_app.register_file.cell import Cells
from survey_app.register_file.fault import Faults
from survey_app.register_file.field_words import FieldWords
from survey_app.register_file.file_table import FileTable
from survey_app.register_file.stated import Known, Stated

CODE = re.compile(r"[\w.][\w./-]{0,59}")
_NATIONAL, DECIMALS = re.compile(r"\d\.\d{1,6}"), 6
LONGEST_NAME = 1_000


def judge_procedures(table: FileTable, known: Known, faults: Faults, *, source: str) -> Stated:
    """Every procedure that a table states, and the fields that are new with it."""
    stated = Stated()
    fields = FieldWords(known, stated, source=source)
    kept = {one.code: one for one in known.register.procedures}
    for row in table.rows:
        cells = Cells(row, faults)
        code, name = _code(cells, stated), cells.text("name", needed=True, longest=LONGEST_NAME)
        field, said = cells.text("field", needed=True), cells.text("source", longest=LONGEST_NAME)
        if not (code and name and field):
            continue
        if code in stated.procedures:
            cells.fault("code", "twice", str(stated.rows[code]))
            continue
        told = {"name": name, "field": fields.code(field)} | ({"source": said} if said else {})
        old = kept.get(code)
        stated.procedures[code] = replace(old, **told) if old else Procedure(code=code, **{"source": source, **told})
        stated.rows[code] = row.row
    return stated


def _code(cells: Cells, stated: Stated) -> str:
    """The code; the national portal's have six decimals, of which a spreadsheet takes away the last zeros."""
    found = cells.text("code", needed=True)
    if found and not CODE.fullmatch(found):
        cells.fault("code", "code", "1.000894")
        return ""
    if _NATIONAL.fullmatch(found) and len(found) < DECIMALS + 2:
        stated.notes["decimals"] += 1
        return found.ljust(DECIMALS + 2, "0")
    return found
