"""The command line as a person runs it, on a folder of its own; in this process where nothing tells the difference."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import func, select

from qr_codes import make_code
from survey_app.cli import main
from survey_app.db import open_database
from survey_app.door import local_now
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import DEMO_LOADED, read_register, read_state
from survey_app.recording import (
    Answered,
    forget_simulated,
    record_catalogue,
    record_link,
    record_responses,
    record_rows,
    record_state,
    table,
)
from survey_app.serve import network_address
from survey_app.settings import read_settings
from survey_app.submission import Submission
from survey_app.tables import AuditRow, DeskRow, ResponseRow
from tests.conftest import ROOT, decode_poster, own_environment, shipped_catalogue, wait_for

HAILONG = [sys.executable, "-m", "survey_app"]
DESK = "xa.29926.mot-cua-1"


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def run(home, *arguments, **environment):
    said, refused = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as own, redirect_stdout(said), redirect_stderr(refused):
        for name, value in {"HAILONG_DATA_DIR": str(home), **environment}.items():
            own.setenv(name, value)
        with pytest.raises(SystemExit) as end:
            main(arguments)
    return Said(end.value.code, said.getvalue(), refused.getvalue())


@contextmanager
def database(home):
    engine = open_database(f"sqlite:///{home}/hailong.db")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def record_desk(home, code, **values):
    """A desk in xã Tân Hồng that is none of the demonstration's; its printed code."""
    desk = {"code": code, "unit": "xa.29926", "name": "Quầy 1", "place": "Trung tâm Phục vụ hành chính công"}
    with database(home) as connection:
        record_rows(connection, DeskRow, [{**desk, "fields": [], "questionnaire": "desk", "source": "test"} | values])
        serial = record_link(connection, code, issued=local_now().date())
    return make_code(serial, key=read_settings({"HAILONG_DATA_DIR": str(home)}).secret_key)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with what the documents say and one desk."""
    folder = tmp_path_factory.mktemp("home")
    assert run(folder, "init") == Said(0, "The database is ready.\n", "")
    record_desk(folder, DESK)
    return folder


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


COMMANDS = [
    *("", "init", "demo", "serve", "score", "qr", "pilot", "emulation", "emulation show"),
    *("qr list", "qr sheet", "qr terminal", "qr draw", "qr revoke", "qr reprint", "qr screen", "qr invite"),
    *("qr card", "qr cards", "qr count", "qr revoke-cards"),
    *("pilot list", "pilot sessions", "pilot effect", "pilot record", "pilot adherence"),
    *(
        "check",
        "purge",
        "service show",
        "hours set",
        "hours list",
        "hours forget",
        "calendar except",
        "calendar list",
        "calendar forget",
    ),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(tmp_path, command):
    answer = run(tmp_path, *command.split(), "--help")
    assert answer.returncode == 0
    assert "Usage" in answer.stdout


def test_init_loads_the_documents_and_nothing_simulated(tmp_path):
    run(tmp_path, "init")
    with database(tmp_path) as connection:
        register = read_register(connection)
    assert register.units
    assert register.participations_in("thu-sau-khong-cho")
    assert register == register.documented()
    assert register.desks == ()
    assert json.loads(run(tmp_path, "pilot", "sessions", "30-phut", "--json").stdout) == []
    nothing_yet = run(tmp_path, "score", "qd766-2022")
    assert nothing_yet.returncode == 0
    assert "  CKMB       – / 18.00  Công khai, minh bạch\n" in nothing_yet.stdout
    assert "   2.2       – /     –  Thời gian giải quyết trung bình\n" in nothing_yet.stdout
    assert "has a desk yet" in run(tmp_path, "emulation", "show").stderr
    sheet = run(tmp_path, "qr", "sheet", "--out", str(tmp_path / "sheet.pdf"), HAILONG_PUBLIC_URL="https://a.vn")
    assert (sheet.returncode, sheet.stderr.count("\n")) == (1, 1)
    assert "no desk yet" in sheet.stderr
    assert "hailong import desks FILE" in sheet.stderr


def test_sessions_of_simulated_choices_are_told_as_simulated(tmp_path):
    run(tmp_path, "init")
    with database(tmp_path) as connection:
        record_catalogue(connection, shipped_catalogue())
    for pilot, simulated in (("30-phut", True), ("thu-sau-khong-cho", False)):
        sessions = json.loads(run(tmp_path, "pilot", "sessions", pilot, "--json").stdout)
        assert {session["simulated"] for session in sessions} == {simulated}
        lines = run(tmp_path, "pilot", "sessions", pilot).stdout.splitlines()
        assert {line.endswith("(mô phỏng)") for line in lines} == {simulated}


def test_the_demonstration_keeps_away_from_peoples_answers(tmp_path):
    run(tmp_path, "init")
    record_desk(tmp_path, DESK)
    record_answer(tmp_path)
    answer = run(tmp_path, "demo", "--load-only")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "HAILONG_DATA_DIR=" in answer.stderr
    with database(tmp_path) as connection:
        assert [desk.code for desk in read_register(connection).desks] == [DESK]
    assert count_responses(tmp_path) == (1, 0)


def test_a_demonstration_is_brought_up_to_date_once_a_day_and_keeps_what_people_answered_in_it(tmp_path):
    run(tmp_path, "init")
    record_desk(tmp_path, DESK)
    record_answer(tmp_path)
    today = local_now().date()
    with database(tmp_path) as connection:
        record_state(connection, DEMO_LOADED, (today - timedelta(days=1)).isoformat())
    assert run(tmp_path, "demo", "--load-only").returncode == 0
    real, simulated = count_responses(tmp_path)
    assert real == 1
    assert simulated > 80_000
    with database(tmp_path) as connection:
        assert read_state(connection, DEMO_LOADED) == today.isoformat()
        loaded = read_register(connection)
        forget_simulated(connection)
    assert run(tmp_path, "demo", "--load-only").returncode == 0
    assert count_responses(tmp_path) == (1, 0)
    assert run(tmp_path, "init").returncode == 0
    with database(tmp_path) as connection:
        assert read_register(connection) == loaded


def record_answer(home, desk=DESK, *, number=0):
    questionnaire = load_questionnaire("desk")
    answered = Answered(
        Submission(f"real-answer-{number:010}", {"overall": 5, "polite": 4}),
        unit="xa.29926",
        desk=desk,
        local_date=date(2026, 11, 19),
        slot="09:00",
        questionnaire=questionnaire.version,
        channel="poster",
        language="vi",
    )
    with database(home) as connection:
        record_responses(connection, [answered])


def count_responses(home):
    """How many are real and how many simulated."""
    columns = table(ResponseRow).c
    with database(home) as connection:
        found = dict(
            map(tuple, connection.execute(select(columns.simulated, func.count()).group_by(columns.simulated)))
        )
    return found.get(False, 0), found.get(True, 0)


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


def test_a_score_a_sheet_and_an_effect_that_a_command_shows_are_events(home):
    run(home, "emulation", "show", "--period", "2026-Q4", "--unit", "thanh-ha")
    run(home, "score", "sipas-2017", "--period", "2026-Q4", "--unit", "thanh-ha")
    run(home, "pilot", "effect", "thu-sau-khong-cho")
    with database(home) as connection:
        columns = table(AuditRow).c
        shown = select(columns.about, columns.detail).where(columns.act == "export_table").order_by(columns.number)
        kept = connection.execute(shown).all()[-3:]
    of = {"period": "2026-Q4", "units": ["thanh-ha"]}
    assert [tuple(row) for row in kept[:2]] == [("emulation thi-dua-2026-mau", of), ("score sipas-2017", of)]
    assert tuple(kept[2]) == ("pilot effect thu-sau-khong-cho", {"outcome": "satisfied"})


def test_a_sheet_in_the_terminal_names_its_legal_source(home):
    said = run(home, "score", "sipas-2017", "--period", "2026-Q4").stdout
    assert said.splitlines()[1] == "Nguồn: Quyết định 2640/QĐ-BNV ngày 10/10/2017 của Bộ Nội vụ"
    assert "Phiếu này không hỏi" not in said


def test_a_sheet_of_an_edition_that_the_form_does_not_ask_about_says_so(home):
    said = run(home, "score", "nd335-2025", "--period", "2026-Q4").stdout
    assert said.splitlines()[2] == "Phiếu này không hỏi tiêu chí nào của bộ chỉ số."
    assert "Khoảng tin cậy" not in said


def test_a_score_joins_a_unit_with_those_that_became_it_and_says_so(home):
    asked = ("score", "sipas-2017", "--period", "2025-Q2", "--unit", "xa.29926", "--boundaries")
    joined = "tan-hong.binh-phu + tan-hong.sa-rai + tan-hong.tan-cong-chi + xa.29926"
    assert run(home, *asked, "new").stdout.startswith(f"Địa giới mới: {joined}\n")
    assert run(home, *asked, "old").stdout.startswith(f"Địa giới cũ: {joined}\n")
    assert json.loads(run(home, *asked, "new", "--json").stdout)["unit"] == joined.replace(" ", "")


def test_a_sheet_in_the_terminal_says_where_the_interval_of_its_total_comes_from(tmp_path):
    run(tmp_path, "init")
    record_desk(tmp_path, DESK)
    for number in range(12):
        record_answer(tmp_path, number=number)
    said = run(tmp_path, "score", "sipas-2017", "--period", "2026-11").stdout
    assert "Khoảng tin cậy 95 % của câu hỏi." in said


def test_a_withdrawn_code_is_replaced_and_withdrawn_once(tmp_path):
    run(tmp_path, "init")
    first = record_desk(tmp_path, DESK)
    code = run(tmp_path, "qr", "reprint", DESK).stdout.strip()
    listed = {row["code"]: row["revoked"] for row in json.loads(run(tmp_path, "qr", "list", "--json").stdout)}
    assert (listed[first] is None, listed[code.replace("-", "")] is None) == (False, True)
    assert run(tmp_path, "qr", "revoke", code).returncode == 0
    again = run(tmp_path, "qr", "revoke", code)
    assert again.returncode == 1
    assert "withdrawn before" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["score", "sipas-1999"], 1, "No edition 'sipas-1999'; there are ikm-2017, nd335-2025, nd61-2018, "),
        (["pilot", "effect", "none"], 1, "No pilot 'none'"),
        (
            ["score", "sipas-2017", "--unit", "na-ri", "--boundaries", "new"],
            1,
            "na-ri ended without one main successor",
        ),
        (["score", "sipas-2017", "--boundaries", "older"], 2, "'older' is not one of"),
        (["score", "sipas-2017", "--unit", "nowhere"], 1, "No unit 'nowhere'"),
        (["pilot", "sessions", "ngoai-gio", "--unit", "nowhere"], 1, "No unit 'nowhere'"),
        (["score", "sipas-2017", "--period", "2026-Q9"], 2, "must be a month"),
        (["qr", "revoke", "XXXX"], 1, ""),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(home, arguments, code, said):
    answer = run(home, *arguments)
    assert answer.returncode == code
    assert said in answer.stderr
    assert code == 2 or answer.stderr.count("\n") == 1


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


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:secret@127.0.0.1:{port}/none", "The database cannot be used"),
        ("postgresql://me:secret@/?nonsense=1", "The database cannot be used"),
        ("sqlite:///{folder}/other.db", "{folder}/other.db is damaged (file is not a database). Stop the server"),
        ("sqlite:///{folder}", "{folder} cannot be opened for writing (unable to open database file)"),
        ("sqlite:////proc/nowhere/hailong.db", "/proc/nowhere cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(tmp_path, url, said):
    (tmp_path / "other.db").write_bytes(bytes(range(256)) * 20)
    address = url.format(port=free_port(), folder=tmp_path)
    answer = run(tmp_path, "init", HAILONG_DATABASE_URL=address)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert answer.stderr.startswith(said.format(folder=tmp_path))
    assert "secret" not in answer.stderr
    looked = run(tmp_path, "check", "--fast", HAILONG_DATABASE_URL=address)
    assert looked.returncode == 1
    assert looked.stdout.startswith("BROKEN  database: ")
    assert ("hailong restore --replace" in looked.stdout) == ("damaged" in said)


def test_a_table_that_is_damaged_is_told_in_one_line_that_says_what_to_do(tmp_path):
    run(tmp_path, "init")
    with database(tmp_path) as open_:
        [page] = open_.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'response'").scalars()
        open_.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "hailong.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(900))
    told = f"{tmp_path}/hailong.db is damaged (database disk image is malformed). Stop the server, keep a copy of it, and restore"
    answer = run(tmp_path, "score", "sipas-2017", "--period", "2026-Q3")
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert answer.stderr.startswith(told)


@contextmanager
def serving(home, *arguments, stop_by=signal.SIGINT, **environment):
    """`hailong serve` in a process of its own: its address, and what it said once it was stopped."""
    port, said = free_port(), []
    server = subprocess.Popen(
        [*HAILONG, "serve", *arguments],
        env=own_environment(HAILONG_DATA_DIR=str(home), HAILONG_PORT=str(port), **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health", server, seconds=60)
        yield address, said
    finally:
        server.send_signal(stop_by)
        said.append(server.communicate(timeout=30)[0].decode())


def status(address):
    try:
        with urlopen(address) as answer:  # noqa: S310 - our own server
            return answer.status
    except HTTPError as error:
        return error.code


def test_the_server_keeps_no_line_of_who_asked_for_what_and_when(home):
    with serving(home, HAILONG_LOG_LEVEL="info") as (address, said):
        assert (status(f"{address}/"), status(f"{address}/dashboards/")) == (200, 401)
    assert "HAILONG_PUBLIC_URL=" in said[0]
    assert "GET" not in said[0]
    assert "/health" not in said[0]


def test_the_form_alone_on_every_interface_prints_the_address_that_the_network_knows(tmp_path):
    run(tmp_path, "init")
    code = record_desk(tmp_path, DESK)
    with serving(tmp_path, "--only", "survey", HAILONG_HOST="0.0.0.0") as (address, _):  # noqa: S104 - what is tested
        assert (status(f"{address}/r/{code}"), status(f"{address}/dashboards/")) == (200, 404)
        port = address.rpartition(":")[2]
        assert decode_poster(f"{address}/r/{code}/poster.pdf") == (
            f"HTTP://{network_address() or '127.0.0.1'}:{port}/R/{code}"
        )


def test_the_dashboards_alone_take_no_answers(tmp_path):
    run(tmp_path, "init")
    code = record_desk(tmp_path, DESK)
    with serving(tmp_path, "--only", "dashboards") as (address, _):
        assert (status(f"{address}/dashboards/"), status(f"{address}/r/{code}")) == (401, 404)
