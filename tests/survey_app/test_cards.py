"""Receipt cards: drawn blind, printed once, used once, reconciled by batch."""

import io
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select
from starlette.testclient import TestClient

from survey_app import card_printing
from survey_app.app import make_app
from survey_app.card_batch import CardBatch, pointed_at
from survey_app.card_printing import print_cards
from survey_app.cards import card_hash
from survey_app.reading.cards import read_card_batches
from survey_app.reading.desks import read_office_desks
from survey_app.recording import record_rows, table
from survey_app.recording.cards import record_card_batch
from survey_app.tables import AuditRow, CardBatchRow, CardRow, DeskRow, ResponseRow, UnitRow
from tests.survey_app.conftest import KEY, Clock, form_token, record_office, record_staff, sign_in

TODAY = date(2026, 11, 19)
DESK = "xa.29926.1"


@pytest.fixture
def office(sqlite_engine, settings):
    """The small office under an address that phones reach, with the home affairs office signed in."""
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    here = replace(settings, public_url="https://hailong.example.vn")
    with TestClient(make_app(sqlite_engine, here, clock=Clock()), base_url=here.public_url) as client:
        sign_in(client, "noi-vu")
        client.engine = sqlite_engine
        yield client


def rows(engine, row):
    with engine.connect() as connection:
        return [dict(each) for each in connection.execute(select(table(row))).mappings()]


def post(office, path, **fields):
    return office.post(path, data={"form_token": form_token(office)} | fields, follow_redirects=False)


def codes_of(pdf):
    """What a decoder reads from every page."""
    read = set()
    for page in pypdfium2.PdfDocument(io.BytesIO(pdf)):
        read |= {symbol.text for symbol in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())}
    return {text.rpartition("/")[2] for text in read}


def answer(office, code):
    ticket = office.get(f"/r/{code}").text.partition('name="id" value="')[2].partition('"')[0]
    return office.post(f"/r/{code}", data={"id": ticket, "overall": "5"}, follow_redirects=False)


def test_printed_cards_are_the_batch_each_answers_once_and_the_batch_counts_them(office):
    pdf = post(office, "/office/cards", desk=DESK, cards="12").content
    codes = codes_of(pdf)
    assert len(codes) == 12
    kept = rows(office.engine, CardRow)
    assert {row["hash"] for row in kept} == {card_hash(code, key=KEY.encode()) for code in codes}
    first, second, *_ = sorted(codes)
    assert [answer(office, code).status_code for code in (first, second)] == [303, 303]
    used = office.get(f"/r/{first}")
    assert (used.status_code, "Thẻ này đã dùng." in used.text) == (410, True)
    assert {row["channel"] for row in rows(office.engine, ResponseRow)} == {"card"}
    with office.engine.connect() as connection:
        [batch] = read_card_batches(connection)
    assert (batch.cards, batch.answered, batch.desk, batch.made) == (12, 2, DESK, TODAY)
    events = [(row["act"], row["about"]) for row in rows(office.engine, AuditRow)]
    assert events[-1] == ("print_cards", batch.id)


def test_the_record_holds_no_code_no_order_and_no_time_of_a_card(engine):
    record_office(engine)
    hashes = [f"{number:032x}" for number in (9, 3, 7, 1)]
    with engine.begin() as connection:
        batch = record_card_batch(connection, DESK, hashes, made=TODAY)
    kept = rows(engine, CardRow)
    assert [row["hash"] for row in kept] == sorted(hashes)
    assert {frozenset(row) for row in kept} == {frozenset({"hash", "batch", "used"})}
    assert [row["id"] for row in rows(engine, CardBatchRow)] == [batch]


def test_a_batch_whose_printing_fails_is_withdrawn_and_no_card_of_it_holds(sqlite_engine, settings, monkeypatch):
    record_office(sqlite_engine)
    here = replace(settings, public_url="https://hailong.example.vn")
    drawn = []

    def broken(batch, **_):
        drawn.extend(batch.codes)
        raise RuntimeError("out of ink")

    monkeypatch.setattr(card_printing, "draw_cards", broken)
    with sqlite_engine.connect() as connection:
        desk = read_office_desks(connection, code=DESK)[DESK]
    with pytest.raises(RuntimeError, match="out of ink"):
        print_cards(sqlite_engine, here, desk, 3, today=TODAY, progress=lambda *_: None, witness=lambda *_: None)
    [batch] = rows(sqlite_engine, CardBatchRow)
    assert (batch["revoked"], batch["note"]) == (TODAY, "printing failed")
    with TestClient(make_app(sqlite_engine, here, clock=Clock())) as client:
        assert client.get(f"/r/{drawn[0]}").status_code == 410


def test_counts_are_reconciled_on_the_page(office):
    post(office, "/office/cards", desk=DESK, cards="12")
    [batch] = rows(office.engine, CardBatchRow)
    where = f"/office/cards/{batch['id']}/count"
    assert "Chưa đối chiếu" in office.get("/office/cards").text
    for handed_out in ("x", "9" * 4301):
        assert post(office, where, handed_out=handed_out, left_over="2").status_code == 422
    sign_in(office, "mot-cua")
    assert post(office, where, handed_out="8", left_over="3").status_code == 303
    assert "Thiếu 1 thẻ" in office.get("/office/cards").text
    assert post(office, where, handed_out="8", left_over="5").status_code == 303
    assert "Thừa 1 thẻ" in office.get("/office/cards").text
    assert post(office, where, handed_out="8", left_over="4").status_code == 303
    page = office.get("/office/cards").text
    assert ("Thiếu" in page, "Thừa" in page) == (False, False)
    assert "0\xa0% (0–32)" in page  # prop.test(0, 8, correct = FALSE): 0 to 0.3244


def test_cards_answered_without_having_been_handed_out_are_said(office):
    codes = codes_of(post(office, "/office/cards", desk=DESK, cards="4").content)
    for code in codes:
        answer(office, code)
    [batch] = rows(office.engine, CardBatchRow)
    post(office, f"/office/cards/{batch['id']}/count", handed_out="1", left_over="3")
    assert "Có 3 thẻ được trả lời nhiều hơn số thẻ đã phát." in office.get("/office/cards").text


def test_a_withdrawn_batch_ends_all_its_cards(office):
    [code, *_] = codes_of(post(office, "/office/cards", desk=DESK, cards="2").content)
    [batch] = rows(office.engine, CardBatchRow)
    assert post(office, f"/office/cards/{batch['id']}/revoke").status_code == 303
    assert office.get(f"/r/{code}").status_code == 410
    assert [row["act"] for row in rows(office.engine, AuditRow)][-1] == "revoke_cards"


@pytest.mark.parametrize(
    ("desk", "cards"), [(DESK, "0"), (DESK, "5001"), (DESK, "9" * 4301), (DESK, ""), ("xa.2.1", "10")]
)
def test_no_batch_of_what_is_not_there_or_too_many(office, desk, cards):
    assert post(office, "/office/cards", desk=desk, cards=cards).status_code == 422
    assert rows(office.engine, CardBatchRow) == []


def test_a_unit_sees_and_counts_its_own_batches_only_and_prints_none(office):
    with office.engine.begin() as connection:
        record_rows(connection, UnitRow, [{"code": "xa.2", "kind": "xã", "name": "Khác", "source": "test"}])
        desk = {"code": "xa.2.1", "unit": "xa.2", "name": "Quầy lạ", "place": "Nơi lạ", "fields": [], "source": "test"}
        record_rows(connection, DeskRow, [desk])
        other = record_card_batch(connection, "xa.2.1", ["a" * 32], made=TODAY)
        record_card_batch(connection, DESK, ["b" * 32], made=TODAY)
    assert "Quầy lạ" in office.get("/office/cards").text
    sign_in(office, "mot-cua")
    page = office.get("/office/cards").text
    assert ("Quầy lạ" in page, "Quầy 1" in page, "In một lô thẻ" in page) == (False, True, False)
    assert post(office, f"/office/cards/{other}/count", handed_out="1", left_over="0").status_code == 403
    assert post(office, "/office/cards", desk=DESK, cards="2").status_code == 403
    assert post(office, f"/office/cards/{other}/revoke").status_code == 403
    assert [row["counted"] for row in rows(office.engine, CardBatchRow)] == [None, None]


def test_a_batch_that_is_not_there_is_said_so(office):
    assert post(office, "/office/cards/xx/count", handed_out="1", left_over="0").status_code == 404
    assert post(office, "/office/cards/xx/revoke").status_code == 404


def batch(name, answered, handed_out, *, unit="u", left_over=0, cards=None):
    printed = handed_out + left_over if cards is None else cards
    return CardBatch(
        name, "d", "Quầy", unit, "Đơn vị", TODAY, printed, handed_out, left_over, TODAY, None, "", answered
    )


def test_a_batch_answered_far_less_than_the_units_others_is_pointed_at_with_an_interval():
    batches = [batch("a", 60, 100), batch("b", 55, 100), batch("c", 20, 100)]
    found = pointed_at(batches)
    assert list(found) == ["c"]
    # By hand from Wilson's ends (Newcombe 10): 20 of 100 in 0.13337 to 0.28883, 115 of 200 in 0.50571 to 0.64146
    expected = (-0.375, -0.375 - (0.06663**2 + 0.06646**2) ** 0.5, -0.375 + (0.08883**2 + 0.06929**2) ** 0.5)
    assert (found["c"].value, found["c"].low, found["c"].high) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "batches",
    [
        [batch("a", 60, 100), batch("b", 48, 100)],  # 12 points less, but chance may do that
        [batch("a", 60, 100), batch("b", 2, 19)],  # too few
        [batch("a", 12, 19), batch("b", 20, 100)],  # too few to compare with
        [batch("a", 60, 100, unit="v"), batch("b", 20, 100)],  # of another unit
        [batch("a", 101, 100), batch("b", 20, 100)],  # whose counts make no sense
    ],
)
def test_no_batch_is_pointed_at_where_chance_or_few_cards_may_tell_it(batches):
    assert pointed_at(batches) == {}


def test_what_was_counted_is_set_against_what_was_printed_and_answered():
    assert batch("a", 5, 10, left_over=2, cards=13).missing == 1
    assert batch("a", 5, 10, left_over=4, cards=13).missing == -1
    assert batch("a", 12, 10).unexplained == 2
    assert batch("a", 12, 10).response_rate.n == 0
    assert batch("a", 5, 10).response_rate.value == pytest.approx(0.5)
    assert batch("a", 0, 0).response_rate.n == 0
