"""`hailong qr card` and what is counted of its batches, on the command line."""

import json

import pypdfium2
import pytest

from tests.survey_app.test_cli import DESK, record_desk, run
from tests.survey_app.test_cli_qr import PUBLIC


@pytest.fixture
def home(tmp_path):
    """A folder with what the documents say and one desk."""
    run(tmp_path, "init")
    record_desk(tmp_path, DESK)
    return tmp_path


def listed(home):
    return json.loads(run(home, "qr", "cards", "--json").stdout)


def test_a_batch_is_printed_counted_and_withdrawn(home):
    out = home / "cards.pdf"
    answer = run(home, "qr", "card", DESK, "--cards", "25", "--out", str(out), **PUBLIC)
    assert answer.returncode == 0, answer.stderr
    assert len(pypdfium2.PdfDocument(out)) == 3
    [batch] = listed(home)
    assert batch["batch"] in answer.stdout
    assert (batch["printed"], batch["handed_out"], batch["answered"]) == (25, None, 0)
    name = batch["batch"]
    assert run(home, "qr", "count", name, "--handed-out", "20", "--left-over", "4").returncode == 0
    assert "1 cards missing" in run(home, "qr", "cards").stdout
    assert run(home, "qr", "revoke-cards", name).returncode == 0
    assert run(home, "qr", "revoke-cards", name).returncode == 1
    assert listed(home)[0]["revoked"] is not None


def test_no_batch_is_made_where_nothing_could_be_printed(home):
    for command in ((DESK, "--out", str(home / "cards.pdf")), ("nowhere.1", "--out", str(home / "cards.pdf"))):
        public = {} if command[0] == DESK else PUBLIC
        assert run(home, "qr", "card", *command, "--cards", "5", **public).returncode == 1
    for out in ("/nowhere/cards.pdf", str(home / "cards.png")):
        assert run(home, "qr", "card", DESK, "--cards", "5", "--out", out, **PUBLIC).returncode in {1, 2}
    assert run(home, "qr", "card", DESK, "--cards", "5001", "--out", "x.pdf", **PUBLIC).returncode == 2
    assert listed(home) == []
    assert run(home, "qr", "count", "xx", "--handed-out", "1", "--left-over", "0").returncode == 1
