"""Desks and units changed on the command line."""

import json
from datetime import date

import pytest

from survey_app.reading import read_register
from tests.survey_app.test_cli import database, record_desk, run


@pytest.fixture
def home(tmp_path):
    run(tmp_path, "init")
    record_desk(tmp_path, "xa.29926.1")
    return tmp_path


def register(home):
    with database(home) as connection:
        return read_register(connection)


def test_a_desk_is_renamed_closed_called_off_and_moved(home):
    assert run(home, "desk", "rename", "xa.29926.1", "--name", "Quầy A").stdout.startswith("xa.29926.1: Quầy A, ")
    looked = run(home, "desk", "close", "xa.29926.1", "--from", "2027-01-04", "--dry-run")
    assert "Nothing was changed" in looked.stdout
    told = json.loads(run(home, "desk", "close", "xa.29926.1", "--from", "2027-01-04", "--json").stdout)
    assert told["steps"] == {"end": {"xa.29926.1": ["2027-01-04", None]}}
    assert "does not close after all" in run(home, "desk", "reopen", "xa.29926.1").stdout
    moved = run(home, "desk", "move", "xa.29926.1", "--from", "2027-01-04", "--place", "Nhà B")
    assert "A new desk Quầy A (xa.29926.1_2) of xã Tân Hồng, at “Nhà B”, opens on 4 Jan 2027" in moved.stdout


def test_units_are_listed_added_renamed_merged_and_split(home):
    before = {row["code"] for row in json.loads(run(home, "unit", "list", "--json").stdout)}
    assert "xa.29926" in before
    assert run(home, "unit", "add", "xa.thu", "Xã  Thử", "--from", "2026-01-01").stdout == "xa.thu: xã Thử\n"
    run(home, "unit", "rename", "xa.thu", "Thử Nghiệm", "--kind", "phường")
    run(home, "unit", "add", "xa.hai", "Hai", "--from", "2026-01-01")
    merged = run(home, "unit", "merge", "xa.thu", "xa.hai", "--into", "xa.moi", "--name", "Mới", "--from", "2027-01-01")
    assert "Xã Mới takes over the main part of phường Thử Nghiệm" in merged.stdout
    split = run(
        home, "unit", "split", "xa.moi", "--into", "xa.dong:Đông", "--into", "xa.tay:Tây", "--from", "2027-06-01"
    )
    assert "Xã Tây takes over a part of xã Mới" in split.stdout
    closed = run(home, "unit", "close", "xa.tay", "--from", "2027-07-01", "--dry-run")
    assert "Xã Tây ends: 1 Jul 2027" in closed.stdout
    found = register(home)
    assert found.unit["xa.thu"].valid_to == date(2027, 1, 1)
    lines = [
        line for line in run(home, "unit", "list", "--all").stdout.splitlines() if line.startswith(("xa.thu", "xa.hai"))
    ]
    assert [line.partition(" 2026-01-01 ")[2] for line in lines] == ["– 2026-12-31  → xa.moi (main)"] * 2
    assert len({line.index("2026-01-01") for line in lines}) == 1
    assert [(link.old, link.new) for link in found.successors if link.new == "xa.moi"] == [
        ("xa.hai", "xa.moi"),
        ("xa.thu", "xa.moi"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("desk", "close", "none", "--from", "2027-01-04"), "No desk 'none'"),
        (("desk", "close", "xa.29926.1", "--from", "31/02/2027"), "is no day"),
        (("desk", "close", "xa.29926.1", "--from", "9999-01-01"), "too far off"),
        (("desk", "rename", "xa.29926.1", "--fields", "no-field"), "There is no field no-field."),
        (("unit", "close", "none", "--from", "2027-01-04"), "No unit 'none'"),
        (("unit", "rename", "xa.29926", "x", "--kind", "tỉnh"), "is not of the level"),
        (("unit", "merge", "xa.29926", "--into", "none", "--from", "2027-01-04"), "There is no unit none."),
        (("unit", "split", "xa.29926", "--into", "a:A", "--from", "2027-01-04"), "two to four times"),
        (
            ("unit", "merge", "xa.29926", "--into", "n", "--name", "N", "--from", "2027-01-04", "--desk", "zz=n"),
            "No desk zz",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(home, words, said):
    before = register(home)
    refused = run(home, *words)
    assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
    assert register(home) == before
