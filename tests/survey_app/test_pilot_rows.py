"""Pilots as a table: what a spreadsheet can carry, judged as a TOML file is."""

from datetime import date, datetime

import pytest

from survey_app import cli
from survey_app.door import ZONE
from survey_app.pilot_file import PilotNote
from survey_app.reading import read_register
from survey_app.recording import record_catalogue
from survey_app.register_file.columns import PILOTS
from survey_app.register_file.importing import Request
from survey_app.register_file.pilot_importing import import_pilots
from survey_app.register_file.pilot_rows import _DAYS, _KINDS, DAYS_OF_WEEK, WINDOWS
from survey_app.register_file.pilot_words import pilot_words
from survey_app.register_file.template import as_csv, example_rows
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import without_accents
from survey_app.wording import translator
from tests.conftest import shipped_catalogue

NOW = datetime(2024, 2, 1, 9, 0, tzinfo=ZONE)
HEAD = (
    "Mã mô hình;Đơn vị tham gia;Tham gia từ ngày;Tham gia đến hết ngày;Tên mô hình;Địa bàn;Cách làm;Mô hình từ ngày;"
    "Loại ngày;Thứ;Buổi;Căn cứ\n"
)
FIRST = (
    "thu-nam-hen-gio;tan-hong.binh-phu;01/03/2024;31/03/2024;Thứ năm hẹn giờ;tan-hong;Theo buổi;01/03/2024;"
    "ngày làm việc;Thứ năm;chiều;Quyết định số 9\n"
)
SECOND = "thu-nam-hen-gio;tan-hong.tan-phuoc;01/04/2024;;;;;;;;;\n"


def test_a_preview_says_a_pilots_values_in_the_words_that_the_table_takes():
    taken = _KINDS | _DAYS | DAYS_OF_WEEK | WINDOWS
    said = pilot_words(str)
    assert {taken[without_accents(word)]: word for word in said.values()} == said
    assert said.keys() == set(taken.values())


@pytest.mark.parametrize(
    ("p", "vi", "en"), [(1 / 3, "0,333", "0.333"), (1.0, "là 1,", "is 1,"), (1 / 19, "0,0526", "0.0526")]
)
def test_the_smallest_p_has_the_languages_own_mark(p, vi, en):
    note = PilotNote("cannot_conclude", "x", n=1, units=3, p=p)
    assert vi in note.said(str)
    assert en in note.said(translator("en"))


@pytest.fixture
def filled(engine):
    with engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue().documented())
    return engine


def bring(engine, folder, content, *, name="mô hình.csv", **more):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return import_pilots(engine, Request(path, name, PILOTS, "noi-vu", NOW, **more))


def faults(done):
    return [(each.row, each.column, each.kind) for each in done.faults]


def registered(engine):
    with engine.connect() as connection:
        return read_register(connection)


def test_a_table_makes_a_pilot_with_its_units_and_the_same_again_changes_nothing(filled, tmp_path):
    dry = bring(filled, tmp_path, HEAD + FIRST + SECOND, dry_run=True)
    assert (len(dry.change.lines), dry.stored) == (3, False)
    assert bring(filled, tmp_path, HEAD + FIRST + SECOND).stored
    register = registered(filled)
    rule = register.pilot["thu-nam-hen-gio"].rule
    assert (rule.kind, rule.days, rule.weekdays, rule.windows) == ("sessions", "working", ("thursday",), ("afternoon",))
    first, second = register.participations_in("thu-nam-hen-gio")
    assert (first.unit, first.ends, first.source) == ("tan-hong.binh-phu", date(2024, 4, 1), "Quyết định số 9")
    assert second.source == "Quyết định số 9"
    assert bring(filled, tmp_path, HEAD + FIRST + SECOND).change.lines == ()


def test_a_unit_is_added_to_a_pilot_that_is_there_and_nobody_is_taken_out(filled, tmp_path):
    bring(filled, tmp_path, HEAD + FIRST)
    assert bring(filled, tmp_path, HEAD + SECOND).change.lines == (
        "+ participation thu-nam-hen-gio, tan-hong.tan-phuoc from 2024-04-01",
    )
    assert len(registered(filled).participations_in("thu-nam-hen-gio")) == 2


def test_every_fault_of_a_table_of_pilots_is_told_at_its_cell(filled, tmp_path):
    done = bring(
        filled, tmp_path, HEAD + FIRST.replace("Thứ năm;", "Thứ tám;") + SECOND.replace("tan-hong.tan-phuoc", "x")
    )
    assert faults(done) == [(2, "Thứ", "one_of"), (3, "Đơn vị tham gia", "unit_unknown")]
    unknown = bring(filled, tmp_path, HEAD + SECOND.replace(";;;;;;;;;", ";;;;;;;;;Quyết định"))
    assert faults(unknown) == [(2, "Mã mô hình", "pilot_unknown")]
    deeper = bring(filled, tmp_path, HEAD + FIRST.replace("chiều", ""))
    assert {(row, kind) for row, _, kind in faults(deeper)} == {(2, "pilot_rule")}
    differs = bring(filled, tmp_path, HEAD + FIRST + SECOND.replace(";;;;;;;;;", ";;Tên khác;;;;;;;"))
    assert faults(differs) == [(3, "Tên mô hình", "twice")]
    assert "thu-nam-hen-gio" not in registered(filled).pilot


def test_a_pilots_rules_are_told_beside_cells_that_cannot_be_read(filled, tmp_path):
    shipped = next(pilot.code for pilot in shipped_catalogue().pilots)
    rows = (
        FIRST.replace("Thứ năm;", "Thứ tám;")
        + SECOND.replace("01/04/2024;", "1/2/2024;31/13/2024")
        + FIRST.replace("thu-nam-hen-gio", "khac").replace("chiều", "")
        + FIRST.replace("thu-nam-hen-gio", shipped)
        + FIRST.replace("thu-nam-hen-gio;", "Không dấu;").replace("tan-hong.binh-phu", "x")
        + FIRST.replace("01/03/2024;31/03/2024", "15/03/2024;15/04/2024")
    )
    done = bring(filled, tmp_path, HEAD.replace(";Căn cứ", ";Mã thủ tục;Căn cứ") + rows.replace(";Quyết", ";9.9;Quyết"))
    found = faults(done)
    assert {(2, "Thứ", "one_of"), (2, "Mã thủ tục", "pilot_rule"), (3, "Tham gia đến hết ngày", "day")} <= set(found)
    assert {(4, "Buổi", "pilot_rule"), (5, "Mã mô hình", "pilot_rule"), (6, "Mã mô hình", "code")} <= set(found)
    assert (6, "Đơn vị tham gia", "unit_unknown") in found
    assert len(found) == len(set(found))


def test_two_times_of_one_unit_in_a_pilot_name_the_row_and_the_day_as_it_was_typed(filled, tmp_path):
    again = "thu-nam-hen-gio;tan-hong.binh-phu;5/3/2024;30/04/2024;;;;;;;;\n"
    done = bring(filled, tmp_path, HEAD + FIRST + again)
    [fault] = done.faults
    assert (fault.row, fault.column, fault.value) == (3, "Tham gia từ ngày", "5/3/2024")
    assert fault.detail == "no overlap with row 2 participation (tan-hong.binh-phu in thu-nam-hen-gio)"


def test_a_pilot_that_ships_is_not_made_anew_by_a_table(filled, tmp_path):
    code = next(pilot.code for pilot in shipped_catalogue().pilots)
    assert (2, "Mã mô hình", "pilot_rule") in faults(
        bring(filled, tmp_path, HEAD + FIRST.replace("thu-nam-hen-gio", code))
    )


def test_the_command_takes_a_table_and_tells_its_faults(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HAILONG_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit):
        cli.main(["init"])
    file = tmp_path / "a.csv"
    file.write_text(HEAD + FIRST, encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["import", "pilots", str(file)])
    assert "a.csv: 2 changes stored." in capsys.readouterr().out
    file.write_text(HEAD + FIRST.replace("Thứ năm;", "Thứ tám;"), encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["import", "pilots", str(file)])
    assert "row 2, Thứ: 'Thứ tám'; expected one of:" in capsys.readouterr().out


def test_the_templates_example_is_passed_over(filled, tmp_path):
    (tmp_path / "a.csv").write_bytes(as_csv(example_rows(PILOTS)))
    with pytest.raises(UnreadableFile) as found:
        import_pilots(filled, Request(tmp_path / "a.csv", "a.csv", PILOTS, "u", NOW))
    assert found.value.kind == "no_rows"
