import json
from io import StringIO

import pytest
from sqlalchemy import select

from survey_app.password import password_fits
from survey_app.reading.people import read_password
from survey_app.recording import table
from survey_app.tables import AuditRow
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
