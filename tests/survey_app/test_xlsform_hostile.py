"""Whatever is sent as a workbook: a clear error, little memory, no traceback."""

import io
import struct
import tracemalloc
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.xlsform import WorkbookFaults, read_xlsform
from survey_app.xlsform.archive import MOST_UNPACKED_BYTES
from tests.survey_app.books import SURVEY, book, repacked

MEGABYTE = 1_000_000
SHEET = "xl/worksheets/sheet1.xml"


def refused(data):
    with pytest.raises(WorkbookFaults) as caught:
        read_xlsform(data, file="sent.xlsx")
    return str(caught.value)


def cells(*references, value="<v>1</v>"):
    """A first sheet with only these cells filled."""
    rows = "".join(
        f'<row r="{"".join(filter(str.isdigit, each))}"><c r="{each}">{value}</c></row>' for each in references
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return repacked(book(), **{SHEET: f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()})


def read_or_refused(data):
    """The questions, else what was refused: one of both there must be."""
    try:
        return read_xlsform(data, file="sent.xlsx").questionnaire.questions
    except WorkbookFaults as faults:
        return faults.refused


def archive(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "found 'an empty file'; an .xlsx workbook"),
        (b'code = "desk"\n', "an .xlsx workbook; this is another kind of file"),
        (b"%PDF-1.7", "this is another kind of file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "found 'a file in the old format .xls'; an .xlsx workbook: save"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "found 'an encrypted workbook'; one without a password: save it again without",
        ),
        (archive(**{"word/document.xml": b"<w/>"}), "found 'a zip archive that holds no workbook'"),
        (archive(**{"content.xml": b"<o/>", "mimetype": b"ods"}), "found 'an OpenDocument file'; an .xlsx workbook: save"),
        (archive(**{"xl/workbook.bin": b"x"}), "found 'a workbook in the binary format .xlsb'"),
        (book()[:-200], "this file is damaged, so save it again"),
        (book()[:300] + b"\xff" * 60 + book()[360:], "this file is damaged, so save it again"),
        (repacked(book(), **{SHEET: b"<worksheet><sheetData>"}), "this file is damaged, save it again"),
        (repacked(book(), **{"xl/workbook.xml": b"<workbook/>"}), "a sheet named survey, with a row for each question"),
        (book(None, None, None, Sheet1=[]), "a sheet named survey, with a row for each question"),
        (book([], None, None), "sheet 'survey', row 1: found ''; a heading type and name and label, spelled so in any"),
        (book(SURVEY[:1]), "sheet 'survey', row 1, column 'type': found ''; one question or more"),
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_workbook_says_what_it_is_and_what_to_do(data, said):
    assert said in refused(data)


def test_headings_in_another_language_are_told_with_those_that_were_found():
    survey = [["loại", "mã", "nhãn"], ["text", "t", "Câu hỏi"]]
    assert "sheet 'survey', row 1: found 'loại, mã, nhãn'; a heading type and name and label" in refused(book(survey))


def bomb(declared=None):
    """A workbook with a part of 60 MB of blanks, its size told or belied by the archive's directory."""
    data = bytearray(repacked(book(), **{"xl/theme/theme1.xml": b" " * (60 * MEGABYTE)}))
    if declared is not None:
        for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
            at = data.rfind(b"xl/theme/theme1.xml") if mark == b"PK\x01\x02" else data.find(b"xl/theme/theme1.xml")
            at = data.rfind(mark, 0, at)
            data[at + offset : at + offset + 4] = struct.pack("<I", declared)
    return bytes(data)


@pytest.mark.parametrize("declared", [None, 1000])
def test_a_zip_bomb_is_refused_before_it_fills_the_memory(declared):
    data = bomb(declared)
    tracemalloc.start()
    said = refused(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert f"at most {MOST_UNPACKED_BYTES:,}" in said if declared is None else "this file is damaged" in said
    assert peak < 30 * MEGABYTE


def test_a_cell_far_out_is_refused_though_all_between_is_empty():
    assert "at most 10,000 rows, 256 columns" in refused(cells("A1", "XFD1048576"))
    assert "down to row 1,048,576" in refused(cells("A1", "B1048576"))
    assert "over to column 16,384" in refused(cells("A1", "XFD2"))


@pytest.mark.parametrize("place", ["xfd1048576", "XFD01048576", "1XFD", "A", ""])
def test_a_cell_that_says_its_place_as_no_program_writes_it_is_refused(place):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = f"<row><c r='{place}'><v>1</v></c></row>"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{row}</sheetData></worksheet>'.encode()
    assert f"a cell or row at {place!r}" in refused(repacked(book(), **{SHEET: sheet}))


@pytest.mark.parametrize(
    ("text", "marked"),
    [("<a" * 16_000, False), ("[x" * 16_000, False), ("[x](" * 8_000, True)],
    ids=["tags", "brackets", "links"],
)
def test_a_text_of_many_beginnings_takes_no_time(text, marked):
    survey = [[*SURVEY[0]], [*SURVEY[1][:2], text, text, "yes"]]
    said = str(read_xlsform(book(survey), file="sent.xlsx").left_out)
    assert ("marks for bold" in said) is marked


def test_a_cell_longer_than_a_spreadsheet_keeps_or_with_marks_piled_up_is_refused():
    text = "Có" + "\u0301\u0316" * 50
    assert "at most 30 marks on one letter" in refused(book([*SURVEY, ["text", "t", text, text, ""]]))
    data = book([*SURVEY, ["text", "t", "PLACE", "PLACE", ""]])
    strings = zipfile.ZipFile(io.BytesIO(data)).read("xl/sharedStrings.xml").replace(b"PLACE", b"x" * 32_768)
    assert "at most 32,767" in refused(repacked(data, **{"xl/sharedStrings.xml": strings}))


def test_a_hundred_thousand_rows_are_refused_by_the_bound():
    said = refused(cells(*(f"A{row}" for row in range(1, 100_001))))
    assert "cells down to row 10,001" in said


def test_a_format_far_below_the_last_cell_is_no_cell():
    data = cells("A1", "B2")
    far = data and repacked(
        book(),
        **{SHEET: zipfile.ZipFile(io.BytesIO(data)).read(SHEET).replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>')},
    )  # fmt: skip
    assert "1,048,576" not in refused(far)


def test_one_long_text_in_very_many_cells_is_refused():
    many = [["x" * 30_000] * 200 for _ in range(5)]
    assert "30,000,243 characters in its cells'; at most 20,000,000" in refused(book([*SURVEY, *many]))


def test_very_many_elements_are_refused_before_they_take_long():
    assert "more than 1,000,000 elements of XML" in refused(cells("A1", value="<v/>" * 1_000_001))


def test_a_document_type_is_refused_so_that_no_entity_is_ever_made_longer():
    entity = b'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'
    assert f"found 'a document type in {SHEET}'" in refused(repacked(book(), **{SHEET: entity}))


def test_a_part_packed_in_a_way_that_cannot_be_bounded_is_refused():
    made = io.BytesIO(book())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_BZIP2) as file:
        file.writestr("xl/media/a.xml", b" " * 100)
    assert "xl/media/a.xml compressed by method 12" in refused(made.getvalue())


def test_a_hundred_sheets_are_each_left_out_by_name():
    others = {f"Trang {i}": [["a"]] for i in range(100)} | {"_ghi chú": [["a"]]}
    said = [str(misfit) for misfit in read_xlsform(book(**others), file="sent.xlsx").left_out]
    assert sum("only survey, choices, settings are read; it is left out" in each for each in said) == 100
    assert "sheet 'Trang 99': found 'Trang 99'; only survey, choices, settings are read; it is left out" in said


def test_sheets_that_xlsform_knows_and_we_do_not_are_refused_when_filled():
    assert "sheet 'external_choices': found 'external_choices'; choices from a list of their own" in refused(
        book(external_choices=[["list_name", "name"], ["a", "b"]])
    )
    assert "sheet 'entities': found 'entities'" in refused(book(entities=[["list_name"], ["a"]]))
    assert read_xlsform(book(entities=[["list_name"]]), file="sent.xlsx").questionnaire.code == "trial"


def test_macros_are_left_out_and_said_while_the_cells_are_read():
    read = read_xlsform(repacked(book(), **{"xl/vbaProject.bin": b"Sub Auto_Open()"}), file="sent.xlsm")
    assert read.questionnaire.code == "trial"
    assert "(whole file): found 'xl/vbaProject.bin'; macros are left out: they never run here" in map(
        str, read.left_out
    )


def test_a_hidden_sheet_is_read_and_said_to_be_hidden():
    read = read_xlsform(book(change=lambda workbook: workbook.worksheets()[1].hide()), file="sent.xlsx")
    assert "sheet 'choices': found 'a hidden sheet'; it is read although it is hidden" in map(str, read.left_out)


def test_merged_cells_are_refused_with_their_place():
    said = refused(book(change=lambda workbook: workbook.worksheets()[0].merge_range("B3:B4", "reasons")))
    assert "sheet 'survey', row 3, column 'name': found 'cells merged down to row 4'; one value a cell" in said


def test_a_formula_is_taken_by_its_value_and_refused_without_one_or_with_an_error():
    def formula(value):
        return book(change=lambda workbook: workbook.worksheets()[0].write_formula("C4", '="x"', None, value))

    made = read_xlsform(formula("Nói thêm?"), file="sent.xlsx").questionnaire
    assert made.questions[-1].text["vi"] == "Nói thêm?"
    place = "sheet 'survey', row 4, column 'label::Tiếng Việt (vi)': found "
    assert f"{place}'a formula without its value'; its value" in refused(formula(""))
    assert f"{place}'an error'; a value, not an error" in refused(formula("#REF!"))


def test_a_date_that_a_spreadsheet_made_of_a_code_is_refused():
    def in_place(workbook):
        style = workbook.add_format({"num_format": "d-mmm"})
        workbook.worksheets()[1].write_datetime("B5", date(2026, 2, 1), style)

    assert (
        "sheet 'choices', row 5, column 'name': found '2026-02-01'; a text: the spreadsheet has made a date"
        in refused(book(change=in_place))
    )


def test_decomposed_letters_come_in_as_one_letter_each():
    survey = [[unicodedata.normalize("NFD", cell) for cell in row] for row in SURVEY]
    made = read_xlsform(book(survey), file="sent.xlsx").questionnaire  # its list «mức» is spelled otherwise in choices
    assert made.questions[0].text["vi"] == "Ông/bà có hài lòng không?"
    assert unicodedata.is_normalized("NFC", made.document)


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\x07", "\x85"])
def test_an_invisible_letter_is_refused_with_its_place(letter):
    survey = [list(row) for row in SURVEY]
    survey[2][2] = f"Điều gì{letter} chưa tốt?"
    assert "sheet 'survey', row 3, column 'label::Tiếng Việt (vi)': found" in (said := refused(book(survey)))
    assert f"no invisible letter such as U+{ord(letter):04X}" in said


def test_a_heading_twice_a_value_without_a_heading_and_a_sheet_twice_are_refused():
    twice = [[*row, cell] for row, cell in zip(SURVEY, ["required", "yes", "", ""], strict=True)]
    assert "sheet 'survey', row 1, column 'required': found 'required'; each heading once" in refused(book(twice))
    bare = [[*row, cell] for row, cell in zip(SURVEY, ["", "", "lạ", ""], strict=True)]
    assert "sheet 'survey', row 3, column 'F': found 'lạ'; a heading above it" in refused(book(bare))


@settings(max_examples=60)
@given(st.data())
def test_a_workbook_damaged_anywhere_is_read_or_refused_and_nothing_else(data):
    whole = bytearray(book())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert read_or_refused(bytes(whole))


names = st.sampled_from(
    ["type", "name", "label", "label::en", "relevant", "constraint", "hailong::kind", "required", "x"]
)
values = st.sampled_from(
    [
        "text",
        "select_one mức",
        "begin_group",
        "end_group",
        "overall",
        "${overall} = 1",
        ". <= 3",
        "yes",
        "field",
        "1",
        "${",
    ]
)


@settings(max_examples=60)
@given(st.lists(names, max_size=6), st.lists(st.lists(st.one_of(values, st.text(max_size=5)), max_size=7), max_size=6))
def test_any_rows_under_any_headings_are_read_or_refused_and_nothing_else(headings, rows):
    assert read_or_refused(book([headings, *rows]))
