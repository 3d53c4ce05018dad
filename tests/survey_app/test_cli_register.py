"""`hailong import units|desks|procedures`: the same as the pages, from a command line."""

import json

import pytest

from survey_app import cli

UNITS = "Tên;Loại;Mã chính thức;Từ ngày\nĐồng Tháp;tỉnh;82;01/07/2025\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HAILONG_DATA_DIR", str(tmp_path))
    return tmp_path


def run(folder, capsys, kind, content, *options, name="a.csv"):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    code = 0
    try:
        cli.main(["import", kind, str(path), *options])
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_dry_run_says_what_would_change_and_the_second_run_that_nothing_does(folder, capsys):
    code, out, _ = run(folder, capsys, "units", UNITS, "--dry-run")
    assert (code, out.splitlines()[1:]) == (
        0, ["  + unit tinh.82 (tỉnh Đồng Tháp)", "1 new, 0 changed, 0 unchanged. Dry run: nothing was stored."],
    )  # fmt: skip
    assert "1 new, 0 changed, 0 unchanged. Stored." in run(folder, capsys, "units", UNITS)[1]
    assert "0 new, 0 changed, 1 unchanged. No change." in run(folder, capsys, "units", UNITS)[1]
    assert (
        "~ unit tinh.82 (tỉnh Tháp Mười): name 'Đồng Tháp' → 'Tháp Mười'"
        in (run(folder, capsys, "units", UNITS.replace("Đồng Tháp", "Tháp Mười"))[1])
    )


def test_faults_are_told_in_english_and_end_with_one(folder, capsys):
    code, out, _ = run(folder, capsys, "units", UNITS.replace("82", "x"))
    assert (code, out.splitlines()[-2:]) == (
        1, ["  row 2, Mã chính thức: 'x'; expected a number of 2 digits", "Nothing was stored."],
    )  # fmt: skip
    code, _, error = run(folder, capsys, "desks", UNITS)
    assert code == 1
    assert "Missing columns: «Đơn vị», «Tên quầy», «Nơi đặt»." in error
    assert run(folder, capsys, "desks", "", name="a.xlsx")[::2] == (
        1,
        f"{folder}/a.xlsx: The file is empty. Nothing was stored.\n",
    )


def test_a_program_is_told_everything(folder, capsys):
    told = json.loads(run(folder, capsys, "units", UNITS, "--json")[1])
    assert (told["new"], told["stored"], told["changes"][0]["code"]) == (1, True, "tinh.82")
    run(folder, capsys, "desks", "Đơn vị,Tên quầy,Nơi đặt\n82,Quầy 1,Trung tâm\n")
    told = json.loads(run(folder, capsys, "desks", "Đơn vị,Tên quầy,Nơi đặt\n82,Quầy 1,Sảnh\n", "--json")[1])
    assert told["changes"][0]["columns"] == {"place": {"before": "Trung tâm", "after": "Sảnh"}}


def test_procedures_make_their_fields(folder, capsys):
    out = run(folder, capsys, "procedures", "Mã thủ tục,Tên thủ tục,Lĩnh vực\n1.000894,Kết hôn,Hộ tịch\n")[1]
    assert "  + field ho-tich (Hộ tịch)\n  + procedure 1.000894 (Kết hôn)\n2 new" in out


def test_every_fault_goes_to_a_file_where_one_is_named(folder, capsys):
    rows = "".join(f"Làng {number};làng;;\n" for number in range(60))
    out = run(folder, capsys, "units", UNITS.splitlines()[0] + "\n" + rows, "--faults", str(folder / "faults.csv"))[1]
    assert "  … and 10 more. All of them: --faults FILE.csv" in out
    assert len((folder / "faults.csv").read_text(encoding="utf-8-sig").splitlines()) == 61
