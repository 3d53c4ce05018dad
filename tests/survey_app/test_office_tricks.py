"""Tricks in what citizens and staff write, on the staff's pages of comments, cases and paper forms."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from qr_codes import make_case_code, make_code
from survey_app.app import make_app
from survey_app.new_case import NewCase, hash_case_code
from survey_app.recording import table
from survey_app.recording.cases import record_cases
from survey_app.screening import plain
from survey_app.tables import CommentRow, PaperBatchRow
from tests.page_tags import Skeleton, kept
from tests.tricks import DIRECTION, EVERY, INVISIBLE_ORDERS

from .conftest import KEY, Clock, Office, form_token, record_office, record_staff, sign_in

HARMLESS = ("Cảm ơn", "0", "Chờ lâu.", "na")
TRICKS = [trick for trick in EVERY if 0 < len(kept(trick).strip()) <= 2000]
OCTOBER = "2026-10-01"
PILE = {"desk": "xa.29926.1", "channel": "paper", "questionnaire": "desk", "filled": "2026-11-17", "expected": "2"}
ARABIC = "شكرا جزيلا"
"""Words that read from right to left: shown in their own direction, and turning nothing around them."""


@pytest.fixture
def staffed(sqlite_engine, settings):
    """An office with an account a role; none of its pages depends on the database."""
    serial, clock = record_office(sqlite_engine), Clock()
    record_staff(sqlite_engine)
    with TestClient(make_app(sqlite_engine, replace(settings, rate_limit=""), clock=clock)) as client:
        yield Office(client, sqlite_engine, make_code(serial, key=settings.secret_key), serial, clock)


def signed_in(office, name):
    office.client.cookies.clear()
    assert sign_in(office.client, name).status_code == 303


def post(office, address, **fields):
    return office.client.post(address, data={"form_token": form_token(office.client)} | fields, follow_redirects=False)


def flat(text):
    """Text without differences of white space, which HTML does not show."""
    return " ".join(text.split())


def check_inert(page, trick, *, like, shown=True):
    """The trick stands in the page as text, in its own direction, and no tag or attribute is there but those of `like`."""
    skeleton = Skeleton(page)
    assert set(skeleton.tags) <= {tag for each in like for tag in Skeleton(each).tags}, trick
    assert page.count("<script") == like[0].count("<script"), trick
    assert not set(INVISIBLE_ORDERS) & set(page), trick
    if shown:
        turned = [flat(plain(text)) for text in (*skeleton.turned, *skeleton.typed.values())]
        assert flat(plain(kept(trick))) in turned, trick


def record_comments(office, texts):
    values = [
        {"id": f"{number:03}", "unit": "xa.29926", "month": date(2026, 10, 1), "language": "vi", "text": text, "simulated": False}
        for number, text in enumerate(texts)
    ]  # fmt: skip
    with office.engine.begin() as connection:
        connection.execute(insert(table(CommentRow)), values)


def screened_and_read(office, texts):
    """What home affairs and then the unit are shown of comments, page by page."""
    record_comments(office, texts)
    signed_in(office, "noi-vu")
    before, after = [], []
    while True:
        page = office.client.get(f"/office/screening/xa.29926/{OCTOBER}").text
        if not (ids := re.findall(r'name="comments" value="([^" ]+)"', page)):
            break
        before.append(page)
        post(office, f"/office/screening/xa.29926/{OCTOBER}", comments=" ".join(ids), act="pass")
    signed_in(office, "mot-cua")
    address = f"/office/comments/xa.29926/{OCTOBER}"
    while address:
        after.append(office.client.get(address).text)
        more = re.search(r'href="(\?after=[^"]+)"', after[-1])
        address = f"/office/comments/xa.29926/{OCTOBER}{more[1]}" if more else ""
    return before, after


def test_comments_come_out_inert_where_they_are_screened_and_where_a_unit_reads_them(staffed):
    screened, read = screened_and_read(staffed, [*HARMLESS * 5, *TRICKS, ARABIC])
    like_screened, like_read = screened[0], read[0]
    assert len(read) > 1
    turned = [flat(text) for page in (*screened, *read) for text in Skeleton(page).turned]
    for trick in (*TRICKS, ARABIC):
        assert flat(plain(trick)) in turned, trick
    for page in screened[1:]:
        check_inert(page, "", like=[like_screened], shown=False)
    for page in read[1:]:
        check_inert(page, "", like=[like_read], shown=False)
    for page in (*screened, *read):
        areas = re.findall(r"<textarea[^>]*>", page)
        assert all('dir="auto"' in area for area in areas)


def record_case(office, number, text):
    code = make_case_code(number.to_bytes(8, "big") + b"-")
    case = NewCase(f"case-{number}", hash_case_code(code, key=KEY.encode()), "feedback", "unit", kept(text), None)
    beside = {"unit": "xa.29926", "language": "vi", "received": date(2026, 11, 19), "simulated": False}
    with office.engine.begin() as connection:
        record_cases(connection, [(case, beside)])
    return case.id, code


def case_pages(office, number, text):
    """The staff's list, the case, a refused reason, the case answered, and its author's page, all of one text."""
    case, code = record_case(office, number, text)
    pages = [office.client.get("/office/cases").text, office.client.get(f"/office/cases/{case}").text]
    refused = post(office, f"/office/cases/{case}/reject", note=text + "x" * 5000, steps="0")
    assert refused.status_code == 422
    post(office, f"/office/cases/{case}/reject", note=text, steps="0")
    return [*pages, refused.text, office.client.get(f"/office/cases/{case}").text, office.client.get(f"/c/{code}").text]


def test_what_a_case_says_and_what_it_is_answered_come_out_inert(staffed):
    signed_in(staffed, "mot-cua")
    like = list(zip(*(case_pages(staffed, number, text) for number, text in enumerate(HARMLESS)), strict=True))
    for number, trick in enumerate((*TRICKS, ARABIC), len(HARMLESS)):
        for place, (page, harmless) in enumerate(zip(case_pages(staffed, number, trick), like, strict=True)):
            check_inert(page, trick, like=harmless, shown=place not in {0, 2} and len(trick) < 500)


def paper_pages(office, text):
    """A refused form, a batch closed and then voided with a reason, and the list of batches, all of one text."""
    begun = post(office, "/office/entry", **PILE)
    address = begun.headers["location"]
    form = re.search(r'name="form" value="([^"]+)"', office.client.get(address).text)[1]
    typed = dict.fromkeys(re.findall(r'name="(q_[^"]+)"', office.client.get(address).text), text)
    refused = post(office, address, form=form, **typed)
    assert refused.status_code == 422
    post(office, f"{address}/close", reason=text)
    closed = [office.client.get(address).text, office.client.get("/office/entry").text]
    post(office, f"{address}/void", reason=text)
    voided = [office.client.get(address).text, office.client.get("/office/entry").text]
    return [refused.text, *closed, *voided]


def without_faults(page):
    """The page without its list of faults, which has a line for each."""
    return re.sub(r'<section class="faults".*?</section>', "", page, flags=re.DOTALL)


def test_what_is_typed_of_paper_forms_and_why_a_batch_was_closed_or_voided_come_out_inert(staffed):
    signed_in(staffed, "noi-vu")
    like = [
        [without_faults(page) for page in pages]
        for pages in zip(*(paper_pages(staffed, text) for text in HARMLESS), strict=True)
    ]
    for trick in (*TRICKS, ARABIC):
        for place, (page, harmless) in enumerate(zip(paper_pages(staffed, trick), like, strict=True)):
            shown = len(trick) < 500 and (place > 0 or len(trick) < 40)
            check_inert(without_faults(page), trick, like=harmless, shown=shown)
    with staffed.engine.connect() as connection:
        reasons = connection.execute(select(table(PaperBatchRow).c.void_reason)).scalars().all()
    assert not any(set(reason) & set(INVISIBLE_ORDERS) for reason in reasons)
    assert len(reasons) == len(HARMLESS) + len(TRICKS) + 1


@pytest.mark.parametrize("trick", DIRECTION)
def test_letters_that_turn_the_direction_are_shown_nowhere(trick):
    assert not set(plain(kept(trick))) & set(INVISIBLE_ORDERS)
