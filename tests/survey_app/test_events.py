import csv
import io
import json
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from scoring import edition_codes, load_edition
from survey_app.app import make_app
from survey_app.door import ZONE
from survey_app.event_file import csv_lines
from survey_app.new_editions import note_new_editions
from survey_app.reading import read_state
from survey_app.reading.events import EventFilter, read_acts, read_events, walk_events
from survey_app.recording import table
from survey_app.recording.events import forget_events
from survey_app.recording.people import record_audit
from survey_app.recording.state import record_state
from survey_app.tables import AuditRow
from tests.survey_app.conftest import Clock, record_office, record_staff, sign_in
from tests.tricks import FORMULA

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=ZONE)


def record_days(engine, days):
    with engine.begin() as connection:
        for day in range(days):
            record_audit(connection, NOON - timedelta(days=day), "noi-vu", "look_at_case", f"case-{day}")


def abouts(engine):
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT about FROM audit_event ORDER BY at DESC")).scalars())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET about = 'nothing'",
        "UPDATE audit_event SET at = 0",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE about = 'case-1'",
        "INSERT INTO audit_event SELECT * FROM audit_event WHERE number = 1 ON CONFLICT (number) DO UPDATE SET about = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_event(engine, statement):
    record_days(engine, 2)
    with pytest.raises(DBAPIError, match="events are only ever added"), engine.begin() as connection:
        connection.execute(text(statement))
    assert abouts(engine) == ["case-0", "case-1"]


@pytest.mark.parametrize("way", ["REPLACE", "IGNORE", "FAIL", "ROLLBACK"])
def test_an_sqlite_puts_no_event_in_another_ones_place_either(sqlite_engine, way):
    record_days(sqlite_engine, 2)
    other = text(f"INSERT OR {way} INTO audit_event SELECT number, at, 'nobody', act, 'x', detail FROM audit_event")
    with pytest.raises(DBAPIError, match="events are only ever added"), sqlite_engine.begin() as connection:
        connection.execute(other)
    record_days(sqlite_engine, 1)
    assert abouts(sqlite_engine) == ["case-0", "case-0", "case-1"]


def test_no_event_goes_but_before_a_time_that_an_event_names_which_itself_stays(engine):
    record_days(engine, 2)
    lie = {"count": 0, "noted_before": 10**11}
    with engine.begin() as connection:
        record_audit(connection, NOON - timedelta(days=9), "x", "purge", "events", detail=lie)
    for statement in ("DELETE FROM audit_event", "DELETE FROM audit_event WHERE act = 'purge'"):
        with pytest.raises(DBAPIError, match="events are only ever added"), engine.begin() as connection:
            connection.execute(text(statement))
    with engine.begin() as connection:
        record_state(connection, "events_kept_from", str(10**11))
        record_audit(connection, NOON, "x", "purge", "cases", detail=lie)
        record_audit(connection, NOON, "x", "purge", "events", detail={"count": 0})
    with pytest.raises(DBAPIError, match="events are only ever added"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE about = 'case-1'"))


def test_a_postgresql_does_not_empty_the_table_of_events_either(postgresql_engine):
    record_days(postgresql_engine, 1)
    with pytest.raises(DBAPIError, match="events are only ever added"), postgresql_engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_event"))
    assert abouts(postgresql_engine) == ["case-0"]


def test_old_events_go_in_the_one_way_made_for_it_and_only_they(engine):
    record_days(engine, 4)
    with engine.begin() as connection:
        assert forget_events(connection, before=NOON - timedelta(days=1), at=NOON, by="server") == 2
        with pytest.raises(DBAPIError, match="events are only ever added"), connection.begin_nested():
            connection.execute(text("DELETE FROM audit_event"))
    assert sorted(abouts(engine)) == ["case-0", "case-1", "events"]
    with pytest.raises(DBAPIError, match="events are only ever added"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE about = 'case-1'"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT max(number) FROM audit_event")).scalar() == 5


@pytest.fixture
def read(sqlite_engine, settings):
    """The administrator's browser on a small office with 150 events of two people on three days."""
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with sqlite_engine.begin() as connection:
        for number in range(150):
            user = "noi-vu" if number % 3 else "mot-cua"
            record_audit(connection, NOON - timedelta(days=number // 50), user, "look_at_case", f"case-{number:03}")
    with TestClient(make_app(sqlite_engine, settings, clock=Clock())) as client:
        sign_in(client, "quan-tri")
        yield client, sqlite_engine


def shown(client, query=""):
    return re.findall(r"case-\d+", client.get(f"/office/events{query}").text)


def test_events_are_read_by_the_hundred_the_latest_first(read):
    client, _ = read
    page = client.get("/office/events").text
    assert len(re.findall(r"case-\d+", page)) == 99  # and the sign-in
    assert "Xem một phản ánh" in page
    older = re.search(r'href="(/office/events\?[^"]*before[^"]*)"', page)[1].replace("&amp;", "&")
    assert len(re.findall(r"case-\d+", client.get(older).text)) == 51


def test_either_database_gives_events_by_day_and_more_than_one_portion_of_them(engine):
    with engine.begin() as connection:
        for number in range(2300):
            record_audit(connection, NOON - timedelta(days=number % 2), "noi-vu", "look_at_case", f"case-{number}")
    with engine.connect() as connection:
        today = EventFilter(user="noi-vu", since=NOON.date(), until=NOON.date())
        assert len(read_events(connection, today)) == 1150
        assert [event.about for event in read_events(connection, EventFilter(), most=2)] == ["case-2299", "case-2298"]
        assert len(list(csv.reader(b"".join(csv_lines(walk_events(connection, today))).decode().splitlines()))) == 1151
        assert read_acts(connection) == ["look_at_case"]


def test_events_are_found_by_person_act_and_day(read):
    client, _ = read
    assert len(shown(client, "?user=mot-cua")) == 50
    assert shown(client, "?act=sign_in") == []
    assert len(shown(client, "?since=2026-11-18&until=2026-11-18")) == 50
    assert set(shown(client, "?since=2026-11-17&until=2026-11-17&user=noi-vu")) == {
        f"case-{number:03}" for number in range(100, 150) if number % 3
    }
    assert "Không có việc nào như vậy." in client.get("/office/events?user=khong-co").text


@pytest.mark.parametrize(
    "query",
    ["?since=x", "?until=99999-01-01", "?before=-1", "?before=" + "9" * 30, "?before=٣", "?since=0001-01-01", "?act='",
     "?until=9999-12-31", "?act=" + "x" * 3000, "?user=mot-cua&since=31/12/2026"],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_said_and_nothing_is_shown_or_taken_away_as_if_there_were_none(read, query):
    client, engine = read
    for address in ("/office/events", "/office/events/file"):
        answer = client.get(f"{address}{query}")
        assert answer.status_code == 422
        assert "Không đọc được điều kiện lọc: " in answer.text
        assert "case-" not in answer.text
    with engine.connect() as connection:
        assert "export_events" not in read_acts(connection)


@pytest.mark.parametrize("query", ["?user=' OR 1=1", "?act=export_events", "?since=&until=&act=", "?about=%20case-1"])
def test_a_filter_that_finds_nothing_or_holds_nothing_is_no_fault(read, query):
    assert read[0].get(f"/office/events{query}").status_code == 200


def test_what_stands_beside_an_event_is_in_words_of_the_page(read):
    client, engine = read
    steps = {"begin": ["xa.29929.quay-2"], "end": {"xa.29926.1": ["2026-12-01", "xa.29929.quay-2"]}}
    shift = {"desk": "xa.29926.1", "starts": "2026-11-02", "half": "day", "ends": "2026-11-07"}
    kept = [
        ("move_desk", {"on": "2026-12-01", "steps": steps}),
        ("export_events", {"filter": {}}),
        ("change_role", {"from": ["committee", None], "to": ["unit", "xa.29926"]}),
        ("add_shift", shift),
        ("end_shift", {"before": None, **shift}),
        ("edit_desk", {"fields": {"before": [], "after": ["xay-dung"]}}),
        ("screen_comments", {"month": "2026-10-01", "n": 2, "outcome": "withheld"}),
        ("sign_in", {"way": "oidc"}),
        ("purge", {"count": 3, "noted_before": 0}),
        ("odd_act", {"odd": ["one", {"two": None}], "flag": False}),
    ]
    with engine.begin() as connection:
        for act, detail in kept:
            record_audit(connection, NOON + timedelta(minutes=1), "noi-vu", act, "here", detail=detail)
    vietnamese, english = (
        re.findall(r'here</span>(?:<br><span class="small quiet" dir="auto">([^<]*)</span>)?', client.get(address).text)
        for address in ("/office/events", "/office/events?lang=en")
    )
    assert vietnamese[::-1] == [
        "từ ngày: 01/12/2026 · mở: xa.29929.quay-2 · kết thúc từ ngày: xa.29926.1 (01/12/2026 → xa.29929.quay-2)",
        "",
        "từ: Ban Chỉ đạo · thành: Đơn vị, xa.29926",
        "quầy: xa.29926.1 · từ ngày: 02/11/2026 · buổi: cả ngày · đến hết ngày: 06/11/2026",
        "quầy: xa.29926.1 · từ ngày: 02/11/2026 · buổi: cả ngày · đến hết ngày: 06/11/2026",
        "lĩnh vực: – → xay-dung",
        "tháng: tháng 10/2026 · số lượng: 2 · kết quả: giữ lại",
        "cách vào: đăng nhập của tỉnh",
        "số lượng: 3 · ghi trước lúc: 08:00 01/01/1970",
        "odd: one, two · flag: không",
    ]
    assert english[::-1][2:4] == [
        "from: Steering committee · to: Unit, xa.29926",
        "desk: xa.29926.1 · from: 2 Nov 2026 · half of the day: all day · last day: 6 Nov 2026",
    ]


def test_the_file_of_events_has_all_that_are_wanted_and_taking_it_is_an_event(read):
    client, engine = read
    answer = client.get("/office/events/file?user=mot-cua")
    assert answer.headers["content-disposition"] == 'attachment; filename="hailong-events-2026-11-19.csv"'
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 50
    assert list(rows[0]) == ["Số", "Lúc", "Người", "Việc đã làm", "Mã việc", "Về", "Chi tiết"]
    assert rows[0]["Lúc"] == "2026-11-17T12:00:00+07:00"
    assert (rows[0]["Việc đã làm"], rows[0]["Mã việc"]) == ("Xem một phản ánh", "look_at_case")
    with engine.connect() as connection:
        [event] = connection.execute(text("SELECT user, detail FROM audit_event WHERE act = 'export_events'")).all()
    assert (event[0], event[1]) == ("quan-tri", '{"filter": {"user": "mot-cua"}}')


@pytest.mark.parametrize("trick", FORMULA)
def test_no_cell_of_the_file_starts_a_formula(read, trick):
    client, engine = read
    with engine.begin() as connection:
        record_audit(connection, NOON, "mot-cua", "void_batch", trick, detail={"reason": trick})
    file = client.get("/office/events/file?act=void_batch").content.decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(file), delimiter=";"))
    assert row["Về"][0] not in "=+-@\t\r\n＝＋－＠"


def test_what_stands_in_events_is_text_on_the_page(read):
    client, engine = read
    with engine.begin() as connection:
        record_audit(connection, NOON, "mot-cua", "odd_act", "<script>alert(1)</script>\u202e", detail={"a": "<b>"})
    page = client.get("/office/events").text
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "odd_act" in page


def test_no_other_role_reads_events(read):
    client, _ = read
    for name in ("mot-cua", "noi-vu", "thanh-tra", "ban-chi-dao"):
        client.cookies.clear()
        sign_in(client, name)
        assert client.get("/office/events").status_code == 403
        assert client.get("/office/events/file").status_code == 403


def test_who_acts_without_an_account_is_said_in_words(read):
    client, engine = read
    with engine.begin() as connection:
        links = [["xa.28543", "xa.ld-dong", "main"], ["xa.28550", "xa.ld-dong", "partial"]]
        record_audit(connection, NOON, "hailong", "merge_units", "xa.28543", detail={"steps": {"successors": links}})
    page = client.get("/office/events?user=hailong").text
    assert '<option value="hailong" selected>lệnh hailong trên máy chủ</option>' in page
    assert '<option value="author">người gửi phản ánh</option>' in page
    assert "nối tiếp: xa.28543 → xa.ld-dong → phần chính, xa.28550 → xa.ld-dong → một phần" in page


def test_a_rule_book_that_is_new_or_changed_is_noted_once_with_its_digest(sqlite_engine):
    assert set(note_new_editions(sqlite_engine, at=NOON)) == set(edition_codes())
    assert note_new_editions(sqlite_engine, at=NOON) == ()
    with sqlite_engine.begin() as connection:
        kept = json.loads(read_state(connection, "editions"))
        record_state(connection, "editions", json.dumps(kept | {"nd61-2018": "0" * 64}))
    assert note_new_editions(sqlite_engine, at=NOON) == ("nd61-2018",)
    with sqlite_engine.connect() as connection:
        columns = table(AuditRow).c
        noted = select(columns.user, columns.detail).where(columns.about == "nd61-2018").order_by(columns.number)
        first, second = connection.execute(noted).all()
    digest = load_edition("nd61-2018").digest
    assert first == ("server", {"digest": digest})
    assert second == ("server", {"digest": digest, "before": "0" * 64})
