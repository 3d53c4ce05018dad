"""The simulated districts as tables of docs/pilots.md."""

from collections.abc import Callable, Iterable

from bench.pilots import EFFECTS, METHODS, NAIVE, OURS

LIMIT = 0.05


def pilot_tables(rows: list[dict]) -> str:
    """False claims by lot, false claims of the picked, coverage, power, and what plans promise."""
    worlds = [row for row in rows if "family" in row]
    lot = [row for row in worlds if not row["picked"]]
    none = [row for row in lot if row["effect"] == 0]
    picked = [row for row in worlds if row["picked"] and row["effect"] == 0]
    some = [row for row in lot if row["effect"] != 0]
    plans = [row for row in rows if "plan" in row]
    return "\n".join(
        [
            f"**False claims: nothing was planted, the pilots drawn by lot** ({number(none, 'runs')} districts a line)\n",
            claim_table(none, bound=True),
            f"{verdict(none)}\n",
            f"**The pilots picked for a reason, nothing planted** ({number(picked, 'runs')} districts a line)\n",
            claim_table(picked, bound=False),
            f"**95 % intervals that hold the truth**, `compare_change` ({number(some, 'runs')} districts a cell)\n",
            effect_table([*none, *some], EFFECTS, coverage),
            "**The same, before/after with the z test**\n",
            effect_table([*none, *some], EFFECTS, coverage, method=NAIVE),
            f"**Power: a planted effect is claimed**, `compare_change` ({number(some, 'runs')} districts a cell)\n",
            effect_table(some, EFFECTS[1:], power),
            "**What a plan promises**: the smallest effect to be seen in 80 % of cases, planted\n",
            plan_table(plans),
        ]
    )


def claim_table(rows: list[dict], *, bound: bool) -> str:
    lines = [f"| districts | {' | '.join(METHODS)} |", "|---" * (len(METHODS) + 1) + "|"]
    for family, found in by_family(rows).items():
        cells = (found.get(name) for name in METHODS)
        shown = " | ".join("" if row is None else claims(row, bound=bound) for row in cells)
        lines.append(f"| {family} | {shown} |")
    return "\n".join(lines) + "\n"


def claims(row: dict, *, bound: bool) -> str:
    rate = percent(row["claims"] / row["runs"])
    return f"{rate} (≥ {percent(row['lower'])})" if bound and row["method"] == OURS else rate


def verdict(rows: list[dict]) -> str:
    """Said by the numbers: whether the bound of any family passes the limit."""
    ours = [row for row in rows if row["method"] == OURS]
    over = [row["family"] for row in ours if row["lower"] > LIMIT]
    highest = max(ours, key=lambda row: row["lower"])
    if over:
        return f"The 99 % lower bound exceeds 5 % in: {'; '.join(over)}."
    return (
        f"The 99 % lower bound (Clopper–Pearson, in brackets) exceeds 5 % in no family; the highest is "
        f"{percent(highest['lower'])} ({highest['family']})."
    )


def effect_table(rows: list[dict], effects: Iterable[float], cell: Callable[[dict], str], method: str = OURS) -> str:
    chosen = [row for row in rows if row["method"] == method]
    cells = {(row["family"], row["effect"]): row for row in chosen}
    families = dict.fromkeys(row["family"] for row in chosen)
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
