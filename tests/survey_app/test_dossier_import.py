# ruff: noqa: DTZ001 - files hold local times
"""Files of dossiers into both databases: what is kept, what is refused, what is changed."""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.db import migrate, open_database
from survey_app.door import ZONE
from survey_app.dossier_frame import read_dossiers
from survey_app.dossiers import importing
from survey_app.dossiers.column_map import ColumnMap, find_columns
from survey_app.dossiers.fault import UnreadableFile
from survey_app.dossiers.importing import Request, import_dossiers, open_file
from survey_app.dossiers.judging import Judge, dossier_id
from survey_app.dossiers.register_words import RegisterWords
from survey_app.reading.dossiers import read_dossier_files, read_dossier_sources, read_dossiers_version
from survey_app.recording import record_catalogue, record_rows, table
from survey_app.table_file.moments import parse_moments
from survey_app.tables import AuditRow, DeskRow, DossierRow, UnitRow
from survey_app.wording import translator
from tests.conftest import shipped_catalogue
from tests.tricks import FORMULA, SCRIPT, SQL

from .dossier_files import FIRST, HEADINGS, csv_text, in_legacy, row, sheet_of, workbook

NOW = datetime(2026, 11, 19, 9, 42, tzinfo=ZONE)
KEY = b"a key of thirty-two characters or more"
ENGLISH = translator("en")
CATALOGUE = shipped_catalogue()
DESK = {
    "code": "xa.29926.1", "unit": "xa.29926", "name": "Quầy 7 – Lưu trữ", "place": "Trung tâm", "fields": [],
    "questionnaire": "desk", "source": "test",
}  # fmt: skip


@pytest.fixture
def filled(engine):
    with engine.begin() as connection:
        record_catalogue(connection, CATALOGUE)
        record_rows(connection, DeskRow, [DESK])
    return engine


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    """One SQLite database for what is judged and not stored."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('judged')}/hailong.db")
    migrate(engine)
    with engine.begin() as connection:
        record_catalogue(connection, CATALOGUE)
        record_rows(connection, DeskRow, [DESK])
    yield engine
    engine.dispose()


def bring(engine, folder, content, *, name="hồ sơ.csv", asked=None, source="mot-cua", **more):
    """Import a file of this content."""
    path = Path(folder) / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    request = Request(path, name, source, asked or ColumnMap(), "noi-vu", NOW, dry_run=more.pop("dry_run", False))
    return import_dossiers(engine, KEY, request, words=ENGLISH, **more)


def kept(engine):
    with engine.connect() as connection:
        return read_dossiers(connection)


def told(imported):
    """Row, column, value and expectation of every fault that is kept."""
    return [(each.row, each.column, each.value, each.expected(ENGLISH)) for each in imported.judged.faults.first]


def counts(imported):
    changes = imported.changes
    return changes.new, changes.changed, changes.unchanged, imported.stored


def at(text):
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE)


def test_a_csv_file_is_kept_with_everything_but_who_it_was(filled, tmp_path):
    imported = bring(
        filled, tmp_path, csv_text([row(), row(2, finished="", returned="", paid="", digitised="", supplements="")])
    )
    assert counts(imported) == (2, 0, 0, True)
    assert kept(filled).sort("finished", nulls_last=True).to_dicts() == [
        {
            "unit": "xa.29926", "desk": "xa.29926.1", "procedure": "trich-luc-khai-sinh", "field": "ho-tich",
            "channel": "counter", "returned": "counter", "received": at("02/11/2026 08:30"), "due": at("03/11/2026 17:00"),
            "finished": at("02/11/2026 10:15"), "paid_online": False, "digitised": True, "supplements": 0, "simulated": False,
        },
        {
            "unit": "xa.29926", "desk": "xa.29926.1", "procedure": "trich-luc-khai-sinh", "field": "ho-tich",
            "channel": "counter", "returned": None, "received": at("02/11/2026 08:30"), "due": at("03/11/2026 17:00"),
            "finished": None, "paid_online": None, "digitised": None, "supplements": 0, "simulated": False,
        },
    ]  # fmt: skip
    with filled.connect() as connection:
        ids = set(connection.execute(select(table(DossierRow).c.id)).scalars())
    assert ids == {dossier_id(KEY, "mot-cua", f"H20.29926-260105-000{number}") for number in (1, 2)}


def test_neither_a_name_nor_a_number_reaches_the_database(sqlite_engine, tmp_path):
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, CATALOGUE)
    imported = bring(sqlite_engine, tmp_path, csv_text([row()]))
    assert imported.judged.columns.personal == ("Họ và tên người nộp",)
    assert imported.judged.columns.unread == ("Họ và tên người nộp",)
    sqlite_engine.dispose()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("hailong.db*"))
    assert FIRST["number"].encode() not in stored
    assert "Bí Mật".encode() not in stored


def test_the_file_the_source_and_who_did_it_are_kept_and_running_servers_are_told(filled, tmp_path):
    imported = bring(filled, tmp_path, csv_text([row()]))
    with filled.connect() as connection:
        (file,) = read_dossier_files(connection)
        sources = read_dossier_sources(connection)
        version = read_dossiers_version(connection)
        audits = connection.execute(select(table(AuditRow).c["user", "act", "about", "detail"])).all()
    assert (file.name, file.digest, file.user, file.rows, file.new) == ("hồ sơ.csv", imported.digest, "noi-vu", 1, 1)
    assert file.first_day == file.last_day == at("02/11/2026 08:30").date()
    assert sources["mot-cua"].columns["received"] == "Ngày tiếp nhận"
    assert version is not None
    assert [tuple(each[:3]) for each in audits] == [("noi-vu", "import_dossiers", "mot-cua")]
    assert audits[0].detail["new"] == 1


def test_the_same_file_twice_changes_nothing_at_all(filled, tmp_path):
    content = csv_text([row(), row(2)])
    bring(filled, tmp_path, content)
    with filled.connect() as connection:
        before = read_dossiers_version(connection), read_dossier_files(connection)
    assert counts(bring(filled, tmp_path, content)) == (0, 0, 2, False)
    with filled.connect() as connection:
        assert (read_dossiers_version(connection), read_dossier_files(connection)) == before
        assert connection.execute(select(func.count()).select_from(table(AuditRow))).scalar() == 1


def test_a_later_export_changes_what_became_finished_and_adds_what_is_new(filled, tmp_path):
    bring(filled, tmp_path, csv_text([row(finished="", returned=""), row(2)]))
    later = bring(filled, tmp_path, csv_text([row(), row(2), row(3)]))
    assert counts(later) == (1, 1, 1, True)
    assert kept(filled)["finished"].null_count() == 0


def test_a_column_that_a_later_export_has_not_keeps_what_was_known(filled, tmp_path):
    bring(filled, tmp_path, csv_text([row()]))
    fewer = {name: heading for name, heading in HEADINGS.items() if name not in {"desk", "paid", "digitised"}}
    assert counts(bring(filled, tmp_path, csv_text([row(supplements="2")], headings=fewer))) == (0, 1, 0, True)
    found = kept(filled).to_dicts()[0]
    assert (found["desk"], found["digitised"], found["supplements"]) == ("xa.29926.1", True, 2)


def test_an_older_export_that_takes_finishes_away_is_told(filled, tmp_path):
    bring(filled, tmp_path, csv_text([row(), row(2)]))
    older = bring(filled, tmp_path, csv_text([row(finished="", returned=""), row(2)]), dry_run=True)
    assert (older.changes.changed, older.changes.unfinished) == (1, 1)


def test_two_sources_with_the_same_number_are_two_dossiers(filled, tmp_path):
    for source in ("mot-cua", "dich-vu-cong"):
        bring(filled, tmp_path, csv_text([row()]), source=source)
    assert kept(filled).height == 2


def test_a_dry_run_tells_what_would_be_and_stores_nothing(filled, tmp_path):
    assert counts(bring(filled, tmp_path, csv_text([row()]), dry_run=True)) == (1, 0, 0, False)
    with filled.connect() as connection:
        assert (read_dossiers(connection).height, read_dossier_sources(connection)) == (0, {})


FAULTY = {
    "no number": ({"number": ""}, "number", "", "a value"),
    "no day received": ({"received": ""}, "received", "", "a value"),
    "no unit": ({"unit": " "}, "unit", "", "a value"),
    "no channel": ({"channel": ""}, "channel", "", "a value"),
    "no such day": ({"received": "31/02/2026"}, "received", "31/02/2026", "a day as dd/mm/yyyy"),
    "month first": ({"due": "12/31/2026"}, "due", "12/31/2026", "a day as dd/mm/yyyy"),
    "two digits of a year": ({"received": "02/11/26"}, "received", "02/11/26", "a day as dd/mm/yyyy"),
    "no such time": ({"finished": "02/11/2026 25:00"}, "finished", "02/11/2026 25:00", "a day as dd/mm/yyyy"),
    "another century": ({"due": "03/11/2206"}, "due", "03/11/2206", "01/01/2000"),
    "received in the future": (
        {"received": "20/11/2026 08:00", "due": "", "finished": ""}, "received", "20/11/2026 08:00", "19/11/2026 09:42",
    ),
    "finished in the future": ({"finished": "19/11/2026 09:43"}, "finished", "19/11/2026 09:43", "19/11/2026 09:42"),
    "finished before received": ({"finished": "02/11/2026 08:29"}, "finished", "02/11/2026 08:29", "02/11/2026 08:30"),
    "due before received": ({"due": "01/11/2026"}, "due", "01/11/2026", "02/11/2026 08:30"),
    "unknown unit": ({"unit": "xã Nowhere"}, "unit", "xã Nowhere", "the code, official code or name of a unit"),
    "a unit of before": ({"unit": "huyện Tân Hồng"}, "unit", "huyện Tân Hồng", "tan-hong (–30/06/2025)"),
    "a unit of after": (
        {"unit": "xa.29926", "received": "30/06/2025", "due": "", "finished": ""}, "unit", "xa.29926", "xa.29926 (01/07/2025–)",
    ),
    "unknown channel": ({"channel": "Bồ câu"}, "channel", "Bồ câu", "counter, online or post"),
    "unknown return": ({"returned": "Bồ câu"}, "returned", "Bồ câu", "counter, online or post"),
    "neither yes nor no": ({"paid": "có lẽ"}, "paid", "có lẽ", "yes or no"),
    "half a supplement": ({"supplements": "1,5"}, "supplements", "1,5", "a whole number"),
    "less than no supplement": ({"supplements": "-1"}, "supplements", "-1", "a whole number"),
}  # fmt: skip


@pytest.mark.parametrize("slip", FAULTY)
def test_every_slip_names_row_column_value_and_what_was_expected(sqlite, tmp_path, slip):
    changed, column, value, expected = FAULTY[slip]
    imported = bring(sqlite, tmp_path, csv_text([row(1), row(2, **changed), row(3)]))
    ((at_row, heading, found, said),) = told(imported)
    assert (at_row, heading, found) == (3, HEADINGS[column], value)
    assert expected in said
    assert not imported.stored
    assert kept(sqlite).height == 0


def test_all_slips_come_at_once_in_the_order_of_rows_in_either_language(sqlite, tmp_path):
    rows = [row(1), *(row(number, **FAULTY[slip][0]) for number, slip in enumerate(FAULTY, 2))]
    imported = bring(sqlite, tmp_path, csv_text(rows))
    assert imported.judged.faults.total == len(FAULTY) == len(told(imported))
    assert [each.row for each in imported.judged.faults.first] == list(range(3, len(FAULTY) + 3))
    assert "một đơn vị trong danh mục" in " ".join(each.expected(str) for each in imported.judged.faults.first)


def test_a_number_twice_counts_once_if_it_says_the_same_and_is_a_fault_if_not(sqlite, tmp_path):
    same = bring(sqlite, tmp_path, csv_text([row(1), row(2), row(1)]), dry_run=True)
    assert (same.judged.repeated, same.changes.new) == ({4}, 2)
    other = bring(sqlite, tmp_path, csv_text([row(1), row(2), row(1, supplements="1")]))
    assert [(each.row, each.kind, each.detail) for each in other.judged.faults.first] == [(4, "repeated", "2")]


def test_what_counts_once_is_stored_once(filled, tmp_path):
    assert counts(bring(filled, tmp_path, csv_text([row(1), row(1), row(2)]))) == (2, 0, 0, True)


def test_every_fault_goes_to_a_file_where_no_formula_is_active(sqlite, tmp_path):
    out = tmp_path / "faults.csv"
    rows = [row(number, channel="=cmd|' /C calc'!A0;=1+1") for number in range(1500)]
    imported = bring(sqlite, tmp_path, csv_text(rows), faults_out=out)
    assert (imported.judged.faults.total, len(imported.judged.faults.first)) == (1500, 1000)
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "row,column,value,expected"
    assert lines[1].startswith("2,Hình thức nộp,'=cmd|' /C calc'!A0;'=1+1,")
    assert len(lines) == 1501


UNITS = {
    "xa.29926": "xa.29926",
    "29926": "xa.29926",
    "Tân Hồng": "xa.29926",
    "XÃ TÂN HỒNG": "xa.29926",
    "Ủy ban nhân dân xã Tân Hồng": "xa.29926",
    "Trung tâm Phục vụ hành chính công xã Tân Hồng": "xa.29926",
    "xã Tân Hồng, tỉnh Đồng Tháp": "xa.29926",
    "UBND xã An Phước - tỉnh Đồng Tháp": "xa.29944",
}


@pytest.mark.parametrize("word", UNITS)
def test_a_unit_is_known_by_code_official_code_or_name(sqlite, tmp_path, word):
    imported = bring(sqlite, tmp_path, csv_text([row(unit=word)]), dry_run=True)
    assert told(imported) == []


def test_a_name_means_the_unit_that_bore_it_on_that_day(filled, tmp_path):
    before = row(1, unit="xã An Phước", received="30/06/2025", due="", finished="")
    bring(filled, tmp_path, csv_text([before, row(2, unit="xã An Phước", received="01/07/2025", due="", finished="")]))
    assert kept(filled).sort("received")["unit"].to_list() == ["tan-hong.an-phuoc", "xa.29944"]


def test_a_name_of_several_units_is_a_fault_that_says_which_and_an_area_settles_it(filled, tmp_path):
    namesake = {"code": "xa.1", "kind": "xã", "name": "Tân Hồng", "parent": "tinh.19", "source": "test"}
    with filled.begin() as connection:
        record_rows(connection, UnitRow, [namesake])
    ((_, heading, value, said),) = told(bring(filled, tmp_path, csv_text([row()])))
    assert (heading, value) == ("Đơn vị", "UBND xã Tân Hồng")
    assert "xa.1; xa.29926 (01/07/2025–)" in said
    settled = bring(filled, tmp_path, csv_text([row()]), asked=ColumnMap(under="tinh.82"))
    assert counts(settled) == (1, 0, 0, True)
    within = csv_text([row(2, unit="xã Tân Hồng, tỉnh Đồng Tháp")])
    assert counts(bring(filled, tmp_path, within)) == (1, 0, 0, True)


def test_procedures_and_desks_that_the_register_has_not_are_left_out_and_counted(sqlite, tmp_path):
    rows = [row(1), row(2, procedure="Thủ tục lạ", desk="Quầy 9"), row(3, procedure="Thủ tục lạ")]
    imported = bring(sqlite, tmp_path, csv_text(rows), dry_run=True)
    assert imported.judged.unknown == {"procedure": {"Thủ tục lạ": 2}, "desk": {"Quầy 9": 1}}
    assert told(imported) == []


def test_a_code_that_is_not_ours_leaves_the_name_to_tell_the_procedure(filled, tmp_path):
    headings = {"code": "Mã TTHC", **HEADINGS}
    bring(filled, tmp_path, csv_text([row() | {"code": "1.001193"}], headings=headings))
    assert kept(filled)["procedure"].to_list() == ["trich-luc-khai-sinh"]


def test_a_day_without_a_time_makes_nobody_late(filled, tmp_path):
    days = row(1, received="02/11/2026 08:30", due="03/11/2026", finished="02/11/2026")
    midnight = row(2, received="02/11/2026", due="02/11/2026 00:00:00", finished="03/11/2026")
    imported = bring(filled, tmp_path, csv_text([days, midnight]))
    found = kept(filled).sort("received", descending=True).to_dicts()
    assert (found[0]["due"].strftime("%d %H:%M:%S"), found[0]["finished"]) == ("03 23:59:59", found[0]["received"])
    assert (found[1]["received"].hour, found[1]["due"].strftime("%d %H:%M:%S")) == (0, "02 23:59:59")
    assert imported.judged.untimed == 1


MOMENTS = {
    "02/11/2026 08:30": "2026-11-02T08:30:00+07:00",
    "2/1/2026": "2026-01-02T00:00:00+07:00",
    "02-11-2026 8h30": "2026-11-02T08:30:00+07:00",
    "02.11.2026 08:30:15": "2026-11-02T08:30:15+07:00",
    "08:30 02/11/2026": "2026-11-02T08:30:00+07:00",
    "08h30 ngày 02/11/2026": "2026-11-02T08:30:00+07:00",
    "02/11/2026 01:30:00 CH": "2026-11-02T13:30:00+07:00",
    "02/11/2026 12:10 SA": "2026-11-02T00:10:00+07:00",
    "02/11/2026 1:30 PM": "2026-11-02T13:30:00+07:00",
    "2026-11-02": "2026-11-02T00:00:00+07:00",
    "2026-11-02T08:30:15.250": "2026-11-02T08:30:15+07:00",
    "2026-11-02T01:30:00Z": "2026-11-02T08:30:00+07:00",
    "2026-11-02 01:30:00+0000": "2026-11-02T08:30:00+07:00",
    "2026-11-02 00:30:00-01:00": "2026-11-02T08:30:00+07:00",
    "46328.354166666664": "2026-11-02T08:30:00+07:00",
    "46328": "2026-11-02T00:00:00+07:00",
}


def test_days_and_times_are_read_as_exports_write_them():
    seconds = parse_moments(pl.Series(list(MOMENTS)))["seconds"].to_list()
    assert [datetime.fromtimestamp(each, tz=ZONE).isoformat() for each in seconds] == list(MOMENTS.values())


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),
    st.sampled_from(["%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"]),
)
def test_every_second_of_a_century_is_read_back(moment, shape):
    moment = moment.replace(microsecond=0)
    (seconds,) = parse_moments(pl.Series([moment.strftime(shape)]))["seconds"].to_list()
    assert datetime.fromtimestamp(seconds, tz=ZONE).replace(tzinfo=None) == moment


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimiter_and_unicode_are_found_out(sqlite, tmp_path, delimiter, encoding):
    content = csv_text([row(), row(2)], delimiter=delimiter).encode(encoding)
    imported = bring(sqlite, tmp_path, content, dry_run=True)
    assert (imported.judged.opened.delimiter, imported.judged.rows, told(imported)) == (delimiter, 2, [])
    assert imported.judged.unknown == {}


def test_decomposed_letters_are_composed_at_the_door(sqlite, tmp_path):
    imported = bring(sqlite, tmp_path, unicodedata.normalize("NFD", csv_text([row()])), dry_run=True)
    assert (told(imported), imported.judged.unknown) == ([], {})
    assert imported.judged.columns.headings["received"] == "Ngày tiếp nhận"


@pytest.mark.parametrize("legacy", ["TCVN3 (ABC)", "VNI"])
def test_letters_before_unicode_are_turned_and_it_is_said(sqlite, tmp_path, legacy):
    text = csv_text([row(desk="Quầy lạ")], delimiter=";")
    imported = bring(sqlite, tmp_path, in_legacy(text, legacy).encode("latin-1"), dry_run=True)
    assert (imported.judged.opened.legacy, told(imported)) == (legacy, [])
    assert imported.judged.columns.headings["received"] == "Ngày tiếp nhận"
    assert imported.judged.unknown == {"desk": {"Quầy lạ": 1}}


@pytest.mark.parametrize("legacy", ["TCVN3 (ABC)", "VNI"])
def test_letters_before_unicode_in_cells_of_a_workbook_are_turned(sqlite, tmp_path, legacy):
    cells = [[in_legacy(str(cell), legacy) for cell in cells] for cells in sheet_of([row(desk="Quầy lạ")])]
    imported = bring(sqlite, tmp_path, workbook(cells), name="a.xlsx", dry_run=True)
    assert (imported.judged.opened.legacy, told(imported)) == (legacy, [])
    assert imported.judged.unknown == {"desk": {"Quầy lạ": 1}}


def test_one_column_in_a_font_of_its_own_is_turned_too(sqlite, tmp_path):
    changed = row(procedure=in_legacy("Trích lục bản sao khai sinh", "TCVN3 (ABC)"))
    imported = bring(sqlite, tmp_path, workbook(sheet_of([changed])), name="a.xlsx", dry_run=True)
    assert (told(imported), imported.judged.unknown) == ([], {})


def test_windows_1258_is_read(sqlite, tmp_path):
    def spelt(letter):
        try:
            letter.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = [], []
            for each in unicodedata.normalize("NFD", letter):
                (tone if each in "\u0300\u0301\u0303\u0309\u0323" else base).append(each)
            return unicodedata.normalize("NFC", "".join(base)) + "".join(tone)
        return letter

    text = "".join(map(spelt, csv_text([row(desk="")])))
    imported = bring(sqlite, tmp_path, text.encode("cp1258"), dry_run=True)
    assert (imported.judged.opened.encoding, told(imported)) == ("Windows-1258", [])
    assert imported.judged.unknown == {}


def test_a_workbook_with_real_dates_serials_and_whole_numbers_is_read(filled, tmp_path):
    received, due = datetime(2026, 11, 2, 8, 30), datetime(2026, 11, 3)
    cells = row() | {
        "unit": 29926,
        "received": received,
        "due": due,
        "finished": 46328.427083333336,
        "supplements": 1,
        "paid": True,
    }
    title = [["DANH SÁCH HỒ SƠ"], ["Từ ngày 01/11/2026"], []]
    bring(filled, tmp_path, workbook([*title, *sheet_of([cells])]), name="a.xlsx")
    found = kept(filled).to_dicts()[0]
    assert (found["unit"], found["received"], found["finished"]) == (
        "xa.29926",
        at("02/11/2026 08:30"),
        at("02/11/2026 10:15"),
    )
    assert (found["due"].strftime("%d %H:%M:%S"), found["supplements"], found["paid_online"]) == (
        "03 23:59:59",
        1,
        True,
    )


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(sqlite, tmp_path):
    rows = [["TIÊU ĐỀ"], [], *sheet_of([row(), row(2, channel="?")])]
    imported = bring(sqlite, tmp_path, workbook(rows), name="a.xlsx")
    assert [each.row for each in imported.judged.faults.first] == [5]


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@given(
    st.lists(
        st.tuples(words, st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1)), st.integers(0, 999)),
        min_size=1,
        max_size=8,
        unique_by=lambda each: each[0],
    )
)
def test_what_is_written_is_read_back_equal(tmp_path_factory, rows):
    numbers = {unicodedata.normalize("NFC", number) for number, _, _ in rows}
    written = [
        row(
            unit="xa.29926",
            number=number,
            supplements=str(count),
            due="",
            finished="",
            received=f"{moment:%d/%m/%Y %H:%M}",
        )
        for number, moment, count in rows
    ]
    got = []
    folder = tmp_path_factory.mktemp("law")
    path = folder / "a.csv"
    path.write_text(csv_text(written), encoding="utf-8", newline="")
    opened = open_file(path)
    columns = find_columns(opened.headings, ColumnMap(), ColumnMap())
    judge = Judge(RegisterWords(CATALOGUE), ColumnMap(), "s", KEY, NOW)
    for piece in opened.pieces(columns.places):
        got += judge.judge(piece.frame).dossiers.to_dicts()
    expected = {
        dossier_id(KEY, "s", unicodedata.normalize("NFC", number)): (
            int(moment.replace(second=0, microsecond=0, tzinfo=ZONE).timestamp()),
            count,
        )
        for number, moment, count in rows
    }
    assert len(numbers) == len(expected)
    assert {each["id"]: (each["received"], each["supplements"]) for each in got} == expected


def refused(engine, folder, content, **more):
    with pytest.raises(UnreadableFile) as found:
        bring(engine, folder, content, **more)
    said = [found.value.said(ENGLISH), found.value.said(str)]
    assert all("\n" not in each and "{" not in each for each in said)
    assert re.search(r"[^\x00-\x7f]", said[1])
    return said[0]


HEADER = csv_text([]).encode()
REFUSED = {
    "empty": (b"", "a.csv", "The file is empty."),
    "blank": (b"\n\n \n", "a.csv", "The file is empty."),
    "header only": (HEADER, "a.csv", "The file has headings and no row below them."),
    "another suffix": (HEADER, "a.pdf", "The file ends in .pdf: open it with Excel"),
    "no text": (b"\x00\x01\x02" * 100, "a.csv", "The file is no text"),
    "unknown letters": (bytes(range(128, 256)) * 4, "a.csv", "The file's encoding is not known"),
    "an open quotation mark": (HEADER + b'"x,1\n2,3\n', "a.csv", "a quotation mark is not closed"),
    "no column known": (b"a,b\n1,2\n", "a.csv", "Missing columns: number, received, unit code, filed by."),
    "a picture": (b"\x89PNG....", "a.xlsx", "The file is not an .xlsx workbook"),
    "an old workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "a.xlsx", "The file is not an .xlsx workbook"),
    "a password": (
        bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "The workbook has a password",
    ),
    "an empty workbook": (workbook([]), "a.xlsx", "The file is empty."),
    "a workbook of headings": (workbook(sheet_of([])), "a.xlsx", "The file has headings and no row below them."),
    "two sheets": (
        workbook(sheet_of([row()]), more={"Tháng 10": sheet_of([row()])}), "a.xlsx", "2 sheets with data («Hồ sơ», «Tháng 10»)",
    ),
    "half a workbook": (workbook(sheet_of([row()]))[:-200], "a.xlsx", "The workbook is damaged"),
}  # fmt: skip


def repacked(change):
    """A sound workbook whose first sheet's XML, or directory, is changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(sheet_of([row()])))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, change(xml) if name == "xl/worksheets/sheet1.xml" else xml)
    return out.getvalue()


def lying():
    """A part that unpacks to more than the directory tells."""
    packed = bytearray(repacked(lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + b" " * 5_000_000)))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
        told = archive.read(part)[:1000]
    at = packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"xl/worksheets/sheet1.xml"))
    packed[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(told))
    packed[at + 24 : at + 28] = struct.pack("<I", 1000)
    return bytes(packed)


def far_cell(xml, cell):
    return xml.replace(b"</sheetData>", b'<row r="1048576"><c r="' + cell + b'"><v>1</v></c></row></sheetData>')


HOSTILE = {
    "a directory that lies": (lying, "damaged"),
    "a cell far down": (lambda: repacked(lambda xml: far_cell(xml, b"A1048576")), "row 1048576 of 3 rows"),
    "a cell far right": (lambda: repacked(lambda xml: far_cell(xml, b"XFD3")), "columns beyond CZ"),
    "a document type": (lambda: repacked(lambda xml: xml.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1)), "DOCTYPE"),
    "too much once unpacked": (lambda: repacked(lambda xml: xml + b" " * 1_000_000), "at most 900,000"),
    "merged cells": (
        lambda: repacked(lambda xml: xml.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:B2"/></mergeCells>')),
        "merged cells among the rows (A2)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_workbook_that_would_do_harm_is_refused_before_it_is_opened(sqlite, tmp_path, monkeypatch, what):
    if what.startswith("too much"):
        monkeypatch.setattr(importing, "DOSSIERS", replace(importing.DOSSIERS, unpacked=900_000))
    make, said = HOSTILE[what]
    assert said in refused(sqlite, tmp_path, make(), name="a.xlsx")


def test_an_error_or_an_uncalculated_formula_is_a_fault_only_where_it_is_read(sqlite, tmp_path):
    cells = sheet_of([row(1), row(2)])
    plain = workbook(cells)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                xml = re.sub(rb'<c r="G2"[^>]*>.*?</c>', b'<c r="G2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', xml)
                xml = re.sub(rb'<c r="G3"[^>]*>.*?</c>', b'<c r="G3"><f>E3+1</f></c>', xml)
                xml = re.sub(rb'<c r="M3"[^>]*>.*?</c>', b'<c r="M3" t="e"><v>#REF!</v></c>', xml)
            new.writestr(name, xml)
    imported = bring(sqlite, tmp_path, out.getvalue(), name="a.xlsx")
    assert [(each.row, each.column, each.kind) for each in imported.judged.faults.first] == [
        (2, "Ngày có kết quả", "cell_error"),
        (3, "Ngày có kết quả", "no_value"),
    ]


TRICKS = (*SCRIPT, *SQL, *FORMULA)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_tricks_in_any_cell_are_only_text(sqlite, tmp_path, suffix):
    rows = [
        row(number, number=f"{trick} {number}", desk=trick, procedure=trick, name=trick)
        for number, trick in enumerate(TRICKS, 1)
    ]
    content = csv_text(rows) if suffix == "csv" else workbook(sheet_of(rows))
    imported = bring(sqlite, tmp_path, content, name=f"a.{suffix}", dry_run=True)
    assert (told(imported), imported.changes.new) == ([], len(TRICKS))
    assert imported.judged.unknown["procedure"].total() == len(TRICKS)


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_taken_is_refused_in_one_clear_line(sqlite, tmp_path, what):
    content, name, said = REFUSED[what]
    assert said in refused(sqlite, tmp_path, content, name=name)


def test_a_missing_folder_and_a_file_that_may_not_be_read_are_told(sqlite, tmp_path):
    with pytest.raises(FileNotFoundError):
        import_dossiers(
            sqlite, KEY, Request(tmp_path / "none.csv", "none.csv", "s", ColumnMap(), "u", NOW), words=ENGLISH
        )


def test_a_row_with_another_number_of_cells_is_a_fault(sqlite, tmp_path):
    imported = bring(sqlite, tmp_path, csv_text([row()]).replace("Trực tiếp", "Trực,tiếp", 1))
    assert (2, "", "14") in [each[:3] for each in told(imported)]


def test_what_is_told_of_a_source_is_remembered_for_its_next_file(filled, tmp_path):
    headings = HEADINGS | {"received": "Nhận lúc", "channel": "Kiểu"}
    content = csv_text([row(channel="Tại xã")], headings=headings)
    asked = ColumnMap({"received": "nhan luc", "channel": "Kiểu"}, {}, {"channel": {"tại xã": "counter"}})
    assert counts(bring(filled, tmp_path, content, asked=asked)) == (1, 0, 0, True)
    assert counts(bring(filled, tmp_path, csv_text([row(2, channel="Tại xã")], headings=headings))) == (1, 0, 0, True)


def test_a_default_stands_where_the_export_says_nothing(filled, tmp_path):
    fewer = {name: heading for name, heading in HEADINGS.items() if name not in {"unit", "channel"}}
    asked = ColumnMap(defaults={"unit": "xa.29926", "channel": "counter"})
    assert counts(bring(filled, tmp_path, csv_text([row()], headings=fewer), asked=asked)) == (1, 0, 0, True)
    assert kept(filled)["unit"].to_list() == ["xa.29926"]


def test_a_heading_that_is_not_there_or_may_name_somebody_is_refused(sqlite, tmp_path):
    assert "no heading «Ngày lạ»" in refused(sqlite, tmp_path, csv_text([row()]), asked=ColumnMap({"due": "Ngày lạ"}))
    said = refused(sqlite, tmp_path, csv_text([row()]), asked=ColumnMap({"desk": "Họ và tên người nộp"}))
    assert "may say who somebody is" in said


def test_an_area_that_the_register_has_not_is_refused(sqlite, tmp_path):
    assert "No unit nowhere" in refused(sqlite, tmp_path, csv_text([row()]), asked=ColumnMap(under="nowhere"))


def test_looking_at_a_file_keeps_nobody_from_writing(sqlite_engine, tmp_path):
    """A dry run while another connection holds SQLite's write lock."""
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, CATALOGUE)
    with sqlite_engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        assert counts(bring(sqlite_engine, tmp_path, csv_text([row()]), dry_run=True)) == (1, 0, 0, False)
