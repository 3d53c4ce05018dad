"""Where a form asks for a desk: a menu of an office's desks, a field to type in where a country's would not fit."""

from dataclasses import replace
from datetime import date

import pytest
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.recording import record_rows
from survey_app.tables import DeskRow
from tests.survey_app.conftest import Clock, record_office, record_staff, sign_in

PAGES = ("cards", "codes", "tablets", "entry")


@pytest.fixture
def staffed(sqlite_engine, settings):
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with TestClient(make_app(sqlite_engine, replace(settings, rate_limit=""), clock=Clock())) as client:
        sign_in(client, "noi-vu")
        yield client


def add_desks(engine, count):
    desk = {
        "unit": "xa.29926", "place": "Trụ sở", "fields": ["ho-tich"], "questionnaire": "desk", "source": "test",
        "valid_from": date(2025, 7, 1),
    }  # fmt: skip
    rows = [desk | {"code": f"xa.29926.m{number}", "name": f"Quầy {number}"} for number in range(2, count + 2)]
    with engine.begin() as connection:
        record_rows(connection, DeskRow, rows)


@pytest.mark.parametrize("page", PAGES)
def test_an_offices_desks_stand_in_a_menu(staffed, page):
    shown = staffed.get(f"/office/{page}").text
    assert '<select id="desk"' in shown
    assert 'value="xa.29926.1"' in shown


@pytest.mark.parametrize("page", PAGES)
def test_of_more_than_five_hundred_desks_the_code_is_typed(staffed, sqlite_engine, page):
    add_desks(sqlite_engine, 500)
    shown = staffed.get(f"/office/{page}").text
    assert '<input id="desk"' in shown
    assert '<option value="xa.29926.m' not in shown
