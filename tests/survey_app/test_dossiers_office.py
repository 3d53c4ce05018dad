"""`/office/dossiers`: bring a file, look at it, import what was looked at; and who may not."""

import csv
import io
import os
import re
import time
from contextlib import nullcontext
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.dossier_frame import read_dossiers
from survey_app.dossiers.template import csv_template, workbook_template
from survey_app.reading.dossiers import read_dossier_files
from survey_app.recording import record_catalogue
from survey_app.table_file.held_file import MOST_HELD, SECONDS_HELD, HeldFiles
from survey_app.table_file.unreadable import UnreadableFile
from tests.conftest import shipped_catalogue
from tests.page_tags import Skeleton
from tests.tricks import DIRECTION, FORMULA, INVISIBLE_ORDERS, SCRIPT

from .conftest import Clock, Office, form_token, record_office, record_staff, sign_in
from .dossier_files import HEADINGS, csv_text, row

HERE = "/office/dossiers"


@pytest.fixture
def staffed(engine, settings):
    with engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    serial, clock = record_office(engine), Clock()
    record_staff(engine)
    with TestClient(make_app(engine, replace(settings, rate_limit="", upload_bytes=2_000_000), clock=clock)) as client:
        sign_in(client, "noi-vu")
        yield Office(client, engine, "", serial, clock)


@pytest.fixture
def lite(sqlite_engine, settings):
    """The same on one database, for what none decides."""
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    serial, clock = record_office(sqlite_engine), Clock()
    record_staff(sqlite_engine)
    app = make_app(sqlite_engine, replace(settings, rate_limit="", upload_bytes=200_000), clock=clock)
    with TestClient(app) as client:
        sign_in(client, "noi-vu")
        yield Office(client, sqlite_engine, "", serial, clock)


def bring(office, content, *, name="tháng 11.csv", source="mot-cua", **fields):
    data = {"form_token": form_token(office.client), "new_source": source} | fields
    sent = content.encode() if isinstance(content, str) else content
    return office.client.post(HERE, data=data, files={"file": (name, sent)}, follow_redirects=False)


def held(office, content, **more):
    """The address where a file that was brought is looked at."""
    answer = bring(office, content, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def post(office, address, **fields):
    return office.client.post(address, data={"form_token": form_token(office.client)} | fields, follow_redirects=False)


def seen_in(page):
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def kept(office):
    with office.engine.connect() as connection:
        return read_dossiers(connection).height


def uploads(settings):
    return sorted(path.name for path in (settings.data_dir / "uploads").glob("*"))


def test_a_file_is_looked_at_and_then_imported_as_it_was_looked_at(staffed, settings):
    where = held(staffed, csv_text([row(), row(2)]))
    page = staffed.client.get(where).text
    assert kept(staffed) == 0
    for words in ("2 dòng, tiếp nhận từ 02/11/2026 đến 02/11/2026", "Nhập 2 hồ sơ", "Họ và tên người nộp", "mot-cua"):
        assert words in page
    done = post(staffed, f"{where}/import", seen=seen_in(page))
    assert (done.status_code, kept(staffed)) == (200, 2)
    assert "Đã nhập 2 hồ sơ." in done.text
    assert "tháng 11.csv" in done.text
    with staffed.engine.connect() as connection:
        (file,) = read_dossier_files(connection)
    assert (file.user, file.name) == ("noi-vu", "tháng 11.csv")
    assert uploads(settings) == []


def test_the_same_file_again_has_no_button_for_there_is_nothing_to_do(lite):
    for _ in range(2):
        page = lite.client.get(where := held(lite, csv_text([row()]))).text
        if 'name="seen"' in page:
            post(lite, f"{where}/import", seen=seen_in(page))
    assert "Không có gì thay đổi." in page
    assert 'name="seen"' not in page


def test_faults_stand_in_a_table_and_nothing_can_be_imported(lite):
    where = held(lite, csv_text([row(channel="Bồ câu"), row(2)]))
    answer = lite.client.get(where)
    assert answer.status_code == 422
    assert "Tệp có 1 lỗi" in answer.text
    assert "trực tiếp, trực tuyến hoặc bưu chính" in answer.text
    assert 'name="seen"' not in answer.text
    assert post(lite, f"{where}/import", seen="x").status_code == 422
    assert kept(lite) == 0
    english = lite.client.get(where + "?lang=en").text
    assert "The file has 1 faults" in english
    assert "counter, online or post" in english


def test_every_fault_can_be_downloaded(lite, settings):
    where = held(lite, csv_text([row(number, channel="?") for number in range(150)]))
    assert "100 lỗi đầu." in lite.client.get(where).text
    answer = lite.client.get(f"{where}/faults.csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (len(lines), lines[1][:3]) == (151, ["2", "Hình thức nộp", "?"])
    assert [name for name in uploads(settings) if name.endswith(".faults")] == []
    assert lite.client.get(f"{held(lite, csv_text([row()]))}/faults.csv").status_code == 404


def test_a_clerk_says_which_heading_is_which_column_and_what_holds_for_all(lite):
    headings = {name: heading for name, heading in HEADINGS.items() if name != "unit"} | {"received": "Nhận lúc"}
    where = held(lite, csv_text([row()], headings=headings))
    page = lite.client.get(where)
    assert page.status_code == 422
    assert "Thiếu cột: ngày tiếp nhận, mã đơn vị." in page.text
    assert ">Họ và tên người nộp<" not in page.text
    asked = {"column.received": "Nhận lúc", "default.unit": "xa.29926"}
    assert post(lite, where, **asked).headers["location"] == where
    page = lite.client.get(where).text
    done = post(lite, f"{where}/import", seen=seen_in(page))
    assert "Đã nhập 1 hồ sơ." in done.text


def test_what_was_asked_after_the_look_is_looked_at_again_before_it_is_imported(lite):
    where = held(lite, csv_text([row()]))
    seen = seen_in(lite.client.get(where).text)
    post(lite, where, **{"default.channel": "online"})
    again = post(lite, f"{where}/import", seen=seen)
    assert (again.status_code, kept(lite)) == (200, 0)
    assert "Nhập 1 hồ sơ" in again.text


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.csv", b"", "Tệp trống."),
    ("a.xlsx", b"PK\x03\x04", "Bảng tính bị hỏng"),
    ("a.csv", b"\x00\x01\x02" * 50, "Tệp không phải văn bản"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_on_a_page(lite, name, content, said):
    where = held(lite, content, name=name)
    answer = lite.client.get(where)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert "Traceback" not in answer.text
    assert post(lite, f"{where}/import", seen="").status_code == 422


@pytest.mark.parametrize(("sent", "said"), [
    ({"name": "a.pdf"}, "Tệp có đuôi .pdf"),
    ({"source": "Một Cửa"}, "Xin chọn nguồn"),
    ({"source": ""}, "Xin chọn nguồn"),
])  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_held(lite, settings, sent, said):
    answer = bring(lite, csv_text([row()]), **sent)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert uploads(settings) == []


def test_no_file_at_all_is_said(lite):
    answer = lite.client.post(HERE, data={"form_token": form_token(lite.client), "new_source": "mot-cua"})
    assert (answer.status_code, "Chưa có tệp" in answer.text) == (422, True)


def test_a_file_larger_than_the_setting_is_refused(lite, settings):
    assert bring(lite, b"x" * 300_000).status_code == 413
    assert uploads(settings) == []


@pytest.mark.parametrize("token", [None, "", "x"])
def test_a_file_without_the_token_of_our_page_is_refused(lite, settings, token):
    data = {"new_source": "mot-cua"} | ({} if token is None else {"form_token": token})
    answer = lite.client.post(HERE, data=data, files={"file": ("a.csv", b"x")}, follow_redirects=False)
    assert (answer.status_code, "Biểu mẫu này đã quá hạn." in answer.text) == (403, True)
    assert uploads(settings) == []


def test_a_foreign_page_cannot_send_a_file(lite):
    data = {"form_token": form_token(lite.client), "new_source": "mot-cua"}
    answer = lite.client.post(
        HERE, data=data, files={"file": ("a.csv", b"x")}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["mot-cua", "thanh-tra", "ban-chi-dao"])
def test_other_roles_bring_nothing_and_see_nothing(lite, name):
    where = held(lite, csv_text([row()]))
    sign_in(lite.client, name)
    for address in (HERE, where, f"{where}/faults.csv", f"{HERE}/template.csv"):
        assert lite.client.get(address).status_code == 403
    assert bring(lite, csv_text([row()])).status_code == 403
    assert HERE not in lite.client.get("/office/").text


def test_who_is_not_signed_in_is_sent_away_before_a_byte_is_read(lite):
    lite.client.cookies.clear()
    answer = lite.client.post(HERE, files={"file": ("a.csv", b"x" * 1_000_000)}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Foffice%2F")


def test_a_file_is_for_who_brought_it_alone_and_can_be_discarded(lite, settings):
    where = held(lite, csv_text([row()]))
    sign_in(lite.client, "quan-tri")
    assert lite.client.get(where).status_code == 404
    post(lite, f"{where}/discard")
    assert len(uploads(settings)) == 2
    sign_in(lite.client, "noi-vu")
    assert post(lite, f"{where}/discard").status_code == 303
    assert uploads(settings) == []
    assert lite.client.get(where).status_code == 404


def test_a_file_is_held_for_an_hour(tmp_path):
    now = [1000.0]
    files = HeldFiles(tmp_path / "uploads", "dossiers", clock=lambda: now[0] + time.time())
    first = files.hold(lambda path: path.write_bytes(b"x"), name="a.csv", about="s", user="u")
    assert files.find(first.token, user="u") == first
    assert oct(first.path.stat().st_mode)[-3:] in {"600", "644"}
    now[0] += SECONDS_HELD
    files.hold(lambda path: path.write_bytes(b"x"), name="b.csv", about="s", user="u")
    assert files.find(first.token, user="u") is None


def test_one_person_holds_five_files_and_the_oldest_makes_room(tmp_path):
    files = [HeldFiles(tmp_path / "uploads", purpose) for purpose in ("dossiers", "roster")]

    def hold(number, user):
        made = files[number % 2].hold(lambda path: path.write_bytes(b"x"), name="a.csv", about="s", user=user)
        os.utime(made.path.with_suffix(".json"), (time.time() - 100 + number,) * 2)
        return made

    other, mine = hold(0, "other"), [hold(number, "me") for number in range(MOST_HELD + 2)]
    still = [bool(files[number % 2].find(each.token, user="me")) for number, each in enumerate(mine)]
    assert still == [False, False, *[True] * MOST_HELD]
    assert files[0].find(other.token, user="other")
    assert len(list((tmp_path / "uploads").iterdir())) == 2 * (MOST_HELD + 1)


def test_no_file_is_held_that_leaves_too_little_room_on_the_disk(tmp_path):
    for room, kept in ((0, 2), (1 << 60, 2)):
        files = HeldFiles(tmp_path, "dossiers", room_left=room)
        with pytest.raises(UnreadableFile, match="không còn đủ chỗ") if room else nullcontext():
            files.hold(lambda path: path.write_bytes(b"x"), name="a.csv", about="s", user="u")
        assert len(list(tmp_path.iterdir())) == kept


def test_a_server_that_starts_removes_what_was_left_from_before(sqlite_engine, settings):
    left = settings.data_dir / "uploads" / "left.csv"
    left.parent.mkdir()
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    with TestClient(make_app(sqlite_engine, settings, clock=Clock())):
        until = time.monotonic() + 60
        while left.exists() and time.monotonic() < until:
            time.sleep(0.05)
    assert not left.exists()


@pytest.mark.parametrize("token", ["../x", "..%2Fx", "a" * 22, "%00", "x.json"])
def test_an_address_that_leads_nowhere_is_a_page(lite, token):
    assert lite.client.get(f"{HERE}/held/{token}").status_code == 404


@pytest.mark.parametrize("trick", [*SCRIPT, *FORMULA[:4], *DIRECTION])
def test_tricks_in_names_headings_and_cells_stand_as_text(lite, trick):
    rows = [row(number=f"{trick}1", unit=trick, desk=trick, procedure=trick, channel=trick, name=trick)]
    headings = HEADINGS | {"name": f"Họ tên {trick}"}
    tags = None
    for content in (csv_text(rows, headings=headings), csv_text([row(unit="x", channel="x")])):
        page = lite.client.get(held(lite, content, name=f"{trick}.csv")).text
        assert not set(INVISIBLE_ORDERS) & set(page)
        assert "<script>alert" not in page
        found = {tag for tag, *_ in Skeleton(page).tags}
        tags = tags or found
    assert "img" not in tags
    assert found <= tags
    assert tags - found <= {"details", "bdi"}


def filled_in():
    """The template with its examples left in, and below them the same made into dossiers."""
    text = csv_template().decode("utf-8-sig")
    return (text + "".join(text.splitlines(keepends=True)[1:]).replace("Ví dụ: ", "")).encode("utf-8-sig")


def test_templates_are_exports_that_can_be_imported_and_their_examples_are_no_dossiers(lite):
    for kind, content in (("csv", csv_template()), ("xlsx", workbook_template())):
        answer = lite.client.get(f"{HERE}/template.{kind}")
        assert answer.headers["content-disposition"] == f'attachment; filename="mau-ho-so.{kind}"'
        where = held(lite, answer.content, name=f"mau.{kind}")
        page = lite.client.get(where)
        assert (page.status_code, "không có dòng nào bên dưới" in page.text) == (422, True), page.text
        if kind == "csv":
            assert answer.content == content
    page = lite.client.get(held(lite, filled_in(), name="mau.csv"))
    assert (page.status_code, "Nhập 2 hồ sơ" in page.text) == (200, True), page.text
    assert "2 hàng ví dụ của mẫu được bỏ qua." in page.text
    assert lite.client.get(f"{HERE}/template.doc").status_code == 404


def test_a_file_brought_for_another_purpose_is_not_found(tmp_path):
    files = HeldFiles(tmp_path, "dossiers")
    brought = files.hold(lambda path: path.write_bytes(b"x"), name="a.csv", about="s", user="u")
    assert HeldFiles(tmp_path, "register").find(brought.token, user="u") is None
    assert files.find(brought.token, user="u") == brought
