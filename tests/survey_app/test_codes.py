"""Codes as the office manages them: scans, dead posters, withdrawal, replacement, print, invitations."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import delete, insert, select, update
from starlette.testclient import TestClient

from qr_codes import make_code, show_code
from scoring import OfficeBook
from survey_app.app import make_app
from survey_app.printed_code import PrintedCode, dead_first
from survey_app.reading import read_register
from survey_app.reading.codes import read_code_days, read_printed_codes
from survey_app.recording import (
    record_link,
    record_missing_links,
    record_revocation,
    record_rows,
    record_scans,
    table,
)
from survey_app.recording.cards import record_card_batch
from survey_app.tables import AuditRow, DeskRow, LinkRow, ProcedureRow, ResponseRow, TabletDayRow, UnitRow
from tests.survey_app.conftest import KEY, Clock, form_token, record_office, record_staff, sign_in

TODAY = date(2026, 11, 19)
PHONES = "https://hailong.example.vn"


@pytest.fixture
def office(sqlite_engine, settings):
    """The small office under an address that phones reach, with the home affairs office signed in."""
    serial = record_office(sqlite_engine)
    record_staff(sqlite_engine)
    clock = Clock()
    app = make_app(sqlite_engine, replace(settings, public_url=PHONES), clock=clock)
    with TestClient(app, base_url=PHONES) as client:
        sign_in(client, "noi-vu")
        client.engine, client.serial, client.clock = sqlite_engine, serial, clock
        yield client


def rows(office, row):
    with office.engine.connect() as connection:
        return [dict(each) for each in connection.execute(select(table(row))).mappings()]


def post(office, path, **fields):
    return office.post(path, data={"form_token": form_token(office)} | fields, follow_redirects=False)


def printed(serial, kind="poster", *, issued=date(2026, 11, 2), last=None, revoked=None, desk="a"):
    return PrintedCode(
        serial, kind, desk, desk, "", "u", "u", issued, revoked, last, last, exists=True, simulated=False
    )


def test_a_desks_codes_are_open_from_their_issue_to_their_withdrawal_and_go_on_to_who_takes_over(engine):
    record_office(engine)
    first, moved, end = date(2026, 5, 4), date(2026, 7, 1), date(2026, 9, 1)
    with engine.begin() as connection:
        (desk,) = connection.execute(select(table(DeskRow))).mappings()
        record_rows(connection, DeskRow, [dict(desk) | {"code": "next", "valid_from": moved}])
        old = table(DeskRow).c.code == desk["code"]
        connection.execute(update(table(DeskRow)).where(old).values(valid_to=moved, followed_by="next"))
        connection.execute(delete(table(LinkRow)))
        serial = record_link(connection, desk["code"], issued=first)
        record_revocation(connection, serial, on=end)
        record_card_batch(connection, "next", ["hash"], made=end)
        found = read_code_days(connection)
    assert found == {desk["code"]: ((first, moved),), "next": ((moved, end), (end, date.max))}


@pytest.mark.parametrize(
    ("code", "silent"),
    [
        (printed(1, last=date(2026, 11, 13)), True),  # Friday; since then Monday to Wednesday
        (printed(1, last=date(2026, 11, 14)), True),  # a Saturday session counts like any day
        (printed(1, last=date(2026, 11, 16)), False),
        (printed(1, issued=date(2026, 11, 16)), False),
        (printed(1, issued=date(2026, 11, 13)), True),
        (printed(1, revoked=date(2026, 11, 18)), False),
        (printed(1, "screen"), True),
        (printed(1, "tablet"), False),
        (printed(1, "invitation"), False),
    ],
)
def test_a_code_that_nobody_scanned_for_three_whole_working_days_seems_dead(code, silent):
    assert code.is_silent(TODAY, OfficeBook()) is silent


def test_a_holiday_is_no_day_without_a_scan():
    code = printed(1, last=date(2026, 8, 28))  # Friday before National Day, 2 September
    assert code.silent_days(date(2026, 9, 3), OfficeBook()) < 4


def test_dead_codes_stand_first_the_longest_silent_at_the_top():
    fresh, gone = printed(1, last=TODAY, desk="z"), printed(2, revoked=TODAY)
    dead, deader = printed(3, last=date(2026, 11, 12)), printed(4, last=date(2026, 11, 5), desk="z")
    found = dead_first([gone, fresh, dead, deader], TODAY, OfficeBook())
    assert [code.serial for code in found] == [4, 3, 1, 2]


def record_days(engine, serial):
    """A poster scanned on three days, a tablet with answers on one; the tablet's serial number."""
    with engine.begin() as connection:
        tablet = record_link(connection, "xa.29926.1", issued=TODAY, kind="tablet")
        days = (date(2026, 11, 4), date(2026, 11, 9), date(2026, 11, 6))
        record_scans(connection, {(serial, day): 2 for day in days})
        day = {"link": tablet, "day": date(2026, 11, 10), "accepted": 3, "collected": 3}
        connection.execute(insert(table(TabletDayRow)).values(**day))
    return tablet


def test_first_and_last_day_of_scans_are_read_and_a_tablets_days_of_answers(engine):
    serial = record_office(engine)
    tablet = record_days(engine, serial)
    with engine.connect() as connection:
        found = {code.serial: code for code in read_printed_codes(connection, today=TODAY)}
    assert (found[serial].first_scan, found[serial].last_scan) == (date(2026, 11, 4), date(2026, 11, 9))
    assert found[tablet].last_scan == date(2026, 11, 10)


def test_a_poster_that_nobody_scans_is_pointed_at(office):
    record_days(office.engine, office.serial)
    page = office.get("/office/codes").text
    assert "04/11/2026" in page
    assert "7 ngày làm việc không ai quét" in page
    assert "1 mã không ai quét" in page


def test_scanning_a_form_shows_on_the_page_by_day_only(office):
    office.get(f"/r/{make_code(office.serial, key=KEY.encode())}")
    office.app.state.door.do_what_is_due()
    assert "Quét lần đầu 19/11/2026, gần nhất 19/11/2026." in office.get(f"/office/codes/{office.serial}").text


def test_a_withdrawn_code_explains_itself_at_once_and_the_act_is_an_event(office):
    code = make_code(office.serial, key=KEY.encode())
    assert post(office, f"/office/codes/{office.serial}/revoke").status_code == 303
    refused = office.get(f"/r/{code}")
    assert (refused.status_code, "Mã này đã được thay." in refused.text) == (410, True)
    assert "thu hồi 19/11/2026" in office.get("/office/codes").text
    events = [(row["user"], row["act"], row["about"]) for row in rows(office, AuditRow)]
    assert events[1:] == [("noi-vu", "revoke_code", str(office.serial))]
    post(office, f"/office/codes/{office.serial}/revoke")
    assert len(rows(office, AuditRow)) == 2


def test_a_replaced_code_is_withdrawn_alone_and_its_successor_opens_the_form_at_once(office):
    tablet = post(office, "/office/codes", kind="tablet", about="xa.29926.1").headers["location"]
    moved = post(office, f"/office/codes/{office.serial}/replace").headers["location"]
    new = int(moved.rpartition("/")[2])
    kept = {row["serial"]: (row["kind"], row["revoked"]) for row in rows(office, LinkRow)}
    assert kept[office.serial] == ("poster", TODAY)
    assert kept[new] == ("poster", None)
    assert kept[int(tablet.rpartition("/")[2])] == ("tablet", None)
    assert office.get(f"/r/{make_code(new, key=KEY.encode())}").status_code == 200


@pytest.mark.parametrize("kind", ["a4", "a5", "tent", "roll"])
def test_a_sheet_printed_from_the_page_is_read_back(office, kind):
    answer = office.get(f"/office/codes/{office.serial}/sheet.pdf?kind={kind}")
    assert answer.headers["content-type"] == "application/pdf"
    page = pypdfium2.PdfDocument(io.BytesIO(answer.content))[0]
    read = {symbol.text for symbol in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())}
    assert read == {f"HTTPS://HAILONG.EXAMPLE.VN/R/{make_code(office.serial, key=KEY.encode())}"}


def test_no_sheet_of_what_is_no_poster_or_was_withdrawn_or_on_unknown_paper(office):
    screen = post(office, "/office/codes", kind="screen", about="xa.29926.1").headers["location"]
    assert office.get(f"{screen}/sheet.pdf").status_code == 404
    assert office.get(f"/office/codes/{office.serial}/sheet.pdf?kind=a0").status_code == 404
    post(office, f"/office/codes/{office.serial}/revoke")
    assert office.get(f"/office/codes/{office.serial}/sheet.pdf").status_code == 404


def test_nothing_is_printed_that_no_phone_can_open(sqlite_engine, settings):
    serial = record_office(sqlite_engine)
    record_staff(sqlite_engine)
    here = replace(settings, public_url="http://127.0.0.1:8000")
    with TestClient(make_app(sqlite_engine, here, clock=Clock())) as client:
        sign_in(client, "noi-vu")
        answer = client.get(f"/office/codes/{serial}/sheet.pdf")
        codes, start = client.get("/office/codes").text, client.get("/office/").text
        sign_in(client, "quan-tri")
        keeper = client.get("/office/codes").text
    assert (answer.status_code, "HAILONG_PUBLIC_URL" in answer.text) == (409, True)
    assert codes.index("Xin người quản trị đặt HAILONG_PUBLIC_URL") < codes.index("Cấp mã cho quầy")
    assert "Xin người quản trị đặt HAILONG_PUBLIC_URL" in start
    assert "Trên máy chủ, đặt HAILONG_PUBLIC_URL" in keeper


def test_the_office_that_keeps_the_register_is_told_what_comes_next_as_far_as_it_can_do_it(office):
    def steps():
        return re.findall(r"<li[^>]*>(?:<b>✓ |<a [^>]*>)([^<]+)<", office.get("/office/").text.partition("</ol>")[0])

    assert steps() == ["Nhập đơn vị", "Nhập thủ tục", "Nhập quầy", "Địa chỉ cho điện thoại", "In áp phích"]
    sign_in(office, "mot-cua")
    assert "Việc tiếp theo" not in office.get("/office/").text
    sign_in(office, "quan-tri")
    assert steps()[-1] == "Mời đồng nghiệp"
    with office.engine.begin() as connection:
        record_rows(
            connection, ProcedureRow, [{"code": "1.000894", "name": "Kết hôn", "field": "ho-tich", "source": "test"}]
        )
    assert "Việc tiếp theo" not in office.get("/office/").text


def test_codes_for_the_desks_of_all_units_are_issued_at_once(office):
    with office.engine.begin() as connection:
        record_rows(connection, UnitRow, [{"code": "xa.2", "kind": "xã", "name": "Khác", "source": "test"}])
        desk = {"unit": "xa.2", "name": "Quầy lạ", "place": "Nơi lạ", "fields": [], "source": "test"}
        record_rows(connection, DeskRow, [{"code": f"xa.2.{number}"} | desk for number in (1, 2)])
    page = office.get("/office/codes").text
    assert "2 quầy chưa có mã." in page
    assert "chọn đơn vị rồi bấm «Xem»" in page
    every = re.search(r'action="/office/codes/missing".*?name="unit" value="([^"]+)"', page, re.DOTALL)[1]
    assert post(office, "/office/codes/missing", unit=every).headers["location"] == "/office/codes"
    assert {row["desk"] for row in rows(office, LinkRow)} >= {"xa.2.1", "xa.2.2"}
    assert "chưa có mã" not in office.get("/office/codes").text
    assert [row["detail"]["issued"] for row in rows(office, AuditRow) if row["act"] == "issue_codes"] == [2]
    assert post(office, "/office/codes/missing").status_code == 422


def test_an_invitation_makes_the_units_online_desk_once_and_its_answers_are_told_by_source(office):
    first = post(office, "/office/codes", kind="invitation", about="xa.29926").headers["location"]
    second = post(office, "/office/codes", kind="invitation", about="xa.29926").headers["location"]
    assert first != second
    online = [row for row in rows(office, DeskRow) if row["kind"] == "online"]
    assert [(row["code"], row["unit"]) for row in online] == [("xa.29926.online", "xa.29926")]
    page = office.get(f"{first}?source=zalo").text
    code = make_code(int(first.rpartition("/")[2]), key=KEY.encode())
    assert f"{PHONES}/r/{code}?source=zalo" in page
    ticket = office.get(f"/r/{code}?source=zalo").text.partition('name="id" value="')[2].partition('"')[0]
    office.post(f"/r/{code}", data={"id": ticket, "overall": "4"})
    assert [(row["channel"], row["source"], row["desk"]) for row in rows(office, ResponseRow)] == [
        ("online", "zalo", "xa.29926.online")
    ]


def test_a_source_that_no_address_takes_is_said_and_not_shown(office):
    page = post(office, "/office/codes", kind="invitation", about="xa.29926").headers["location"]
    answer = office.get(f"{page}?source=Zalo%20%3Cb%3E")
    assert (answer.status_code, "chữ thường không dấu" in answer.text, "<b>" in answer.text) == (422, True, False)


def test_the_online_desk_gets_no_poster(office):
    post(office, "/office/codes", kind="invitation", about="xa.29926")
    with office.engine.begin() as connection:
        assert record_missing_links(connection, read_register(connection), today=TODAY) == 0


@pytest.mark.parametrize(
    ("kind", "about"), [("poster", "xa.2.1"), ("case", "xa.29926.1"), ("invitation", "xa.29926.1")]
)
def test_no_code_is_issued_for_what_is_not_there(office, kind, about):
    assert post(office, "/office/codes", kind=kind, about=about).status_code == 422
    assert len(rows(office, LinkRow)) == 1


def test_a_unit_sees_its_own_codes_only_and_changes_none(office):
    with office.engine.begin() as connection:
        record_rows(connection, UnitRow, [{"code": "xa.2", "kind": "xã", "name": "Khác", "source": "test"}])
        desk = {"code": "xa.2.1", "unit": "xa.2", "name": "Quầy lạ", "place": "Nơi lạ", "fields": [], "source": "test"}
        record_rows(connection, DeskRow, [desk])
        other = record_link(connection, "xa.2.1", issued=TODAY)
    assert "Quầy lạ" in office.get("/office/codes").text
    sign_in(office, "mot-cua")
    page = office.get("/office/codes").text
    assert "Quầy lạ" not in page
    assert show_code(make_code(office.serial, key=KEY.encode())) in page
    assert "Cấp mã cho quầy" not in page
    assert "Thu hồi" not in office.get(f"/office/codes/{office.serial}").text
    assert [office.get(f"/office/codes/{other}{path}").status_code for path in ("", "/sheet.pdf")] == [403, 403]
    assert post(office, f"/office/codes/{office.serial}/revoke").status_code == 403
    assert [row["revoked"] for row in rows(office, LinkRow)] == [None, None]


def test_a_code_that_is_not_there_is_said_so(office):
    assert office.get("/office/codes/999").status_code == 404
    assert post(office, "/office/codes/999/revoke").status_code == 404


def test_two_days_later_a_fresh_code_is_no_dead_one(office):
    office.clock.now += timedelta(minutes=1)
    post(office, f"/office/codes/{office.serial}/replace")
    page = office.get("/office/codes").text
    assert "1 mã vừa cấp, chưa ai quét." in page
    assert "Mọi áp phích và màn hình đều có người quét" not in page
    with office.engine.begin() as connection:
        record_scans(connection, {(office.serial + 1, TODAY): 1})
    page = office.get("/office/codes").text
    assert "Mọi áp phích và màn hình đều có người quét" in page
    assert "chưa ai quét" not in page


def test_where_every_code_is_withdrawn_nothing_is_said_of_scans(office):
    post(office, f"/office/codes/{office.serial}/revoke")
    page = office.get("/office/codes").text
    assert "đều có người quét" not in page
    assert "chưa ai quét" not in page
