"""What harms elsewhere is a text here: on the citizen's page, on the staff's, in the database."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from sqlalchemy import inspect, select
from starlette.testclient import TestClient

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.recording import table
from survey_app.tables import CommentRow, ResponseRow
from tests.page_tags import Skeleton, kept
from tests.tricks import DIRECTION, EVERY, INVISIBLE_ORDERS, ODD

from .conftest import Clock, Office, record_office

HARMLESS = ("Cảm ơn", " ", "0", "1", "na")
LONGEST = 2000


@pytest.fixture
def on_sqlite(sqlite_engine, settings):
    """An office whose pages are looked at; none of it depends on the database."""
    serial, clock = record_office(sqlite_engine), Clock()
    with TestClient(make_app(sqlite_engine, replace(settings, rate_limit=""), clock=clock)) as client:
        yield Office(client, sqlite_engine, make_code(serial, key=settings.secret_key), serial, clock)


def names_of(page):
    return list(dict.fromkeys(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page)))


def tags_where_it_may_stand(page):
    """The tags, without the list of faults, which has a line for each."""
    return Skeleton(re.sub(r'<section class="faults".*?</section>', "", page, flags=re.DOTALL)).tags


def test_a_refused_form_shows_what_was_typed_and_nothing_more(on_sqlite):
    def refused(text):
        sent = dict.fromkeys(names, text) | {"id": on_sqlite.ticket(), text[:40]: text}  # no mark, so it is refused
        answer = on_sqlite.client.post(f"/r/{on_sqlite.code}", data=sent)
        assert answer.status_code == 422, answer.text
        return answer.text

    page = on_sqlite.client.get(f"/r/{on_sqlite.code}").text
    names = [name for name in names_of(page) if name not in {"id", "website"}]
    pages = [refused(text) for text in HARMLESS]
    harmless = {tag for each in pages for tag in tags_where_it_may_stand(each)}
    for trick in EVERY:
        tricked = refused(trick[:900])
        assert {*tags_where_it_may_stand(tricked)} <= harmless, trick
        assert tricked.count("<script") == pages[0].count("<script"), trick
        for text in Skeleton(tricked).typed.values():
            assert text.strip("\n") == kept(trick[:900]).strip("\n"), trick
        assert not set(INVISIBLE_ORDERS) & set(tricked), trick


def test_every_trick_is_kept_as_text_and_the_tables_are_still_there(office):
    before = inspect(office.engine).get_table_names()
    shown = [trick for trick in EVERY if 0 < len(kept(trick).strip()) <= LONGEST]
    for trick in shown:
        assert office.post(comment=trick).status_code == 303
    assert inspect(office.engine).get_table_names() == before
    with office.engine.connect() as connection:
        comments = connection.execute(select(table(CommentRow).c.text)).scalars().all()
        answers = connection.execute(select(table(ResponseRow).c.answers)).scalars().all()
    assert sorted(comments) == sorted(kept(trick).strip() for trick in shown)
    assert answers == [{"overall": 5}] * len(shown)


def test_a_trick_in_the_address_or_a_header_is_no_fault_of_the_server(on_sqlite):
    code, client = on_sqlite.code, on_sqlite.client
    for trick in EVERY:
        said = quote(trick[:500], errors="replace")
        header = {b"cookie": b"hl=" + trick.encode()[:200].translate(None, b"\r\n\x00")}
        for address in (
            f"/r/{said}",
            f"/r/{code}?lang={said}&source={said}",
            f"/r/{code}/thanks?lang={said}",
            f"/{said}",
            f"/?lang={said}",
            f"/k/{said}",
            f"/c/{said}",
            f"/office/{said}",
            f"/sign-in?next={said}",
        ):
            answer = client.get(address, headers=header)
            assert answer.status_code < 500, address
            assert not re.search(r"<script>alert|<svg/onload|onerror=alert\(1\)>", answer.text), address
        sent = {"id": on_sqlite.ticket(), "overall": "4"}
        assert client.post(f"/r/{code}", data=sent, headers=header, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("trick", [*DIRECTION, ODD[0]])
def test_letters_that_turn_the_direction_or_steer_a_terminal_are_dropped(trick):
    assert not set(kept(trick)) & {*INVISIBLE_ORDERS, "\x00", "\x1b", "\ufeff", "\u2028"}
    assert kept("a\ud800b") == "ab", "half a letter, which no database takes"
    assert kept("👩‍👩‍👧 ملح") == "👩‍👩‍👧 ملح"
