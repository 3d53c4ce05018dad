"""Role × route: every page of the staff, taken from the application itself, for every role and for nobody."""

import re
from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlalchemy import insert

from survey_app.recording import table
from survey_app.staff import ACTS, ROLES
from survey_app.tables import CommentRow
from tests.survey_app.conftest import STAFF, form_token, record_staff, sign_in
from tests.survey_app.test_cases import record_case

ROLE_OF = {name: role for name, (role, _) in STAFF.items()}


def acts_of(dependant: Dependant) -> set[str]:
    """The acts that stand in a route's arguments as `allowed(act)`, at any depth."""
    own = {dependant.call.act} if hasattr(dependant.call, "act") else set()
    return own.union(*map(acts_of, dependant.dependencies))


def staff_routes(app: FastAPI) -> list[tuple[str, str, set[str]]]:
    """Method, path and acts of every route below `/office`; a route that is not FastAPI's own has no acts."""
    found = []
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route.original_route, "dependant", None)
        acts = acts_of(dependant) if dependant is not None else set()
        if (route.path or "").startswith("/office"):
            found += [(method, route.path, acts) for method in sorted(set(route.methods or ()) - {"HEAD"})]
    return found


@pytest.fixture
def routes(staffed):
    return staff_routes(staffed.client.app)


def test_every_page_of_the_staff_says_what_it_needs(routes):
    assert len(routes) >= 8
    assert [(method, path) for method, path, acts in routes if len(acts) != 1] == []
    assert {act for _, _, acts in routes for act in acts} <= set(ACTS)


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


@pytest.mark.parametrize("name", [*STAFF, None])
def test_each_role_opens_exactly_what_its_acts_let_it(staffed, routes, name):
    """A role that may do a route's act gets its page, or a refusal of what was sent; any other gets 403, and nobody 303."""
    token = ""
    if name:
        sign_in(staffed.client, name)
        token = form_token(staffed.client)
    wrong = []
    for method, path, [act] in routes:
        where = address(path, ROLE_OF.get(name, ""))
        data = {"form_token": token} if method != "GET" else None
        answer = staffed.client.request(method, where, data=data, follow_redirects=False)
        if name is None:
            right = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
        elif ROLE_OF[name] in ACTS[act]:
            right = answer.status_code not in {401, 403} and answer.status_code < 500
        else:
            right = answer.status_code == 403 and "Tài khoản này không được xem trang này." in answer.text
        if not right:
            wrong.append((method, where, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("name", STAFF)
def test_no_page_that_changes_something_takes_a_form_without_the_token(staffed, routes, name):
    sign_in(staffed.client, name)
    for method, path, _ in routes:
        if method != "GET":
            refused = staffed.client.request(
                method, address(path, ROLE_OF[name]), data={"a": "b"}, follow_redirects=False
            )
            assert refused.status_code == 403
            assert "Biểu mẫu này đã quá hạn." in refused.text


@pytest.mark.parametrize("name", ["mot-cua", "noi-vu", "quan-tri", "ban-chi-dao"])
def test_nobody_but_the_inspectors_finds_a_report_of_harassment_by_any_page(staffed, routes, name):
    report = record_case(staffed.engine, 2, queue="inspector", kind="harassment", text="SÁCHNHIỄU tại quầy")
    sign_in(staffed.client, name)
    token = form_token(staffed.client)
    for method, path, _ in routes:
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
