"""`hailong import dossiers` as a person runs it, and as it is killed."""

import json
import os
import signal
import subprocess
import sys

import pytest

from survey_app.dossier_frame import read_dossiers
from tests.conftest import ROOT, own_environment

from .dossier_files import HEADINGS, csv_text, row, sheet_of, workbook
from .test_cli import database, run


@pytest.fixture
def home(tmp_path):
    run(tmp_path, "init")
    return tmp_path


def written(home, content, name="tháng 11.csv"):
    file = home / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


def rows_of(home):
    with database(home) as connection:
        return read_dossiers(connection).height


def test_it_says_what_it_read_what_it_did_not_read_and_what_changed(home):
    file = written(home, csv_text([row(), row(2)], delimiter=";"))
    said = run(home, "import", "dossiers", file, "--source", "mot-cua")
    lines = said.stdout.splitlines()
    assert (said.returncode, said.stderr) == (0, "")
    assert lines[0] == f"{file}: 2 rows, UTF-8, delimiter ';'."
    assert "number ← 'Mã hồ sơ', procedure_name ← 'Tên thủ tục'" in lines[1]
    assert "Never read, for they may say who somebody is: 'Họ và tên người nộp'." in lines
    assert "2 rows have a desk that the register has not; they are kept without: 'Quầy 7 – Lưu trữ' (2)." in lines
    assert lines[-1] == "2 new, 0 changed, 0 unchanged. Stored."
    again = run(home, "import", "dossiers", file, "--source", "mot-cua")
    assert again.stdout.splitlines()[-1] == "0 new, 0 changed, 2 unchanged. No change."


def test_a_workbook_and_json_and_a_dry_run(home):
    file = written(home, workbook(sheet_of([row()])), "a.xlsx")
    said = json.loads(run(home, "import", "dossiers", file, "--source", "mot-cua", "--dry-run", "--json").stdout)
    assert (said["sheet"], said["new"], said["stored"], said["dry_run"]) == ("Hồ sơ", 1, False, True)
    assert (said["first_day"], rows_of(home)) == ("2026-11-02", 0)


def test_faults_are_told_at_most_fifty_with_their_number_and_all_go_to_a_file(home):
    file = written(home, csv_text([row(number, channel="?", supplements="x") for number in range(60)]))
    said = run(home, "import", "dossiers", file, "--source", "mot-cua", "--faults", str(home / "faults.csv"))
    lines = said.stdout.splitlines()
    assert (said.returncode, lines[-1]) == (1, "Nothing was stored.")
    assert "120 faults:" in lines
    assert "  row 2, Số lần bổ sung: 'x'; expected a whole number from 0 to 999" in lines
    assert f"  … and 70 more. All are in {home / 'faults.csv'}." in lines
    assert len((home / "faults.csv").read_text(encoding="utf-8-sig").splitlines()) == 121
    assert rows_of(home) == 0


def test_a_number_that_is_not_told_is_not_shown_as_a_blank_cell(home):
    file = written(home, csv_text([row(), row(due="20/11/2026")]))
    lines = run(home, "import", "dossiers", file, "--source", "mot-cua").stdout.splitlines()
    [fault] = [line for line in lines if line.startswith("  row 3")]
    assert fault.startswith("  row 3, Mã hồ sơ: expected each number with one content; row 2 ")


def test_columns_defaults_and_words_are_told_in_options(home):
    headings = {name: heading for name, heading in HEADINGS.items() if name != "unit"} | {"received": "Nhận lúc"}
    file = written(home, csv_text([row(channel="Tại xã")], headings=headings))
    options = ("--column", "received=Nhận lúc", "--default", "unit=xa.29926", "--value", "channel:tại xã=counter")
    said = run(home, "import", "dossiers", file, "--source", "mot-cua", *options)
    assert said.stdout.splitlines()[-1] == "1 new, 0 changed, 0 unchanged. Stored."
    assert run(home, "import", "dossiers", file, "--source", "mot-cua").stdout.endswith("No change.\n")


def test_all_wrong_options_are_told_at_once(home):
    wrong = ("--column", "name=x", "--default", "channel=pigeon", "--value", "desk=1", "--source", "X")
    said = run(home, "import", "dossiers", written(home, csv_text([row()])), *wrong)
    words = " ".join(said.stderr.replace("│", " ").split())
    assert said.returncode == 2
    for expected in ("'name=x'", "'pigeon'", "'desk=1'", "--source is 'X'"):
        assert expected in words


def test_a_mistyped_source_is_asked_about_before_everything_is_counted_twice(home):
    file = written(home, csv_text([row()]))
    run(home, "import", "dossiers", file, "--source", "mot-cua")
    said = run(home, "import", "dossiers", file, "--source", "motcua")
    assert (said.returncode, said.stderr) == (
        1, "No source 'motcua' yet. There are: mot-cua. To add it: --new-source\n",
    )  # fmt: skip
    assert run(home, "import", "dossiers", file, "--source", "motcua", "--new-source").returncode == 0
    assert rows_of(home) == 2


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.csv", b"", "The file is empty."),
    ("a.pdf", b"%PDF", "The file ends in .pdf"),
    ("a.xlsx", b"PK\x03\x04rest", "The workbook is damaged"),
])  # fmt: skip
def test_what_cannot_be_read_is_one_line_without_a_traceback(home, name, content, said):
    refused = run(home, "import", "dossiers", written(home, content, name), "--source", "mot-cua")
    assert (refused.returncode, len(refused.stderr.splitlines()), refused.stdout) == (1, 1, "")
    assert said in refused.stderr
    assert refused.stderr.endswith("Nothing was stored.\n")


def test_a_file_that_is_not_there_is_one_line(home):
    said = run(home, "import", "dossiers", str(home / "none.csv"), "--source", "mot-cua")
    assert (said.returncode, said.stderr) == (1, f"{home / 'none.csv'} cannot be used: No such file or directory.\n")


@pytest.mark.parametrize("database_name", ["sqlite", "postgresql"])
def test_a_kill_in_the_middle_leaves_nothing(home, request, database_name):
    """Killed while it stores, after everything was judged."""
    settings = {"HAILONG_DATA_DIR": str(home)}
    if database_name == "postgresql":
        engine = request.getfixturevalue("postgresql_engine")
        settings["HAILONG_DATABASE_URL"] = engine.url.render_as_string(hide_password=False)
        run(home, "init", **settings)
    file = written(home, csv_text([row(number) for number in range(60_000)]))
    started = subprocess.Popen(
        [sys.executable, "-c", STOPS_WHILE_STORING, file],
        cwd=ROOT,
        env=own_environment(**settings),
        stdout=subprocess.PIPE,
    )
    assert started.stdout.readline() == b"storing\n"
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    assert (
        run(home, "import", "dossiers", file, "--source", "mot-cua", "--dry-run", "--json", **settings).returncode == 0
    )
    said = json.loads(run(home, "import", "dossiers", file, "--source", "mot-cua", "--json", **settings).stdout)
    assert (said["new"], said["changed"], said["unchanged"], said["stored"]) == (60_000, 0, 0, True)


STOPS_WHILE_STORING = """
import sys, time
from survey_app.dossiers import importing
from survey_app.cli import main

def stop(*_, **__):
    print("storing", flush=True)
    time.sleep(600)

importing.record_dossiers_change = stop  # every dossier is written, and the transaction is still open
main(["import", "dossiers", sys.argv[1], "--source", "mot-cua"])
"""
