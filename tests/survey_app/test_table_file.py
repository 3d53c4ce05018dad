"""Tables made to do harm: each is refused in one line, and the server that looks at it goes on as before."""

import gc
import io
import os
import signal
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.register_file.fault import Faults
from survey_app.table_file.bounds import SMALL_TABLES
from survey_app.table_file.known_headings import recogniser
from survey_app.table_file.opening import open_table
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.wording import translator

from .books import repacked
from .dossier_files import workbook

ENGLISH = translator("en")
SHEET = "xl/worksheets/sheet1.xml"
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>Mã</t></is></c><c r="B1" t="inlineStr"><is><t>Tên</t></is></c></row>'
recognise = recogniser({"code": ("mã",), "name": ("tên",)})
SMALL = replace(SMALL_TABLES, memory=400 << 20, seconds=20)


def sheet(rows="", before=""):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{before}<sheetData>{FIRST}{rows}</sheetData></worksheet>'.encode()


def book(xml, part=SHEET):
    """A workbook with this sheet, in a part of that name."""
    plain = repacked(workbook([["Mã", "Tên"], ["a", "b"]]), **{SHEET: None, part: xml})
    told = {}
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            told[name] = archive.read(name).replace(
                SHEET.removeprefix("xl/").encode(), part.removeprefix("xl/").encode()
            )
    return repacked(plain, **told)


def opened(folder, content, *, name="a.xlsx", bounds=SMALL):
    path = folder / name
    path.write_bytes(content)
    return open_table(path, recognise, bounds)


def refused(folder, content, **more):
    with pytest.raises(UnreadableFile) as found:
        list(opened(folder, content, **more).pieces({"code": 0, "name": 1}))
    assert all("\n" not in said and "{" not in said for said in (found.value.said(ENGLISH), found.value.said(str)))
    return found.value.said(ENGLISH)


def children():
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split())


@pytest.fixture
def readers():
    """The processes that this one has started since the test began, dead ones included; a browser may be its child too."""
    before = children()
    return lambda: [*(children() - before)]


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HEAVY = "more memory or time than it may have"
FAR_CELLS = {
    "as usual": (sheet(FAR), SHEET, "columns beyond CZ"),
    "single quotes": (sheet(FAR.replace('"', "'")), SHEET, HEAVY),
    "another attribute first": (sheet(FAR.replace('<c r="', '<c s="0" r="')), SHEET, "row 1048576 of 2 rows"),
    "no number of the row": (sheet(FAR.replace(' r="1048576">', ">").replace('<c r="', '<c s="0" r="')), SHEET, HEAVY),
    "small letters": (sheet(FAR.replace("XFD", "xfd").replace('"', "'")), SHEET, HEAVY),
    "no XML by its name": (sheet(FAR), "xl/worksheets/sheet1.dat", HEAVY),
    "another folder": (sheet(FAR), "xl/sheets/sheet1.xml", "columns beyond CZ"),
    "within the archive's bounds": (sheet("<row r='300000'><c r='CY300000'><v>1</v></c></row>"), SHEET, HEAVY),
    "a little too wide": (sheet("<row r='2'><c r='DA2'><v>1</v></c></row>"), SHEET, "columns beyond CZ"),
}  # fmt: skip


@pytest.mark.parametrize("what", FAR_CELLS)
def test_a_cell_far_out_harms_nobody_however_it_is_written(tmp_path, readers, what):
    xml, part, said = FAR_CELLS[what]
    assert said in refused(tmp_path, book(xml, part))
    assert readers() == []


def test_a_comment_of_many_beginnings_takes_no_time(tmp_path):
    for word in ("<row ", '<c r="A1" ', "<col ", '<c r="A1"><f '):
        xml = sheet('<row r="2"><c r="A2"><v>1</v></c></row>', before=f"<!-- {word * 40_000} -->")
        found = opened(tmp_path, book(xml), bounds=replace(SMALL, seconds=5))
        assert (found.headings, list(found.hidden()), list(found.odd([0, 1]))) == (("Mã", "Tên"), [], [])


def test_a_workbook_that_takes_more_time_than_it_may_is_refused_and_its_reader_is_gone(tmp_path, readers):
    slow = book(sheet("<row><c><v>1</v></c></row>" * 2_000_000))
    assert HEAVY in refused(tmp_path, slow, bounds=replace(SMALL, seconds=1))
    assert readers() == []
    assert opened(tmp_path, book(sheet())).headings == ("Mã", "Tên")


def test_a_reader_that_is_killed_is_a_refusal(tmp_path, readers):
    found = opened(tmp_path, book(sheet("<row><c><v>1</v></c><c><v>2</v></c></row>" * 100_000)))
    os.kill(int(readers()[0]), signal.SIGKILL)
    with pytest.raises(UnreadableFile) as refusal:
        list(found.pieces({"code": 0, "name": 1}))
    assert refusal.value.kind == "too_heavy"
    assert readers() == []


def test_a_workbook_that_is_put_aside_leaves_no_process_behind(tmp_path, readers):
    found = opened(tmp_path, book(sheet("<row><c><v>1</v></c></row>" * 100)))
    assert len(readers()) == 1
    next(found.rows)
    del found
    gc.collect()
    assert readers() == []


def test_the_reader_has_none_of_the_servers_secrets_and_nothing_that_it_may_write(tmp_path, readers, monkeypatch):
    monkeypatch.setenv("HAILONG_SECRET_KEY", "not for readers")
    found = opened(tmp_path, book(sheet()))
    (reader,) = readers()
    assert b"HAILONG" not in Path(f"/proc/{reader}/environ").read_bytes()
    limits = Path(f"/proc/{reader}/limits").read_text(encoding="ascii")
    assert f"Max address space         {SMALL.memory}" in limits
    assert "Max file size             0 " in limits
    assert found.headings


def test_a_text_longer_than_a_spreadsheet_keeps_is_refused(tmp_path):
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>'
    assert "Row 2 is too long" in refused(tmp_path, book(sheet(cell.format("x" * 32_768))))
    found = opened(tmp_path, book(sheet(cell.format("x" * 32_767))))
    assert [len(text) for piece in found.pieces({"code": 0}) for text in piece.frame["code"]] == [32_767]


MARKS = "a" + "\u0301\u0316" * 16_000
"""Composed in one go it would take seconds, in which nobody else is served."""


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_marks_piled_on_one_letter_are_refused(tmp_path, name):
    rows = [["Mã", "Tên"], ["a", MARKS]]
    content = workbook(rows) if name == "a.xlsx" else "\n".join(map(",".join, rows)).encode()
    assert "more than 30 marks on one letter" in refused(tmp_path, content, name=name)


@pytest.mark.parametrize(
    "content",
    [
        b"M\xc3\xa3,T\xc3\xaan" + b"," * 2_000_000,
        b"M\xc3\xa3,T\xc3\xaan" + b"," * 200,
        b"M\xc3\xa3,T\xc3\xaan\na,b\na" + b"," * 200,
        b"M\xc3\xa3,T\xc3\xaan\na" + b',"\n"' * 1_000_000,
        b"x" * 3_000_000,
    ],
    ids=["a million columns", "two hundred", "below the headings", "in quoted lines", "one line"],
)
def test_a_text_of_very_many_columns_or_one_endless_row_is_refused_before_anything_is_made_of_it(tmp_path, content):
    assert "is too long: at most 104 columns and 1,000,000 characters" in refused(tmp_path, content, name="a.csv")


def test_commas_within_texts_are_no_columns_where_another_delimiter_knows_the_headings(tmp_path):
    content = "Mã;Tên\na;" + "b, " * 200
    assert opened(tmp_path, content.encode(), name="a.csv").delimiter == ";"


def test_a_file_larger_than_its_kind_ever_is_is_refused_unread(tmp_path):
    assert "The file has 25 bytes; this kind has at most 20" in refused(
        tmp_path, b"M\xc3\xa3,T\xc3\xaan\n" + b"a,b\n" * 4, name="a.csv", bounds=replace(SMALL, file=20)
    )


def test_a_cell_of_a_text_that_is_too_long_is_told_apart_from_a_quotation_mark_in_a_wrong_place(tmp_path):
    said = refused(tmp_path, "Mã,Tên\na,b\na,".encode() + b"x" * 100_001 + b"\n", name="a.csv")
    assert (
        said == "Line 3: a cell is longer than 100,000 characters, or a quotation mark above was opened and not closed."
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.xlsx",
            b"\xff\xfe\x10\x01rubbish",
            "Tệp không phải bảng tính .xlsx: xin mở bằng Excel, lưu thành .xlsx rồi chọn lại.",
        ),
        ("a.xls", b"rubbish", "Tệp có đuôi .xls: xin mở bằng Excel, lưu thành .xlsx hoặc .csv rồi chọn lại."),
    ],
)
def test_a_clerk_is_told_what_to_do_with_a_file_and_nothing_of_its_inside(tmp_path, name, content, said):
    with pytest.raises(UnreadableFile) as refused:
        opened(tmp_path, content, name=name)
    assert refused.value.said(str) == said


def test_an_empty_cell_of_a_formula_is_told_once():
    faults = Faults({})
    faults.add(3, "name", "", "no_value")
    faults.add(3, "name", "", "needed")
    faults.add(4, "name", "", "needed")
    assert [(each.row, each.kind) for each in faults.first] == [(3, "no_value"), (4, "needed")]
    assert faults.total == 2
