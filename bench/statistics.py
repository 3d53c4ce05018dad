"""Do the statistics keep their promises? Coverage of intervals and false alarms, as tables; never part of the tests."""

import argparse
import json
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.console import Console

from bench import alarms, coverage
from bench.server import RESULTS

DOCS = Path(__file__).parent.parent / "docs" / "statistics.md"
BEGINS, ENDS = "<!-- measured: begins -->", "<!-- measured: ends -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-statistics", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few runs: is it still whole?")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/statistics.md")
    chosen = parser.parse_args()
    console, started = Console(), time.monotonic()
    found: dict[str, list[dict]] = {"coverage": [], "alarms": []}
    with console.status("") as status:
        for name, parts in (("coverage", coverage.EVERYTHING), ("alarms", alarms.EVERYTHING)):
            for part in parts:
                status.update(f"{part.__doc__.splitlines()[0]} …")
                found[name] += part(quick=chosen.quick)
    tables = f"{coverage_table(found['coverage'])}\n{alarm_table(found['alarms'])}"
    print(tables)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"statistics-{datetime.now().astimezone():%Y-%m-%dT%H%M%S}.json"
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
    if chosen.write:
        before, rest = DOCS.read_text(encoding="utf-8").split(BEGINS)
        after = rest.split(ENDS)[1]
        DOCS.write_text(f"{before}{BEGINS}\n{tables}{ENDS}{after}", encoding="utf-8")
    console.print(f"{path.relative_to(RESULTS.parent.parent)} · {time.monotonic() - started:.0f} s")


def coverage_table(rows: list[dict]) -> str:
    """One line a method and number of answers: the mean of its cells, the lowest one and where."""
    lines = ["| interval | n | cells | mean coverage | lowest | where | mean width |", "|---|---|---|---|---|---|---|"]
    for (method, n), cells in grouped(rows, "method", "n"):
        lowest = min(cells, key=lambda cell: cell["coverage"])
        lines.append(
            f"| {method} | {n} | {len(cells)} | {percent(average(cells, 'coverage'))} | {percent(lowest['coverage'])} "
            f"| {lowest['what']} | {average(cells, 'width'):.3f} |"
        )
    return "\n".join(lines) + "\n"


def alarm_table(rows: list[dict]) -> str:
    """One line a rule and setting."""
    lines = ["| what | when nothing differs | seen in | promised at most | runs |", "|---|---|---|---|---|"]
    for row in rows:
        promised = percent(row["promised"]) if row["promised"] is not None else "–"
        lines.append(f"| {row['what']} | {row['when']} | {percent(row['rate'])} | {promised} | {row['runs']:,} |")
    return "\n".join(lines) + "\n"


def grouped(rows: list[dict], *keys: str) -> Iterable[tuple[tuple, list[dict]]]:
    found: dict[tuple, list[dict]] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found.items()


def average(cells: list[dict], key: str) -> float:
    return sum(cell[key] for cell in cells) / len(cells)


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
