"""Which units lie below and above one, as the database walks them, and what is read for who sees them alone."""

import pytest
from sqlalchemy import event

from survey_app.reading.people import read_units_above, read_units_below
from survey_app.recording import record_rows
from survey_app.tables import UnitRow

from .conftest import record_staff, sign_in

PARENTS = {"tinh": None, "xa.1": "tinh", "thon.1": "xa.1", "xa.2": "tinh", "a": "b", "b": "a", "lone": "gone"}


def test_a_unit_sees_what_lies_below_it_at_any_depth_and_a_ring_of_parents_ends(engine):
    units = [
        {"code": code, "parent": above, "kind": "xã", "name": code, "source": "t"} for code, above in PARENTS.items()
    ]
    with engine.begin() as connection:
        record_rows(connection, UnitRow, units)
        below = {code: set(read_units_below(connection, code)) for code in (*PARENTS, "unknown")}
        above = {code: set(read_units_above(connection, code)) for code in (*PARENTS, "unknown")}
    assert below == {
        "tinh": {"tinh", "xa.1", "thon.1", "xa.2"}, "xa.1": {"xa.1", "thon.1"}, "thon.1": {"thon.1"}, "xa.2": {"xa.2"},
        "a": {"a", "b"}, "b": {"a", "b"}, "lone": {"lone"}, "unknown": {"unknown"},
    }  # fmt: skip
    assert above == {
        "tinh": {"tinh"}, "xa.1": {"xa.1", "tinh"}, "thon.1": {"thon.1", "xa.1", "tinh"}, "xa.2": {"xa.2", "tinh"},
        "a": {"a", "b"}, "b": {"a", "b"}, "lone": {"lone", "gone"}, "unknown": {"unknown"},
    }  # fmt: skip


def test_no_look_at_a_page_reads_every_unit_of_the_register(sqlite_engine):
    plans: list[str] = []

    @event.listens_for(sqlite_engine, "after_cursor_execute")
    def explain(_connection, cursor, statement, parameters, *_rest):
        plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    with sqlite_engine.connect() as connection:
        read_units_below(connection, "xa.1")
        read_units_above(connection, "xa.1")
    assert [plan for plan in plans if "SEARCH unit USING" in plan]
    assert not [plan for plan in plans if "SCAN unit" in plan]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["codes", "cards", "tablets", "entry"])
def test_a_page_of_a_units_person_reads_the_desks_of_no_other_unit(office, path):
    record_staff(office.engine)
    sign_in(office.client, "mot-cua")
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
    assert office.client.get(f"/office/{path}").status_code == 200
    desks = [statement for statement in asked if "FROM desk JOIN unit" in statement]
    assert desks
    assert all("desk.unit IN" in statement for statement in desks)
