"""`make bench`: every measurement as a ratio to something honest in the same run; a table, and JSON in bench/results."""

import argparse
import json
import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("fastapi", "polars", "sqlalchemy", "starlette", "uvicorn")


def main() -> None:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes: to see that it runs, not to quote")
    quick = parser.parse_args().quick
    RESULTS.mkdir(exist_ok=True)

    from bench import overview, server, tally  # noqa: PLC0415 - they use the folder

    requests, repeats = (500, 2) if quick else (4000, 5)
    found, facts = server.measure_sqlite(requests=requests, repeats=repeats)
    found += server.measure_postgresql(requests=requests, repeats=repeats)
    found += tally.run(3 if quick else 9)
    found += overview.measure(rows=120_000 if quick else 1_000_000, repeats=3 if quick else 5)
    show(found)
    keep(found, facts)


def show(found: list[dict]) -> None:
    """The table that a person reads."""
    table = Table(
        title="Hài Lòng: speed and memory",
        caption="ratio: ours to theirs in the same run; aim: of the ratio, or seconds",
    )
    for column in ("what", "ours", "against", "theirs", "ratio", "aim", "peak MB"):
        table.add_column(column, justify="left" if column in {"what", "against"} else "right")
    for row in found:
        table.add_row(
            row["what"],
            _speed(row, ""),
            row.get("against", ""),
            _speed(row, "against_"),
            f"{row['ratio']:.2f}" if row.get("ratio") else "",
            f"{row['aim']}" if row.get("aim") else f"{row['aim_seconds']} s" if row.get("aim_seconds") else "",
            f"{row['peak_mb']:.0f}" if row.get("peak_mb") else "",
        )
    Console(width=150).print(table)


def _speed(row: dict, whose: str) -> str:
    """Requests a second or seconds, of ours ("") or of what stands beside it ("against_")."""
    if row.get(f"{whose}per_second"):
        return f"{row[f'{whose}per_second']:.0f}/s"
    seconds = row.get(f"{whose}seconds", row.get(f"{whose}s" if whose else "ours_s"))
    return "" if seconds is None else f"{seconds:.2f} s"


def keep(found: list[dict], facts: dict) -> None:
    """JSON with the machine and the versions beside the figures."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    told = {
        "taken": datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": machine | facts,
        "versions": {name: version(name) for name in LIBRARIES},
        "rows": found,
    }
    file = RESULTS / f"{datetime.now().astimezone():%Y-%m-%dT%H%M%S}.json"
    file.write_text(json.dumps(told, indent=2, ensure_ascii=False), encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main()
