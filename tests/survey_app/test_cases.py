"""Cases through the pages: the author's, the unit's, home affairs' and the inspectors'."""

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel

from qr_codes import make_case_code
from survey_app.case_words import consent_sentence
from survey_app.contact import KEPT_FOR, seal_contact
from survey_app.door import ZONE
from survey_app.new_case import NewCase, hash_case_code
from survey_app.purge import Purge
from survey_app.recording import record_register_change, record_rows, table
from survey_app.recording.cases import record_cases
from survey_app.recording.people import record_user
from survey_app.retention import Retention
from survey_app.tables import (
    AuditRow,
    CaseRow,
    CaseStepRow,
    CommentRow,
    ContactRow,
    DeskRow,
    ResponseRow,
    SignInRow,
    UnitRow,
    UserRow,
)
from survey_app.wording import translator
from tests.survey_app.conftest import KEY, STAFF, form_token, record_staff, sign_in

CODES = [make_case_code(bytes([number]) * 9) for number in range(4)]
CONSENT = consent_sentence(translator("vi"))
REPLY, REACH = {"-reply": "1"}, {"-contact": " 0912 345 678 ", "-consent": "1"}


@pytest.fixture
def staffed(office):
    """The small office, another commune beside it, and one account a role; a second clerk of the other commune."""
    with office.engine.begin() as connection:
        record_rows(
            connection,
            UnitRow,
            [{"code": "xa.29938", "kind": "xã", "name": "Tân Thành", "valid_from": date(2025, 7, 1), "source": "test"}],
        )
    record_staff(office.engine, STAFF | {"tan-thanh": ("unit", "xa.29938")})
    return office


def record_case(
    engine,
    number=0,
    *,
    unit="xa.29926",
    queue="unit",
    kind="feedback",
    text="Chờ lâu.",
    contact="",
    received=date(2026, 11, 19),
):
    made = f"case-{number}"
    sealed = seal_contact(contact, case=made, on=received, consent=CONSENT, key=KEY.encode()) if contact else None
    code_hash = hash_case_code(CODES[number], key=KEY.encode())
    beside = {"unit": unit, "language": "vi", "received": received, "simulated": False}
    with engine.begin() as connection:
        record_cases(connection, [(NewCase(made, code_hash, kind, queue, text, sealed), beside)])
    return made


def rows(engine, row):
    with engine.connect() as connection:
        return [dict(one) for one in connection.execute(select(table(row))).mappings()]


def signed_in(office, name):
    office.client.cookies.clear()
    assert sign_in(office.client, name).status_code == 303


def do(office, case, act, **fields):
    """What the server says to a form of the case's page, as it stands now."""
    page = office.client.get(f"/office/cases/{case}").text
    steps = re.search(r'name="steps" value="(\d+)"', page)
    data = {"form_token": form_token(office.client), "steps": steps[1] if steps else "0"} | fields
    return office.client.post(f"/office/cases/{case}/{act}", data=data, follow_redirects=False)


def say(office, number=0, **fields):
    return office.client.post(f"/c/{CODES[number]}", data=fields, follow_redirects=False)


# The author's form


def test_who_wants_an_answer_gets_a_code_and_the_case_holds_nothing_of_the_marks(staffed):
    answer = staffed.post(**REPLY, comment="Chờ lâu quá.", polite="1")
    assert answer.status_code == 303
    code = re.fullmatch(rf"/r/{staffed.code}/thanks\?lang=vi&case=([0-9A-Z]{{14}})", answer.headers["location"])[1]
    thanks = staffed.client.get(answer.headers["location"]).text
    assert "Xin chép lại hoặc chụp ảnh mã này." in thanks
    assert f'href="/c/{code}?lang=vi"' in thanks
    assert f"?lang=en&amp;case={code}" in thanks
    [case], [response] = rows(staffed.engine, CaseRow), rows(staffed.engine, ResponseRow)
    assert (case["unit"], case["queue"], case["text"], case["state"]) == (
        "xa.29926",
        "unit",
        "Chờ lâu quá.",
        "received",
    )
    assert set(case) == {
        "id", "code_hash", "unit", "kind", "queue", "language", "text", "received", "state", "answer", "rating", "simulated",
    }  # fmt: skip
    assert code not in str(case)
    assert response["id"] not in str(case)
    assert case["id"] not in str(response)
    assert rows(staffed.engine, CommentRow) == []
    page = staffed.client.get(f"/c/{code}").text
    assert "Đã nhận" in page
    assert "Chờ lâu quá." in page


def test_the_same_form_sent_twice_shows_the_same_code_and_makes_one_case(staffed):
    form = {"id": staffed.ticket(), "-reply": "1", "comment": "Chờ lâu quá."}
    first, second = staffed.post(**form), staffed.post(**form)
    assert first.headers["location"] == second.headers["location"]
    assert len(rows(staffed.engine, CaseRow)) == 1


@pytest.mark.parametrize("before", [{}, {"comment": "Chờ lâu quá."}, {"overall": "1"}])
def test_a_case_is_kept_even_where_the_marks_of_its_form_were_counted_before(staffed, before):
    """As where a tap became an answer, or a form was sent again after going back: the marks stay, the words are not lost."""
    form = {"id": staffed.ticket(), "overall": "5"}
    assert staffed.post(**form | before).status_code == 303
    again = staffed.post(**form, **REPLY, **REACH, comment="Ghế gãy chân.")
    assert again.status_code == 303
    assert staffed.post(**form, **REPLY, comment="Ghế gãy chân.").headers["location"] == again.headers["location"]
    [case], [response] = rows(staffed.engine, CaseRow), rows(staffed.engine, ResponseRow)
    assert case["text"] == "Ghế gãy chân."
    assert response["answers"] == {"overall": int(before.get("overall", "5"))}
    assert len(rows(staffed.engine, ContactRow)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"-reply": "1"}, "chưa viết việc gì"),
        ({"-reply": "1", "comment": "x", "-contact": "0912345678"}, "chưa chọn đồng ý"),
        ({"-reply": "1", "comment": "x", "-contact": "số nhà 3", "-consent": "1"}, "không giống số điện thoại"),
    ],
)
def test_a_wish_that_cannot_be_met_is_said_kindly_and_nothing_is_stored(staffed, fields, said):
    answer = staffed.post(**fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert [rows(staffed.engine, row) for row in (CaseRow, ContactRow, ResponseRow, CommentRow)] == [[], [], [], []]


def test_a_contact_with_consent_is_kept_encrypted_with_the_sentence_agreed_to(staffed):
    assert staffed.post(**REPLY, **REACH, comment="x").status_code == 303
    [contact] = rows(staffed.engine, ContactRow)
    assert "0912345678" not in str(contact)
    assert contact["consent"] == CONSENT
    assert contact["purge_on"] == contact["given"] + KEPT_FOR == date(2027, 2, 17)


# The author's page


@pytest.mark.parametrize("typed", ["{}", "{}-", "0000-0000", "x", "%00", "A" * 200])
def test_a_code_that_is_nobodys_is_told_kindly(staffed, typed):
    answer = staffed.client.get(f"/c/{typed.format(CODES[3])}")
    assert answer.status_code == 404
    assert "Không có việc nào mang mã này." in answer.text


def test_a_code_is_found_as_people_type_it(staffed):
    record_case(staffed.engine)
    code = CODES[0].lower()
    found = staffed.client.get("/c", params={"code": f" {code[:5]}-{code[5:]} "})
    assert found.status_code == 200
    assert "Chờ lâu." in found.text
    assert staffed.client.get(f"/C/{CODES[0]}").status_code == 200
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["referrer-policy"] == "no-referrer"


def test_guessing_codes_is_stopped_and_says_so(staffed):
    record_case(staffed.engine)
    assert [staffed.client.get(f"/c/{CODES[3]}").status_code for _ in range(30)] == [404] * 30
    assert staffed.client.get(f"/c/{CODES[3]}").status_code == 429
    assert staffed.client.get(f"/c/{CODES[0]}").status_code == 429


def test_opening_ones_own_case_is_not_counted_as_guessing(staffed):
    record_case(staffed.engine)
    assert {staffed.client.get(f"/c/{CODES[0]}").status_code for _ in range(40)} == {200}


def test_consent_withdrawn_removes_the_contact_at_once(staffed):
    record_case(staffed.engine, contact="0912345678")
    assert "Rút lại đồng ý" in staffed.client.get(f"/c/{CODES[0]}").text
    assert say(staffed, act="withdraw").status_code == 303
    assert rows(staffed.engine, ContactRow) == []
    assert "Rút lại đồng ý" not in staffed.client.get(f"/c/{CODES[0]}").text
    assert say(staffed, act="withdraw").status_code == 303


def test_contacts_go_on_their_day_and_not_before(staffed):
    record_case(staffed.engine, contact="0912345678")
    purge = Purge(staffed.engine, Retention())
    assert purge.do(at=datetime(2027, 2, 16, 23, 59, tzinfo=ZONE), by="hailong")["contacts"] == 0
    assert purge.do(at=datetime(2027, 2, 17, tzinfo=ZONE), by="hailong")["contacts"] == 1
    assert rows(staffed.engine, ContactRow) == []
    assert len(rows(staffed.engine, CaseRow)) == 1


def test_the_server_itself_removes_contacts_whose_day_has_come(staffed):
    record_case(staffed.engine, contact="0912345678")
    staffed.client.app.state.door.do_what_is_due()
    assert len(rows(staffed.engine, ContactRow)) == 1
    staffed.clock.now += timedelta(days=90)
    staffed.client.app.state.door.do_what_is_due()
    assert rows(staffed.engine, ContactRow) == []


# The staff's pages


def test_a_case_from_received_to_rated_and_each_act_an_event(staffed):
    case = record_case(staffed.engine)
    signed_in(staffed, "mot-cua")
    assert "Chờ lâu." in staffed.client.get("/office/cases").text
    assert do(staffed, case, "assign", note="mot-cua").status_code == 303
    assert do(staffed, case, "answer", note="Đã thêm một quầy.").status_code == 303
    page = staffed.client.get(f"/c/{CODES[0]}").text
    assert "Đã thêm một quầy." in page
    assert "mot-cua" not in page
    assert say(staffed, rating="2", unsolved="1", note="Vẫn lâu.").status_code == 303
    assert do(staffed, case, "answer", note="Đã thêm hai quầy.").status_code == 303
    assert say(staffed, rating="5").status_code == 303
    [kept] = rows(staffed.engine, CaseRow)
    assert (kept["state"], kept["answer"], kept["rating"]) == ("closed", "Đã thêm hai quầy.", 5)
    steps = [(row["number"], row["act"], row["by"]) for row in rows(staffed.engine, CaseStepRow)]
    assert steps == [
        (1, "assign", "mot-cua"), (2, "answer", "mot-cua"), (3, "return", "author"), (4, "answer", "mot-cua"), (5, "rate", "author"),
    ]  # fmt: skip
    acts = [row["act"] for row in rows(staffed.engine, AuditRow)]
    assert [act for act in acts if act not in {"look_at_case", "look_at_cases"}] == [
        "sign_in",
        "assign_case",
        "answer_case",
        "answer_case",
    ]
    assert "Vẫn lâu." in staffed.client.get(f"/office/cases/{case}").text


def test_a_case_is_rejected_with_a_reason_that_the_author_reads(staffed):
    case = record_case(staffed.engine)
    signed_in(staffed, "mot-cua")
    blank = do(staffed, case, "reject", note=" ")
    assert blank.status_code == 422
    assert "Xin viết từ 1 đến 4000 ký tự." in blank.text
    assert do(staffed, case, "reject", note="Thuộc thẩm quyền của tỉnh.").status_code == 303
    assert "Thuộc thẩm quyền của tỉnh." in staffed.client.get(f"/c/{CODES[0]}").text
    assert say(staffed, rating="1").status_code == 422


@pytest.mark.parametrize("fields", [{}, {"rating": "6"}, {"rating": "x"}, {"rating": "5"}, {"rating": "9" * 4301}])
def test_there_is_nothing_to_rate_before_an_answer(staffed, fields):
    record_case(staffed.engine)
    assert say(staffed, **fields).status_code == 422
    assert rows(staffed.engine, CaseStepRow) == []


def test_two_who_act_at_once_do_not_both(staffed):
    case = record_case(staffed.engine)
    signed_in(staffed, "mot-cua")
    token = form_token(staffed.client)
    data = {"form_token": token, "steps": "0", "note": "mot-cua"}
    assert staffed.client.post(f"/office/cases/{case}/assign", data=data, follow_redirects=False).status_code == 303
    late = staffed.client.post(f"/office/cases/{case}/reject", data=data | {"note": "Không."}, follow_redirects=False)
    assert late.status_code == 409
    assert "vừa có thay đổi" in late.text
    assert len(rows(staffed.engine, CaseStepRow)) == 1


def test_a_case_is_given_only_to_who_may_handle_it(staffed):
    case = record_case(staffed.engine)
    signed_in(staffed, "mot-cua")
    page = staffed.client.get(f"/office/cases/{case}").text
    assert set(re.findall(r'<option value="([^"]+)"', page)) == {"mot-cua", "noi-vu"}
    for other in ("tan-thanh", "thanh-tra", "quan-tri", "khong-co", ""):
        assert do(staffed, case, "assign", note=other).status_code == 409


def test_only_who_handles_the_case_sees_the_contact_and_each_look_is_an_event(staffed):
    case = record_case(staffed.engine, contact="0912345678")
    signed_in(staffed, "noi-vu")
    assert do(staffed, case, "contact").status_code == 409
    do(staffed, case, "assign", note="mot-cua")
    assert do(staffed, case, "contact").status_code == 409
    assert "0912345678" not in staffed.client.get(f"/office/cases/{case}").text
    signed_in(staffed, "mot-cua")
    assert "0912345678" not in staffed.client.get(f"/office/cases/{case}").text
    assert "0912345678" in do(staffed, case, "contact").text
    looks = [(row["user"], row["about"]) for row in rows(staffed.engine, AuditRow) if row["act"] == "look_at_contact"]
    assert looks == [("mot-cua", case)]
    say(staffed, act="withdraw")
    assert "Người viết đã rút lại liên hệ." in do(staffed, case, "contact").text


def test_late_cases_stand_first_and_say_so(staffed):
    for number, received in enumerate((date(2026, 11, 18), date(2026, 11, 2), date(2026, 11, 19))):
        record_case(staffed.engine, number, text=f"Việc {number}.", received=received)
    signed_in(staffed, "mot-cua")
    page = staffed.client.get("/office/cases").text
    assert re.findall(r"Việc \d\.", page) == ["Việc 1.", "Việc 0.", "Việc 2."]
    assert "1 việc quá hạn." in page


def test_whatever_page_shows_a_case_or_its_beginning_leaves_an_event_that_names_it(staffed):
    ours, other = record_case(staffed.engine, 0), record_case(staffed.engine, 1)
    signed_in(staffed, "mot-cua")
    staffed.client.get("/office/cases?state=done")  # shows none
    staffed.client.get("/office/cases")
    token = {"form_token": form_token(staffed.client), "steps": "0", "note": ""}
    assert staffed.client.post(f"/office/cases/{ours}/reject", data=token).status_code == 422
    events = [(row["act"], row["about"], row["detail"]) for row in rows(staffed.engine, AuditRow)]
    assert events[1:] == [("look_at_cases", "open", {"cases": [ours, other]}), ("look_at_case", ours, {})]


def test_a_unit_sees_its_own_cases_only(staffed):
    ours = record_case(staffed.engine, 0, text="Của Tân Hồng.")
    theirs = record_case(staffed.engine, 1, unit="xa.29938", text="Của Tân Thành.")
    signed_in(staffed, "tan-thanh")
    page = staffed.client.get("/office/cases").text
    assert "Của Tân Thành." in page
    assert "Của Tân Hồng." not in page
    assert staffed.client.get(f"/office/cases/{ours}").status_code == 404
    assert staffed.client.get(f"/office/cases/{theirs}").status_code == 200
    signed_in(staffed, "noi-vu")
    page = staffed.client.get("/office/cases").text
    assert "Của Tân Thành." in page
    assert "Của Tân Hồng." in page


def test_what_is_written_stays_text_on_every_page(staffed):
    nasty = '<script>alert(1)</script> =HYPERLINK("http://x") \u202eđảo\u202c'
    case = record_case(staffed.engine, text=nasty)
    signed_in(staffed, "mot-cua")
    do(staffed, case, "assign", note="mot-cua")
    do(staffed, case, "answer", note=nasty)
    for address in ("/office/cases?state=done", f"/office/cases/{case}", f"/c/{CODES[0]}"):
        page = staffed.client.get(address).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script" not in page
        assert "\u202e" not in page


# Reports


@pytest.fixture
def quick(staffed):
    """The same office with a desk that asks `desk-quick`, which has a question that reports informal payment."""
    with staffed.engine.begin() as connection:
        connection.execute(update(table(DeskRow)).values(questionnaire="desk-quick"))
        record_register_change(connection)
    staffed.client.app.state.door.look_again()
    return staffed


def everything(engine):
    """All that is kept, but for cases and events, as one text."""
    apart = {"case_file", "case_step", "contact", "audit_event", "questionnaire"}
    with engine.connect() as connection:
        return " ".join(
            str(connection.execute(select(each)).all())
            for name, each in SQLModel.metadata.tables.items()
            if name not in apart
        )


def test_a_report_reaches_the_inspectors_and_leaves_nothing_where_the_unit_could_look(quick):
    words = "Anh ấy nói khéo là phải có quà."
    answer = quick.post(overall="1", extra_money="1", comment=words)
    assert "&case=" in answer.headers["location"]
    [response], [case] = rows(quick.engine, ResponseRow), rows(quick.engine, CaseRow)
    assert response["answers"] == {"overall": 1}
    assert (case["queue"], case["kind"], case["text"]) == ("inspector", "payment", words)
    kept = everything(quick.engine)
    assert words not in kept
    assert "extra_money" not in kept
    for name in ("mot-cua", "noi-vu"):
        signed_in(quick, name)
        assert "Không có việc nào." in quick.client.get("/office/cases").text
        assert quick.client.get(f"/office/cases/{case['id']}").status_code == 404
    signed_in(quick, "thanh-tra")
    assert words in quick.client.get("/office/cases").text
    assert do(quick, case["id"], "assign", note="thanh-tra").status_code == 303
    assert do(quick, case["id"], "answer", note="Đã xác minh.").status_code == 303
    code = answer.headers["location"].partition("&case=")[2]
    assert "Đã xác minh." in quick.client.get(f"/c/{code}").text


def test_a_no_is_not_kept_either_and_makes_no_case(quick):
    answer = quick.post(overall="1", extra_money="0", comment="Chờ lâu.")
    assert "&case=" not in answer.headers["location"]
    assert [row["answers"] for row in rows(quick.engine, ResponseRow)] == [{"overall": 1}]
    assert [row["text"] for row in rows(quick.engine, CommentRow)] == ["Chờ lâu."]
    assert rows(quick.engine, CaseRow) == []


def test_a_form_is_judged_the_same_whether_it_reports_or_not(quick):
    form = {"id": quick.ticket(), "overall": "1", "extra_money": "1"}
    first, second = quick.post(**form), quick.post(**form)
    assert first.headers["location"] == second.headers["location"]
    assert len(rows(quick.engine, CaseRow)) == 1


# Bad input


@pytest.mark.parametrize(
    "path",
    ["/c/%00", "/c?code=%00", "/office/cases/%00", "/office/cases?state=%00", "/office/comments/%00/2026-10-01",
     "/office/screening/%00/2026-10-01", "/sign-in?next=%00", "/office/?lang=%00", "/c/%FF", "/office/cases/%ED%A0%80"],
)  # fmt: skip
def test_no_address_however_odd_is_a_fault_of_the_server(staffed, path):
    signed_in(staffed, "noi-vu")
    assert staffed.client.get(path).status_code in {200, 403, 404, 422}


def test_letters_that_no_database_takes_are_left_out_of_what_is_stored(staffed):
    case = record_case(staffed.engine)
    signed_in(staffed, "mot-cua")
    do(staffed, case, "assign", note="mot-cua")
    assert do(staffed, case, "answer", note="Đã\x00 sửa.\x08\r\nCảm ơn.").status_code == 303
    assert say(staffed, rating="3\x00", note="Được\x00.").status_code == 303
    assert [row["note"] for row in rows(staffed.engine, CaseStepRow)] == ["mot-cua", "Đã sửa.\nCảm ơn.", "Được."]
    assert sign_in(staffed.client, "mot\x00-cua").status_code == 303


def test_browsers_that_signed_in_long_ago_are_forgotten(staffed):
    signed_in(staffed, "mot-cua")
    staffed.clock.now += timedelta(days=31)
    staffed.client.app.state.door.do_what_is_due()
    assert rows(staffed.engine, SignInRow) == []


def test_a_case_goes_to_nobody_who_cannot_sign_in_and_namesakes_are_told_apart(staffed):
    with staffed.engine.begin() as connection:
        for name, password, subject in (
            ("an.1", "x", None),
            ("an.2", "", None),
            ("an.3", "", "https://tinh.example#1"),
        ):
            of_the_unit = {"role": "unit", "unit": "xa.29926", "password": "", "created": date(2026, 11, 1)}
            record_user(connection, name=name, shown_name="Lê An", **of_the_unit)
            users = table(UserRow)
            changed = {"password": password, "subject": subject}
            connection.execute(update(users).where(users.c.name == name).values(changed))
    case = record_case(staffed.engine)
    sign_in(staffed.client, "mot-cua")
    page = staffed.client.get(f"/office/cases/{case}").text
    assert re.findall(r">(Lê An[^<]*)<", page) == ["Lê An (an.1)", "Lê An (an.3)"]
    assert do(staffed, case, "assign", note="an.2").status_code == 409
    assert do(staffed, case, "assign", note="an.3").status_code == 303
    assert ": Lê An (an.3)" in staffed.client.get(f"/office/cases/{case}").text
