"""`hailong check` as a command: one line a finding, and an exit code for monitoring."""

import json
import sqlite3
from datetime import date, datetime

from sqlalchemy import insert, update

from scoring import OfficeHours
from survey_app.database_failure import explain_failure
from survey_app.db import open_database
from survey_app.door import ZONE
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import Answered, record_questionnaire, record_responses, table
from survey_app.settings import read_settings
from survey_app.submission import Submission
from survey_app.tables import ResponseRow, ScanRow
from survey_app.upkeep import Upkeep

from .conftest import record_office
from .test_cli import database, record_desk, run


def test_check_says_that_the_chain_is_whole_and_then_names_what_was_changed(tmp_path):
    assert run(tmp_path, "init").returncode == 0
    assert "\nwell    chain of answers: no slot has been sealed yet.\n" in run(tmp_path, "check").stdout
    settings = read_settings({"HAILONG_DATA_DIR": str(tmp_path)})
    noon = datetime(2026, 11, 19, 12, 0, tzinfo=ZONE)
    engine = open_database(settings.database_url)
    record_office(engine)
    desk = load_questionnaire("desk")
    with engine.begin() as open_:
        record_questionnaire(open_, desk)
        answered = Answered(
            Submission("a" * 22, {"overall": 1}),
            unit="xa.29926",
            desk="xa.29926.1",
            local_date=noon.date(),
            slot="09:30",
            questionnaire=desk.version,
            channel="poster",
            language="vi",
        )
        record_responses(open_, [answered])
    Upkeep(engine, OfficeHours(), key=settings.secret_key).run(now=noon)
    engine.dispose()
    whole = run(tmp_path, "check", "--json")
    told = {each["what"]: each for each in json.loads(whole.stdout)}
    assert (whole.returncode, told["chain of answers"]["state"], told["chain of answers"]["well"]) == (0, "well", True)
    with database(tmp_path) as open_:
        open_.execute(update(table(ResponseRow)).values(answers={"overall": 5}))
    broken = run(tmp_path, "check")
    assert broken.returncode == 1
    assert "\nBROKEN  chain of answers: " in broken.stdout
    assert "link 1 (desk xa.29926.1, 2026-11-19, slot 09:30): an answer was changed" in broken.stdout


def test_an_empty_folder_is_broken_with_what_to_do_and_nothing_is_made_there(tmp_path):
    said = run(tmp_path, "check")
    assert said.returncode == 1
    assert said.stdout.startswith(f"BROKEN  database: {tmp_path}/hailong.db is not there. Make it with: hailong init\n")
    assert f"\nBROKEN  secret key: There is no key at {tmp_path}/secret.key." in said.stdout
    assert list(tmp_path.iterdir()) == []
    mistyped = run(tmp_path / "mistyped", "check")
    assert mistyped.stdout.startswith(f"BROKEN  database: {tmp_path}/mistyped/hailong.db is not there.")
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_its_key_is_told_so_and_is_given_no_other(tmp_path):
    run(tmp_path, "init")
    (tmp_path / "secret.key").unlink()
    said = run(tmp_path, "check")
    assert "\nBROKEN  chain of answers: it cannot be verified without the installation's key.\n" in said.stdout
    assert not (tmp_path / "secret.key").exists()
    (tmp_path / "secret.key").write_text("short")
    said = run(tmp_path, "check", "--fast")
    assert f"\nBROKEN  secret key: {tmp_path}/secret.key has 5 characters; expected at least 32." in said.stdout


def test_what_somebody_should_see_to_fails_only_when_strict(tmp_path):
    run(tmp_path, "init")
    said = run(tmp_path, "check", "--fast")
    assert (said.returncode, "\nlook    accounts: nobody can sign in yet." in said.stdout) == (0, True)
    assert "chain of answers" not in said.stdout
    assert run(tmp_path, "check", "--fast", "--strict").returncode == 1
    assert json.loads(run(tmp_path, "check", "--fast", "--strict", "--json").stdout)[0]["what"] == "database"


def test_a_key_that_nothing_was_printed_with_is_told_by_each_start_until_it_is_taken_for_the_new_one(tmp_path):
    home, again = tmp_path / "home", tmp_path / "again"
    home.mkdir()
    assert run(home, "init").stderr == ""
    record_desk(home, "xa.29926.1")
    run(home, "backup", str(tmp_path / "a.tar"))
    line = "key of the codes"

    def told(folder):
        [said] = [each for each in json.loads(run(folder, "check", "--json").stdout) if each["what"] == line]
        return said["state"], said["told"]

    assert told(home)[0] == "well"
    (home / "secret.key").write_text("f" * 64)
    assert told(home)[0] == "BROKEN"
    assert "no code that was printed opens. Put the one that was kept apart in its place" in told(home)[1]
    assert told(home)[1] in run(home, "init").stderr
    assert told(home)[1] in run(home, "backup", str(tmp_path / "b.tar")).stderr
    assert run(home, "init", "--other-key").stderr == ""
    state, said = told(home)
    assert (state, "1 posters from before were not scanned since" in said) == ("look", True)
    with database(home) as connection:
        connection.execute(insert(table(ScanRow)).values(link=1, day=date(2099, 1, 1), forms=1))
    assert told(home)[0] == "well"
    (home / "secret.key").unlink()
    assert told(home)[1].startswith("There is no key here")
    assert run(again, "restore", "--other-key", str(tmp_path / "a.tar")).returncode == 0
    assert told(again)[0] == "look"
    assert run(again, "init").stderr == ""
    assert told(again)[0] == "look"


def test_a_database_that_this_user_may_only_read_is_broken_and_says_whose_it_is(tmp_path, monkeypatch):
    run(tmp_path, "init")
    file = tmp_path / "hailong.db"
    monkeypatch.setattr("os.access", lambda path, _mode: path != file)
    said = run(tmp_path, "check", "--fast")
    owner = (
        f"it is {file.owner()}'s, of mode 644, and this is {file.owner()}. Give it back: chown {file.owner()} {file}"
    )
    assert said.returncode == 1
    assert said.stdout.startswith(f"BROKEN  database: it may only be read, for {file} is closed: {owner}")
    refused = sqlite3.OperationalError("attempt to write a readonly database")
    refused.sqlite_errorcode = sqlite3.SQLITE_READONLY
    told = explain_failure(refused, f"sqlite:///{file}")
    assert told == f"{file} cannot be opened for writing (attempt to write a readonly database): {owner}"


def test_a_key_that_cannot_be_read_is_not_told_to_be_short_or_absent(tmp_path):
    run(tmp_path, "init")
    run(tmp_path, "backup", str(tmp_path / "a.tar"))
    (tmp_path / "secret.key").unlink()
    (tmp_path / "secret.key").mkdir()
    said = f"{tmp_path}/secret.key cannot be read: Is a directory."
    assert said in run(tmp_path, "check", "--fast").stdout
    assert run(tmp_path, "restore", "--replace", str(tmp_path / "a.tar")).stderr.startswith(said)
