import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect
from sqlmodel import SQLModel

from survey_app.db import migrate, open_database


def forget_tables(engine):
    SQLModel.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")


def test_the_migrations_make_the_tables_that_the_code_means(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_answers_of_the_first_tables_are_all_there_after_the_second_migration_and_after_going_back(engine):
    forget_tables(engine)
    migrate(engine, to="0001")
    old = (
        "INSERT INTO unit (code, kind, name, simulated, source) VALUES ('xa.1', 'xã', 'Một', false, 'test')",
        "INSERT INTO desk (code, unit, name, place, fields, questionnaire, simulated, source) VALUES ('xa.1.1', 'xa.1', 'Quầy 1', 'Một cửa', '[]', 'desk', false, 'test')",
        "INSERT INTO link (serial, desk, issued) VALUES (1, 'xa.1.1', '2026-01-01')",
        "INSERT INTO questionnaire (version, code, document) VALUES ('v', 'desk', '')",
        "INSERT INTO response (id, unit, desk, local_date, slot, questionnaire, channel, language, answers, simulated) VALUES ('a', 'xa.1', 'xa.1.1', '2026-01-02', '09:30', 'v', 'poster', 'vi', '{\"overall\": 4}', false)",
    )
    with engine.begin() as connection:
        for statement in old:
            connection.exec_driver_sql(statement)
    kept = "SELECT id, slot, answers FROM response"
    with engine.begin() as connection:
        before = connection.exec_driver_sql(kept).all()
    migrate(engine)
    with engine.begin() as connection:
        assert connection.exec_driver_sql(kept).all() == before
        assert connection.exec_driver_sql("SELECT flags, entered_date, batch FROM response").all() == [("", None, None)]
        assert connection.exec_driver_sql("SELECT kind FROM link").all() == [("poster",)]
    migrate(engine, to="0001")
    with engine.begin() as connection:
        assert connection.exec_driver_sql(kept).all() == before


def test_migrating_twice_changes_nothing(engine):
    before = inspect(engine).get_table_names()
    migrate(engine)
    migrate(engine)
    assert inspect(engine).get_table_names() == before


def test_an_interrupted_migration_leaves_nothing_and_the_next_one_succeeds(engine):
    forget_tables(engine)
    tables = []

    @event.listens_for(engine, "before_cursor_execute")
    def stop_at_the_fifth(_connection, _cursor, statement, *_):
        tables.extend([statement] if statement.strip().startswith("CREATE TABLE") else [])
        if len(tables) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate(engine)
    event.remove(engine, "before_cursor_execute", stop_at_the_fifth)
    assert inspect(engine).get_table_names() == []
    migrate(engine)
    assert "response" in inspect(engine).get_table_names()


def test_three_processes_that_start_together_all_find_the_tables(engine):
    forget_tables(engine)
    program = f"from survey_app.db import *; migrate(open_database({engine.url.render_as_string(False)!r}))"
    starting = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(3)]
    said = [each.communicate()[1].decode()[-300:] for each in starting]
    assert [(each.returncode, text) for each, text in zip(starting, said, strict=True)] == [(0, "")] * 3


@pytest.mark.parametrize("url", ["sqlite:///{}/new.db", "postgresql+psycopg://nobody@127.0.0.1/none"])
def test_errors_never_carry_what_was_written(url, tmp_path):
    assert open_database(url.format(tmp_path)).hide_parameters


def test_a_units_month_is_counted_by_an_index_alone(sqlite_engine):
    query = (
        "SELECT count(*) FROM response WHERE local_date >= '2026-11-01' AND local_date < '2026-11-20' AND unit = 'u'"
    )
    with sqlite_engine.connect() as connection:
        [plan] = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    assert "COVERING INDEX ix_response_unit (unit=? AND local_date>? AND local_date<?)" in plan.detail
