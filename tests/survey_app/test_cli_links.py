"""`hailong qr …` for codes that are not posters, and for codes that nobody scans."""

import json
from datetime import timedelta

import pytest

from qr_codes import parse_code
from scoring import DayException, UnitDay
from survey_app.db import open_database
from survey_app.door import local_now
from survey_app.recording import record_scans
from survey_app.recording.office_hours import record_day
from survey_app.settings import read_settings
from tests.survey_app.test_cli import DESK, record_desk, run
from tests.survey_app.test_cli_qr import PUBLIC


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with what the documents say and one desk."""
    folder = tmp_path_factory.mktemp("home")
    run(folder, "init")
    record_desk(folder, DESK)
    run(folder, "qr", "reprint", DESK)
    return folder


def listed(home, *arguments):
    return json.loads(run(home, "qr", "list", "--json", *arguments).stdout)


def serial_of(home, code):
    return parse_code(code, key=read_settings({"HAILONG_DATA_DIR": str(home)}).secret_key)


def test_a_screen_and_an_invitation_are_listed_by_kind_and_never_printed_as_posters(home):
    screen = run(home, "qr", "screen", DESK, **PUBLIC).stdout.strip()
    invitation = run(home, "qr", "invite", "xa.29926", **PUBLIC).stdout.splitlines()[0]
    kinds = {row["code"]: row["kind"] for row in listed(home)}
    assert kinds[screen.rpartition("/s/")[2]] == "screen"
    assert kinds[invitation.rpartition("/r/")[2]] == "invitation"
    shown = run(home, "qr", "terminal", DESK, **PUBLIC).stdout.splitlines()[-1]
    assert kinds[shown.rpartition("/")[2]] == "poster"


def test_reprinting_leaves_screens_and_tablets_as_they_are(home):
    screen = run(home, "qr", "screen", DESK, **PUBLIC).stdout.strip().rpartition("/s/")[2]
    new = run(home, "qr", "reprint", DESK).stdout.strip().replace("-", "")
    revoked = {row["code"]: row["revoked"] for row in listed(home) if row["desk"] == DESK}
    assert (revoked[screen], revoked[new]) == (None, None)
    assert any(revoked.values())


def test_a_code_without_a_scan_for_three_working_days_stands_first_and_alone_with_silent(home):
    codes = [row["code"] for row in listed(home) if row["kind"] == "poster" and row["revoked"] is None]
    engine = open_database(f"sqlite:///{home}/hailong.db")
    with engine.begin() as connection:
        long_ago = local_now().date() - timedelta(days=30)
        record_scans(connection, {(serial_of(home, codes[0]), long_ago): 1})
    assert [row["code"] for row in listed(home, "--silent")] == [codes[0]]
    none = run(home, "qr", "list", "--silent", "--unit", "nowhere").stdout
    assert none == "No code is without a scan for 3 working days.\n"
    assert listed(home)[0]["code"] == codes[0]
    assert "working days" in run(home, "qr", "list").stdout.splitlines()[0]
    with engine.begin() as connection:  # days off that the office entered
        for ago in range(31):
            day = DayException(local_now().date() - timedelta(days=ago), "closed", "Lũ", "CĐ 1")
            record_day(connection, UnitDay("xa.29926", day))
    engine.dispose()
    assert listed(home, "--silent") == []


@pytest.mark.parametrize("command", [("screen", "nowhere.1"), ("invite", "nowhere"), ("reprint", "nowhere.1")])
def test_what_is_not_there_gets_no_code(home, command):
    answer = run(home, "qr", *command)
    assert (answer.returncode, "nowhere" in answer.stderr) == (1, True)
    assert f"hailong {'unit' if command[0] == 'invite' else 'desk'} list" in answer.stderr
