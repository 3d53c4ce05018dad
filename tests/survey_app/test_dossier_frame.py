"""The dossiers of both databases as columns."""

from datetime import datetime

import polars as pl
import pytest
from sqlalchemy import insert

from scoring.dossier import check_dossiers, no_dossiers
from survey_app.door import ZONE
from survey_app.dossier_frame import read_dossiers
from survey_app.reading.dossiers import read_dossiers_version
from survey_app.recording import table
from survey_app.recording.dossiers import record_dossiers_change
from survey_app.tables import DossierRow

from .conftest import record_office

RECEIVED = datetime(2026, 11, 2, 8, 30, tzinfo=ZONE)
FULL = {
    "id": "aa",
    "unit": "xa.29926",
    "desk": "xa.29926.1",
    "procedure": '1.0,"x"\n',
    "field": "ho-tich",
    "received": int(RECEIVED.timestamp()),
    "due": int(RECEIVED.timestamp()) + 60,
    "finished": int(RECEIVED.timestamp()) + 1,
    "channel": "counter",
    "returned": "post",
    "paid_online": True,
    "digitised": False,
    "supplements": 2,
    "simulated": False,
    "source": "test",
}
NOTHING = ("desk", "procedure", "field", "due", "finished", "returned", "paid_online", "digitised")
BARE = FULL | dict.fromkeys(NOTHING) | {"id": "00", "supplements": 0, "simulated": True}


@pytest.fixture
def filled(engine):
    record_office(engine)
    with engine.begin() as connection:
        connection.execute(insert(table(DossierRow)), [FULL, BARE])
    return engine


def expected(row):
    kept = {name: value for name, value in row.items() if name not in {"id", "source"}}
    times = {
        name: None if kept[name] is None else datetime.fromtimestamp(kept[name], tz=ZONE)
        for name in ("received", "due", "finished")
    }
    return kept | times


def test_every_dossier_is_read_with_what_is_not_known_as_null_and_without_its_id(filled):
    with filled.connect() as connection:
        frame = read_dossiers(connection)
    assert [expected(BARE), expected(FULL)] == frame.to_dicts()
    check_dossiers(frame)


def test_without_dossiers_the_frame_has_its_columns_all_the_same(engine):
    with engine.connect() as connection:
        frame = read_dossiers(connection)
    assert (0, no_dossiers().schema) == (frame.height, frame.schema)


def test_what_a_connection_wrote_and_did_not_commit_it_reads_itself(filled):
    with filled.connect() as connection:
        committed = read_dossiers(connection)
        connection.execute(insert(table(DossierRow)), [FULL | {"id": "ff"}])
        both = read_dossiers(connection)
    assert (committed.height, both.height) == (2, 3)
    assert committed.equals(both[:2])
    assert committed.schema == both.schema


def test_a_column_whose_first_thousand_rows_are_empty_keeps_the_words_after_them(filled):
    rows = [BARE | {"id": f"1{number:05}"} for number in range(3000)]
    with filled.begin() as connection:
        connection.execute(insert(table(DossierRow)), rows)
    with filled.connect() as connection:
        frame = read_dossiers(connection)
    assert frame.filter(pl.col("desk").is_not_null()).select("desk", "due", "paid_online").rows() == [
        ("xa.29926.1", datetime.fromtimestamp(FULL["due"], tz=ZONE), True)
    ]


def test_the_version_of_the_dossiers_changes_with_every_change(engine):
    seen = []
    for _ in range(2):
        with engine.begin() as connection:
            seen.append(read_dossiers_version(connection))
            record_dossiers_change(connection)
            seen.append(read_dossiers_version(connection))
    assert seen[0] is None
    assert seen[1] == seen[2] != seen[3]


def test_reading_leaves_what_was_committed_to_other_readers_and_writers(filled):
    """A second SQLite library in the process once took the log away: later commits were lost to all but their writer."""
    for number in range(3):
        with filled.begin() as connection:
            connection.execute(insert(table(DossierRow)), [FULL | {"id": f"b{number}"}])
        with filled.connect() as connection:
            assert read_dossiers(connection).height == 3 + number
    filled.dispose()
    with filled.connect() as connection:
        assert read_dossiers(connection).height == 5
