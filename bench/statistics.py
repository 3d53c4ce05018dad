"""Do the statistics keep their promises? Coverage of intervals and false alarms, as tables; never part of the tests."""

import argparse
import json
import time
from datetime import datetime
from pathlib import Path

from rich.console import Console

from bench import alarms, coverage, pilots
from bench.pilot_tables import pilot_tables
from bench.server import RESULTS

DOCS = Path(__file__).parent.parent / "docs"
PARTS = {"coverage": coverage.EVERYTHING, "alarms": alarms.EVERYTHING, "pilots": pilots.EVERYTHING}
BEGINS, ENDS = "<!-- measured: begins -->", "<!-- measured: ends -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-statistics", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few runs: is it still whole?")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/statistics.md and docs/pilots.md"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of it alone; may come again")
    parser.add_argument("--from", dest="file", type=Path, help="tables of an earlier run's JSON instead of a new run")
    chosen = parser.parse_args()
    console, started = Console(), time.monotonic()
    chosen_parts = chosen.only or list(PARTS)
    found = json.loads(chosen.file.read_text(encoding="utf-8")) if chosen.file else {}
    if not chosen.file:
        found = measure(console, chosen_parts, quick=chosen.quick)
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"statistics-{datetime.now().astimezone():%Y-%m-%dT%H%M%S}.json"
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
        console.print(f"{path.relative_to(RESULTS.parent.parent)} · {time.monotonic() - started:.0f} s")
    for page, tables in written(found).items():
        print(tables)
        if chosen.write:
            path = DOCS / page
            before, rest = path.read_text(encoding="utf-8").split(BEGINS)
            after = rest.split(ENDS)[1]
            path.write_text(f"{before}{BEGINS}\n{tables}{ENDS}{after}", encoding="utf-8")


def measure(console: Console, names: list[str], *, quick: bool) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    with console.status("") as status:
        for name in names:
            found[name] = []
            for part in PARTS[name]:
                status.update(f"{part.__doc__.splitlines()[0]} …")
                found[name] += part(quick=quick)
    return found


def written(found: dict[str, list[dict]]) -> dict[str, str]:
    """The tables by page of the documentation, of what was measured."""
    pages = {}
    if {"coverage", "alarms"} <= found.keys():
        pages["statistics.md"] = f"{coverage_table(found['coverage'])}\n{alarm_tables(found['alarms'])}"
    if "pilots" in found:
        pages["pilots.md"] = pilot_tables(found["pilots"])
    return pages


def coverage_table(rows: list[dict]) -> str:
    """One line a method, one column a number of answers: the mean of its cells and the lowest one."""
    sizes = sorted({row["n"] for row in rows if isinstance(row["n"], int)})
    cells: dict[str, dict[object, list[float]]] = {}
    for row in rows:
        cells.setdefault(row["method"], {}).setdefault(row["n"], []).append(100 * row["coverage"])
    plain = {method: found for method, found in cells.items() if set(found) <= set(sizes)}
    lines = [f"| 95 % interval of n answers | {' | '.join(str(n) for n in sizes)} |", "|---" * (len(sizes) + 1) + "|"]
    for method, found in plain.items():
        shown = (f"{sum(found[n]) / len(found[n]):.1f} ({min(found[n]):.1f})" if n in found else "" for n in sizes)
        lines.append(f"| {named(method)} | {' | '.join(shown)} |")
    lines += ["", "| 95 % interval of two groups | answers | mean (lowest) |", "|---|---|---|"]
    for method, found in cells.items():
        if method not in plain:
            rows_of = ((n, sum(each) / len(each), min(each)) for n, each in found.items())
            lines += [f"| {named(method)} | {n} | {mean:.1f} ({lowest:.1f}) |" for n, mean, lowest in rows_of]
    return "\n".join(lines) + "\n"


def alarm_tables(rows: list[dict]) -> str:
    """One table a method: one line a setting, one column a rule."""
    methods: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:
        methods.setdefault(row["method"], {}).setdefault(row["when"], {})[row["rule"]] = row["rate"]
    tables = []
    for method, settings in methods.items():
        rules = list(dict.fromkeys(rule for found in settings.values() for rule in found))
        lines = [f"| {named(method)}, where nothing differs | {' | '.join(rules)} |", "|---" * (len(rules) + 1) + "|"]
        for when, found in settings.items():
            lines.append(f"| {when} | {' | '.join(percent(found[rule]) if rule in found else '' for rule in rules)} |")
        tables.append("\n".join(lines) + "\n")
    return "\n".join(tables)


def named(method: str) -> str:
    return f"`{method}`" if method.isidentifier() and method not in ("wald", "charts") else method


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    main()
