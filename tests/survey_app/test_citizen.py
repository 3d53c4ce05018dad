import gzip

import pytest
from sqlalchemy import func, select

from survey_app.door import new_form_id
from survey_app.recording import record_revocation, table
from survey_app.submission import MOST_BYTES
from survey_app.tables import CommentRow, ResponseRow


def stored(office):
    with office.engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table(ResponseRow))).mappings()]


def comments(office):
    with office.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table(CommentRow))).scalar_one()


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
    assert "<script" not in page
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
    assert set(row) == {
        "id", "unit", "desk", "local_date", "slot", "questionnaire", "channel", "language", "field", "answers", "simulated",
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
    form = {"id": new_form_id(), "overall": "3", "comment": "một lần"}
    first, second = office.post(**form), office.post(**form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(stored(office)) == 1
    assert comments(office) == 1


def test_the_same_form_with_other_answers_is_told_that_it_was_counted(office):
    form_id = new_form_id()
    office.post(id=form_id, overall="1")
    again = office.post(id=form_id, overall="5")
    assert again.status_code == 409
    assert "Phiếu này đã được ghi nhận." in again.text
    assert [row["answers"] for row in stored(office)] == [{"overall": 1}]


def test_all_faults_come_at_once_and_what_was_typed_is_kept(office):
    answer = office.post(overall="", polite="9", posted="2", comment="dài " * 400)
    assert answer.status_code == 422
    assert "Ông/bà chưa chọn mức cho câu 1." in answer.text
    assert "Câu 5 có mức 9, ngoài thang 1…5." in answer.text
    assert "Câu 11 dài 1599 ký tự; xin rút còn 1000 ký tự." in answer.text
    assert 'name="posted" value="2" checked' in answer.text
    assert "dài dài dài" in answer.text
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
        ({"id": "short"}, "Phiếu bị hỏng"),
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


def test_a_revoked_code_is_a_410_that_says_to_scan_the_new_one(office, monkeypatch):
    monkeypatch.setattr("survey_app.door.SECONDS_BETWEEN_LOOKS", 0)
    with office.engine.begin() as connection:
        assert record_revocation(connection, office.serial, on=office.clock.now.date())
    for answer in (office.client.get(f"/r/{office.code}"), office.post()):
        assert answer.status_code == 410
        assert "Xin quét mã mới tại quầy." in answer.text
    assert stored(office) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(office, method):
    assert office.client.request(method, f"/r/{office.code}").status_code == 405


def test_every_page_carries_the_careful_headers(office):
    headers = office.client.get(f"/r/{office.code}").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-cache"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_thanks_page_tells_a_number_only_when_ten_people_answered(office):
    for _ in range(9):
        office.post()
    page = f"/r/{office.code}/thanks"
    assert "tháng 11/2026 của xã Tân Hồng" in office.client.get(page).text
    assert "lượt đánh giá" not in office.client.get(page).text
    office.post()
    assert "Đến nay đã có 10 lượt đánh giá." in office.client.get(page).text


def test_the_start_page_shows_a_code_to_scan_and_says_it_is_this_computer_only(office):
    page = office.client.get("/").text
    assert "<svg" in page
    assert f"/r/{office.code}" in page
    assert "HAILONG_HOST=0.0.0.0" in page


def test_the_poster_of_a_desk_is_a_pdf(office):
    answer = office.client.get(f"/r/{office.code}/poster.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_health_looks_at_the_database(office):
    assert office.client.get("/health").json() == {"status": "ok"}
