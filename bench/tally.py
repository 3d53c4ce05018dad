"""Speed and memory of the tally, beside the same count written directly in Polars."""

import datetime as dt
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from scoring.tally import count_answers

ROWS = 1_000_000
COMMUNES = 3321
POINTS = (1, 2, 3, 4, 5)
SHARE = (0, 0, 0, 1, 1)
UPPER = 1 << 32


def responses(questions: int, *, units: int = 100, seed: int = 0) -> pl.DataFrame:
    """1,000,000 simulated responses: Int8 answers, 5 % blank."""
    random = np.random.default_rng(seed)
    months = pl.Series([dt.date(2024, month, 1) for month in range(1, 13)])
    columns = {
        "unit": pl.Series([f"xa.{unit}" for unit in range(units)])[random.integers(0, units, ROWS)],
        "quarter_unit": pl.Series([f"xa.{unit}" for unit in range(25)])[random.integers(0, 25, ROWS)],
        "month": months[random.integers(0, 12, ROWS)],
    }
    for code in codes(questions):
        points = random.integers(1, 6, ROWS).astype(np.int8)
        blank = pl.Series(random.random(ROWS) < 0.05)
        columns[code] = pl.select(pl.when(~blank).then(pl.Series(points))).to_series()
    return pl.DataFrame(columns)


def write_country(folder: Path, *, millions: int) -> None:
    """Responses of every commune, a file for each million: making them would need more memory than counting them."""
    for million in range(millions):
        responses(22, units=COMMUNES, seed=million).write_parquet(folder / f"{million:02}.parquet")


def codes(questions: int) -> list[str]:
    return [f"q{number}" for number in range(questions)]


def ours(frame: pl.DataFrame) -> object:
    return count_answers(frame, codes(22), by=["unit"])


def all_pairs(frame: pl.DataFrame) -> object:
    return count_answers(frame, codes(22), by=["unit"], values=SHARE)


def with_moments(frame: pl.DataFrame) -> object:
    return count_answers(frame, codes(9), by=["quarter_unit", "month"], values=SHARE)


def counts_only(frame: pl.DataFrame) -> object:
    return count_answers(frame, codes(9), by=["quarter_unit", "month"])


def comparisons(frame: pl.DataFrame) -> object:
    """The count as most people would write it."""
    sums = [(pl.col(code) == point).sum().alias(f"{code} {point}") for code in codes(22) for point in POINTS]
    return frame.lazy().group_by("unit").agg(sums).collect()


def packed(frame: pl.DataFrame) -> object:
    """The count in the fastest form found: two points share one 64-bit sum. Checks no scale, as ours does."""
    one, upper, nothing = (pl.lit(number, dtype=pl.Int64) for number in (1, UPPER, 0))
    sums = []
    for code in codes(22):
        answer = pl.col(code)
        for low, high in ((1, 2), (3, 4)):
            both = pl.when(answer == low).then(one).when(answer == high).then(upper).otherwise(nothing)
            sums.append(both.sum().alias(f"{code} {low}"))
        sums.append((answer == POINTS[-1]).sum().alias(f"{code} 5"))
    return frame.lazy().group_by("unit").agg(sums).collect()


FORMS = {form.__name__: form for form in (ours, comparisons, packed, all_pairs, with_moments, counts_only)}
FASTEST, USUAL = "the same count in Polars, fastest form", "the same count in Polars, as most would write it"
PAIRS = [
    ("tally 1,000,000 × 22 by unit", "ours", "packed", FASTEST, 22, "≤ 1.5×"),
    ("tally 1,000,000 × 22 by unit", "ours", "comparisons", USUAL, 22, "≤ 1.5×"),
    ("tally and all 231 pairs' moments 1,000,000 × 22 by unit", "all_pairs", "ours", "counts alone", 22, ""),
    ("tally and moments 1,000,000 × 9 by unit and month", "with_moments", "counts_only", "counts alone", 9, "≤ 1 s"),
]


def run(repeats: int = 9, *, millions: int = 10) -> list[dict]:
    """One row per comparison: medians of alternating repeats, and the peak memory of a fresh process for each."""
    frames = {questions: responses(questions) for questions in {pair[4] for pair in PAIRS}}
    rows = [
        compared(what, (form, other), frames[questions], str(questions), repeats) | {"against": against, "aim": aim}
        for what, form, other, against, questions, aim in PAIRS
    ]
    frames.clear()
    with tempfile.TemporaryDirectory() as folder:
        write_country(Path(folder), millions=millions)
        country = pl.read_parquet(folder)
        what = f"tally {country.height:,} × 22 by {COMMUNES:,} communes"
        for other, against in (("packed", FASTEST), ("comparisons", USUAL)):
            row = compared(what, ("ours", other), country, folder, max(repeats - 2, 1))
            rows.append(row | {"against": against, "aim": "≤ 1.5×"})
    return rows


def compared(what: str, forms: tuple[str, str], frame: pl.DataFrame, source: str, repeats: int) -> dict:
    """Our form and another by turns, two more turns before that do not count."""
    pairs = [[seconds(FORMS[name], frame) for name in forms] for _ in range(repeats + 2)][2:]
    peaks = {"peak_mb": peak_mb(forms[0], source), "against_peak_mb": peak_mb(forms[1], source)}
    return {"what": what} | medians(pairs) | peaks


def medians(pairs: list[list[float]]) -> dict[str, float]:
    """Of alternating repeats, each ours and the other's: seconds, and their ratio with its range."""
    ratios = [ours / theirs for ours, theirs in pairs]
    return {
        "ours_s": statistics.median(pair[0] for pair in pairs),
        "against_s": statistics.median(pair[1] for pair in pairs),
        "ratio": statistics.median(ratios),
        "ratio_lowest": min(ratios),
        "ratio_highest": max(ratios),
    }


def seconds(call, given: object) -> float:
    started = time.perf_counter()
    call(given)
    return time.perf_counter() - started


def peak_mb(form: str, source: str) -> float:
    """Highest resident memory, in MB, of a fresh process that makes the responses, or reads them, and counts once."""
    call = [sys.executable, "-m", "bench.tally", form, source]
    done = subprocess.run(call, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["peak_mb"]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        form, source = sys.argv[1:]
        FORMS[form](responses(int(source)) if source.isdigit() else pl.read_parquet(source))
        # not getrusage: a child's ru_maxrss starts at its parent's
        high_water = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
        print(json.dumps({"peak_mb": int(high_water.group(1)) / 1024}))
    else:
        print(json.dumps(run(), indent=2, ensure_ascii=False))
