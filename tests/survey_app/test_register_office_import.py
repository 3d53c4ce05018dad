"""`/office/register`: bring a table, look at it, import what was looked at; codes and posters for all desks of a unit."""

import io
import re
from dataclasses import replace

import pypdfium2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import read_current_questionnaires, read_register
from survey_app.recording import table
from survey_app.register_file.template import as_csv, headings
from survey_app.tables import AuditRow
from tests.page_tags import Skeleton
from tests.tricks import FORMULA, SCRIPT

from .books import SURVEY, book
from .conftest import Clock, Office, form_token, record_office, record_staff, sign_in

HERE = "/office/register"
UNITS = "Tên;Loại;Mã chính thức;Đơn vị cấp trên;Từ ngày\nĐồng Tháp;tỉnh;82;;01/07/2025\nTân Hồng;xã;29926;tỉnh Đồng Tháp;01/07/2025\n"
DESKS = "Đơn vị,Tên quầy,Nơi đặt\n29926,Quầy 1,Trung tâm\n29926,Quầy 2,Trung tâm\n"


@pytest.fixture
def empty(engine, settings):
    """A server on an empty register."""
    record_staff(engine, {"noi-vu": ("home_affairs", None), "khac": ("administrator", None)})
    with TestClient(
        make_app(engine, replace(settings, rate_limit="", upload_bytes=2_000_000), clock=Clock())
    ) as client:
        sign_in(client, "noi-vu")
        yield Office(client, engine, "", 0, Clock())


@pytest.fixture
def lite(sqlite_engine, settings):
    """The same on one database, for what none decides."""
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    app = make_app(sqlite_engine, replace(settings, rate_limit="", upload_bytes=200_000), clock=Clock())
    with TestClient(app) as client:
        sign_in(client, "noi-vu")
        yield Office(client, sqlite_engine, "", 0, Clock())


def bring(office, kind, content, *, name="danh mục.csv"):
    sent = content.encode() if isinstance(content, str) else content
    return office.client.post(
        f"{HERE}/{kind}",
        data={"form_token": form_token(office.client)},
        files={"file": (name, sent)},
        follow_redirects=False,
    )


def held(office, kind, content, **more):
    answer = bring(office, kind, content, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def post(office, address, **fields):
    return office.client.post(address, data={"form_token": form_token(office.client)} | fields, follow_redirects=False)


def take(office, kind, content, **more):
    where = held(office, kind, content, **more)
    seen = re.search(r'name="seen" value="([^"]+)"', office.client.get(where).text)[1]
    return post(office, f"{where}/import", seen=seen)


def registered(office):
    with office.engine.connect() as connection:
        return read_register(connection)


def test_from_an_empty_register_to_posters_of_every_desk_by_pages(empty):
    assert "Danh mục còn trống." in empty.client.get(HERE).text
    assert HERE in empty.client.get("/office/codes").text
    assert "Tiếp theo: nhập thủ tục" in take(empty, "units", UNITS).text
    assert "Tiếp theo: nhập quầy" in take(empty, "procedures", "Mã,Tên,Lĩnh vực\n1.000894,Kết hôn,Hộ tịch\n").text
    assert "Cấp mã và in áp phích" in take(empty, "desks", DESKS).text
    page = empty.client.get("/office/codes").text
    assert "2 quầy chưa có mã." in page
    assert post(empty, "/office/codes/missing", unit="xa.29926").headers["location"] == "/office/codes?unit=xa.29926"
    page = empty.client.get("/office/codes?unit=xa.29926").text
    assert "chưa có mã" not in page
    assert "In 2 áp phích thành một tệp PDF:" in page
    pdf = empty.client.get("/office/codes/posters.pdf?unit=xa.29926&kind=a4")
    assert pdf.headers["content-type"] == "application/pdf"
    assert len(pypdfium2.PdfDocument(io.BytesIO(pdf.content))) == 2
    assert post(empty, "/office/codes/missing", unit="nowhere").status_code == 422
    assert empty.client.get("/office/codes/posters.pdf?unit=nowhere").status_code == 404


def test_nothing_is_stored_before_it_was_looked_at_and_the_same_again_changes_nothing(empty):
    where = held(empty, "units", UNITS)
    assert "tỉnh Đồng Tháp" in empty.client.get(where).text
    assert registered(empty).units == ()
    assert post(empty, f"{where}/import", seen="other").status_code == 200
    assert registered(empty).units == ()
    assert "2 mới, 0 thay đổi, 0 như cũ." in take(empty, "units", UNITS).text
    page = empty.client.get(held(empty, "units", UNITS)).text
    assert "Không có gì thay đổi." in page
    assert 'name="seen"' not in page


def test_the_official_list_is_called_what_it_is_and_a_column_that_says_one_thing_is_left_out(empty):
    sent = post(empty, f"{HERE}/official", province="82")
    page = empty.client.get(sent.headers["location"]).text
    assert re.search(r"Danh mục đơn vị hành chính của tỉnh Đồng Tháp \(vietnamadminunits [\d.]+\)\.csv", page)
    assert page.split("Sẽ thêm</h2>")[1].count('scope="col"') == 2


def test_of_desks_and_their_new_fields_it_is_said_which_is_which(lite):
    rows = "Đơn vị,Tên quầy,Nơi đặt,Lĩnh vực\nxa.29926,Quầy 8,Trung tâm,Nghề mới lạ\n"
    page = lite.client.get(held(lite, "desks", rows)).text
    assert page.split("Sẽ thêm</h2>")[1].count('scope="col"') == 3
    assert re.search(r"Mục mới theo loại: (lĩnh vực 1, quầy 1|quầy 1, lĩnh vực 1)\.", page)


def test_of_what_is_new_everything_that_a_clerk_must_check_is_shown_by_name_and_all_of_it_can_be_taken_away(lite):
    head = "Đơn vị,Tên quầy,Nơi đặt,Lĩnh vực,Từ ngày\n"
    rows = "".join(f"xa.29926,Quầy {n},Nhà B,ho-tich; Nghề mới lạ,01/0{n % 9 + 1}/2026\n" for n in range(10, 120))
    where = held(lite, "desks", head + rows)
    page = lite.client.get(where).text
    for said in ("đơn vị: xã Tân Hồng (xa.29926)", "nơi đặt: Nhà B", "Hộ tịch; Nghề mới lạ", "từ ngày: 02/01/2026"):
        assert said.replace("02/01", "01/02") in page
    assert "phiếu hỏi: Phiếu tại quầy (desk)" in page
    assert page.index("Quầy 10<") < page.index("Nhập 111 mục")
    assert ('<form id="import"' in page, 'href="#import"' in page) == (True, True)
    assert "Quầy 119" not in page
    lines = lite.client.get(f"{where}/changes.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Việc;Loại;Mã;Tên;Cột;Trước;Sau"
    assert "thêm;quầy;xa.29926.quay-119;Quầy 119;nơi đặt;;Nhà B" in lines
    assert lite.client.get(f"{held(lite, 'desks', UNITS)}/changes.csv").status_code == 404
    units = lite.client.get(held(lite, "units", UNITS.replace("29926", "29927").replace("Tân Hồng", "Tân Xa"))).text
    assert "đơn vị cấp trên: tỉnh Đồng Tháp (tinh.82)" in units


def test_a_new_desk_that_bears_a_desks_former_name_is_told_and_events_keep_what_was(lite):
    code = registered(lite).desks[0].code
    head = "Mã quầy,Đơn vị,Tên quầy,Nơi đặt,Lĩnh vực\n"
    before = registered(lite).desks[0].name
    take(lite, "desks", f'{head}{code},xa.29926,Quầy A,"Nhà B",ho-tich; chung-thuc\n')
    with lite.engine.connect() as connection:
        detail = connection.execute(select(table(AuditRow).c.detail).order_by(table(AuditRow).c.number.desc())).scalar()
    assert detail["changes"][code]["name"] == {"before": before, "after": "Quầy A"}
    page = lite.client.get(held(lite, "desks", f"Đơn vị,Tên quầy,Nơi đặt\nxa.29926,{before},T\n")).text
    assert f"quầy {code} «Quầy A» từng mang tên này" in page
    sign_in(lite.client, "quan-tri")
    assert f"tên ({before} → Quầy A)" in lite.client.get("/office/events").text


def test_what_changes_is_shown_with_its_value_before_and_after(lite):
    page = lite.client.get(held(lite, "units", "Mã,Tên,Loại\nxa.29926,Tân Hồng Mới,xã\n")).text
    assert ">Tân Hồng<" in page
    assert ">Tân Hồng Mới<" in page
    english = lite.client.get(held(lite, "units", "Mã,Tên,Loại\nxa.29926,Tân Hồng Mới,xã\n") + "?lang=en").text
    assert "Would change" in english


def test_every_fault_stands_in_a_table_with_row_column_value_and_what_was_expected(lite):
    where = held(lite, "units", UNITS.replace("82", "8x").replace("xã;", "làng;"))
    answer = lite.client.get(where)
    assert answer.status_code == 422
    assert "Tệp có 2 lỗi" in answer.text
    assert "mã số 2 chữ số" in answer.text
    assert "a number of 2 digits" in lite.client.get(f"{where}?lang=en").text


def test_a_file_that_cannot_be_taken_is_refused_on_the_page(lite):
    answer = lite.client.get(held(lite, "desks", UNITS))
    assert (answer.status_code, "Thiếu cột: «Đơn vị», «Tên quầy», «Nơi đặt»." in answer.text) == (422, True)
    assert "xin mở bằng Excel, lưu thành .xlsx hoặc .csv" in bring(lite, "units", b"x", name="a.docx").text
    assert bring(lite, "nothing", UNITS).status_code == 404
    assert "Chưa có tệp" in post(lite, f"{HERE}/units").text


def test_somebody_elses_file_is_not_found_and_a_discarded_one_is_gone(lite):
    where = held(lite, "units", UNITS)
    sign_in(lite.client, "quan-tri")
    assert lite.client.get(where).status_code == 404
    sign_in(lite.client, "noi-vu")
    assert post(lite, f"{where}/discard").status_code == 303
    assert lite.client.get(where).status_code == 404


@pytest.mark.parametrize("kind", ["units", "procedures", "desks"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_template_and_the_register_itself_can_be_downloaded(lite, kind, suffix):
    for each in ("template", "register"):
        got = lite.client.get(f"{HERE}/{kind}/{each}.{suffix}")
        assert (got.status_code, "attachment" in got.headers["content-disposition"]) == (200, True)
    if suffix == "csv":
        assert lite.client.get(f"{HERE}/{kind}/template.csv").content.decode("utf-8-sig").startswith(headings(kind)[0])
    page = lite.client.get(
        held(lite, kind, lite.client.get(f"{HERE}/{kind}/register.{suffix}").content, name=f"a.{suffix}")
    )
    assert ("Không có gì thay đổi." in page.text) or ("không có dòng nào" in page.text)


def test_texts_that_do_harm_elsewhere_are_texts_here(lite):
    plain = Skeleton(lite.client.get(held(lite, "units", UNITS + "Bình Thường;làng;;;\n")).text)
    for text in (*SCRIPT, *FORMULA):
        content = as_csv([["Tên", "Loại", "Mã chính thức", "Đơn vị cấp trên", "Từ ngày"], [text, "làng", "", "", ""]])
        page = lite.client.get(held(lite, "units", content)).text
        assert "<script>alert" not in page
        assert set(Skeleton(page).tags) <= set(plain.tags)


def taken_away(office):
    columns = table(AuditRow).c
    with office.engine.connect() as connection:
        asked = select(columns.about).where(columns.act == "export_table", columns.user == "noi-vu")
        return list(connection.execute(asked.order_by(columns.number)).scalars())


def test_the_register_taken_away_is_an_event_and_an_empty_template_is_none(lite):
    for name in ("units/register.csv", "desks/register.xlsx", "procedures/register.csv", "units/template.csv"):
        assert lite.client.get(f"{HERE}/{name}").status_code == 200
        lite.client.head(f"{HERE}/{name}")
    assert lite.client.get(f"{HERE}/pilots/register.csv").status_code == 404
    assert taken_away(lite) == ["danh-muc-don-vi.csv", "danh-muc-quay.xlsx", "danh-muc-thu-tuc.csv"]


def test_a_questionnaire_to_begin_from_is_offered_as_a_workbook_alone_and_the_page_says_why(lite):
    page = lite.client.get(f"{HERE}/questionnaires").text
    assert f'href="{HERE}/questionnaires/template.xlsx"' in page
    assert "nên không có dạng CSV" in page
    assert lite.client.get(f"{HERE}/questionnaires/template.csv").status_code == 404
    model = lite.client.get(f"{HERE}/questionnaires/template.xlsx").content
    found = lite.client.get(held(lite, "questionnaires", model, name="mẫu.xlsx")).text
    assert "Ông/bà nộp hồ sơ bằng cách nào?" in found
    assert taken_away(lite) == []


def test_a_questionnaire_is_downloaded_changed_looked_at_and_asked_from_now_on(lite):
    page = lite.client.get(f"{HERE}/questionnaires").text
    assert "asked/desk.xlsx" in page
    sheet = lite.client.get(f"{HERE}/questionnaires/asked/desk.xlsx").content
    assert taken_away(lite) == ["desk.xlsx"]
    same = lite.client.get(held(lite, "questionnaires", sheet, name="desk.xlsx")).text
    assert "Không có gì thay đổi." in same
    document = load_questionnaire("desk").document
    changed = document.replace("Ông/bà có hài lòng không?", "Ông/bà thấy thế nào?")
    dropped = re.search(r'\[\[question\]\]\ncode = "posted".*?text.vi = "([^"]+)".*?\n\n', changed, re.DOTALL)
    changed = changed.replace(dropped[0], "")
    where = held(lite, "questionnaires", changed, name="desk.toml")
    page = lite.client.get(where).text
    rows = [re.findall(r"<span[^>]*>([^<]*)</span>", row) for row in re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)]
    asked = ["Ông/bà có hài lòng không?", "câu hỏi overall", "Ông/bà có hài lòng không?", "Ông/bà thấy thế nào?"]
    assert asked in rows
    assert [dropped[1], "câu hỏi posted", "đang hỏi", "bỏ"] in rows
    assert "lời câu hỏi (Tiếng Việt)" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert post(lite, f"{where}/import", seen="another").status_code == 200
    assert "0 mới, 1 thay đổi, 0 như cũ." in post(lite, f"{where}/import", seen=seen).text
    with lite.engine.connect() as connection:
        assert read_current_questionnaires(connection)["desk"].document == changed
        acts = list(connection.execute(select(table(AuditRow).c.act, table(AuditRow).c.user)))
    assert ("import_questionnaire", "noi-vu") in acts


def test_a_new_questionnaire_shows_its_questions_and_the_answers_to_choose_from(lite):
    new = load_questionnaire("desk-quick").document.replace('code = "desk-quick"', 'code = "quay-nhanh"')
    page = lite.client.get(held(lite, "questionnaires", new, name="moi.toml")).text
    for question in load_questionnaire("desk-quick").questions:
        assert page.count(f">{question.text['vi']}<") == 1
        assert all(choice.text["en"] in page for choice in question.choices)
    assert "Nhập 1 mục" in page


def test_the_faults_of_a_questionnaire_are_counted_without_the_lines_around_them(lite):
    survey = [*SURVEY, ["geopoint", "where", "Ở đâu?", "Where?", ""], ["calculate", "sum", "", "", ""]]
    page = lite.client.get(held(lite, "questionnaires", book(survey), name="trial.xlsx")).text
    assert "Tệp có 2 lỗi" in page
    assert re.findall(r"<td[^>]*>(survey \d+)</td>", page) == ["survey 5", "survey 6"]
    assert "Refused in" not in page
    assert page.count("Bảng tính còn nói điều không dùng đến: survey ") == 2
    assert "không có loại câu này: phiếu không nhận vị trí trên bản đồ" in page
    other = load_questionnaire("desk").document.replace('criterion = "1.1"', 'criterion = "9.9"')
    page = lite.client.get(held(lite, "questionnaires", other, name="desk.toml")).text
    assert ("Tệp có 1 lỗi" in page, "was not taken over" in page) == (True, False)
    assert "không có tiêu chí" in page
    assert "TOML, lưu bằng UTF-8" in lite.client.get(held(lite, "questionnaires", b"\xff\xfe", name="a.toml")).text


def test_a_pilots_file_with_a_slip_is_told_by_line_or_key_and_never_a_fault_of_the_server(lite):
    page = lite.client.get(held(lite, "pilots", '[pilot]\ncode = "x"\n', name="p.toml"))
    assert page.status_code == 422
    assert "các bảng cùng loại, mỗi bảng mở bằng [[pilot]]" in page.text
    page = lite.client.get(held(lite, "pilots", "\n" + "a." * 50_000 + "b = 1\n", name="p.toml"))
    assert page.status_code == 422
    assert "khóa có ít hơn 10 phần" in page.text
    assert re.search(r"<td[^>]*>2</td>", page.text)


def test_a_questionnaire_with_faults_tells_all_of_them(lite):
    answer = lite.client.get(held(lite, "questionnaires", 'code = "desk"\nx = 1\n', name="desk.toml"))
    assert answer.status_code == 422
    assert "không có khóa này; có: code, edition" in answer.text
    assert "một [[question]] trở lên" in answer.text
    assert "một [[question]] trở lên" in faults_of(lite, answer)
    damaged = lite.client.get(held(lite, "questionnaires", b"PK\x03\x04", name="desk.xlsx"))
    assert (damaged.status_code, "tệp này bị hỏng, xin lưu lại" in damaged.text) == (422, True)
    assert "tệp trống" in lite.client.get(held(lite, "questionnaires", b"", name="desk.xlsx")).text
    assert lite.client.get(f"{HERE}/questionnaires/asked/none.xlsx").status_code == 404
    assert "no such key; known are code" in lite.client.get(answer.url.copy_with(query=b"lang=en")).text


PILOT = """[[document]]
code = "qd-9"
text = "Quyết định số 9"
[[pilot]]
code = "hen-gio"
names = { vi = "Hẹn giờ", en = "Appointments" }
locality = "xa.29926"
kind = "continuous"
starts = 2026-03-01
procedures = "unconfirmed"
source = "qd-9"
[[participation]]
pilot = "hen-gio"
unit = "xa.29926"
starts = 2026-03-01
source = "qd-9"
"""


def faults_of(office, page):
    """The table of all faults that a page offers."""
    return office.client.get(re.search(r"[\w/-]+/faults.csv", page.text)[0]).content.decode("utf-8-sig")


def test_pilots_come_in_by_the_page_as_toml_or_as_a_table(lite):
    page = lite.client.get(held(lite, "pilots", PILOT, name="mô hình.toml")).text
    assert "Hẹn giờ</span>" in page
    assert "xã Tân Hồng (xa.29926)</span>" in page
    assert ("cách làm: liên tục" in page, "continuous" in page) == (True, False)
    assert ("từ ngày: 01/03/2026" in page, " from 2026" in page) == (True, False)
    assert "2 mới" in take(lite, "pilots", PILOT, name="mô hình.toml").text
    page = lite.client.get(held(lite, "pilots", PILOT, name="mô hình.toml")).text
    assert "Không có gì thay đổi." in page
    assert "<dt>Như cũ</dt><dd>2</dd>" in page
    changed = lite.client.get(held(lite, "pilots", PILOT.replace("Appointments", "By appointment"), name="a.toml")).text
    assert "By appointment" in changed
    table = "Mã mô hình;Đơn vị tham gia;Tham gia từ ngày\nhen-gio;xã Tân Hồng;01/03/2026\n"
    assert "Không có gì thay đổi." in lite.client.get(held(lite, "pilots", table)).text
    wrong = lite.client.get(held(lite, "pilots", table.replace("xã Tân Hồng", "đâu đó")))
    assert (wrong.status_code, "đâu đó" in wrong.text) == (422, True)
    assert "2;Đơn vị tham gia;đâu đó;" in faults_of(lite, wrong)
    wrong = lite.client.get(held(lite, "pilots", PILOT.replace("continuous", "sometimes"), name="a.toml"))
    assert (wrong.status_code, "sometimes" in wrong.text) == (422, True)
    assert "–;pilot[0].kind;'sometimes';" in faults_of(lite, wrong)
    assert lite.client.get(f"{HERE}/pilots/template.xlsx").status_code == 200
    assert lite.client.get(f"{HERE}/pilots/register.xlsx").status_code == 404


def test_every_fault_of_a_table_can_be_downloaded_and_no_spreadsheet_runs_any(lite):
    rows = "".join(f"=HYPERLINK({number});làng;;;\n" for number in range(300))
    where = held(lite, "units", UNITS.splitlines()[0] + "\n" + rows)
    page = lite.client.get(where).text
    assert "100 lỗi đầu." in page
    got = lite.client.get(f"{where}/faults.csv")
    lines = got.content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[0]) == (601, "Dòng;Cột;Giá trị;Cần")
    assert ";'=HYPERLINK(0);" in lines[1]
    assert lite.client.get(f"{held(lite, 'units', UNITS)}/faults.csv").status_code == 404
    assert lite.client.get(f"{HERE}/held/none/faults.csv").status_code == 404
