"""Comments: screened by home affairs, read by their unit when the month is over and enough came."""

import re
from datetime import date

import pytest
from sqlalchemy import insert, select

from survey_app.recording import table
from survey_app.tables import AuditRow, CommentRow, CommentScreeningRow
from tests.survey_app.conftest import form_token, record_staff, sign_in

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def staffed(office):
    record_staff(office.engine)
    return office


def record_comments(office, *texts, month=OCTOBER):
    with office.engine.begin() as connection:
        values = [
            {"id": f"{month:%m}-{number:02}", "unit": "xa.29926", "month": month, "language": "vi", "text": text, "simulated": False}
            for number, text in enumerate(texts)
        ]  # fmt: skip
        connection.execute(insert(table(CommentRow)), values)


def rows(office, row):
    with office.engine.connect() as connection:
        return [dict(one) for one in connection.execute(select(table(row))).mappings()]


def signed_in(office, name):
    office.client.cookies.clear()
    assert sign_in(office.client, name).status_code == 303


def screen(office, *comments, month=OCTOBER, act="pass", **fields):
    data = {"form_token": form_token(office.client), "comments": " ".join(comments), "act": act} | fields
    address = f"/office/screening/xa.29926/{month.isoformat()}"
    return office.client.post(address, data=data, follow_redirects=False)


READ = f"/office/comments/xa.29926/{OCTOBER.isoformat()}"
TEN = ["Chị Hoa ở quầy 3 gọi 0912345678."] + [f"Ý kiến {number}." for number in range(9)]


def test_a_unit_reads_masked_comments_once_home_affairs_let_them_through(staffed):
    record_comments(staffed, *TEN)
    signed_in(staffed, "mot-cua")
    assert "xã Tân Hồng, tháng 10/2026" in staffed.client.get("/office/comments").text
    assert "Chưa có ý kiến nào được Nội vụ cho đọc." in staffed.client.get(READ).text
    signed_in(staffed, "noi-vu")
    page = staffed.client.get("/office/screening/xa.29926/2026-10-01").text
    assert "Chị Hoa ở quầy 3 gọi 0912345678." in page
    ids = re.search(r'name="comments" value="([^"]+ [^"]+)"', page)[1].split()
    assert screen(staffed, *ids).status_code == 303
    assert "Đã đọc hết ý kiến của tháng này." in staffed.client.get("/office/screening/xa.29926/2026-10-01").text
    signed_in(staffed, "mot-cua")
    page = staffed.client.get(READ).text
    assert "Chị [tên] ở quầy 3 gọi [số điện thoại]." in page
    assert "0912345678" not in page
    assert [(row["act"], row["detail"]) for row in rows(staffed, AuditRow) if "comments" in row["act"]] == [
        ("look_at_unscreened_comments", {"month": "2026-10-01", "n": 10}),
        ("screen_comments", {"month": "2026-10-01", "n": 10, "outcome": "shown"}),
        ("look_at_unscreened_comments", {"month": "2026-10-01", "n": 0}),
    ]


def test_what_is_corrected_by_hand_is_read_so_and_what_is_withheld_not_at_all(staffed):
    record_comments(staffed, *TEN)
    signed_in(staffed, "noi-vu")
    screen(staffed, "10-00", text="Chị [tên] ở một quầy gọi, số 0987654321.")
    screen(staffed, "10-01", act="withhold")
    signed_in(staffed, "mot-cua")
    page = staffed.client.get(READ).text
    assert "Chị [tên] ở một quầy gọi, số [số điện thoại]." in page
    assert "Ý kiến 0." not in page
    assert {(row["comment"], row["outcome"], row["by"]) for row in rows(staffed, CommentScreeningRow)} == {
        ("10-00", "shown", "noi-vu"),
        ("10-01", "withheld", "noi-vu"),
    }
    assert [row["text"] for row in rows(staffed, CommentScreeningRow) if row["outcome"] == "withheld"] == [""]


@pytest.mark.parametrize(("month", "n"), [(OCTOBER, 9), (NOVEMBER, 10)])
def test_with_fewer_than_ten_or_in_a_month_that_runs_a_unit_reads_nothing(staffed, month, n):
    record_comments(staffed, *TEN[:n], month=month)
    signed_in(staffed, "noi-vu")
    screen(staffed, f"{month:%m}-01", month=month)
    signed_in(staffed, "mot-cua")
    assert "Chưa có tháng nào đủ ý kiến để đọc." in staffed.client.get("/office/comments").text
    refused = staffed.client.get(f"/office/comments/xa.29926/{month.isoformat()}")
    assert refused.status_code == 403
    assert "Ý kiến 0." not in refused.text


def test_home_affairs_does_not_read_a_month_that_runs_either(staffed):
    record_comments(staffed, *TEN, month=NOVEMBER)
    signed_in(staffed, "noi-vu")
    assert staffed.client.get("/office/screening/xa.29926/2026-11-01").status_code == 403
    screen(staffed, "11-00", month=NOVEMBER)
    assert rows(staffed, CommentScreeningRow) == []


def test_a_comment_of_another_month_or_unit_is_not_decided_here(staffed):
    record_comments(staffed, *TEN)
    signed_in(staffed, "noi-vu")
    screen(staffed, "10-00", "khong-co", month=date(2026, 9, 1))
    assert rows(staffed, CommentScreeningRow) == []


def test_a_long_month_is_read_page_by_page(staffed):
    record_comments(staffed, *(f"Ý {number}." for number in range(60)))
    signed_in(staffed, "noi-vu")
    for first in range(0, 60, 20):
        screen(staffed, *(f"10-{number:02}" for number in range(first, first + 20)))
    signed_in(staffed, "mot-cua")
    page = staffed.client.get(READ).text
    more = re.search(r'href="(\?after=[^"]+)"', page)[1]
    rest = staffed.client.get(READ + more).text
    assert (len(re.findall(r"Ý \d+\.", page)), len(re.findall(r"Ý \d+\.", rest))) == (50, 10)


def test_what_is_written_stays_text(staffed):
    record_comments(staffed, "<script>alert(1)</script> =1+1 \u202eđảo\u202c", *TEN)
    signed_in(staffed, "noi-vu")
    pages = [staffed.client.get("/office/screening/xa.29926/2026-10-01").text]
    screen(staffed, "10-00")
    signed_in(staffed, "mot-cua")
    pages.append(staffed.client.get(READ).text)
    for page in pages:
        assert "&lt;script&gt;alert(1)&lt;/script&gt; =1+1 đảo" in page
        assert "<script" not in page


@pytest.mark.parametrize("month", ["2026-10-02", "2026-13-01", "x", "0001-01-01"])
def test_a_month_that_is_none_is_refused_without_a_fault_of_the_server(staffed, month):
    signed_in(staffed, "mot-cua")
    assert staffed.client.get(f"/office/comments/xa.29926/{month}").status_code in {403, 404, 422}
