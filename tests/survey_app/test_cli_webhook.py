import json
from base64 import b64decode

import pytest
from sqlalchemy import select

from survey_app.courier import SECRET
from survey_app.recording import table
from survey_app.sealed_text import LostSecret, open_text
from survey_app.tables import WebhookRow
from tests.conftest import apart
from tests.survey_app import test_cli
from tests.survey_app.test_cli import database


def run(home, *arguments):
    """The command, in a thread of its own, for it asks for an address in a loop of its own."""
    return apart(lambda: test_cli.run(home, *arguments))


def test_a_webhook_is_added_with_a_secret_shown_once_listed_logged_and_disabled(tmp_path):
    run(tmp_path, "init")
    inside = run(tmp_path, "webhook", "add", "https://127.0.0.1/hook")
    assert (inside.returncode, "leads inside a network" in inside.stderr) == (1, True)
    made = run(tmp_path, "webhook", "add", "https://1.1.1.1/hook", "--unit", "xa.29926", "--json")
    assert (made.returncode, made.stderr) == (0, "")
    told = json.loads(made.stdout)
    assert len(b64decode(told["secret"].removeprefix("whsec_"))) == 24
    [listed] = json.loads(run(tmp_path, "webhook", "list", "--json").stdout)
    assert (listed["id"], listed["address"], listed["unit"]) == (told["id"], "https://1.1.1.1/hook", "xa.29926")
    assert "secret" not in listed
    with database(tmp_path) as connection:
        sealed = connection.execute(select(table(WebhookRow).c.secret)).scalar_one()
    key = (tmp_path / "secret.key").read_text().strip().encode()
    assert told["secret"] not in sealed
    assert open_text(sealed, purpose=SECRET, key=key) == told["secret"]
    with pytest.raises(LostSecret):
        open_text(sealed, purpose=SECRET, key=b"another key of the installation!")
    assert "waiting, 0 attempts" in run(tmp_path, "webhook", "log").stdout
    assert run(tmp_path, "webhook", "disable", told["id"]).returncode == 0
    assert run(tmp_path, "webhook", "disable", told["id"]).returncode == 1
    assert json.loads(run(tmp_path, "webhook", "log", "--json").stdout)[0]["state"] == "given up"
