import asyncio
import gzip
import html
import re
import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select, update

from qr_codes import make_code
from scoring import OfficeHours
from survey_app.app import make_app
from survey_app.db import open_database
from survey_app.reading import DEMO_DESK, read_seals
from survey_app.recording import record_register_change, record_revocation, record_state, table
from survey_app.submission import MOST_BYTES
from survey_app.tables import CommentRow, DeskRow, ResponseRow, ScanRow, UnitRow
from survey_app.upkeep import Upkeep, check_chain
from tests.survey_app.conftest import KEY, record_office


def stored(office):
    with office.engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table(ResponseRow))).mappings()]


def change(office, row, **values):
    """Change every row of a table of the register, and let the server look."""
    with office.engine.begin() as connection:
        connection.execute(update(table(row)).values(**values))
        record_register_change(connection)
    office.client.app.state.door.look_again()


def comments(office):
    with office.engine.connect() as connection:
        return list(connection.execute(select(table(CommentRow).c.text)).scalars())


def test_a_scanned_code_opens_the_form_of_its_desk_in_either_spelling(office):
    for address in (f"/r/{office.code.lower()}", f"/R/{office.code}"):
        page = office.client.get(address)
        assert page.status_code == 200
        assert "Quầy 1 – Hộ tịch" in page.text
        assert "Ông/bà có hài lòng không?" in page.text
        assert "Rất hài lòng" in page.text


def test_the_form_speaks_english_when_asked(office):
    page = office.client.get(f"/r/{office.code}?lang=en").text
    assert "Were you satisfied?" in page
    assert '<html lang="en">' in page
    assert "Gửi" not in page


def test_the_form_is_one_request_of_at_most_14_kb_on_the_wire(office):
    with office.client.stream("GET", f"/r/{office.code}", headers={"accept-encoding": "gzip"}) as answer:
        wire = b"".join(answer.iter_raw())
        headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    page = gzip.decompress(wire).decode()
    assert len(wire) + headers <= 14 * 1024
    assert '<link rel="stylesheet"' not in page
    assert "src=" not in page


def test_every_opened_form_has_its_own_id(office):
    ids = {office.client.get(f"/r/{office.code}").text.partition('name="id" value="')[2][:22] for _ in range(20)}
    assert len(ids) == 20


def test_a_posted_form_is_stored_with_its_slot_and_no_minute_and_the_citizen_is_thanked(office):
    answer = office.post(polite="4", posted="na", field="ho-tich", comment="Cảm ơn các cháu.")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/r/{office.code}/thanks?lang=vi"
    [row] = stored(office)
    assert row["answers"] == {"overall": 5, "polite": 4}
    assert (row["slot"], str(row["local_date"]), row["field"]) == ("09:30", "2026-11-19", "ho-tich")
    assert (row["entered_date"], row["entered_slot"], row["source"], row["batch"]) == (None, None, None, None)
    assert set(row) == {
        "id", "unit", "desk", "local_date", "slot", "questionnaire", "channel", "language", "field", "answers", "simulated",
        "source", "flags", "entered_date", "entered_slot", "batch",
    }  # fmt: skip
    assert "Cảm ơn ông/bà." in office.client.get(answer.headers["location"]).text


def test_a_comment_is_kept_apart_from_marks_desk_and_day(office):
    office.post(comment="Chờ lâu quá.")
    with office.engine.connect() as connection:
        [comment] = [dict(row) for row in connection.execute(select(table(CommentRow))).mappings()]
    assert comment["text"] == "Chờ lâu quá."
    assert str(comment["month"]) == "2026-11-01"
    assert comment["id"] != stored(office)[0]["id"]
    assert "desk" not in comment


def test_a_second_post_of_the_same_form_counts_once(office):
    form = {"id": office.ticket(), "overall": "3"}
    first, second = office.post(**form), office.post(**form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(stored(office)) == 1


@pytest.mark.parametrize("first_comment", ["", "một lần"])
def test_a_comment_is_kept_once_however_often_its_form_is_sent(office, first_comment):
    form = {"id": office.ticket(), "overall": "3"}
    office.post(**form, comment=first_comment)
    for _ in range(2):
        assert office.post(**form, comment="một lần").status_code == 303
    assert (len(stored(office)), comments(office)) == (1, ["một lần"])


def test_of_two_comments_in_one_form_the_first_stays_and_the_second_is_not_thanked_for(office):
    form = {"id": office.ticket(), "overall": "3"}
    office.post(**form, comment="Chờ lâu.")
    again = office.post(**form, comment="Rất nhanh.")
    assert again.status_code == 200
    assert "Phiếu này đã được ghi nhận." in again.text
    assert "Lời ông/bà viết đã được giữ." not in again.text
    assert comments(office) == ["Chờ lâu."]


@pytest.mark.parametrize(("more", "status"), [({}, 303), ({"polite": "2"}, 409)])
def test_a_comment_sent_long_after_its_tap_became_an_answer_is_kept_once_and_sealed(office, more, status):
    form = {"id": office.ticket(), "overall": "4"}
    assert office.client.post(f"/r/{office.code}/tap", data=form).status_code == 204
    upkeep, start = Upkeep(office.engine, OfficeHours(), key=KEY.encode()), office.clock.now
    upkeep.run(now=start + timedelta(minutes=30))  # its slot ended: the tap is an answer, and sealed
    office.clock.now = start + timedelta(minutes=31)
    for _ in range(2):
        sent = office.post(**form, **more, comment="Chờ lâu.")
        assert sent.status_code == status
        assert ("Lời ông/bà viết đã được giữ." in sent.text) == (status == 409)
    assert [row["answers"] for row in stored(office)] == [{"overall": 4}]
    assert comments(office) == ["Chờ lâu."]
    upkeep.run(now=start + timedelta(minutes=70))
    with office.engine.connect() as connection:
        assert check_chain(connection, key=KEY.encode()) is None
        assert [(seal.responses, seal.comments) for seal in read_seals(connection)] == [(1, 0), (0, 1)]


SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@SQLITE
def test_a_scan_counts_once_whatever_fails_after_it_was_stored(office):
    door = office.client.app.state.door
    for _ in range(3):
        office.client.get(f"/r/{office.code}")
    for name in (("tap", "gone"), ("gone", "tap")):
        with office.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE {} RENAME TO {}".format(*name))
        if name[0] == "tap":
            door.do_what_is_due()
    door.do_what_is_due()
    with office.engine.connect() as connection:
        assert connection.execute(select(table(ScanRow).c.forms)).scalars().all() == [3]


@SQLITE
def test_what_is_due_is_done_by_one_at_a_time(office):
    door, said, own = office.client.app.state.door, [], threading.current_thread()
    beside = threading.Thread(target=door.do_what_is_due)

    @event.listens_for(office.engine, "before_cursor_execute")
    def note(*_):
        if (now := threading.current_thread()) in (own, beside):
            said.append(now is beside)
        if now is own and len(said) == 1:
            beside.start()
            beside.join(0.3)  # it waits until this look has ended

    door.do_what_is_due()
    beside.join()
    event.remove(office.engine, "before_cursor_execute", note)
    assert said
    assert not any(said)  # nothing was due any more


def test_words_that_went_into_a_case_go_nowhere_else(office):
    form = {"id": office.ticket(), "overall": "3", "comment": "Chờ lâu."}
    assert office.post(**form, **{"-reply": "1"}).status_code == 303
    assert "Phiếu này đã được ghi nhận." in office.post(**form).text
    assert comments(office) == []


def test_the_same_form_with_other_answers_is_told_that_it_was_counted(office):
    form_id = office.ticket()
    office.post(id=form_id, overall="1")
    again = office.post(id=form_id, overall="5")
    assert again.status_code == 409
    assert "Phiếu này đã được ghi nhận." in again.text
    assert [row["answers"] for row in stored(office)] == [{"overall": 1}]


def test_what_the_database_could_not_store_is_sent_again_with_the_same_form_and_counts_once(office, caplog):
    form = {"id": office.ticket(), "overall": "1", "comment": "Tôi là Nguyễn Văn A"}
    with office.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE comment RENAME TO away")
    answer = office.post(**form)
    assert answer.status_code == 503
    assert "Xin bấm gửi lại; phiếu chỉ tính một lần." in answer.text
    assert f'name="id" value="{form["id"]}"' in answer.text
    assert "Tôi là Nguyễn Văn A</textarea>" in answer.text
    assert "content-security-policy" in answer.headers
    with office.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO comment")
    assert office.post(**form).status_code == 303
    assert (len(stored(office)), len(comments(office))) == (1, 1)
    assert "The database did not answer as it should" in caplog.text
    assert "Nguyễn" not in caplog.text


def test_while_the_database_keeps_others_waiting_the_page_says_so_soon_and_the_form_counts_once(office, monkeypatch):
    monkeypatch.setattr("survey_app.writer.SECONDS_TO_WAIT", 0.3)
    form = {"id": office.ticket(), "overall": "2", "comment": "Chờ lâu"}
    with office.engine.connect() as holding:
        lock = "BEGIN IMMEDIATE" if office.engine.dialect.name == "sqlite" else "LOCK TABLE response IN EXCLUSIVE MODE"
        holding.exec_driver_sql(lock)
        started = time.monotonic()
        answer = office.post(**form)
        waited = time.monotonic() - started
        holding.rollback()
    assert answer.status_code == 503
    assert waited < 15  # the database itself would keep it for thirty
    assert "Xin bấm gửi lại; phiếu chỉ tính một lần." in answer.text
    assert "Chờ lâu</textarea>" in answer.text
    assert office.post(**form).status_code in {200, 303}
    assert (len(stored(office)), len(comments(office))) == (1, 1)


def test_a_row_that_the_database_refuses_leaves_nothing_of_it_in_the_log(office, caplog):
    refusing = {
        "sqlite": "CREATE TRIGGER refuse BEFORE INSERT ON comment BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "postgresql": "ALTER TABLE comment ADD CHECK (length(text) < 5)",  # its error quotes the whole row
    }
    with office.engine.begin() as connection:
        connection.exec_driver_sql(refusing[office.engine.dialect.name])
    assert office.post(comment="Tôi là Nguyễn Văn A").status_code == 503
    assert "IntegrityError" in caplog.text
    assert not re.search("Nguyễn|overall|xa.29926", caplog.text)
    assert stored(office) == []


def test_other_pages_say_that_the_server_is_busy_while_the_database_is_away(office):
    with office.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE response RENAME TO away")
    page = office.client.get(f"/r/{office.code}/thanks?lang=en")
    assert page.status_code == 503
    assert "The server is busy." in page.text
    assert "content-security-policy" in page.headers


def test_the_form_still_opens_while_the_register_cannot_be_looked_up(office, caplog):
    with office.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE state RENAME TO away")
    office.client.app.state.door.look_again()
    assert office.client.get(f"/r/{office.code}").status_code == 200
    assert caplog.text.count("The register was not read again") == 1


def test_a_server_looks_by_itself_whether_the_register_changed(office):
    with office.engine.begin() as connection:
        connection.execute(update(table(DeskRow)).values(name="Quầy mới"))
        record_register_change(connection)
    until = time.monotonic() + 60
    while "Quầy mới" not in office.client.get(f"/r/{office.code}").text:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_page_made_while_the_register_changed_is_not_kept(office):
    door = office.client.app.state.door
    old = door._register
    change(office, DeskRow, name="Quầy mới")
    old.form_page("xa.29926.1", "vi")
    assert "Quầy mới" in office.client.get(f"/r/{office.code}").text


def test_every_spelling_of_a_code_is_the_same_kept_page_and_address(office):
    for spelling in (office.code, office.code.lower(), f"-{office.code[:4]}-{office.code[4:]}", f"{office.code}-"):
        assert 'action="?lang=vi"' in office.client.get(f"/r/{spelling}").text
        answer = office.client.post(
            f"/r/{spelling}", data={"id": office.ticket(), "overall": "5"}, follow_redirects=False
        )
        assert answer.headers["location"] == f"/r/{office.code}/thanks?lang=vi"
    assert office.client.app.state.door._register.form_page.cache_info().currsize == 1


def test_all_faults_come_at_once_and_what_was_typed_is_kept(office):
    answer = office.post(overall="", polite="9", posted="2", comment="dài " * 400)
    assert answer.status_code == 422
    assert "Ông/bà chưa chọn mức cho câu «Ông/bà có hài lòng không?»." in answer.text
    assert "Câu «Thái độ của cán bộ» có mức 9, ngoài thang 1…5." in answer.text
    assert "Câu «Ông/bà muốn nói thêm điều gì?» dài 1599 ký tự; xin rút còn 1000 ký tự." in answer.text
    assert 'name="posted" value="2" checked' in answer.text
    assert "dài dài dài" in answer.text
    assert stored(office) == []


def test_a_form_that_came_back_is_read_in_the_other_language_with_what_was_typed_and_nothing_is_kept(office):
    typed = {"id": office.ticket(), "polite": "4", "comment": "Ghế chờ ít quá."}
    shown = office.client.post(f"/r/{office.code}", data=typed)
    assert 'hreflang="en"' not in shown.text  # a link would lose it
    address = html.unescape(re.search(r'<button class="plain" formaction="([^"]*)" lang="en">', shown.text)[1])
    for more, status in (({}, 422), ({"overall": "5"}, 200)):
        english = office.client.post(f"/r/{office.code}{address}", data=typed | more)
        assert (english.status_code, '<html lang="en">' in english.text) == (status, True)
        assert "Ghế chờ ít quá." in english.text
        assert 'formaction="?lang=vi&amp;again=1"' in english.text
    assert stored(office) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"overall": "0"}, "ngoài thang 1…5"),
        ({"overall": "na"}, "ngoài thang 1…5"),
        ({"overall": "٣"}, "ngoài thang 1…5"),
        ({"polite": "6"}, "ngoài thang 1…5"),
        ({"salary": "5"}, "Phiếu không có mục «salary»"),
        ({"field": "dat-dai"}, "không nằm trong danh sách"),
        ({"id": "short"}, "Phiếu này mở đã quá lâu"),
    ],
)
def test_a_field_that_is_not_of_the_form_is_refused_and_nothing_is_stored(office, fields, reason):
    answer = office.post(**fields)
    assert answer.status_code == 422
    assert reason in answer.text
    assert stored(office) == []


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"overall=5&comment=" + b"a" * 100_000, FORM, 413),
        (b"overall=5&comment=%ff%fe", FORM, 400),
        (b"overall=5&comment=\xff\xfe", FORM, 400),
        (b"overall", FORM, 400),
        (b"&".join(b"a%d=1" % i for i in range(500)), FORM, 400),
        (b"", FORM, 400),
        (b'{"overall": 5}', {"content-type": "application/json"}, 415),
        (b"", {}, 415),
    ],
)
def test_a_body_that_is_no_form_gets_its_reason_and_the_server_lives(office, content, headers, status):
    answer = office.client.post(f"/r/{office.code}", content=content, headers=headers)
    assert answer.status_code == status
    assert "<h1>Không" in answer.text
    assert stored(office) == []
    assert office.post().status_code == 303


def test_the_longest_allowed_body_still_passes(office):
    comment = "ệ" * 1000
    assert len(comment.encode()) * 3 < MOST_BYTES
    assert office.post(comment=comment).status_code == 303


def test_control_characters_do_not_reach_the_database(office):
    assert office.post(comment="a\x00b\x07c\r\nd").status_code == 303
    with office.engine.connect() as connection:
        assert connection.execute(select(table(CommentRow).c.text)).scalar_one() == "abc\nd"


def test_an_altered_or_unknown_code_is_a_friendly_404_and_stores_nothing(office):
    wrong = office.code[:-1] + ("0" if office.code[-1] != "0" else "1")
    for code in (wrong, "XYZ", "khong-co"):
        for answer in (office.client.get(f"/r/{code}"), office.client.post(f"/r/{code}", data={"overall": "5"})):
            assert answer.status_code == 404
            assert "Không có quầy nào mang mã này." in answer.text
    assert stored(office) == []


def test_a_revoked_code_is_a_410_that_says_to_scan_the_new_one(office):
    with office.engine.begin() as connection:
        assert record_revocation(connection, office.serial, on=office.clock.now.date())
    office.client.app.state.door.look_again()
    for answer in (office.client.get(f"/r/{office.code}"), office.post(id="")):
        assert answer.status_code == 410
        assert "Xin quét mã mới tại quầy." in answer.text
    assert stored(office) == []


def test_a_form_that_was_open_when_its_code_was_withdrawn_still_counts_for_24_hours(office):
    ticket = office.ticket()
    with office.engine.begin() as connection:
        record_revocation(connection, office.serial, on=office.clock.now.date())
    office.client.app.state.door.look_again()
    office.clock.now += timedelta(hours=23, minutes=59)
    assert office.post(id=ticket).status_code == 303
    office.clock.now += timedelta(minutes=2)
    assert office.post(id=ticket, overall="1").status_code == 410
    assert len(stored(office)) == 1


def test_a_form_that_lay_open_for_more_than_a_day_is_shown_again_with_what_was_typed(office):
    ticket = office.ticket()
    office.clock.now += timedelta(hours=25)
    answer = office.post(id=ticket, polite="2")
    assert answer.status_code == 422
    assert "Phiếu này mở đã quá lâu. Xin bấm gửi lại." in answer.text
    assert 'name="polite" value="2" checked' in answer.text
    fresh = re.search('name="id" value="([^"]+)"', answer.text)[1]
    assert office.post(id=fresh, polite="2").status_code == 303


@pytest.mark.parametrize(
    ("row", "values"),
    [
        (DeskRow, {"valid_from": date(2026, 12, 1)}),
        (DeskRow, {"valid_to": date(2026, 11, 19)}),
        (UnitRow, {"valid_from": date(2026, 11, 20)}),
        (UnitRow, {"valid_to": date(2026, 11, 1)}),
    ],
)
def test_a_desk_that_does_not_exist_today_or_whose_unit_does_not_takes_no_answers(office, row, values):
    change(office, row, **values)
    for answer in (office.client.get(f"/r/{office.code}"), office.post(id="")):
        assert answer.status_code == 410
        assert "Quầy này hiện không nhận đánh giá." in answer.text
    assert stored(office) == []


@pytest.mark.parametrize("path", ["/x", "/r/", "/r/A/B", "/x?lang=en"])
def test_an_address_that_leads_nowhere_is_a_friendly_404(office, path):
    answer = office.client.get(path)
    assert answer.status_code == 404
    assert ("There is no such page." if "en" in path else "Không có trang này.") in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("path", ["/", "/health", "/r/{}", "/r/{}/thanks", "/R/{}/thanks", "/r/{}/poster.pdf"])
def test_a_head_request_is_answered_as_a_get_without_the_page(office, path):
    answer = office.client.head(path.format(office.code))
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5, deflate", "gzip"),
        ("gzip; q=1.0", "gzip"),
        ("gzip;q=0, identity", None),
        ("br, gzip; q=0.000", None),
        ("x-gzip", None),
        ("identity", None),
    ],
)
def test_the_form_is_compressed_only_for_those_who_take_it(office, accepted, encoding):
    for status, answer in (
        (200, office.client.get(f"/r/{office.code}", headers={"accept-encoding": accepted})),
        (422, office.client.post(f"/r/{office.code}", data={"id": "x"}, headers={"accept-encoding": accepted})),
    ):
        assert answer.status_code == status
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"] == "accept-encoding"
        assert "Ông/bà có hài lòng không?" in answer.text


def test_the_form_with_all_its_faults_is_at_most_14_kb_on_the_wire(office):
    form = {"id": "x", "overall": "", "polite": "9", "comment": "Chờ lâu. " * 110}
    with office.client.stream("POST", f"/r/{office.code}", data=form, headers={"accept-encoding": "gzip"}) as answer:
        assert answer.status_code == 422
        assert len(b"".join(answer.iter_raw())) <= 13 * 1024


async def nothing_more():
    await asyncio.Event().wait()


async def hung_up():
    return {"type": "http.disconnect"}


@pytest.mark.parametrize(("receive", "status"), [(nothing_more, 408), (hung_up, 400)])
def test_a_form_that_stops_on_its_way_is_given_up(office, monkeypatch, receive, status):
    monkeypatch.setattr("survey_app.body.SECONDS_TO_SEND", 0.05)
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/r/{office.code}",
        "query_string": b"",
        "headers": [(b"content-type", FORM["content-type"].encode())],
    }
    sent = []

    async def send(message):
        sent.append(message)

    office.client.portal.call(office.client.app, scope, receive, send)
    assert sent[0]["status"] == status
    assert "Không nhận được phiếu vừa gửi." in sent[1]["body"].decode()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(office, method):
    assert office.client.request(method, f"/r/{office.code}").status_code == 405


def test_every_page_carries_the_careful_headers(office):
    headers = office.client.get(f"/r/{office.code}").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-cache"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_thanks_page_tells_a_number_only_when_ten_people_answered_before_today(office):
    page, today = f"/r/{office.code}/thanks", office.clock.now
    for days, answers in ((2, 4), (1, 5)):
        office.clock.now = today - timedelta(days=days)
        for _ in range(answers):
            office.post()
    office.clock.now = today
    office.post()
    assert "tháng 11/2026 của xã Tân Hồng" in office.client.get(page).text
    assert "lượt đánh giá" not in office.client.get(page).text
    office.clock.now = today + timedelta(days=1)
    assert "Đến hết hôm qua, tháng này đã có 10 lượt đánh giá." in office.client.get(page).text
    office.post()
    assert "10 lượt đánh giá" in office.client.get(page).text


def test_the_thanks_page_of_a_demonstration_desk_says_so(office):
    page = f"/r/{office.code}/thanks"
    assert "mô phỏng" not in office.client.get(page).text
    change(office, DeskRow, simulated=True)
    assert "Quầy minh họa: kết quả của quầy này là dữ liệu mô phỏng." in office.client.get(page).text


def test_the_start_page_shows_the_demonstrations_code_to_scan_and_offers_its_sheet(office):
    with office.engine.begin() as connection:
        record_state(connection, DEMO_DESK, "xa.29926.1")
    page = office.client.get("/").text
    assert "<svg" in page
    assert f'href="/r/{office.code}/poster.pdf"' in page
    assert "HAILONG_HOST=0.0.0.0" not in page


def test_the_start_page_of_an_office_gives_no_desks_code_away(office):
    page = office.client.get("/").text
    assert "<svg" not in page
    assert "/r/" not in page
    assert "Mã của mỗi quầy in trên tờ dán ở quầy." in page


def test_the_poster_of_a_desk_is_a_pdf(office):
    answer = office.client.get(f"/r/{office.code}/poster.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_poster_whose_code_opens_on_the_server_only_is_neither_offered_nor_drawn_and_says_what_to_set(
    engine, settings
):
    serial = record_office(engine)
    here = replace(settings, public_url="http://127.0.0.1:8000")
    with engine.begin() as connection:
        record_state(connection, DEMO_DESK, "xa.29926.1")
    with TestClient(make_app(engine, here)) as client:
        answer = client.get(f"/r/{make_code(serial, key=KEY.encode())}/poster.pdf?lang=en")
        start = client.get("/").text
    assert answer.status_code == 409
    assert "opens on the server only" in answer.text
    assert "HAILONG_PUBLIC_URL" in answer.text
    assert "HAILONG_HOST=0.0.0.0" in answer.text
    assert "<svg" in start  # a screen of this computer may show it
    assert "poster.pdf" not in start
    assert "HAILONG_HOST=0.0.0.0 make demo" in start


def test_health_looks_at_the_database(office):
    told = {"status": "ok", "release": version("hailong"), "database": "ok", "writer": "ok"}
    assert office.client.get("/health").json() == told
    assert office.client.head("/health").status_code == 200


def test_health_is_a_503_while_the_database_is_away_and_says_nothing_of_where_it_is(office, monkeypatch):
    away = open_database("postgresql+psycopg://u:geheim@127.0.0.1:1/x")
    monkeypatch.setattr(office.engine, "connect", away.connect)
    answer = office.client.get("/health")
    assert (answer.status_code, answer.json()["database"], answer.json()["status"]) == (503, "away", "down")
    assert "127.0.0.1" not in answer.text
    assert office.client.get("/health/live").json() == {"status": "ok", "release": version("hailong")}


def test_health_is_a_503_when_nothing_is_stored_any_more(office):
    office.client.app.state.door.writer.close()
    assert office.client.get("/health").status_code == 503
    assert office.post().status_code == 503
    assert stored(office) == []
