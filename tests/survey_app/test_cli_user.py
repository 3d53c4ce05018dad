import json
import re
from io import StringIO

import pytest
from sqlalchemy import func, select

from survey_app.door import local_now
from survey_app.password import password_fits
from survey_app.reading.people import read_password
from survey_app.recording import table
from survey_app.recording.people import record_sign_in
from survey_app.recording.second_factors import record_factor
from survey_app.tables import AuditRow, InvitationRow
from tests.survey_app.conftest import PASSWORD
from tests.survey_app.test_cli import database, run


@pytest.fixture
def home(tmp_path):
    run(tmp_path, "init")
    return tmp_path


@pytest.fixture
def password_file(tmp_path):
    file = tmp_path / "password.txt"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return str(file)


def audit(home):
    with database(home) as connection:
        columns = table(AuditRow).c
        return list(connection.execute(select(columns.user, columns.act, columns.about)))


def test_an_account_is_made_listed_given_a_new_password_and_closed_and_each_is_an_event(home, password_file):
    made = run(home, "user", "add", "Mot-Cua", "--role", "unit", "--unit", "xa.29926", "--password-file", password_file)
    assert (made.returncode, made.stderr) == (0, "")
    assert "mot-cua can sign in at" in made.stdout
    with database(home) as connection:
        assert password_fits(PASSWORD, read_password(connection, "mot-cua"))
    [listed] = json.loads(run(home, "user", "list", "--json").stdout)
    assert (listed["name"], listed["role"], listed["unit"], listed["disabled"]) == ("mot-cua", "unit", "xa.29926", None)
    assert "password" not in listed
    assert run(home, "user", "password", "mot-cua", "--password-file", password_file).returncode == 0
    assert run(home, "user", "disable", "mot-cua").stdout == "mot-cua can no longer sign in.\n"
    assert "(disabled)" in run(home, "user", "list").stdout
    assert [act for _, act, _ in audit(home)] == ["add_user", "change_password", "disable_user"]
    assert {(user, about) for user, _, about in audit(home)} == {("hailong", "mot-cua")}


def test_a_password_comes_from_standard_input_and_is_not_asked_for_without_a_terminal(home, monkeypatch):
    arguments = ("user", "add", "noi-vu", "--role", "home_affairs")
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    refused = run(home, *arguments)
    assert refused.returncode == 1
    assert "--password-file" in refused.stderr
    assert run(home, *arguments, "--password-file", "-").returncode == 0
    with database(home) as connection:
        assert password_fits(PASSWORD, read_password(connection, "noi-vu"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "a", "--role", "boss"), "name is 'a'"),
        (("add", "mot-cua", "--role", "unit", "--unit", "xa.0"), "No unit 'xa.0'"),
        (("disable", "khong-co"), "No open account 'khong-co'"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_is_no_event(home, password_file, arguments, said):
    given = ("--password-file", password_file) if arguments[0] == "add" else ()
    refused = run(home, "user", *arguments, *given)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert audit(home) == []


def test_a_taken_name_and_a_missing_file_are_refused(home, password_file):
    arguments = ("user", "add", "noi-vu", "--role", "home_affairs", "--password-file")
    assert run(home, *arguments, password_file).returncode == 0
    assert "taken" in run(home, *arguments, password_file).stderr
    assert "cannot be used" in run(home, *arguments, str(home / "nowhere")).stderr


@pytest.fixture
def staffed(home, password_file):
    for name, role in (("quan-tri", "administrator"), ("noi-vu", "home_affairs")):
        run(home, "user", "add", name, "--role", role, "--password-file", password_file)
    return home


def test_somebody_is_invited_by_a_command_and_no_password_is_asked_for(staffed):
    made = run(staffed, "user", "add", "mot-cua", "--role", "unit", "--unit", "xa.29926", "--invite")
    assert (made.returncode, made.stderr) == (0, "")
    assert re.search(r"/invitation/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\n", made.stdout)
    again = run(staffed, "user", "invite", "mot-cua")
    assert again.returncode == 0
    with database(staffed) as connection:
        assert connection.execute(select(func.count()).select_from(table(InvitationRow))).scalar_one() == 1
        assert not read_password(connection, "mot-cua")
    assert run(staffed, "user", "invite", "khong-co").returncode == 1
    assert [act for _, act, about in audit(staffed) if about == "mot-cua"] == ["add_user", "invite_user", "invite_user"]


def test_role_unit_and_name_are_changed_by_commands_and_each_is_an_event(staffed):
    assert run(staffed, "user", "role", "noi-vu", "--role", "unit", "--unit", "xa.29926").returncode == 0
    assert run(staffed, "user", "unit", "noi-vu", "phuong.01840").returncode == 0
    assert run(staffed, "user", "shown-name", "noi-vu", "Bà \u202eHoa").stdout == "noi-vu is called Bà Hoa.\n"
    listed = {each["name"]: each for each in json.loads(run(staffed, "user", "list", "--json").stdout)}
    noi_vu = listed["noi-vu"]
    assert (noi_vu["role"], noi_vu["unit"], noi_vu["shown_name"]) == ("unit", "phuong.01840", "Bà Hoa")
    acts = [act for _, act, about in audit(staffed) if about == "noi-vu"]
    assert acts == ["add_user", "change_role", "change_role", "change_shown_name"]
    wrong = run(staffed, "user", "role", "noi-vu", "--role", "unit")
    assert "--unit is missing" in wrong.stderr
    assert "No unit 'xa.0'" in run(staffed, "user", "unit", "noi-vu", "xa.0").stderr
    assert "sees every unit" in run(staffed, "user", "unit", "quan-tri", "xa.29926").stderr


def test_no_command_takes_the_last_administrator_away(staffed):
    for arguments in (("disable", "quan-tri"), ("role", "quan-tri", "--role", "committee")):
        refused = run(staffed, "user", *arguments)
        assert refused.returncode == 1
        assert "the last administrator" in refused.stderr
    assert run(staffed, "user", "role", "noi-vu", "--role", "administrator").returncode == 0
    assert run(staffed, "user", "disable", "quan-tri").returncode == 0
    assert "/invitation/" in run(staffed, "user", "enable", "quan-tri").stdout


def test_sign_ins_are_listed_and_ended_by_commands(staffed):
    with database(staffed) as connection:
        for token in ("a" * 64, "b" * 64):
            record_sign_in(connection, token, "noi-vu", at=local_now())
        connection.commit()
    listed = json.loads(run(staffed, "user", "sessions", "noi-vu", "--json").stdout)
    assert {each["id"] for each in listed} == {"a" * 16, "b" * 16}
    assert run(staffed, "user", "sign-out", "noi-vu", "--session", "a" * 16).returncode == 0
    assert run(staffed, "user", "sign-out", "noi-vu", "--session", "a" * 16).returncode == 1
    assert run(staffed, "user", "sign-out", "quan-tri", "--session", "b" * 16).returncode == 1
    assert "out of 1 browser." in run(staffed, "user", "sign-out", "noi-vu").stdout
    assert json.loads(run(staffed, "user", "sessions", "noi-vu", "--json").stdout) == []


def test_a_second_factor_is_taken_away_by_a_command(staffed):
    assert run(staffed, "user", "reset-second-factor", "noi-vu").returncode == 1
    with database(staffed) as connection:
        record_factor(connection, "noi-vu", sealed="x", step=1, recovery_hashes=["h"])
        connection.commit()
    assert run(staffed, "user", "reset-second-factor", "noi-vu").returncode == 0
    assert ("hailong", "reset_second_factor", "noi-vu") in audit(staffed)


def test_events_are_listed_and_taken_away_by_commands_and_a_file_is_never_written_over(staffed, tmp_path):
    listed = json.loads(run(staffed, "events", "list", "--act", "add_user", "--json").stdout)
    assert [each["about"] for each in listed] == ["noi-vu", "quan-tri"]
    assert "add_user" in run(staffed, "events", "list", "--user", "hailong", "--most", "1").stdout
    file = tmp_path / "events.csv"
    assert run(staffed, "events", "export", str(file)).returncode == 0
    assert file.read_text(encoding="utf-8-sig").startswith("Số;Lúc;Người;Việc đã làm;Mã việc;Về;Chi tiết\n")
    refused = run(staffed, "events", "export", str(file))
    assert refused.returncode == 1
    assert "exists" in refused.stderr
    assert ("hailong", "export_events", "") in audit(staffed)


def test_the_code_of_the_first_run_is_shown_again_until_there_is_an_account(home, password_file):
    told = run(home, "user", "first-code")
    assert re.search(r"/first-run   code [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n", told.stdout)
    assert run(home, "user", "first-code").stdout == told.stdout
    run(home, "user", "add", "noi-vu", "--role", "home_affairs", "--password-file", password_file)
    assert run(home, "user", "first-code").returncode == 1
