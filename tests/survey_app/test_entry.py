"""Paper forms typed in by the staff: batches, keys, what is kept, and who may void."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from survey_app.paper import PaperBatch, keys_of, lines_of, make_paper_id, parse_new_batch, typed_fields
from survey_app.questionnaire import load_questionnaire, parse_questionnaire
from survey_app.reading.paper import read_paper_batches
from survey_app.recording import record_current_questionnaire, record_desk_questionnaire, record_rows, table
from survey_app.tables import AuditRow, CaseRow, CommentRow, DeskRow, PaperBatchRow, ResponseRow, SealRow, UnitRow
from survey_app.upkeep import check_chain
from tests.survey_app.conftest import KEY, form_token, record_staff, sign_in

DESK = "xa.29926.1"
PILE = {"desk": DESK, "channel": "paper", "questionnaire": "desk", "filled": "2026-11-17", "expected": "2"}


@pytest.fixture
def typist(office):
    """The small office with somebody of its unit signed in."""
    record_staff(office.engine)
    sign_in(office.client, "mot-cua")
    return office


def rows(office, row):
    with office.engine.connect() as connection:
        return [dict(each) for each in connection.execute(select(table(row))).mappings()]


def begin(office, **fields):
    """Begin a batch; the address of its page."""
    answer = office.client.post(
        "/office/entry", data=PILE | {"form_token": form_token(office.client)} | fields, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def page_fields(office, address):
    page = office.client.get(address).text
    return {name: re.search(f'name="{name}" value="([^"]+)"', page)[1] for name in ("form_token", "form")}


def enter(office, address, **typed):
    fields = page_fields(office, address) | {f"q_{code}": keys for code, keys in typed.items()}
    return office.client.post(address, data=fields, follow_redirects=False)


def post(office, address, **fields):
    return office.client.post(address, data={"form_token": form_token(office.client)} | fields, follow_redirects=False)


def test_a_form_is_kept_with_its_batch_the_day_on_it_and_when_it_was_entered(typist):
    address = begin(typist)
    assert enter(typist, address, overall="4", on_time="0", polite="5").status_code == 303
    [row] = rows(typist, ResponseRow)
    kept = (
        "unit",
        "desk",
        "channel",
        "local_date",
        "slot",
        "batch",
        "entered_date",
        "entered_slot",
        "answers",
        "flags",
    )
    assert {name: row[name] for name in kept} == {
        "unit": "xa.29926",
        "desk": DESK,
        "channel": "paper",
        "local_date": date(2026, 11, 17),
        "slot": "day",
        "batch": address.rpartition("/")[2],
        "entered_date": date(2026, 11, 19),
        "entered_slot": "09:30",
        "answers": {"overall": 4, "polite": 5},
        "flags": "",
    }


def test_a_double_enter_counts_once_and_a_changed_form_is_refused(typist):
    address = begin(typist)
    fields = page_fields(typist, address) | {"q_overall": "4"}
    sent = [typist.client.post(address, data=fields | {"q_overall": key}, follow_redirects=False) for key in "443"]
    assert [answer.status_code for answer in sent] == [303, 303, 409]
    assert "xem được, không sửa được" in sent[2].text
    assert [row["answers"] for row in rows(typist, ResponseRow)] == [{"overall": 4}]


def test_the_page_says_how_many_of_the_pile_and_shows_the_last_form_without_letting_it_be_changed(typist):
    address = begin(typist)
    assert "Phiếu 1 trên 2" in typist.client.get(address).text
    page = typist.client.get(enter(typist, address, overall="2").headers["location"]).text
    assert "Phiếu 2 trên 2" in page
    shown = page[page.index("Phiếu vừa ghi") :]
    assert "<b>2</b> Không hài lòng" in shown[: shown.index("</dl>")]
    assert "<input" not in shown[: shown.index("</dl>")]


def test_a_comment_is_kept_as_any_comment_is_apart_from_the_marks(typist):
    enter(typist, begin(typist), overall="4", comment="Ghế chờ ít quá")
    [comment] = rows(typist, CommentRow)
    assert (comment["text"], comment["month"]) == ("Ghế chờ ít quá", date(2026, 11, 1))
    assert "Ghế" not in str(rows(typist, ResponseRow))


def test_a_report_on_paper_goes_to_the_inspectors_and_neither_it_nor_its_words_are_counted(typist):
    enter(typist, begin(typist, questionnaire="desk-quick"), overall="1", extra_money="1", comment="Họ xin tiền")
    assert [row["answers"] for row in rows(typist, ResponseRow)] == [{"overall": 1}]
    assert rows(typist, CommentRow) == []
    [case] = rows(typist, CaseRow)
    assert (case["queue"], case["kind"], case["text"]) == ("inspector", "payment", "Họ xin tiền")
    assert case["received"] == date(2026, 11, 19)
    assert "Họ xin tiền" not in typist.client.get("/office/cases").text


def test_a_number_longer_than_python_reads_is_a_slip(typist):
    assert post(typist, "/office/entry", **(PILE | {"expected": "9" * 4301})).status_code == 422
    assert enter(typist, begin(typist), overall="4", field="9" * 4301).status_code == 422


def test_faults_are_all_told_at_once_and_what_was_typed_stays(typist):
    address = begin(typist)
    refused = enter(typist, address, overall="", polite="7", comment="còn đây")
    assert refused.status_code == 422
    assert "chưa chọn mức" in refused.text
    assert "ngoài thang 1…5" in refused.text
    assert 'value="7"' in refused.text
    assert "còn đây" in refused.text
    assert rows(typist, ResponseRow) == []


def test_a_form_whose_page_was_made_for_another_batch_is_shown_again_and_not_kept(typist):
    first, second = begin(typist), begin(typist, filled="2026-11-18")
    fields = page_fields(typist, first) | {"q_overall": "4"}
    assert typist.client.post(second, data=fields, follow_redirects=False).status_code == 422
    assert rows(typist, ResponseRow) == []


def test_a_batch_closes_when_as_many_are_entered_as_the_pile_has(typist):
    address = begin(typist)
    for key in "45":
        enter(typist, address, overall=key)
    assert post(typist, f"{address}/close").status_code == 303
    [batch] = rows(typist, PaperBatchRow)
    assert batch["closed"] == date(2026, 11, 19)
    assert enter_late(typist, address).status_code == 409


def enter_late(office, address):
    """A form whose page was open when the batch was closed."""
    other = begin(office)
    fields = page_fields(office, other)
    form = make_paper_id(address.rpartition("/")[2], key=KEY.encode())
    return office.client.post(address, data=fields | {"form": form, "q_overall": "4"}, follow_redirects=False)


def test_a_batch_that_does_not_match_its_pile_closes_with_a_reason_only(typist):
    address = begin(typist)
    enter(typist, address, overall="4")
    refused = post(typist, f"{address}/close")
    assert refused.status_code == 422
    assert "Số phiếu chưa khớp" in refused.text
    assert post(typist, f"{address}/close", reason="một phiếu trắng").status_code == 303
    closed = [row for row in rows(typist, AuditRow) if row["act"] == "close_batch"]
    assert [row["detail"] for row in closed] == [{"pile": 2, "entered": 1, "reason": "một phiếu trắng"}]
    assert "một phiếu trắng" in typist.client.get("/office/entry").text


def test_a_voided_batch_keeps_its_forms_in_the_chain_and_takes_no_more(typist):
    address = begin(typist)
    enter(typist, address, overall="4", comment="giữ lại")
    typist.clock.now = typist.clock.now.replace(hour=10, minute=5)
    typist.client.app.state.door.do_what_is_due()
    assert post(typist, f"{address}/void").status_code == 422
    assert post(typist, f"{address}/void", reason="nhập nhầm quầy").status_code == 303
    assert [seal["responses"] for seal in rows(typist, SealRow)] == [1]
    [batch] = rows(typist, PaperBatchRow)
    assert (batch["voided"], batch["voided_by"], batch["void_reason"]) == (
        date(2026, 11, 19),
        "mot-cua",
        "nhập nhầm quầy",
    )
    assert len(rows(typist, ResponseRow)) == 1
    with typist.engine.connect() as connection:
        assert check_chain(connection, key=KEY.encode()) is None
    assert [row["act"] for row in rows(typist, AuditRow)][-1] == "void_batch"
    assert enter_late(typist, address).status_code == 409


def test_a_batch_is_voided_by_who_typed_it_and_by_home_affairs_and_by_nobody_else(typist):
    address = begin(typist)
    with typist.engine.begin() as connection:
        batch = table(PaperBatchRow)
        connection.execute(batch.update().values(entered_by="nguoi-khac"))
    assert "Hủy xấp này" not in typist.client.get(address).text
    assert post(typist, f"{address}/void", reason="thử").status_code == 403
    assert [row["voided"] for row in rows(typist, PaperBatchRow)] == [None]
    sign_in(typist.client, "noi-vu")
    assert post(typist, f"{address}/void", reason="trùng với xấp khác").status_code == 303


def test_a_unit_sees_neither_desks_nor_batches_of_others(typist):
    with typist.engine.begin() as connection:
        unit = {"code": "xa.2", "kind": "xã", "name": "Khác", "source": "test"}
        record_rows(connection, UnitRow, [unit])
        desk = {"code": "xa.2.1", "unit": "xa.2", "name": "Quầy lạ", "place": "Nơi lạ", "fields": [], "source": "test"}
        record_rows(connection, DeskRow, [desk])
    sign_in(typist.client, "noi-vu")
    address = begin(typist, desk="xa.2.1")
    sign_in(typist.client, "mot-cua")
    assert "Quầy lạ" not in typist.client.get("/office/entry").text
    assert post(typist, "/office/entry", **(PILE | {"desk": "xa.2.1"})).status_code == 422
    assert typist.client.get(address).status_code == 403
    for act in ("", "/close", "/void"):
        assert post(typist, address + act, reason="x").status_code == 403
    assert [batch["closed"] for batch in rows(typist, PaperBatchRow)] == [None]


def test_a_batch_that_is_not_there_is_said_so(typist):
    assert typist.client.get("/office/entry/xxxx").status_code == 404
    assert post(typist, "/office/entry/xxxx/close").status_code == 404


def test_a_batch_is_of_the_form_that_its_desk_asks_unless_another_is_chosen(typist):
    with typist.engine.begin() as connection:
        record_desk_questionnaire(connection, DESK, "desk-quick")
    page = typist.client.get("/office/entry").text
    assert '<option value="">Phiếu mà quầy đang hỏi</option>' in page
    address = begin(typist, questionnaire="")
    begin(typist, questionnaire="desk")
    versions = [row["questionnaire"] for row in rows(typist, PaperBatchRow)]
    assert set(versions) == {load_questionnaire("desk-quick").version, load_questionnaire("desk").version}
    assert "Phiếu nhanh tại quầy" in typist.client.get(address).text


def test_two_forms_of_one_name_are_told_apart_by_their_codes(typist):
    document = load_questionnaire("desk").document.replace('code = "desk"', 'code = "desk-2"')
    with typist.engine.begin() as connection:
        record_current_questionnaire(connection, parse_questionnaire(document))
    page = typist.client.get("/office/entry").text
    assert re.findall(r">(Phiếu tại quầy[^<]*)<", page) == ["Phiếu tại quầy (desk)", "Phiếu tại quầy (desk-2)"]


def test_only_what_may_be_left_out_is_offered_a_nought():
    lines = lines_of(KINDS, {"ho-tich": {"vi": "Hộ tịch"}}, "vi", str)
    nought = {line.question.code: line.keys[-1:] == (("0", "không áp dụng, để trống"),) for line in lines}
    assert nought == {"main": False, "again": True, "why": True, "how": True, "minutes": False, "field": True}
    assert [line.highest for line in lines] == [2, 2, 0, 2, 0, 1]


def test_a_batch_keeps_the_version_of_its_questionnaire(typist):
    begin(typist)
    assert [row["questionnaire"] for row in rows(typist, PaperBatchRow)] == [load_questionnaire("desk").version]


@pytest.mark.parametrize(
    ("fields", "slips"),
    [
        ({"desk": "xa.2.1"}, ("desk",)),
        ({"channel": "poster"}, ("channel",)),
        ({"questionnaire": "../x"}, ("questionnaire",)),
        ({"filled": "2026-11-20"}, ("filled",)),
        ({"filled": "2025-11-17"}, ("filled",)),
        ({"filled": "hôm qua"}, ("filled",)),
        ({"expected": "0", "channel": ""}, ("channel", "expected")),
        ({"expected": "2001"}, ("expected",)),
        ({"expected": "²"}, ("expected",)),
        ({}, ()),
    ],
)
def test_what_a_batch_cannot_be_is_told_all_at_once(fields, slips):
    batch, found = parse_new_batch(
        PILE | fields, desks={DESK: "desk"}, questionnaires=["desk"], today=date(2026, 11, 19)
    )
    assert (found, batch is None) == (slips, bool(slips))


KINDS = parse_questionnaire("""
code = "all"
languages = ["vi"]
scale.vi = ["tệ", "tốt"]
not_applicable.vi = "không áp dụng"
source = "test"
[[question]]
code = "main"
kind = "rating"
required = true
text.vi = "Chính"
[[question]]
code = "again"
kind = "yes_no"
text.vi = "Quay lại?"
[[question]]
code = "why"
kind = "choices"
text.vi = "Vì sao?"
choice = [{code = "far", text.vi = "xa"}, {code = "slow", text.vi = "chậm"}, {code = "dear", text.vi = "đắt"}]
[[question]]
code = "how"
kind = "choice"
text.vi = "Cách nào?"
choice = [{code = "web", text.vi = "mạng"}, {code = "desk", text.vi = "quầy"}]
[[question]]
code = "minutes"
kind = "number"
least = 0
most = 600
decimals = 1
text.vi = "Bao nhiêu phút?"
[[question]]
code = "field"
kind = "field"
text.vi = "Việc gì?"
""")


def test_keys_stand_for_what_the_citizens_form_would_send():
    typed = {"main": "2", "again": "2", "why": "31", "how": "1", "minutes": "12,5", "field": "2", "stray": "1"}
    assert typed_fields(KINDS, typed, ("ho-tich", "dat-dai")) == [
        ("main", "2"),
        ("again", "0"),
        ("why", "dear"),
        ("why", "far"),
        ("how", "web"),
        ("minutes", "12,5"),
        ("field", "dat-dai"),
    ]


def test_a_key_that_stands_for_nothing_is_no_choice():
    typed = {"again": "3", "why": "19", "how": "9", "field": "0"}
    fields = dict(typed_fields(KINDS, typed, ("ho-tich",)))
    assert fields == {"again": "? 3", "why": "? 9", "how": "? 9", "field": ""}


@pytest.mark.parametrize(
    ("code", "answer", "keys"),
    [("main", 2, "2"), ("again", 0, "2"), ("why", ["far", "dear"], "1 3"), ("how", "desk", "2"),
     ("minutes", 12.5, "12,5"), ("field", "dat-dai", "2"), ("main", None, "")],
)  # fmt: skip
def test_the_last_form_is_shown_by_the_keys_that_were_pressed(code, answer, keys):
    assert keys_of(KINDS.question(code), answer, ("ho-tich", "dat-dai")) == keys


def test_a_batch_is_open_until_closed_or_voided():
    day = date(2026, 11, 19)
    batch = PaperBatch("b", "u", "d", "paper", "v", day, day, "x", 2)
    assert (batch.open, batch.state) == (True, "open")
    assert PaperBatch("b", "u", "d", "paper", "v", day, day, "x", 2, closed=day, voided=day).state == "voided"


def test_batches_are_listed_for_units_asked_for(typist):
    begin(typist)
    with typist.engine.connect() as connection:
        assert [batch.desk for batch in read_paper_batches(connection, units=None)] == [DESK]
        assert read_paper_batches(connection, units=("xa.2",)) == []
