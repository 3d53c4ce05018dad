"""Reading by the API: single answers of months that are over, each exactly once; figures by the rule of the pages."""

import random
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from scoring import Period
from survey_app.door import ZONE
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import Answered, record_register_change, record_responses, record_rows, table
from survey_app.submission import Submission
from survey_app.tables import DeskRow, PaperBatchRow, ResponseRow, SealRow, SuccessorRow, UnitRow
from tests.survey_app.test_api import add_places, bearer, make_test_key, rows

VERSION = load_questionnaire("desk").version


def answer(number, day, slot="09:30", desk="xa.29926.1", **more):
    values = {"channel": "poster", "language": "vi"} | more
    marks = values.pop("answers", {"overall": 1 + number % 5})
    return Answered(
        Submission(f"id-{number:019}", marks),
        unit=desk.rpartition(".")[0],
        desk=desk,
        local_date=day,
        slot=slot,
        questionnaire=VERSION,
        **values,
    )


def store(office, answers):
    with office.engine.begin() as connection:
        record_responses(connection, answers)


def due(office):
    office.client.app.state.door.do_what_is_due()


def read(office, key, limit=1000, after=None, between=lambda: None):
    """Everything there is to read now, page by page, and the position after it."""
    found, more = [], True
    while more:
        params = {"limit": limit() if callable(limit) else limit} | ({"after": after} if after else {})
        page = office.client.get("/api/v1/responses", params=params, headers=bearer(key)).json()
        assert len(page["answers"]) <= params["limit"]
        found += page["answers"]
        after, more = page["next"], page["more"]
        between()
    return found, after


def test_an_answer_leaves_only_when_its_month_is_over_and_its_slot_sealed(office):
    key = make_test_key(office, "read")
    store(office, [answer(i, date(2026, 11, 30), "17:00") for i in range(12)])
    seen = []
    for now in (
        datetime(2026, 11, 30, 23, 59, tzinfo=ZONE),
        datetime(2026, 12, 1, 0, 0, 30, tzinfo=ZONE),
        datetime(2026, 12, 1, 0, 2, tzinfo=ZONE),
    ):
        office.clock.now = now
        seen.append(len(read(office, key)[0]))
    assert seen == [0, 0, 0]
    due(office)
    assert len(rows(office, SealRow)) == 1
    found, after = read(office, key)
    assert len(found) == 12
    assert set(found[0]) == {
        "id", "unit", "month", "desk", "channel", "doubtful", "questionnaire", "language", "source", "field", "marks",
        "simulated", "voided",
    }  # fmt: skip
    assert {each["month"] for each in found} == {"2026-11"}
    assert read(office, key, after=after)[0] == []
    assert "17:00" not in str(found)
    assert "-30" not in str(found)


def test_nine_answers_do_not_leave_and_ten_leave_with_their_desk(office):
    key = make_test_key(office, "read")
    store(office, [answer(i, date(2026, 9, 7)) for i in range(9)])
    store(office, [answer(100 + i, date(2026, 10, 5 + i)) for i in range(10)])
    due(office)
    found, _ = read(office, key)
    assert [(each["month"], each["desk"], each["channel"]) for each in found] == [
        ("2026-10", "xa.29926.1", "poster")
    ] * 10


def test_a_bound_key_reads_its_unit_and_a_voided_batch_and_the_simulated_are_told(office):
    add_places(office)
    store(office, [answer(i, date(2026, 10, 5), desk="xa.1.o", channel="online") for i in range(11)])
    store(office, [answer(50 + i, date(2026, 10, 5), simulated=True) for i in range(10)])
    with office.engine.begin() as connection:
        connection.execute(
            insert(table(PaperBatchRow)).values(
                id="b", unit="xa.1", desk="xa.1.o", channel="paper", questionnaire="desk", filled=date(2026, 10, 5),
                entered=date(2026, 10, 6), entered_by="x", voided=date(2026, 10, 7), void_reason="twice",
            )
        )  # fmt: skip
    store(office, [answer(90, date(2026, 10, 5), desk="xa.1.o", channel="paper", batch="b")])
    due(office)
    found, _ = read(office, make_test_key(office, "read", "xa.1"))
    assert sorted((each["unit"], each["voided"], bool(each["marks"])) for each in found) == [
        ("xa.1", False, True)
    ] * 11 + [("xa.1", True, False)]
    with office.engine.begin() as connection:
        record_register_change(connection)
    every, _ = read(office, make_test_key(office, "read", name="all"))
    assert sorted(each["simulated"] for each in every) == [False] * 12 + [True] * 10


def test_what_came_late_leaves_with_the_month_in_which_it_came(office):
    key = make_test_key(office, "read")
    late = [
        answer(i, date(2026, 9, 30), entered_date=date(2026, 10, 5), entered_slot="09:30", channel="paper")
        for i in range(10)
    ]
    store(office, late)
    due(office)
    assert {each["month"] for each in read(office, key)[0]} == {"2026-10"}


def test_a_cursor_that_is_none_of_ours_is_told(office):
    key = bearer(make_test_key(office, "read"))
    for cursor in ("x", "MjAyNi0xMyBhIGI", "%00", "é", "a" * 150):
        refused = office.client.get("/api/v1/responses", params={"after": cursor}, headers=key)
        assert (cursor, refused.status_code, refused.json()["faults"][0]["field"]) == (cursor, 422, "after")


def test_page_by_page_every_answer_is_read_exactly_once_while_others_arrive(office):
    add_places(office)
    key = make_test_key(office, "read")
    chance, counter = random.Random(1), iter(range(10**9))  # noqa: S311 - of a test
    office.clock.now = datetime(2026, 1, 5, 9, 42, tzinfo=ZONE)
    state = {"after": None, "read": []}

    def arrive(many):
        """Answers of now, some of them of a month before."""
        today, desks = office.clock.now.date(), ("xa.29926.1", "xa.29926.o", "xa.1.o")
        some = []
        for _ in range(many):
            late = {"local_date": today - timedelta(days=40)} if chance.random() < 0.1 else {}
            made = answer(
                next(counter),
                today,
                "09:30",
                chance.choice(desks),
                channel=chance.choice(("poster", "online")),
            )
            some.append(made if not late else answer(next(counter), late["local_date"], "08:00", made.desk, channel="paper",
                                                     entered_date=today, entered_slot=made.slot))  # fmt: skip
        store(office, some)

    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(limits=st.lists(st.integers(1, 40), min_size=1, max_size=6), many=st.integers(20, 80))
    def read_a_month(limits, many):
        arrive(many)
        sizes, arrivals = iter(limits * 1000), iter([many // 4, many // 3])
        found, state["after"] = read(
            office, key, lambda: next(sizes), state["after"], lambda: arrive(next(arrivals, 0))
        )
        state["read"] += found
        ends = Period(office.clock.now.date().replace(day=1), "month").ends
        office.clock.now = office.clock.now.replace(year=ends.year, month=ends.month)
        due(office)

    read_a_month()
    found, _ = read(office, key, 17, state["after"])
    state["read"] += found
    at_once, _ = read(office, key)
    assert len({each["id"] for each in state["read"]}) == len(state["read"]) > 100
    assert {each["id"]: each for each in state["read"]} == {each["id"]: each for each in at_once}
    with office.engine.connect() as connection:
        stored = len(connection.execute(select(table(ResponseRow).c.id)).all())
    assert stored - len(at_once) < 0.5 * stored


def test_figures_are_those_of_the_pages_and_few_answers_are_in_none(office):
    add_places(office)
    key = bearer(make_test_key(office, "read"))
    store(
        office, [answer(i, date(2026, 11, 18), answers={"overall": 5 if i < 8 else 2, "polite": 4}) for i in range(12)]
    )
    store(office, [answer(50 + i, date(2026, 11, 18), desk="xa.1.o") for i in range(9)])
    found = office.client.get("/api/v1/tallies?period=2026-11&unit=xa.29926", headers=key).json()
    assert (found["received"], found["shown"]) == (12, 12)
    by_code = {each["question"]: each for each in found["questions"]}
    assert by_code["overall"]["counts"] == [0, 4, 0, 0, 8]
    assert round(by_code["overall"]["satisfied"], 4) == 0.6667
    few = office.client.get("/api/v1/tallies?period=2026-11&unit=xa.1", headers=key).json()
    assert (few["received"], few["shown"], {each["n"] for each in few["questions"]} | {few["n"]}) == (9, 0, {0})
    sheet = office.client.get("/api/v1/indices?period=2026-11&unit=xa.29926", headers=key).json()
    polite = next(line for line in sheet["nodes"] if line["code"] == "3.1")
    assert (polite["n"], polite["achieved"]) == (12, "1")
    assert sheet["edition"] == "sipas-2017"
    few = office.client.get("/api/v1/indices?period=2026-11&unit=xa.1", headers=key).json()
    assert {line["achieved"] for line in few["nodes"]} == {None}


def test_what_is_asked_of_nothing_is_told(office):
    key = bearer(make_test_key(office, "read"))
    for path, status in (
        ("/api/v1/indices?period=2026-11&edition=none", 404),
        ("/api/v1/indices?period=2026-11&unit=xa.none", 404),
        ("/api/v1/indices?period=2026-13", 422),
        ("/api/v1/tallies", 422),
    ):
        assert (path, office.client.get(path, headers=key).status_code) == (path, status)


def test_figures_across_the_change_of_units_hold_those_that_became_the_one_asked_for(office):
    add_places(office)
    change = date(2025, 7, 1)
    with office.engine.begin() as connection:
        record_rows(
            connection,
            UnitRow,
            [{"code": "cu.1", "kind": "xã", "name": "Cũ", "valid_to": change, "source": "test"}],
        )
        record_rows(
            connection,
            SuccessorRow,
            [
                {"old": "cu.1", "new": new, "part": part, "source": "test"}
                for new, part in (("xa.29926", "main"), ("xa.1", "partial"))
            ],
        )
        desk = {"code": "cu.1.1", "unit": "cu.1", "name": "Quầy", "place": "Một cửa", "fields": [], "source": "test"}
        record_rows(connection, DeskRow, [desk | {"questionnaire": "desk"}])
        record_register_change(connection)
    store(office, [answer(i, date(2025, 6, 18), desk="cu.1.1") for i in range(12)])
    key = bearer(make_test_key(office, "read"))

    def asked(unit, boundaries, key=key, path="tallies"):
        address = f"/api/v1/{path}?period=2025-06&unit={unit}{boundaries and f'&boundaries={boundaries}'}"
        return office.client.get(address, headers=key)

    assert asked("xa.29926", "").json()["shown"] == 0
    new, old = (asked("xa.29926", side).json() for side in ("new", "old"))
    assert (new["units"], new["shown"]) == (["cu.1", "xa.29926"], 12)
    assert (old["units"], old["shown"]) == (["cu.1", "xa.1", "xa.29926"], 12)
    assert asked("xa.29926", "new", path="indices").json()["unit"] == "cu.1+xa.29926"
    assert asked("xa.1", "new").json()["shown"] == 0, "a partial successor has none of its answers"
    bound = bearer(make_test_key(office, "read", unit="xa.29926"))
    assert asked("xa.29926", "new", bound).json()["shown"] == 12
    assert asked("xa.29926", "old", bound).status_code == 404, "its group holds a commune that the key is not for"
    assert asked("xa.29926", "older").status_code == 422
