"""Office hours and days that differ on the command line."""

import json

import pytest

from tests.survey_app.test_cli import run

UNIT = "thanh-ha.an-phuong"


@pytest.fixture
def home(tmp_path):
    """A folder with what the documents say."""
    run(tmp_path, "init")
    return tmp_path


def test_a_units_own_hours_move_its_sessions_from_their_day_on(home):
    answer = run(home, "hours", "set", UNIT, "2023-10-01", "07:00-11:00", "13:00-16:30", "--source", "QĐ 1")
    assert answer.stdout == f"{UNIT}: 07:00-11:00, 13:00-16:30 from 01/10/2023 on.\n"
    (row,) = json.loads(run(home, "hours", "list", "--json").stdout)
    assert row == {
        "unit": UNIT,
        "starts": "2023-10-01",
        "morning": "07:00-11:00",
        "afternoon": "13:00-16:30",
        "source": "QĐ 1",
    }
    assert run(home, "hours", "list").stdout.splitlines()[0].startswith("default")
    found = json.loads(run(home, "pilot", "sessions", "thu-sau-khong-cho", "--unit", UNIT, "--json").stdout)
    assert [(each["starts"], each["ends"]) for each in found[:2]] == [("07:30", "17:00"), ("07:00", "16:30")]
    assert run(home, "hours", "forget", UNIT, "2023-10-01").returncode == 0
    assert run(home, "hours", "forget", UNIT, "2023-10-01").returncode == 1
    assert json.loads(run(home, "hours", "list", "--json").stdout) == []


def test_a_closed_day_has_no_session(home):
    def first():
        found = json.loads(run(home, "pilot", "sessions", "thu-sau-khong-cho", "--unit", UNIT, "--json").stdout)
        return found[0]["date"]

    words = ("2023-09-29", "closed", "--reason", "Bão", "--source", "Công điện", "--unit", UNIT)
    assert run(home, "calendar", "except", *words).stdout == f"29/09/2023 is closed at {UNIT}.\n"
    assert first() == "2023-10-06"
    assert run(home, "calendar", "list").stdout == f"29/09/2023  closed   {UNIT}  Bão (Công điện)\n"
    (row,) = json.loads(run(home, "calendar", "list", "--json").stdout)
    assert (row["day"], row["kind"], row["unit"]) == ("2023-09-29", "closed", UNIT)
    assert run(home, "calendar", "forget", "2023-09-29").returncode == 1  # that of all units
    assert run(home, "calendar", "forget", "2023-09-29", "--unit", UNIT).returncode == 0
    assert first() == "2023-09-29"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("hours", "set", "nobody", "1/10/2023", "7-11", "13:00-16:30"),
            ["starts == '1/10/2023'", "morning == '7-11'", "source is empty", "unit == 'nobody'"],
        ),
        (
            ("hours", "set", UNIT, "2023-10-01", "07:00-13:30", "13:00-16:30", "--source", "QĐ"),
            ["office hours 07:00, 13:30, 13:00, 16:30, must follow one another"],
        ),
        (
            ("calendar", "except", "2023-13-01", "free", "--unit", "nobody"),
            ["day == '2023-13-01'", "kind == 'free'", "reason is empty", "source is empty", "unit == 'nobody'"],
        ),
        (("calendar", "forget", "x"), ["day == 'x'"]),
    ],
)
def test_everything_wrong_is_said_at_once_and_nothing_is_kept(home, words, expected):
    answer = run(home, *words)
    assert answer.returncode == 1
    lines = answer.stderr.splitlines()
    assert len(lines) == len(expected)
    assert all(part in line for part, line in zip(expected, lines, strict=True))
    assert json.loads(run(home, "hours", "list", "--json").stdout) == []
    assert json.loads(run(home, "calendar", "list", "--json").stdout) == []
