"""The register of a whole country in by the command's own steps, beside a plain insert of the same rows.

3,321 communes in 34 provinces as a workbook, then 20,000 desks as another. Ours reads, judges every cell, compares with what is
there, and stores all of it or nothing. Beside it: calamine reads the same workbooks, and their cells go as text into a table of
the same shape in one transaction (sqlite3's executemany, COPY of PostgreSQL). Each measurement is a process of its own.
"""

import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import xlsxwriter
from python_calamine import load_workbook

from bench.dossiers import database
from bench.server import RESULTS
from survey_app.db import migrate, open_database
from survey_app.door import local_now
from survey_app.register_file.columns import DESKS, UNITS
from survey_app.register_file.importing import Request, import_register

UNITS_FILE, DESKS_FILE = "units.xlsx", "desks.xlsx"
PROVINCES, COMMUNES = 34, 3321


def write_register(folder: Path, *, communes: int, desks: int) -> None:
    """Both workbooks."""
    with xlsxwriter.Workbook(folder / UNITS_FILE, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Tên", "Loại", "Mã chính thức", "Đơn vị cấp trên", "Từ ngày"))
        for at in range(PROVINCES):
            sheet.write_row(at + 1, 0, (f"Tân {at}", "tỉnh", f"{at:02}", "", "01/07/2025"))
        for at in range(communes):
            above = f"tỉnh Tân {at % PROVINCES}"
            sheet.write_row(PROVINCES + at + 1, 0, (f"Tân Hồng {at}", "xã", f"{at:05}", above, "01/07/2025"))
    with xlsxwriter.Workbook(folder / DESKS_FILE, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Đơn vị", "Tên quầy", "Nơi đặt", "Lĩnh vực", "Bộ câu hỏi", "Từ ngày"))
        for at in range(desks):
            row = (
                f"{at % communes:05}", f"Quầy {at // communes + 1} – Hộ tịch", "Trung tâm Phục vụ hành chính công",
                "Hộ tịch; Chứng thực", "desk", "01/07/2025",
            )  # fmt: skip
            sheet.write_row(at + 1, 0, row)


def prepare(url: str) -> None:
    engine = open_database(url)
    migrate(engine)
    engine.dispose()


def bring(url: str, folder: Path) -> None:
    """Ours."""
    engine = open_database(url)
    for name, kind in ((UNITS_FILE, UNITS), (DESKS_FILE, DESKS)):
        done = import_register(engine, Request(folder / name, name, kind, "bench", local_now()))
        assert done.change is not None, done.faults.first
    engine.dispose()


def insert_plainly(url: str, folder: Path) -> None:
    """The least: the same cells as text into two tables."""
    for name, made in ((UNITS_FILE, "plain_units"), (DESKS_FILE, "plain_desks")):
        head, *rows = load_workbook(folder / name).get_sheet_by_index(0).to_python()
        columns = ", ".join(f"c{at} TEXT" for at in range(len(head)))
        if url.startswith("sqlite"):
            with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute(f"CREATE TABLE IF NOT EXISTS {made} ({columns})")
                connection.executemany(f"INSERT INTO {made} VALUES ({', '.join('?' * len(head))})", rows)
            continue
        with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {made} ({columns})")
            with cursor.copy(f"COPY {made} FROM STDIN") as copied:
                for row in rows:
                    copied.write_row(row)


DONE: dict[str, Callable[[str, Path], None]] = {each.__name__: each for each in (bring, insert_plainly)}


def main() -> None:
    """One measurement: what, where, which folder; seconds, processor seconds and peak memory as JSON."""
    what, url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    began, worked = time.perf_counter(), time.process_time()
    DONE[what](url, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - began, time.process_time() - worked, peak]))


def measured(what: str, url: str, folder: Path) -> list[float]:
    command = [sys.executable, "-m", "bench.register", what, url, str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compared(kind: str, folder: Path, repeats: int) -> Iterator[tuple[str, list[float], list[float]]]:
    """In a database of its own; the same files again at the end, when all of it is known."""
    for _ in range(repeats):
        with tempfile.TemporaryDirectory(dir=RESULTS) as own, database(kind, Path(own)) as url:
            prepare(url)
            theirs = measured("insert_plainly", url, folder)
            yield "in", measured("bring", url, folder), theirs
            yield "again", measured("bring", url, folder), theirs


TOLD = {
    "in": "{communes:,} communes and {desks:,} desks out of workbooks into {kind}",
    "again": "the same workbooks again, nothing new, {kind}",
}


def run(*, quick: bool) -> list[dict]:
    """Rows of the report."""
    communes, desks, repeats = (200, 1_000, 1) if quick else (COMMUNES, 20_000, 3)
    found = []
    with tempfile.TemporaryDirectory(dir=RESULTS) as own:
        folder = Path(own)
        write_register(folder, communes=communes, desks=desks)
        for kind in ("SQLite", "PostgreSQL"):
            pairs: dict[str, list[tuple[list[float], list[float]]]] = {}
            for what, ours, theirs in compared(kind, folder, repeats):
                pairs.setdefault(what, []).append((ours, theirs))
            for what, each in pairs.items():
                found.append(row_of(TOLD[what].format(kind=kind, communes=communes, desks=desks), each))
    return found


def row_of(what: str, pairs: list[tuple[list[float], list[float]]]) -> dict:
    ratios = [ours[0] / theirs[0] for ours, theirs in pairs]
    return {
        "what": what,
        "against": "calamine reads them, their cells into plain tables",
        "aim": "≤ 30 s",
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
