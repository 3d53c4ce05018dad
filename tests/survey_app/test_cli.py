"""The command line as a person runs it: a process of its own, on a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

import survey_app
from tests.conftest import own_environment

HAILONG = [sys.executable, "-m", "survey_app"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with the catalogue loaded."""
    folder = tmp_path_factory.mktemp("home")
    assert run(folder, "init").stdout == "The database is ready.\n"
    return folder


def run(home, *arguments, **environment):
    return subprocess.run(
        [*HAILONG, *arguments],
        env=own_environment(HAILONG_DATA_DIR=str(home)) | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(survey_app.__file__).parent.parent,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_developers_own_settings_reach_no_test(monkeypatch):
    assert not [name for name in os.environ if name.startswith("HAILONG_")]
    monkeypatch.setenv("HAILONG_DATABASE_URL", "postgresql://production/hailong")
    environment = own_environment(HAILONG_PORT="8001")
    assert {name: value for name, value in environment.items() if name.startswith("HAILONG_")} == {
        "HAILONG_PORT": "8001"
    }
    assert environment["PATH"] == os.environ["PATH"]


def test_init_twice_is_harmless(home):
    assert run(home, "init").returncode == 0


def test_every_command_has_help(home):
    for command in ([], ["qr"], ["pilot"], ["emulation"], ["serve"], ["demo"], ["score"], ["qr", "sheet"]):
        answer = run(home, *command, "--help")
        assert answer.returncode == 0
        assert "Usage" in answer.stdout


def test_the_first_sessions_of_the_no_wait_friday_are_the_fridays_from_29_september(home):
    answer = run(home, "pilot", "sessions", "thu-sau-khong-cho", "--unit", "thanh-ha", "--json")
    sessions = json.loads(answer.stdout)
    assert [session["date"] for session in sessions[:3]] == ["2023-09-29", "2023-10-06", "2023-10-13"]


def test_all_eight_pilots_are_listed(home):
    assert len(json.loads(run(home, "pilot", "list", "--json").stdout)) == 8


def test_scoring_without_answers_says_not_enough_instead_of_zero(home):
    answer = run(home, "score", "sipas-2017", "--period", "2026-Q4", "--json")
    sheet = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert "0.00" not in json.dumps(sheet["nodes"][0].get("points"))


def test_a_printed_sheet_has_a_poster_for_each_desk_with_a_code(home, tmp_path):
    desk = "xa.29926.quay-1"
    answer = run(home, "qr", "sheet", "--unit", "xa.29926", "--out", str(tmp_path / "sheet.pdf"))
    assert answer.returncode == 0
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    listed = json.loads(run(home, "qr", "list", "--json").stdout)
    assert desk in [row["desk"] for row in listed if not row["revoked"]]
    code = run(home, "qr", "reprint", desk).stdout.strip()
    assert run(home, "qr", "revoke", code).returncode == 0
    again = run(home, "qr", "revoke", code)
    assert again.returncode == 1
    assert "withdrawn before" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["score", "sipas-1999"], 1, "there are qd766-2022, sipas-2017"),
        (["pilot", "effect", "none"], 1, "No pilot 'none'"),
        (["score", "sipas-2017", "--unit", "nowhere"], 1, "No unit 'nowhere'"),
        (["score", "sipas-2017", "--period", "2026-Q9"], 2, "must be a month"),
        (["qr", "revoke", "XXXX"], 1, ""),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(home, arguments, code, said):
    answer = run(home, *arguments)
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_wrong_setting_stops_with_one_line(home):
    answer = run(home, "serve", HAILONG_PORT="eighty")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert answer.stderr.startswith("HAILONG_PORT is 'eighty'")


def test_a_busy_port_is_told_before_anything_is_loaded(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = run(tmp_path, "demo", HAILONG_PORT=str(port))
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Port {port} on 127.0.0.1 cannot be used")
    assert f"HAILONG_PORT={port + 1}" in answer.stderr
    assert not (tmp_path / "hailong.db").exists()


def test_a_database_that_cannot_be_reached_is_told(home):
    port = free_port()
    answer = run(home, "init", HAILONG_DATABASE_URL=f"postgresql://me:secret@127.0.0.1:{port}/none")
    assert answer.returncode == 1
    assert "The database cannot be used" in answer.stderr
    assert "secret" not in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_server_keeps_no_line_of_who_asked_for_what_and_when(home):
    port = free_port()
    server = subprocess.Popen(
        [*HAILONG, "serve"],
        env=own_environment(HAILONG_DATA_DIR=str(home), HAILONG_PORT=str(port), HAILONG_LOG_LEVEL="info"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(survey_app.__file__).parent.parent,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        urlopen(f"http://127.0.0.1:{port}/").read()
        urlopen(f"http://127.0.0.1:{port}/dashboards/").read()
    finally:
        server.send_signal(signal.SIGINT)
        said = server.communicate(timeout=30)[0]
    assert "GET" not in said
    assert "/health" not in said


def wait_for(address, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            return urlopen(address).read()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
