"""No page of the staff, whichever the application has, tells of a report to the inspectors."""

import re
from datetime import date

import pytest
from sqlalchemy import insert

from survey_app.recording import table
from survey_app.route_table import read_routes
from survey_app.staff import ROLES
from survey_app.tables import CommentRow
from tests.survey_app.conftest import STAFF, form_token, record_staff, sign_in
from tests.survey_app.test_cases import record_case

ROLE_OF = {name: role for name, (role, _) in STAFF.items()}


@pytest.fixture
def routes(staffed):
    found = read_routes(staffed.client.app)
    return [(route.method, route.path) for route in found if route.path.startswith("/office")]


@pytest.fixture
def engine(sqlite_engine):
    """One database is enough: what a role may do is decided before any is asked."""
    return sqlite_engine


@pytest.fixture
def staffed(office):
    """The small office with accounts, a case in either queue, and comments to read."""
    record_staff(office.engine)
    record_case(office.engine, 0)
    record_case(office.engine, 1, queue="inspector", kind="harassment")
    with office.engine.begin() as connection:
        values = [
            {"id": f"k{number}", "unit": "xa.29926", "month": date(2026, 10, 1), "language": "vi", "text": "Tốt.", "simulated": False}
            for number in range(10)
        ]  # fmt: skip
        connection.execute(insert(table(CommentRow)), values)
    return office


def address(path: str, role: str) -> str:
    """A path with what this role would open filled in."""
    case = "case-1" if role == "inspector" else "case-0"
    given = {"case": case, "act": "close", "unit": "xa.29926", "month": "2026-10-01"}
    return re.sub(r"\{(\w+)[^}]*\}", lambda name: given.get(name[1], "1"), path)


@pytest.mark.parametrize("name", ["mot-cua", "noi-vu", "quan-tri", "ban-chi-dao"])
def test_nobody_but_the_inspectors_finds_a_report_of_harassment_by_any_page(staffed, routes, name):
    report = record_case(staffed.engine, 2, queue="inspector", kind="harassment", text="SÁCHNHIỄU tại quầy")
    sign_in(staffed.client, name)
    token = form_token(staffed.client)
    for method, path in routes:
        where = address(path, "unit").replace("case-0", report)
        for query in ("", "?state=done", "?state=open", f"?after={report}"):
            data = {"form_token": token, "steps": "0", "note": name, "comments": report} if method != "GET" else None
            answer = staffed.client.request(method, where + query, data=data, follow_redirects=True)
            assert "SÁCHNHIỄU" not in answer.text, where
            assert "phiền hà, sách nhiễu" not in answer.text, where
            if report in where:
                assert answer.status_code in {403, 404}, where


def test_counts_of_a_unit_leave_reports_out(staffed):
    for number in (2, 3):
        record_case(staffed.engine, number, queue="inspector", kind="payment", received=date(2026, 11, 2))
    sign_in(staffed.client, "mot-cua")
    page = staffed.client.get("/office/cases").text
    assert page.count('href="/office/cases/case-') == 1
    assert "quá hạn" not in page.lower().replace("việc quá hạn", "")


def test_every_role_has_an_account_in_these_tests():
    assert set(ROLE_OF.values()) == set(ROLES)
