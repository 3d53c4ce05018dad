"""The API's doors: keys, posted answers, the register; each against the real application and both databases."""

import json
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from survey_app.api_key import hash_key
from survey_app.app import make_app
from survey_app.integrity import MOST_AT_A_DESK
from survey_app.posted_answer import KEYS as KEYS_OF_A_POST
from survey_app.posted_answer import PostedAnswer, parse_answers, parse_posted
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_register_change, record_rows, table
from survey_app.recording.keys import record_disabled_key, record_key
from survey_app.submission import MOST_BYTES
from survey_app.tables import ApiKeyRow, CommentRow, DeskRow, ResponseRow, UnitRow
from survey_app.ticket import one_way
from tests.survey_app.conftest import Clock, record_office

ID = "3f8a4f0e-61c2-4c3b-9a35-5a9c1f0d2b77"
VERSION = load_questionnaire("desk").version


def rows(office, row):
    with office.engine.connect() as connection:
        return [dict(each) for each in connection.execute(select(table(row))).mappings()]


def make_test_key(office, scope="read write", unit=None, name="portal"):
    """A key that is kept by its hash, as `hailong api-key add` does."""
    key = f"hlk_{name}_{scope}_{unit}".replace(" ", "_")
    with office.engine.begin() as connection:
        record_key(connection, key_hash=hash_key(key), name=name, scope=scope, unit=unit, created=date(2026, 11, 1))
    return key


def bearer(key):
    return {"authorization": f"Bearer {key}"}


def add_places(office):
    """A province above the office's unit, a second commune, and an online desk of each commune."""
    units = [("tinh.1", "tỉnh", "Đồng Tháp", None), ("xa.1", "xã", "Thanh Hà", "tinh.1")]
    with office.engine.begin() as connection:
        record_rows(
            connection,
            UnitRow,
            [{"code": code, "kind": kind, "name": name, "parent": above, "source": "test"} for code, kind, name, above in units],
        )  # fmt: skip
        record_rows(
            connection,
            DeskRow,
            [
                {"code": f"{unit}.o", "unit": unit, "name": "Trực tuyến", "place": "Cổng dịch vụ công", "fields": ["ho-tich"],
                 "questionnaire": "desk", "kind": "online", "source": "test"}
                for unit in ("xa.29926", "xa.1")
            ],
        )  # fmt: skip
        record_register_change(connection)


def send(office, key, **body):
    whole = {"id": ID, "desk": "xa.29926.1", "questionnaire": VERSION, "answers": {"overall": 5}} | body
    whole = {name: value for name, value in whole.items() if value is not ...}
    return office.client.post("/api/v1/responses", json=whole, headers=bearer(key))


def test_an_answer_of_a_portal_is_stored_once_with_its_channel_and_nothing_of_its_own_id(office):
    key = make_test_key(office)
    first = send(office, key, answers={"overall": 5, "polite": 4, "comment": "Nhanh"}, source="portal", language="en")
    assert (first.status_code, first.json()) == (201, {"id": ID, "state": "recorded"})
    again = send(office, key, answers={"overall": 5, "polite": 4})
    assert (again.status_code, again.json()) == (200, {"id": ID, "state": "known"})
    other = send(office, key, answers={"overall": 1})
    assert (other.status_code, set(other.json())) == (409, {"detail", "faults"})
    [row] = rows(office, ResponseRow)
    assert row["id"] == one_way("response", ID)[:22]
    assert (row["answers"], row["channel"], row["source"], row["language"]) == (
        {"overall": 5, "polite": 4},
        "online",
        "portal",
        "en",
    )
    assert (row["local_date"], row["slot"], row["unit"]) == (date(2026, 11, 19), "09:30", "xa.29926")
    assert ID not in str(rows(office, ResponseRow))
    assert [comment["text"] for comment in rows(office, CommentRow)] == ["Nhanh"]


def test_a_unit_stands_for_its_online_desk(office):
    add_places(office)
    key = make_test_key(office)
    assert send(office, key, desk=..., unit="xa.29926").status_code == 201
    assert [row["desk"] for row in rows(office, ResponseRow)] == ["xa.29926.o"]
    assert send(office, key, desk=..., unit="tinh.1").status_code == 404


def test_online_there_are_no_hours_and_a_burst_is_flagged(office):
    add_places(office)
    key = make_test_key(office)
    office.clock.now = office.clock.now.replace(hour=22)
    for i in range(MOST_AT_A_DESK + 1):
        assert send(office, key, id=f"{ID}-{i}", desk="xa.29926.o").status_code == 201
    assert sorted(row["flags"] for row in rows(office, ResponseRow)) == [""] * MOST_AT_A_DESK + ["burst"]
    send(office, key, id=f"{ID}-late")
    assert "outside_hours" in {row["flags"] for row in rows(office, ResponseRow)}


WRONG = {
    "no id": ({"id": ...}, {"id": "missing"}),
    "a short id": ({"id": "abc"}, {"id": "wrong_form"}),
    "an id with a line end": ({"id": ID + "\n"}, {"id": "wrong_form"}),
    "an id that is a number": ({"id": 5}, {"id": "wrong_form"}),
    "a key of another": ({"channel": "card", "simulated": True}, {"channel": "unknown_field", "simulated": "unknown_field"}),
    "no desk": ({"desk": ...}, {"desk": "missing"}),
    "desk and unit": ({"unit": "xa.29926"}, {"desk": "repeated"}),
    "a version never shown": ({"questionnaire": "0" * 16}, {"questionnaire": "unknown_version"}),
    "no answers": ({"answers": ...}, {"answers": "missing"}),
    "answers as a list": ({"answers": []}, {"answers": "wrong_type"}),
    "no main answer": ({"answers": {}}, {"answers.overall": "missing"}),
    "a point as text": ({"answers": {"overall": "5"}}, {"answers.overall": "wrong_type"}),
    "a point as yes": ({"answers": {"overall": True}}, {"answers.overall": "wrong_type"}),
    "a point as 5.0": ({"answers": {"overall": 5.0}}, {"answers.overall": "wrong_type"}),
    "off the scale": ({"answers": {"overall": 10**3000}}, {"answers.overall": "off_scale"}),
    "all at once": (
        {"answers": {"overall": 6, "polite": [], "made_up": 1}, "language": "vi"},
        {"answers.made_up": "unknown_field", "answers.polite": "wrong_type", "answers.overall": "off_scale"},
    ),
    "a long comment": ({"answers": {"overall": 5, "comment": "x" * 20_000}}, {"answers.comment": "too_long"}),
    "a language": ({"language": "fr"}, {"language": "wrong_form"}),
    "a source": ({"source": "Zalo OA"}, {"source": "wrong_form"}),
}  # fmt: skip


def test_every_wrong_field_is_told_at_once_and_nothing_is_stored(office):
    key = make_test_key(office)
    for name, (body, expected) in WRONG.items():
        answer = send(office, key, **body)
        assert (name, answer.status_code) == (name, 422), answer.text
        assert {fault["field"]: fault["reason"] for fault in answer.json()["faults"]} == expected, name
    assert rows(office, ResponseRow) == []


GOOD = json.dumps({"id": ID, "desk": "xa.29926.1", "questionnaire": VERSION, "answers": {"overall": 5}})
UNREADABLE = {
    "nothing": (b"", 400),
    "a list": (b"[]", 400),
    "half": (GOOD[:-1].encode(), 400),
    "invalid UTF-8": (GOOD.replace(ID, "\xff" * 22).encode("latin-1"), 400),
    "half a surrogate pair": (GOOD.replace("overall", "\\ud800").encode(), 400),
    "NaN": (GOOD.replace(": 5}", ": NaN}").encode(), 400),
    "a key twice": (GOOD.replace('"desk"', '"id"').encode(), 400),
    "an answer twice": (GOOD.replace(": 5}", ': 5, "overall": 1}').encode(), 400),
    "nested deep": (b'{"answers":' + b"[" * 15_000 + b"]" * 15_000 + b"}", 400),
    "digits": (GOOD.replace(": 5}", ": " + "9" * 10_000 + "}").encode(), 400),
    "beyond a float": (GOOD.replace(": 5}", ": 1e999}").encode(), 422),
    "too large": (b'{"id": "' + b"x" * MOST_BYTES + b'"}', 413),
    "NUL in a comment": (GOOD.replace(": 5}", ': 5, "comment": "a\\u0000b"}').encode(), 201),
}


def test_a_body_that_two_readers_could_read_differently_is_refused(office):
    headers = bearer(make_test_key(office)) | {"content-type": "application/json; charset=utf-8"}
    for name, (body, status) in UNREADABLE.items():
        answer = office.client.post("/api/v1/responses", content=body, headers=headers)
        assert (name, answer.status_code) == (name, status), answer.text
        assert status == 201 or "detail" in answer.json()
    assert [row["answers"] for row in rows(office, ResponseRow)] == [{"overall": 5}]


def test_another_kind_of_body_is_told(office):
    headers = bearer(make_test_key(office)) | {"content-type": "text/plain"}
    assert office.client.post("/api/v1/responses", content=GOOD, headers=headers).status_code == 415


def test_a_desk_that_is_closed_takes_no_answer(office):
    key = make_test_key(office)
    office.clock.now = office.clock.now.replace(year=2025, month=1)
    answer = send(office, key)
    assert (answer.status_code, answer.json()["faults"][0]["reason"]) == (422, "closed")


ROUTES = {
    "units": ("GET", "/api/v1/units", "read", None),
    "desks": ("GET", "/api/v1/desks", "read", None),
    "desks of a unit": ("GET", "/api/v1/desks?unit=xa.29926", "read", "xa.29926"),
    "answers": ("GET", "/api/v1/responses", "read", None),
    "a sheet": ("GET", "/api/v1/indices?period=2026-11&unit=xa.29926", "read", "xa.29926"),
    "counts": ("GET", "/api/v1/tallies?period=2026-11&unit=xa.29926", "read", "xa.29926"),
    "questionnaire": ("GET", "/api/v1/questionnaires/desk", "read", None),
    "post": ("POST", "/api/v1/responses", "write", "xa.29926"),
}
KEYS = ("none", "wrong", "disabled", "read", "write", "own unit", "unit above", "other unit")


def expected_status(scope, unit, kind):
    """What a route answers to a kind of key: the table that the issue asks for, by rule."""
    if kind in {"none", "wrong", "disabled"}:
        return 401
    if kind in {"read", "write"} and kind != scope:
        return 403
    if kind == "other unit" and unit is not None:
        return 403
    return 201 if scope == "write" else 200


def test_every_route_lets_pass_whom_it_should(office):
    add_places(office)
    with office.engine.begin() as connection:
        record_rows(connection, UnitRow, [{"code": "xa.29926", "kind": "xã", "name": "Tân Hồng", "parent": "tinh.1",
                                           "valid_from": date(2025, 7, 1), "source": "test"}])  # fmt: skip
        record_register_change(connection)
    units = {"own unit": "xa.29926", "unit above": "tinh.1", "other unit": "xa.1"}
    for kind in KEYS:
        scope = kind if kind in {"read", "write"} else "read write"
        key = make_test_key(office, scope, units.get(kind), name=kind.replace(" ", "-"))
        headers = {"none": {}, "wrong": bearer("hlk_wrong")}.get(kind, {"x-api-key": key})
        if kind == "disabled":
            assert office.client.get("/api/v1/units", headers=headers).status_code == 200
            with office.engine.begin() as connection:
                assert record_disabled_key(connection, "disabled", on=date(2026, 11, 19))
        for name, route in ROUTES.items():
            check_route(office, f"{name}, {kind}", route, kind, headers)


def check_route(office, name, route, kind, headers):
    method, path, scope, unit = route
    body = json.loads(GOOD) | {"id": f"{ID}-{kind.replace(' ', '-')}"} if method == "POST" else None
    answer = office.client.request(method, path, json=body, headers=headers)
    assert (name, answer.status_code) == (name, expected_status(scope, unit, kind)), answer.text
    if answer.status_code >= 400:
        assert set(answer.json()) == {"detail", "faults"}
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"


def test_the_table_of_routes_is_whole(office):
    paths = office.client.get("/openapi.json").json()["paths"]
    there = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    tried = {(method, path.partition("?")[0].replace("/questionnaires/desk", "/questionnaires/{code}"))
             for method, path, _, _ in ROUTES.values()}  # fmt: skip
    assert there == tried


def test_the_document_holds_our_routes_alone_and_every_refusal_of_each(office):
    document = office.client.get("/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            refusals = {status: each for status, each in said["responses"].items() if status >= "4"}
            assert {"401", "403", "429", "503"} <= set(refusals), path
            assert method == "get" or {"400", "404", "408", "409", "413", "415", "422"} <= set(refusals)
            schemas = {each["content"]["application/json"]["schema"]["$ref"] for each in refusals.values()}
            assert schemas == {"#/components/schemas/ProblemOut"}, path
            assert said["security"] == [{"HTTPBearer": []}, {"APIKeyHeader": []}]
            assert said["summary"]
            assert said["description"]


def test_who_asks_too_often_is_told_in_json_when_to_come_again(engine, settings):
    record_office(engine)
    with TestClient(make_app(engine, replace(settings, rate_limit="2/minute"), clock=Clock())) as client:
        answers = [client.get("/api/v1/units") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert "detail" in answers[-1].json()
    assert int(answers[-1].headers["retry-after"]) > 0


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
QUESTIONS = [question.code for question in load_questionnaire("sipas-2017").questions]


@given(st.dictionaries(st.sampled_from([*KEYS_OF_A_POST, "answers"]) | st.text(max_size=9), ANY_JSON, max_size=9))
def test_whatever_stands_at_the_keys_is_read_or_told(found):
    posted, faults = parse_posted(found)
    assert (posted is None) == bool(faults)


@given(st.dictionaries(st.sampled_from(QUESTIONS), ANY_JSON, max_size=9))
def test_whatever_is_answered_is_read_or_told(answers):
    posted = PostedAnswer(ID, "d", None, "0" * 16, "vi", None, answers)
    submission, faults = parse_answers(load_questionnaire("sipas-2017"), posted, served_fields=())
    assert (submission is None) == bool(faults)


def test_a_bound_key_sees_only_its_unit_and_those_below(office):
    add_places(office)
    key = bearer(make_test_key(office, "read", "xa.1"))
    assert [unit["code"] for unit in office.client.get("/api/v1/units", headers=key).json()["units"]] == ["xa.1"]
    assert [desk["code"] for desk in office.client.get("/api/v1/desks", headers=key).json()["desks"]] == ["xa.1.o"]
    assert office.client.get("/api/v1/desks?unit=xa.nowhere", headers=key).status_code == 403


def test_lists_come_in_pages_of_a_size_with_a_cap(office):
    add_places(office)
    key = bearer(make_test_key(office, "read"))
    found, after = [], ""
    while after is not None:
        page = office.client.get(f"/api/v1/units?limit=1{after and f'&after={after}'}", headers=key).json()
        found += [unit["code"] for unit in page["units"]]
        after = page["next"]
    assert found == ["tinh.1", "xa.1", "xa.29926"]
    answer = office.client.get("/api/v1/units?limit=501", headers=key)
    assert (answer.status_code, [fault["field"] for fault in answer.json()["faults"]]) == (422, ["limit"])


def test_a_questionnaire_tells_its_versions_and_what_may_be_answered(office):
    key = bearer(make_test_key(office, "read"))
    [version] = office.client.get("/api/v1/questionnaires/desk", headers=key).json()["versions"]
    assert (version["version"], version["current"]) == (VERSION, True)
    assert version["questions"][0] | {"text": ""} == {
        "code": "overall", "kind": "faces", "text": "", "required": True, "criterion": None, "points": [1, 2, 3, 4, 5],
        "choices": [], "not_applicable": False, "least": None, "most": None, "decimals": 0, "longest": 0, "show_if": None,
        "by_api": True,
    }  # fmt: skip
    assert office.client.get("/api/v1/questionnaires/none", headers=key).status_code == 404


def test_only_the_hash_of_a_key_is_kept(office):
    key = make_test_key(office)
    assert key not in str(rows(office, ApiKeyRow))


def test_errors_are_json_wherever_they_arise(office):
    for path, status in (("/api/v1/nothing", 404), ("/api/v1/responses", 405)):
        answer = office.client.put(path) if status == 405 else office.client.get(path)
        assert (answer.status_code, set(answer.json())) == (status, {"detail", "faults"})
    office.client.app.state.door.writer.close()
    answer = send(office, make_test_key(office))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "text/html" in office.client.get("/nothing").headers["content-type"]


def test_answers_of_the_api_are_not_kept_by_anybody(office):
    assert office.client.get("/api/v1/units").headers["cache-control"] == "no-store"
