"""What dossiers say of units in a period, by hand; and the same on the command line."""

import json
from datetime import date, datetime

import pytest

from scoring import Period, Ratio
from survey_app.door import ZONE, local_now
from survey_app.service_results import OTHERS, Waiting, read_service_result
from survey_app.snapshot import SnapshotReader
from tests.survey_app.test_cli import database, run

from .test_snapshot_dossiers import NOW, OCTOBER, UNIT, record_answers, record_dossiers
from .test_snapshot_dossiers import shop as shop  # noqa: PLC0414 -- the fixture

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 10, day) for day in (5, 6, 7))


@pytest.fixture
def filled(shop):
    """Ten dossiers of one hour, four of two, one of eight and a half; 8:00 to 11:30 and 13:30 are the office's."""
    record_dossiers(shop, 10, day=MONDAY, minutes=60, field="ho-tich", desk="xa.29926.1", returned="counter")
    record_dossiers(shop, 4, day=TUESDAY, minutes=120, late=2, field="dat-dai", paid_online=True)
    record_dossiers(shop, 1, day=WEDNESDAY, minutes=9 * 60, channel="online")
    return shop


def result(engine, period=OCTOBER):
    snapshot = SnapshotReader(engine).latest(now=NOW)
    return read_service_result(snapshot, snapshot.units_of(UNIT), period)


def test_shares_visits_and_waiting_of_a_unit_and_month(filled):
    record_answers(filled, 6)
    found = result(filled)
    shares = {name: share and (share.numerator, share.denominator) for name, share in found.shares.items()}
    assert shares == {
        "on_time": (12, 15),  # two due at once, and nine hours are more than eight
        "early": (0, 15),
        "same_day": (15, 15),
        "supplement": (0, 15),
        "online": (1, 15),
        "paid_online": None,  # known of four
        "digitised": None,
    }
    assert found.visits == 10 + 10 + 4
    assert found.rates.together() == Ratio(6, 24, source="Hồ sơ của hệ thống một cửa")
    # Wednesday 8:00 to 17:00 without the noon break is 7 hours; the 90th percentile lies at place 12.6 of 0…14.
    assert found.waiting == Waiting(15, pytest.approx((10 + 8 + 7) / 15), 1.0, 2.0)


def test_labels_of_fewer_than_ten_visits_are_put_together_or_not_shown(filled):
    record_dossiers(filled, 8, day=date(2026, 10, 8))
    mix = result(filled).mix
    assert mix["field"] == {"ho-tich": 20, OTHERS: 12}
    assert mix["desk"] == {"xa.29926.1": 20, "": 12}
    assert mix["half_day"] == {"morning": 32}


def test_with_fewer_than_ten_dossiers_nothing_is_shown_but_their_number(shop):
    record_dossiers(shop, 9, day=MONDAY)
    found = result(shop)
    assert set(found.shares.values()) == {None}
    assert (found.visits, found.waiting) == (None, Waiting(9, None, None, None))
    assert found.mix == {"field": {}, "desk": {}, "half_day": {}}
    assert result(shop, Period(date(2026, 9, 1), "month")).waiting == Waiting(0, None, None, None)


@pytest.fixture
def home(tmp_path):
    run(tmp_path, "init")
    with database(tmp_path) as connection:
        engine = connection.engine
    day = datetime.combine(local_now().date().replace(day=1), datetime.min.time(), tzinfo=ZONE).date()
    record_dossiers(engine, 12, day=day, late=3)
    return tmp_path


def test_the_command_line_tells_shares_with_their_number(home):
    lines = run(
        home, "service", "show", "--unit", UNIT, "--period", f"{local_now():%Y-%m}", "--mix"
    ).stdout.splitlines()
    assert lines[1].split() == ["Đúng", "hạn", "75,0%", "(9", "/", "12)"]
    assert next(line for line in lines if "Thanh toán" in line).endswith("chưa đủ hồ sơ")
    assert lines[-1].split() == ["Buổi", "sáng", "12"]
    english = run(home, "service", "show", "--unit", UNIT, "--period", f"{local_now():%Y-%m}", "--lang", "en").stdout
    assert english.splitlines()[1].split() == ["On", "time", "75.0%", "(9", "/", "12)"]
    assert not set("ăâđêôơưếạ") & set("".join(english.splitlines()[1:]))
    told = json.loads(run(home, "service", "show", "--unit", UNIT, "--period", f"{local_now():%Y-%m}", "--json").stdout)
    assert told["shares"]["on_time"] == {"share": 0.75, "of": 12, "count": 9}
    assert (told["counter_visits"], told["response_rate"], told["simulated"]) == (12, None, False)
    assert run(home, "service", "show", "--unit", "nowhere").returncode == 1
