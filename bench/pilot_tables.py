"""The simulated districts as tables of docs/pilots.md."""

from collections.abc import Callable, Collection, Iterable

from bench.pilots import ALONE_METHODS, EACH, EFFECTS, GROUPS, METHODS, NAIVE, OURS, STAGED_METHODS, STARTS

LIMIT = 0.05


def pilot_tables(rows: list[dict]) -> str:
    """False claims by lot, false claims of the picked, coverage, power, and what plans promise."""
    worlds = [row for row in rows if "family" in row]
    none = {group: [r for r in worlds if r["group"] == group and r["effect"] == 0] for group in GROUPS}
    some = [row for row in worlds if row["group"] != "picked" and row["effect"] != 0]
    drawn = [row for row in worlds if row["group"] in {"lot", "beside", "staged"} and row["method"] in {OURS, STARTS}]
    naive = [row for row in worlds if row["group"] == "lot" and row["method"] == NAIVE]
    ours = [row for row in none["lot"] if row["method"] == OURS]
    runs, fewer = number(ours, "runs"), number(some, "runs")
    each = f"{runs} districts a line; for regressions every {EACH}th"
    parts = {
        f"**False claims: nothing was planted, the pilots drawn by lot** ({each})": claim_table(
            [*none["lot"], *none["beside"]], METHODS
        ),
        f"**False claims of a staged roll-out, nothing planted** ({each})": claim_table(none["staged"], STAGED_METHODS)
        + "\n"
        + verdict([*none["lot"], *none["beside"], *none["staged"]]),
        f"**The pilots picked for a reason, or a thing that no method sees; nothing planted** ({each})": claim_table(
            none["picked"], METHODS, bound=False
        ),
        "**Nobody left to compare: an interval that leaves 0 out, nothing planted** (a description, sold as no effect)": (
            claim_table(none["alone"], ALONE_METHODS)
        ),
        f"**95 % intervals that hold the truth** ({fewer} districts a cell, {runs} without an effect)": effect_table(
            drawn, EFFECTS, coverage
        ),
        "**The same of before/after with the z test**": effect_table(naive, EFFECTS, coverage),
        f"**Power: a planted effect is claimed** ({fewer} districts a cell)": effect_table(
            [row for row in some if row["method"] in {OURS, STARTS}], EFFECTS[1:], power
        ),
        "**Six outcomes of one pilot, none changed: any of them is claimed**": outcome_table(
            [row for row in rows if "outcomes" in row]
        ),
        "**What a plan promises**: the smallest effect to be seen in 80 % of cases, planted": plan_table(
            [row for row in rows if "plan" in row]
        ),
    }
    return "\n".join(f"{title}\n\n{table}" for title, table in parts.items())


def claim_table(rows: list[dict], methods: Collection[str], *, bound: bool = True) -> str:
    lines = [f"| districts | {' | '.join(methods)} |", "|---" * (len(methods) + 1) + "|"]
    for family, found in by_family(rows).items():
        cells = (found.get(name) for name in methods)
        shown = " | ".join("" if row is None else claims(row, bound=bound) for row in cells)
        lines.append(f"| {family} | {shown} |")
    return "\n".join(lines) + "\n"


def claims(row: dict, *, bound: bool) -> str:
    if not row["intervals"] and row["method"].startswith("regression"):
        return "–"
    rate = percent(row["claims"] / row["runs"])
    if not row["intervals"] and row["method"] == OURS:
        return f"{rate}, never concludes (≥ {percent(row['lower'])})"
    return f"{rate} (≥ {percent(row['lower'])})" if bound and row["method"] in {OURS, STARTS} else rate


def verdict(rows: list[dict]) -> str:
    """Said by the numbers: whether the bound of any family passes the limit."""
    ours = [row for row in rows if row["method"] in {OURS, STARTS}]
    over = [row["family"] for row in ours if row["lower"] > LIMIT]
    highest = max(ours, key=lambda row: row["lower"])
    if over:
        return f"The 99 % lower bound exceeds 5 % in: {'; '.join(over)}."
    return (
        f"The 99 % lower bound (Clopper–Pearson, in brackets) exceeds 5 % in no family; the highest is "
        f"{percent(highest['lower'])} ({highest['family']})."
    )


def effect_table(rows: list[dict], effects: Iterable[float], cell: Callable[[dict], str]) -> str:
    cells = {(row["family"], row["effect"]): row for row in rows}
    families = dict.fromkeys(row["family"] for row in rows)
    effects = tuple(effects)
    heads = " | ".join("none" if effect == 0 else f"{100 * effect:g} points" for effect in effects)
    lines = [f"| districts, effect | {heads} |", "|---" * (len(effects) + 1) + "|"]
    for family in families:
        shown = (cell(cells[family, effect]) if (family, effect) in cells else "" for effect in effects)
        lines.append(f"| {family} | {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def coverage(row: dict) -> str:
    return percent(row["held"] / row["intervals"]) if row["intervals"] else "no interval"


def power(row: dict) -> str:
    wrong = f" ({percent(row['wrong'] / row['runs'])} the wrong way)" if row["wrong"] else ""
    return f"{percent(row['claims'] / row['runs'])}{wrong}"


def plan_table(rows: list[dict]) -> str:
    shown = (
        f"| {row['plan']} | {100 * row['effect']:.1f} points | {percent(row['shown'] / row['runs'])} |" for row in rows
    )
    return "\n".join(["| plan | smallest effect | claimed |", "|---|---|---|", *shown]) + "\n"


def outcome_table(rows: list[dict]) -> str:
    lines = ["| part of what happens that all six share | each alone | `adjust_outcomes` |", "|---|---|---|"]
    for row in rows:
        alone, adjusted = (percent(row[name] / row["runs"]) for name in ("alone", "adjusted"))
        lines += [f"| {100 * row['together']:g} % | {alone} | {adjusted} (≥ {percent(row['lower'])}) |"]
    return "\n".join(lines) + "\n"


def by_family(rows: list[dict]) -> dict[str, dict[str, dict]]:
    found: dict[str, dict[str, dict]] = {}
    for row in rows:
        found.setdefault(row["family"], {})[row["method"]] = row
    return found


def number(rows: list[dict], name: str) -> str:
    counts = sorted({row[name] for row in rows})
    return " or ".join(f"{count:,}" for count in counts)


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"
