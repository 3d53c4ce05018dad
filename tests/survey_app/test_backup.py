"""A backup holds every row of either database, comes back into either, and is refused if anything of it is not as it was."""

import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
from datetime import date, datetime, time

import pyrage
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, Date, Integer, Time, insert, select
from sqlalchemy.types import JSON
from sqlmodel import SQLModel

from survey_app.backup.archive import BackupRefused, digest, member, pack, read_members
from survey_app.backup.contents import Contents, verify
from survey_app.backup.encryption import Lock
from survey_app.backup.file import take_backup
from survey_app.backup.manifest import fingerprint, head_text, parse_manifest
from survey_app.backup.restoring import Key, bring_back, fill
from survey_app.backup.taking import Taking, Wanted, digest_tables
from survey_app.backup.waiting_key import settle_waiting
from survey_app.db import migrate, open_database
from survey_app.door import ZONE
from survey_app.own_key import keep_key, told_of_another
from survey_app.reading.every_row import count_rows, one_moment, read_tables
from survey_app.recording import record_link, record_rows, record_state, table
from survey_app.tables import AuditRow, LinkRow, ResponseRow, SessionRecordRow, SignInRow, UnitRow

from .conftest import KEY, record_office

NOW = datetime(2026, 11, 19, 9, 42, tzinfo=ZONE)
HOSTILE = "Quầy “1”\\ \\N \t tab\r\n dòng 2 \x01\x1f\x7f \u2028\ufeff 🙂 'một' \"hai\" ;=1+1, \\u0041 </script> {} "


KINDS = {
    Boolean: lambda number: number % 4 < 2,
    Integer: lambda number: number + 1,
    Date: lambda number: date(2026, 11, 1 + number),
    Time: lambda number: time(7, 30 + number, 0, 500 if number % 2 else 0),
    JSON: lambda number: {"ghi chú": HOSTILE, "số": number, "rỗng": None, "danh sách": [1.5, True, ""]},
}


def value_of(column, number):
    """A value that a column can have; in odd rows none where none is needed."""
    if number % 2 and column.nullable and not column.primary_key:
        return None
    for kind, value in KINDS.items():
        if isinstance(column.type, kind):
            return value(number)
    return "" if number % 4 == 2 and not column.primary_key and not column.foreign_keys else f"{HOSTILE}{number}"


def fill_every_table(engine, rows=4):
    """Rows with every kind of value in every table, each referring to those before it."""
    with engine.begin() as connection:
        for each in SQLModel.metadata.sorted_tables:
            values = [
                {
                    column.name: value_of(next(iter(column.foreign_keys)).column, number)
                    if column.foreign_keys and (column.primary_key or not column.nullable)
                    else None
                    if column.foreign_keys
                    else value_of(column, number)
                    for column in each.columns
                }
                for number in range(rows)
            ]
            connection.execute(insert(each), values)


def taken(engine, *, with_key=False, at=NOW):
    return b"".join(Taking(engine, Wanted(KEY.encode(), with_key=with_key, at=at)).pieces())


def contents_of(file):
    return Contents.of(io.BytesIO(file))


def digests(engine, *, without=()):
    with one_moment(engine) as connection:
        found = digest_tables(connection, read_tables(connection))
    return {name: each for name, each in found.items() if name not in without}


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request, tmp_path):
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/elsewhere/hailong.db"
        return
    postgresql = request.getfixturevalue("postgresql")
    name = "elsewhere"
    engine = open_database(postgresql)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    engine.dispose()
    yield postgresql.replace("/postgres?", f"/{name}?")


def back(url, file, **options):
    given = {"replace": False, "key": Key(KEY.encode(), None), "other_key": False, "name": "a.tar", "at": NOW}
    return bring_back(url, contents_of(file), **given | options)


def test_every_value_of_every_table_comes_back_from_either_database_into_either(engine, elsewhere):
    fill_every_table(engine)
    before = digests(engine)
    assert all(rows == 4 for rows, _ in before.values())
    back(elsewhere, taken(engine))
    restored = open_database(elsewhere)
    try:
        touched = {"audit_event", "sign_in", "state"}
        assert digests(restored, without=touched) == {k: v for k, v in before.items() if k not in touched}
        with engine.connect() as here, restored.connect() as there:
            for each in SQLModel.metadata.sorted_tables:
                if each.name not in touched:
                    rows = select(each).order_by(*each.primary_key)
                    assert there.execute(rows).all() == here.execute(rows).all(), each.name
            context = MigrationContext.configure(there, opts={"compare_type": True})
            assert compare_metadata(context, SQLModel.metadata) == []
            [event] = there.execute(select(table(AuditRow)).where(table(AuditRow).c.act == "restore")).all()
            assert (event.about, event.detail["taken"]) == ("a.tar", "2026-11-19T09:42:00+07:00")
            assert there.execute(select(table(SignInRow))).all() == []
    finally:
        restored.dispose()


def test_numbers_are_counted_on_and_a_time_is_the_same_key_as_one_that_is_written_later(engine, elsewhere):
    record_office(engine)
    with engine.begin() as connection:
        held = {"pilot": "p", "unit": "xa.29926", "day": NOW.date(), "starts": time(7, 30), "held": True}
        connection.exec_driver_sql("INSERT INTO pilot (code, document, source) VALUES ('p', '{}', 'test')")
        record_rows(connection, SessionRecordRow, [held])
        last = record_link(connection, "xa.29926.1", issued=NOW.date())
    back(elsewhere, taken(engine))
    restored = open_database(elsewhere)
    with restored.begin() as connection:
        record_rows(connection, SessionRecordRow, [held | {"held": False}])
        assert connection.execute(select(table(SessionRecordRow).c.held)).scalars().all() == [False]
        assert record_link(connection, "xa.29926.1", issued=NOW.date()) == last + 1_001
        assert record_link(connection, "xa.29926.1", issued=NOW.date()) == last + 1_002
    restored.dispose()


def test_a_poster_printed_after_the_backup_never_opens_another_desks_form(engine, elsewhere):
    first = record_office(engine)
    file = taken(engine)
    with engine.begin() as connection:
        printed_since = [record_link(connection, "xa.29926.1", issued=NOW.date()) for _ in range(3)]
    back(elsewhere, file)
    restored = open_database(elsewhere)
    with restored.begin() as connection:
        issued = [record_link(connection, "xa.29926.1", issued=NOW.date()) for _ in range(3)]
    assert set(issued).isdisjoint({first, *printed_since})
    again = taken(restored)
    restored.dispose()
    back(elsewhere, again, replace=True)
    with restored.begin() as connection:
        assert record_link(connection, "xa.29926.1", issued=NOW.date()) > issued[-1] + 1_000
    restored.dispose()


def test_the_same_rows_give_the_same_bytes_whichever_database_keeps_them(sqlite_engine, postgresql_engine):
    for each in (sqlite_engine, postgresql_engine):
        fill_every_table(each)
    assert digests(sqlite_engine) == digests(postgresql_engine)
    assert taken(sqlite_engine) == taken(sqlite_engine)


def test_a_backup_is_of_one_moment_whatever_is_written_while_it_is_taken(engine):
    record_office(engine)
    pieces = Taking(engine, Wanted(KEY.encode(), with_key=False, at=NOW)).pieces()
    file = next(pieces)
    unit = {"code": "xa.1", "kind": "xã", "name": "Sau", "source": "test"}
    with engine.begin() as connection:
        record_rows(connection, UnitRow, [unit])
        connection.execute(table(LinkRow).update().values(revoked=NOW.date()))
    contents = contents_of(file + b"".join(pieces))
    lines = {each.name: text for each, _, text in contents.blocks()}
    assert contents.manifest.tables["unit"][0] == 1
    assert None in json.loads(lines["link"])
    with engine.connect() as connection:
        assert connection.execute(select(table(UnitRow))).all()[-1].code in {"xa.1", "xa.29926"}
        assert len(connection.execute(select(table(UnitRow))).all()) == 2


def test_anybody_can_read_it_with_tar_and_gunzip(engine, tmp_path):
    record_office(engine)
    (tmp_path / "a.tar").write_bytes(taken(engine))
    subprocess.run(["tar", "xf", "a.tar"], cwd=tmp_path, check=True)
    line = subprocess.run(
        ["gunzip", "-c", "tables/unit.000001.jsonl.gz"], cwd=tmp_path, check=True, capture_output=True
    ).stdout
    assert json.loads(line)[:3] == ["xa.29926", "xã", "Tân Hồng"]
    subprocess.run(["sha256sum", "-c", "manifest.sha256"], cwd=tmp_path, check=True, capture_output=True)
    head = json.loads((tmp_path / "backup.json").read_text())
    assert (head["revision"], head["database"]) == (head["revision"], engine.dialect.name)
    assert KEY.encode() not in (tmp_path / "a.tar").read_bytes()


# Damage


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A backup of one small office."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('small')}/hailong.db")
    migrate(engine)
    record_office(engine)
    file = taken(engine, with_key=True)
    engine.dispose()
    return file


def lines_of(file):
    contents = contents_of(file)
    return contents.secret, [(each.name, lines) for each, _, lines in contents.blocks()]


@given(st.data())
def test_a_changed_byte_is_found_or_changes_nothing_that_comes_back(small, data):
    at, bit = data.draw(st.integers(0, len(small) - 1)), data.draw(st.integers(0, 7))
    changed = bytearray(small)
    changed[at] ^= 1 << bit
    try:
        found = lines_of(bytes(changed))
    except BackupRefused:
        return
    assert found == lines_of(small)


@given(st.data())
def test_a_file_that_is_cut_off_is_refused_wherever_it_ends(small, data):
    until = data.draw(st.integers(0, len(small) - 1025))
    with pytest.raises(BackupRefused):
        verify(contents_of(small[:until]))


@given(st.binary(max_size=3000))
def test_any_bytes_are_refused_in_words(bytes_):
    with pytest.raises(BackupRefused):
        verify(contents_of(bytes_))


def rebuilt(file, change):
    """The archive with some members changed, and no digest made to fit."""
    made = b""
    with tarfile.open(fileobj=io.BytesIO(file)) as archive:
        for info in archive:
            name, content = change(info.name, archive.extractfile(info).read())
            made += member(name, content, at=info.mtime) if content is not None else b""
    return made + bytes(1024)


def swapped(name, content):
    return name, gzip.compress(content and b'["xa.29926","x\xc3\xa3","Kh\xc3\xa1c"]\n') if "unit.0" in name else content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, content: (name, None if "desk" in name else content), "of table desk it holds 0 rows"),
        (swapped, "of table unit"),
        (lambda name, content: (name.replace("field", "unit"), content), "stands where something else should"),
        (lambda name, content: (name.replace("tables/unit", "/etc/passwd"), content), "stands where something else"),
        (lambda name, content: (name, content.replace(b'"rows": 1', b'"rows": 2')), "is not as it was written"),
        (lambda name, content: (name, content.replace(b"0004", b"0003", 1)), "backup.json is not as it was written"),
        (lambda name, content: (name, b"x" * 32 if name == "secret.key" else content), "key in it is not"),
        (lambda name, content: (name, None if name == "manifest.json" else content), "where something else should"),
    ],
)
def test_a_member_that_is_changed_missing_or_renamed_is_told(small, change, said):
    with pytest.raises(BackupRefused, match=said):
        verify(contents_of(rebuilt(small, change)))


def test_a_member_that_would_fill_the_memory_is_refused_before_it_does(small):
    bomb = pack(bytes(300_000_000))
    with pytest.raises(BackupRefused, match="not whole"):
        verify(contents_of(rebuilt(small, lambda name, content: (name, bomb if "unit.0" in name else content))))


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A backup with a row in every table."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('full')}/hailong.db")
    migrate(engine)
    fill_every_table(engine, rows=1)
    file = taken(engine)
    engine.dispose()
    return file


def resealed(file, *, head=None, of="", lines=b""):
    """The archive as somebody writes it who makes every digest fit: with another head, or other lines of a table."""
    members = dict(read_members(io.BytesIO(file)))
    manifest = json.loads(members["manifest.json"])
    if head:
        members["backup.json"] = head
        manifest["head_sha256"] = digest(head)
    if of:
        members[f"tables/{of}.000001.jsonl.gz"] = pack(lines)
        manifest["tables"][of] = {"rows": lines.count(b"\n"), "sha256": digest(lines)}
    text = json.dumps(manifest).encode()
    members |= {"manifest.json": text, "manifest.sha256": f"{digest(text)}  manifest.json\n".encode()}
    return b"".join(member(name, content, at=0) for name, content in members.items()) + bytes(1024)


def test_with_digests_that_fit_again_it_is_a_backup_too(small):
    assert lines_of(resealed(small)) == lines_of(small)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (b"{", b"[" * 200_000, "backup.json is not as it was written"),
        (b'"rows": [', b'"rows": [Infinity,', "backup.json is not as it was written"),
        (b'"kind": "text"', b'"kind": {"a": 1}', "backup.json is not as it was written"),
        (b'"taken": "', b'"taken": "\\u001b[31m', "backup.json is not as it was written"),
        (b'"hailong_backup": 1,\n "release": "', b'"hailong_backup": 2, "release": "\\u001b[31m', r"'\\x1b\[31m"),
    ],
)
def test_a_head_made_to_do_harm_is_refused_in_words_and_sends_none_to_the_terminal(small, was, becomes, said):
    head = dict(read_members(io.BytesIO(small)))["backup.json"]
    assert was in head
    with pytest.raises(BackupRefused, match=said) as refused:
        verify(contents_of(resealed(small, head=head.replace(was, becomes, 1))))
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("tables", [b'{"desk": {"rows": Infinity, "sha256": "x"}}', b"[" * 200_000, b"[]"])
def test_a_manifest_made_to_do_harm_is_refused_in_words(tables):
    with pytest.raises(BackupRefused, match="is not as it was written"):
        parse_manifest(b'{"head_sha256": "x", "tables": ' + tables + b"}")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", b"[" * 200_000),
        ("integer", b"9" * 23),
        ("integer", b"NaN"),
        ("text", b'{"a": 1}'),
        ("text", b'"\\ud800"'),
        ("time", b"8"),
    ],
)
def test_a_row_made_to_do_harm_is_refused_in_words_and_changes_nothing(full, elsewhere, kind, value):
    contents = contents_of(full)
    of, line = next((of, lines) for of, _, lines in contents.blocks() if any(each.kind == kind for each in of.columns))
    cells = [json.dumps(cell).encode() for cell in json.loads(line)]
    cells[[each.kind for each in of.columns].index(kind)] = value
    with pytest.raises(BackupRefused, match=rf"table {of.name}\b.*Nothing was changed"):
        back(elsewhere, resealed(full, of=of.name, lines=b"[" + b",".join(cells) + b"]\n"))
    back(elsewhere, full)


# The place


def test_a_place_that_is_taken_stays_as_it_is_and_is_kept_aside_if_wanted(engine):
    record_office(engine)
    file, url = taken(engine), engine.url.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(table(UnitRow).update().values(name="Sau"))
    before = digests(engine)
    engine.dispose()
    with pytest.raises(BackupRefused, match="--replace"):
        back(url, file)
    assert digests(engine) == before
    engine.dispose()
    aside = back(url, file, replace=True)
    with engine.connect() as connection:
        assert connection.execute(select(table(UnitRow).c.name)).scalars().all() == ["Tân Hồng"]
    engine.dispose()
    if engine.dialect.name == "sqlite":
        kept = open_database(f"{url}.{aside}")
        assert digests(kept) == before
        kept.dispose()
    else:
        with engine.connect() as connection:
            kept = connection.exec_driver_sql(f'SELECT name FROM "{aside}".unit').scalars().all()
            connection.rollback()
            connection.exec_driver_sql(f'DROP SCHEMA "{aside}" CASCADE')
            connection.commit()
        assert kept == ["Sau"]


def test_what_comes_back_belongs_to_whom_the_folder_does_though_root_brings_it(sqlite_engine, tmp_path):
    if os.geteuid():
        pytest.skip("only root can give a file away")
    home = tmp_path / "new"
    home.mkdir()
    os.chown(home, 65534, 65534)
    url, file = f"sqlite:///{home}/hailong.db", taken(sqlite_engine, with_key=True)
    key = Key(b"another key, also of more than thirty-two characters", home / "secret.key")
    back(url, file, key=key)
    assert {path.stat().st_uid for path in home.iterdir()} == {65534}
    os.chown(home / "hailong.db", 65533, 65533)
    (home / "hailong.db").chmod(0o640)
    back(url, file, key=key, replace=True, at=NOW.replace(minute=43))
    again = (home / "hailong.db").stat()
    assert (again.st_uid, again.st_mode & 0o777) == (65533, 0o640)


def test_a_damaged_database_is_told_by_table_and_leaves_no_file(tmp_path):
    path = tmp_path / "hailong.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    record_office(engine)
    with engine.begin() as connection:
        rows = [{"code": f"xa.{number}", "kind": "xã", "name": "x" * 900, "source": "test"} for number in range(3000)]
        record_rows(connection, UnitRow, rows)
    engine.dispose()
    content = bytearray(path.read_bytes())
    for at in range(0, len(content), 4096):
        if b"x" * 900 in content[at : at + 4096]:
            content[at : at + 4000] = b"\xff" * 4000
    path.write_bytes(content)
    wanted = Wanted(KEY.encode(), with_key=False, at=NOW)
    with pytest.raises(BackupRefused, match="Table unit cannot be read: DatabaseError"):
        take_backup(engine, tmp_path / "a.tar", wanted)
    identity = pyrage.x25519.Identity.generate()
    with pytest.raises(BackupRefused, match="Table unit cannot be read: DatabaseError"):
        take_backup(engine, tmp_path / "a.tar", wanted, lock=Lock(recipients=(str(identity.to_public()),)))
    assert list(tmp_path.glob("*a.tar*")) == []
    engine.dispose()


def test_a_database_that_is_in_use_is_refused(engine):
    record_office(engine)
    file, url = taken(engine), engine.url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(select(table(UnitRow))).all()
        connection.rollback()
        with pytest.raises(BackupRefused, match="in use"):
            back(url, file, replace=True)
        assert connection.execute(select(table(UnitRow).c.name)).scalars().all() == ["Tân Hồng"]


def test_what_is_damaged_at_its_end_leaves_nothing_of_its_beginning(engine, elsewhere, tmp_path):
    record_office(engine)
    file = taken(engine)
    with pytest.raises(BackupRefused):
        back(elsewhere, file[:-3000] + b"x" + file[-2999:])
    restored = open_database(elsewhere)
    with restored.connect() as connection:
        assert read_tables(connection) == ()
    restored.dispose()
    assert list((tmp_path / "elsewhere").glob("*restoring*")) == []


def test_a_database_of_an_earlier_shape_comes_back_and_is_brought_to_the_present_one(engine, elsewhere):
    record_office(engine)
    migrate(engine, to="0002")
    back(elsewhere, taken(engine))
    restored = open_database(elsewhere)
    with restored.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
        assert connection.execute(select(table(UnitRow).c.name)).scalars().all() == ["Tân Hồng"]
    restored.dispose()


def test_a_newer_shape_and_a_shape_with_other_tables_are_refused_with_the_reason(sqlite_engine, elsewhere):
    record_office(sqlite_engine)
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE khac (ma VARCHAR PRIMARY KEY)")
    with pytest.raises(BackupRefused, match="khac"):
        back(elsewhere, taken(sqlite_engine))
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(BackupRefused, match="revision 0999"):
        back(elsewhere, taken(sqlite_engine))


def test_a_log_without_its_database_is_not_replayed_into_what_comes_back(sqlite_engine, tmp_path):
    file = taken(sqlite_engine)
    (tmp_path / "new.db-wal").write_bytes(b"x")
    with pytest.raises(BackupRefused, match="without its database"):
        back(f"sqlite:///{tmp_path}/new.db", file)


def test_what_postgresql_cannot_keep_is_told_without_its_words(sqlite_engine, postgresql):
    record_office(sqlite_engine)
    with sqlite_engine.begin() as connection:
        connection.execute(table(UnitRow).update().values(name="bí mật\x00"))
    engine = open_database(postgresql)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    with pytest.raises(BackupRefused, match="no row of table unit") as refused:
        back(postgresql, taken(sqlite_engine))
    assert "bí mật" not in str(refused.value)


@pytest.mark.parametrize("damage", [lambda content: content[:9000], lambda _: b"no database at all" * 400])
def test_a_damaged_database_is_kept_aside_with_its_log_and_the_backup_takes_its_place(sqlite_engine, tmp_path, damage):
    record_office(sqlite_engine)
    file, path = taken(sqlite_engine), tmp_path / "here.db"
    url = f"sqlite:///{path}"
    back(url, file)
    path.write_bytes(damage(path.read_bytes()))
    was = path.read_bytes()
    (tmp_path / "here.db-wal").write_bytes(b"log")
    with pytest.raises(BackupRefused, match=r"is no database, or damaged .*--replace"):
        back(url, file)
    aside = back(url, file, replace=True)
    assert (tmp_path / f"here.db.{aside}").read_bytes() == was
    assert not (tmp_path / "here.db-wal").exists()
    here = open_database(url)
    with here.connect() as connection:
        assert connection.execute(select(table(UnitRow).c.name)).scalars().all() == ["Tân Hồng"]
    here.dispose()


def test_what_a_killed_restore_left_under_this_process_s_number_is_removed_and_not_gone_on_with(
    sqlite_engine, tmp_path
):
    left = tmp_path / f"here.db.restoring-{os.getpid()}"
    left.write_bytes(b"half a database" * 400)
    back(f"sqlite:///{tmp_path}/here.db", taken(sqlite_engine))
    assert not left.exists()


def test_without_room_it_is_said_how_much_is_needed_before_anything_is_made(sqlite_engine, tmp_path, monkeypatch):
    file = taken(sqlite_engine)
    size = contents_of(file).head.bytes
    assert size > 100_000
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 50_000))
    with pytest.raises(BackupRefused, match=rf"has 0.1 MB left, and .* takes about {size / 1e6:.1f} MB"):
        back(f"sqlite:///{tmp_path}/new/hailong.db", file)
    assert not (tmp_path / "new").exists()


# The key


def test_without_its_key_a_backup_is_refused_and_with_it_the_key_takes_the_place_of_the_other(sqlite_engine, tmp_path):
    record_office(sqlite_engine)
    home = tmp_path / "new"
    home.mkdir()
    file = home / "secret.key"
    file.write_text("another key, also of more than thirty-two characters\n")
    other, url = Key(b"another key, also of more than thirty-two characters", file), f"sqlite:///{home}/hailong.db"
    with pytest.raises(BackupRefused, match=r"is not the one .* of the rows of this backup"):
        back(url, taken(sqlite_engine), key=other)
    with pytest.raises(BackupRefused, match="The environment names another key"):
        back(url, taken(sqlite_engine, with_key=True), key=Key(other.value, None))
    assert sorted(path.name for path in home.iterdir()) == ["secret.key"]
    back(url, taken(sqlite_engine, with_key=True), key=other)
    assert file.read_text().strip() == KEY
    assert file.stat().st_mode & 0o777 == 0o600
    [aside] = home.glob("secret.key.before-restore-*")
    assert "another key" in aside.read_text()
    back(f"sqlite:///{home}/third.db", taken(sqlite_engine), key=other, other_key=True)


OTHER = "another key, also of more than thirty-two characters"


def remember(engine, key):
    with engine.begin() as connection:
        record_state(connection, "key", fingerprint(key.encode()))


def test_a_backup_names_the_key_of_its_rows_and_holds_no_other(sqlite_engine, tmp_path):
    remember(sqlite_engine, OTHER)
    file = taken(sqlite_engine, with_key=True)
    head = contents_of(file).head
    assert (head.key, head.has_key) == (fingerprint(OTHER.encode()), False)
    url = f"sqlite:///{tmp_path}/new.db"
    with pytest.raises(BackupRefused, match="is not the one"):
        back(url, file)
    back(url, file, key=Key(OTHER.encode(), tmp_path / "secret.key"))


def test_the_rows_say_whose_they_are_though_the_file_names_and_holds_another_key(sqlite_engine, tmp_path, monkeypatch):
    remember(sqlite_engine, OTHER)
    monkeypatch.setattr("survey_app.backup.taking.read_key", lambda _connection: "")  # as an earlier release took it
    file, url = taken(sqlite_engine, with_key=True), f"sqlite:///{tmp_path}/new.db"
    with pytest.raises(BackupRefused, match="The key in the backup is not that one either"):
        back(url, file, key=Key(b"", tmp_path / "secret.key"))
    own = tmp_path / "secret.key"
    own.write_text(OTHER)
    back(url, file, key=Key(OTHER.encode(), own))
    assert own.read_text() == OTHER


class Killed(BaseException):
    """Stands for a kill: nothing that follows is done."""


def die(*_):
    raise Killed


@pytest.mark.parametrize("when", ["before the database", "before the key"])
def test_whoever_comes_after_a_kill_between_key_and_database_finishes_or_takes_it_back(
    sqlite_engine, tmp_path, monkeypatch, when
):
    record_office(sqlite_engine)
    file, own, url = taken(sqlite_engine, with_key=True), tmp_path / "secret.key", f"sqlite:///{tmp_path}/here.db"
    own.write_text(OTHER)
    here = open_database(url)
    migrate(here)
    remember(here, OTHER)
    here.dispose()
    with monkeypatch.context() as killing:
        killing.setattr("survey_app.backup.restoring.settle_waiting", die)
        if when == "before the database":
            killing.setattr("survey_app.backup.place.keep_aside", die)
        with pytest.raises(Killed):
            back(url, file, key=Key(OTHER.encode(), own), replace=True)
    assert own.read_text() == OTHER
    [waiting] = tmp_path.glob("secret.key.restoring-*")
    with here.connect() as connection:
        told = told_of_another(connection, OTHER.encode(), tmp_path)
    assert (told is None) == (when == "before the database")
    assert told is None or f"cp -p {waiting} {own}" in told
    assert settle_waiting(own, url) == (when == "before the key")
    assert own.read_text().strip() == (KEY if when == "before the key" else OTHER)
    with here.connect() as connection:
        assert told_of_another(connection, own.read_bytes().strip(), tmp_path) is None
    asides = {path.name.partition("before-restore-")[2] for path in tmp_path.glob("*.before-restore-*")}
    assert asides == ({NOW.strftime("%Y%m%d-%H%M%S")} if when == "before the key" else set())
    assert list(tmp_path.glob("*restoring*")) == []
    here.dispose()


def test_a_key_is_not_given_up_while_it_lies_beside_the_other(sqlite_engine, tmp_path):
    remember(sqlite_engine, OTHER)
    (tmp_path / "secret.key.before-restore-20261119-094200").write_text(OTHER)
    given = {"other_key": True, "today": NOW.date()}
    assert "is that one; put it in its place" in keep_key(sqlite_engine, KEY.encode(), tmp_path, **given)
    (tmp_path / "secret.key.before-restore-20261119-094200").unlink()
    assert keep_key(sqlite_engine, KEY.encode(), tmp_path, **given) is None


def test_the_head_says_what_is_coming_and_counts_it(engine):
    fill_every_table(engine, rows=2)
    taking = Taking(engine, Wanted(KEY.encode(), with_key=False, at=NOW))
    file = b"".join(taking.pieces())
    contents = contents_of(file)
    assert contents.head == taking.head
    assert head_text(contents.head) == head_text(taking.head)
    assert set(contents.head.rows) == {2}
    with engine.connect() as connection:
        assert count_rows(connection, contents.head.tables[0]) == 2
    assert verify(contents) == taking.manifest


def test_rows_that_a_migration_makes_give_way_to_those_of_the_backup(engine, elsewhere):
    record_office(engine)
    contents = contents_of(taken(engine))
    restored = open_database(elsewhere)
    migrate(restored)
    record_office(restored)
    with restored.begin() as connection:
        fill(connection, contents)
        assert connection.execute(select(table(ResponseRow))).all() == []
        assert len(connection.execute(select(table(UnitRow))).all()) == 1
    restored.dispose()
