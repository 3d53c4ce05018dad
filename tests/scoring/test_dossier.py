from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from scoring.dossier import DOSSIER_SCHEMA, DossierFaults, check_dossiers, dossier_faults, no_dossiers

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
RECEIVED = datetime(2026, 10, 5, 8, 0, tzinfo=ZONE)


def frame(**columns: list) -> pl.DataFrame:
    """So many dossiers as the columns are long, all sound but for what the columns say."""
    rows = len(next(iter(columns.values())))
    sound = {
        "unit": "xa.29926",
        "desk": None,
        "procedure": None,
        "field": None,
        "channel": "counter",
        "returned": "counter",
        "received": RECEIVED,
        "due": None,
        "finished": RECEIVED.replace(hour=16),
        "paid_online": None,
        "digitised": True,
        "supplements": 0,
        "simulated": False,
    }
    return pl.DataFrame(
        {name: columns.get(name, [value] * rows) for name, value in sound.items()}, schema=dict(DOSSIER_SCHEMA)
    )


def test_an_empty_frame_and_a_sound_one_are_given_back():
    assert check_dossiers(no_dossiers()).height == 0
    sound = frame(finished=[None, RECEIVED], channel=["online", None])
    assert check_dossiers(sound) is sound


def test_a_dossier_finished_the_moment_it_was_received_is_sound():
    assert list(dossier_faults(frame(finished=[RECEIVED]))) == []


def test_every_fault_of_a_frame_is_named_at_once_with_its_first_row_and_how_many():
    wrong = frame(
        unit=["xa.29926", None, None],
        channel=["counter", "fax", "counter"],
        finished=[None, RECEIVED.replace(day=4), RECEIVED.replace(day=3)],
        supplements=[0, 0, -1],
    )
    wrong = wrong.drop("digitised").with_columns(name=pl.lit("Nguyễn Văn A"), due=pl.lit("5/10/2026"))
    with pytest.raises(DossierFaults) as refused:
        check_dossiers(wrong)
    assert [str(fault) for fault in refused.value.faults] == [
        "dossiers: due == String, expected Datetime(time_unit='us', time_zone='Asia/Ho_Chi_Minh')",
        "dossiers: digitised == missing, expected a column of Boolean",
        f"dossiers: name == a column, expected none but {', '.join(DOSSIER_SCHEMA)}",
        "dossiers: unit, row 1 and 1 more == None, expected a value: it is always known",
        "dossiers: channel, row 1 == fax, expected one of counter, online, post",
        "dossiers: finished, row 1 and 1 more == 2026-10-04 08:00:00+07:00, expected not before it was received",
        "dossiers: supplements, row 2 == -1, expected 0 or more",
    ]


def test_a_column_of_another_type_is_not_also_judged_by_row():
    wrong = frame(unit=["xa.29926"]).with_columns(channel=pl.lit(7))
    assert [fault.key for fault in dossier_faults(wrong)] == ["channel"]


def test_times_without_a_zone_or_in_another_are_refused():
    naive = frame(unit=["xa.29926"]).with_columns(pl.col("received").dt.replace_time_zone(None))
    utc = frame(unit=["xa.29926"]).with_columns(pl.col("received").dt.convert_time_zone("UTC"))
    assert [[fault.key for fault in dossier_faults(each)] for each in (naive, utc)] == [["received"], ["received"]]
