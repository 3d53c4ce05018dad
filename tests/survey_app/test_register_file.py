"""The register out of tables: what is understood, refused, shown, stored; and the register as a table back again."""

import io
import multiprocessing
import os
import signal
import time
import unicodedata
import zipfile
from datetime import date, datetime
from itertools import count
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.db import migrate, open_database
from survey_app.door import ZONE
from survey_app.reading import read_desks_asking, read_register
from survey_app.reading.state import read_register_version
from survey_app.recording import record_catalogue, table
from survey_app.recording.register import record_register_entries
from survey_app.register import LEVELS, Catalogue, Desk, Field, Procedure, Successor, Unit
from survey_app.register_file import importing
from survey_app.register_file.change import compare
from survey_app.register_file.columns import COLUMNS, DESKS, PROCEDURES, UNITS
from survey_app.register_file.file_table import read_table
from survey_app.register_file.importing import Request, import_register
from survey_app.register_file.meanings import column_meanings
from survey_app.register_file.stated import Known
from survey_app.register_file.template import as_csv, as_workbook, example_rows, headings, register_rows
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import same_word
from survey_app.tables import AuditRow
from survey_app.wording import translator
from tests.conftest import shipped_catalogue

from .conftest import record_office
from .dossier_files import in_legacy

NOW = datetime(2026, 11, 19, 9, 42, tzinfo=ZONE)
ENGLISH = translator("en")
NEW = "Tên;Loại;Mã chính thức;Đơn vị cấp trên;Từ ngày;Đến hết ngày;Thay cho\n"
NUMBER = count()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One SQLite database with the shipped catalogue, for what is judged and not stored."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('register')}/hailong.db")
    migrate(engine)
    with engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    yield engine
    engine.dispose()


def bring(engine, folder, kind, content, *, name="đơn vị.csv", **more):
    """Import a table of this content."""
    path = folder / f"{next(NUMBER)}-{name}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_register(engine, Request(path, name, kind, "noi-vu", NOW, **more))


def judged(engine, folder, kind, content, **more):
    return bring(engine, folder, kind, content, dry_run=True, **more)


def faults(done):
    return [(each.row, each.column, each.kind) for each in done.faults.in_order()]


def refused(engine, folder, kind, content, **more):
    with pytest.raises(UnreadableFile) as found:
        judged(engine, folder, kind, content, **more)
    return found.value.said(ENGLISH)


def registered(engine):
    with engine.connect() as connection:
        return read_register(connection)


def workbook(rows, *, prepare=lambda _book, _sheet: None):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Đơn vị")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for at, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(at, place, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                else:
                    sheet.write(at, place, cell)
        prepare(book, sheet)
    return out.getvalue()


PROVINCE = "Đồng Tháp;tỉnh;82;;01/07/2025;;Đồng Tháp cũ\nĐồng Tháp cũ;tỉnh;87;;;30/06/2025;\n"
COMMUNE = (
    "Xã Tân Hồng;;29926;tỉnh Đồng Tháp;01/07/2025;;Tân Hộ Cơ (một phần)\nTân Hộ Cơ;xã;;Đồng Tháp cũ;;30/06/2025;\n"
)


def test_units_come_into_an_empty_register_with_parents_periods_and_what_they_replace(engine, tmp_path):
    done = bring(engine, tmp_path, UNITS, NEW + PROVINCE + COMMUNE)
    assert done.stored
    register = registered(engine)
    assert register.unit["xa.29926"] == Unit(
        "xa.29926", "xã", "Tân Hồng", "Tệp đơn vị.csv", "tinh.82", "29926", date(2025, 7, 1)
    )
    assert register.unit["tinh.87-2025"].valid_to == date(2025, 7, 1)
    assert {(link.old, link.new, link.part) for link in register.successors} == {
        ("tinh.87-2025", "tinh.82", "main"),
        ("xa.87-2025.tan-ho-co-2025", "xa.29926", "partial"),
    }
    with engine.connect() as connection:
        event = connection.execute(select(table(AuditRow))).mappings().one()
    assert (event["user"], event["act"], event["about"]) == ("noi-vu", "import_units", "đơn vị.csv")
    added = event["detail"].pop("added")
    assert event["detail"] == {"file": "đơn vị.csv", "digest": done.digest, "new": 6, "changed": 0, "unchanged": 0}
    assert {"xã Tân Hồng (xa.29926)", "tinh.87-2025 → tinh.82"} <= set(added)


def test_the_same_file_twice_changes_nothing(engine, tmp_path):
    bring(engine, tmp_path, UNITS, NEW + PROVINCE + COMMUNE)
    with engine.connect() as connection:
        version = read_register_version(connection)
    again = bring(engine, tmp_path, UNITS, NEW + PROVINCE + COMMUNE)
    assert (again.stored, len(again.change.new), len(again.change.altered), again.change.same) == (False, 0, 0, 6)
    with engine.connect() as connection:
        assert read_register_version(connection) == version
        assert connection.execute(select(func.count()).select_from(table(AuditRow))).scalar() == 1


def test_what_would_change_is_told_by_column_and_what_the_file_has_not_stays(engine, tmp_path):
    bring(engine, tmp_path, UNITS, NEW + PROVINCE + COMMUNE)
    changed = judged(engine, tmp_path, UNITS, "Mã,Tên,Loại\nxa.29926,Tân Hồng Mới,xã\n")
    [one] = changed.change.altered
    assert [(each.column, each.old, each.new) for each in one.altered] == [("name", "Tân Hồng", "Tân Hồng Mới")]
    assert registered(engine).unit["xa.29926"].name == "Tân Hồng"
    bring(engine, tmp_path, UNITS, "Mã,Tên,Loại\nxa.29926,Tân Hồng Mới,xã\n")
    register = registered(engine)
    assert len(register.units) == 4
    assert register.unit["xa.29926"].official_code == "29926"


def test_desks_are_known_by_their_name_in_their_unit_and_new_ones_get_a_code(engine, tmp_path):
    record_office(engine)
    rows = (
        "Đơn vị,Tên quầy,Nơi đặt,Lĩnh vực,Phiếu hỏi,Hình thức\n"
        'xã Tân Hồng,Quầy 1 – Hộ tịch,Trung tâm,"Hộ tịch, Đất đai",desk,Quầy\n'
        "Tân  hồng,Quầy số 02,Trung tâm,ho tich,desk,\n"
        "xa.29926,Nộp từ xa,Cổng,,,trực tuyến\n"
    )
    done = bring(engine, tmp_path, DESKS, rows)
    assert done.stored, faults(done)
    register = registered(engine)
    desks = {desk.code: desk for desk in register.desks}
    assert set(desks) == {"xa.29926.1", "xa.29926.quay-2", "xa.29926.online"}
    assert (desks["xa.29926.1"].place, desks["xa.29926.quay-2"].fields) == ("Trung tâm", ("ho-tich",))
    assert desks["xa.29926.online"].kind == "online"
    assert not bring(engine, tmp_path, DESKS, rows).change


def test_a_list_with_commas_is_several_fields_only_where_all_are_known(kept, tmp_path):
    rows = 'Đơn vị,Tên quầy,Nơi đặt,Lĩnh vực\nxa.29926,Quầy 90,T,"Hộ tịch, Cư trú"\nxa.29926,Quầy 91,T,"Phí, lệ phí"\n'
    change = judged(kept, tmp_path, DESKS, rows).change
    assert [each.entry.fields for each in change.new if each.what == "desk"] == [("ho-tich", "cu-tru"), ("phi-le-phi",)]
    assert [each.name for each in change.new if each.what == "field"] == ["Phí, lệ phí"]


def test_procedures_bring_their_field_and_get_back_the_zeros_that_a_spreadsheet_took(engine, tmp_path):
    record_office(engine)
    rows = [
        ("Mã thủ tục", "Tên thủ tục", "Lĩnh vực"),
        (2.00101, "Khai sinh", "Hộ tịch"),
        ("1.004222", "Nhà", "Xây dựng"),
    ]
    done = bring(engine, tmp_path, PROCEDURES, workbook(rows), name="thủ tục.xlsx")
    assert (done.stored, done.notes) == (True, {"decimals": 1})
    register = registered(engine)
    assert [(one.code, one.field) for one in register.procedures] == [("1.004222", "xay-dung"), ("2.001010", "ho-tich")]
    assert not bring(engine, tmp_path, PROCEDURES, workbook(rows), name="thủ tục.xlsx").change


def test_days_and_numbers_of_a_workbook_are_taken_as_people_see_them(engine, tmp_path):
    rows = [
        ("Danh mục năm 2026",),
        (),
        ("Tên", "Loại", "Mã chính thức", "Từ ngày"),
        ("Hà Nội", "Thành phố trực thuộc trung ương", 1, date(2025, 7, 1)),
    ]
    done = bring(engine, tmp_path, UNITS, workbook(rows), name="a.xlsx")
    assert done.notes == {"zeros": 1}
    [unit] = registered(engine).units
    assert (unit.code, unit.official_code, unit.valid_from) == ("tinh.01", "01", date(2025, 7, 1))


def test_every_fault_is_told_at_once_with_row_column_value_and_what_was_expected(kept, tmp_path):
    content = NEW + (
        "Đồng Tháp;tỉnh;8x;Nowhere;01/13/2025;;\n"
        "=1+1;xã;;;;;\n"
        "Kia;làng;;;;;\n"
        f"Xã \u202etrái;xã;;;;;\n"
        "Xã Vui 😀;xã;;;;;\n"
        ";xã;;;;;\n"
        "Bé;xã;12345;tỉnh Gia Lai;01/07/2025;30/06/2024;\n"
        f"{'a' * 201};xã;;;;;\n"
    )
    done = bring(kept, tmp_path, UNITS, content)
    assert faults(done) == [
        (2, "Từ ngày", "day"),
        (2, "Mã chính thức", "official_code"),
        (2, "Đơn vị cấp trên", "unit_unknown"),
        (3, "Tên", "formula"),
        (4, "Loại", "one_of"),
        (5, "Tên", "letters"),
        (6, "Tên", "letters"),
        (7, "Tên", "needed"),
        (8, "Đến hết ngày", "reversed"),
        (9, "Tên", "too_long"),
    ]
    said = [each.expected(ENGLISH) for each in done.faults.in_order()]
    assert said[0] == "a day as dd/mm/yyyy or yyyy-mm-dd, without a time"
    assert not done.stored


def test_what_contradicts_another_row_is_told_beside_cells_that_cannot_be_read(kept, tmp_path):
    content = NEW + (
        "Mới;làng;91;;01/07/2025;;\n"
        "Bé;xã;12345;tỉnh Mới;01/07/2025;;Cũ\n"
        "Cũ;xã;12346;;;32/06/2025;\n"
        "Lớn;xã;12347;tinh.52;01/07/2025;30/06/2024;\n"
        "Hai;xã;12348;tinh.52;01/06/2025;;\n"
        "Ba;xã;12349;tinh.52;01/07/2025;;\n"
        "Ba;xã;12350;tinh.52;01/07/2025;;tinh.52\n"
    )
    assert faults(judged(kept, tmp_path, UNITS, content)) == [
        (2, "Loại", "one_of"), (4, "Đến hết ngày", "day"), (5, "Đến hết ngày", "reversed"), (6, "Từ ngày", "outside"),
        (7, "Tên", "same_name_row"), (8, "Thay cho", "replaced_open"),
    ]  # fmt: skip


CROSS = {
    "an end before the beginning": ("Bé;xã;12345;tinh.52;01/07/2025;30/06/2024;\n", [(2, "Đến hết ngày", "reversed")]),
    "a parent of the same level": ("Bé;xã;12345;xã Tân Hồng;01/07/2025;;\n", [(2, "Đơn vị cấp trên", "parent_level")]),
    "a parent that ended": ("Bé;xã;12345;na-ri;01/08/2025;;\n", [(2, "Đơn vị cấp trên", "parent_ended")]),
    "before its parent": ("Bé;xã;12345;tinh.52;01/06/2025;;\n", [(2, "Từ ngày", "outside")]),
    "after its parent": ("Bé;xã;12345;na-ri;;;\n", [(2, "Đến hết ngày", "outside")]),
    "a name that is there": ("Bé;xã;12345;tinh.52;01/07/2025;;\nBé;xã;12346;tinh.52;01/07/2025;;\n", [
        (2, "Tên", "same_name_row"), (3, "Tên", "same_name_row"),
    ]),
    "a code twice": ("Bé;xã;12345;tinh.52;01/07/2025;;\nLớn;xã;12345;tinh.52;01/07/2025;;\n", [(3, "Tên", "twice")]),
    "another kind before the name": ("Xã Bé;phường;12345;tinh.52;01/07/2025;;\n", [(2, "Tên", "other_kind")]),
    "a replaced unit that goes on": ("Bé;xã;12345;tinh.52;01/07/2025;;tinh.52\n", [(2, "Thay cho", "replaced_open")]),
    "two of the main part": ("Bé;xã;12345;tinh.19;01/07/2025;;na-ri.con-minh\n", [(2, "Thay cho", "two_mains")]),
    "an unknown part": ("Bé;xã;12345;tinh.52;01/07/2025;;na-ri.con-minh (nửa)\n", [(2, "Thay cho", "one_of")]),
    "a faulty parent is told once": ("Mới;tỉnh;9;Đâu đó;01/07/2025;;\nBé;xã;12345;tỉnh Mới;01/07/2025;;\n", [
        (2, "Đơn vị cấp trên", "unit_unknown"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("case", CROSS)
def test_what_contradicts_the_register_or_the_file_itself_is_refused(kept, tmp_path, case):
    rows, expected = CROSS[case]
    assert faults(judged(kept, tmp_path, UNITS, NEW + rows)) == expected


def test_an_official_code_is_of_one_unit_of_its_level_at_a_time(kept, tmp_path):
    rows = "Mã;Tên;Loại;Mã chính thức;Từ ngày\nbe;Bé;xã;29926;01/07/2025\nlon;Lớn;xã;12345;\nto;To;xã;12345;\n"
    found = [
        (each.row, each.kind, each.detail.partition(" ")[0])
        for each in judged(kept, tmp_path, UNITS, rows).faults.in_order()
    ]
    assert found == [
        (2, "same_official", "xa.29926"), (3, "same_official_row", "4"), (4, "same_official_row", "3"),
    ]  # fmt: skip


def test_a_name_that_several_desks_have_already_is_told_once(sqlite_engine, tmp_path):
    desks = [Desk(f"a.{number}", "a", "Quầy 1", "T", "s") for number in (1, 2)]
    with sqlite_engine.begin() as connection:
        record_register_entries(connection, units=[Unit("a", "xã", "A", "s")], desks=desks)
    done = judged(sqlite_engine, tmp_path, DESKS, "Đơn vị,Tên quầy,Nơi đặt\na,Quầy 1,Nhà B\n")
    assert faults(done) == [(2, "Tên quầy", "desk_several")]


def test_a_ring_of_parents_and_a_level_below_its_own_units_are_refused(sqlite_engine, tmp_path):
    units = [Unit("a", "tỉnh", "A", "s"), Unit("b", "huyện", "B", "s", parent="a")]
    with sqlite_engine.begin() as connection:
        record_register_entries(connection, units=units)
    done = judged(sqlite_engine, tmp_path, UNITS, "Mã,Tên,Loại,Đơn vị cấp trên\na,A,xã,b\n")
    assert "ring" in {kind for _, _, kind in faults(done)}
    done = judged(sqlite_engine, tmp_path, UNITS, "Mã,Tên,Loại\na,A,xã\n")
    assert faults(done) == [(2, "Loại", "holds")]


def test_a_desk_stands_within_the_time_of_its_unit(kept, tmp_path):
    rows = (
        "Đơn vị,Tên quầy,Nơi đặt,Từ ngày,Đến hết ngày\n"
        "xa.29926,Quầy 90,T,01/06/2025,\n"
        "na-ri,Quầy 91,T,,01/08/2025\n"
        "nơi nào,Quầy 92,T,,\n"
        "xa.29926,Quầy 93,T,,\nxa.29926,quầy  93,T,,\n"
        "xa.29926,,T,,\n"
        "xa tan hong,Quầy 94,T,,\n"
    )
    found = faults(judged(kept, tmp_path, DESKS, rows))
    assert found == [
        (2, "Từ ngày", "outside"), (3, "Đến hết ngày", "outside"), (4, "Đơn vị", "unit_unlisted"),
        (5, "Tên quầy", "same_name_row"), (6, "Tên quầy", "same_name_row"), (7, "Tên quầy", "needed"),
        (8, "Đơn vị", "unit_near"),
    ]  # fmt: skip


def test_of_two_rows_of_one_name_each_names_the_others_row(kept, tmp_path):
    rows = "Đơn vị,Tên quầy,Nơi đặt,Từ ngày\nxa.29926,Quầy 90,T,\nxa.29926,Quầy 90,T,\n"
    done = judged(kept, tmp_path, DESKS, rows)
    assert [each.detail for each in done.faults.in_order()] == ["3", "2"]
    assert done.faults.in_order()[0].expected(translator("vi")).endswith("trùng với dòng 3")


TWICE = "same_name_row"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("01/07/2025,", "32/07/2025,", [(2, "Tên quầy", TWICE), (3, "Tên quầy", TWICE), (3, "Từ ngày", "day")]),
        ("32/07/2025,", "01/07/2025,", [(2, "Tên quầy", TWICE), (2, "Từ ngày", "day"), (3, "Tên quầy", TWICE)]),
        ("01/07/2025,", "01/07/2024,", [(3, "Tên quầy", TWICE), (3, "Từ ngày", "outside")]),
        ("01/07/2024,", "01/07/2025,", [(2, "Từ ngày", "outside"), (3, "Tên quầy", TWICE)]),
        ("01/07/2024,", "01/07/2024,", [(2, "Từ ngày", "outside"), (3, "Tên quầy", TWICE), (3, "Từ ngày", "outside")]),
        # What a right day could part is not told: the one may have ended before the other began.
        ("01/07/2025,31/12/2025", "32/01/2026,", [(3, "Từ ngày", "day")]),
        ("01/07/2025,32/12/2025", "01/01/2026,", [(2, "Đến hết ngày", "day")]),
    ],
)
def test_a_name_twice_is_told_beside_a_day_that_is_wrong(kept, tmp_path, one, other, expected):
    head = "Đơn vị,Tên quầy,Nơi đặt,Từ ngày,Đến hết ngày\n"
    rows = f"{head}xa.29926,Quầy 90,T,{one}\nxa.29926,Quầy 90,T,{other}\n"
    assert sorted(faults(judged(kept, tmp_path, DESKS, rows))) == sorted(expected)


def test_a_name_all_in_capitals_renames_nothing_and_is_told(kept, tmp_path):
    rows = "Tên;Loại;Mã chính thức\nXÃ TÂN HỒNG;;29926\nBÉ NHỎ;xã;12345\n"
    done = judged(kept, tmp_path, UNITS, rows)
    assert "name" not in {each.column for change in done.change.altered for each in change.altered}
    assert done.notes == {"capitals_kept": 1, "capitals": 1}


def test_another_dash_or_space_makes_no_second_desk_or_unit_and_renames_none(engine, tmp_path):
    record_office(engine)
    head = "Đơn vị,Tên quầy,Nơi đặt\n"
    bring(engine, tmp_path, DESKS, f"{head}xa.29926,Quầy 3 – Cư trú,T\n")
    for name in ("Quầy 3 - Cư trú", "Quầy 3\u2011Cư trú", "Quầy  3 —\u00a0Cư trú", "Quầy 3 - C\u01b0 trú"):
        done = bring(engine, tmp_path, DESKS, f"{head}xa.29926,{name},T\n")
        assert (done.stored, done.change.same, done.notes) == (False, 1, {"dashes_kept": 1}), name
    both = judged(engine, tmp_path, DESKS, f"{head}xa.29926,Quầy 4 - A,T\nxa.29926,Quầy 4 – A,T\n")
    assert {kind for _, _, kind in faults(both)} == {"same_name_row"}
    bring(engine, tmp_path, DESKS, f"{head}xa.29926,Quầy 5 - B,T\n")
    assert "Quầy 5 - B" in {desk.name for desk in registered(engine).desks}
    units = "Tên;Loại;Mã chính thức;Đơn vị cấp trên\nBà Rịa – Vũng Tàu;tỉnh;77;\nAn;xã;12345;{}\n"
    bring(engine, tmp_path, UNITS, units.format("77"))
    assert not bring(engine, tmp_path, UNITS, units.format("tỉnh Bà Rịa-Vũng Tàu")).change
    assert not bring(engine, tmp_path, DESKS, f"{head}xã Tân Hồng – tỉnh Bà Rịa - Vũng Tàu,Quầy 5 - B,T\n").change


def test_a_change_that_would_contradict_answers_is_refused_with_the_reason(office, tmp_path):
    assert office.post().status_code == 303
    rows = "Mã,Tên,Loại,Từ ngày,Đến hết ngày\nxa.29926,Tân Hồng,phường,01/07/2025,18/11/2026\n"
    done = judged(office.engine, tmp_path, UNITS, rows)
    assert faults(done) == [(2, "Loại", "answered"), (2, "Đến hết ngày", "answered_days")]
    rows = (
        "Mã quầy,Đơn vị,Tên quầy,Nơi đặt,Đến hết ngày,Hình thức\nxa.29926.1,xa.29926,Quầy 1,T,18/11/2026,trực tuyến\n"
    )
    done = judged(office.engine, tmp_path, DESKS, rows)
    assert faults(done) == [(2, "Hình thức", "answered"), (2, "Đến hết ngày", "answered_days")]
    assert done.faults.in_order()[1].expected(ENGLISH).endswith("19/11/2026–19/11/2026")


def test_a_unit_is_not_closed_before_what_stands_under_it(kept, tmp_path):
    done = judged(
        kept, tmp_path, UNITS, "Mã,Tên,Loại,Từ ngày,Đến hết ngày\ntinh.52,Gia Lai,tỉnh,01/07/2025,31/12/2025\n"
    )
    assert (2, "Đến hết ngày", "holds") in faults(done)


@pytest.mark.parametrize("kind", [UNITS, DESKS, PROCEDURES])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_shipped_register_as_a_table_comes_back_without_a_change(kept, tmp_path, kind, suffix):
    with kept.connect() as connection:
        register = read_register(connection)
        asking = {desk: code for code, desks in read_desks_asking(connection).items() for desk in desks}
    rows = register_rows(kind, register, asking)
    content = as_csv(rows) if suffix == "csv" else as_workbook(kind, rows, register, ["desk"], str)
    done = judged(kept, tmp_path, kind, content, name=f"a.{suffix}")
    assert (faults(done), done.change.new, done.change.altered) == ([], (), ())
    assert done.change.same >= len(rows) - 1


WORDS = (
    "Hồng",
    "Thủy",
    "Ngự",
    "Đắk",
    "Quý",
    "An",
    "Hoà",
    "Hòa",
    "Krông",
    "1",
    "O'Brien",
    "(mới)",
    "–",
    "Ia",
    "Ươm",
    "ký",
    "№ 5",
)
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(lambda words: f"Tân {' '.join(words)}")
DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))


@st.composite
def registers(draw):
    """A province with communes and desks, whatever they are called."""
    top = Unit("tinh.01", "tỉnh", draw(NAMES), "nguồn", official_code="01")
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=same_word))
    below = [
        Unit(
            f"xa.{at}",
            draw(st.sampled_from(["xã", "phường"])),
            name,
            draw(NAMES),
            "tinh.01",
            f"{at:05}",
            draw(st.none() | DAYS),
        )
        for at, name in enumerate(names)
    ]
    desks = [
        Desk(f"{unit.code}.quay-1", unit.code, draw(NAMES), draw(NAMES), draw(NAMES), ("dat-dai",), unit.valid_from)
        for unit in below
    ]
    procedures = [Procedure(f"1.{at:06}", draw(NAMES), "dat-dai", draw(NAMES)) for at in range(2)]
    old = Unit("tinh.cu", "tỉnh", "Cũ", "nguồn", valid_to=date(1989, 1, 1))
    links = [Successor("tinh.cu", unit.code, "partial", unit.source) for unit in below if unit.valid_from]
    fields = (Field("dat-dai", {"vi": "Đất đai", "en": "Land"}, "nguồn"),)
    return Catalogue((old, top, *below), tuple(links), fields, tuple(desks), tuple(procedures))


@given(register=registers(), suffix=st.sampled_from(["csv", "xlsx"]))
def test_any_register_as_a_table_comes_back_without_a_change(tmp_path_factory, register, suffix):
    known = Known(register, NOW.date())
    for kind in (UNITS, DESKS, PROCEDURES):
        rows = register_rows(kind, register, {})
        content = as_csv(rows) if suffix == "csv" else as_workbook(kind, rows, register, ["desk"], str)
        path = tmp_path_factory.mktemp("round") / f"a.{suffix}"
        path.write_bytes(content)
        table_read, found = read_table(path, kind)
        change = compare(importing.JUDGES[kind](table_read, known, found, source="x"), known)
        assert (found.in_order(), change.new, change.altered) == ([], (), ())


@pytest.mark.parametrize("kind", importing.JUDGES)
def test_a_templates_example_is_passed_over(kept, tmp_path, kind):
    rows = example_rows(kind)
    assert "no row below" in refused(kept, tmp_path, kind, as_csv(rows))
    assert "no row below" in refused(
        kept, tmp_path, kind, as_workbook(kind, rows, registered(kept), ["desk"], ENGLISH), name="a.xlsx"
    )
    assert rows[0] == headings(kind)


ROW = ("Bé", "xã", "12345", "tinh.52", date(2025, 7, 1))
HEAD = ("Tên", "Loại", "Mã chính thức", "Đơn vị cấp trên", "Từ ngày")
HOSTILE = {
    "merged cells": (lambda _book, sheet: sheet.merge_range("A2:B2", "x"), "merged"),
    "a hidden row": (lambda _book, sheet: sheet.set_row(1, None, None, {"hidden": True}), "hidden rows or columns (2)"),
    "a hidden column": (lambda _book, sheet: sheet.set_column(2, 2, 9, None, {"hidden": True}), "hidden rows or columns (C)"),
    "two sheets of units": (
        lambda book, _sheet: book.add_worksheet("Khác").write_row(0, 0, HEAD), "2 sheets with data",
    ),
    "more sheets than a hundred": (
        lambda book, _sheet: [book.add_worksheet(f"s{number}") for number in range(100)],
        "The workbook has 101 sheets; at most 100. Delete those that are not needed.",
    ),
    "formulas alone": (
        lambda _book, sheet: [sheet.write_formula(1, place, "=A1", None, "") for place in range(len(HEAD))],
        "Below the headings are only formulas without a result: open the workbook, let it calculate, and save.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_workbook_is_refused_with_the_reason(kept, tmp_path, case):
    prepare, said = HOSTILE[case]
    assert said in refused(kept, tmp_path, UNITS, workbook([HEAD, ROW], prepare=prepare), name="a.xlsx")


def test_a_hundred_sheets_a_hidden_list_and_macros_do_not_matter(kept, tmp_path):
    def prepare(book, _sheet):
        for number in range(99):
            book.add_worksheet(f"s{number}").write(0, 0, "x")

    done = judged(kept, tmp_path, UNITS, workbook([HEAD, ROW], prepare=prepare), name="a.xlsx")
    assert [each.code for each in done.change.new] == ["xa.12345"]


def test_a_formula_counts_by_its_value_and_one_without_value_is_a_fault(kept, tmp_path):
    def prepare(_book, sheet):
        sheet.write_formula(1, 2, '="123"&"45"', None, "12345")

    done = judged(kept, tmp_path, UNITS, workbook([HEAD, ROW], prepare=prepare), name="a.xlsx")
    assert [each.code for each in done.change.new] == ["xa.12345"]
    done = judged(
        kept, tmp_path, UNITS,
        workbook([HEAD, ROW], prepare=lambda _book, sheet: sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")), name="a.xlsx",
    )  # fmt: skip
    assert faults(done) == [(2, "Mã chính thức", "cell_error")]


def test_headings_stand_anywhere_above_the_rows_in_any_case_without_accents_and_none_twice(kept, tmp_path):
    done = judged(
        kept, tmp_path, UNITS, "Báo cáo\n\nTEN;LOAI;ma chinh thuc;Thuộc;Tu ngay\nBé ;xã;12345;tinh.52;2025-07-01\n"
    )
    assert [each.code for each in done.change.new] == ["xa.12345"]
    assert "stands twice: «Tên»" in refused(kept, tmp_path, UNITS, "Tên;Loại;Tên\nA;xã;B\n")
    assert "Missing columns: «Tên»" in refused(kept, tmp_path, UNITS, "Loại;Từ ngày\nxã;01/07/2025\n")


TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_1258(text):
    """As Windows-1258 writes it: a tone after its letter, which keeps its own mark."""
    apart = "".join(
        unicodedata.normalize(
            "NFC", "".join(each for each in unicodedata.normalize("NFD", letter) if each not in TONES)
        )
        + "".join(each for each in unicodedata.normalize("NFD", letter) if each in TONES)
        for letter in text
    )
    return apart.encode("cp1258")


ENCODED = {
    "TCVN3": lambda text: in_legacy(text, "TCVN3 (ABC)").encode("latin-1"),
    "Windows-1258": in_1258,
    "UTF-16": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("letters", ENCODED)
def test_letters_from_before_unicode_are_understood(kept, tmp_path, letters):
    text = "Tên;Loại;Mã chính thức;Đơn vị cấp trên;Từ ngày\nHồng Ngự Mới;xã;12345;tỉnh Gia Lai;01/07/2025\n"
    done = judged(kept, tmp_path, UNITS, ENCODED[letters](text))
    assert [(each.code, each.name) for each in done.change.new] == [("xa.12345", "xã Hồng Ngự Mới")]


def test_bytes_of_no_text_are_refused(kept, tmp_path):
    assert "zero bytes" in refused(kept, tmp_path, UNITS, b"Ten;Loai\nA\x00B\x00\x00;xa\n" * 3)


def test_a_bomb_and_a_file_that_only_looks_like_a_workbook_are_refused(kept, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b" " * 5_000_000)
    bomb = bytearray(out.getvalue())
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (4_000_000_000).to_bytes(4, "little")
    assert "unpacks to 4,000,000,011 bytes" in refused(kept, tmp_path, UNITS, bytes(bomb), name="a.xlsx")
    assert "is not an .xlsx workbook" in refused(kept, tmp_path, UNITS, b"Ten,Loai\n", name="a.xlsx")


def test_macros_are_told_and_never_looked_at(kept, tmp_path):
    out = io.BytesIO(workbook([HEAD, ROW]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 not looked at")
    done = judged(kept, tmp_path, UNITS, out.getvalue(), name="a.xlsm")
    assert (done.table.opened.macros, [each.code for each in done.change.new]) == (True, ["xa.12345"])


def test_a_million_blank_rows_below_are_no_rows(kept, tmp_path):
    content = "Tên;Loại;Mã chính thức;Đơn vị cấp trên;Từ ngày\nBé;xã;12345;tinh.52;01/07/2025\n" + ";;;;\n" * 1_000_000
    assert len(judged(kept, tmp_path, UNITS, content).table.rows) == 1


def test_what_was_not_looked_at_is_not_stored(sqlite_engine, tmp_path):
    seen = judged(sqlite_engine, tmp_path, UNITS, NEW + PROVINCE).fingerprint
    other = bring(sqlite_engine, tmp_path, UNITS, NEW + PROVINCE + COMMUNE, seen=seen)
    assert (other.stored, registered(sqlite_engine).units) == (False, ())
    assert bring(sqlite_engine, tmp_path, UNITS, NEW + PROVINCE, seen=seen).stored


def _import_slowly(url, path):
    from survey_app.recording import register  # noqa: PLC0415 - in its own process

    kept_rows = register.record_rows

    def slowly(*values, **options):
        kept_rows(*values, **options)
        Path(f"{path}.written").touch()
        time.sleep(60)

    register.record_rows = slowly
    import_register(open_database(url), Request(path, "a.csv", UNITS, "u", NOW))


def test_a_kill_in_the_middle_leaves_nothing(engine, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(NEW + PROVINCE + COMMUNE)
    url = engine.url.render_as_string(hide_password=False)
    worker = multiprocessing.get_context("spawn").Process(target=_import_slowly, args=(url, path))
    worker.start()
    until = time.monotonic() + 60
    while not Path(f"{path}.written").exists() and time.monotonic() < until:
        time.sleep(0.2)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    assert registered(engine).units == ()
    assert import_register(engine, Request(path, "a.csv", UNITS, "u", NOW)).stored


def test_somebody_else_who_changes_the_register_between_is_seen(sqlite_engine, tmp_path, monkeypatch):
    hold = importing.hold_register

    def first_another(connection):
        monkeypatch.setattr(importing, "hold_register", hold)
        bring(sqlite_engine, tmp_path, UNITS, "Mã,Tên,Loại\ntinh.82,Khác,tỉnh\n")
        hold(connection)

    monkeypatch.setattr(importing, "hold_register", first_another)
    done = bring(sqlite_engine, tmp_path, UNITS, "Mã,Tên,Loại\ntinh.82,Đồng Tháp,tỉnh\n")
    assert (done.stored, [each.code for each in done.change.altered]) == (False, ["tinh.82"])
    assert registered(sqlite_engine).unit["tinh.82"].name == "Khác"


def test_every_kind_of_unit_has_a_level_and_can_be_chosen():
    choices = next(column.choices for column in COLUMNS[UNITS] if column.name == "kind")
    assert set(choices) == set(LEVELS)


def test_the_documents_table_of_columns_is_the_codes():
    text = (Path(__file__).parents[2] / "docs" / "register.md").read_text(encoding="utf-8")
    meanings = column_meanings(ENGLISH)
    for kind, columns in COLUMNS.items():
        part = text.partition(f"### {kind}\n")[2].partition("\n### ")[0]
        rows = [line for line in part.splitlines() if line.startswith("| ")][1:]
        needed = {column.name: " Needed." if column.needed else "" for column in columns}
        assert rows == [
            f"| {column.headings[0]} | {', '.join(column.headings[1:])} | "
            f"{meanings[f'{kind}.{column.name}']}{needed[column.name]} |"
            for column in columns
        ]


def test_what_came_from_a_file_is_not_put_back_by_the_catalogue_that_ships(sqlite_engine, tmp_path):
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    bring(sqlite_engine, tmp_path, UNITS, "Mã,Tên,Loại\nxa.29926,Tân Hồng Mới,xã\n")
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    assert registered(sqlite_engine).unit["xa.29926"].name == "Tân Hồng Mới"
