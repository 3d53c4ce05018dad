"""`hailong backup` and `hailong restore` as a person runs them, and the drill: the same figures from what came back."""

import json
import os
import signal
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import pyrage
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from qr_codes import make_code
from scoring import OfficeHours
from survey_app.app import make_app
from survey_app.backup.passphrase import decrypted, encrypted
from survey_app.command_line import ended_tidily
from survey_app.db import migrate, open_database
from survey_app.demo import load_demo
from survey_app.door import ZONE
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_catalogue, record_link, record_questionnaire, record_responses, table
from survey_app.settings import read_settings
from survey_app.simulation import TRUTH
from survey_app.tables import AuditRow
from survey_app.upkeep import Upkeep

from .test_backup import digests, elsewhere, fill_every_table, small  # noqa: F401 - fixtures
from .test_cli import database, run
from .test_demo import TAN_HONG_NOW
from .test_recording import answered

PASSPHRASE = "ba con mèo ngồi trên mái ngói"  # noqa: S105 - of the tests
PERIOD = "2026-10"


@pytest.fixture
def home(tmp_path):
    """A folder with a database of one kind of everything."""
    folder = tmp_path / "home"
    folder.mkdir()
    run(folder, "init")
    return folder


@pytest.fixture
def passphrase_file(tmp_path):
    file = tmp_path / "passphrase.txt"
    file.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return str(file)


def test_a_backup_is_one_file_that_only_its_owner_reads_and_an_event(home, tmp_path):
    file = tmp_path / "a.tar"
    said = run(home, "backup", str(file))
    assert said.returncode == 0, said.stderr
    assert f"{file}: " in said.stdout
    assert "keep secret.key apart" in said.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []
    whole = json.loads(run(home, "backup", "--verify", str(file), "--json").stdout)
    assert (whole["whole"], whole["database"], whole["has_key"]) == (True, "sqlite", False)
    with database(home) as connection:
        columns = table(AuditRow).c
        [event] = connection.execute(select(columns.user, columns.act, columns.about, columns.detail)).all()
        assert event[:3] == ("hailong", "backup", "a.tar")
        assert event.detail == {"encrypted": False, "bytes": file.stat().st_size, "rows": sum(whole["rows"].values())}


def test_a_backup_never_replaces_another_and_says_where_it_cannot_be_written(home, tmp_path):
    file = tmp_path / "a.tar"
    assert run(home, "backup", str(file)).returncode == 0
    before = file.read_bytes()
    again = run(home, "backup", str(file))
    assert (again.returncode, file.read_bytes()) == (1, before)
    assert "there already" in again.stderr
    link = tmp_path / "link.tar"
    link.symlink_to(tmp_path / "disk" / "a.tar")
    gone = run(home, "backup", str(link))
    assert (gone.returncode, link.is_symlink(), "Is its disk mounted?" in gone.stderr) == (1, True, True)
    nowhere = run(home, "backup", str(tmp_path / "khong" / "a.tar"))
    assert nowhere.returncode == 1
    assert "cannot be written: No such file or directory" in nowhere.stderr


def test_of_a_folder_only_the_newest_dated_backups_are_kept_and_other_files_for_ever(home, tmp_path):
    folder = tmp_path / "nightly"
    folder.mkdir()
    old = [folder / f"hailong-202611{day:02}-030000.tar" for day in (1, 2, 3)]
    others = [folder / name for name in ("hailong.tar", "hailong-20261101-030000-before-0004.tar", "thư.tar")]
    for path in (*old, *others):
        path.write_bytes(b"x")
    said = json.loads(run(home, "backup", str(folder), "--keep", "2", "--json").stdout)
    assert said["removed"] == [str(path) for path in old[:2]]
    assert sorted(folder.iterdir()) == sorted([*others, old[2], folder / said["file"]])
    refused = run(home, "backup", str(tmp_path / "a.tar"), "--keep", "2")
    assert (refused.returncode, (tmp_path / "a.tar").exists()) == (1, False)
    assert f"mkdir -p {tmp_path / 'a.tar'}" in refused.stderr


def test_a_backup_never_removes_itself_and_names_those_that_a_wrong_clock_dated_after_it(home, tmp_path):
    folder = tmp_path / "nightly"
    folder.mkdir()
    ahead = [folder / f"hailong-2999123{day}-030000.tar" for day in (0, 1)]
    for path in (*ahead, folder / "hailong-20261101-030000.tar"):
        path.write_bytes(b"x")
    said = run(home, "backup", str(folder), "--keep", "1", "--json")
    told = json.loads(said.stdout)
    assert told["removed"] == [str(folder / "hailong-20261101-030000.tar")]
    assert told["dated_ahead"] == [str(path) for path in ahead]
    assert sorted(folder.iterdir()) == sorted([*ahead, folder / told["file"]])
    assert f"dated after now ({ahead[0].name}, {ahead[1].name})" in said.stderr


def test_under_another_key_a_backup_ends_as_failed_removes_none_and_takes_no_key_with_it(
    home, tmp_path, passphrase_file
):
    folder, right = tmp_path / "nightly", (home / "secret.key").read_bytes()
    folder.mkdir()
    good = folder / "hailong-20261101-030000.tar.age"
    good.write_bytes(b"x")
    (home / "secret.key").unlink()
    given = (str(folder), "--keep", "1", "--passphrase-file", passphrase_file)
    without = run(home, "backup", *given)
    assert (without.returncode, good.exists(), (home / "secret.key").exists()) == (1, True, False)
    assert "There is no key here" in without.stderr
    (home / "secret.key").write_bytes(b"another key, also of more than thirty-two characters")
    file = tmp_path / "a.tar.age"
    other = run(home, "backup", str(file), *given[3:])
    assert other.returncode == 1
    assert "The backup was taken all the same, without a key" in other.stderr
    (home / "secret.key").write_bytes(right)
    back = run(home, "restore", "--replace", str(file), *given[3:])
    assert back.returncode == 0, back.stderr
    assert (home / "secret.key").read_bytes() == right


def test_what_a_killed_backup_left_is_removed_by_the_next_once_nobody_can_be_writing_it(home, tmp_path):
    left, running, young = (tmp_path / f".a.tar.part-{number}" for number in (2**22 + 1, os.getppid(), 2**22 + 2))
    for path in (left, running, young):
        path.write_bytes(b"x")
    for path in (left, running):
        os.utime(path, (1, 1))
    assert run(home, "backup", str(tmp_path / "b.tar")).returncode == 0
    assert [path.exists() for path in (left, running, young)] == [False, True, True]


def test_a_folder_without_a_database_is_told_and_none_is_made(tmp_path):
    said = run(tmp_path, "backup", str(tmp_path / "a.tar"))
    assert said.returncode == 1
    assert "There is no database" in said.stderr
    assert not (tmp_path / "hailong.db").exists()


def test_it_is_not_brought_back_over_a_database_nor_while_one_is_in_use(home, tmp_path):
    file = str(tmp_path / "a.tar")
    run(home, "backup", file)
    assert "--replace" in run(home, "restore", file).stderr
    with database(home) as connection:
        connection.execute(select(table(AuditRow))).all()
        assert "is in use" in run(home, "restore", file, "--replace").stderr
    done = run(home, "restore", file, "--replace")
    assert done.returncode == 0, done.stderr
    [aside] = home.glob("hailong.db.before-restore-*")
    assert aside.suffix[1:] in done.stdout
    assert run(home, "check").returncode == 0


def test_a_damaged_file_and_something_else_are_refused_with_the_reason(home, tmp_path):
    file, new = tmp_path / "a.tar", tmp_path / "new"
    run(home, "backup", str(file))
    for content, said in (
        (file.read_bytes()[:9000], "cut off"),
        (b"", "cut off"),
        (b"PK\x03\x04" + bytes(2000), "damaged"),
    ):
        broken = tmp_path / "broken.tar"
        broken.write_bytes(content)
        for arguments in (("backup", "--verify"), ("restore", "--drill"), ("restore",)):
            refused = run(new, arguments[0], str(broken), *arguments[1:])
            assert refused.returncode == 1
            assert said in refused.stderr
    assert not new.exists()
    assert "cannot be used: No such file" in run(home, "restore", str(tmp_path / "khong.tar")).stderr


# Encrypted


@pytest.mark.parametrize("size", [0, 65_536, 300_000])
def test_what_a_passphrase_encrypts_age_opens_and_what_age_encrypts_it_opens(
    size,
):  # four seconds each: the passphrase is slow to guess
    content = bytes(number % 251 for number in range(size))
    ours = b"".join(encrypted([content[:70_000], b"", content[70_000:]], PASSPHRASE))
    assert pyrage.passphrase.decrypt(ours, PASSPHRASE) == content
    theirs = pyrage.passphrase.encrypt(content, PASSPHRASE)
    assert b"".join(decrypted(BytesIO(theirs), PASSPHRASE)) == content


def test_with_a_passphrase_the_key_goes_with_it_and_nobody_opens_it_without(
    home, tmp_path, passphrase_file, monkeypatch
):
    file = tmp_path / "a.tar.age"
    assert run(home, "backup", str(file), "--passphrase-file", passphrase_file).returncode == 0
    key = (home / "secret.key").read_bytes().strip()
    assert key in pyrage.passphrase.decrypt(file.read_bytes(), PASSPHRASE)
    new = tmp_path / "new"
    assert "encrypted with a passphrase" in run(new, "restore", str(file)).stderr
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("mèo\n", encoding="utf-8")
    assert "not the one" in run(new, "restore", str(file), "--passphrase-file", str(wrong)).stderr
    cut = tmp_path / "cut.age"
    cut.write_bytes(file.read_bytes()[:-100])
    assert "damaged or cut off" in run(new, "backup", "--verify", str(cut), "--passphrase-file", passphrase_file).stderr
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSPHRASE}\n"))
    assert run(new, "restore", str(file), "--passphrase-file", "-").returncode == 0
    assert (new / "secret.key").read_bytes().strip() == key


def test_for_a_public_key_it_is_opened_by_the_private_one_alone(home, tmp_path):
    key, other = tmp_path / "key.txt", tmp_path / "other.txt"
    public = run(home, "backup", "--new-key", str(key)).stdout.strip()
    assert key.stat().st_mode & 0o777 == 0o600
    run(home, "backup", "--new-key", str(other))
    assert "never replaced" in run(home, "backup", "--new-key", str(key)).stderr
    file = tmp_path / "a.tar.age"
    said = run(home, "backup", str(file), "--recipient", public, "--json")
    assert json.loads(said.stdout)["encrypted"] is True
    opened = pyrage.decrypt(file.read_bytes(), [pyrage.x25519.Identity.from_str(key.read_text().split("\n")[1])])
    assert (home / "secret.key").read_bytes().strip() in opened
    verify = ("backup", "--verify", str(file))
    assert "give the private one" in run(home, *verify).stderr
    assert "None of the keys" in run(home, *verify, "--identity", str(other)).stderr
    assert "holds none" in run(home, *verify, "--identity", str(home / "secret.key")).stderr
    assert run(home, *verify, "--identity", str(key)).returncode == 0
    changed = bytearray(file.read_bytes())
    changed[-50] ^= 1
    file.write_bytes(changed)
    assert "damaged or cut off" in run(home, *verify, "--identity", str(key)).stderr


def test_a_short_passphrase_is_refused(home, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("mèo\n"))
    refused = run(home, "backup", str(tmp_path / "a.age"), "--passphrase-file", "-")
    assert "has 3 characters; expected at least 12" in refused.stderr
    assert not (tmp_path / "a.age").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--recipient", "age1xyz"), "expected a public key"),
        (("--recipient", "ssh-ed25519 x"), "expected a public key"),
        (("--recipient", "age1xyz", "--passphrase"), "not with both"),
        (("--passphrase",), "No terminal"),
        (("--passphrase-file", "/dev/null"), "no passphrase"),
    ],
)
def test_what_cannot_encrypt_is_refused_before_anything_is_written(home, tmp_path, monkeypatch, arguments, said):
    monkeypatch.setattr("sys.stdin", StringIO(""))
    refused = run(home, "backup", str(tmp_path / "a.age"), *arguments)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert not (tmp_path / "a.age").exists()


# The drill


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A small demonstration, sealed; its folder, a printed code, and what it is scored."""
    folder = tmp_path_factory.mktemp("office")
    settings = read_settings({"HAILONG_DATA_DIR": str(folder)})
    engine = open_database(settings.database_url)
    migrate(engine)
    with engine.begin() as connection:
        record_catalogue(connection, TAN_HONG_NOW)
        record_questionnaire(connection, load_questionnaire("desk"))
        desk = TAN_HONG_NOW.desks[0].code
        code = make_code(record_link(connection, desk, issued=date(2026, 1, 1)), key=settings.secret_key)
    small_truth = replace(TRUTH, answers_a_month=12.0)
    load_demo(engine, TAN_HONG_NOW, load_questionnaire("desk"), today=date(2026, 11, 20), truth=small_truth)
    days = [date(2026, 10, 5) + timedelta(days=number) for number in range(20)]
    people = [
        answered(unit=TAN_HONG_NOW.desks[0].unit, desk=desk, local_date=day, slot="09:30")
        for day in days
        for _ in range(3)
    ]
    with engine.begin() as connection:
        record_responses(connection, people)
    Upkeep(engine, OfficeHours(), key=settings.secret_key).run(now=datetime(2026, 11, 21, 8, 0, tzinfo=ZONE))
    engine.dispose()
    return folder, code, figures(folder)


def figures(home, **environment):
    """What commands say of the answers, as bytes."""
    asked = (("score", "sipas-2017", "--period", PERIOD, "--json"), ("score", "sipas-2017", "--period", "2026-Q3"))
    said = [run(home, *arguments, **environment) for arguments in asked]
    assert [each.returncode for each in said] == [0] * len(said)
    return [each.stdout.encode() for each in said]


def test_what_comes_back_scores_to_the_same_bytes_its_chain_is_whole_and_its_codes_open(
    office,
    elsewhere,  # noqa: F811
    tmp_path,
    passphrase_file,
):
    folder, code, before = office
    first, second, third = tmp_path / "first.age", tmp_path / "second.tar", tmp_path / "third"
    secret = ("--passphrase-file", passphrase_file)
    assert run(folder, "backup", str(first), *secret).returncode == 0
    tried = run(tmp_path / "anywhere", "restore", "--drill", str(first), *secret)
    assert "comes back as it was taken" in tried.stdout
    assert "Chain of answers: whole." in tried.stdout
    there, named = tmp_path / "elsewhere", {"HAILONG_DATABASE_URL": elsewhere}
    assert run(there, "restore", str(first), *secret, **named).returncode == 0
    assert figures(there, **named) == before
    checked = json.loads(run(there, "check", "--json", **named).stdout)
    assert [each["well"] for each in checked if each["what"] == "chain of answers"] == [True]
    # And on into a SQLite file again, from whichever it was.
    assert run(there, "backup", str(second), **named).returncode == 0
    refused = run(third, "restore", str(second))
    assert (refused.returncode, third.exists()) == (1, False)
    assert "There is no key at" in refused.stderr
    assert "--other-key" in refused.stderr
    third.mkdir()
    (third / "secret.key").write_bytes((there / "secret.key").read_bytes())
    assert run(third, "restore", str(second)).returncode == 0
    assert figures(third) == before
    settings = read_settings({"HAILONG_DATA_DIR": str(third), "HAILONG_PUBLIC_URL": "http://hailong.example"})
    engine, original = open_database(settings.database_url), open_database(f"sqlite:///{folder}/hailong.db")
    changing = ("audit_event", "state", "sign_in")
    assert digests(engine, without=changing) == digests(original, without=changing)
    with TestClient(make_app(engine, settings)) as client:
        assert client.get(f"/r/{code}").status_code == 200
    engine.dispose()
    original.dispose()


def test_a_drill_finds_a_broken_chain_and_leaves_nothing(office, tmp_path):
    folder, _, _ = office
    home, file = tmp_path / "home", tmp_path / "a.tar"
    run(folder, "backup", str(file))
    home.mkdir()
    (home / "secret.key").write_bytes((folder / "secret.key").read_bytes())
    assert run(home, "restore", str(file)).returncode == 0
    with database(home) as connection:
        connection.exec_driver_sql("UPDATE seal SET responses = responses + 1 WHERE number = 2")
    broken = tmp_path / "b.tar"
    run(home, "backup", str(broken))
    tried = run(home, "restore", "--drill", str(broken))
    assert tried.returncode == 1
    assert "chain of answers is broken at link 2" in tried.stderr
    assert list(home.glob("drill-*")) == []
    other = run(tmp_path / "other", "restore", "--drill", str(file), "--json")
    assert json.loads(other.stdout)["chain"] == "not verified: the key here is not the backup's"


def test_what_a_killed_drill_left_open_is_removed_by_the_next_and_by_the_nightly_backup(home, tmp_path):
    file = tmp_path / "a.tar"
    run(home, "backup", str(file))
    for command in (("restore", "--drill", str(file)), ("backup", str(tmp_path / "b.tar"))):
        left, running = home / f"drill-{2**22 + 1}-abc", home / f"drill-{os.getppid()}-abc"
        for folder in (left, running):
            folder.mkdir(exist_ok=True)
            (folder / "hailong.db").write_bytes(b"x")
        assert run(home, *command).returncode == 0
        assert (left.exists(), running.exists()) == (False, True)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_whoever_ends_a_command_or_closes_its_terminal_leaves_nothing_of_it(name):
    number = getattr(signal, name)
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with pytest.raises(SystemExit) as end, ended_tidily():
            os.kill(os.getpid(), number)
        assert (end.value.code, signal.getsignal(number)) == (128 + number, signal.SIG_DFL)
    finally:
        signal.signal(number, before)


def test_everything_of_every_table_survives_the_command(tmp_path):
    home = tmp_path / "home"
    run(home, "init")
    with database(home) as connection:
        for each in (
            "participation",
            "unit_successor",
            "state",
            "unit",
            "pilot",
            "field",
            "procedure",
            "entry",
            "questionnaire",
        ):
            connection.exec_driver_sql(f"DELETE FROM {each}")
    engine = open_database(f"sqlite:///{home}/hailong.db")
    fill_every_table(engine)
    engine.dispose()
    run(home, "backup", str(tmp_path / "a.tar"))
    tried = run(
        home, "restore", "--drill", str(tmp_path / "a.tar"), HAILONG_DATABASE_URL=f"sqlite:///{home}/hailong.db"
    )
    assert "comes back as it was taken" in tried.stdout or "chain of answers is broken" in tried.stderr
