"""Sessions recorded, listed and counted on the command line."""

import json

import pytest

from tests.survey_app.test_cli import run

FRIDAY, UNIT = "thu-sau-khong-cho", "thanh-ha.an-phuong"


@pytest.fixture
def home(tmp_path):
    """A folder with what the documents say."""
    run(tmp_path, "init")
    return tmp_path


def sessions(home, *more):
    return json.loads(run(home, "pilot", "sessions", FRIDAY, "--unit", UNIT, "--json", *more).stdout)


def record(home, *words):
    return run(home, "pilot", "record", FRIDAY, UNIT, *words)


def test_a_recorded_session_is_told_with_its_note_and_the_others_are_not_known(home):
    answer = record(home, "2023-09-29", "--missed", "--note", "Bão số 3")
    assert answer.stdout == f"{UNIT}, 29/09/2023 07:30–17:00: missed.\n"
    assert record(home, "2023-10-06").returncode == 0
    found = sessions(home)
    assert [(each["state"], each["known_by"], each["note"]) for each in found[:3]] == [
        ("missed", "recorded", "Bão số 3"),
        ("held", "recorded", ""),
        ("unknown", "uncovered", ""),
    ]
    lines = run(home, "pilot", "sessions", FRIDAY, "--unit", UNIT).stdout.splitlines()
    assert lines[0] == (f"29/09/2023 T6  07:30–17:00  {UNIT}  không tổ chức (theo ghi nhận)  «Bão số 3»")
    assert record(home, "2023-09-29", "--held").returncode == 0
    assert sessions(home)[0]["state"] == "held"


def test_a_session_outside_the_plan_needs_its_time_and_is_told_as_such(home):
    refused = record(home, "2023-10-02")  # a Monday
    assert (refused.returncode, refused.stderr) == (
        1,
        "starts is not given, must be (--starts 07:30): 0 sessions are planned on 2023-10-02\n",
    )
    assert record(home, "2023-10-02", "--starts", "07:30").returncode == 0
    (extra,) = (each for each in sessions(home) if not each["planned"])
    assert (extra["date"], extra["state"]) == ("2023-10-02", "held")
    words = ("pilot", "sessions", FRIDAY, "--unit", UNIT)
    assert "02/10/2023 T2" in run(home, *words).stdout
    assert "(ngoài kế hoạch)" in run(home, *words).stdout
    english = run(home, *words, "--lang", "en").stdout
    assert "02/10/2023 Mon" in english
    assert "(not planned)" in english


def test_adherence_tells_what_was_held_of_what_was_asked_for_or_why_it_cannot(home):
    for day in ("2023-09-29", "2023-10-06", "2023-10-13"):
        record(home, day)
    record(home, "2023-10-20", "--missed")
    words = ("pilot", "adherence", FRIDAY, "--unit", UNIT, "--period", "2023-10")
    answer = json.loads(run(home, *words, "--json").stdout)
    (row,) = answer["units"]
    assert (row["held"], row["missed"], row["unknown"], row["minimum"], row["hours"]) == (2, 1, 1, 4, 15)
    assert (row["share"], row["most"], row["reason"]) == (0.5, 0.75, None)
    assert answer["promise"] == {
        "kept": 0,
        "judged": 0,
        "share": None,
        "low": None,
        "high": None,
        "procedures": None,
    }
    lines = run(home, *words).stdout.splitlines()
    assert lines[0] == (
        f"{UNIT}: Tổ chức 2 phiên; quy định đòi hỏi ít nhất 4 (50,0%); 1 phiên chưa rõ, nên nhiều nhất là 75,0%."
    )
    assert lines[1].startswith("Chưa đủ hồ sơ")
    assert "nothing" not in run(home, "pilot", "adherence", "zalo", "--lang", "en").stdout
    assert "taking part is continuous" in run(home, "pilot", "adherence", "zalo", "--lang", "en").stdout
    unknown = run(home, "pilot", "adherence", "30-phut", "--lang", "en", "--period", "2024")
    assert unknown.returncode == 1 or "not known" in unknown.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("nowhere", "nobody", "32/1/2024", "--starts", "7 giờ"),
            ["pilot == 'nowhere', must be one of", "unit == 'nobody'", "day == '32/1/2024'", "starts == '7 giờ'"],
        ),
        (("zalo", "tan-hong.sa-rai", "2999-01-01"), ["must be one with sessions", "must not lie ahead"]),
        ((FRIDAY, "na-ri.kim-hy", "2023-10-06"), ["must take part in thu-sau-khong-cho on 2023-10-06"]),
        ((FRIDAY, UNIT, "2025-07-04"), ["must take part in thu-sau-khong-cho on 2025-07-04"]),  # the unit had ended
    ],
)
def test_everything_wrong_with_a_record_is_said_at_once_and_nothing_is_kept(home, words, expected):
    answer = run(home, "pilot", "record", *words)
    assert answer.returncode == 1
    lines = answer.stderr.splitlines()
    assert len(lines) == len(expected)
    assert all(part in line for part, line in zip(expected, lines, strict=True))
    assert all(each["known_by"] != "recorded" for each in sessions(home))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--period", "2099"), "nothing after"),
        (("--unit", "na-ri.kim-hy"), "does not take part"),
    ],
)
def test_a_time_or_unit_without_anything_is_refused_with_the_reason(home, words, expected):
    answer = run(home, "pilot", "adherence", FRIDAY, *words)
    assert (answer.returncode, expected in answer.stderr) == (1, True)
