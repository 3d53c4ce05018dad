"""Tables change by themselves, with a backup before; back for an earlier release; a full disk or a kill leaves all as it was."""

import json
import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import event, select, update

from survey_app.backup.archive import BackupRefused
from survey_app.backup.before_migration import migrate_safely
from survey_app.db import known_revisions, latest_revision, migrate, open_database, read_revision
from survey_app.reading.left_behind import LeftBehind, read_left_behind
from survey_app.recording import table
from survey_app.settings import read_settings
from survey_app.tables import DeskRow, LinkRow, UnitRow
from tests.conftest import ROOT, own_environment

from .conftest import KEY, record_office
from .test_backup import NOW, contents_of, digests, elsewhere, fill_every_table, taken  # noqa: F401 - a fixture
from .test_cli import database, run
from .trouble import fill, small_disk

BEFORE = known_revisions()[-2]


@pytest.fixture
def old(tmp_path):
    """A folder whose database is of the release before, with one office."""
    home = tmp_path / "home"
    run(home, "init")
    engine = open_database(f"sqlite:///{home}/hailong.db")
    migrate(engine, to=BEFORE)
    engine.dispose()
    return home


def revision(home):
    with database(home) as connection:
        return read_revision(connection)


def backups(home):
    return sorted((home / "backups").glob("*"))


def test_before_a_database_in_use_changes_it_is_backed_up_as_it_was(old):
    said = run(old, "user", "list")
    assert said.returncode == 0
    [file] = backups(old)
    assert f"as they were before: {file}" in said.stderr
    assert file.name.endswith(f"-before-{latest_revision()}.tar")
    assert file.stat().st_mode & 0o777 == 0o600
    assert contents_of(file.read_bytes()).head.revision == BEFORE
    assert json.loads(run(old, "backup", "--verify", str(file), "--json").stdout)["whole"]
    assert "as they were before" not in run(old, "user", "list").stderr
    assert backups(old) == [file]


def test_a_new_database_needs_none_and_whoever_takes_it_elsewhere_may_say_so(old, tmp_path):
    assert run(tmp_path / "new", "init").returncode == 0
    assert not (tmp_path / "new" / "backups").exists()
    assert run(old, "user", "list", HAILONG_BACKUP_BEFORE_MIGRATION="off").returncode == 0
    assert (revision(old), backups(old)) == (latest_revision(), [])


def test_the_last_three_are_kept_and_nothing_else_is_removed(old):
    folder = old / "backups"
    folder.mkdir()
    earlier = [folder / f"hailong-2026010{day}-030000-before-0002.tar" for day in (1, 2, 3)]
    for path in (*earlier, folder / "hailong-20260101-030000.tar"):
        path.write_bytes(b"x")
    run(old, "user", "list")
    assert len(backups(old)) == 4
    assert [path.exists() for path in (*earlier, folder / "hailong-20260101-030000.tar")] == [False, True, True, True]


def test_the_backup_before_a_migration_stays_though_others_are_dated_after_it(old):
    folder = old / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"hailong-2999010{day}-030000-before-0004.tar").write_bytes(b"x")
    said = run(old, "migrate", "--json")
    assert json.loads(said.stdout)["backup"] in map(str, backups(old))
    assert len(backups(old)) == 4
    assert "dated after now" in said.stderr


def test_processes_that_start_together_take_one_backup(old):
    call = [sys.executable, "-m", "survey_app", "user", "list"]
    environment = own_environment(HAILONG_DATA_DIR=str(old))
    starting = [subprocess.Popen(call, env=environment, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    said = [each.communicate()[1].decode() for each in starting]
    assert [each.returncode for each in starting] == [0, 0, 0], said
    assert len(backups(old)) == 1


# Back


@pytest.mark.parametrize("words", [("--back",), ("--to", BEFORE)])
def test_going_back_takes_a_backup_and_what_it_held_comes_back_by_it(engine, tmp_path, words):
    fill_every_table(engine)
    if engine.dialect.name == "postgresql":  # the next event, of the migration, gets a number of its own
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('audit_event', 'number'), 100)")
    before = digests(engine)
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    home, named = tmp_path / "home", {"HAILONG_DATABASE_URL": url, "HAILONG_SECRET_KEY": KEY}
    refused = run(home, "migrate", *words, **named)
    assert (refused.returncode, (home / "backups").exists()) == (1, False)
    assert "recovery_code (4 rows), " in refused.stderr
    assert "user.second_factor (2 rows)" in refused.stderr
    assert "say --lose" in refused.stderr
    said = run(home, "migrate", *words, "--lose", "--json", **named)
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert {"table": "shift", "column": None, "rows": 4} in told["lost"]
    assert (told["before"], told["revision"]) == (latest_revision(), BEFORE)
    with engine.connect() as connection:
        assert read_revision(connection) == BEFORE
        assert connection.execute(select(table(UnitRow).c.name)).all() != []
    engine.dispose()
    forward = run(home, "migrate", **named)
    assert f"at revision {latest_revision()}" in forward.stdout
    assert run(home, "restore", told["backup"], "--replace", **named).returncode == 0
    changing = ("audit_event", "sign_in", "state")
    assert digests(engine, without=changing) == {name: each for name, each in before.items() if name not in changing}
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            [aside] = connection.exec_driver_sql(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before%%'"
            ).scalars()
            connection.exec_driver_sql(f'DROP SCHEMA "{aside}" CASCADE')


def test_what_would_be_lost_is_counted_where_somebody_set_it_alone(engine):
    record_office(engine)
    with engine.begin() as connection:
        assert read_left_behind(connection, BEFORE) == ()
        connection.execute(update(table(DeskRow)).values(edited=NOW.date()))
        connection.execute(update(table(LinkRow)).values(kind="screen"))
        assert read_left_behind(connection, BEFORE) == (LeftBehind("desk", "edited", 1),)
        assert read_left_behind(connection, "0001")[1:] == (LeftBehind("link", "kind", 1),)


def test_every_revision_back_to_the_first_and_forward_again_keeps_every_answer(engine, tmp_path):
    record_office(engine)
    settings = read_settings({"HAILONG_DATA_DIR": str(tmp_path), "HAILONG_SECRET_KEY": KEY})
    for minute, wanted in enumerate((*reversed(known_revisions()), *known_revisions())):
        migrate_safely(engine, settings, at=NOW.replace(minute=minute), to=wanted)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT name FROM unit").scalars().all() == ["Tân Hồng"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "0999"), "There is no revision '0999'"),
        (("--to", BEFORE, "--back"), "give one"),
    ],
)
def test_what_cannot_be_gone_back_to_is_told(old, words, said):
    refused = run(old, "migrate", *words)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert (revision(old), backups(old)) == (BEFORE, [])


def test_before_the_first_revision_there_is_none(old):
    run(old, "migrate", "--to", known_revisions()[0])
    refused = run(old, "migrate", "--back")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "knows none before it" in refused.stderr


@pytest.mark.parametrize("words", [("user", "list"), ("init",), ("demo", "--load-only"), ("migrate",)])
def test_an_old_release_on_a_newer_database_changes_nothing_and_says_what_to_do(old, words):
    with database(old) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    refused = run(old, *words)
    assert refused.returncode == 1
    assert "at revision 0999, which a newer release made" in refused.stderr
    assert f"hailong migrate --to {latest_revision()}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (revision(old), backups(old)) == ("0999", [])
    assert run(old, "backup", str(old / "a.tar")).returncode == 0, "whoever is stuck can still back it up"


# Faults


def needs(disk):
    if disk is None:
        pytest.skip("this machine lets nobody mount a small disk")


def test_without_room_nothing_changes_and_the_message_says_how_much_is_missing(old, tmp_path):
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        needs(disk)
        (disk / "hailong.db").write_bytes((old / "hailong.db").read_bytes())
        (disk / "secret.key").write_bytes((old / "secret.key").read_bytes())
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(2_900_000))
        refused = run(disk, "user", "list")
        assert refused.returncode == 1
        assert f"{disk}/backups has " in refused.stderr
        assert "Nothing was changed. Make room" in refused.stderr
        assert (revision(disk), backups(disk)) == (BEFORE, [])
        ballast.unlink()
        assert run(disk, "user", "list").returncode == 0


@pytest.mark.parametrize("left", [0, 60_000])
def test_a_disk_that_fills_up_while_tables_change_leaves_them_as_they_were(old, tmp_path, left):
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        needs(disk)
        (disk / "hailong.db").write_bytes((old / "hailong.db").read_bytes())
        (disk / "secret.key").write_bytes((old / "secret.key").read_bytes())
        before = digests(engine := open_database(f"sqlite:///{disk}/hailong.db"))
        engine.dispose()
        ballast = fill(disk)
        os.truncate(ballast, ballast.stat().st_size - left)
        refused = run(disk, "user", "list", HAILONG_BACKUP_BEFORE_MIGRATION="off")
        assert refused.returncode == 1
        assert f"{disk} has 0 MB left, and the database cannot write there" in refused.stderr
        assert "The tables are as they were." in refused.stderr
        ballast.unlink()
        assert revision(disk) == BEFORE
        assert digests(engine) == before
        engine.dispose()
        assert run(disk, "user", "list", HAILONG_BACKUP_BEFORE_MIGRATION="off").returncode == 0


def test_a_backup_on_a_full_disk_leaves_no_part_of_itself_and_says_where(old, tmp_path):
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        needs(disk)
        ballast = fill(disk)
        for encrypted in ((), ("--recipient", run(old, "backup", "--new-key", str(tmp_path / "key")).stdout.strip())):
            refused = run(old, "backup", str(disk / "a.tar"), *encrypted)
            assert refused.returncode == 1
            assert f"{disk}/a.tar cannot be written: No space left on device" in refused.stderr
            (tmp_path / "key").unlink(missing_ok=True)
        assert [path.name for path in disk.iterdir()] == ["ballast"]
        ballast.unlink()
        assert run(old, "backup", str(disk / "a.tar")).returncode == 0


def test_coming_back_onto_a_full_disk_leaves_nothing(old, tmp_path):
    file = tmp_path / "a.tar"
    run(old, "backup", str(file))
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        needs(disk)
        (disk / "secret.key").write_bytes((old / "secret.key").read_bytes())
        (disk / "ballast").write_bytes(bytes(700_000))
        refused = run(disk, "restore", str(file))
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"{disk} has ")
        assert refused.stderr.endswith("and try again. Nothing was changed.\n")
        assert sorted(path.name for path in disk.iterdir()) == ["ballast", "secret.key"]


def test_what_is_on_a_full_disk_is_told_to_be_there_whatever_is_asked_of_it(old, tmp_path):
    file = tmp_path / "a.tar"
    run(old, "backup", str(file))
    with small_disk(tmp_path / "disk", megabytes=2) as disk:
        needs(disk)
        for name in ("secret.key", "hailong.db"):
            (disk / name).write_bytes((old / name).read_bytes())
        fill(disk)
        cannot = f"{disk} has 0 MB left, and the database cannot write there ("
        for arguments, said in (
            (
                ("restore", "--replace", str(file)),
                f"{disk} has 0.0 MB left, and the database of this backup takes about ",
            ),
            (("backup", str(tmp_path / "b.tar")), cannot),
            (("check", "--fast"), cannot),
        ):
            refused = run(disk, *arguments)
            assert refused.returncode == 1
            assert said in refused.stdout + refused.stderr
            assert "HAILONG_DATABASE_URL" not in refused.stdout + refused.stderr


MIGRATE_AND_DIE = """
import os, sys
from sqlalchemy import event
from survey_app.db import migrate, open_database
engine = open_database(sys.argv[1])
made = []

@event.listens_for(engine, "before_cursor_execute")
def die(connection, cursor, statement, *_):
    made.extend([statement] if "CREATE TABLE" in statement else [])
    if len(made) == 2:
        os.kill(os.getpid(), 9)

migrate(engine)
"""

RESTORE_AND_DIE = """
import os, sys
from survey_app.cli import main
from survey_app.backup import restoring
at = restoring.record_counters if sys.argv[1] == "filling" else restoring.settle_waiting

def die(*_, **__):
    os.kill(os.getpid(), 9)

setattr(restoring, at.__name__, die)
main(sys.argv[2:])
"""


def program(text, *arguments, **settings):
    return subprocess.run(
        [sys.executable, "-c", text, *arguments],
        env=own_environment(**settings),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )


def test_a_kill_while_tables_change_leaves_them_as_they_were(engine):
    record_office(engine)
    migrate(engine, to=BEFORE)
    before = digests(engine)
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    assert program(MIGRATE_AND_DIE, url).returncode == -signal.SIGKILL
    with engine.connect() as connection:
        assert read_revision(connection) == BEFORE
    assert digests(engine) == before
    migrate(engine)
    with engine.connect() as connection:
        assert read_revision(connection) == latest_revision()


@pytest.mark.parametrize("when", ["filling", "before the key"])
def test_a_kill_while_a_backup_comes_back_leaves_nothing_of_it_and_the_next_try_succeeds(
    sqlite_engine,
    elsewhere,  # noqa: F811
    tmp_path,
    when,
):
    record_office(sqlite_engine)
    file = tmp_path / "a.tar"
    file.write_bytes(taken(sqlite_engine, with_key=True))
    own = tmp_path / "elsewhere" / "secret.key"
    own.parent.mkdir()
    own.write_text("another key, also of more than thirty-two characters")
    settings = {"HAILONG_DATA_DIR": str(own.parent), "HAILONG_DATABASE_URL": elsewhere}
    killed = program(RESTORE_AND_DIE, when, "restore", str(file), **settings)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    restored = open_database(elsewhere)
    with restored.connect() as connection:
        assert read_revision(connection) == (latest_revision() if when == "before the key" else None)
    restored.dispose()
    assert "another key" in own.read_text()
    again = run(own.parent, *(("restore", str(file)) if when == "filling" else ("user", "list")), **settings)
    assert again.returncode == 0, again.stderr
    assert list(own.parent.glob("*restoring*")) == []
    assert own.read_text().strip() == KEY
    assert len(list(own.parent.glob("secret.key.before-restore-*"))) == 1
    with restored.connect() as connection:
        assert connection.execute(select(table(UnitRow).c.name)).scalars().all() == ["Tân Hồng"]
    restored.dispose()


def test_what_stops_a_backup_before_a_migration_stops_the_migration(engine, tmp_path):
    record_office(engine)
    migrate(engine, to=BEFORE)
    settings = read_settings({"HAILONG_DATA_DIR": str(tmp_path), "HAILONG_SECRET_KEY": KEY})
    (tmp_path / "backups").mkdir()
    there = tmp_path / "backups" / f"hailong-20261119-094200-before-{latest_revision()}.tar"
    there.write_bytes(b"x")
    with pytest.raises(BackupRefused, match="there already"):
        migrate_safely(engine, settings, at=NOW)
    with engine.connect() as connection:
        assert read_revision(connection) == BEFORE
    assert there.read_bytes() == b"x"


def test_a_failing_change_after_the_backup_leaves_the_database_as_it_was(sqlite_engine, tmp_path):
    record_office(sqlite_engine)
    migrate(sqlite_engine, to=BEFORE)
    settings = read_settings({"HAILONG_DATA_DIR": str(tmp_path), "HAILONG_SECRET_KEY": KEY})

    @event.listens_for(sqlite_engine, "before_cursor_execute")
    def stop(_connection, _cursor, statement, *_):
        if "CREATE TABLE" in statement:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate_safely(sqlite_engine, settings, at=NOW)
    event.remove(sqlite_engine, "before_cursor_execute", stop)
    assert len(backups(tmp_path)) == 1
    with sqlite_engine.connect() as connection:
        assert read_revision(connection) == BEFORE
