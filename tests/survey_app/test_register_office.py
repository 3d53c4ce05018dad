"""Desks and units that the office changes on its pages: looked at first, stored once, the past as it was."""

import re
import sqlite3
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from starlette.testclient import TestClient

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.boundary_results import series_across
from survey_app.checks import Installation
from survey_app.checks.register import look_at_register
from survey_app.door import ZONE
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import read_register
from survey_app.reading.codes import read_printed_codes
from survey_app.reading.register_change import read_desk_questionnaires
from survey_app.recording import record_catalogue, record_link, record_questionnaire, record_rows, table
from survey_app.register import Desk
from survey_app.register_file.columns import DESKS, UNITS
from survey_app.register_file.importing import Request, import_register
from survey_app.register_file.template import as_csv, register_rows
from survey_app.snapshot import SnapshotReader
from survey_app.tables import AuditRow, DeskRow, ResponseRow, UnitRow
from tests.conftest import shipped_catalogue
from tests.survey_app.conftest import KEY, Clock, form_token, record_staff, sign_in
from tests.survey_app.test_tablet_queue import ON_SQLITE, look_again, queued

DESK = "xa.29926.1"
TODAY, TOMORROW = date(2026, 11, 19), date(2026, 11, 20)


@pytest.fixture
def staffed(office):
    record_staff(office.engine)
    with office.engine.begin() as connection:
        neighbour = {
            "code": "xa.2",
            "kind": "xã",
            "name": "Bình Thành",
            "valid_from": date(2025, 7, 1),
            "source": "test",
        }
        record_rows(connection, UnitRow, [neighbour])
    sign_in(office.client, "noi-vu")
    return office


def post(office, path, **fields):
    data = {"form_token": form_token(office.client)} | {
        name.replace("__", "."): value for name, value in fields.items()
    }
    return office.client.post(f"/office/{path}", data=data, follow_redirects=False)


def make(office, path, **fields):
    """Look at a change, and agree to what was shown."""
    shown = post(office, path, **fields)
    assert shown.status_code == 200, shown.text
    confirm = re.search(r'name="confirm" value="([0-9a-f]{64})"', shown.text)[1]
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text))
    kept.pop("form_token")
    for name, options in re.findall(r'<select id="d-\d+" name="([^"]+)">(.*?)</select>', shown.text):
        kept[name] = re.search(r'value="([^"]*)" selected', options)[1]
    return post(office, path, **kept, confirm=confirm)


def register(office):
    with office.engine.connect() as connection:
        return read_register(connection)


def desk(office, code):
    return next(each for each in register(office).desks if each.code == code)


def answered(office):
    with office.engine.connect() as connection:
        columns = table(ResponseRow).c
        return list(
            connection.execute(select(columns.unit, columns.desk, columns.local_date).order_by(columns.local_date))
        )


def events(office):
    with office.engine.connect() as connection:
        columns = table(AuditRow).c
        return [tuple(row) for row in connection.execute(select(columns.act, columns.about).order_by(columns.number))]


def at(office, day):
    office.clock.now = datetime(day.year, day.month, day.day, 9, 42, tzinfo=ZONE)
    office.client.app.state.door.look_again()
    sign_in(office.client, "noi-vu")  # who signed in a day ago is signed out


def test_a_desk_is_renamed_and_asks_another_questionnaire_from_now_on(staffed):
    answer = post(staffed, f"desks/{DESK}", name="Quầy Hộ tịch", place="Nhà B", questionnaire="desk-quick")
    assert answer.headers["location"] == f"/office/desks/{DESK}?done=edited"
    kept = desk(staffed, DESK)
    assert (kept.name, kept.place, kept.fields, kept.valid_to) == ("Quầy Hộ tịch", "Nhà B", (), None)
    assert ("edit_desk", DESK) in events(staffed)
    assert "Đã ghi." in staffed.client.get(answer.headers["location"]).text


@ON_SQLITE
def test_no_page_gives_a_desk_or_a_unit_what_another_is_called_then(staffed):
    code = "12345"
    post(staffed, "units", code="xa.3", kind="xã", name="Xã Bình Thành Tây", official_code=code)
    assert (register(staffed).unit["xa.3"].name, register(staffed).unit["xa.3"].official_code) == (
        "Bình Thành Tây",
        code,
    )
    same = post(staffed, "units/xa.3", kind="xã", name="Bình  Thành", official_code=code)
    assert "Đã có xã Bình Thành (xa.2) mang tên này ở cùng nơi" in same.text
    number = post(staffed, "units/xa.2", kind="xã", name="Bình Thành", official_code=code)
    assert "Mã hành chính này là của xã Bình Thành Tây (xa.3)" in number.text
    assert "«không» không đúng" in post(staffed, "units/xa.2", kind="xã", name="Bình Thành", official_code="không").text
    with staffed.engine.begin() as connection:
        place = {"unit": "xa.29926", "name": "Quầy 98", "place": "T", "questionnaire": "desk", "source": "t"}
        rest = {"fields": [], "valid_from": TODAY, "valid_to": None, "simulated": False, "kind": "counter"}
        record_rows(connection, DeskRow, [{"code": "xa.29926.98"} | place | rest])
    same = post(staffed, f"desks/{DESK}", name="quầy 98", place="Nhà B", questionnaire="desk")
    assert (same.status_code, "Đã có Quầy 98 (xa.29926.98) mang tên này" in same.text) == (422, True)
    assert desk(staffed, DESK).name != "quầy 98"


def test_what_is_looked_at_is_not_stored_and_says_where_the_answers_stay(staffed):
    staffed.post()
    shown = post(staffed, f"desks/{DESK}/close", on=TOMORROW.isoformat())
    assert "kết thúc từ ngày 20/11/2026. 1 phiếu đã nhận ở lại quầy này" in shown.text
    assert "1 mã đã in của quầy thôi dùng từ ngày ấy" in shown.text
    assert desk(staffed, DESK).valid_to is None


def test_a_closed_desk_takes_answers_until_its_day_and_then_its_code_explains_itself(staffed):
    make(staffed, f"desks/{DESK}/close", on=TOMORROW.isoformat())
    staffed.client.app.state.door.look_again()
    assert staffed.client.get(f"/r/{staffed.code}").status_code == 200
    at(staffed, TOMORROW)
    shut = staffed.client.get(f"/r/{staffed.code}")
    assert (shut.status_code, "Quầy đã đóng từ ngày 20/11/2026." in shut.text) == (410, True)
    assert ("close_desk", DESK) in events(staffed)


def test_a_desk_that_moves_leaves_its_answers_and_its_code_opens_the_new_one_from_the_day_on(staffed):
    staffed.post()
    make(
        staffed,
        f"desks/{DESK}/move",
        on=TOMORROW.isoformat(),
        unit="xa.2",
        name="Quầy 1",
        place="Nhà mới",
        codes="go_on",
    )
    staffed.client.app.state.door.look_again()
    assert "Tân Hồng" in staffed.client.get(f"/r/{staffed.code}").text
    at(staffed, TOMORROW)
    page = staffed.client.get(f"/r/{staffed.code}").text
    assert "Bình Thành" in page
    assert "Nhà mới" in page
    staffed.post()
    assert answered(staffed) == [("xa.29926", DESK, TODAY), ("xa.2", "xa.2.1", TOMORROW)]
    with staffed.engine.connect() as connection:
        [code] = read_printed_codes(connection, today=TOMORROW, units=["xa.2"])
    assert (code.desk, code.exists) == ("xa.2.1", True)


def test_a_form_that_was_open_at_midnight_counts_where_it_is_sent(staffed):
    at(staffed, TODAY)
    ticket = staffed.ticket()
    make(staffed, f"desks/{DESK}/move", on=TOMORROW.isoformat(), unit="xa.2", codes="go_on")
    staffed.clock.now = datetime(2026, 11, 20, 0, 5, tzinfo=ZONE)
    staffed.client.app.state.door.look_again()
    assert staffed.post(id=ticket).status_code == 303
    assert answered(staffed) == [("xa.2", "xa.2.1", TOMORROW)]


def test_a_withdrawn_code_says_that_the_desk_closed(staffed):
    make(staffed, f"desks/{DESK}/move", on=TOMORROW.isoformat(), unit="xa.2", codes="withdrawn")
    at(staffed, TOMORROW)
    assert staffed.client.get(f"/r/{staffed.code}").status_code == 410


def test_an_answer_that_a_tablet_kept_goes_to_the_desk_of_its_day(staffed):
    with staffed.engine.begin() as connection:
        serial = record_link(connection, DESK, issued=date(2026, 11, 1), kind="tablet")
    look_again(staffed)
    tablet = make_code(serial, key=KEY.encode())
    make(staffed, f"desks/{DESK}/move", on=TOMORROW.isoformat(), unit="xa.2", codes="go_on")
    at(staffed, TOMORROW)
    answers = [queued(staffed), queued(staffed, "b" * 22, date=TOMORROW.isoformat())]
    sent = staffed.client.post(f"/k/{tablet}/answers", json={"answers": answers})
    assert [each["status"] for each in sent.json()["outcomes"]] == [201, 201]
    assert answered(staffed) == [("xa.29926", DESK, TODAY), ("xa.2", "xa.2.1", TOMORROW)]


def test_what_changed_since_it_was_looked_at_is_shown_again(staffed):
    stale = post(staffed, f"desks/{DESK}/close", on=TOMORROW.isoformat(), confirm="0" * 64)
    assert "Chưa có gì được ghi." in stale.text
    assert desk(staffed, DESK).valid_to is None


@pytest.fixture
def elsewhere(sqlite_engine):
    """A process beside, which waits for nobody: what is put into `before` it does before each statement of ours."""
    other = sqlite3.connect(sqlite_engine.url.database, timeout=0, isolation_level=None, check_same_thread=False)
    before = []

    @event.listens_for(sqlite_engine, "before_cursor_execute")
    def look(_connection, _cursor, statement, *_rest):
        for done in before:
            done(other, statement)

    yield before
    other.close()


SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@SQLITE
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"desks/{DESK}/close", {}),
        (f"desks/{DESK}/move", {"unit": "xa.2"}),
        ("units/xa.29926/change", {"into__1": "xa.2"}),
    ],
)
def test_no_answer_waits_while_a_change_is_planned_and_shown(staffed, elsewhere, path, fields):
    token, tried = form_token(staffed.client), []

    def answer(other, _statement):
        try:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
            tried.append(True)
        except sqlite3.OperationalError:
            tried.append(False)

    elsewhere.append(answer)
    data = {"form_token": token, "on": TOMORROW.isoformat()} | {
        name.replace("__", "."): fields[name] for name in fields
    }
    shown = staffed.client.post(f"/office/{path}", data=data)
    elsewhere.clear()
    assert 'name="confirm"' in shown.text
    assert tried
    assert all(tried)


@SQLITE
def test_while_a_change_is_stored_the_register_is_not_read_again_for_which_answers_would_wait(staffed, elsewhere):
    read = []
    elsewhere.append(lambda _other, statement: read.append(statement))
    make(staffed, f"desks/{DESK}/close", on=TOMORROW.isoformat())
    elsewhere.clear()
    stored = read[read.index("BEGIN IMMEDIATE") :]
    assert [each for each in stored if "INSERT INTO audit_event" in each]
    assert not [each for each in stored if "FROM procedure" in each]


@SQLITE
def test_a_change_that_somebody_else_made_at_the_same_moment_is_told_and_not_stored_over(staffed, elsewhere):
    def close(other, statement):
        if statement == "BEGIN IMMEDIATE":
            elsewhere.clear()
            other.execute("UPDATE desk SET valid_to = '2026-11-25', followed_by = NULL")
            other.execute("UPDATE state SET value = 'another' WHERE name = 'register_version'")

    shown = post(staffed, f"desks/{DESK}/close", on=TOMORROW.isoformat())
    confirm = re.search(r'name="confirm" value="([0-9a-f]{64})"', shown.text)[1]
    elsewhere.append(close)
    told = post(staffed, f"desks/{DESK}/close", on=TOMORROW.isoformat(), confirm=confirm)
    assert (elsewhere, told.status_code) == ([], 422)
    assert desk(staffed, DESK).valid_to == date(2026, 11, 25)


def test_a_day_on_which_somebody_answered_is_refused_with_the_reason(staffed):
    staffed.post()
    refused = post(staffed, f"desks/{DESK}/close", on=TODAY.isoformat())
    assert (refused.status_code, "còn có phiếu trả lời đến ngày 19/11/2026" in refused.text) == (422, True)


def test_a_desk_that_closed_is_opened_again_for_the_code_on_the_wall(staffed):
    make(staffed, f"desks/{DESK}/close", on=TODAY.isoformat())
    at(staffed, TOMORROW)
    make(staffed, f"desks/{DESK}/reopen", on=TOMORROW.isoformat())
    staffed.client.app.state.door.look_again()
    assert staffed.client.get(f"/r/{staffed.code}").status_code == 200
    assert desk(staffed, DESK).valid_to == TODAY


def test_a_desk_that_the_office_changed_is_not_made_as_it_was_by_the_catalogue_that_ships(engine, office):
    catalogue = shipped_catalogue()
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
    record_staff(engine)
    sign_in(office.client, "noi-vu")
    shipped: Desk = next(each for each in catalogue.desks if each.unit == "xa.29926" and each.valid_to is None)
    make(office, f"desks/{shipped.code}/close", on=TOMORROW.isoformat())
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
    assert desk(office, shipped.code).valid_to == TOMORROW


MERGE = {"on": TOMORROW.isoformat(), "old.xa.2": "on", "into.1": "new", "part.1": "main", "1.code": "xa.moi", "1.kind": "xã", "1.name": "Tân Bình"}  # fmt: skip


def test_a_merger_into_a_new_unit_without_a_code_asks_for_the_code_alone(staffed):
    refused = post(staffed, "units/xa.29926/change", **(MERGE | {"1.code": ""}))
    assert (refused.status_code, "Xin ghi mã của đơn vị mới" in refused.text) == (422, True)
    assert "không kế thừa" not in refused.text


def test_a_units_name_is_kept_without_its_kind_however_it_was_typed(staffed):
    new = {"code": "xa.9", "kind": "xã", "name": "XÃ Thử  Nghiệm", "since": "2026-01-01"}
    assert post(staffed, "units", **new).status_code == 303
    assert post(staffed, "units/xa.2", kind="phường", name="Phường Bình Thành", official_code="").status_code == 303
    kept = register(staffed).unit
    assert (kept["xa.9"].name, kept["xa.2"].kind, kept["xa.2"].name) == ("Thử Nghiệm", "phường", "Bình Thành")
    assert make(staffed, "units/xa.29926/change", **(MERGE | {"1.name": "Xã Tân Bình"})).status_code == 303
    assert register(staffed).unit["xa.moi"].name == "Tân Bình"
    assert "đến hết ngày 19/11/2026" in staffed.client.get("/office/units/xa.29926").text


def test_units_that_merge_end_and_everybody_who_scans_finds_the_new_one(staffed):
    staffed.post()
    shown = post(staffed, "units/xa.29926/change", **MERGE)
    for said in (
        "Xã Tân Hồng kết thúc: ngày 20/11/2026 là ngày đầu tiên không còn tính.",
        "Xã Tân Bình kế thừa xã Bình Thành, phần chính",
        "1 mã đã in của quầy vẫn dùng",
        "Tài khoản Cán bộ mot-cua vẫn chỉ xem được xã Tân Hồng",
    ):
        assert said in shown.text
    assert len(register(staffed).units) == 2
    assert make(staffed, "units/xa.29926/change", **MERGE).status_code == 303
    after = register(staffed)
    assert [(one.code, one.valid_to) for one in after.units] == [
        ("xa.2", TOMORROW), ("xa.29926", TOMORROW), ("xa.moi", None),
    ]  # fmt: skip
    at(staffed, TOMORROW)
    assert "Tân Bình" in staffed.client.get(f"/r/{staffed.code}").text
    staffed.post()
    assert answered(staffed) == [("xa.29926", DESK, TODAY), ("xa.moi", "xa.moi.1", TOMORROW)]
    assert ("merge_units", "xa.29926, xa.2") in events(staffed)
    page = staffed.client.get("/office/units/xa.29926").text
    assert "Tài khoản còn gắn với đơn vị này: Cán bộ mot-cua." in page


def test_a_desk_goes_to_the_successor_that_was_chosen_for_it_or_closes(staffed):
    split = {
        "on": TOMORROW.isoformat(), "into.1": "new", "part.1": "main", "1.code": "xa.a", "1.kind": "xã", "1.name": "A",
        "into.2": "new", "part.2": "partial", "2.code": "xa.b", "2.kind": "xã", "2.name": "B",
    }  # fmt: skip
    make(staffed, "units/xa.29926/change", **split, **{f"desk.{DESK}": "xa.b"})
    assert [(link.new, link.part) for link in register(staffed).successors] == [("xa.a", "main"), ("xa.b", "partial")]
    assert desk(staffed, "xa.b.1").unit == "xa.b"
    assert ("split_unit", "xa.29926") in events(staffed)


def test_a_unit_without_successors_closes_with_its_desks(staffed):
    make(staffed, "units/xa.29926/change", on=TOMORROW.isoformat())
    assert (desk(staffed, DESK).valid_to, desk(staffed, DESK).followed_by) == (TOMORROW, None)
    assert ("close_unit", "xa.29926") in events(staffed)


def record_answers(engine, unit, days, n=12):
    with engine.begin() as connection:
        record_questionnaire(connection, load_questionnaire("desk"))
        record_rows(
            connection,
            ResponseRow,
            [
                {
                    "id": f"{unit}-{day}-{number}", "unit": unit, "desk": f"{unit}.1", "local_date": day, "slot": "09:00",
                    "questionnaire": load_questionnaire("desk").version, "channel": "poster", "language": "vi",
                    "answers": {"polite": 5 if number else 1}, "simulated": False,
                }
                for day in days
                for number in range(n)
            ],
        )  # fmt: skip


def test_figures_before_a_merge_stay_and_a_run_of_months_goes_on_with_nobody_counted_twice(staffed):
    with staffed.engine.begin() as connection:
        values = {"code": "xa.2.1", "unit": "xa.2", "name": "Quầy", "place": "x", "fields": [], "questionnaire": "desk", "source": "test"}  # fmt: skip
        record_rows(connection, DeskRow, [values])
    for unit in ("xa.29926", "xa.2"):
        record_answers(staffed.engine, unit, [date(2026, 9, 3), date(2026, 10, 5)])
    before = SnapshotReader(staffed.engine).latest(now=datetime(2026, 11, 19, 12, tzinfo=ZONE))
    was = {
        (unit, month): int(n)
        for (unit, month), n in zip(before.by_unit.groups, before.by_unit.respondents, strict=True)
    }
    make(staffed, "units/xa.29926/change", **{**MERGE, "on": "2026-11-01"})
    record_answers(staffed.engine, "xa.moi", [date(2026, 11, 10)])
    with_planned = SnapshotReader(staffed.engine).latest(now=datetime(2027, 1, 10, 12, tzinfo=ZONE))
    now = with_planned.by_unit
    found = {(unit, month): int(n) for (unit, month), n in zip(now.groups, now.respondents, strict=True)}
    assert {key: n for key, n in found.items() if key[0] != "xa.moi"} == was
    units = [with_planned.register.unit["xa.moi"]]
    for kind in ("new", "old"):
        series = series_across(with_planned, units, kind, until=date(2027, 1, 1))
        shown = {month.month: month.index.n for month in series.months if month.index.n}
        assert shown == {date(2026, 9, 1): 24, date(2026, 10, 1): 24, date(2026, 11, 1): 12}
        assert [one.code for one in series.ended] == ["xa.2", "xa.29926"]


def test_a_merge_that_is_still_to_come_changes_no_figure_of_today(staffed):
    record_answers(staffed.engine, "xa.29926", [date(2026, 10, 5)])
    make(staffed, "units/xa.29926/change", **{**MERGE, "on": "2027-07-01"})
    snapshot = SnapshotReader(staffed.engine).latest(now=datetime(2026, 11, 19, 12, tzinfo=ZONE))
    assert [one.code for one in snapshot.units_now] == ["xa.29926"]
    assert snapshot.register.successors == ()


@pytest.mark.parametrize(
    "on", ["31/02/2026", "9999-12-31", "0001-01-01", "", "x", "2026-11-19\x00", "٢٠٢٦-١١-٢٠", "-1/1/2026"]
)
@pytest.mark.parametrize("path", [f"desks/{DESK}/close", f"desks/{DESK}/move", "units/xa.29926/change"])
def test_a_day_that_is_none_or_out_of_sight_changes_nothing(staffed, path, on):
    before = register(staffed)
    refused = post(staffed, path, on=on, into__1="xa.2", unit="xa.2")
    assert refused.status_code in {200, 422}
    assert register(staffed) == before
    if refused.status_code == 200:
        assert "Chưa có gì được ghi." in refused.text


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "nowhere"},
        {"unit": "xa.2", "name": "x" * 201},
        {"unit": "xa.29926"},
        {"unit": "xa.2", "place": " "},
    ],
)
def test_a_move_that_makes_no_sense_is_refused_and_says_why(staffed, fields):
    refused = post(staffed, f"desks/{DESK}/move", on=TOMORROW.isoformat(), **fields)
    assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    assert desk(staffed, DESK).valid_to is None


@pytest.mark.parametrize(
    "path", ["desks/none", "desks/none/close", "units/none", "units/none/change", f"desks/{DESK}/burn"]
)
def test_an_address_that_leads_nowhere_says_so(staffed, path):
    assert post(staffed, path, on=TOMORROW.isoformat()).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "xa.2", "kind": "xã", "name": "Hai"},
        {"code": "XA 3", "kind": "xã", "name": "Ba"},
        {"code": "xa.3", "kind": "làng", "name": "Ba"},
        {"code": "xa.3", "kind": "xã", "name": ""},
        {"code": "xa.3", "kind": "xã", "name": "Ba", "parent": "xa.2"},
        {"code": "xa.3", "kind": "xã", "name": "Ba", "since": "31/02/2026"},
        {"code": "xa.3", "kind": "xã", "name": "Ba", "since": "2099-01-01"},
    ],
)
def test_a_unit_that_cannot_be_is_not_added(staffed, fields):
    refused = post(staffed, "units", **fields)
    assert (refused.status_code, len(register(staffed).units)) == (422, 2)


def test_a_unit_is_added_and_renamed_and_both_are_events(staffed):
    post(staffed, "units", code="tinh.1", kind="tỉnh", name="Đồng Tháp")
    post(staffed, "units", code="xa.3", kind="xã", name="Ba", parent="tinh.1", since="2026-12-01")
    post(staffed, "units/xa.3", kind="phường", name="Ba Sao")
    unit = register(staffed).unit["xa.3"]
    assert (unit.kind, unit.name, unit.parent, unit.valid_from) == ("phường", "Ba Sao", "tinh.1", date(2026, 12, 1))
    assert post(staffed, "units/xa.3", kind="tỉnh", name="Ba Sao").status_code == 422
    assert [event for event in events(staffed) if event[0] in {"add_unit", "rename_unit"}] == [
        ("add_unit", "tinh.1"), ("add_unit", "xa.3"), ("rename_unit", "xa.3"),
    ]  # fmt: skip
    with staffed.engine.connect() as connection:
        said = (
            connection.execute(select(table(AuditRow).c.detail).where(table(AuditRow).c.about == "xa.3"))
            .scalars()
            .first()
        )
    assert said == {"kind": "xã", "name": "Ba", "parent": "tinh.1", "official_code": None, "valid_from": "2026-12-01"}


@ON_SQLITE
def test_who_takes_a_unit_over_on_a_day_to_come_is_said_with_that_day(staffed):
    absorb = {"on": TOMORROW.isoformat(), "into.1": "xa.2", "part.1": "main"}
    assert make(staffed, "units/xa.29926/change", **absorb).status_code == 303
    assert "(phần chính, từ ngày 20/11/2026)" in staffed.client.get("/office/units/xa.2").text
    assert "(phần chính, từ ngày 20/11/2026)" in staffed.client.get("/office/units/xa.29926").text
    at(staffed, TOMORROW)
    assert "(phần chính)" in staffed.client.get("/office/units/xa.2").text


@pytest.mark.parametrize(
    "path", ["units", "desks", "units?q=binh%20thanh", "desks?q=ho tich", "desks?unit=xa.29926", "units/xa.2"]
)
def test_the_lists_find_what_is_looked_for_with_and_without_accents(staffed, path):
    page = staffed.client.get(f"/office/{path}")
    assert page.status_code == 200
    assert ("Bình Thành" if "units" in path else "Quầy 1 – Hộ tịch") in page.text


def test_a_person_of_a_unit_that_ended_still_sees_it_and_not_its_successor(staffed):
    make(staffed, "units/xa.29926/change", **MERGE)
    at(staffed, TOMORROW + timedelta(days=1))
    sign_in(staffed.client, "mot-cua")
    codes = staffed.client.get("/office/codes").text
    assert "Tân Bình" not in codes


def test_a_register_of_units_that_merged_moved_and_closed_is_exported_and_says_nothing_new_when_it_comes_back(
    staffed, tmp_path
):
    make(staffed, "units/xa.2/change", on=TOMORROW.isoformat(), **{"into.1": "xa.29926", "part.1": "main"})
    make(staffed, f"desks/{DESK}/move", on=TOMORROW.isoformat(), place="Nhà B")
    known = register(staffed)
    with staffed.engine.connect() as connection:
        asking = read_desk_questionnaires(connection)
    for kind in (UNITS, DESKS):
        file = tmp_path / f"{kind}.csv"
        file.write_bytes(as_csv(register_rows(kind, known, asking)))
        came = import_register(staffed.engine, Request(file, file.name, kind, "noi-vu", staffed.clock(), dry_run=True))
        assert [str(fault) for fault in came.faults.first] == []
        assert not came.change


def brought(office, folder, kind, content):
    """A table as the page would judge it."""
    file = folder / "cũ.csv"
    file.write_text(content, encoding="utf-8")
    return import_register(office.engine, Request(file, file.name, kind, "noi-vu", office.clock()))


def judged(office, folder, kind, content):
    """Its faults: column, kind and detail; then everything that it changed."""
    done = brought(office, folder, kind, content)
    changed = [each for change in (done.change.altered if done.change else ()) for each in change.altered]
    return [(each.column, each.kind, each.detail) for each in done.faults.first], changed


DESK_HEAD = "Đơn vị;Tên quầy;Nơi đặt;Từ ngày;Đến hết ngày\n"


def test_an_old_table_of_units_undoes_no_part_of_a_merger(staffed, tmp_path):
    make(staffed, "units/xa.2/change", on=TOMORROW.isoformat(), **{"into.1": "xa.29926", "part.1": "main"})
    kept = register(staffed).unit["xa.2"]
    old = "Mã;Tên;Loại;Từ ngày;Đến hết ngày\nxa.2;Bình Thành;xã;01/07/2025;{last}\n"
    done = brought(staffed, tmp_path, UNITS, old.format(last=""))
    assert (done.stored, done.change.same, done.notes) == (False, 1, {"ends_kept": 1})
    refused = ([("Đến hết ngày", "taken_over", "19/11/2026 → xa.29926")], [])
    assert judged(staffed, tmp_path, UNITS, old.format(last="31/12/2026")) == refused
    assert judged(staffed, tmp_path, UNITS, old.format(last="18/11/2026")) == refused
    assert register(staffed).unit["xa.2"] == kept
    new_desk = f"{DESK_HEAD}xa.2;Quầy 8;Trung tâm;01/07/2025;{{last}}\n"
    assert [kind for _, kind, _ in judged(staffed, tmp_path, DESKS, new_desk.format(last=""))[0]] == ["unit_ends"]
    assert judged(staffed, tmp_path, DESKS, new_desk.format(last="18/11/2026"))[0] == []


def test_a_unit_and_the_one_that_took_it_over_get_another_day_together(staffed, tmp_path):
    head = "Tên;Loại;Mã chính thức;Từ ngày;Đến hết ngày;Thay cho\n"
    rows = "Cũ;xã;30214;;{last};\nMới;xã;30215;{first};;30214\n"
    brought(staffed, tmp_path, UNITS, head + rows.format(last="31/12/2026", first="01/01/2027"))
    faults, _ = judged(staffed, tmp_path, UNITS, head + rows.format(last="31/12/2026", first="01/12/2026"))
    assert ("Từ ngày", "taken_over", "31/12/2026 → xa.30215") in faults
    faults, changed = judged(staffed, tmp_path, UNITS, head + rows.format(last="14/01/2027", first="15/01/2027"))
    assert (faults, {each.column for each in changed}) == ([], {"last_day", "valid_from"})


def test_an_old_table_of_desks_undoes_no_move_and_no_closing(staffed, tmp_path):
    make(staffed, f"desks/{DESK}/move", on=TOMORROW.isoformat(), place="Nhà B")
    name, place = desk(staffed, DESK).name, desk(staffed, DESK).place
    old = f"{DESK_HEAD}xa.29926;{name};{place};{{first}};{{last}}\n"
    first = f"{desk(staffed, DESK).valid_from:%d/%m/%Y}" if desk(staffed, DESK).valid_from else ""
    done = brought(staffed, tmp_path, DESKS, old.format(first=first, last=""))
    assert (done.stored, done.change.same, done.notes) == (False, 1, {"ends_kept": 1})
    refused = [("Đến hết ngày", "followed", "19/11/2026 → xa.29926.1_2")]
    assert judged(staffed, tmp_path, DESKS, old.format(first=first, last="31/12/2026"))[0] == refused
    moved = f"Mã quầy;{DESK_HEAD}xa.29926.1_2;xa.29926;{name};Nhà B;01/11/2026;\n"
    assert ("Từ ngày", "followed", "xa.29926.1 → 20/11/2026") in judged(staffed, tmp_path, DESKS, moved)[0]
    make(staffed, "desks/xa.29926.1_2/close", on="2026-12-01")
    again = f"Mã quầy;{DESK_HEAD}xa.29926.1_2;xa.29926;{name};Nhà B;20/11/2026;\n"
    assert judged(staffed, tmp_path, DESKS, again) == ([], [])
    assert desk(staffed, "xa.29926.1_2").valid_to == date(2026, 12, 1)


def test_a_unit_or_desk_that_goes_on_beside_who_took_it_over_is_found_and_mended_by_a_table(
    staffed, settings, tmp_path
):
    make(staffed, "units/xa.2/change", on=TOMORROW.isoformat(), **{"into.1": "xa.29926", "part.1": "main"})
    make(staffed, f"desks/{DESK}/move", on=TOMORROW.isoformat(), place="Nhà B")
    at = Installation(staffed.engine, settings, staffed.clock(), {})
    assert look_at_register(at).state == "well"
    with staffed.engine.begin() as connection:
        for row, code in ((UnitRow, "xa.2"), (DeskRow, DESK)):
            connection.execute(update(table(row)).where(table(row).c.code == code).values(valid_to=None))
    found = look_at_register(at)
    assert (found.state, "unit xa.2 goes on in xa.29926 and has no last day" in found.told) == ("BROKEN", True)
    assert "desk xa.29926.1 goes on in xa.29926.1_2" in found.told
    units = "Mã;Tên;Loại;Đến hết ngày\nxa.2;Bình Thành;xã;19/11/2026\n"
    name, place = desk(staffed, DESK).name, desk(staffed, DESK).place
    desks = f"Mã quầy;Đơn vị;Tên quầy;Nơi đặt;Đến hết ngày\n{DESK};xa.29926;{name};{place};{{last}}\n"
    assert judged(staffed, tmp_path, DESKS, desks.format(last="20/11/2026"))[0][0][1] == "followed"
    assert (
        judged(staffed, tmp_path, UNITS, units)[0]
        == judged(staffed, tmp_path, DESKS, desks.format(last="19/11/2026"))[0]
    )
    assert look_at_register(at).state == "well"


@pytest.mark.parametrize("path", ["desks/xa.29926.1/close", "units/xa.29926/change"])
def test_a_change_without_a_day_asks_for_one(staffed, path):
    for day in ("", " "):
        answer = post(staffed, path, on=day)
        assert answer.status_code == 422
        assert "Xin ghi ngày." in answer.text
        assert "«–»" not in answer.text
    assert "Không đọc được ngày «31/02/2026»" in post(staffed, path, on="31/02/2026").text


def test_an_empty_register_leads_to_where_it_is_filled(sqlite_engine, settings):
    record_staff(sqlite_engine, {"noi-vu": ("home_affairs", None)})
    with TestClient(make_app(sqlite_engine, settings, clock=Clock())) as client:
        sign_in(client, "noi-vu")
        for path, said in (("desks", "Chưa có quầy nào."), ("units", "Chưa có đơn vị nào.")):
            page = client.get(f"/office/{path}").text
            assert said in page
            assert 'href="/office/register"' in page
            assert "như vậy" not in page
        assert "Desks" in client.get("/office/desks?lang=en").text


def test_what_is_not_found_in_a_register_that_has_something_is_not_there(staffed):
    for path, said in (("desks", "Không có quầy nào như vậy."), ("units", "Không có đơn vị nào như vậy.")):
        assert said in staffed.client.get(f"/office/{path}?q=zzz").text


def test_titles_of_lists_are_plural_in_english(staffed):
    for path, title in (("units", "Units"), ("desks", "Desks")):
        page = staffed.client.get(f"/office/{path}?lang=en").text
        assert f"<title>{title} – Hài Lòng</title>" in page
        assert f"<h1>{title}</h1>" in page
        assert f'<a href="/office/{path}">{title}</a>' in staffed.client.get("/office/?lang=en").text


@ON_SQLITE
def test_a_long_name_without_a_space_makes_no_page_wider_than_the_phone(staffed, browser):
    post(staffed, f"desks/{DESK}", name="x" * 160, place="y" * 160, questionnaire="desk")
    post(staffed, "units/xa.2", name="x" * 160, kind="xã")
    with browser.new_page(viewport={"width": 390, "height": 844}) as page:
        wide = {}
        for path in (f"desks/{DESK}", "units/xa.29926", "units/xa.2"):
            page.set_content(staffed.client.get(f"/office/{path}").text)
            wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert set(wide.values()) == {390}, wide
