import json

from sqlalchemy import select

from survey_app.api_key import hash_key
from survey_app.reading.keys import read_key
from survey_app.recording import table
from survey_app.tables import ApiKeyRow, AuditRow
from tests.survey_app.test_cli import database, run


def test_a_key_is_printed_once_listed_without_itself_and_closed(tmp_path):
    run(tmp_path, "init")
    made = run(tmp_path, "api-key", "add", "portal", "--scope", "write", "--scope", "read", "--unit", "xa.29926")
    assert (made.returncode, made.stderr) == (0, "")
    key = made.stdout.split()[0]
    assert len(key) > 40
    with database(tmp_path) as connection:
        found = read_key(connection, hash_key(key))
        assert (found.name, found.scopes, found.unit) == ("portal", {"read", "write"}, "xa.29926")
        assert key not in str(connection.execute(select(table(ApiKeyRow))).all())
    assert run(tmp_path, "api-key", "add", "portal", "--scope", "read").returncode == 1
    [listed] = json.loads(run(tmp_path, "api-key", "list", "--json").stdout)
    assert (listed["name"], listed["scope"], "hash" in listed) == ("portal", "read write", False)
    assert run(tmp_path, "api-key", "disable", "portal").returncode == 0
    assert run(tmp_path, "api-key", "disable", "portal").returncode == 1
    with database(tmp_path) as connection:
        assert read_key(connection, hash_key(key)) is None
        acts = connection.execute(select(table(AuditRow).c.act)).scalars().all()
    assert acts == ["add_api_key", "disable_api_key"]


def test_a_key_for_nothing_or_nowhere_is_refused(tmp_path):
    run(tmp_path, "init")
    for words, said in (
        (["--scope", "admin"], "must be of read, write"),
        (["--scope", "read", "--unit", "xa.none"], "No unit"),
    ):
        refused = run(tmp_path, "api-key", "add", "portal", *words)
        assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
