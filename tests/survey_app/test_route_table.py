"""Route × role, every cell tried on a running application that is asked for its own routes: a new one is tried by itself."""

import re
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine, MetaData, insert, select
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from survey_app.api_key import hash_key
from survey_app.app import make_app
from survey_app.recording import record_link, record_rows, table
from survey_app.recording.cards import record_card_batch
from survey_app.recording.keys import record_disabled_key, record_key
from survey_app.recording.people import record_sign_in, record_sign_out
from survey_app.recording.roster import record_roster
from survey_app.roster import Shift, StaffMember
from survey_app.route_table import (
    OPEN,
    STREAM,
    WEBSOCKET,
    GuardedRoute,
    draw_routes,
    read_routes,
    read_whole_application,
)
from survey_app.sign_in_rule import hash_token, make_form_token, new_token
from survey_app.staff import ACTS, ROLES
from survey_app.tables import CommentRow, DeskRow, UnitRow
from tests.survey_app.conftest import STAFF, Clock, form_token, record_office, record_staff, sign_in
from tests.survey_app.test_cases import record_case
from tests.survey_app.test_entry import PILE

PAGE = Path(__file__).parents[2] / "docs" / "routes.md"
NAME_OF = {role: name for name, (role, _) in STAFF.items()}
FIRST = date(2026, 10, 1)
OURS, THEIRS, THEIR_NAME = "xa.29926", "xa.30000", "Mỹ An Hưng"
NEUTRAL = {
    "act": "close",
    "month": "2026-10-01",
    "kind": "xlsx",
    "name": "khong-co",
    "token": "x",
    "table": "x",
    "suffix": "csv",
}
"""What stands for a parameter that is nobody's."""
CHANGES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Site:
    """A server with two units, on which a browser of any role is signed in at will."""

    client: TestClient
    engine: Engine
    settings: object
    clock: Clock
    routes: list[GuardedRoute]
    ours: dict[str, str]
    theirs: dict[str, str]

    def enter(self, role, *, at=None):
        """Sign this browser in, or out for None; the token of its forms."""
        self.client.cookies.clear()
        if role is None:
            return "x"
        token = new_token()
        with self.engine.begin() as connection:
            record_sign_in(connection, hash_token(token), NAME_OF[role], at=at or self.clock(), way="password")
        self.client.cookies.set("hailong", token)
        return make_form_token(hash_token(token), key=self.settings.secret_key)

    def ask(self, method, address, data=None, **more):
        data = data if method in CHANGES else None
        return self.client.request(method, address, data=data, follow_redirects=False, **more)

    def guarded(self):
        """Routes of the staff: everything but the API's and what is open to all."""
        return [route for route in self.routes if route.guard in {"act", "signed in"} and route.method != WEBSOCKET]

    def kept(self):
        """Everything in the database but who signed in, what was kept as events and how far their chain reaches."""
        metadata = MetaData()
        metadata.reflect(self.engine)
        with self.engine.connect() as connection:
            return {
                name: sorted(row for row in map(repr, connection.execute(select(one))) if "'event_chain'" not in row)
                for name, one in metadata.tables.items()
                if name not in {"sign_in", "audit_event", "event_link"}
            }


def fill(path, given):
    """A route's path with its parameters filled in: by path up to it, else by name, else by what is nobody's."""

    def value(found):
        name = found[1].partition(":")[0]
        before = path[: path.index(found[0])] + "{" + name + "}"
        return str(given.get(before, given.get(name, NEUTRAL.get(name, "x"))))

    return re.sub(r"\{([^}]+)\}", value, path)


def unknown(path, given):
    """Parameters of a path of which this file does not say what of a unit they are."""
    names = [(path[: found.start()] + "{" + found[1] + "}", found[1]) for found in re.finditer(r"\{(\w+)[^}]*\}", path)]
    return [before for before, name in names if not {before, name} & (given.keys() | NEUTRAL.keys())]


def add_things(engine, client, unit, number):
    """A case, a batch of forms, cards, codes and a comment of a unit; parameter → value."""
    desk = f"{unit}.1"
    with engine.begin() as connection:
        given = {
            "unit": unit,
            "desk": desk,
            "/office/units/{code}": unit,
            "/office/desks/{code}": desk,
            "/office/codes/{serial}": record_link(connection, desk, issued=date(2026, 11, 1)),
            "/office/tablets/{serial}": record_link(connection, desk, issued=date(2026, 11, 1), kind="tablet"),
            "/office/cards/{batch_id}": record_card_batch(connection, desk, [f"h{number}"], made=date(2026, 11, 2)),
        }
        comment = {"unit": unit, "month": date(2026, 10, 1), "language": "vi", "text": "Tốt.", "simulated": False}
        connection.execute(insert(table(CommentRow)), [comment | {"id": f"{unit} {place}"} for place in range(10)])
    given["case"] = record_case(engine, number, unit=unit)
    data = PILE | {"desk": desk, "form_token": form_token(client)}
    begun = client.post("/office/entry", data=data, follow_redirects=False)
    assert begun.status_code == 303, begun.text
    return given | {"/office/entry/{batch_id}": begun.headers["location"].rpartition("/")[2]}


def add_roster(connection):
    """Two people of each unit, under the same numbers."""
    people = [StaffMember(f"CB-0{n}", unit, f"Người {n} của {unit}", "test") for unit in (OURS, THEIRS) for n in (1, 2)]
    record_roster(connection, people, [Shift(*one.who, f"{one.unit}.1", FIRST, "day", None, "test") for one in people])


class Behind:
    """Stands where Streamlit stands, which one process starts once only; tests/test_signed_in_dashboards.py has the real one."""

    @staticmethod
    def lifespan():
        return lambda _: nullcontext()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            await receive()
        else:
            await PlainTextResponse("behind the door")(scope, receive, send)


@pytest.fixture
def site(sqlite_engine, settings):
    """One database is enough: what a role may do is decided before any is asked."""
    settings, clock = replace(settings, rate_limit=""), Clock()
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    unit = {"code": THEIRS, "kind": "xã", "name": THEIR_NAME, "valid_from": date(2025, 7, 1), "source": "test"}
    desk = {"code": f"{THEIRS}.1", "unit": THEIRS, "name": "Quầy Người Ngoài", "place": "Nơi khác", "source": "test"}
    with sqlite_engine.begin() as connection:
        record_rows(connection, UnitRow, [unit])
        record_rows(connection, DeskRow, [desk | {"fields": ["ho-tich"], "questionnaire": "desk"}])
        add_roster(connection)
    app = make_app(sqlite_engine, settings, clock=clock, dashboards=Behind())
    with TestClient(app, base_url=settings.public_url) as client:
        given = []
        for number, (role, code) in enumerate((("unit", OURS), ("home_affairs", THEIRS))):
            sign_in(client, NAME_OF[role])
            given.append(add_things(sqlite_engine, client, code, number))
        ours, theirs = given
        client.cookies.clear()
        yield Site(client, sqlite_engine, settings, clock, read_routes(app), ours, theirs)


def test_the_page_of_routes_is_what_the_application_has():
    assert PAGE.read_text(encoding="utf-8") == draw_routes(read_whole_application()), (
        "stale; write it anew: python -m survey_app.route_table > docs/routes.md"
    )


def test_every_route_is_guarded_or_named_as_open_with_a_reason(site):
    assert [(route.method, route.path) for route in site.routes if not route.guard] == []
    assert [route for route in site.routes if route.guard == "act" and not set(route.needs) <= set(ACTS)] == []
    assert [route.path for route in site.routes if route.path.startswith("/office") and route.guard != "act"] == []
    assert len(site.guarded()) >= 39


def test_a_new_route_without_a_guard_is_found_whatever_it_is_called_or_mounted_under():
    app, router, below = FastAPI(), APIRouter(prefix="/office"), FastAPI()
    for where, path in ((router, "/forgotten"), (app, "/privacy"), (below, "/forgotten")):
        where.add_api_route(path, lambda: "", methods=["POST"])
    app.add_api_websocket_route("/forgotten", lambda _: None)
    app.include_router(router)
    app.mount("/below", below)
    found = {(route.method, route.path): route.guard for route in read_routes(app) if "openapi" not in route.path}
    own = {key: guard for key, guard in found.items() if "doc" not in key[1]}
    assert own == {
        ("POST", "/office/forgotten"): "",
        ("POST", "/privacy"): "",
        ("POST", "/below/forgotten"): "",
        (WEBSOCKET, "/forgotten"): "",
    }


@pytest.mark.parametrize("role", [*ROLES, None])
def test_each_role_opens_exactly_what_the_table_says_and_is_refused_without_a_change(site, role):
    wrong, before = [], site.kept()
    for route in sorted(site.guarded(), key=lambda one: one.lets_in(role)):
        if route.lets_in(role) and before is not None:
            assert site.kept() == before  # refusals come first and change nothing
            before = None
        token = site.enter(role)
        answer = site.ask(route.method, fill(route.path, site.ours), {"form_token": token})
        if role is None:
            right = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
            right = right or (route.path == "/dashboards/" and answer.status_code == 401)  # not asked for by a browser
        elif route.lets_in(role):
            right = answer.status_code not in {401, 403} and answer.status_code < 500
        else:
            right = answer.status_code == 403 and "Tài khoản này không được xem trang này." in answer.text
        if not right:
            wrong.append((route.method, route.path, answer.status_code))
    assert wrong == []
    assert before is None or site.kept() == before


def test_a_sign_in_by_name_and_password_is_the_same_as_the_ones_of_this_file(site):
    for role, name in NAME_OF.items():
        site.client.cookies.clear()
        sign_in(site.client, name)
        opened = {route.path: site.ask("GET", fill(route.path, site.ours)).status_code == 200
                  for route in site.guarded() if route.path in {"/office/", "/office/cases", "/office/codes"}}  # fmt: skip
        assert opened == {
            route.path: route.lets_in(role)
            for route in site.guarded()
            if route.method == "GET" and route.path in opened
        }


@pytest.mark.parametrize("forged", ["none", "made up", "another's", "of before", "cross-site", "another origin"])
def test_no_route_that_changes_something_takes_a_form_that_is_not_of_this_sign_in(site, forged):
    before, wrong = site.kept(), []
    headers = {"cross-site": {"sec-fetch-site": "cross-site"}, "another origin": {"origin": "http://evil.example"}}
    for role in ROLES:
        tokens = {"made up": "x" * 27, "another's": site.enter("committee"), "of before": site.enter(role)}
        for route in site.guarded():
            if route.changes:
                own = site.enter(role)
                sent = {"form_token": tokens.get(forged, own), "desk": site.ours["desk"], "reason": "x"}
                sent = {name: text for name, text in sent.items() if (name, forged) != ("form_token", "none")}
                answer = site.ask(route.method, fill(route.path, site.ours), sent, headers=headers.get(forged))
                wrong += [(role, route.method, route.path, answer.status_code)] * (answer.status_code != 403)
    assert wrong == []
    assert site.kept() == before


@pytest.mark.parametrize("cookie", ["ended", "idle", "old", "made up", "empty", "a hash", "another's name"])
def test_a_cookie_that_holds_no_more_or_never_did_opens_what_nobody_opens(site, cookie):
    site.enter(
        "home_affairs",
        at=site.clock() - {"idle": timedelta(minutes=32), "old": timedelta(hours=12)}.get(cookie, timedelta()),
    )
    token = site.client.cookies["hailong"]
    form = make_form_token(hash_token(token), key=site.settings.secret_key)
    if cookie == "ended":
        with site.engine.begin() as connection:
            record_sign_out(connection, hash_token(token), at=site.clock())
    name = "__Host-hailong" if cookie == "another's name" else "hailong"
    sent = {"made up": "A" * 43, "empty": "", "a hash": hash_token(token)}.get(cookie, token)
    site.client.cookies.clear()
    before, wrong = site.kept(), []
    for route in site.guarded():
        headers = {"cookie": f"{name}={sent}", "accept": "text/html"}
        answer = site.ask(route.method, fill(route.path, site.ours), {"form_token": form}, headers=headers)
        led = answer.headers.get("location", "")
        if answer.status_code != 303 or not led.startswith("/sign-in?next="):
            wrong.append((route.method, route.path, answer.status_code))
    assert wrong == []
    assert site.kept() == before


def test_a_unit_opens_and_changes_nothing_of_another_units_by_any_address(site):
    before, wrong = site.kept(), []
    asked = [route for route in site.guarded() if route.lets_in("unit")]
    assert [one for route in asked for one in unknown(route.path, site.theirs)] == [], "say in add_things what this is"
    for route in asked:
        if set(re.findall(r"\{(\w+)", route.path)) - set(NEUTRAL):
            token = site.enter("unit")
            answer = site.ask(route.method, fill(route.path, site.theirs), {"form_token": token, "handed_out": "1"})
            if answer.status_code not in {403, 404} or THEIR_NAME in answer.text:
                wrong.append((route.method, route.path, answer.status_code))
    assert wrong == []
    assert site.kept() == before


def test_a_unit_sees_nothing_of_another_unit_on_any_page_whatever_its_address_asks_for(site):
    asked = {"unit": THEIRS, "desk": f"{THEIRS}.1", "case": site.theirs["case"], "state": "open", "month": "2026-10-01"}
    hidden = (THEIR_NAME, "Quầy Người Ngoài", site.theirs["case"], f'{THEIRS}.1"')
    wrong = []
    for route in site.guarded():
        if route.method == "GET" and route.lets_in("unit") and route.path.startswith("/office"):
            site.enter("unit")
            for query in ({}, asked):
                text = site.client.get(fill(route.path, site.ours), params=query).text
                wrong += [(route.path, bool(query), word) for word in hidden if word in text]
    assert wrong == []


def test_a_unit_records_nothing_for_another_unit_by_an_edited_form(site):
    fields = {key.rpartition("{")[2].rstrip("}"): str(value) for key, value in site.theirs.items()}
    edited = PILE | fields | {"desk": f"{THEIRS}.1", "unit": THEIRS, "name": "x", "reason": "x", "sheets": "1"}
    edited |= {
        "member": "CB-01",
        "code": "CB-01",
        "renamed": "on",
        "starts": f"{FIRST}",
        "ends": f"{FIRST}",
        "half": "day",
    }
    before, wrong = site.kept(), []
    others = (
        {},
        {"act": "remove"},
        {"member": "CB-02"},
        {"code": "CB-02", "desk": f"{OURS}.1"},
        {"unit": OURS, "act": "remove"},
    )
    for route, sent in product(site.guarded(), others):
        if route.changes and route.lets_in("unit") and not set(re.findall(r"\{(\w+)", route.path)) - set(NEUTRAL):
            token = site.enter("unit")
            answer = site.ask(route.method, fill(route.path, site.theirs), edited | sent | {"form_token": token})
            after = site.kept()
            changed = [name for name in after if THEIRS in repr(set(after[name]) ^ set(before[name]))]
            if changed or answer.status_code >= 500:
                wrong.append((route.path, sent, answer.status_code, changed))
            before = after
    assert wrong == []


@pytest.mark.parametrize("role", ["committee", "unit", None])
def test_no_other_spelling_of_an_address_no_other_method_and_no_header_gets_past_the_guard(site, role):
    before, wrong = site.kept(), []
    for route in site.guarded():
        if route.lets_in(role) or not route.path.startswith("/office"):
            continue
        address = fill(route.path, site.ours)
        spelled = [
            f"{address}/", f"{address}//", f"{address};x", f"{address}%20", f"{address}%00", f"{address}?lang=en",
            address.upper(), address.replace("/office", "/%6Fffice"), address.replace("/office", "/office/."),
            address.replace("/office/", "/office//"), f"/static/../{address.lstrip('/')}", f"/dashboards/..{address}",
        ]  # fmt: skip
        tries = [(route.method, one, {}) for one in spelled]
        tries += [(method, address, {}) for method in ("HEAD", "OPTIONS", "TRACE", *CHANGES) if method != route.method]
        tries += [
            ("GET", address, {"x-http-method-override": "POST"}),
            (route.method, address, {"x-original-url": "/sign-in", "x-forwarded-user": NAME_OF["administrator"]}),
            (route.method, address, {"authorization": "Bearer hlk_x", "x-forwarded-for": "127.0.0.1"}),
        ]
        token = site.enter(role)
        for method, where, headers in tries:
            answer = site.ask(method, where, {"form_token": token}, headers=headers)
            through = answer.status_code < 400 and not answer.headers.get("location", "").startswith("/sign-in")
            other = next(
                (
                    one
                    for one in site.guarded()
                    if one.method == method.replace("HEAD", "GET") and one.path == route.path
                ),
                None,
            )
            if through and not (other and other.lets_in(role)) and not _only_slash(answer, where):
                wrong.append((method, where, answer.status_code, headers))
    assert wrong == []
    assert site.kept() == before


def _only_slash(answer, where):
    """Whether an answer only leads to the same address without its last slash, or with one."""
    led = answer.headers.get("location", "").replace("http://hailong.example", "")
    return answer.status_code in {307, 308} and led.rstrip("/") == where.partition("?")[0].rstrip("/")


# Programs

KEYS = {"read": ("read", None), "write": ("write", None), "both": ("read write", None), "bound": ("read write", OURS), "closed": ("read write", None)}  # fmt: skip


@pytest.fixture
def keyed(site):
    with site.engine.begin() as connection:
        for name, (scope, unit) in KEYS.items():
            record_key(
                connection,
                key_hash=hash_key(f"hlk_{name}"),
                name=name,
                scope=scope,
                unit=unit,
                created=date(2026, 11, 1),
            )
        record_disabled_key(connection, "closed", on=date(2026, 11, 2))
    return site


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_each_key_opens_exactly_what_its_scope_says_and_a_sign_in_of_the_staff_opens_nothing(keyed, header):
    before, routes, wrong = keyed.kept(), [route for route in keyed.routes if route.guard == "scope"], []
    texts = (
        {key: f"hlk_{key}" for key in [*KEYS, "unknown"]}
        | {"a hash": hash_key("hlk_both")}
        | dict.fromkeys([*ROLES, "none"], "")
    )
    for key, text in texts.items():
        scopes = set(KEYS[key][0].split()) if key in KEYS and key != "closed" else set()
        headers = {header: f"Bearer {text}" if header == "authorization" else text} if text else {}
        for route in routes:
            token = keyed.enter(key if key in ROLES else None)
            answer = keyed.ask(route.method, fill(route.path, {"code": "desk"}), {"form_token": token}, headers=headers)
            expected = {401} if not scopes else {403} if not set(route.needs) <= scopes else {200, 404, 415, 422}
            if answer.status_code not in expected or answer.headers["content-type"].startswith("text/html"):
                wrong.append((key, route.method, route.path, answer.status_code))
    assert len(routes) >= 7
    assert wrong == []
    assert keyed.kept() == before


def test_a_key_opens_no_page_of_the_staff_and_no_dashboard(keyed):
    for route in keyed.guarded():
        for headers in (
            {"authorization": "Bearer hlk_both"},
            {"x-api-key": "hlk_both"},
            {"cookie": "hailong=hlk_both"},
        ):
            answer = keyed.ask(
                route.method, fill(route.path, keyed.ours), {}, headers=headers | {"accept": "text/html"}
            )
            assert answer.status_code == 303, route
            assert answer.headers["location"].startswith("/sign-in")


def test_a_bound_key_reads_nothing_of_another_unit_by_any_route(keyed):
    headers = {"authorization": "Bearer hlk_bound"}
    for route in keyed.routes:
        if route.guard == "scope" and route.method == "GET":
            for query in ({}, {"unit": THEIRS}, {"unit": THEIRS, "period": "2026-10", "desk": f"{THEIRS}.1"}):
                answer = keyed.client.get(fill(route.path, {"code": "desk"}), params=query, headers=headers)
                assert THEIR_NAME not in answer.text
                assert f"{THEIRS}.1" not in answer.text


# The dashboards


def stream(site, **headers):
    """How a websocket of the dashboards ends: `open`, or the code that it is closed with."""
    try:
        with site.client.websocket_connect(STREAM, headers=headers):
            return "open"
    except WebSocketDisconnect as error:
        return error.code


def test_every_role_opens_the_dashboards_and_their_websocket_from_our_own_page_alone(site):
    for role in ROLES:
        site.enter(role)
        assert site.client.get("/dashboards/").status_code == 200
        assert stream(site, origin="http://hailong.example") == "open"
        assert stream(site, origin="http://evil.example") == 4401
        assert stream(site, **{"sec-fetch-site": "cross-site"}) == 4401


@pytest.mark.parametrize("way", ["nobody", "made up", "ended", "idle", "key"])
def test_nobody_opens_the_dashboards_or_their_websocket_or_a_file_they_made(site, way):
    site.enter("committee", at=site.clock() - (timedelta(minutes=32) if way == "idle" else timedelta()))
    token = site.client.cookies["hailong"]
    if way == "ended":
        with site.engine.begin() as connection:
            record_sign_out(connection, hash_token(token), at=site.clock())
    site.client.cookies.clear()
    cookie = {"nobody": "", "made up": "A" * 43, "key": "hlk_both"}.get(way, token)
    headers = {"cookie": f"hailong={cookie}", "x-hailong-reader": "everybody.x", "authorization": "Bearer hlk_both"}
    assert stream(site, origin="http://hailong.example", **headers) == 4401
    for path in (
        "",
        "overview",
        "_stcore/health",
        "_stcore/host-config",
        "media/x.csv",
        "_stcore/upload_file/x/y",
        "component/x",
    ):
        assert site.client.get(f"/dashboards/{path}", headers=headers, follow_redirects=False).status_code in {
            303,
            401,
        }, path
    assert site.client.put("/dashboards/_stcore/upload_file/x/y", headers=headers).status_code == 401


def test_what_is_open_opens_for_everybody_alike_and_shows_nobody(site):
    for methods_and_path in OPEN:
        methods, path = methods_and_path.rsplit(" ", 1)
        if "GET" in methods.split() and path not in {"/sign-in", "/first-run"}:
            said = []
            for role in (None, "administrator"):
                site.enter(role)
                answer = site.client.get(fill(path, {"code": "AAAAAAAA", "version": "x"}), follow_redirects=False)
                said.append(answer.status_code)
                assert NAME_OF["administrator"] not in answer.text
            assert said[0] == said[1] < 500, path
