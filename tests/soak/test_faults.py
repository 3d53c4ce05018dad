"""The faults of `tests/survey_app/test_faults.py` as long as they may come: twenty kills, restarts, a long lock."""

import pytest

from bench.memory import measure
from tests.survey_app.test_faults import database, hold_and_let_go, kill_again_and_again, restart_postgresql

__all__ = ["database"]


def test_twenty_kills_under_load_lose_nothing_and_double_nothing(database, tmp_path, free_port):
    kill_again_and_again(database, tmp_path, free_port, times=20)


def test_a_file_locked_for_longer_than_the_database_waits_is_told_within_seconds(tmp_path, free_port):
    assert hold_and_let_go(tmp_path, free_port, seconds=45) < 10


def test_five_restarts_of_postgresql_under_load_lose_nothing(tmp_path, free_port):
    restart_postgresql(tmp_path, free_port, times=5)


@pytest.mark.parametrize("name", ["SQLite", "PostgreSQL"])
def test_the_servers_memory_is_flat_over_two_hundred_thousand_submissions(name):
    found = measure(name, submissions=200_000, steps=10)
    print(found)  # noqa: T201 - the steps are what is asked for
    assert found["growth"] < 1.1
