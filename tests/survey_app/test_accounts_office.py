"""Accounts by page: made and invited, changed, closed, signed out; who may not, and what others cannot reach."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.reading.people import read_account
from survey_app.recording import table
from survey_app.sign_in_rule import handle_of
from survey_app.tables import AuditRow, SignInRow, UnitRow
from tests.survey_app.conftest import PASSWORD, STAFF, Clock, form_token, record_staff, sign_in

OWN = "sáu từ không ai đoán được"
NEW = {"name": "ho-tich", "shown_name": "Lê Thị Hoa", "role": "unit", "unit": "xa.29926"}


@pytest.fixture
def engine(sqlite_engine):
    """What the databases do differently here is tried in test_used_once.py."""
    return sqlite_engine


@pytest.fixture
def managed(office):
    """The small office, its administrator signed in."""
    record_staff(office.engine)
    sign_in(office.client, "quan-tri")
    return office


def post(office, address, client=None, **fields):
    client = client or office.client
    return client.post(address, data={"form_token": form_token(client)} | fields, follow_redirects=False)


def signed_in(office, name):
    """Another browser in which somebody is signed in."""
    client = TestClient(office.client.app)
    assert sign_in(client, name).status_code == 303
    return client


def account(office, name):
    with office.engine.connect() as connection:
        return read_account(connection, name)


def events(office):
    with office.engine.connect() as connection:
        columns = table(AuditRow).c
        rows = connection.execute(select(columns.user, columns.act, columns.about, columns.detail))
        return [tuple(row) for row in rows if not row.act.endswith("sign_in")]


def invitation(answer):
    """The code of the one page that shows it."""
    return re.search(r"/invitation/([0-9A-Z-]{19})", answer.text)[1]


def accept(office, code, password=OWN, again=None):
    client = TestClient(office.client.app)
    sent = {"code": code, "password": password, "again": password if again is None else again}
    return client, client.post("/invitation", data=sent, follow_redirects=False)


def test_somebody_invited_chooses_a_password_once_and_sees_their_own_unit_only(managed):
    shown = post(managed, "/office/accounts", **NEW)
    assert shown.status_code == 200
    code = invitation(shown)
    assert account(managed, "ho-tich").password_set is False
    assert sign_in(TestClient(managed.client.app), "ho-tich", "").status_code == 401
    page = TestClient(managed.client.app).get(f"/invitation/{code}")
    assert 'value="ho-tich"' in page.text
    assert page.headers["cache-control"] == "no-store"
    client, answer = accept(managed, code.lower().replace("-", ""))
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/")
    assert "Lê Thị Hoa · xã Tân Hồng" in client.get("/office/").text
    assert client.get("/office/accounts").status_code == 403
    assert accept(managed, code)[1].status_code == 404
    assert sign_in(TestClient(managed.client.app), "ho-tich", OWN).status_code == 303
    assert events(managed) == [
        ("quan-tri", "add_user", "ho-tich", {"role": "unit", "unit": "xa.29926"}),
        ("quan-tri", "invite_user", "ho-tich", {}),
        ("ho-tich", "accept_invitation", "ho-tich", {}),
    ]


def test_an_invitation_ends_after_three_days_and_by_a_newer_one(managed):
    first = invitation(post(managed, "/office/accounts", **NEW))
    second = invitation(post(managed, "/office/accounts/ho-tich/invite"))
    assert accept(managed, first)[1].status_code == 404
    managed.clock.now += timedelta(days=3)
    late = accept(managed, second)[1]
    assert late.status_code == 404
    assert "đã quá ba ngày" in late.text


@pytest.mark.parametrize("code", ["", "0000-0000-0000-0000", "\x00", "ă", "x" * 5000, "../office/"])
def test_a_made_up_invitation_opens_nothing(managed, code):
    _, answer = accept(managed, code)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("ngắn", None, "từ 12 đến 256"), ("ho-tich-ho-tich", None, "tên đăng nhập"), (OWN, "khác", "không giống nhau")],
)
def test_a_password_that_cannot_be_leaves_the_invitation_good(managed, password, again, said):
    code = invitation(post(managed, "/office/accounts", **NEW))
    _, refused = accept(managed, code, password, again)
    assert refused.status_code == 422
    assert said in refused.text
    assert accept(managed, code)[1].status_code == 303


def test_a_new_invitation_ends_the_old_password_and_every_browser(managed):
    clerk = signed_in(managed, "mot-cua")
    code = invitation(post(managed, "/office/accounts/mot-cua/invite"))
    assert clerk.get("/office/", follow_redirects=False).status_code == 303
    assert sign_in(clerk, "mot-cua").status_code == 401
    assert accept(managed, code)[1].status_code == 303


def test_the_sixty_first_invitation_of_an_address_is_told_to_wait(managed):
    client = TestClient(managed.client.app)
    codes = [client.get(f"/invitation/{number:016}").status_code for number in range(61)]
    assert codes == [404] * 60 + [429]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Hoa Lê"}, "Tên đăng nhập không được có: dấu cách, «ê»."),
        ({"name": "mot-cua"}, "đã có người dùng"),
        ({"name": ""}, "Tên đăng nhập gồm"),
        ({"role": "boss"}, "Xin chọn vai trò."),
        ({"role": ""}, "Xin chọn vai trò."),
        ({"unit": "xa.0"}, "Xin ghi mã hoặc tên đầy đủ"),
        ({"unit": ""}, "Vai trò Đơn vị cần một đơn vị."),
        ({"unit": "' OR 1=1 --"}, "Xin ghi mã hoặc tên đầy đủ"),
    ],
)
def test_an_account_that_cannot_be_is_not_made_and_what_was_typed_stays(managed, fields, said):
    refused = post(managed, "/office/accounts", **(NEW | fields))
    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="Lê Thị Hoa"' in refused.text
    assert account(managed, "ho-tich") is None
    assert events(managed) == []


@pytest.mark.parametrize(
    "typed", ["Xã Tân Hồng", "xã  tân hồng", " tân hồng ", "TÂN HỒNG", "XA.29926", "xa\u0303 Tân Hồng"]
)
def test_a_unit_is_told_in_any_capitals_and_by_its_bare_name(managed, typed):
    post(managed, "/office/accounts", **(NEW | {"unit": typed}))
    assert account(managed, "ho-tich").unit == "xa.29926"


def add_unit(office, code, kind="phường", **days):
    row = {"code": code, "kind": kind, "name": "Tân Hồng", "source": "test", "simulated": False}
    with office.engine.begin() as connection:
        connection.execute(insert(table(UnitRow)).values(row | days))


def test_a_bare_name_that_two_units_have_today_tells_neither_and_one_that_has_ended_does_not_count(managed):
    add_unit(managed, "cu", valid_to=managed.clock().date())
    post(managed, "/office/accounts", **(NEW | {"unit": "tân hồng"}))
    assert account(managed, "ho-tich").unit == "xa.29926"
    add_unit(managed, "moi")
    refused = post(managed, "/office/accounts", **(NEW | {"name": "hai", "unit": "tân hồng"}))
    assert "Xin ghi mã hoặc tên đầy đủ" in refused.text
    post(managed, "/office/accounts", **(NEW | {"name": "hai", "unit": "phường tân hồng"}))
    assert account(managed, "hai").unit == "moi"


def test_units_of_today_are_a_menu_and_one_that_has_ended_stays_in_the_menu_of_its_account(managed):
    add_unit(managed, "cu", valid_to=managed.clock().date())
    menu = re.search(r'<select id="unit".*?</select>', managed.client.get("/office/accounts").text, re.DOTALL)[0]
    assert re.findall(r'<option value="([^"]*)"', menu) == ["", "xa.29926"]
    post(managed, "/office/accounts", **(NEW | {"unit": "cu"}))
    assert '<option value="cu" selected>phường Tân Hồng</option>' in managed.client.get("/office/accounts/ho-tich").text


def test_a_unit_is_told_by_its_whole_name_too_and_only_the_role_unit_has_one(managed):
    post(managed, "/office/accounts", **(NEW | {"unit": "xã Tân Hồng"}))
    assert account(managed, "ho-tich").unit == "xa.29926"
    post(managed, "/office/accounts", **(NEW | {"name": "tinh", "role": "inspector"}))
    assert account(managed, "tinh").unit is None


def test_shown_names_hold_nothing_that_turns_or_breaks_the_page(managed):
    post(managed, "/office/accounts", **(NEW | {"shown_name": "\u202eHoa\x00\u2067 <script>alert(1)</script>"}))
    assert account(managed, "ho-tich").shown_name == "Hoa <script>alert(1)</script>"
    page = managed.client.get("/office/accounts").text
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_a_changed_role_and_unit_hold_at_once_in_an_open_browser(managed):
    with managed.engine.begin() as connection:
        unit = {
            "code": "xa.30001",
            "kind": "xã",
            "name": "Khác",
            "valid_from": None,
            "source": "test",
            "simulated": False,
        }
        connection.execute(insert(table(UnitRow)).values(**unit))
    clerk = signed_in(managed, "mot-cua")
    assert "· xã Tân Hồng" in clerk.get("/office/").text
    change = {"shown_name": "Cán bộ mot-cua", "role": "unit", "unit": "xa.30001"}
    moved = post(managed, "/office/accounts/mot-cua/change", **change)
    assert moved.headers["location"] == "/office/accounts/mot-cua?done=changed"
    assert "Quầy 1" not in clerk.get("/office/entry").text
    post(managed, "/office/accounts/mot-cua/change", **(change | {"role": "committee", "shown_name": "Bà Hoa"}))
    assert "Bà Hoa · Ban Chỉ đạo" in clerk.get("/office/").text
    assert clerk.get("/office/cases").status_code == 403
    told = [(act, detail) for _, act, _, detail in events(managed)]
    assert told == [
        ("change_role", {"from": ["unit", "xa.29926"], "to": ["unit", "xa.30001"]}),
        ("change_role", {"from": ["unit", "xa.30001"], "to": ["committee", None]}),
        ("change_shown_name", {}),
    ]


def test_a_closed_account_is_out_at_once_and_opens_again_by_invitation(managed):
    clerk = signed_in(managed, "mot-cua")
    asked = post(managed, "/office/accounts/mot-cua/disable")
    assert (asked.status_code, clerk.get("/office/", follow_redirects=False).status_code) == (200, 200)
    assert "Đóng tài khoản của Cán bộ mot-cua (mot-cua)?" in asked.text
    assert post(managed, "/office/accounts/mot-cua/disable", sure="yes").status_code == 303
    assert clerk.get("/office/", follow_redirects=False).status_code == 303
    assert sign_in(clerk, "mot-cua").status_code == 401
    assert post(managed, "/office/accounts/mot-cua/invite").status_code == 404
    code = invitation(post(managed, "/office/accounts/mot-cua/enable"))
    assert sign_in(clerk, "mot-cua").status_code == 401
    assert accept(managed, code)[1].status_code == 303


@pytest.mark.parametrize("way", ["disable", "change"])
def test_the_last_administrator_stays(managed, way):
    fields = {"shown_name": "Q", "role": "committee", "unit": ""} if way == "change" else {"sure": "yes"}
    refused = post(managed, f"/office/accounts/quan-tri/{way}", **fields)
    assert refused.status_code == 422
    assert "người quản trị cuối cùng" in refused.text
    assert (account(managed, "quan-tri").role, account(managed, "quan-tri").disabled) == ("administrator", None)
    assert events(managed) == []
    assert post(managed, "/office/accounts/quan-tri/invite").status_code == 422


def test_who_changes_the_own_role_is_asked_first_and_told_afterwards(managed):
    record_staff(managed.engine, {"thay": ("administrator", None)})
    change = {"shown_name": "Cán bộ quan-tri", "role": "committee", "unit": ""}
    asked = post(managed, "/office/accounts/quan-tri/change", **change)
    assert (asked.status_code, account(managed, "quan-tri").role) == (200, "administrator")
    assert "Đổi vai trò của chính mình thành Ban Chỉ đạo?" in asked.text
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
    assert kept | change == kept
    done = post(managed, "/office/accounts/quan-tri/change", **change, sure="yes")
    assert (done.headers["location"], account(managed, "quan-tri").role) == ("/office/me?done=role", "committee")
    told = managed.client.get(done.headers["location"])
    assert (told.status_code, "Ông/bà thôi làm quản trị" in told.text) == (200, True)


def test_who_closes_the_own_account_is_told_what_that_means_and_is_out(managed):
    record_staff(managed.engine, {"thay": ("administrator", None)})
    assert "Đây là tài khoản của chính ông/bà" in post(managed, "/office/accounts/quan-tri/disable").text
    assert post(managed, "/office/accounts/quan-tri/disable", sure="yes").headers["location"] == "/sign-in"
    assert account(managed, "quan-tri").disabled


def test_the_role_unit_on_an_empty_register_is_told_that_units_come_first(sqlite_engine, settings):
    record_staff(sqlite_engine, {"quan-tri": ("administrator", None)})
    with TestClient(make_app(sqlite_engine, settings, clock=Clock())) as client:
        sign_in(client, "quan-tri")
        data = {"form_token": form_token(client)} | NEW | {"unit": "Xã Tân Hồng"}
        said = client.post("/office/accounts", data=data).text
    assert "Chưa có đơn vị nào để chọn: xin nhập đơn vị trước" in said
    assert "Xin ghi mã" not in said


def test_the_administrator_sees_and_ends_sign_ins_one_or_all(managed):
    one, two = signed_in(managed, "mot-cua"), signed_in(managed, "mot-cua")
    page = managed.client.get("/office/accounts/mot-cua").text
    handles = re.findall(r'name="sign_in" value="([0-9a-f]{16})"', page)
    assert len(handles) == 2
    post(managed, "/office/accounts/mot-cua/sign-ins", sign_in=handles[0])
    still = [client.get("/office/", follow_redirects=False).status_code for client in (one, two)]
    assert sorted(still) == [200, 303]
    post(managed, "/office/accounts/mot-cua/sign-ins", sign_in="all")
    assert [client.get("/office/", follow_redirects=False).status_code for client in (one, two)] == [303, 303]


def handles_of(office, name):
    with office.engine.connect() as connection:
        rows = table(SignInRow).c
        return [
            handle_of(each) for each in connection.execute(select(rows.token_hash).where(rows.user == name)).scalars()
        ]


def test_nobody_ends_the_sign_in_of_somebody_else(managed):
    clerk = signed_in(managed, "mot-cua")
    [others] = handles_of(managed, "quan-tri")
    for handle in (others, "", "%", "_" * 16, "\x00", others[:8]):
        answer = post(managed, "/office/me/sign-ins", clerk, sign_in=handle)
        assert answer.headers["location"] == "/office/me"
    assert managed.client.get("/office/", follow_redirects=False).status_code == 200
    post(managed, "/office/accounts/mot-cua/sign-ins", sign_in=others)
    assert clerk.get("/office/", follow_redirects=False).status_code == 200
    assert managed.client.get("/office/", follow_redirects=False).status_code == 200


def test_everybody_sees_and_ends_their_own_other_browsers(managed):
    clerk, other = signed_in(managed, "mot-cua"), signed_in(managed, "mot-cua")
    assert clerk.get("/office/me").text.count("trình duyệt này") == 1
    assert (
        post(managed, "/office/me/sign-ins", clerk, sign_in="others").headers["location"] == "/office/me?done=sign_ins"
    )
    assert other.get("/office/", follow_redirects=False).status_code == 303
    assert clerk.get("/office/", follow_redirects=False).status_code == 200


def test_a_password_is_changed_with_the_old_one_and_ends_other_browsers(managed):
    clerk, other = signed_in(managed, "mot-cua"), signed_in(managed, "mot-cua")
    for fields, said in (
        ({"old": "sai rồi nhé bạn", "password": OWN, "again": OWN}, "Mật khẩu hiện nay không đúng."),
        ({"old": PASSWORD, "password": OWN, "again": "khác"}, "không giống nhau"),
        ({"old": PASSWORD, "password": "x", "again": "x"}, "từ 12 đến 256"),
        ({}, "Mật khẩu hiện nay không đúng."),
    ):
        refused = post(managed, "/office/me/password", clerk, **fields)
        assert refused.status_code == 422
        assert said in refused.text
    assert other.get("/office/", follow_redirects=False).status_code == 200
    changed = post(managed, "/office/me/password", clerk, old=PASSWORD, password=OWN, again=OWN)
    assert changed.headers["location"] == "/office/me?done=password"
    assert clerk.get("/office/", follow_redirects=False).status_code == 200
    assert other.get("/office/", follow_redirects=False).status_code == 303
    assert sign_in(other, "mot-cua").status_code == 401
    assert sign_in(other, "mot-cua", OWN).status_code == 303


def test_the_eleventh_wrong_old_password_is_told_to_wait(managed):
    clerk = signed_in(managed, "mot-cua")
    for _ in range(10):
        post(managed, "/office/me/password", clerk, old="sai rồi nhé bạn", password=OWN, again=OWN)
    late = post(managed, "/office/me/password", clerk, old=PASSWORD, password=OWN, again=OWN)
    assert "Đã thử quá nhiều lần." in late.text
    assert sign_in(TestClient(managed.client.app), "mot-cua").status_code == 303


def test_no_edited_field_of_an_own_form_changes_role_unit_or_somebody_else(managed):
    clerk = signed_in(managed, "mot-cua")
    extra = {"role": "administrator", "unit": "", "name": "quan-tri", "user": "quan-tri"}
    post(managed, "/office/me/password", clerk, old=PASSWORD, password=OWN, again=OWN, **extra)
    assert (account(managed, "mot-cua").role, account(managed, "mot-cua").unit) == ("unit", "xa.29926")
    assert sign_in(TestClient(managed.client.app), "quan-tri").status_code == 303


@pytest.mark.parametrize("name", [name for name in STAFF if name != "quan-tri"])
def test_no_other_role_reaches_accounts_by_any_form(managed, name):
    client = signed_in(managed, name)
    for address in (
        "",
        "/mot-cua/change",
        "/mot-cua/invite",
        "/mot-cua/disable",
        "/mot-cua/sign-ins",
        "/mot-cua/enable",
    ):
        assert post(managed, f"/office/accounts{address}", client, **NEW).status_code == 403
    assert account(managed, "ho-tich") is None
    assert account(managed, "mot-cua").disabled is None


def test_forms_of_ten_megabytes_are_refused(managed):
    for address in ("/office/accounts", "/office/me/password", "/invitation", "/sign-in/code", "/first-run"):
        answer = managed.client.post(address, data={"form_token": "x", "name": "x" * 10_000_000})
        assert answer.status_code == 413, address


def test_accounts_that_are_not_there_are_no_page(managed):
    for name in ("khong-co", "%00", "%E2%80%AE", "..%2Fme", "'%20OR%201=1"):
        assert managed.client.get(f"/office/accounts/{name}").status_code == 404
    for act in ("change", "invite", "disable", "enable", "sign-ins", "second-factor"):
        assert post(managed, f"/office/accounts/khong-co/{act}", **NEW).status_code == 404
