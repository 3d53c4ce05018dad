"""The roster by hand and by file, for a unit and for all; a person's index on its page."""

import io
import json
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import select, update

from survey_app.office import roster
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import read_register
from survey_app.reading.roster import read_roster
from survey_app.recording import record_questionnaire, record_rows, table
from survey_app.recording.roster import record_roster
from survey_app.register import Catalogue, Desk, Unit
from survey_app.roster import Roster, Shift, StaffMember
from survey_app.roster_file import read_roster_file, template_csv, template_workbook
from survey_app.tables import AuditRow, DeskRow, ResponseRow, UnitRow
from tests.survey_app.conftest import form_token, record_staff, sign_in
from tests.survey_app.test_cli import database, record_desk, run

DESK = "xa.29926.1"
HEAD = "Mã cán bộ;Tên hiển thị;Đơn vị;Quầy;Từ ngày;Đến hết ngày;Buổi"
SOUND = f"{HEAD}\nCB-01;An;Xã Tân Hồng;Quầy 1 – Hộ tịch;01/10/2026;31/10/2026;Sáng\nCB-02;Bình;xa.29926;{DESK};2026-10-01;;chiều\n"


@pytest.fixture
def engine(sqlite_engine):
    """One database is enough: tests/survey_app/test_simulated_roster.py asks both."""
    return sqlite_engine


@pytest.fixture
def staffed(office):
    record_staff(office.engine)
    with office.engine.begin() as connection:
        unit = {"code": "xa.2", "kind": "xã", "name": "Bình Thành", "valid_from": date(2025, 7, 1), "source": "test"}
        record_rows(connection, UnitRow, [unit])
        desk = {
            "unit": "xa.2",
            "name": "Quầy lạ",
            "place": "x",
            "fields": [],
            "questionnaire": "desk",
            "source": "test",
        }
        record_rows(connection, DeskRow, [{"code": "xa.2.1", **desk}])
    sign_in(office.client, "mot-cua")
    return office


def post(office, path="", **fields):
    data = {"form_token": form_token(office.client)} | fields
    return office.client.post(f"/office/roster{path}", data=data, follow_redirects=False)


def bring(office, content, name="ca.csv"):
    content = content.encode() if isinstance(content, str) else content
    sent = office.client.post(
        "/office/roster/file",
        data={"form_token": form_token(office.client)},
        files={"file": (name, content)},
        follow_redirects=False,
    )
    return sent if sent.status_code != 303 else office.client.get(sent.headers["location"])


def take(office, page):
    token = re.search(r"/office/roster/held/([\w-]+)", page.text)[1]
    seen = re.search(r'name="seen" value="(\w+)"', page.text)[1]
    return post(office, f"/held/{token}", seen=seen)


def shifts(office):
    with office.engine.connect() as connection:
        return read_roster(connection).shifts


def events(office):
    with office.engine.connect() as connection:
        columns = table(AuditRow).c
        return list(connection.execute(select(columns.act).order_by(columns.number)).scalars())


def last_detail(office):
    with office.engine.connect() as connection:
        columns = table(AuditRow).c
        return connection.execute(select(columns.detail).order_by(columns.number.desc()).limit(1)).scalar()


KEY = {"unit": "xa.29926", "member": "CB-01", "desk": DESK, "starts": "2026-10-01", "half": "day"}
SHIFT = {"code": "CB-01", "name": "An", "desk": DESK, "starts": "2026-10-01", "ends": "2026-10-31", "half": "morning"}


def test_a_unit_enters_a_shift_sets_its_last_day_and_removes_it(staffed):
    assert post(staffed, **SHIFT).status_code == 303
    [kept] = shifts(staffed)
    assert (kept.member, kept.desk, kept.starts, kept.ends, kept.half) == (
        "CB-01",
        DESK,
        date(2026, 10, 1),
        date(2026, 11, 1),
        "morning",
    )
    key = KEY | {"half": "morning"}
    assert post(staffed, "/shift", **key, ends="").status_code == 303
    assert shifts(staffed)[0].ends is None
    assert post(staffed, "/shift", **key, ends="2026-09-01").status_code == 422
    assert post(staffed, "/shift", **key, act="remove").status_code == 303
    assert shifts(staffed) == ()
    assert [act for act in events(staffed) if "shift" in act] == ["add_shift", "end_shift", "remove_shift"]


@pytest.mark.parametrize(
    "values",
    [
        {"starts": "31/02/2026"}, {"starts": "9999-12-31"}, {"starts": ""}, {"starts": "0001-01-01"},
        {"starts": "2036-11-02", "ends": ""}, {"ends": "2062-11-02"},
        {"ends": "2026-09-30"}, {"ends": "31/02/2026"}, {"desk": "xa.2.1"}, {"desk": "none"}, {"half": "night"},
        {"code": ""}, {"code": "có dấu"}, {"code": "a\x00b/"}, {"name": "x" * 81},
    ],
)  # fmt: skip
def test_a_shift_that_cannot_be_is_refused_and_says_what_was_expected(staffed, values):
    refused = post(staffed, **(SHIFT | values))
    assert (refused.status_code, 'role="alert"' in refused.text, shifts(staffed)) == (422, True, ())


def test_one_person_twice_at_one_desk_in_one_half_day_is_refused_and_both_shifts_are_named(staffed):
    whole = SHIFT | {"half": "day", "starts": "2026-11-01", "ends": ""}
    assert post(staffed, **whole).status_code == 303
    refused = post(staffed, **(whole | {"starts": "2026-11-10"}))
    assert refused.status_code == 422
    assert "Quầy 1 – Hộ tịch, cả ngày, 01/11/2026 – …" in refused.text
    assert "Quầy 1 – Hộ tịch, cả ngày, 10/11/2026 – …" in refused.text
    assert post(staffed, **(whole | {"starts": "2026-11-10", "half": "morning"})).status_code == 422
    assert post(staffed, **(whole | {"starts": "2026-10-01", "ends": "2026-10-31"})).status_code == 303
    key = KEY
    assert post(staffed, "/shift", **key, ends="2026-11-01").status_code == 422
    assert post(staffed, "/shift", **key, ends="2026-10-15").status_code == 303
    assert len(shifts(staffed)) == 2
    assert post(staffed, **(whole | {"code": "CB-02"})).status_code == 303  # two people: told, not refused


def test_a_file_that_has_one_person_twice_at_a_desk_in_a_half_day_is_told_by_row(staffed):
    whole = f"CB-01;An;Xã Tân Hồng;{DESK};01/11/2026;;"
    page = bring(staffed, f"{HEAD}\n{whole}\nCB-01;An;Xã Tân Hồng;{DESK};10/11/2026;;Sáng\n")
    assert page.status_code == 422
    assert "dòng 2 đã có buổi này" in page.text
    assert take(staffed, bring(staffed, f"{HEAD}\n{whole}\n")).status_code == 303
    page = bring(staffed, f"{HEAD}\nCB-01;An;Xã Tân Hồng;{DESK};10/11/2026;;\n")
    assert (page.status_code, "đã ghi ca 01/11/2026–…" in page.text) == (422, True)
    ended = f"{HEAD}\n{whole.removesuffix(';;')};09/11/2026;\nCB-01;An;Xã Tân Hồng;{DESK};10/11/2026;;\n"
    assert take(staffed, bring(staffed, ended)).status_code == 303
    assert len(shifts(staffed)) == 2
    last_day = {"before": "", "after": "09/11/2026"}
    assert last_detail(staffed)["changes"] == {f"xa.29926/CB-01, {DESK}, 01/11/2026, day": {"last_day": last_day}}


def test_a_desk_of_the_roster_is_known_whatever_dash_stands_in_its_name(staffed):
    with staffed.engine.connect() as connection:
        name = next(desk.name for desk in read_register(connection).desks if desk.code == DESK)
    assert "–" in name
    row = "CB-01;An;Xã Tân Hồng;{};01/11/2026;;"
    assert bring(staffed, f"{HEAD}\n{row.format(name.replace('–', '-'))}\n").status_code == 200
    assert bring(staffed, f"{HEAD}\n{row.format(name.replace(' – ', chr(0x2011)))}\n").status_code == 200


def test_a_name_that_several_desks_have_on_the_day_is_no_desk(tmp_path):
    file = tmp_path / "ca.csv"
    file.write_text(f"{HEAD}\nCB-01;An;xa.1;Quầy 1;10/11/2026;;\n", encoding="utf-8")
    desks = [Desk(f"xa.1.{number}", "xa.1", "Quầy 1", "T", "s") for number in (1, 2)]
    register = Catalogue(units=(Unit("xa.1", "xã", "An", "s"),), desks=tuple(desks))
    found = read_roster_file(file, register, Roster({}, ()), seen=None, today=date(2026, 11, 19))
    assert [(each.row, each.kind, each.detail) for each in found.faults.first] == [
        (2, "desk_several", "xa.1.1, xa.1.2")
    ]


OF_THEIRS = KEY | {"unit": "xa.2", "desk": "xa.2.1"}


@pytest.fixture
def beside(staffed):
    """The other unit has a CB-01 too."""
    with staffed.engine.begin() as connection:
        shift = Shift("xa.2", "CB-01", "xa.2.1", date(2026, 10, 1), "day", None, "test")
        record_roster(connection, [StaffMember("CB-01", "xa.2", "Người khác", "test")], [shift])
    return staffed


def members(office):
    with office.engine.connect() as connection:
        return {str(who): one.shown_name for who, one in read_roster(connection).members.items()}


def test_a_unit_neither_sees_nor_changes_the_people_of_another(beside):
    assert "Người khác" not in beside.client.get("/office/roster").text
    for changed in ({"act": "remove"}, {"ends": ""}, {"ends": "2026-10-05"}):
        assert post(beside, "/shift", **(OF_THEIRS | changed)).status_code == 404
        assert post(beside, "/shift", **(OF_THEIRS | {"member": "none"} | changed)).status_code == 404
    page = bring(beside, f"{HEAD}\nCB;C;Xã Bình Thành;Quầy lạ;01/10/2026;;\n")
    assert (page.status_code, "đơn vị của tài khoản này" in page.text) == (422, True)
    assert [one.ends for one in shifts(beside)] == [None]
    sign_in(beside.client, "noi-vu")
    assert "Người khác" in beside.client.get("/office/roster").text
    assert post(beside, "/shift", **OF_THEIRS, ends="2026-10-05").status_code == 303


@pytest.mark.parametrize("code", ["CB-01", "CB-77"])
def test_a_unit_learns_of_no_number_whether_another_unit_has_it(beside, code):
    """One that the other unit has, and one that nobody has: answered alike, by page and file."""
    refused = post(beside, **(SHIFT | {"code": code, "name": "Tôi", "desk": "xa.2.1"}))
    assert (refused.status_code, "Người khác" in refused.text) == (422, False)
    refused = bring(beside, f"{HEAD}\n{code};Tôi;xa.2;xa.2.1;01/10/2026;;\n")
    assert (refused.status_code, refused.text.count('data-name="Dòng"')) == (422, 2)
    assert "Người khác" not in refused.text
    assert post(beside, **(SHIFT | {"code": code})).status_code == 303
    assert take(beside, bring(beside, f"{HEAD}\n{code};;Xã Tân Hồng;{DESK};01/11/2026;;\n")).status_code == 303
    assert members(beside) == {"xa.2/CB-01": "Người khác", f"xa.29926/{code}": "An"}


def test_a_file_that_would_change_something_else_by_now_is_shown_anew_before_it_is_taken(staffed):
    page = bring(staffed, f"{HEAD}\nCB-01;Ân;xa.29926;{DESK};01/11/2026;;\n")
    assert "Đổi tên</dt><dd>0</dd>" in page.text
    assert post(staffed, **SHIFT).status_code == 303  # meanwhile the number becomes somebody's
    again = take(staffed, page)
    assert (again.status_code, "An (CB-01, xã Tân Hồng) → <b>Ân</b>" in again.text) == (200, True)
    assert members(staffed) == {"xa.29926/CB-01": "An"}
    assert take(staffed, again).status_code == 303
    assert members(staffed) == {"xa.29926/CB-01": "Ân"}


LAN, HUNG = "CB-01;Lan;xa.29926;{};05/01/2026;30/06/2026;", "CB-01;Hùng;xa.2;Quầy lạ;01/07/2026;;"


def both_told_apart(office):
    """Lan stays Lan, and has her own second quarter; Hùng has none of it. By home affairs."""
    assert members(office) == {"xa.29926/CB-01": "Lan", "xa.2/CB-01": "Hùng"}
    lan = office.client.get("/office/roster/of/xa.29926/CB-01?period=2026-Q2").text
    hung = office.client.get("/office/roster/of/xa.2/CB-01?period=2026-Q2").text
    half_days = r"Buổi làm việc trong ca, của tháng đã hết</dt><dd>(\d+)"
    assert ("Lan" in lan, "Hùng" in hung, re.search(half_days, hung)[1]) == (True, True, "0")
    assert int(re.search(half_days, lan)[1]) > 100


def test_the_same_number_of_two_units_is_two_people_by_file(staffed):
    assert take(staffed, bring(staffed, f"{HEAD}\n{LAN.format(DESK)}\n")).status_code == 303
    sign_in(staffed.client, "noi-vu")
    page = bring(staffed, f"{HEAD}\n{HUNG}\n")
    assert "Hùng (CB-01, xã Bình Thành)" in page.text
    assert "Đổi tên</dt><dd>0</dd>" in page.text
    assert take(staffed, page).status_code == 303
    both_told_apart(staffed)


def test_the_same_number_of_two_units_is_two_people_by_the_form(staffed):
    stood = {"code": "CB-01", "name": "Lan", "desk": DESK, "starts": "2026-01-05", "ends": "2026-06-30", "half": "day"}
    assert post(staffed, **stood).status_code == 303
    sign_in(staffed.client, "noi-vu")
    other = {"name": "Hùng", "desk": "xa.2.1", "starts": "2026-07-01", "ends": ""}
    assert post(staffed, **(stood | other)).status_code == 303
    both_told_apart(staffed)


def test_the_same_number_of_two_units_is_two_people_by_command(staffed, tmp_path):
    for row in (LAN.format(DESK), HUNG):
        (tmp_path / "ca.csv").write_text(f"{HEAD}\n{row}\n")
        told = run(tmp_path, "roster", "import", str(tmp_path / "ca.csv"))
        assert "1 new people, 0 renamed" in told.stdout
    sign_in(staffed.client, "noi-vu")
    both_told_apart(staffed)
    which = run(tmp_path, "roster", "score", "CB-01")
    assert (which.returncode, "say which with --unit: xa.2, xa.29926" in which.stderr) == (1, True)
    score = ("roster", "score", "CB-01", "--period", "2026-Q2", "--json", "--unit")
    found = [json.loads(run(tmp_path, *score, unit).stdout)["half_days"] for unit in ("xa.29926", "xa.2")]
    assert (found[0] > 100, found[1]) == (True, 0)
    assert last_detail(staffed) == {"period": "2026-Q2"}
    (tmp_path / "ca.csv").write_text(f"{HEAD}\n{HUNG.replace('Hùng', 'Hưng')}\n")
    assert "renamed xa.2/CB-01: Hùng → Hưng" in run(tmp_path, "roster", "import", str(tmp_path / "ca.csv")).stdout


def test_the_roster_taken_away_reads_back_without_a_change_by_page_and_command(beside, tmp_path):
    """Whatever became of its desks: a shift that outlives its desk is told no fault of, as it stands already."""
    take(beside, bring(beside, SOUND))
    with beside.engine.begin() as connection:
        connection.execute(
            update(table(DeskRow)).where(table(DeskRow).c.code == DESK).values(valid_to=date(2026, 10, 9))
        )
    mine = {kind: beside.client.get(f"/office/roster/export.{kind}").content for kind in ("csv", "xlsx")}
    assert mine["csv"].decode("utf-8-sig").splitlines()[1:] == [
        f"CB-01;An;xa.29926;{DESK};01/10/2026;31/10/2026;Sáng", f"CB-02;Bình;xa.29926;{DESK};01/10/2026;;Chiều",
    ]  # fmt: skip
    assert [event for event in events(beside) if event == "export_table"] == ["export_table"] * 2
    for kind, content in mine.items():
        assert "Không có gì thay đổi." in bring(beside, content, f"ca.{kind}").text
    assert beside.client.get("/office/roster/export.exe").status_code == 404
    for kind in ("csv", "xlsx"):
        file = tmp_path / f"ca.{kind}"
        assert run(tmp_path, "roster", "export", str(file)).stdout.startswith("3 shifts")
        assert "0 new shifts, 0 changed, 3 as before; 0 new" in run(tmp_path, "roster", "import", str(file)).stdout
    assert run(tmp_path, "roster", "export", str(tmp_path / "ca.pdf")).returncode == 1


def test_every_fault_of_a_roster_can_be_downloaded(staffed):
    page = bring(staffed, HEAD + "".join(f"\nCB-{n};=1+1;Xã nào;{DESK};05/10/2026;;" for n in range(80)))
    assert "100 lỗi đầu." in page.text
    where = re.search(r"/office/roster/held/[\w-]+/faults.csv", page.text)[0]
    lines = staffed.client.get(where).content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[0]) == (161, "Dòng;Cột;Giá trị;Cần")
    assert "2;Tên hiển thị;'=1+1;tên hiển thị: 1 đến 80 ký tự, không có ký tự lạ" in lines
    sign_in(staffed.client, "noi-vu")
    assert staffed.client.get(where).status_code == 404  # somebody else's


def test_another_name_for_a_number_of_the_same_unit_is_asked_about_and_kept_as_an_event(staffed):
    assert post(staffed, **SHIFT).status_code == 303
    renamed = SHIFT | {"name": "Bình", "starts": "2026-11-02", "ends": ""}
    refused = post(staffed, **renamed)
    assert (refused.status_code, "mã này đang là «An»" in refused.text) == (422, True)
    assert members(staffed) == {"xa.29926/CB-01": "An"}
    assert post(staffed, **renamed, renamed="on").status_code == 303
    assert members(staffed) == {"xa.29926/CB-01": "Bình"}
    assert last_detail(staffed)["name"] == {"before": "An", "after": "Bình"}


def test_a_file_says_by_name_who_is_new_and_who_is_called_otherwise_before_and_after(staffed):
    assert post(staffed, **SHIFT).status_code == 303
    page = bring(staffed, f"{HEAD}\nCB-01;Ân;xa.29926;{DESK};01/11/2026;;\nCB-02;Bình;xa.29926;{DESK};01/11/2026;;\n")
    assert "An (CB-01, xã Tân Hồng) → <b>Ân</b>" in page.text
    assert '<li dir="auto">Bình (CB-02, xã Tân Hồng)</li>' in page.text
    assert take(staffed, page).status_code == 303
    assert last_detail(staffed)["changes"]["xa.29926/CB-01"] == {"name": {"before": "An", "after": "Ân"}}


def test_a_file_is_looked_at_taken_over_once_and_the_same_again_changes_nothing(staffed):
    page = bring(staffed, SOUND)
    assert (page.status_code, shifts(staffed)) == (200, ())
    assert take(staffed, page).status_code == 303
    assert [(one.member, one.half, one.ends) for one in shifts(staffed)] == [
        ("CB-01", "morning", date(2026, 11, 1)), ("CB-02", "afternoon", None),
    ]  # fmt: skip
    again = bring(staffed, SOUND)
    assert "Không có gì thay đổi." in again.text
    assert events(staffed).count("import_roster") == 1


def test_every_fault_of_a_file_is_told_by_row_and_column_and_nothing_is_stored(staffed):
    rows = [
        f"CB 1;A;Xã Tân Hồng;{DESK};01/10/2026;;",
        f"CB-2;B;Xã nào;{DESK};01/10/2026;;",
        "CB-3;C;Xã Tân Hồng;Quầy 9;01/10/2026;;",
        f"CB-4;D;Xã Tân Hồng;{DESK};31/02/2026;;",
        f"CB-5;E;Xã Tân Hồng;{DESK};05/10/2026;01/10/2026;",
        f"CB-6;F;Xã Tân Hồng;{DESK};05/10/2026;;đêm",
        f"CB-7;G;Xã Tân Hồng;{DESK};05/10/2026;;",
        f"CB-7;G;Xã Tân Hồng;{DESK};05/10/2026;;",
        f"CB-7;Khác;Xã Tân Hồng;{DESK};06/10/2026;;",
        f";;Xã Tân Hồng;{DESK};05/10/2026;;",
        "CB 12;;Xã Tân Hồng;Quầy 9;30/02/2026;;tối",
        ";;Xã nào;Quầy 9;05/10/2026;01/10/2026;",
    ]
    page = bring(staffed, "\n".join([HEAD, *rows]))
    assert page.status_code == 422
    found = re.findall(r'data-name="Dòng">(\d+)</td><td data-name="Cột"><span dir="auto">([^<]*)', page.text)
    assert found == [
        ("2", "Mã cán bộ"), ("3", "Đơn vị"), ("4", "Quầy"), ("5", "Từ ngày"), ("6", "Đến hết ngày"),
        ("7", "Buổi"), ("9", "Mã cán bộ"), ("10", "Tên hiển thị"), ("10", "Từ ngày"),
        ("11", "Mã cán bộ"), ("12", "Từ ngày"), ("12", "Buổi"), ("12", "Mã cán bộ"), ("12", "Quầy"),
        ("13", "Mã cán bộ"), ("13", "Đơn vị"),
    ]  # fmt: skip
    assert shifts(staffed) == ()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("ca.pdf", b"%PDF", "Tệp có đuôi .pdf"),
        ("ca.xlsx", b"PK\x03\x04", "bị hỏng"),
        ("ca.csv", b"Ten;Tuoi\na;1\n", "Thiếu cột"),
        ("ca.csv", HEAD.encode(), "không có dòng nào"),
        ("ca.csv", b"\x00\x01\x02", "bảng mã"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(staffed, name, content, said):
    page = bring(staffed, content, name)
    assert (page.status_code, said in page.text) == (422, True)


def test_a_roster_is_never_as_large_as_a_file_of_dossiers(staffed):
    answer = bring(staffed, b"x" * (20 << 20), "ca.csv")
    assert (answer.status_code, "tối đa 20 MB" in answer.text) == (413, True)


def test_who_brings_a_roster_while_another_is_looked_at_is_told_to_come_again(staffed, monkeypatch):
    monkeypatch.setattr(roster, "SECONDS_TO_WAIT", 0)
    with roster._one_at_a_time:
        answer = bring(staffed, template_csv())
    assert (answer.status_code, "Máy chủ đang bận." in answer.text) == (503, True)


def test_a_formula_in_a_workbook_is_no_value_and_a_text_that_looks_like_one_is_text(staffed):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.split(";"))
        sheet.write_row(1, 0, ["CB-1", "<b>An</b>", "Xã Tân Hồng", DESK, "01/10/2026", "", ""])
        sheet.write_formula(2, 0, "=1+1", None, "")
    page = bring(staffed, out.getvalue(), "ca.xlsx")
    assert page.status_code == 422
    assert "<b>An</b>" not in page.text


def test_shifts_that_overlap_are_told_and_taken_all_the_same(staffed):
    page = bring(staffed, SOUND.replace("chiều", "Cả ngày"))
    assert "An và Bình cùng trực Quầy 1 – Hộ tịch từ 01/10/2026 đến 31/10/2026" in page.text
    assert take(staffed, page).status_code == 303
    assert "1 chỗ trùng ca" in staffed.client.get("/office/roster").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_a_file_of_the_kind_it_is_taken_as(staffed, kind):
    sent = staffed.client.get(f"/office/roster/template.{kind}")
    assert sent.content[:3] == {"csv": b"\xef\xbb\xbf", "xlsx": b"PK\x03"}[kind]
    page = bring(staffed, {"csv": template_csv, "xlsx": template_workbook}[kind](), f"mau.{kind}")
    assert page.status_code == 200
    assert "CB-01" not in page.text  # its own rows are examples, and passed over
    assert staffed.client.get("/office/roster/template.exe").status_code == 404
    if kind == "xlsx":
        book = zipfile.ZipFile(io.BytesIO(sent.content))
        assert book.read("xl/worksheets/sheet1.xml").count(b"<dataValidation ") == 3
        words = book.read("xl/sharedStrings.xml").decode()
        assert (DESK in words, "xa.2.1" in words) == (True, False)  # a unit's account: no other's desks


def record_october(engine, n=12):
    with engine.begin() as connection:
        record_questionnaire(connection, load_questionnaire("desk"))
        version = load_questionnaire("desk").version
        common = {
            "unit": "xa.29926",
            "desk": DESK,
            "questionnaire": version,
            "channel": "poster",
            "language": "vi",
            "simulated": False,
        }
        rows = [
            common
            | {"id": f"{slot}{number}", "local_date": date(2026, 10, 5), "slot": slot, "answers": {"polite": point}}
            for slot, point, n in (("09:00", 5, n), ("14:00", 1, 4))
            for number in range(n)
        ]
        record_rows(connection, ResponseRow, rows)


def test_home_affairs_sees_a_persons_own_index_and_what_it_rests_on_and_each_look_is_an_event(staffed):
    record_october(staffed.engine)
    take(staffed, bring(staffed, SOUND))
    assert staffed.client.get("/office/roster/of/xa.29926/CB-01").status_code == 403  # a unit does not score its people
    sign_in(staffed.client, "noi-vu")
    mine = staffed.client.get("/office/roster/of/xa.29926/CB-01?period=2026-10")
    assert "Mức hài lòng 100\xa0% (" in mine.text
    assert "Chưa đủ căn cứ để kết luận" in mine.text
    others = staffed.client.get("/office/roster/of/xa.29926/CB-02?period=2026-10").text
    assert "Chưa đủ dữ liệu." in others
    assert "%" not in re.sub(r"<style>.*?</style>", "", others, flags=re.DOTALL)
    assert events(staffed).count("look_at_staff_score") == 2
    assert staffed.client.get("/office/roster/of/xa.29926/none").status_code == 404
    assert staffed.client.get("/office/roster/of/xa.2/CB-01").status_code == 404
    assert staffed.client.get("/office/roster/of/xa.29926/CB-01?period=x%00").status_code in {200, 404}


@pytest.mark.parametrize("name", ["thanh-tra", "ban-chi-dao", "quan-tri"])
def test_nobody_else_sees_the_roster_or_a_score(staffed, name):
    sign_in(staffed.client, name)
    assert staffed.client.get("/office/roster").status_code == 403
    assert staffed.client.get("/office/roster/of/xa.29926/CB-01").status_code == 403


def test_the_same_by_command(tmp_path):
    run(tmp_path, "init")
    record_desk(tmp_path, DESK)
    file = tmp_path / "ca.csv"
    file.write_text(SOUND.replace("Quầy 1 – Hộ tịch", "Quầy 1"))
    assert "2 new shifts" in run(tmp_path, "roster", "import", str(file), "--dry-run").stdout
    assert json.loads(run(tmp_path, "roster", "import", str(file), "--json").stdout)["stored"] is True
    assert "0 new shifts, 0 changed, 2 as before" in run(tmp_path, "roster", "import", str(file)).stdout
    listed = json.loads(run(tmp_path, "roster", "list", "--json").stdout)
    assert [(row["member"], row["half"], row["last_day"]) for row in listed] == [
        ("CB-01", "morning", "2026-10-31"), ("CB-02", "afternoon", None),
    ]  # fmt: skip
    scored = json.loads(run(tmp_path, "roster", "score", "CB-01", "--period", "2026-10", "--json").stdout)
    assert (scored["verdict"], scored["index"]) == ("hidden", None)
    assert "not enough data" in run(tmp_path, "roster", "score", "CB-01", "--period", "2026-10").stdout
    assert run(tmp_path, "roster", "score", "none").returncode == 1
    file.write_text(f"{HEAD}\nCB;X;none;none;x;;\n")
    refused = run(tmp_path, "roster", "import", str(file))
    assert (refused.returncode, "row 2, Đơn vị: 'none'" in refused.stdout) == (1, True)
    with database(tmp_path) as connection:
        assert len(read_roster(connection).shifts) == 2
