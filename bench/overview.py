"""What the overview computes at 1,000,000 responses, and how long the record takes to be read into memory."""

import json
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
from sqlalchemy import Engine, text

from bench.server import RESULTS, bench_settings, prepare
from scoring import Period, period_of
from survey_app.catalogue import read_catalogue
from survey_app.db import open_database
from survey_app.demo import load_demo
from survey_app.door import local_now
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import Answered, record_responses
from survey_app.results import compare_periods, months_of, questions_of
from survey_app.snapshot import Snapshot, SnapshotReader
from survey_app.submission import Submission
from survey_app.unit_results import compare_units

NEW_TODAY = 50
COPIED = text("""
    CREATE TEMPORARY TABLE copied AS
    WITH RECURSIVE copies(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copies WHERE number < 1000)
    SELECT lower(hex(randomblob(11))) AS id, unit, desk, local_date, slot, questionnaire, channel, language, field,
        answers, simulated
    FROM copies, response LIMIT :missing
""")
KEPT = text("""
    INSERT INTO response (id, unit, desk, local_date, slot, questionnaire, channel, language, field, answers, simulated)
    SELECT * FROM copied ORDER BY id
""")


def measure(*, rows: int, repeats: int) -> list[dict]:
    """One row for the overview, one for the comparison of units, one for reading."""
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        url, told = f"sqlite:///{folder}/hailong.db", Path(folder) / "overview.json"
        fill(url, Path(folder), rows)
        subprocess.run([sys.executable, "-m", "bench.overview", url, str(repeats), str(told)], check=True, timeout=600)
        return json.loads(told.read_text(encoding="utf-8"))


def fill(url: str, folder: Path, rows: int) -> None:
    """The demonstration, its responses copied under new ids until there are enough."""
    engine = open_database(url)
    prepare(engine, bench_settings(url, folder))
    loaded = load_demo(engine, read_catalogue(), load_questionnaire("desk"), today=local_now().date())
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA cache_size=-600000")  # KB: places in the index by date come at random
        connection.execute(COPIED, {"missing": max(rows - loaded, 0)})
        connection.execute(KEPT)
        connection.commit()
    engine.dispose()


def tell(url: str, repeats: int) -> list[dict]:
    """All measures, in the process that calls; a fresh one, so that the memory is theirs."""
    engine, reader = open_database(url), SnapshotReader(open_database(url))
    now = local_now().replace(hour=10, minute=0)
    empty_mb = peak_mb()
    cold, snapshot = timed(lambda: reader.latest(now=now))
    read_mb = peak_mb()
    record_today(engine, snapshot, now)
    again, snapshot = timed(lambda: reader.latest(now=now.replace(minute=30)))
    rows = snapshot.answers.height
    shown = [
        compared("overview", overview, snapshot, repeats) | {"aim_seconds": 1.0},
        compared("units compared", units, snapshot, repeats),
    ]
    return [
        *({"rows": rows, **row, "peak_mb": peak_mb()} for row in shown),
        {
            "what": "record read",
            "rows": rows,
            "seconds": cold,
            "against": f"again, {NEW_TODAY} new ones",
            "against_seconds": again,
            "ratio": cold / again,
            "peak_mb": read_mb,
            "before_mb": empty_mb,
        },
    ]


def record_today(engine: Engine, snapshot: Snapshot, now: datetime) -> None:
    desk = next(desk for desk in snapshot.register.desks if desk.demo or desk.unit == snapshot.units_now[0].code)
    group = [
        Answered(
            Submission(secrets.token_urlsafe(16), dict.fromkeys(snapshot.questions, 4)),
            unit=desk.unit,
            desk=desk.code,
            local_date=now.date(),
            slot="09:30",
            questionnaire=snapshot.questionnaire.version,
            channel="poster",
            language="vi",
            simulated=True,
        )
        for _ in range(NEW_TODAY)
    ]
    with engine.begin() as connection:
        record_responses(connection, group)


def compared(what: str, form: Callable[[Snapshot], object], snapshot: Snapshot, repeats: int) -> dict:
    """A page's own computing on a snapshot that has counted nothing yet, beside one count of the same answers."""
    pairs = []
    for _ in range(repeats + 1):
        fresh = replace(snapshot)  # forgets what was counted
        pairs.append((timed(lambda fresh=fresh: form(fresh))[0], timed(lambda: counted(snapshot))[0]))
    ours, theirs = zip(*pairs[1:], strict=True)
    return {
        "what": what,
        "seconds": statistics.median(ours),
        "slowest_seconds": max(ours),
        "against": "one count of them in Polars",
        "against_seconds": statistics.median(theirs),
        "ratio": statistics.median(mine / other for mine, other in pairs[1:]),
        "repeats": repeats,
    }


def overview(snapshot: Snapshot) -> object:
    """All that the overview asks for, as its page does: choices, the quarter, twelve months, the questions."""
    chosen, period = choices(snapshot)
    result = compare_periods(snapshot, chosen, period)
    running = period_of(snapshot.taken.date(), "month")
    return result, months_of(snapshot, chosen, until=min(period.ends, running.ends)), questions_of(result)


def units(snapshot: Snapshot) -> object:
    """All that the page of units asks for before a unit is chosen."""
    return compare_units(snapshot, *choices(snapshot))


def choices(snapshot: Snapshot) -> tuple[tuple, Period]:
    chosen = snapshot.units_now
    snapshot.districts  # noqa: B018 - counted here for the list of choices
    return chosen, period_of(snapshot.months_with_answers(chosen)[-1], "quarter")


def counted(snapshot: Snapshot) -> pl.DataFrame:
    """The count alone, as most people would write it: no rule of release, no moments, no intervals."""
    points = snapshot.questionnaire.points
    sums = [(pl.col(code) == point).sum().alias(f"{code} {point}") for code in snapshot.questions for point in points]
    return snapshot.answers.lazy().group_by("unit", "month").agg(sums).collect()


def timed(form: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    result = form()
    return time.perf_counter() - started, result


def peak_mb() -> float:
    """Highest resident memory of this process so far."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))[1]) / 1024


if __name__ == "__main__":
    database, times, told = sys.argv[1:]
    Path(told).write_text(json.dumps(tell(database, int(times))), encoding="utf-8")
